"""Kinds of addresses agree with the standard library; texts survive a round trip."""

from __future__ import annotations

import ipaddress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.wire.packets import addresses

V4 = st.ip_addresses(v=4).map(str)
V6 = st.ip_addresses(v=6).map(str).filter(lambda text: ipaddress.IPv6Address(text).ipv4_mapped is None)


def halves(text: str) -> tuple[np.uint64, np.uint64]:
    hi, lo = addresses.parse_address(text)
    return np.uint64(hi), np.uint64(lo)


@settings(deadline=None)
@given(V4 | V6)
def test_a_text_survives_the_round_trip(text: str) -> None:
    hi, lo = halves(text)
    assert addresses.format_addresses(np.array([hi]), np.array([lo])) == [text]


@settings(deadline=None)
@given(V4 | V6)
def test_groups_are_what_the_standard_library_calls_multicast(text: str) -> None:
    address = ipaddress.ip_address(text)
    assert addresses.is_group(*halves(text)) == (address.is_multicast or text == "255.255.255.255")


NOT_PUBLIC = [
    ipaddress.ip_network(text)
    for text in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
        "::/127",
        "fe80::/10",
        "fc00::/7",
        "ff00::/8",
    ]
]
EDGES = [str(end) for net in NOT_PUBLIC for end in (net[0], net[-1])]
EDGES += [str(net[-1] + 1) for net in NOT_PUBLIC if int(net[-1]) + 1 < 1 << net.max_prefixlen]
EDGES += [str(net[0] - 1) for net in NOT_PUBLIC if int(net[0]) > 0]


@settings(deadline=None)
@given(V4 | V6 | st.sampled_from(EDGES))
def test_public_is_all_but_the_listed_networks(text: str) -> None:
    address = ipaddress.ip_address(text)
    listed = any(address in net for net in NOT_PUBLIC if net.version == address.version)
    assert addresses.is_public(*halves(text)) is not listed


@pytest.mark.parametrize("text", ["198.18.0.1", "198.51.100.7", "203.0.113.9", "192.0.2.1", "2001:db8::1", "8.8.8.8"])
def test_documentation_and_benchmark_ranges_are_public(text: str) -> None:
    assert addresses.is_public(*halves(text))


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("10.0.0.1", "10.0.0.254", True),
        ("10.0.0.1", "10.0.1.1", False),
        ("2001:db8::1", "2001:db8::2:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("10.0.0.1", "::1", False),
    ],
)
def test_a_subnet_is_24_bits_or_64(a: str, b: str, same: bool) -> None:
    assert addresses.same_subnet(*halves(a), *halves(b)) is same


def test_hardware_addresses() -> None:
    assert addresses.format_macs(np.array([0x020000000001], "u8")) == ["02:00:00:00:00:01"]
