"""Small made-up traffic: frames from a few words, to try missions on behaviour, not on columns."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from packetclip.language.knowledge import Mission, mission_degrees
from packetclip.wire.capture import memory
from packetclip.wire.context import ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = 1, 2, 4, 8, 16, 32, 64, 128
FULL = bytes.fromhex("020405b40402080a0000000000000000010303070000")[:20]
"""MSS, SACK permitted, time stamps, no operation, window scale: the options of an ordinary SYN."""


def _mac(host: str) -> bytes:
    return b"\x02\x00" + ipaddress.IPv4Address(host).packed


@dataclass
class Wire:
    """A list of frames with a clock."""

    now: float = 1_700_000_000.0
    frames: list[tuple[int, bytes]] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def send(self, frame: bytes, after: float = 0.0) -> None:
        self.now += after
        self.frames.append((int(self.now * 1e9), frame))

    def ip(self, src: str, dst: str, protocol: int, body: bytes, after: float = 0.0) -> None:
        a, b = ipaddress.IPv4Address(src).packed, ipaddress.IPv4Address(dst).packed
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0x4000, 64, protocol, 0, a, b)
        self.send(_mac(dst) + _mac(src) + b"\x08\x00" + head + body, after)

    def tcp(
        self, src: str, sport: int, dst: str, dport: int, flags: int, payload: bytes = b"", after: float = 0.0,
        *, seq: int = 1, ack: int = 1, window: int = 64240, options: bytes = b"",
    ) -> None:  # fmt: skip
        offset = (5 + len(options) // 4) << 4
        head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, offset, flags, window, 0, 0)
        self.ip(src, dst, 6, head + options + payload, after)

    def udp(self, src: str, sport: int, dst: str, dport: int, payload: bytes = b"", after: float = 0.0) -> None:
        self.ip(src, dst, 17, struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload, after)

    def echo(
        self, src: str, dst: str, ident: int, seq: int, payload: bytes = bytes(56), after: float = 0.0, kind: int = 8
    ) -> None:
        self.ip(src, dst, 1, struct.pack("!BBHHH", kind, 0, 0, ident & 0xFFFF, seq & 0xFFFF) + payload, after)

    def unreachable(self, src: str, dst: str, sport: int, dport: int, after: float = 0.0, protocol: int = 17) -> None:
        """``src`` says that its port ``dport`` is closed to a datagram that ``dst`` sent from ``sport``."""
        a, b = ipaddress.IPv4Address(dst).packed, ipaddress.IPv4Address(src).packed
        quoted = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, protocol, 0, a, b) + struct.pack(
            "!HHHH", sport, dport, 20, 0
        )
        self.ip(src, dst, 1, struct.pack("!BBHI", 3, 3, 0, 0) + quoted, after)

    def arp(
        self, operation: int, mac: str, claims: str, target: str, after: float = 0.0, to: str | None = None
    ) -> None:
        """The host whose address would be ``mac`` says that ``claims`` is its own."""
        own = _mac(mac)
        other = _mac(to or target) if operation == 2 else bytes(6)
        body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + own + ipaddress.IPv4Address(claims).packed
        body += other + ipaddress.IPv4Address(target).packed
        self.send((other if operation == 2 else b"\xff" * 6) + own + b"\x08\x06" + body + bytes(18), after)

    def open(self, src: str, sport: int, dst: str, dport: int, after: float = 0.0) -> None:
        self.tcp(src, sport, dst, dport, SYN, after=after, seq=0, ack=0, options=FULL)
        self.tcp(dst, dport, src, sport, SYN | ACK, after=0.001, seq=0, options=FULL)
        self.tcp(src, sport, dst, dport, ACK, after=0.001)

    def close(self, src: str, sport: int, dst: str, dport: int, sent: int, received: int) -> None:
        self.tcp(src, sport, dst, dport, FIN | ACK, after=0.001, seq=1 + sent, ack=1 + received)
        self.tcp(dst, dport, src, sport, FIN | ACK, after=0.001, seq=1 + received, ack=2 + sent)
        self.tcp(src, sport, dst, dport, ACK, after=0.001, seq=2 + sent, ack=2 + received)

    def talk(
        self,
        src: str,
        sport: int,
        dst: str,
        dport: int,
        words: list[tuple[bool, bytes]],
        after: float = 0.0,
        pause: float = 0.01,
    ) -> None:
        """A whole connection: (from the originator?, payload) in turn, in segments of 1400 bytes."""
        self.open(src, sport, dst, dport, after)
        sent = received = 0
        for ours, payload in words:
            for at in range(0, len(payload), 1400):
                piece = payload[at : at + 1400]
                if ours:
                    self.tcp(src, sport, dst, dport, PSH | ACK, piece, pause, seq=1 + sent, ack=1 + received)
                    sent += len(piece)
                else:
                    self.tcp(dst, dport, src, sport, PSH | ACK, piece, pause, seq=1 + received, ack=1 + sent)
                    received += len(piece)
        self.close(src, sport, dst, dport, sent, received)

    def dns(
        self,
        src: str,
        sport: int,
        dst: str,
        name: str,
        qtype: int = 1,
        answer: bytes | None = None,
        after: float = 0.0,
        rcode: int = 0,
    ) -> None:
        """A query and, where ``answer`` is not None, a response with one record of that data."""
        question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
        question += struct.pack("!HH", qtype, 1)
        self.udp(src, sport, dst, 53, struct.pack("!HHHHHH", sport, 0x0100, 1, 0, 0, 0) + question, after)
        if answer is not None:
            self.answer(dst, src, sport, question, qtype, answer, 0.005, rcode)

    def answer(
        self,
        server: str,
        client: str,
        port: int,
        question: bytes,
        qtype: int,
        data: bytes,
        after: float,
        rcode: int = 0,
    ) -> None:
        count = 0 if rcode else 1
        record = b"" if rcode else b"\xc0\x0c" + struct.pack("!HHIH", qtype, 1, 60, len(data)) + data
        head = struct.pack("!HHHHHH", port, 0x8180 | rcode, 1, count, 0, 0)
        self.udp(server, 53, client, port, head + question + record, after)


def context(wire: Wire) -> NDArray[np.float32]:
    """(N, F) of the frames, in order of time."""
    frames = sorted(wire.frames, key=lambda frame: frame[0])
    packets = dissect(memory(frames))
    return ContextTracker().update(packets, FlowTracker().update(packets)).values


def found(wire: Wire, missions: tuple[Mission, ...]) -> dict[str, int]:
    """How many packets each mission holds of, those that hold of five or more."""
    counts = (mission_degrees(missions, context(wire)) >= 0.5).sum(axis=0)
    return {mission.name: int(n) for mission, n in zip(missions, counts, strict=True) if n >= 5}
