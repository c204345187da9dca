"""Tunnels: the row is the innermost packet that holds, and a port alone makes no tunnel."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.packets import LAYERS, TUNNELS, WEIRDS, dissect, format_addresses
from tests.wire.packets import making as m

WEIRD = {name: 1 << bit for bit, name in enumerate(WEIRDS)}
INNER = m.ipv4(m.tcp(b"abc"), 6, b"\xc0\0\2\1", b"\xc0\0\2\2", ttl=7)
INNER6 = m.ipv6(m.tcp(b"abc"), hops=7)
FRAME = m.ethernet(INNER)


def over_ip(payload: bytes, protocol: int, **header: Any) -> bytes:
    return m.ethernet(m.ipv4(payload, protocol, **header))


def over_udp(payload: bytes, port: int, sport: int = 40000) -> bytes:
    return over_ip(m.udp(payload, sport, port), 17)


ERSPAN_III = bytes(10) + b"\0\1" + bytes(8)
EXAMPLES = {
    "ip 4 in 4": over_ip(INNER, 4),
    "ip 6 in 4": over_ip(INNER6, 41),
    "ip 4 in 6": m.ethernet(m.ipv6(INNER, 4), 0x86DD),
    "ip 6 in 6": m.ethernet(m.ipv6(b"\x29\0" + bytes(6) + INNER6, 60), 0x86DD),
    "ip behind ah": over_ip(b"\4\4" + bytes(22) + INNER, 51),
    "gre": over_ip(m.gre(INNER), 47),
    "gre all": over_ip(m.gre(INNER6, 0x86DD, 0xF000, bytes(12) + bytes([0, 2, 0, 4]) + bytes(8)), 47),
    "gre nvgre": over_ip(m.gre(FRAME, 0x6558, 0x2000, bytes(4)), 47),
    "gre pptp": over_ip(m.gre(b"\xff\x03\0\x21" + INNER, 0x880B, 0x3081, bytes(12)), 47),
    "gre mpls": over_ip(m.gre(m.mpls(INNER, 5), 0x8847), 47),
    "gre wccp": over_ip(m.gre(bytes(4) + INNER, 0x883E), 47),
    "gre wccp 1": over_ip(m.gre(INNER, 0x883E), 47),
    "gre cisco": over_ip(m.gre(b"\x08\0\1\1\0\1\0\0" + INNER, 0x8909), 47),
    "gre wlan": over_ip(m.gre(m.wlan(INNER), 0x8210), 47),
    "gre in udp": over_udp(m.gre(INNER), 4754),
    "erspan 1": over_ip(m.gre(FRAME, 0x88BE), 47),
    "erspan 2": over_ip(m.gre(bytes(8) + FRAME, 0x88BE, 0x1000, bytes(4)), 47),
    "erspan 3": over_ip(m.gre(ERSPAN_III + FRAME, 0x22EB, 0x1000, bytes(4)), 47),
    "erspan 3 ip": over_ip(m.gre(bytes(10) + b"\x08\0" + INNER, 0x22EB), 47),
    "vxlan": over_udp(m.vxlan(FRAME), 4789),
    "vxlan back": over_udp(m.vxlan(FRAME), 40000, 4789),
    "vxlan linux": over_udp(m.vxlan(FRAME), 8472),
    "vxlan gpe": over_udp(m.vxlan(INNER6, 0x0C, 2), 4790),
    "vxlan gpe nsh": over_udp(m.vxlan(b"\0\2\1\1\0\0\7\xff" + INNER, 0x0C, 4), 4790),
    "geneve": over_udp(m.geneve(FRAME, options=bytes(8)), 6081),
    "geneve ip": over_udp(m.geneve(INNER6, 0x86DD), 6081),
    "gtp": over_udp(m.gtp(INNER), 2152, 2152),
    "gtp more": over_udp(m.gtp(INNER6, 0x36, b"\0\1\0\x85" + b"\1\x10\0\0"), 2152, 2152),
    "teredo": over_udp(INNER6, 3544),
    "teredo all": over_udp(b"\0\1\2\3" + b"abcde" + bytes(9) + bytes(8) + INNER6, 40000, 3544),
    "mpls": over_udp(m.mpls(INNER, 5, 6), 6635),
    "mpls in ip": over_ip(m.mpls(INNER, 5), 137),
    "ayiya": over_udp(m.ayiya(INNER6), 5072),
    "capwap": over_udp(m.capwap(m.wlan(INNER)), 5247),
    "capwap frame": over_udp(m.capwap(FRAME, native=0), 5247),
    "teredo in gtp": over_udp(m.gtp(m.ipv4(m.udp(INNER6, 40000, 3544), 17)), 2152),
}


def one(frame: bytes, extra: int = 0, tunnels: Any = "inner") -> Any:
    return dissect(m.frames_of([frame], 1, extra), tunnels).rows[0]


def layers(row: Any) -> set[str]:
    return {name for bit, name in enumerate(LAYERS) if row["layers"] >> bit & 1}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_row_is_the_innermost_packet(name: str) -> None:
    frame = EXAMPLES[name]
    row = one(frame)
    assert (row["dropped"], row["weird"], row["protocol"], row["src_port"], row["dst_port"]) == (0, 0, 6, 40000, 80)
    assert (row["ttl"], row["payload_length"], row["payload_captured"]) == (7, 3, 3)
    assert (row["network_start"], row["outer_start"]) == (len(frame) - (63 if row["ip_version"] == 6 else 43), 14)
    address = "2001:db8::1" if row["ip_version"] == 6 else "192.0.2.1"
    assert format_addresses(row["src_hi"].reshape(1), row["src_lo"].reshape(1)) == [address]
    assert (row["fragment_offset"], row["ip_flags"]) == (0, 1 if row["ip_version"] == 4 else 0)
    kind = "teredo" if name == "teredo in gtp" else name.split()[0]
    assert (TUNNELS[row["tunnel"]], row["tunnels"]) == (kind, 2 if name == "teredo in gtp" else 1)
    assert {"ethernet", "tcp"} | ({kind} if kind != "ip" else set()) <= layers(row)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_outermost_on_request(name: str) -> None:
    row = one(EXAMPLES[name], tunnels="outer")
    assert (row["tunnels"], row["tunnel"], row["network_start"], row["ttl"]) == (0, 0, 14, 64)
    assert row["protocol"] != 6


def test_arp_in_a_tunnel_is_arp() -> None:
    row = one(over_udp(m.vxlan(m.ethernet(m.arp(2), 0x0806)), 4789))
    assert (row["arp_operation"], row["ip_version"], row["protocol"], row["src_port"], row["ttl"]) == (2, 0, 0, 0, 0)
    assert (row["tunnels"], row["payload_length"], row["network_start"]) == (1, 0, 14 + 20 + 8 + 8 + 14)


def test_a_snapped_packet_in_a_tunnel_keeps_its_true_length() -> None:
    row = one(over_udp(m.vxlan(m.ethernet(m.ipv4(m.tcp(b"x" * 500)))), 4789)[:150], extra=454)
    assert (row["tunnels"], row["payload_length"], row["payload_captured"], row["weird"]) == (1, 500, 46, 0)


def test_the_first_fragment_of_a_tunnelled_packet_is_dissected() -> None:
    whole = m.gre(m.ipv4(m.tcp(b"x" * 500)))
    row = one(over_ip(whole[:104], 47, fragment=0x2000))
    assert (row["tunnels"], row["dst_port"], row["payload_length"], row["payload_captured"]) == (1, 80, 500, 60)
    assert row["weird"] == 0
    row = one(over_ip(m.udp(m.vxlan(FRAME + bytes(900)))[:200], 17, fragment=0x2000))
    assert row["tunnels"] == 0
    row = one(over_ip(whole[104:], 47, fragment=13))
    assert (row["tunnels"], row["protocol"], row["fragment_offset"]) == (0, 47, 13)


@pytest.mark.parametrize(
    "frame",
    [
        over_ip(INNER[:19], 4),
        over_ip(b"\x55" + INNER[1:], 4),
        over_ip(INNER6[:39], 41),
        over_ip(b"\0\0\x08", 47),
        over_ip(m.gre(INNER, flags=2), 47),
        over_ip(m.gre(INNER, flags=0x4000, options=b"\0\0\0\0" + b"\0\0\0\1\0" * 16), 47),
        over_ip(m.gre(FRAME[:20], 0x6558), 47),
        over_ip(m.gre(m.ethernet(b"\0", 0x8100), 0x6558), 47),
    ],
)
def test_a_tunnel_that_does_not_hold_is_weird_and_the_row_is_the_packet_around_it(frame: bytes) -> None:
    row = one(frame)
    assert (row["dropped"], row["tunnels"], row["weird"]) == (0, 0, WEIRD["bad_tunnel"])
    assert row["network_start"] == 14
    assert row["protocol"] in (4, 41, 47)


@pytest.mark.parametrize(
    "frame",
    [
        over_ip(m.gre(b"", 0), 47),
        over_ip(m.gre(bytes(30), 0x2000), 47),
        over_ip(m.gre(b"", 0x880B, 0x2081, bytes(8)), 47),
        over_ip(m.gre(m.ethernet(bytes(40), 0x88CC), 0x6558), 47),
        over_ip(m.gre(m.wlan(INNER, flags=0x41), 0x8200), 47),
    ],
)
def test_a_tunnel_that_carries_something_else_is_a_row_of_its_own(frame: bytes) -> None:
    row = one(frame)
    assert (row["dropped"], row["tunnels"], row["weird"], row["protocol"]) == (0, 0, 0, 47)


@pytest.mark.parametrize("port", [2152, 3544, 4754, 4789, 4790, 5072, 5247, 6081, 6635, 8472])
@pytest.mark.parametrize(
    "payload",
    [b"", bytes(60), bytes(range(60)), b"GET / HTTP/1.1\r\n" * 4, m.dns(), m.vxlan(bytes(60)), m.vxlan(FRAME[:-1])],
)
def test_a_port_alone_makes_no_tunnel(port: int, payload: bytes) -> None:
    row = one(over_udp(payload, port))
    assert (row["tunnels"], row["tunnel"], row["weird"], row["dst_port"]) == (0, 0, 0, port)
    assert layers(row) == {"ethernet", "ip", "udp"}


def test_nesting_is_bounded() -> None:
    packet = INNER
    for depth in range(1, 12):
        packet = m.ipv4(packet, 4)
        row = one(m.ethernet(packet))
        assert row["tunnels"] == min(depth, 8)
        assert row["weird"] == (WEIRD["tunnel_too_deep"] if depth > 8 else 0)
    assert row["protocol"] == 4


def test_layers_add_up() -> None:
    row = one(EXAMPLES["teredo in gtp"])
    assert layers(row) == {"ethernet", "ip", "udp", "gtp", "teredo", "ipv6", "tcp"}


def test_weirds_of_all_packets_of_a_frame_are_kept() -> None:
    row = one(over_ip(struct.pack(">HHHH", 0, 4789, 8 + 8 + len(FRAME), 0) + m.vxlan(FRAME), 17))
    assert (row["tunnels"], row["weird"]) == (1, WEIRD["port_zero"])


@pytest.mark.parametrize("name", ["a1", "a3", "b1", "c2", "c5"])
def test_nothing_in_the_lab_is_taken_for_a_tunnel(shared: Path, name: str) -> None:
    for frames in capture.read(shared / "lab" / f"{name}.pcap.zst", Ledger()):
        assert not dissect(frames)["tunnels"].any()
