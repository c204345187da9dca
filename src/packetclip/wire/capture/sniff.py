"""What the first bytes of a source say it is; names and suffixes are never asked."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

__all__ = ["COMPRESSIONS", "HEAD", "PCAPNG", "PCAPS", "PcapKind", "compression", "describe", "is_capture"]

HEAD: Final = 8
"""Bytes that every decision here needs at most."""

Compression = Literal["gzip", "zstd", "lz4", "xz"]

COMPRESSIONS: Final[dict[bytes, Compression]] = {
    b"\x1f\x8b": "gzip",  # RFC 1952, 2.3.1
    b"\x28\xb5\x2f\xfd": "zstd",  # RFC 8878, 3.1.1
    b"\x04\x22\x4d\x18": "lz4",  # LZ4 frame format 1.6
    b"\xfd7zXZ\x00": "xz",  # XZ file format 1.2, 2.1.1.1
}


class PcapKind(NamedTuple):
    """What a pcap's magic number tells of the rest of the file."""

    big_endian: bool
    tick_ns: int
    """Nanoseconds of one unit in the time stamp's lower half."""
    record_header: int
    """Bytes before each frame."""
    file_header_extra: int = 0
    """Bytes behind the usual file header."""


PCAPS: Final = {
    b"\xd4\xc3\xb2\xa1": PcapKind(False, 1000, 16),
    b"\xa1\xb2\xc3\xd4": PcapKind(True, 1000, 16),
    b"\x4d\x3c\xb2\xa1": PcapKind(False, 1, 16),  # nanoseconds
    b"\xa1\xb2\x3c\x4d": PcapKind(True, 1, 16),
    b"\x34\xcd\xb2\xa1": PcapKind(False, 1000, 24),  # Kuznetzov's: interface, protocol and direction follow
    b"\xa1\xb2\xcd\x34": PcapKind(True, 1000, 24),
    b"\xac\x01\x00\x1c": PcapKind(False, 1, 16, 4),  # IXIA's lcap, hardware time stamps: the file's size follows
    b"\x1c\x00\x01\xac": PcapKind(True, 1, 16, 4),
    b"\xab\x01\x00\x1c": PcapKind(False, 1000, 16, 4),  # software time stamps
    b"\x1c\x00\x01\xab": PcapKind(True, 1000, 16, 4),
}

PCAPNG: Final = b"\x0a\x0d\x0d\x0a"  # type of a Section Header Block, the same in either byte order

# Not ours, but worth a name in the error.
_OTHERS: Final = {
    b"snoop\x00\x00\x00": "a Solaris snoop capture",
    b"GMBU": "a Microsoft Network Monitor capture",
    b"RTSS": "a Microsoft Network Monitor capture",
    b"TRSNIFF": "a Sniffer capture",
    b"PK\x03\x04": "a zip archive",
    b"BZh": "a bzip2 file",
    b"\x89PNG": "a picture",
    b"%PDF": "a PDF document",
    b"\x7fELF": "a program",
    b"PAR1": "a Parquet file",
    b"#separat": "a Zeek log, whose flows can be described and classified",
}


def compression(head: bytes) -> Compression | None:
    """The compression whose magic ``head`` begins with, or None."""
    return next((name for magic, name in COMPRESSIONS.items() if head.startswith(magic)), None)


def is_capture(head: bytes) -> bool:
    """Whether uncompressed bytes begin as a pcap or a pcapng does."""
    return head[:4] in PCAPS or head[:4] == PCAPNG


def describe(head: bytes) -> str:
    """What else bytes that begin so may be, for the middle of a sentence."""
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            return name
    if any(magic.startswith(head) for magic in (*PCAPS, PCAPNG)):
        return "the first bytes of a capture and nothing more"
    if all(32 <= byte < 127 or byte in b"\t\r\n" for byte in head):
        return "text"
    return f"a file that begins with the bytes {head[:4].hex(' ')}"
