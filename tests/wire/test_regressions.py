"""What broke once, with the smallest input that broke it, as benchmarks/wire_fuzz.py or somebody's capture found it."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from packetclip.ledger import Ledger
from packetclip.wire import records
from packetclip.wire.capture.gather import gather

HEAD = b"#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\tid.resp_h\tproto\n#close\t2024-05-01-12-00-00\n"
BARE = b'{"event_type": "flow", "timestamp": ""}\n'


@pytest.mark.parametrize("log", [b"#", HEAD, BARE, gzip.compress(HEAD)])
def test_a_log_without_a_flow_has_no_facts(log: bytes, tmp_path: Path) -> None:
    # What hosts did lately was grouped by host, and no records made no group but one end of a group.
    path = tmp_path / "conn.log"
    path.write_bytes(log)
    ledger = Ledger()
    assert list(records.facts(records.gathered(records.read(path, ledger)))) == []
    assert ledger.balanced


def test_empty_frames_between_others_are_copied_as_nothing() -> None:
    # The copy counts slices from 0: it must not look at the end of the bytes for a frame that has none.
    data = np.arange(10, dtype=np.uint8)
    start, captured = np.array([0, 10, 3, 10], np.int64), np.array([2, 0, 4, 0], np.int32)
    times, links = np.zeros(4, np.int64), np.ones(4, np.int32)
    frames = gather(data, start, captured, captured.copy(), times, links, 0)
    assert frames.data.tolist() == [0, 1, 3, 4, 5, 6]
    assert frames.start.tolist() == [0, 2, 2, 6]
