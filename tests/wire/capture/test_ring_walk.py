"""Blocks as the kernel fills them, made by hand: the compiled walk against one in plain Python."""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.wire.capture.ring_walk import BARE, COOKED, ETHERNET, MOST_ADDED, take

LOOPBACK = 1
VLAN_VALID, VLAN_TYPE_VALID = 1 << 4, 1 << 6


class Packet(NamedTuple):
    frame: bytes
    length: int
    seconds: int
    nanoseconds: int
    status: int
    tag: int
    tag_type: int
    kind: int
    interface: int
    hardware: int
    direction: int
    address: bytes


packets = st.builds(
    Packet,
    frame=st.binary(max_size=40),
    length=st.integers(0, 2**32 - 1) | st.integers(0, 100),
    seconds=st.integers(0, 2**32 - 1),
    nanoseconds=st.integers(0, 10**9 - 1),
    status=st.sampled_from([1, 1 | VLAN_VALID, 1 | VLAN_VALID | VLAN_TYPE_VALID]),
    tag=st.integers(0, 0xFFFF),
    tag_type=st.sampled_from([0x8100, 0x88A8]),
    kind=st.integers(0, 0xFFFF),
    interface=st.integers(1, 3),
    hardware=st.sampled_from([1, 772, 65534]),
    direction=st.integers(0, 4),
    address=st.binary(min_size=8, max_size=8),
)


def block(contents: list[Packet]) -> bytes:
    """A block of TPACKET_V3 whose first packet lies at 48."""
    data = struct.pack("=5I28x", 2, 48, 1, len(contents), 48)
    for packet in contents:
        begin = 48 + 20 + 14  # the kernel leaves a gap that aligns the network header
        size = -(-(begin + len(packet.frame)) // 16) * 16
        head = struct.pack(
            "=6I", size, packet.seconds, packet.nanoseconds, len(packet.frame), packet.length, packet.status
        )
        head += struct.pack("=HHIIH10x", begin, begin + 14, 0, packet.tag, packet.tag_type)
        head += struct.pack("=H", 17) + struct.pack(">H", packet.kind)
        head += struct.pack("=IHBB", packet.interface, packet.hardware, packet.direction, 6) + packet.address
        data += (head + bytes(begin - len(head)) + packet.frame).ljust(size, b"\0")
    return data


def expected(packet: Packet, shape: int) -> tuple[int, int, bytes] | None:
    if packet.direction == 4 and packet.interface == LOOPBACK:
        return None
    tagged = bool(packet.status & VLAN_VALID)
    tag_type = packet.tag_type if packet.status & VLAN_TYPE_VALID else 0x8100
    frame = packet.frame
    if shape == COOKED:
        head = struct.pack(
            ">HHIHBB", tag_type if tagged else packet.kind, 0, packet.interface, packet.hardware, packet.direction, 6
        )
        frame = head + packet.address + (struct.pack(">HH", packet.tag, packet.kind) if tagged else b"") + frame
    elif shape == ETHERNET and tagged and len(frame) >= 12:
        frame = frame[:12] + struct.pack(">HH", tag_type, packet.tag) + frame[12:]
    length = min(packet.length + len(frame) - len(packet.frame), 2**31 - 1)
    return packet.seconds * 10**9 + packet.nanoseconds, length, frame


def taken(data: bytes, count: int, shape: int, rows: int, room: int) -> list[tuple[int, int, bytes]]:
    ring = np.frombuffer(bytearray(data), np.uint8)
    out = np.empty(room, np.uint8)
    start, time_ns = np.empty(rows, np.int64), np.empty(rows, np.int64)
    captured, length = np.empty(rows, np.int32), np.empty(rows, np.int32)
    found, at, left = [], 48, count
    while left:
        n, used, at, left = take(
            ring, at, left, len(ring), shape, LOOPBACK, out, 0, 0, start, captured, length, time_ns
        )  # fmt: skip
        assert used == captured[:n].sum()
        for i in range(n):
            frame = out[start[i] : start[i] + captured[i]].tobytes()
            found.append((int(time_ns[i]), int(length[i]), frame))
    return found


@given(
    contents=st.lists(packets, max_size=8),
    shape=st.sampled_from([BARE, ETHERNET, COOKED]),
    rows=st.integers(1, 9),
    room=st.integers(40 + MOST_ADDED, 300),
)
def test_each_packet_comes_out_once_whatever_the_room(contents: list[Packet], shape: int, rows: int, room: int) -> None:
    wanted = [packet for packet in (expected(packet, shape) for packet in contents) if packet]
    assert taken(block(contents), len(contents), shape, rows, room) == wanted


@pytest.mark.parametrize("cut", [0, 20, 60, 100])
def test_what_lies_behind_the_block_is_not_read(cut: int) -> None:
    packet = Packet(bytes(range(40)), 40, 1, 2, 1, 0, 0, 0x0800, 2, 1, 0, bytes(8))
    data = block([packet])[: 48 + cut]
    assert taken(data + bytes(-len(data) % 16), 3, BARE, 4, 4096) == []
