"""The document's parts, from nothing and from everything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from packetclip.benchmark import BASELINES, SPLITS, Results
from packetclip.benchmark.first_light import baseline_row, parts


def kept(results: Results, row: str, figures: dict[str, Any]) -> None:
    results.get(row, "tiny 0", lambda: figures)


def split_figures(value: float) -> dict[str, Any]:
    means = dict.fromkeys(("mean_auc", "any_auc", "map_benign", "map_rest"), value)
    one = {"packets": 7, "auc": value, "ap_benign": value, "ap_rest": None}
    episodes = {
        "episodes": 3,
        "found": 2,
        "stories": 4,
        "false": 1,
        "misnamed": 1,
        "median_delay_s": 1.25,
        "missed": ["b1: x"],
    }
    return {**means, "benign": 10, "classes": {"Port Scan": one}, "episodes": episodes}


def test_nothing_measured_is_said(tmp_path: Path) -> None:
    written = parts(Results(tmp_path))
    assert written["speed"] == "*Not measured yet.*"
    assert "reached" not in written["goals"]
    assert "missed" not in written["goals"]


def test_everything_measured_has_its_place(tmp_path: Path) -> None:
    results = Results(tmp_path)
    for split in SPLITS:
        kept(results, split, split_figures(0.9995 if split != "capture" else 0.99))
        for name in BASELINES:
            kept(results, baseline_row(name, split), split_figures(0.5))
    missions = {"port_scan": {"right": 3, "of": 4}}
    others = {"right": 31, "missions_of": 49, "mission_told": 40, "benign": 5, "benign_told": 2, "missions": missions}
    kept(results, "others", others)
    kept(results, "apps", {"captures": 107, "told": 5})
    kept(results, "quiet", {"told": 0})
    kept(results, "example", {"episodes": 5, "found": 5})
    one = {"command": "packetclip detect --per-packet", "capture": "a5", "packets": 100, "seconds": 3.0, "start_s": 1.0}
    timed = {**one, "packets_per_s": 25_000.0, "spread": [2.9, 3.1], "peak_mb": 300.0}
    shown = {"first_s": 2.0, "seconds": 2.5, "peak_mb": 1200.0}
    kept(results, "speed", {"rounds": 5, "machine": "a machine", "figures": [timed], "example": shown})
    case = {"name": "empty file", "exit": 1, "traceback": False, "fine": True, "said": "Error: empty."}
    kept(results, "bad-input", {"cases": [case]})
    for name in ("graph", "graph-rotation-a"):
        kept(results, f"ablation-{name}", split_figures(0.75))
    kept(results, "ablation-graph-others", {**others, "right": 12})
    written = parts(results)
    goals = {line.split("|")[1].strip().partition(":")[0]: line for line in written["goals"].splitlines()[2:]}
    assert goals["network"].endswith("| 0.9995 / 0.9995 / 0.9995 | reached |")
    assert goals["capture"].endswith("**missed** |")
    assert "31 of 49 | reached" in goals["others' captures"]
    assert "2 of 5 | **missed**" in goals["others' benign captures with any story"]
    assert "5 of 107 (5%) | reached" in goals["applications, test half, with any story"]
    assert "**missed**" in goals["start to first output on the example; peak memory"]
    assert "25,000 | reached" in goals["`detect --per-packet`, packets a second on one core"]
    assert "1 of 1 | reached" in goals["bad input"]
    assert written["packets"].count("LightGBM") == len(SPLITS)
    assert "| Port Scan | 7 | 0.9995 | 1.000 | – | 0.5000 |" in written["classes"]
    assert "2 of 3" in written["episodes"]
    assert "Missed: b1: x; b1: x." in written["episodes"]
    assert "| graph | 0.7500 | 0.750 | 0.7500 | 0.750 | 12 | 2 | – |" in written["ablation"]
    assert "| port_scan | 3 | 4 |" in written["stories"]
    assert "tiny 0" in written["provenance"]
