"""What a packet's hosts, pair, service and flow did lately: one row of numbers a packet, online, in bounded memory.

Each entity (the originator, the responder, their pair, the port they talk through, the DNS zone, the hardware address)
keeps sums that decay over 1, 10, 60 and 600 seconds and a few running statistics. Roles follow the flow, not the
packet: a reply is described by the same originator and responder as the request, and an ICMP error by those of the flow
that it quotes. Fields stand in natural units, each with its meaning, in the file of its subject; `catalogue.FIELDS`
lists them in the order of the columns (`docs/fields.md`).

Nothing here knows a label, an address or a name as a value: only counts of them, and whether they are new. To add a
field: write it in its subject's file (table and kernel side by side), and its twin in `oracle/`.
"""

from packetclip.wire.context.catalogue import FIELDS, POSITION
from packetclip.wire.context.schema import WINDOWS_S, Field
from packetclip.wire.context.tracker import Context, ContextConfig, ContextTracker

__all__ = ["FIELDS", "POSITION", "WINDOWS_S", "Context", "ContextConfig", "ContextTracker", "Field"]
