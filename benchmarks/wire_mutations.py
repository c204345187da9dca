"""Damage, from a seed: frames with wrong fields, lengths, cuts and splices; capture files and logs of flows likewise.

Frames are changed as a matrix, many at once, and mostly where it hurts: near the places at which the unharmed frame's
link, network and transport headers and its payload begin. Files are changed one by one, mostly in their headers, and
logs in their values.
"""

from __future__ import annotations

import gzip
import lzma
import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import lz4.frame
import numpy as np
import zstandard
from numpy.typing import NDArray

from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture import Frames
from packetclip.wire.packets import LINK_TYPES, dissect

WIDTH: Final = 384
"""Bytes kept of a frame; what was longer is a frame that the capture cut."""
FRAMES_OF_A_FILE: Final = 48
LARGEST_FILE: Final = 24_000
GAP: Final = 32
LATEST_NS: Final = (1 << 32) * 1_000_000_000

ETHER_TYPES: Final = (
    0x0800, 0x86DD, 0x0806, 0x8100, 0x88A8, 0x9100, 0x8847, 0x8848, 0x8863, 0x8864, 0x6558, 0x88BE, 0x22EB, 0x880B,
    0x88E7, 0x894F, 0, 60, 1500, 1536,
)  # fmt: skip
PROTOCOLS: Final = (
    0, 1, 2, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 97, 112, 115, 132, 135, 137, 139, 140, 253, 255,
)  # fmt: skip
PORTS: Final = (
    0, 21, 22, 25, 53, 67, 80, 137, 443, 500, 1701, 2123, 2152, 2525, 3544, 4500, 4739, 4754, 4789, 4790, 5072, 5353,
    5355, 6081, 6635, 8472, 65535,
)  # fmt: skip
LINKS: Final = (0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 119, 127, 163, 192, 228, 229, 239, 276)


@dataclass(frozen=True)
class Corpus:
    """Unharmed frames as a matrix, and unharmed files."""

    matrix: NDArray[np.uint8]
    """(N, WIDTH) first bytes of each frame, padded with zeros."""
    captured: NDArray[np.int64]
    """(N,) how many of them are there."""
    length: NDArray[np.int64]
    link_type: NDArray[np.int32]
    places: NDArray[np.int64]
    """(N, 4) where link, network and transport headers and payload begin."""
    files: tuple[bytes, ...]


def gather(paths: Iterable[Path]) -> Corpus:
    """A corpus of the first frames of each capture that can be read, and of those files that are small."""
    matrix, captured, length, link_type, places, files = [], [], [], [], [], []
    for path in paths:
        if path.stat().st_size <= LARGEST_FILE:
            files.append(path.read_bytes())
        try:
            frames = next(iter(capture.read(path, Ledger(), FRAMES_OF_A_FILE)), None)
        except CaptureError:
            continue
        if frames is None:
            continue
        rows = dissect(frames).rows
        column = np.arange(WIDTH)
        there = np.minimum(frames.captured.astype(np.int64), WIDTH)
        inside = column < there[:, None]
        taken = np.zeros((len(frames), WIDTH), np.uint8)
        taken[inside] = frames.data[(frames.start[:, None] + column)[inside]]
        matrix.append(taken)
        captured.append(there)
        length.append(frames.length.astype(np.int64))
        link_type.append(frames.link_type)
        begins = [np.zeros(len(rows), np.int64)]
        begins += [rows[name].astype(np.int64) for name in ("network_start", "transport_start", "payload_start")]
        places.append(np.minimum(np.stack(begins, 1), np.maximum(there - 1, 0)[:, None]))
    if not matrix:
        raise FileNotFoundError("No captures to damage were found: name a folder with --shared.")
    return Corpus(
        np.concatenate(matrix),
        np.concatenate(captured),
        np.concatenate(length),
        np.concatenate(link_type),
        np.concatenate(places),
        tuple(files),
    )


# --- frames -----------------------------------------------------------------------------------------------------------


def damaged_frames(corpus: Corpus, rng: np.random.Generator, n: int) -> Frames:
    """``n`` frames, each with some damage, end to end."""
    picks = rng.integers(0, len(corpus.matrix), n)
    matrix, captured = corpus.matrix[picks], corpus.captured[picks].copy()
    length, link_type = corpus.length[picks].copy(), corpus.link_type[picks].copy()
    places = corpus.places[picks]

    matrix, captured = _splice(corpus, rng, matrix, captured, places)
    matrix, captured = _repeat(rng, matrix, captured, places)
    for _ in range(3):
        _set_bytes(rng, matrix, places)
    _set_words(rng, matrix, captured, places)
    _set_known(rng, matrix, places)
    noise = rng.random(n) < 0.02
    matrix[noise] = rng.integers(0, 256, (int(noise.sum()), WIDTH), dtype=np.uint8)

    length = np.maximum(length, captured)
    cut = rng.random(n) < 0.25
    captured[cut] = (rng.random(int(cut.sum())) * (captured[cut] + 1)).astype(np.int64)
    how = rng.random(n)
    length = np.where(how < 0.5, length, captured)
    length = np.where(how > 0.8, captured + rng.integers(0, 2000, n), length)
    length = np.where(how > 0.9, rng.integers(0, 2000, n), length)
    length = np.where(how > 0.97, rng.integers(0, 1 << 31, n), length)
    other = rng.random(n)
    link_type = np.where(other < 0.08, rng.choice(LINKS, n), link_type)
    link_type = np.where(other < 0.04, rng.choice(list(LINK_TYPES), n), link_type)
    link_type = np.where(other < 0.005, rng.integers(-(1 << 31), 1 << 31, n), link_type)

    inside = np.arange(WIDTH) < captured[:, None]
    return Frames(
        data=matrix[inside],
        start=np.cumsum(captured) - captured,
        captured=captured.astype(np.int32),
        length=length.astype(np.int32),
        time_ns=_times(rng, n),
        link_type=link_type.astype(np.int32),
        index=np.arange(n, dtype=np.int64),
    )


def apart(frames: Frames, rng: np.random.Generator) -> Frames:
    """The same frames with random bytes around each: whoever reads past a frame now reads something else."""
    captured = frames.captured.astype(np.int64)
    start = np.cumsum(captured + GAP) - captured
    data = rng.integers(0, 256, int((captured + GAP).sum()) + GAP, dtype=np.uint8)
    within = np.arange(int(captured.sum())) - np.repeat(np.cumsum(captured) - captured, captured)
    data[np.repeat(start, captured) + within] = frames.data[np.repeat(frames.start, captured) + within]
    return Frames(data, start, frames.captured, frames.length, frames.time_ns, frames.link_type, frames.index)


def _times(rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    """Mostly forward by microseconds to seconds; some jumps, some back, some to the ends of what a file can say."""
    steps = (10.0 ** rng.uniform(3, 9.3, n)).astype(np.int64)
    jump = rng.random(n)
    steps = np.where(jump < 0.01, -(10.0 ** rng.uniform(3, 12, n)).astype(np.int64), steps)
    steps = np.where(jump > 0.995, (10.0 ** rng.uniform(9, 13, n)).astype(np.int64), steps)
    times = np.clip(1_700_000_000_000_000_000 + np.cumsum(steps), 0, LATEST_NS)
    times = np.where(rng.random(n) < 0.0005, 0, times)
    return np.where(rng.random(n) < 0.0005, LATEST_NS, times).astype(np.int64)


def _near(rng: np.random.Generator, places: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """(N,) a position a little behind one of each frame's places."""
    n = len(places)
    at = places[np.arange(n), rng.integers(0, 4, n)] + rng.integers(0, reach, n)
    return np.asarray(np.minimum(at, WIDTH - 2), np.int64)


def _set_bytes(rng: np.random.Generator, matrix: NDArray[np.uint8], places: NDArray[np.int64]) -> None:
    rows = np.flatnonzero(rng.random(len(matrix)) < 0.4)
    at = _near(rng, places, 28)[rows]
    how, old = rng.random(len(rows)), matrix[rows, at]
    value = np.where(how < 0.4, old ^ (1 << rng.integers(0, 8, len(rows))), rng.integers(0, 256, len(rows)))
    value = np.where(how > 0.7, rng.choice([0, 1, 4, 5, 6, 15, 63, 64, 127, 128, 192, 255], len(rows)), value)
    matrix[rows, at] = value.astype(np.uint8)


def _set_words(
    rng: np.random.Generator, matrix: NDArray[np.uint8], captured: NDArray[np.int64], places: NDArray[np.int64]
) -> None:
    rows = np.flatnonzero(rng.random(len(matrix)) < 0.3)
    at = _near(rng, places, 24)[rows]
    at -= (at - places[rows, 1]) % 2 * (rng.random(len(rows)) < 0.8)
    at = np.maximum(at, 0)
    value = rng.choice([0, 1, 2, 4, 7, 8, 12, 19, 20, 21, 28, 40, 255, 256, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF], len(rows))
    left = np.maximum(captured[rows] - at + rng.integers(-24, 25, len(rows)), 0)
    value = np.where(rng.random(len(rows)) < 0.5, left, value)
    matrix[rows, at] = (value >> 8).astype(np.uint8)
    matrix[rows, at + 1] = (value & 255).astype(np.uint8)


def _set_known(rng: np.random.Generator, matrix: NDArray[np.uint8], places: NDArray[np.int64]) -> None:
    """EtherTypes, IP protocols and ports that other kernels answer to."""
    n = len(matrix)
    how = rng.random(n)
    for low, place, offset, values in (
        (0.00, 1, -2, ETHER_TYPES), (0.04, 2, 0, PORTS), (0.08, 2, 2, PORTS), (0.12, 3, 2, ETHER_TYPES),
    ):  # fmt: skip
        rows = np.flatnonzero((how >= low) & (how < low + 0.04))
        at = np.clip(places[rows, place] + offset, 0, WIDTH - 2)
        value = rng.choice(values, len(rows))
        matrix[rows, at] = (value >> 8).astype(np.uint8)
        matrix[rows, at + 1] = (value & 255).astype(np.uint8)
    rows = np.flatnonzero((how >= 0.16) & (how < 0.24))
    is_six = matrix[rows, places[rows, 1]] >> 4 == 6
    at = np.minimum(places[rows, 1] + np.where(is_six, 6, 9), WIDTH - 1)
    matrix[rows, at] = rng.choice(PROTOCOLS, len(rows)).astype(np.uint8)
    rows = np.flatnonzero((how >= 0.24) & (how < 0.26))
    matrix[rows, places[rows, 2]] = rng.choice(PROTOCOLS, len(rows)).astype(np.uint8)


def _splice(
    corpus: Corpus,
    rng: np.random.Generator,
    matrix: NDArray[np.uint8],
    captured: NDArray[np.int64],
    places: NDArray[np.int64],
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """A fifth of the frames go on as another frame does, from one of the places of either: tunnels in tunnels."""
    rows = np.flatnonzero(rng.random(len(matrix)) < 0.2)
    others = rng.integers(0, len(corpus.matrix), len(rows))
    cut = places[rows, rng.integers(0, 4, len(rows))] + rng.choice([0, 0, 0, 0, 4, 8, 12, 16], len(rows))
    cut = np.minimum(cut, captured[rows])
    come = corpus.places[others, rng.integers(0, 4, len(rows))]
    column = np.arange(WIDTH)
    own = column < cut[:, None]
    theirs = np.clip(column - cut[:, None] + come[:, None], 0, WIDTH - 1)
    changed = np.where(own, matrix[rows], np.take_along_axis(corpus.matrix[others], theirs, 1))
    matrix[rows] = changed
    captured[rows] = np.clip(cut + corpus.captured[others] - come, 0, WIDTH)
    return matrix, captured


def _repeat(
    rng: np.random.Generator, matrix: NDArray[np.uint8], captured: NDArray[np.int64], places: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Some frames say a header again and again, others leave one out."""
    n = len(matrix)
    rows = np.flatnonzero(rng.random(n) < 0.1)
    first = rng.integers(0, 3, len(rows))
    begin = places[rows, first]
    end = np.maximum(places[rows, np.minimum(first + rng.integers(1, 3, len(rows)), 3)], begin + 4)
    size = end - begin
    times = rng.choice([1, 1, 2, 3, 8, 40], len(rows))
    column = np.arange(WIDTH)
    back = np.minimum(np.maximum(column - begin[:, None], 0) // size[:, None], times[:, None]) * size[:, None]
    lost = rng.random(len(rows)) < 0.3
    source = np.where(lost[:, None], column + size[:, None] * (column >= begin[:, None]), column - back)
    matrix[rows] = np.take_along_axis(matrix[rows], np.clip(source, 0, WIDTH - 1), 1)
    captured[rows] = np.clip(captured[rows] + np.where(lost, -size, size * times), 0, WIDTH)
    return matrix, captured


# --- files ------------------------------------------------------------------------------------------------------------

_INTERESTING: Final = (
    0, 1, 2, 4, 7, 8, 12, 16, 20, 24, 28, 32, 255, 65535, 65536, 262144, 262145, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC,
    0xFFFFFFFF,
)  # fmt: skip
_COMPRESSIONS: Final[tuple[Callable[[bytes], bytes], ...]] = (
    lambda data: gzip.compress(data, 1),
    lambda data: zstandard.compress(data, 1),
    lambda data: lz4.frame.compress(data),
    lambda data: lzma.compress(data, preset=0),
)


def damaged_file(corpus: Corpus, rng: np.random.Generator) -> bytes:
    """One capture file with some damage; three in ten are compressed, half of these damaged only then."""
    data = corpus.files[rng.integers(len(corpus.files))]
    pack = rng.random() < 0.3
    before = not pack or rng.random() < 0.5
    if before:
        data = _harm(data, rng)
    if pack:
        data = _COMPRESSIONS[rng.integers(len(_COMPRESSIONS))](data)
        if rng.random() < 0.2:
            data += _COMPRESSIONS[rng.integers(len(_COMPRESSIONS))](data)
        if not before or rng.random() < 0.2:
            data = _scribble(data, rng)
    return data


def file_of_damaged_frames(corpus: Corpus, rng: np.random.Generator) -> bytes:
    """A pcap without a fault, of up to 60 damaged frames that are of one link type and lie in their time."""
    frames = damaged_frames(corpus, rng, 60)
    link_type = int(frames.link_type[rng.integers(len(frames))]) & 0xFFFF
    out = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262_144, link_type)]
    for i in np.flatnonzero(frames.link_type == link_type):
        second, fraction = divmod(int(frames.time_ns[i]), 1_000_000_000)
        start, captured = int(frames.start[i]), int(frames.captured[i])
        out.append(struct.pack("<IIII", second & 0xFFFFFFFF, fraction, captured, int(frames.length[i])))
        out.append(frames.data[start : start + captured].tobytes())
    return b"".join(out)


def _harm(data: bytes, rng: np.random.Generator) -> bytes:
    is_pcapng = data[:4] == b"\x0a\x0d\x0d\x0a"
    is_pcap = data[:4] in (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
    for _ in range(int(rng.integers(1, 5))):
        if is_pcapng and rng.random() < 0.8:
            data = _harm_blocks(data, rng)
        elif is_pcap and rng.random() < 0.8:
            data = _harm_records(data, rng)
        else:
            data = _scribble(data, rng)
    return data


def _scribble(data: bytes, rng: np.random.Generator) -> bytes:
    """Bytes changed, left out, put in or cut off anywhere, sooner near the beginning."""
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        if not changed:
            break
        at = int(len(changed) * rng.random() ** 3)
        if at < 4 and rng.random() < 0.8:  # without its magic a file is soon refused
            at += 4
        at = min(at, len(changed) - 1)
        match rng.integers(6):
            case 0 | 1 | 2:
                changed[at] = int(rng.integers(256))
            case 3:
                del changed[at : at + int(rng.integers(1, 32))]
            case 4:
                changed[at:at] = rng.bytes(int(rng.integers(1, 32)))
            case _:
                del changed[int(len(changed) * rng.random()) :]
    return bytes(changed)


def _put(data: bytes, at: int, value: int, order: str) -> bytes:
    if not 0 <= at <= len(data) - 4:
        return data
    return data[:at] + struct.pack(f"{order}I", value & 0xFFFFFFFF) + data[at + 4 :]


def _value(old: int, rng: np.random.Generator) -> int:
    how = rng.random()
    if how < 0.4:
        return int(rng.choice(_INTERESTING))
    if how < 0.7:
        return old + int(rng.integers(-20, 21))
    return int(rng.integers(1 << 32))


def _harm_records(data: bytes, rng: np.random.Generator) -> bytes:
    """One field of a pcap's header or of a record's."""
    order = ">" if data[:2] in (b"\xa1\xb2",) else "<"
    starts: list[int] = []
    at = 24
    while at + 16 <= len(data) and len(starts) < 2000:
        starts.append(at)
        at += 16 + struct.unpack_from(f"{order}I", data, at + 8)[0]
    if not starts or rng.random() < 0.25:
        at = int(rng.choice([0, 4, 8, 12, 16, 20, 20, 20]))
        if at + 4 > len(data):
            return data
        if at == 20 and rng.random() < 0.7:
            return _put(data, at, int(rng.choice(LINKS)), order)
        return _put(data, at, _value(struct.unpack_from(f"{order}I", data, at)[0], rng), order)
    at = starts[int(len(starts) * rng.random() ** 2)] + int(rng.choice([0, 4, 8, 8, 8, 12, 12]))
    return _put(data, at, _value(struct.unpack_from(f"{order}I", data, at)[0], rng), order)


def _harm_blocks(data: bytes, rng: np.random.Generator) -> bytes:
    """One block of a pcapng: its type, a length, a field, an option; or it is doubled, moved, left out."""
    order = ">" if data[8:12] == b"\x1a\x2b\x3c\x4d" else "<"
    starts: list[int] = []
    at = 0
    while at + 12 <= len(data) and len(starts) < 2000:
        starts.append(at)
        total = struct.unpack_from(f"{order}I", data, at + 4)[0]
        if total < 12:
            break
        at += total
    if not starts:
        return _scribble(data, rng)
    begin = starts[int(len(starts) * rng.random() ** 2)]
    total = struct.unpack_from(f"{order}I", data, begin + 4)[0]
    end = min(begin + max(total, 12), len(data))
    match rng.integers(8):
        case 0:
            return _put(data, begin, int(rng.choice([1, 2, 3, 4, 5, 6, 10, 11, 0xBAD, 0x0A0D0D0A, 0x80000001])), order)
        case 1:
            return _put(data, begin + 4, _value(total, rng), order)
        case 2:
            return (
                data[: end - 4] + data[end:] if rng.random() < 0.3 else _put(data, end - 4, _value(total, rng), order)
            )
        case 3:
            return data[:end] + data[begin:end] + data[end:]
        case 4:
            return data[:begin] + data[end:]
        case 5:
            other = starts[int(rng.integers(len(starts)))]
            return data[:other] + data[begin:end] + data[other:]
        case _:
            at = begin + 8 + 4 * int(rng.integers(0, max((end - begin - 12) // 4, 1)) * rng.random())
            if at + 4 > len(data):
                return data
            if rng.random() < 0.3:  # an option: code, length
                code, size = int(rng.choice([0, 1, 2, 9, 9, 14, 14, 4, 5])), int(rng.choice([0, 1, 8, 8, 4, 65535]))
                return data[:at] + struct.pack(f"{order}HH", code, size) + data[at + 4 :]
            return _put(data, at, _value(struct.unpack_from(f"{order}I", data, at)[0], rng), order)


# --- logs -------------------------------------------------------------------------------------------------------------

_CONN: Final = {
    "ts": "1700000000.123456", "uid": "CHhAvVGS1DHFjwGM9", "id.orig_h": "10.0.0.5", "id.orig_p": "40000",
    "id.resp_h": "2001:db8::9", "id.resp_p": "443", "proto": "tcp", "service": "ssl", "duration": "1.5",
    "orig_bytes": "517", "resp_bytes": "4096", "conn_state": "SF", "local_orig": "T", "local_resp": "F",
    "missed_bytes": "0", "history": "ShADadFf", "orig_pkts": "9", "orig_ip_bytes": "885", "resp_pkts": "8",
    "resp_ip_bytes": "4420", "tunnel_parents": "(empty)",
}  # fmt: skip
_EVE: Final = (
    '{"timestamp": "2024-05-01T12:00:00.123456+0000", "flow_id": 7, "event_type": "flow", "src_ip": "10.0.0.5", '
    '"src_port": 40000, "dest_ip": "10.0.0.9", "dest_port": 443, "proto": "TCP", "app_proto": "tls", "flow": '
    '{"pkts_toserver": 9, "pkts_toclient": 8, "bytes_toserver": 1011, "bytes_toclient": 4532, "start": '
    '"2024-05-01T12:00:00.000000+0000", "end": "2024-05-01T12:00:01.500000+0000", "age": 1, "state": "closed", '
    '"reason": "timeout", "alerted": false}, "tcp": {"tcp_flags": "1b", "tcp_flags_ts": "1b", "tcp_flags_tc": "1b", '
    '"syn": true, "fin": true, "psh": true, "ack": true, "state": "closed"}}',
    '{"timestamp": "2024-05-01T12:00:02.000000+0000", "flow_id": 8, "event_type": "netflow", "src_ip": "10.0.0.5", '
    '"src_port": 5353, "dest_ip": "ff02::fb", "dest_port": 5353, "proto": "UDP", "app_proto": "dns", "netflow": '
    '{"pkts": 2, "bytes": 180, "start": "2024-05-01T12:00:00.000000+0000", "end": "2024-05-01T12:00:01.000000+0000", '
    '"age": 1, "min_ttl": 255, "max_ttl": 255}}',
    '{"timestamp": "2024-05-01T12:00:03.000000+0000", "flow_id": 9, "event_type": "flow", "src_ip": "10.0.0.5", '
    '"dest_ip": "10.0.0.9", "proto": "ICMP", "icmp_type": 8, "icmp_code": 0, "flow": {"pkts_toserver": 1, '
    '"pkts_toclient": 0, "bytes_toserver": 98, "bytes_toclient": 0, "start": "2024-05-01T12:00:03.000000+0000"}}',
)
_VALUES: Final = (
    "-", "(empty)", "", "0", "-1", "1e308", "1e-320", "nan", "inf", "-inf", "9" * 30, "18446744073709551615", "0x10",
    "1700000000", "-1700000000.5", "99999999999999", "65535", "65536", "tcp", "icmp", "udp", "unknown_transport",
    "icmp6", "8", "3", "10.0.0.1", "::", "256.1.1.1", "fe80::1%eth0", "1.2.3", "S0", "OTH", "RSTOS0", "T",
    "ssl,http", "\\x09", "h\u00e9", "\U0001f600", "2024-13-01T00:00:00Z",
    "0001-01-01T00:00:00+0000", "9999-12-31T23:59:59.999999+0000",
)  # fmt: skip
_JSON_VALUES: Final = (
    "null", "true", "[]", "{}", "-1", "0", "1e400", "1e308", "9" * 25, "0.1", '"x"', '""', "[1, {}]", "-0.0",
    '"\\ud800"', '"\\u0000"', '{"start": 1}',
)  # fmt: skip


def damaged_log(rng: np.random.Generator) -> bytes:
    """Some lines of Zeek's conn.log (TSV or JSON) or of Suricata's EVE, with values that were never meant."""
    form, n = rng.integers(3), int(rng.integers(1, 12))
    if form == 0:
        names = list(_CONN)
        if rng.random() < 0.4:
            rng.shuffle(names)
            names = names[: int(rng.integers(1, len(names) + 1))]
        head = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tconn"]
        head += ["#fields\t" + "\t".join(names), "#types\t" + "\t".join(["string"] * len(names))]
        lines = [*head, *("\t".join(_changed(_CONN[name], rng) for name in names) for _ in range(n))]
        if rng.random() < 0.3:
            lines += ["#close\t2024-05-01-12-00-00", *head, lines[-1]]
    elif form == 1:
        lines = [_object({name: f'"{_changed(value, rng)}"' for name, value in _CONN.items()}, rng) for _ in range(n)]
    else:
        lines = [_swapped(_EVE[rng.integers(len(_EVE))], rng) for _ in range(n)]
    if rng.random() < 0.2:
        lines.insert(int(rng.integers(len(lines) + 1)), _swapped(_EVE[0], rng))
    data = "\n".join(lines).encode("utf-8", "surrogatepass") + b"\n" * (rng.random() < 0.8)
    if rng.random() < 0.3:
        data = _scribble(data, rng)
    return _COMPRESSIONS[rng.integers(len(_COMPRESSIONS))](data) if rng.random() < 0.1 else data


def _changed(value: str, rng: np.random.Generator) -> str:
    how = rng.random()
    return (
        value if how < 0.8 else str(rng.choice(_VALUES)) if how < 0.95 else value[: int(rng.integers(len(value) + 1))]
    )


def _object(values: dict[str, str], rng: np.random.Generator) -> str:
    """A JSON object; numbers mostly as numbers, some values of another kind, some missing."""
    parts = []
    for name, value in values.items():
        plain = value.strip('"')
        if plain.replace(".", "", 1).isascii() and plain.replace(".", "", 1).isdigit() and rng.random() < 0.9:
            value = plain
        if rng.random() < 0.05:
            value = str(rng.choice(_JSON_VALUES))
        if rng.random() > 0.05:
            parts.append(f'"{name}": {value}')
    return "{" + ", ".join(parts) + "}"


def _swapped(text: str, rng: np.random.Generator) -> str:
    """A JSON text some of whose values are others."""
    for _ in range(int(rng.integers(0, 4))):
        places = list(re.finditer(r': ("[^"]*"|[0-9]+|true|false)', text))
        if not places:
            return text
        place = places[rng.integers(len(places))]
        value = str(rng.choice(_JSON_VALUES)) if rng.random() < 0.5 else f'"{rng.choice(_VALUES)}"'
        text = f"{text[: place.start(1)]}{value}{text[place.end(1) :]}"
    return text


def take(frames: Frames, chosen: Any) -> Frames:
    """Some of the frames, end to end and numbered anew."""
    chosen = np.atleast_1d(np.asarray(chosen))
    bytes_of = [frames.data[s : s + c] for s, c in zip(frames.start[chosen], frames.captured[chosen], strict=True)]
    captured = frames.captured[chosen].astype(np.int64)
    return Frames(
        np.concatenate([np.zeros(0, np.uint8), *bytes_of]),
        np.cumsum(captured) - captured,
        frames.captured[chosen],
        frames.length[chosen],
        frames.time_ns[chosen],
        frames.link_type[chosen],
        np.arange(len(chosen), dtype=np.int64),
    )
