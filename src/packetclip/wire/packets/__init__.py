"""Packets: frames become rows of named header fields, one row a frame, none left out.

One small file per protocol holds its table of fields and the compiled kernel that reads them; :mod:`.tables` names what
can go wrong, :mod:`.oracle` says the same as all kernels together in slow plain Python. Addresses, names and numbers of
connections are in the columns, for flows and for people; what a model may see of a packet's bytes is
:func:`masked_bytes`.

Packets may be carried in packets: the row is the innermost, or the outermost where one asks for it (:mod:`.tunnels`).

It is not a reassembler: a fragment or a segment is looked at alone. It verifies no checksum. It keeps no state from one
batch to the next; flows and context do.
"""

from packetclip.wire.packets.addresses import format_addresses, format_macs, is_group, is_public, same_subnet
from packetclip.wire.packets.batch import COLUMNS, PACKET, Column, PacketBatch
from packetclip.wire.packets.dissect import dissect
from packetclip.wire.packets.masking import masked_bytes
from packetclip.wire.packets.tables import DROPS, LAYERS, LINK_TYPES, TUNNELS, WEIRDS

__all__ = [
    "COLUMNS",
    "DROPS",
    "LAYERS",
    "LINK_TYPES",
    "PACKET",
    "TUNNELS",
    "WEIRDS",
    "Column",
    "PacketBatch",
    "dissect",
    "format_addresses",
    "format_macs",
    "is_group",
    "is_public",
    "masked_bytes",
    "same_subnet",
]
