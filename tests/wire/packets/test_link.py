"""Links: every way to a network header leads to the same packet, and what leads nowhere says why."""

from __future__ import annotations

from typing import Any

import pytest

from packetclip.wire.packets import DROPS, LAYERS, dissect
from tests.wire.packets import making as m

PACKET = m.ipv4(m.tcp())
IN_SNAP = b"\xaa\xaa\x03\0\0\0\x08\0" + PACKET
EXAMPLES = [
    (1, m.ethernet(m.mpls(PACKET, 16, 17), 0x8847)),
    (1, m.ethernet(m.mpls(bytes(4) + m.ethernet(PACKET), 16), 0x8847)),
    (1, m.ethernet(m.mpls(m.ethernet(PACKET), 16), 0x8848)),
    (1, m.ethernet(m.pppoe(PACKET), 0x8864, [(0x8100, 5)])),
    (1, m.ethernet(m.pppoe(m.mpls(PACKET, 3), 0x281), 0x8864)),
    (1, m.ethernet(b"\0\0\0\7" + m.ethernet(PACKET), 0x88E7)),
    (1, m.ethernet(b"\0\7" + m.ethernet(PACKET), 0x8903)),
    (1, m.ethernet(b"\0\2\1\1\0\0\7\xff" + PACKET, 0x894F)),
    (1, m.ethernet(b"\1\1\0\1\0\0\x08\0" + PACKET, 0x8909)),
    (1, m.ethernet(bytes(4) + b"\x08\0" + PACKET, 0x8926)),
    (1, m.ethernet(bytes(6) + b"\x08\0" + PACKET, 0x893F)),
    (1, m.ethernet(bytes(6) + b"\x08\0" + PACKET, 0x88E5)),
    (1, m.ethernet(b"\x20" + bytes(13) + b"\x08\0" + PACKET, 0x88E5)),
    (0, b"\x0f\0\x08\0" + PACKET),
    (9, b"\xff\x03\0\x21" + PACKET),
    (9, b"\0\x21" + PACKET),
    (9, b"\x21" + PACKET),
    (50, b"\xff\x03\x21" + PACKET),
    (50, b"\x0f\0\x08\0" + PACKET),
    (51, m.pppoe(PACKET)),
    (104, b"\x8f\0\x08\0" + PACKET),
    (104, b"\x0f\0\x88\x47" + m.mpls(PACKET, 1000)),
    (105, m.wlan(PACKET)),
    (105, m.wlan(PACKET, flags=2)),
    (105, m.wlan(PACKET, flags=3, extra=b"\x02\0\0\0\0\x0c")),
    (105, m.wlan(PACKET, control=0x88, extra=b"\0\0")),
    (105, m.wlan(PACKET, control=0x88, flags=0x81, extra=bytes(6))),
    (105, m.wlan(PACKET, control=0x88, extra=b"\x80\0" + b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\0\x30")),
    (105, m.wlan(PACKET, control=1, flags=8)),
    (127, m.radiotap(m.wlan(PACKET))),
    (127, m.radiotap(m.wlan(PACKET, control=0x88, extra=bytes(4)), flags=0x20)),
    (119, m.prism(m.wlan(PACKET))),
    (119, m.avs(m.wlan(PACKET))),
    (163, m.avs(m.wlan(PACKET))),
    (192, m.ppi(m.wlan(PACKET))),
    (192, m.ppi(m.ethernet(PACKET), 1)),
    (258, m.pktap(m.ethernet(PACKET))),
    (239, m.nflog(PACKET)),
    (239, m.nflog(PACKET, order=">")),
    (242, bytes(40) + b"\x08\0\0\0" + PACKET),
]


def one(frame: bytes, link_type: int = 1) -> Any:
    return dissect(m.frames_of([frame], link_type)).rows[0]


def layers(row: Any) -> set[str]:
    return {name for bit, name in enumerate(LAYERS) if row["layers"] >> bit & 1}


@pytest.mark.parametrize(("link_type", "frame"), EXAMPLES)
def test_every_link_leads_to_the_same_packet(link_type: int, frame: bytes) -> None:
    row = one(frame, link_type)
    assert (row["dropped"], row["weird"], row["ether_type"]) == (0, 0, 0x0800)
    assert (row["src_port"], row["dst_port"]) == (40000, 80)
    assert (row["network_start"], row["outer_start"], row["tunnels"]) == (len(frame) - 40, len(frame) - 40, 0)


def test_layers_name_what_was_passed() -> None:
    row = one(m.ethernet(m.pppoe(m.mpls(PACKET, 3), 0x281), 0x8864, [(0x88A8, 5), (0x8100, 6)]))
    assert layers(row) == {"ethernet", "vlan", "pppoe", "ppp", "mpls", "ip", "tcp"}
    assert row["vlan"] == 5


@pytest.mark.parametrize(
    ("flags", "source", "target"), [(0, 1, 10), (1, 1, 2), (2, 2, 10), (3, 12, 2)], ids=["ad hoc", "to", "from", "both"]
)
def test_addresses_of_802_11_stand_where_its_flags_say(flags: int, source: int, target: int) -> None:
    row = one(m.wlan(PACKET, flags=flags, extra=b"\x02\0\0\0\0\x0c" if flags == 3 else b""), 105)
    assert (row["src_mac"], row["dst_mac"]) == (0x020000000000 | source, 0x020000000000 | target)


def test_inner_addresses_and_the_outermost_vlan_are_kept() -> None:
    inner = b"\x02\0\0\0\0\x22\x02\0\0\0\0\x11" + b"\x81\0\0\x07\x08\0" + PACKET
    row = one(m.ethernet(m.mpls(inner, 16), 0x8847, [(0x8100, 5)]))
    assert (row["src_mac"], row["dst_mac"], row["vlan"]) == (0x020000000011, 0x020000000022, 5)


@pytest.mark.parametrize(
    ("link_type", "frame", "reason"),
    [
        (105, m.wlan(b"", control=0x80), "wlan_no_data"),
        (105, m.wlan(b"", control=0x48), "wlan_no_data"),
        (105, m.wlan(PACKET, flags=0x41), "wlan_protected"),
        (105, m.wlan(PACKET)[:23], "truncated_link"),
        (105, m.wlan(PACKET, 0x88CC), "no_ip_or_arp"),
        (127, m.radiotap(m.wlan(PACKET))[:7], "truncated_link"),
        (127, b"\0\0\xff\xff" + bytes(60), "truncated_link"),
        (192, m.ppi(m.wlan(PACKET), 147), "unknown_link_type"),
        (192, m.ppi(m.ppi(m.wlan(PACKET)), 192), "unknown_link_type"),
        (258, m.pktap(PACKET)[:100], "truncated_link"),
        (9, b"\xff\x03\xc0\x21" + bytes(8), "no_ip_or_arp"),
        (9, b"\xff\x03\0", "truncated_link"),
        (51, m.pppoe(b"", code=9), "no_ip_or_arp"),
        (104, b"\x0f\0\x80\x35" + bytes(20), "no_ip_or_arp"),
        (239, m.nflog(PACKET)[:10], "truncated_link"),
        (239, m.nflog(PACKET, family=7), "no_ip_or_arp"),
        (1, m.ethernet(m.mpls(b"\x13" + bytes(30), 16), 0x8847), "no_ip_or_arp"),
        (1, m.ethernet(b"\x0c" + bytes(50), 0x88E5), "no_ip_or_arp"),
        (1, m.ethernet(bytes(7), 0x893F), "truncated_link"),
        (228, m.ipv6(b""), "bad_network_header"),
        (229, PACKET, "bad_network_header"),
        (1, m.ethernet(b"\0\0\0\x40", 0x8847), "truncated_link"),
        (1, m.ethernet(PACKET, tags=[(0x8100, 1)] * 16), "link_too_deep"),
        (1, m.ethernet(b"\0\0\x10\0" * 400, 0x8847), "truncated_link"),
    ],
)
def test_what_leads_nowhere_says_why(link_type: int, frame: bytes, reason: str) -> None:
    assert DROPS[one(frame, link_type)["dropped"]] == reason
