"""The same answer as :func:`~packetclip.wire.packets.dissect`, slowly: one frame of bytes in, a dict of columns out.

Written with slices and structs from the RFCs, sharing no code with the kernels but the names in
:mod:`~packetclip.wire.packets.tables`; the tests hold the two against each other. Use it to understand a row, never to
read a capture.
"""

from packetclip.wire.packets.oracle.frame import dissect_slowly
from packetclip.wire.packets.oracle.payload import fnv1a

__all__ = ["dissect_slowly", "fnv1a"]
