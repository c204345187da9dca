"""Flow records: one row a flow when it ends, as flow exporters give them, and the formats that others read.

:func:`flow_records` reads sources and yields columns of flows in the order in which they end, those still open last;
memory is bounded by how many may be open, not by how many there were. Fields are named as in Zeek's ``conn.log`` where
the meaning is the same; beside them stand sizes, inter-arrival times and TCP flags of each direction, as NFStream and
CICFlowMeter have them, and what the hosts did lately when the flow's last packet came. :data:`FORMATS` writes them.

It tells no application beyond what a payload showed, and judges nothing. Reading the flow records of other tools is
:mod:`packetclip.wire.records`.
"""

from packetclip.wire.export.columns import COLUMNS, CONTEXT, Columns
from packetclip.wire.export.formats import FORMATS
from packetclip.wire.export.reading import flow_records
from packetclip.wire.export.statistics import STATISTIC, FlowStatistics

__all__ = ["COLUMNS", "CONTEXT", "FORMATS", "STATISTIC", "Columns", "FlowStatistics", "flow_records"]
