"""A ring of memory that the kernel fills with packets: AF_PACKET, TPACKET_V3 (packet(7), linux/if_packet.h)."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import select
import socket
import struct
from difflib import get_close_matches
from typing import Final

import numpy as np

from packetclip.errors import CaptureError, MissingCapture
from packetclip.wire.capture import bpf
from packetclip.wire.capture.endless import Live
from packetclip.wire.capture.ring_walk import BARE, COOKED, ETHERNET

__all__ = ["RETIRE_S", "Ring"]

RETIRE_S: Final = 0.1
"""A block that is not full is handed over after this."""

_SOL_PACKET: Final = 263
_ADD_MEMBERSHIP: Final = 1
_RX_RING: Final = 5
_STATISTICS: Final = 6
_VERSION: Final = 10
_TPACKET_V3: Final = 2
_PROMISCUOUS: Final = 1
_ALL_PROTOCOLS: Final = 3
_ATTACH_FILTER: Final = 26
_HARDWARE_ADDRESS: Final = 0x8927  # SIOCGIFHWADDR

_BLOCK: Final = 1 << 20
_LEAST_BLOCKS: Final = 4
_STATUS: Final = 2  # words from a block's beginning
_OF_USER: Final = 1

# ARPHRD_ (linux/if_arp.h) -> DLT_, LINKTYPE_, what to make of a frame; all others come cooked.
_TYPES: Final = {
    1: (1, 1, ETHERNET),
    772: (1, 1, ETHERNET),  # loopback
    519: (12, 101, BARE),  # raw IP
    768: (12, 101, BARE),  # IP in IP
    776: (12, 101, BARE),  # IPv6 in IPv4
    65534: (12, 101, BARE),  # none: tun, WireGuard
    801: (105, 105, BARE),  # 802.11
    802: (119, 119, BARE),  # with Prism header
    803: (127, 127, BARE),  # with radiotap header
}
_OF_COOKED: Final = (12, 276, COOKED)  # a filter sees them from the network header on

_NOT_HERE: Final = (
    "Only Linux captures from interfaces. Pipe it instead: tcpdump -i {interface} -w - | packetclip detect -"
)
_NOT_ALLOWED: Final = (
    "{interface} cannot be captured from: that takes the right to open raw sockets (CAP_NET_RAW). Run as root, or "
    "pipe it: sudo tcpdump -i {interface} -w - | packetclip detect -. docs/sources.md has a third way."
)


class Ring:
    """Packets of one interface, from the moment it is made until ``close``."""

    def __init__(self, source: Live) -> None:
        """Raises CaptureError where the interface cannot be captured from, UsageError for a filter without sense."""
        self._source = source
        self._loopback = _index("lo")
        if not hasattr(socket, "AF_PACKET"):
            raise CaptureError(_NOT_HERE.format(interface=source.interface))
        number = 0 if source.interface == "any" else _index(source.interface)
        if number is None:
            raise MissingCapture(_no_such(source.interface))
        with contextlib.ExitStack() as undo:
            try:
                dlt, self.link_type, self.shape = _kind(source.interface)
                kind = socket.SOCK_DGRAM if self.shape == COOKED else socket.SOCK_RAW
                # Of no protocol yet, so that nothing arrives before the filter is there.
                self._socket = undo.enter_context(socket.socket(socket.AF_PACKET, kind, 0))
                self._attach(
                    bpf.program(source.filter, source.interface, dlt, source.snap_length)
                    if source.filter
                    else bpf.cut_at(source.snap_length)
                )
                self._map(undo)
                self._bind(number)
                if source.promiscuous and number:
                    request = struct.pack("=iHH8x", number, _PROMISCUOUS, 0)
                    self._socket.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, request)
            except PermissionError as error:
                raise CaptureError(_NOT_ALLOWED.format(interface=source.interface)) from error
            except OSError as error:
                raise CaptureError(_sentence(source, error)) from error
            self._undo = undo.pop_all()
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN | select.POLLERR)
        self._block = 0

    @property
    def loopback(self) -> int:
        """The number of the interface that gives every packet twice; -1 where there is none."""
        return -1 if self._loopback is None else self._loopback

    def __enter__(self) -> Ring:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the memory back; promiscuous mode ends with the socket."""
        self._undo.close()

    def _bind(self, number: int) -> None:
        # Not socket.bind(): it knows interfaces by name, and all of them have none.
        address = struct.pack("=HHiHBB8x", socket.AF_PACKET, socket.htons(_ALL_PROTOCOLS), number, 0, 0, 0)
        if ctypes.CDLL(None, use_errno=True).bind(self._socket.fileno(), address, len(address)) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def _map(self, undo: contextlib.ExitStack) -> None:
        wanted = self._source.buffer_mib << 20
        block = min(_BLOCK, wanted // _LEAST_BLOCKS)
        blocks = wanted // block
        # A frame's size says nothing in version 3, but must divide a block.
        request = struct.pack("=7I", block, blocks, 2048, wanted // 2048, int(1000 * RETIRE_S), 0, 0)
        self._socket.setsockopt(_SOL_PACKET, _VERSION, _TPACKET_V3)
        self._socket.setsockopt(_SOL_PACKET, _RX_RING, request)
        memory = mmap.mmap(self._socket.fileno(), wanted, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        undo.callback(self._unmap, memory)
        self.bytes = np.frombuffer(memory, np.uint8)
        """(M,) all blocks."""
        self._words = self.bytes.view(np.uint32)
        self._block_bytes, self._blocks = block, blocks

    def _unmap(self, memory: mmap.mmap) -> None:
        del self.bytes, self._words  # a map cannot be closed while arrays look into it
        memory.close()

    def _attach(self, instructions: bytes) -> None:
        code = ctypes.create_string_buffer(instructions, len(instructions))
        self._socket.setsockopt(
            socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HL", len(instructions) // 8, ctypes.addressof(code))
        )

    def deafen(self) -> None:
        """Take no further packet; what lies in the ring stays."""
        self._attach(bpf.NOTHING)

    def wait(self, timeout_s: float) -> bool:
        """Whether a block is there within that time. Raises CaptureError where the interface is gone."""
        if self._ready():
            return True
        for _, event in self._poll.poll(1000 * timeout_s):
            if event & select.POLLERR:
                self._check()
        return self._ready()

    def _ready(self) -> bool:
        return bool(self._words[self._word(_STATUS)] & _OF_USER)

    def _word(self, n: int) -> int:
        return (self._block * self._block_bytes >> 2) + n

    def _check(self) -> None:
        problem = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if problem and problem != errno.ENETDOWN:
            raise CaptureError(f"{self._source} cannot be captured from any longer: {errno.errorcode.get(problem)}.")
        if problem and _index(self._source.interface) is None and self._source.interface != "any":
            raise CaptureError(f"The interface {self._source} is gone; what it gave until then was read.")

    def block(self) -> tuple[int, int, int]:
        """Of the block that ``wait`` found: where its first packet is, how many there are, where it ends."""
        begin = self._block * self._block_bytes
        packets, first = (int(self._words[self._word(n)]) for n in (3, 4))
        return begin + first, packets, begin + self._block_bytes

    def release(self) -> None:
        """Hand the block back to the kernel and turn to the next one."""
        self._words[self._word(_STATUS)] = 0
        self._block = (self._block + 1) % self._blocks

    def dropped(self) -> int:
        """Packets that found no room, since this was last asked."""
        return int(struct.unpack("=3I", self._socket.getsockopt(_SOL_PACKET, _STATISTICS, 12))[1])


def _index(interface: str) -> int | None:
    try:
        return socket.if_nametoindex(interface)
    except OSError:
        return None


def _kind(interface: str) -> tuple[int, int, int]:
    """(DLT_ for a filter, LINKTYPE_, what to make of a frame) of an interface."""
    if interface == "any":
        return _OF_COOKED
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        answer = fcntl.ioctl(any_socket, _HARDWARE_ADDRESS, struct.pack("256s", interface.encode()[:15]))
    return _TYPES.get(struct.unpack_from("=H", answer, 16)[0], _OF_COOKED)


def _no_such(interface: str) -> str:
    names = sorted(name for _, name in socket.if_nameindex())
    close = get_close_matches(interface, names, n=1)
    advice = f"Did you mean {close[0]}?" if close else f"There are: {', '.join([*names, 'any'])}."
    return f"There is no interface {interface}. {advice}"


def _sentence(source: Live, error: OSError) -> str:
    text = f"{source} cannot be captured from: {error.strerror or error}."
    if error.errno == errno.ENOMEM:
        return f"{text} Ask for less memory with --buffer, which is {source.buffer_mib} MiB."
    if error.errno == errno.ENETDOWN:
        return f"{text} Bring it up first: ip link set {source} up"
    return text
