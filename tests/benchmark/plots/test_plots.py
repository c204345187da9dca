"""Plots: small, self-contained, the same each time, whatever their names and figures hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("matplotlib")

from packetclip.benchmark.plots import (
    confusion_matrix,
    cost_map,
    embedding_map,
    figure_bars,
    occlusion_ladder,
    precision_recall_curves,
    quiet_curves,
    reliability_curves,
    roc_curves,
    scarcity_curves,
    score_timeline,
    strips,
)
from packetclip.benchmark.plots.canvas import label, pens
from packetclip.benchmark.plots.confusion import _share, _short
from packetclip.benchmark.plots.figures import thinned
from packetclip.benchmark.report import Plot
from packetclip.errors import MissingExtra
from tests.benchmark.plots.made_up import plots

HOSTILE = '_$x$ <script>alert(1)</script> & "quoted" \x1b[31m \u202e ]]> \ud800 ``'
LINE = ([0, 0.5, 1], [0, 0.9, 1])


@pytest.fixture(scope="module")
def gallery() -> dict[str, Plot]:
    return dict(plots())


def test_one_file_of_each_kind_is_drawn(gallery: dict[str, Plot]) -> None:
    assert len(gallery) == 12
    for plot in gallery.values():
        root = ElementTree.fromstring(plot.svg)
        assert root.get("role") == "img" and root.get("aria-label") == plot.alt
        assert float(root.attrib["width"]) > 100


def test_each_is_small(gallery: dict[str, Plot]) -> None:
    assert max(len(plot.svg) for plot in gallery.values()) < 60_000


def test_nothing_refers_outside(gallery: dict[str, Plot]) -> None:
    for plot in gallery.values():
        inside = plot.svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "http" not in inside and "<style" not in inside and "<metadata" not in inside
        names = set(re.findall(r'\bid="([^"]+)"', inside))
        used = set(re.findall(r'href="#([^"]+)"', inside)) | set(re.findall(r"url\(#([^)]+)\)", inside))
        assert names == used and all(name.startswith(f"{plot.name}-") for name in names)
        assert all(link.startswith(("#", "data:image/png;base64,")) for link in re.findall(r'href="([^"]+)"', inside))


def test_figures_may_come_from_json() -> None:
    curves = {"a": tuple(np.linspace(0, 1, 20) for _ in range(2))}
    kept = json.loads(json.dumps({one: [part.tolist() for part in curve] for one, curve in curves.items()}))
    assert roc_curves("p", curves, "c").svg == roc_curves("p", kept, "c").svg
    named = {"a": {"true_positive_rate": kept["a"][1], "false_positive_rate": kept["a"][0]}}
    assert roc_curves("p", named, "c").svg == roc_curves("p", kept, "c").svg


EMPTY: list[Callable[[], Plot]] = [
    lambda: roc_curves("p", {}, "c"),
    lambda: precision_recall_curves("p", {}, "c"),
    lambda: score_timeline("p", {}, [], "c"),
    lambda: confusion_matrix("p", [], [], "c"),
    lambda: scarcity_curves("p", {}, "c"),
    lambda: occlusion_ladder("p", {}, "c"),
    lambda: embedding_map("p", [], {"class": []}, "c"),
    lambda: reliability_curves("p", {}, "c"),
    lambda: quiet_curves("p", {}, {}, "c"),
    lambda: figure_bars("p", {}, "c"),
    lambda: cost_map("p", {}, "c"),
]


@pytest.mark.parametrize("make", EMPTY)
def test_nothing_measured_is_said(make: Callable[[], Plot]) -> None:
    assert ">nothing was measured<" in make().svg


MISSING: list[Callable[[], Plot]] = [
    lambda: roc_curves("p", {"a": ([], []), "b": LINE}, "c", areas={"a": None}),
    lambda: precision_recall_curves("p", {"a": ([], []), "b": LINE}, "c", areas={"b": 0.5}),
    lambda: score_timeline("p", {"a": strips([], [], [])}, [], "c", thresholds={"a": None}),
    lambda: confusion_matrix("p", [[0, 0], [0, 0]], ["a", "b"], "c"),
    lambda: scarcity_curves("p", {"a": ([0.01, 1], [0.5, None], [None, None], [None, None])}, "c"),
    lambda: occlusion_ladder("p", {"a": {"all": None, "some": [0.7, None, None]}, "b": {"some": 0.4}}, "c"),
    lambda: embedding_map("p", [[0, 0], [0, 0]], {"class": ["a", "a"]}, "c"),
    lambda: reliability_curves("p", {"a": ([0.5], [None])}, "c", errors={"a": None}),
    lambda: quiet_curves("p", {"a": ([], [])}, {"b": (0.0, 1.0)}, "c"),
    lambda: figure_bars("p", {"a": {"x": None}, "b": {"y": 0.5}}, "c"),
    lambda: cost_map("p", {"a": {"speed": 10, "figure": None}, "b": {"speed": 10, "figure": 1}}, "c"),
]


@pytest.mark.parametrize("make", MISSING)
def test_figures_that_are_not_there_are_left_out(make: Callable[[], Plot]) -> None:
    ElementTree.fromstring(make().svg)


NAMED: list[Callable[[str], Plot]] = [
    lambda n: roc_curves("p", {n: LINE}, "c", areas={n: 0.9}, ours=n),
    lambda n: precision_recall_curves("p", {n: LINE}, "c", base_rate=0.1),
    lambda n: score_timeline("p", {n: strips([0, 60], [0.1, 0.9], [False, True])}, [(50, 70, n)], "c"),
    lambda n: confusion_matrix("p", [[3, 1], [0, 2]], [n, "b"], "c"),
    lambda n: scarcity_curves("p", {n: ([0.1, 1], [0.5, 1], [0.4, 1], [0.6, 1])}, "c", figure=n),
    lambda n: occlusion_ladder("p", {n: {n: 0.9}, "b": {n: 0.8}}, "c", figure=n),
    lambda n: embedding_map("p", [[0, 1], [1, 0]], {n: [n, "Benign"]}, "c"),
    lambda n: reliability_curves("p", {n: LINE}, "c"),
    lambda n: quiet_curves("p", {n: LINE}, {n: (0.1, 0.5)}, "c"),
    lambda n: figure_bars("p", {n: {n: 0.5}}, "c", figure=n),
    lambda n: cost_map("p", {n: {"speed": 1e3, "figure": 0.9, "parameters": 7}}, "c", figure=n),
]


@pytest.mark.parametrize("make", NAMED)
def test_hostile_names_are_words(make: Callable[[str], Plot]) -> None:
    plot = make(HOSTILE)
    root = ElementTree.fromstring(plot.svg)  # raises where markup or a control character got through
    assert {str(item.tag).rpartition("}")[2] for item in root.iter()} <= {
        *("svg", "g", "defs", "path", "use", "text", "rect", "clipPath", "image")
    }
    assert "\x1b" not in plot.svg and "\u202e" not in plot.svg and "$x$" in plot.svg
    plot.svg.encode()


def test_the_users_own_settings_neither_matter_nor_change() -> None:
    import matplotlib

    plain = roc_curves("p", {"a": LINE}, "c").svg
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9}):
        before = dict(matplotlib.rcParams)
        assert roc_curves("p", {"a": LINE}, "c").svg == plain
        assert dict(matplotlib.rcParams) == before


def test_a_fresh_process_draws_the_same_bytes_and_needs_no_pyplot() -> None:
    program = """
import sys
from packetclip.benchmark.plots import embedding_map, roc_curves
assert "matplotlib" not in sys.modules
made = roc_curves("p", {"a": ([0, 0.5, 1], [0, 0.9, 1])}, "c"), embedding_map("q", [[0, 1], [1, 0]], {"c": "ab"}, "c")
assert "matplotlib.pyplot" not in sys.modules
sys.stdout.write(made[0].svg + made[1].svg)
"""
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert (
        run.stdout == roc_curves("p", {"a": LINE}, "c").svg + embedding_map("q", [[0, 1], [1, 0]], {"c": "ab"}, "c").svg
    )


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"packetclip\[benchmark\]"):
        roc_curves("p", {"a": LINE}, "c")


def test_a_method_keeps_its_pen_on_every_plot() -> None:
    order = ["ours", "trees", "boosting"]
    assert pens(["boosting"], order)["boosting"] == pens(["ours", "boosting"], order)["boosting"]
    many = pens([str(i) for i in range(32)])
    assert len({(pen.colour, str(pen.dash)) for pen in many.values()}) == 32


def test_labels_are_short_and_never_hidden() -> None:
    assert label("_hidden").lstrip("\N{THIN SPACE}") == "_hidden" and not label("_hidden").startswith("_")
    assert len(label("x" * 100)) == 34


def _strips_oracle(times: Any, scores: Any, attack: Any, bins: int) -> dict[str, Any]:
    begin, width = min(times), (max(times) - min(times)) / bins
    out: dict[str, Any] = {"attack": {}, "benign": {}}
    for time, score, bad in zip(times, scores, attack, strict=True):
        slot = min(int((time - begin) / (width or 1.0)), bins - 1)
        out["attack" if bad else "benign"].setdefault(slot, []).append(score)
    return {
        kind: {
            "times_s": [round(begin + (slot + 0.5) * width, 3) for slot in sorted(slots)],
            "middle": [round(sorted(slots[slot])[(len(slots[slot]) - 1) // 2], 4) for slot in sorted(slots)],
            "high": [round(max(slots[slot]), 4) for slot in sorted(slots)],
        }
        for kind, slots in out.items()
    }


@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 100), st.booleans()), min_size=1, max_size=60),
    st.integers(1, 9),
)
def test_strips_are_what_a_loop_finds(packets: list[tuple[int, int, bool]], bins: int) -> None:
    times, scores, attack = ([packet[i] for packet in packets] for i in range(3))
    floats = [score / 100 for score in scores]
    assert strips(times, floats, attack, bins) == _strips_oracle(times, floats, attack, bins)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60))
def test_what_thinning_leaves_out_lies_near_the_line(heights: list[float]) -> None:
    x, y = np.linspace(0, 1, len(heights)), np.array(heights)
    kept = thinned(x, y, 0.05)
    assert kept[0] == 0 and kept[-1] == len(x) - 1
    for first, last in pairwise(kept):
        along, up = x[last] - x[first], y[last] - y[first]
        away = np.abs(along * (y[first:last] - y[first]) - up * (x[first:last] - x[first])) / np.hypot(along, up)
        assert away.max() <= 0.05 + 1e-9


def test_shares_and_counts_of_a_confusion() -> None:
    assert [_share(s) for s in (0.0001, 0.01, 0.5, 0.994, 0.999, 1.0)] == ["<1", "1", "50", "99", ">99", "100"]
    assert [_short(c) for c in (7, 999, 1000, 9949, 12_345, 999_499, 2_500_000)] == [
        *("7", "999", "1k", "9.95k", "12k", "999k", "2.5M")
    ]
