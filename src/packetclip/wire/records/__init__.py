"""Flow records that other tools wrote, as flows: Zeek's conn.log (TSV and JSON) and Suricata's EVE (flow and netflow).

:func:`read` takes a log, compressed or not, from a file or from standard input, tells its format by its first bytes and
yields batches of bounded size; :func:`gathered` makes one :class:`RecordTable` of them, in order of the flows' starts.
What a record holds is in its columns, what it does not hold is -1 there, and :func:`facts` gives only what is known:
the flow's own numbers, and what its hosts began lately, counted over the starts of all records.

There are no packets here, so there is no context and nothing that a model scores: records are described, and their
descriptions compared with sentences. A line that holds no flow is counted by its reason (:data:`DROPS`), never raised.
"""

from packetclip.wire.records.facts import facts
from packetclip.wire.records.faults import DROPS
from packetclip.wire.records.read import read
from packetclip.wire.records.sources import sources
from packetclip.wire.records.table import APPS, RECORD, RECORD_COLUMNS, RecordTable, gathered

__all__ = [
    "APPS",
    "DROPS",
    "RECORD",
    "RECORD_COLUMNS",
    "RecordTable",
    "facts",
    "gathered",
    "read",
    "sources",
]
