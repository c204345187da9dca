"""Our community ids are those of the published package."""

from __future__ import annotations

import ipaddress

import communityid
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.wire.flows import FlowTracker, community_id
from tests.wire.flows.traffic import batch, packet

V4 = st.integers(0, 2**32 - 1)
V6 = st.integers(0, 2**128 - 1).filter(lambda address: address >> 32 != 0xFFFF)
PROTOCOLS = st.one_of(st.sampled_from((1, 6, 17, 58, 132)), st.integers(0, 255))
WITH_PORTS = (1, 6, 17, 58, 132)
PORTS = st.one_of(st.integers(0, 65535), st.sampled_from((0, 3, 8, 9, 10, 13, 14, 128, 129, 133, 134, 135, 136)))


def published(protocol: int, orig: bytes, resp: bytes, orig_port: int, resp_port: int) -> str:
    ports = (orig_port, resp_port) if protocol in WITH_PORTS else ()
    text: str = communityid.CommunityID().calc(communityid.FlowTuple(protocol, orig, resp, *ports))
    return text


@given(PROTOCOLS, st.one_of(st.tuples(V4, V4, st.just(4)), st.tuples(V6, V6, st.just(16))), PORTS, PORTS, st.booleans())
def test_equal_to_the_package(
    protocol: int, pair: tuple[int, int, int], orig_port: int, resp_port: int, same: bool
) -> None:
    orig, resp, width = pair
    resp = orig if same else resp
    if protocol in (1, 58):
        # The package takes an ICMP type and its code; a flow of ours holds the counterpart where there is one.
        tuple_ = communityid.FlowTuple(
            protocol, orig.to_bytes(width, "big"), resp.to_bytes(width, "big"), orig_port, resp_port
        )
        resp_port = tuple_.dport
    wanted = published(protocol, orig.to_bytes(width, "big"), resp.to_bytes(width, "big"), orig_port, resp_port)
    mapped = 0xFFFF << 32 if width == 4 else 0
    assert community_id(protocol, mapped | orig, mapped | resp, orig_port, resp_port) == wanted


@given(st.sampled_from((6, 17, 132, 47)), V4, V4, PORTS, PORTS)
def test_both_directions_have_one_id(protocol: int, orig: int, resp: int, orig_port: int, resp_port: int) -> None:
    there = community_id(protocol, 0xFFFF << 32 | orig, 0xFFFF << 32 | resp, orig_port, resp_port)
    assert there == community_id(protocol, 0xFFFF << 32 | resp, 0xFFFF << 32 | orig, resp_port, orig_port)


@pytest.mark.parametrize(
    ("protocol", "orig", "resp", "orig_port", "resp_port", "wanted"),
    [  # the specification's own examples
        (6, "128.232.110.120", "66.35.250.204", 34855, 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (17, "192.168.1.52", "8.8.8.8", 54585, 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
        (1, "192.168.0.89", "192.168.0.1", 8, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
    ],
)
def test_the_specification(protocol: int, orig: str, resp: str, orig_port: int, resp_port: int, wanted: str) -> None:
    ends = [0xFFFF << 32 | int(ipaddress.ip_address(text)) for text in (orig, resp)]
    assert community_id(protocol, *ends, orig_port, resp_port) == wanted


def test_a_table_names_its_flows() -> None:
    tracker = FlowTracker()
    first, second = (0xFFFF << 32 | int(ipaddress.ip_address(text)) for text in ("128.232.110.120", "66.35.250.204"))
    tracker.update(batch([packet(src_lo=first, dst_lo=second, src_port=34855, tcp_flags=2)]))
    assert tracker.table().community_ids() == ["1:LQU9qZlK+B5F3KDmev6m5PMibrg="]
