"""Sources to a summary: how flows ended is counted as they end, without keeping them."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect
from packetclip.wire.summary import summarize


def test_flows_are_those_of_the_table(example: Path) -> None:
    tracker = FlowTracker()
    for frames in capture.read(example):
        tracker.update(dissect(frames))
    table = tracker.table()
    found = summarize([example])
    assert found.flows == len(table)
    assert found.end_reasons == Counter(table.end_reasons())
    states = zip(table.conn_states(), table["protocol"].tolist(), strict=True)
    assert found.conn_states == Counter(state for state, protocol in states if protocol in (6, 17))
    assert found.conn_states["SF"] > 100


def test_a_flow_that_reaches_into_the_next_file_is_one(example: Path, tmp_path: Path) -> None:
    whole, halves = tmp_path / "whole.pcap", [tmp_path / "first.pcap", tmp_path / "second.pcap"]
    batches = list(islice(capture.read(example, batch_packets=1500), 2))
    capture.write(whole, batches)
    for half, batch in zip(halves, batches, strict=True):
        capture.write(half, [batch])
    assert summarize(halves) == summarize([whole])
    assert sum(summarize([half]).flows for half in halves) > summarize([whole]).flows


def test_progress_and_failure(example: Path, tmp_path: Path) -> None:
    told: list[int] = []
    ledger = Ledger()
    (tmp_path / "text.pcap").write_text("this is no capture")
    with pytest.raises(CaptureError):
        summarize([example, tmp_path / "text.pcap"], ledger, lambda what, done, total: told.append(done))
    assert told[-1] == ledger.packets == ledger.scored + ledger.dropped.total() > 0
