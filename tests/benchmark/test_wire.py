"""The wire's benchmark: captures put behind one another, ratios, and the tables of its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks import wire

from packetclip.wire import capture

SECOND = 1_000_000_000


def write(path: Path, times: list[int], link_type: int = 1) -> Path:
    capture.write(path, [capture.memory([(time, b"frame") for time in times], link_type)])
    return path


def test_captures_behind_one_another_never_go_back_in_time(tmp_path: Path) -> None:
    first = write(tmp_path / "a.pcap", [5 * SECOND, 9 * SECOND])
    second = write(tmp_path / "b.pcap", [3 * SECOND, 2 * SECOND])
    cooked = write(tmp_path / "c.pcap", [0], 113)
    times = np.concatenate([frames.time_ns for frames in wire.behind_one_another([first, cooked, second])])
    assert (np.diff(times) // SECOND).tolist() == [4, 11, -1]
    many = list(wire.behind_one_another(wire.again_and_again([first, second]), 7))
    assert sum(map(len, many)) == 7


def runs(**seconds: list[float]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{"packets": 1000, "seconds": second, "wall_s": second, "peak_mb": 100.0} for second in of]
        for name, of in seconds.items()
    }


def test_a_ratio_is_the_median_of_the_rounds_that_both_saw() -> None:
    found = runs(columns=[1.0, 2.0, 1.0], dpkt=[30.0, 40.0])
    assert wire.ratio(found, "columns", "dpkt") == pytest.approx(25)


def test_the_tables_say_what_was_reached_and_what_was_missed() -> None:
    ours = {kind: [1.0, 1.0] for kind in wire.OURS}
    figures = {
        "machine": "a machine",
        "core": 0,
        "rounds": 2,
        "large_rounds": 1,
        "versions": {"packetclip": "abc"},
        "captures": {name: {"packets": 1000, "bytes": 90_000} for name in ("c1", "large")},
        "runs": {
            "c1": runs(**ours, dpkt=[31.0, 31.0], nfstream=[9.0, 9.0]),
            "large": runs(**ours, dpkt=[29.0, 29.0], nfstream=[7.0]),
        },
    }
    texts = wire.parts(figures, {})
    rows = texts["speed goals"].splitlines()
    assert rows[2] == "| bytes to all columns, against dpkt, 5-tuples only | >= 30x | 31x | 29x | 1 of 2 |"
    assert rows[3].endswith("| >= 20x | 9.0x | 7.0x | **missed** |")
    assert len(rows) == 5  # peers that are not there have no row
    assert texts["fuzz"] == "*Not measured yet.*"
    assert "peers on large: 1" in texts["speed machine"]
    assert "`hostile/" in texts["truth reasons"]
    assert texts["speed growth"].splitlines()[2] == "| frames | 1e+03 | 1e+03 | +0% |"
