"""Scenes of network life as frames, for tests of context: each scene is a list of (seconds, frame)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from hypothesis import strategies as st

from packetclip.wire.capture import memory
from packetclip.wire.flows import FlowSteps, FlowTracker
from packetclip.wire.packets import PacketBatch, dissect
from tests.wire.flows.traffic import stream
from tests.wire.packets import making as m

START_NS = 1_700_000_000 * 1_000_000_000
TICK_NS = 256
"""Times since 1970 in nanoseconds are exact in 64-bit floats only in steps of 256."""
SYN, SYN_ACK, ACK, PSH, FIN, RST = 0x02, 0x12, 0x10, 0x18, 0x11, 0x14

Scene = list[tuple[float, bytes]]


def host(number: int) -> bytes:
    """Odd numbers are of one subnet, even ones of the internet."""
    return bytes([10, 0, 0, number]) if number % 2 else bytes([93, 184, 216, number])


def segment(
    a: int, b: int, sport: int, dport: int, flags: int, payload: bytes = b"", seq: int = 1, ack: int = 1
) -> bytes:
    return m.ethernet(
        m.ipv4(m.tcp(payload, sport, dport, flags=flags, seq=seq, ack=ack, options=b""), 6, host(a), host(b))
    )


def datagram(a: int, b: int, sport: int, dport: int, payload: bytes) -> bytes:
    return m.ethernet(m.ipv4(m.udp(payload, sport, dport), 17, host(a), host(b)))


def claim(operation: int, sender: int, target: int, mac: int) -> bytes:
    hardware = bytes([2, 0, 0, 0, 0, mac])
    return m.ethernet(m.arp(operation, host(sender), host(target), hardware), 0x0806)


def opened(a: int, b: int, sport: int, dport: int) -> Scene:
    return [
        (0.0, segment(a, b, sport, dport, SYN, seq=0)),
        (0.01, segment(b, a, dport, sport, SYN_ACK, seq=0)),
        (0.02, segment(a, b, sport, dport, ACK)),
    ]


def talk(a: int, b: int, sport: int, dport: int, request: bytes, reply: bytes, by_reset: bool = False) -> Scene:
    """A connection with one request and one reply, closed or reset."""
    r, s = len(request), len(reply)
    life = [
        *opened(a, b, sport, dport),
        (0.03, segment(a, b, sport, dport, PSH, request)),
        (0.05, segment(b, a, dport, sport, PSH, reply, ack=1 + r)),
    ]
    if by_reset:
        return [*life, (0.06, segment(a, b, sport, dport, RST, seq=1 + r))]
    return [
        *life,
        (0.06, segment(a, b, sport, dport, FIN, seq=1 + r, ack=1 + s)),
        (0.07, segment(b, a, dport, sport, FIN, seq=1 + s, ack=2 + r)),
        (0.08, segment(a, b, sport, dport, ACK, seq=2 + r, ack=2 + s)),
    ]


def web(a: int, b: int, n: int) -> Scene:
    reply = (b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 404 Not Found\r\n\r\n" + bytes(900))[n % 2]
    return talk(a, b, 40000 + n, 80, b"GET /page%d HTTP/1.1\r\n\r\n" % (n % 3), reply, by_reset=n % 4 == 3)


def slow_web(a: int, b: int, n: int) -> Scene:
    """A request without end; sometimes it is given up, in the FIN segment or after."""
    begin, more = b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-a: 1\r\n"
    life = opened(a, b, 41000 + n, 80)
    life.append((0.03, segment(a, b, 41000 + n, 80, PSH, begin)))
    life += [(k * 9.0, segment(a, b, 41000 + n, 80, PSH, more, seq=26 + 8 * k)) for k in range(1, 4)]
    if n % 2:
        life.append((28.0, segment(a, b, 41000 + n, 80, RST, seq=60)))
    return life


def last_words(a: int, b: int, n: int) -> Scene:
    """The originator's FIN is the last of both, and carries the beginning of a request."""
    return [
        *opened(a, b, 42000 + n, 8080),
        (0.03, segment(b, a, 8080, 42000 + n, FIN)),
        (0.04, segment(a, b, 42000 + n, 8080, 0x19, b"POST /x HTTP/1.1\r\n", ack=2)),
    ]


def login(a: int, b: int, n: int) -> Scene:
    return talk(a, b, 43000 + n, 21, b"PASS %d\r\n" % n, b"530 Login incorrect.\r\n")


def refused(a: int, b: int, n: int) -> Scene:
    return [(0.0, segment(a, b, 44000, 20 + n, SYN, seq=0)), (0.001, segment(b, a, 20 + n, 44000, RST, ack=1))]


def half_open(a: int, b: int, n: int) -> Scene:
    return [
        (0.0, segment(a, b, 45000, 100 + n, SYN, seq=0)),
        (0.01, segment(b, a, 100 + n, 45000, SYN_ACK, seq=0)),
        (1.0, segment(a, b, 45000, 100 + n, SYN, seq=0)),
    ]


def odd(a: int, b: int, n: int) -> Scene:
    return [(0.0, segment(a, b, 46000, 200 + n, (0, 0x29, 0x03, 0x01)[n % 4]))]


def unasked(a: int, b: int, n: int) -> Scene:
    """Backscatter: a SYN-ACK, or a DNS response, that nobody asked for."""
    if n % 2:
        return [(0.0, segment(a, b, 80, 47000 + n, SYN_ACK))]
    return [(0.0, datagram(a, b, 53, 47000 + n, m.dns(flags=0x8180, answers=20) + bytes(400)))]


def ping(a: int, b: int, n: int) -> Scene:
    def message(kind: int, source: int, target: int) -> bytes:
        return m.ethernet(m.ipv4(m.icmp(kind, payload=bytes(32)), 1, host(source), host(target)))

    request, reply = [(float(k), message(8, a, b)) for k in range(3)], [(k + 0.1, message(0, b, a)) for k in range(3)]
    return request if n % 2 else request + reply


def closed_port(a: int, b: int, n: int) -> Scene:
    """A datagram, and the ICMP error that quotes it: from the host, or from a router on the way."""
    quoted = m.ipv4(m.udp(bytes(8), 48000 + n, 9), 17, host(a), host(b))
    error = m.icmp(3, n % 5, b"\0\0\0\0", quoted)
    back = m.ethernet(m.ipv4(error, 1, host(b if n % 2 else 254), host(a)))
    return [(0.0, datagram(a, b, 48000 + n, 9, bytes(8))), (0.01, back), (0.02, back)]


def names(a: int, b: int, n: int) -> Scene:
    name, kind = f"host{n}.example.com", (1, 28, 16, 10)[n % 4]
    flags = 0x8183 if n % 3 == 0 else 0x8180
    return [
        (0.0, datagram(a, b, 49000 + n % 2, 53, m.dns(name, kind))),
        (0.02, datagram(b, a, 53, 49000 + n % 2, m.dns(name, kind, flags=flags, answers=n) + bytes(n))),
    ]


def claims(a: int, b: int, n: int) -> Scene:
    """Requests, replies, announcements, and now and then another's address."""
    if n % 3 == 0:
        return [(0.0, claim(1, a, b, a)), (0.01, claim(2, b, a, b))]
    if n % 3 == 1:
        return [(0.0, claim(2, a, a, a)), (6.0, claim(2, a, b, b))]
    return [(0.0, claim(2, b, a, 66)), (0.5, claim(1, a, b, a)), (4.0, claim(2, b, a, 66))]


def beacon(a: int, b: int, n: int) -> Scene:
    return [(k * 2.0, datagram(a, b, 50000 + n % 2, 9999, bytes(16 + k % 2))) for k in range(6)]


SCENES: tuple[Callable[[int, int, int], Scene], ...] = (
    web, slow_web, last_words, login, refused, half_open, odd, unasked, ping, closed_port, names, claims, beacon,
)  # fmt: skip


def played(scenes: Iterable[tuple[float, Scene]]) -> PacketBatch:
    """All scenes at once, each from its second on, in the order of time."""
    frames = [
        (START_NS + round((at + offset) * 1e9) // TICK_NS * TICK_NS, frame)
        for at, scene in scenes
        for offset, frame in scene
    ]
    return dissect(memory(sorted(frames, key=lambda pair: pair[0])))


def tracked(packets: PacketBatch) -> FlowSteps:
    return FlowTracker().update(packets)


_SCENE = st.tuples(
    st.sampled_from((0.0, 0.5, 3.0, 9.0, 40.0, 200.0, 700.0)),
    st.builds(
        lambda kind, a, b, n: kind(a, b if b != a else 9, n),
        st.sampled_from(SCENES),
        st.integers(1, 4),
        st.integers(1, 6),
        st.integers(0, 7),
    ),
)


def lives() -> st.SearchStrategy[PacketBatch]:
    """Some scenes among few hosts."""
    return st.lists(_SCENE, min_size=1, max_size=14).map(played)


def rows(seed: int, count: int) -> PacketBatch:
    """Rows that no scene gives: any flags, states and clocks, DNS and web among them."""
    packets = stream(seed, count)
    rng = np.random.default_rng(seed + 1)
    values = {
        "length": (60, 1514), "ip_options": (0, 0, 8), "weird": (0, 0, 1), "src_mac": (1, 2), "arp_src_mac": (1, 2, 3),
        "payload_captured": (0, 1, 100), "tcp_options": (0, 1, 15), "dns_kind": (0, 0, 0, 1, 2), "dns_rcode": (0, 3),
        "dns_qtype": (1, 16, 28), "dns_answers": (0, 1, 30), "dns_name_length": (3, 60), "dns_labels": (1, 5),
        "dns_longest_label": (2, 40), "dns_entropy": (0.5, 4.5), "dns_digits": (0.0, 0.25), "dns_name_hash": range(9),
        "dns_parent_hash": (1, 2), "tls_type": (0, 22, 23), "http_method": (0, 0, 1, 2), "request_hash": range(5),
        "http_status": (0, 0, 200, 404), "http_complete": (0, 0, 1), "reply_code": (0, 220, 530), "ssh_banner": (0, 1),
    }  # fmt: skip
    for name, choices in values.items():
        packets.rows[name] = rng.choice(np.array(choices), count)
    packets.rows["time_ns"] //= TICK_NS
    packets.rows["time_ns"] *= TICK_NS
    return packets
