"""Real captures: the kernel is held to the oracle, community ids to the published package and to tshark's counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from packetclip.errors import CaptureError
from packetclip.wire import capture
from packetclip.wire.flows import FlowConfig, FlowTable, FlowTracker
from packetclip.wire.packets import PacketBatch, dissect
from tests.wire.flows.test_community_id import published
from tests.wire.flows.test_oracle import compare

NETWORKS = {"ip", "ipv6"}


def read(path: Path, limit: int = 1 << 40) -> Iterator[PacketBatch]:
    try:
        for frames in capture.read(path):
            packets = dissect(frames)
            yield PacketBatch(packets.rows[:limit], packets.data)
            limit -= len(packets)
            if limit <= 0:
                return
    except CaptureError:
        return


def captures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*/*") if ".pcap" in path.name or path.suffix in (".cap", ".trace"))


def test_the_oracle_agrees_on_applications(shared: Path) -> None:
    """The beginning of every capture, one after the other through one tracker: clocks jump back and forth."""
    parts = [batch.rows for path in captures(shared / "apps") for batch in read(path, limit=100)]
    compare(PacketBatch(np.concatenate(parts), np.zeros(0, np.uint8)), FlowConfig(), [4096])


@pytest.mark.parametrize("name", ["a1", "a3", "b1", "c2", "c4"])
def test_the_oracle_agrees_on_lab_captures(shared: Path, name: str) -> None:
    batch = next(read(shared / "lab" / f"{name}.pcap.zst"))
    start = (len(batch) - 3000) // 2
    compare(PacketBatch(batch.rows[start : start + 3000], batch.data), FlowConfig(), [512, 100])


def equal_to_the_package(table: FlowTable, path: Path) -> set[int]:
    """Compare every flow's id; returns the protocols that were seen."""
    seen = set()
    for row, found in zip(table.rows, table.community_ids(), strict=True):
        if row["ether_type"] != 0x0806:
            ends = [_packed(int(row[f"{side}_hi"]) << 64 | int(row[f"{side}_lo"])) for side in ("orig", "resp")]
            wanted = published(int(row["protocol"]), *ends, int(row["orig_port"]), int(row["resp_port"]))
            assert found == wanted, (path.name, row)
            seen.add(int(row["protocol"]))
    return seen


def test_community_ids_on_hostile_captures(shared: Path) -> None:
    seen = set()
    for path in captures(shared / "hostile"):
        tracker = FlowTracker()
        for batch in read(path):
            tracker.update(batch)
        seen |= equal_to_the_package(tracker.table(), path)
    assert seen >= {1, 6, 17, 58, 132}


def test_community_ids_on_applications(shared: Path) -> None:
    truth = json.loads((shared / "truth.json").read_text())["files"]
    compared = 0
    for path in captures(shared / "apps"):
        known = truth.get(str(path.relative_to(shared)))
        tracker = FlowTracker()
        frames, fragments = 0, False
        for batch in read(path):
            steps = tracker.update(batch)
            frames += int(((steps["flow"] >= 0) & (batch["ip_version"] > 0)).sum())
            fragments |= bool(((batch["fragment_offset"] > 0) | (batch["ip_flags"] & 2 > 0)).any())
        table = tracker.table()
        ids = table.community_ids()
        equal_to_the_package(table, path)
        # tshark reassembles fragments and looks into tunnels; there its ids are of something else.
        if known and frames == known["frames_with_community_id"] and not fragments and not _tunnelled(known["stacks"]):
            assert len({text for text in ids if text}) == known["community_ids"], path.name
            compared += 1
    assert compared >= 190


def _packed(address: int) -> bytes:
    return (address & 0xFFFFFFFF).to_bytes(4, "big") if address >> 32 == 0xFFFF else address.to_bytes(16, "big")


def _tunnelled(stacks: dict[str, int]) -> bool:
    for stack in stacks:
        layers = stack.split(":")
        if sum(layer in NETWORKS for layer in layers) > 1 or layers.count("eth") > 1 or "wlan" in layers:
            return True
    return False
