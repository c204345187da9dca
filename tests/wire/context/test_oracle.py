"""The kernel says what the plain-Python oracle says, in batches of any size, on made and on real traffic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.wire import capture
from packetclip.wire.context import FIELDS
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import PacketBatch, dissect
from tests.wire.context.agreement import assert_agrees, values
from tests.wire.context.traffic import SCENES, TICK_NS, lives, played, rows, tracked

WINDOW = 3000


@settings(max_examples=60)
@given(lives(), st.integers(1, 30))
def test_scenes(packets: PacketBatch, size: int) -> None:
    assert_agrees(packets, tracked(packets), size)


def test_every_scene_in_one_network() -> None:
    """All scenes among the same hosts, over and over, so that each field has something to say."""
    packets = played(
        (17.0 * turn + 0.3 * position, scene(1 + turn % 3, 4 + turn % 2, turn))
        for turn in range(16)
        for position, scene in enumerate(SCENES)
    )
    steps = tracked(packets)
    assert_agrees(packets, steps, 100)
    silent = [
        field.name for field, spoke in zip(FIELDS, (values(packets, steps) != 0).any(0), strict=True) if not spoke
    ]
    assert all(name.startswith("packet_") for name in silent), silent


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(0, 200), st.integers(1, 30))
def test_any_headers(seed: int, count: int, size: int) -> None:
    packets = rows(seed, count)
    assert_agrees(packets, tracked(packets), size)


@pytest.mark.parametrize(("name", "start"), [("a1", 0), ("c1", 0), ("a3", 40_000), ("c2", 60_000)])
def test_lab_captures(shared: Path, name: str, start: int) -> None:
    """A window of each; flows are tracked from its beginning."""
    seen = 0
    parts = []
    for frames in capture.read(shared / "lab" / f"{name}.pcap.zst"):
        parts.append(dissect(frames).rows)
        seen += len(frames)
        if seen >= start + WINDOW:
            break
    packets = PacketBatch(np.concatenate(parts)[start : start + WINDOW], np.zeros(0, np.uint8))
    # Gaps of microseconds would differ by the rounding of the clock.
    packets.rows["time_ns"] -= packets.rows["time_ns"] % TICK_NS
    assert_agrees(packets, FlowTracker().update(packets), 700)


def test_no_packets() -> None:
    packets = played([])
    assert values(packets, tracked(packets)).shape == (0, len(FIELDS))
