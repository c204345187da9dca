"""Who stands behind a packet."""

from __future__ import annotations

import numpy as np

from packetclip.detection import Parties
from packetclip.detection.parties import HARDWARE, display, is_address
from packetclip.wire.flows import STEP, FlowSteps
from packetclip.wire.packets import PACKET, PacketBatch

V4 = 0xFFFF << 32


def parties(rows: np.ndarray, steps: np.ndarray, state: Parties | None = None) -> np.ndarray:
    batch = PacketBatch(rows, np.zeros(0, np.uint8))
    return (state or Parties()).update(batch, FlowSteps(steps), np.ones(len(rows), np.bool_))


def blank(n: int) -> tuple[np.ndarray, np.ndarray]:
    rows, steps = np.zeros(n, PACKET), np.zeros(n, STEP)
    rows["ip_version"], rows["ether_type"], rows["protocol"] = 4, 0x0800, 17
    steps["flow"] = steps["quoted_flow"] = -1
    steps["is_orig"] = 1
    return rows, steps


def test_a_reply_belongs_to_the_originator() -> None:
    rows, steps = blank(2)
    rows["src_lo"], rows["dst_lo"] = [V4 | 1, V4 | 2], [V4 | 2, V4 | 1]
    rows["src_port"], rows["dst_port"] = [4000, 53], [53, 4000]
    steps["flow"], steps["is_orig"] = 7, [1, 0]
    one, two = parties(rows, steps)
    for name in ("orig_lo", "resp_lo", "orig_port", "resp_port", "flow", "orig_kind"):
        assert one[name] == two[name]
    assert (one["orig_lo"], one["resp_port"]) == (V4 | 1, 53)


def test_arp_is_a_hardware_address_against_a_protocol_address() -> None:
    rows, steps = blank(2)
    rows["ether_type"], rows["ip_version"], rows["protocol"] = 0x0806, 0, 0
    rows["src_mac"], rows["arp_src_mac"] = [5, 6], [9, 0]
    rows["src_lo"], rows["dst_lo"] = V4 | 1, V4 | 2
    steps["is_orig"] = [1, 0]
    found = parties(rows, steps)
    assert found["orig_lo"].tolist() == [9, 6]
    assert found["orig_kind"].tolist() == [HARDWARE] * 2
    assert found["resp_lo"].tolist() == [V4 | 2] * 2
    assert display(HARDWARE, 0, 9) == "00:00:00:00:00:09"


def test_an_icmp_error_belongs_to_the_flow_that_it_quotes() -> None:
    rows, steps = blank(4)
    # Host 1 begins flow 3 with host 2; then router 8 complains about a packet of each side; flow 4 was never seen.
    rows["src_lo"] = [V4 | 1, V4 | 8, V4 | 8, V4 | 8]
    rows["dst_lo"] = [V4 | 2, V4 | 1, V4 | 2, V4 | 1]
    rows["protocol"][1:], rows["quoted_protocol"][1:] = 1, 17
    rows["quoted_src_lo"][1:], rows["quoted_dst_lo"][1:] = [V4 | 1, V4 | 2, V4 | 1], [V4 | 2, V4 | 1, V4 | 2]
    rows["quoted_src_port"][1:], rows["quoted_dst_port"][1:] = [99, 53, 99], [53, 99, 53]
    steps["flow"], steps["quoted_flow"], steps["number"] = [3, 5, 6, 7], [-1, 3, 3, 4], 1
    state = Parties()
    found = np.concatenate([parties(rows[n : n + 1], steps[n : n + 1], state) for n in range(4)])
    assert found["orig_lo"].tolist() == [V4 | 1] * 4
    assert found["resp_lo"].tolist() == [V4 | 2] * 4
    assert found["flow"].tolist() == [3, 3, 3, 4]
    assert found["resp_port"][1:].tolist() == [53] * 3
    assert found["protocol"].tolist() == [17] * 4


def test_frames_without_addresses_and_packets_without_flows() -> None:
    rows, steps = blank(2)
    rows["ether_type"][0], rows["ip_version"][0] = 0x88CC, 0
    rows["src_mac"], rows["dst_mac"] = 5, 6
    rows["src_lo"], rows["dst_lo"] = V4 | 1, V4 | 2
    steps["is_orig"] = 0  # says nothing outside flows
    found = parties(rows, steps)
    assert found[["orig_kind", "orig_lo", "resp_kind", "resp_lo"]].tolist() == [(1, 5, 1, 6), (0, V4 | 1, 0, V4 | 2)]


def test_addresses_are_told_from_hardware_addresses() -> None:
    assert is_address("10.0.0.1")
    assert is_address("2001:db8::1")
    assert not is_address("02:00:00:00:00:01")
