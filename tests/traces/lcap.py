"""Writes lcap.pcap: IXIA's variant, whose file header ends in the length of all records, with nanoseconds."""

from __future__ import annotations

import struct
from pathlib import Path

UDP = bytes.fromhex("0035003500080000")
FRAME = bytes.fromhex("0200000000020200000000010800") + bytes.fromhex("4500001c0001000040110000c0000201c0000202") + UDP


def build() -> bytes:
    """The file."""
    length = struct.pack(">II", len(FRAME), len(FRAME))
    records = b"".join(struct.pack(">II", 1_700_000_000, number) + length + FRAME for number in range(2))
    # The link type says, in its upper bits, that frames end in a check sequence of 4 bytes.
    return (
        struct.pack(">IHHiIII", 0x1C0001AC, 2, 4, 0, 0, 65535, 0x2400_0001) + struct.pack(">I", len(records)) + records
    )


if __name__ == "__main__":
    Path(__file__).with_suffix(".pcap").write_bytes(build())
