"""What is masked: two packets that differ in identities only have the same bytes; all else may show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from packetclip.wire.packets import dissect, masked_bytes
from packetclip.wire.packets.masking import NAMING_PORTS
from tests.wire.packets import making as m

NAMING = {port for port, _, _ in NAMING_PORTS}
HIGH_PORT = st.integers(1024, 65535).filter(lambda port: port not in NAMING)
HOST = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=11, max_size=11)
V4, V6 = st.binary(min_size=4, max_size=4), st.binary(min_size=16, max_size=16)

Identity = dict[str, Any]


@st.composite
def identities(draw: st.DrawFn) -> Identity:
    """All that may differ between two hosts, names or connections that do the same."""
    return {
        "macs": draw(st.binary(min_size=12, max_size=12)),
        "v4": (draw(V4), draw(V4)),
        "v6": (draw(V6), draw(V6)),
        "id": draw(st.integers(0, 65535)),
        "flow_label": draw(st.integers(0, 2**20 - 1)),
        "checksum": draw(st.integers(0, 65535)),
        "seq": draw(st.integers(0, 2**32 - 1)),
        "ack": draw(st.integers(0, 2**32 - 1)),
        "stamps": draw(st.binary(min_size=8, max_size=8)),
        "ports": (draw(HIGH_PORT), draw(HIGH_PORT)),
        "host": draw(HOST),
        "vlan": draw(st.lists(st.integers(0, 4095), max_size=2)),
    }


def masked(frame: bytes) -> NDArray[np.uint8]:
    batch = dissect(m.frames_of([frame]))
    assert batch["dropped"][0] == 0
    row: NDArray[np.uint8] = masked_bytes(batch)[0]
    return row


def framed(who: Identity, packet: bytes, ether_type: int = 0x0800) -> bytes:
    macs: bytes = who["macs"]
    return macs + m.ethernet(packet, ether_type, [(0x8100, number) for number in who["vlan"]])[12:]


def over_ip(who: Identity, version: int, segment: bytes, protocol: int) -> bytes:
    if version == 4:
        packet = m.ipv4(segment, protocol, *who["v4"], identification=who["id"], checksum=who["checksum"])
        return framed(who, packet)
    return framed(who, m.ipv6(segment, protocol, *who["v6"], flow_label=who["flow_label"]), 0x86DD)


def over_tcp(who: Identity, version: int, payload: bytes, port: int = 443) -> bytes:
    segment = m.tcp(
        payload,
        who["ports"][0],
        port,
        seq=who["seq"],
        ack=who["ack"],
        checksum=who["checksum"],
        options=b"\1\1\x08\x0a" + who["stamps"],
    )
    return over_ip(who, version, segment, 6)


def over_udp(who: Identity, version: int, payload: bytes, port: int) -> bytes:
    return over_ip(who, version, m.udp(payload, who["ports"][0], port, checksum=who["checksum"]), 17)


def tls(who: Identity, version: int) -> bytes:
    return over_tcp(who, version, m.client_hello(who["host"].encode()))


def dns(who: Identity, version: int) -> bytes:
    return over_udp(who, version, m.dns(who["host"], number=who["id"]), 53)


def mdns(who: Identity, version: int) -> bytes:
    return over_udp(who, version, m.dns(f"{who['host']}.local", number=who["id"]), 5353)


def dns_over_tcp(who: Identity, version: int) -> bytes:
    message = m.dns(who["host"], number=who["id"])
    return over_tcp(who, version, len(message).to_bytes(2, "big") + message, 53)


def http(who: Identity, version: int) -> bytes:
    return over_tcp(who, version, f"GET /x HTTP/1.1\r\nHost: {who['host']}\r\n\r\n".encode(), 80)


def proxied(who: Identity, version: int) -> bytes:
    return over_tcp(who, version, f"GET http://{who['host']}/ HTTP/1.1\r\n\r\n".encode(), 80)


def tunnelled(who: Identity, version: int) -> bytes:
    return over_tcp(who, version, f"CONNECT {who['host']}:443 HTTP/1.1\r\n\r\n".encode(), 80)


def ftp(who: Identity, version: int) -> bytes:
    return over_tcp(who, version, f"USER {who['host']}\r\n".encode(), 21)


def mqtt(who: Identity, version: int) -> bytes:
    return over_tcp(who, version, b"\x10\x17\0\x04MQTT\x04\x02\0\x3c\0\x0b" + who["host"].encode(), 1883)


def two_high_ports(who: Identity, version: int) -> bytes:
    return over_udp(who, version, b"\0\1\2\3", who["ports"][1])


def cut_tcp(who: Identity, version: int) -> bytes:
    padding: bytes = who["stamps"]
    return over_ip(who, version, m.tcp(b"", *who["ports"], seq=who["seq"], ack=who["ack"])[:12], 6) + padding


def gre(who: Identity, version: int) -> bytes:
    return over_ip(who, version, b"\0\0\x20\1" + m.ipv4(m.tcp(), 6, *who["v4"]), 47)


def hidden(who: Identity, version: int) -> bytes:
    """What a tunnel carries: a TLS greeting of one host to another, in IP of the version."""
    return tls(who, version)


def bare(who: Identity, version: int) -> tuple[bytes, int]:
    """As :func:`hidden`, without its link header; and the EtherType."""
    return hidden({**who, "vlan": []}, version)[14:], 0x0800 if version == 4 else 0x86DD


def in_gre(who: Identity, version: int) -> bytes:
    packet, ether_type = bare(who, version)
    return over_ip(who, 10 - version, m.gre(packet, ether_type, 0x3000, who["stamps"]), 47)


def in_ip(who: Identity, version: int) -> bytes:
    return over_ip(who, 10 - version, bare(who, version)[0], 4 if version == 4 else 41)


def in_vxlan(who: Identity, version: int) -> bytes:
    frame = b"\x08\0\0\0" + who["stamps"][:3] + b"\0" + hidden(who, version)
    return over_udp(who, 10 - version, frame, 4789)


def in_geneve(who: Identity, version: int) -> bytes:
    packet, ether_type = bare(who, version)
    return over_udp(who, 4, m.geneve(packet, ether_type, who["stamps"]), 6081)


def in_gtp(who: Identity, version: int) -> bytes:
    more = who["stamps"][:3] + b"\0"
    return over_udp(who, 4, m.gtp(bare(who, version)[0], 0x32, more), 2152)


def in_teredo(who: Identity, version: int) -> bytes:
    return over_udp(who, 4, b"\0\0" + who["stamps"][:6] + bare(who, 6)[0], 3544)


def in_mpls(who: Identity, version: int) -> bytes:
    return over_udp(who, 4, m.mpls(bare(who, version)[0], who["seq"] >> 12), 6635)


def in_capwap(who: Identity, version: int) -> bytes:
    packet, ether_type = bare(who, version)
    frame = bytearray(m.wlan(packet, ether_type))
    frame[4:22] = who["macs"] + who["macs"][:6]
    return over_udp(who, 4, m.capwap(bytes(frame)), 5247)


def in_pppoe(who: Identity, version: int) -> bytes:
    packet, _ = bare(who, version)
    session = bytearray(m.pppoe(packet, 0x21 if version == 4 else 0x57))
    session[2:4] = who["id"].to_bytes(2, "big")
    return framed(who, bytes(session), 0x8864)


def unreadable(make: Callable[[Identity, int], bytes]) -> Callable[[Identity, int], bytes]:
    """A tunnel over UDP whose packet does not hold: its version is 5, so the row is the packet around it."""

    def made(who: Identity, version: int) -> bytes:
        who = {**who, "vlan": []}  # a tag within would show as the length of the packet around it
        frame = bytearray(make(who, version))
        inside = bare(who, 6 if make is in_teredo else version)[0]
        frame[len(frame) - len(inside)] = 0x55
        return bytes(frame)

    return made


def ping(who: Identity, version: int) -> bytes:
    rest = who["id"].to_bytes(2, "big") + who["checksum"].to_bytes(2, "big")
    return over_ip(who, version, m.icmp(8 if version == 4 else 128, 0, rest, who["stamps"]), 1 if version == 4 else 58)


def unreachable(who: Identity, version: int) -> bytes:
    quote = m.ipv4(m.udp(b"", *who["ports"]), 17, *who["v4"]) if version == 4 else m.ipv6(b"", 17, *who["v6"])
    return over_ip(who, version, m.icmp(3 if version == 4 else 1, 1, bytes(4), quote), 1 if version == 4 else 58)


def solicitation(who: Identity, version: int) -> bytes:
    return over_ip(who, 6, m.icmp(135, 0, bytes(4), who["v6"][1]), 58)


def arp(who: Identity, version: int) -> bytes:
    return framed(who, m.arp(1, who["v4"][0], who["v4"][1], who["macs"][:6]), 0x0806)


MAKERS = [
    tls,
    dns,
    mdns,
    dns_over_tcp,
    http,
    proxied,
    tunnelled,
    ftp,
    mqtt,
    two_high_ports,
    cut_tcp,
    gre,
    in_gre,
    in_ip,
    in_vxlan,
    in_geneve,
    in_gtp,
    in_teredo,
    in_mpls,
    in_capwap,
    in_pppoe,
    *map(unreadable, [in_gre, in_ip, in_vxlan, in_geneve, in_gtp, in_teredo, in_mpls, in_capwap]),
    ping,
    unreachable,
    solicitation,
    arp,
]


@pytest.mark.parametrize("make", MAKERS)
@settings(max_examples=40)
@given(identities(), identities(), st.sampled_from([4, 6]))
def test_identities_leave_no_trace(
    make: Callable[[Identity, int], bytes], one: Identity, other: Identity, version: int
) -> None:
    assert masked(make(one, version)).tobytes() == masked(make(other, version)).tobytes()


@pytest.mark.parametrize("make", [in_gre, in_ip, in_vxlan, in_geneve, in_gtp, in_mpls, in_capwap, in_pppoe])
@settings(max_examples=20)
@given(identities(), st.sampled_from([4, 6]))
def test_a_packet_shows_in_a_tunnel_what_it_shows_outside(
    make: Callable[[Identity, int], bytes], who: Identity, version: int
) -> None:
    assert masked(make(who, version)).tobytes() == masked(hidden(who, version)).tobytes()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (m.ipv4(m.tcp(), ttl=64), m.ipv4(m.tcp(), ttl=63)),
        (m.ipv4(m.tcp(flags=2)), m.ipv4(m.tcp(flags=16))),
        (m.ipv4(m.tcp(window=1)), m.ipv4(m.tcp(window=2))),
        (m.ipv4(m.tcp(dport=22)), m.ipv4(m.tcp(dport=23))),
        (m.ipv4(m.udp(b"\1\0"), 17), m.ipv4(m.udp(b"\2\0"), 17)),
        (m.ipv4(m.icmp(8), 1), m.ipv4(m.icmp(0), 1)),
        (m.ipv4(m.tcp(b"GET /a HTTP/1.1\r\n")), m.ipv4(m.tcp(b"GET /b HTTP/1.1\r\n"))),
        (m.ipv4(m.udp(m.dns(flags=0x8180), 53), 17), m.ipv4(m.udp(m.dns(flags=0x8183), 53), 17)),
    ],
)
def test_behaviour_shows(one: bytes, other: bytes) -> None:
    assert (masked(m.ethernet(one)) != masked(m.ethernet(other))).any()


def test_places_are_fixed() -> None:
    row = masked(m.ethernet(m.ipv4(m.tcp(b"\x90" * 30, 40000, 443, options=b"\1" * 8), options=b"\1" * 4)))
    assert row[:2].tolist() == [0x46, 0]
    assert row[20:24].tolist() == [0, 0, 1, 187]
    assert row[32:36].tolist() == [0x70, 0x18, 500 >> 8, 500 & 255]
    assert row[40:].tolist() == [0x90] * 24


def test_what_was_not_captured_is_zero() -> None:
    frame = m.ethernet(m.ipv4(m.tcp(b"\x90" * 30)))[:60]
    row = masked_bytes(dissect(m.frames_of([frame], extra=24)))[0]
    assert row[40:].tolist() == [0x90] * 6 + [0] * 18


def test_width_cuts_or_pads() -> None:
    batch = dissect(m.frames_of([m.ethernet(m.ipv4(m.tcp(b"\x90" * 30)))] * 3))
    assert masked_bytes(batch).shape == (3, 64)
    assert (masked_bytes(batch, 48) == masked_bytes(batch)[:, :48]).all()
    assert (masked_bytes(batch, 80)[:, :64] == masked_bytes(batch)).all()
    assert not masked_bytes(batch, 80)[:, 64:].any()


@given(st.lists(st.binary(max_size=120), max_size=20), st.sampled_from([0, 1, 101, 113, 276, 147]))
def test_any_bytes_are_masked_and_dropped_rows_are_zero(frames: list[bytes], link_type: int) -> None:
    batch = dissect(m.frames_of(frames, link_type))
    out = masked_bytes(batch)
    assert out.shape == (len(frames), 64)
    assert not out[batch["dropped"] > 0].any()


@given(st.binary(min_size=1, max_size=60), st.integers(0, 60))
def test_binary_payload_shows_no_name(noise: bytes, at: int) -> None:
    payload = b"\0" + noise[:at] + b"printer-of-ann" + noise[at:]
    shown = masked(m.ethernet(m.ipv4(m.udp(payload, 40000, 40001), 17)))[40:].tobytes()
    assert all(b"printer-of-ann"[k : k + 4] not in shown for k in range(11))
