"""What the kernels should say, one packet at a time in plain Python: slow, and written to be read.

Packets and steps are dicts with the names of PACKET and STEP; the answer is a dict with the names of FIELDS. Nothing is
hashed, rounded to 32 bits or forgotten for want of room.

It is no part of detection: tests hold :mod:`packetclip.wire.context.kernel` to it, and nothing else uses it.
"""

from packetclip.wire.context.oracle.oracle import Oracle

__all__ = ["Oracle"]
