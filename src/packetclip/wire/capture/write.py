"""Writing frames as a pcap, plain or compressed."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Final, Protocol

import numpy as np
import zstandard

from packetclip.errors import OutputError
from packetclip.wire.capture.faults import LONGEST_FRAME
from packetclip.wire.capture.frames import Frames

__all__ = ["write"]

_RECORD: Final = np.dtype([("seconds", "<u4"), ("fraction", "<u4"), ("captured", "<u4"), ("length", "<u4")])
_MAGIC: Final = {True: 0xA1B23C4D, False: 0xA1B2C3D4}


def write(path: str | Path, frames: Iterable[Frames], *, nanosecond: bool = True) -> int:
    """Write ``frames`` to ``path`` as a little-endian pcap; ``.gz`` and ``.zst`` are compressed. Returns their number.

    A pcap holds one link type: that of the first frame (Ethernet where there is none). Without ``nanosecond`` times
    lose what is below a microsecond; they are held within what the format can say, 1970 to 2106.

    Raises OutputError where the place cannot be written, the disk is full or the link types differ.
    """
    path = Path(path)
    link_type: int | None = None
    count = 0
    try:
        with path.open("wb") as raw, _compressed(raw, path.suffix) as out:
            for batch in frames:
                if not len(batch):
                    continue
                if link_type is None:
                    link_type = int(batch.link_type[0])
                    out.write(_file_header(link_type, nanosecond))
                if (batch.link_type != link_type).any():
                    other = int(batch.link_type[batch.link_type != link_type][0])
                    raise OutputError(
                        f"{path} cannot hold link types {link_type} and {other} at once: a pcap has one. "
                        "Write the frames of each link type to a file of its own."
                    )
                out.write(_records(batch, nanosecond))
                count += len(batch)
            if link_type is None:
                out.write(_file_header(1, nanosecond))
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}. Choose another place.") from error
    return count


class _Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


def _compressed(raw: IO[bytes], suffix: str) -> AbstractContextManager[_Sink]:
    match suffix:
        case ".gz":
            # Without a time of its own, so that the same frames make the same file.
            return gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0)
        case ".zst":
            sink: AbstractContextManager[_Sink] = zstandard.ZstdCompressor(level=10).stream_writer(raw, closefd=False)
            return sink
        case _:
            return nullcontext(raw)


def _file_header(link_type: int, nanosecond: bool) -> bytes:
    fields = np.array([_MAGIC[nanosecond], 2 | 4 << 16, 0, 0, LONGEST_FRAME, link_type], "<u4")
    return fields.tobytes()


def _records(batch: Frames, nanosecond: bool) -> bytes:
    """The batch's records, header and frame in turn."""
    n, header = len(batch), _RECORD.itemsize
    seconds, fraction = np.divmod(np.clip(batch.time_ns, 0, (1 << 32) * 1_000_000_000 - 1), 1_000_000_000)
    records = np.empty(n, _RECORD)
    records["seconds"] = seconds
    records["fraction"] = fraction if nanosecond else fraction // 1000
    records["captured"] = batch.captured
    records["length"] = batch.length

    captured = batch.captured.astype(np.int64)
    end = np.cumsum(captured + header)
    out = np.empty(int(end[-1]), np.uint8)
    at = end - captured - header
    out[at[:, None] + np.arange(header)] = records.view(np.uint8).reshape(n, header)
    # Byte k of frame i lies at start[i] + k in the batch, and here behind i + 1 headers.
    within = np.arange(int(captured.sum())) - np.repeat(np.cumsum(captured) - captured, captured)
    out[np.repeat(at + header, captured) + within] = batch.data[np.repeat(batch.start, captured) + within]
    return out.tobytes()
