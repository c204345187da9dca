"""What was measured, as the parts of ``docs/benchmarks/first-light.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark.baselines import BASELINES
from packetclip.benchmark.goals import SPLITS, Goal
from packetclip.benchmark.results import Results
from packetclip.benchmark.tables import figure, table

__all__ = ["TREES_LOUD", "TREES_QUIET", "baseline_row", "parts"]

Figures = Mapping[str, Any]

OURS: Final = "**packetclip**"
TREES_LOUD: Final = ("trees, loud (DESIGN.md, section 6)", "28", "43", "4", "51 % of all 210")
TREES_QUIET: Final = ("trees, quiet (same)", "22", "33", "1", "10 %")
RULES: Final = ("a dozen rules (same)", "16", "19", "0", "0 %")
"""Right missions of 49, any story of 49, benign ones told of 5, applications told: measured before this project."""

ABLATION: Final = "ablation-"
ROTATED: Final = "-rotation-a"


def baseline_row(name: str, split: str) -> str:
    """Name of the row that keeps a baseline's figures of a split."""
    return f"{name.lower().replace(' ', '-')}-{split}"


def parts(results: Results) -> dict[str, str]:
    """All parts by name, from whatever was measured so far."""
    written = {
        "goals": _goals(results),
        "packets": _packets(results),
        "classes": _classes(results),
        "stories": _stories(results),
        "episodes": _episodes(results),
        "ablation": _ablation(results),
        "speed": _speed(results["speed"]),
        "bad input": _bad_input(results["bad-input"]),
        "provenance": _provenance(results),
    }
    return {name: text or "*Not measured yet.*" for name, text in written.items()}


def _goals(results: Results) -> str:
    rows = []
    for name, split in SPLITS.items():
        found = results[name]
        rows.append(
            [
                f"{name}: {split.asks}; mean AUC / any-attack AUC / mAP",
                " / ".join(f">= {least:g}" for least in split.goal),
                _triple(found),
                _reached(_meets(found, split.goal)),
            ]
        )
    others, apps, quiet, example = (results[row] for row in ("others", "apps", "quiet", "example"))
    speed = results["speed"]
    rows += [
        [
            "others' captures: a story of the labelled mission",
            ">= 30 of 49",
            _of(others, "right", "missions_of"),
            _reached(_least(others.get("right"), 30)),
        ],
        [
            "others' benign captures with any story",
            "<= 1 of 5",
            _of(others, "benign_told", "benign"),
            _reached(_most(others.get("benign_told"), 1)),
        ],
        [
            "applications, test half, with any story",
            "<= 5 %",
            f"{_of(apps, 'told', 'captures')} ({_share(apps, 'told', 'captures')})",
            _reached(_most(_ratio(apps, "told", "captures"), 0.05)),
        ],
        ["a6, benign only: stories", "0", _whole(quiet.get("told")), _reached(_most(quiet.get("told"), 0))],
        [
            "the example's attacks, each with a story of its mission",
            "all",
            _of(example, "found", "episodes"),
            _reached(_least(example.get("found"), example.get("episodes", 1))),
        ],
    ]
    per_packet: Figures = next(iter(speed.get("figures", [])), {})
    shown = speed.get("example", {})
    rows += [
        [
            "`detect --per-packet`, packets a second on one core",
            ">= 20,000",
            f"{per_packet['packets_per_s']:,.0f}" if per_packet else "–",
            _reached(_least(per_packet.get("packets_per_s"), 20_000)),
        ],
        [
            "start to first output on the example; peak memory",
            "<= 3 s; <= 1 GB",
            f"{shown['first_s']:.2f} s; {shown['peak_mb']:.0f} MB" if shown else "–",
            _reached(_both(_most(shown.get("first_s"), 3.0), _most(shown.get("peak_mb"), 1000.0))),
        ],
    ]
    bad = results["bad-input"].get("cases", [])
    rows.append(
        [
            "bad input: one sentence, the right exit code, no traceback",
            "all",
            f"{sum(case['fine'] for case in bad)} of {len(bad)}" if bad else "–",
            _reached(all(case["fine"] for case in bad) if bad else None),
        ]
    )
    return table(["what", "goal", "measured", ""], rows)


def _packets(results: Results) -> str:
    head = ["split", "what", "mean AUC", "any-attack AUC", "mAP, class against benign", "mAP, class against the rest"]
    rows: list[list[str]] = []
    for split, about in SPLITS.items():
        first = f"**{split}**: {' '.join(about.train)} → {' '.join(about.test)}"
        systems = {OURS: results[split]} | {name: results[baseline_row(name, split)] for name in BASELINES}
        for name, found in systems.items():
            if found:
                means = ("mean_auc", "any_auc", "map_benign", "map_rest")
                rows.append([first, name, *(figure(found.get(mean)) for mean in means)])
                first = ""
    return table(head, rows) if rows else ""


def _classes(results: Results) -> str:
    """AUC and AP of each class, ours beside the best of the trees."""
    texts = []
    for split in SPLITS:
        ours, trees = results[split].get("classes", {}), results[baseline_row("extra trees", split)].get("classes", {})
        if not ours and not trees:
            continue
        rows = [
            [label, f"{(ours.get(label) or trees[label])['packets']:,}", *_pair(ours, label), *_pair(trees, label)]
            for label in sorted(ours or trees)
        ]
        head = ["class", "packets", "AUC", "AP benign", "AP rest", "trees: AUC", "AP benign", "AP rest"]
        texts.append(f"**{split}**\n\n{table(head, rows)}")
    return "\n\n".join(texts)


def _pair(classes: Mapping[str, Any], label: str) -> list[str]:
    found = classes.get(label, {})
    return [figure(found.get(what), 4 if what == "auc" else 3) for what in ("auc", "ap_benign", "ap_rest")]


def _stories(results: Results) -> str:
    others, apps = results["others"], results["apps"]
    if not others and not apps:
        return ""
    rows = [
        [
            OURS,
            _of(others, "right", "missions_of", bare=True),
            _of(others, "mission_told", "missions_of", bare=True),
            _of(others, "benign_told", "benign", bare=True),
            f"{_share(apps, 'told', 'captures')} ({_of(apps, 'told', 'captures')})",
        ],
        list(TREES_LOUD),
        list(TREES_QUIET),
        list(RULES),
    ]
    head = [
        "what",
        "right mission, of 49",
        "any story, of 49",
        "benign with one, of 5",
        "applications with a story",
    ]
    text = table(head, rows)
    by_mission = others.get("missions", {})
    if by_mission:
        each = [[mission, str(found["right"]), str(found["of"])] for mission, found in by_mission.items()]
        text += "\n\n" + table(["others' captures of", "right", "of"], each)
    return text


def _episodes(results: Results) -> str:
    head = ["captures", "episodes found", "stories", "false", "of these misnamed", "median time to detect, s"]
    rows = []
    for split in ("network", "capture"):
        found = results[split].get("episodes")
        if found:
            rows.append(
                [
                    " ".join(SPLITS[split].test),
                    f"{found['found']} of {found['episodes']}",
                    str(found["stories"]),
                    str(found["false"]),
                    str(found["misnamed"]),
                    figure(found["median_delay_s"], 2),
                ]
            )
    if not rows:
        return ""
    missed = [name for split in ("network", "capture") for name in results[split].get("episodes", {}).get("missed", [])]
    return table(head, rows) + ("\n\nMissed: " + "; ".join(missed) + "." if missed else "")


def _ablation(results: Results) -> str:
    names = sorted(
        path.stem.removeprefix(ABLATION).removesuffix(ROTATED)
        for path in results.folder.glob(f"{ABLATION}*.json")
        if not path.stem.endswith(("-others", "-apps"))
    )
    if not names:
        return ""
    rows = [_ablated("nothing: the model that ships", results, "network", "rotation-a", "others", "apps")]
    for name in dict.fromkeys(names):
        row = f"{ABLATION}{name}"
        # Of all parts, history alone is one that the model that ships goes without.
        said = "history, switched on" if name == "history" else name.replace("-", " ")
        rows.append(_ablated(said, results, row, f"{row}{ROTATED}", f"{row}-others", f"{row}-apps"))
    head = [
        "switched off",
        "b1, b2: mean AUC",
        "mAP",
        "A → C: mean AUC",
        "mAP",
        "others': right of 49",
        "benign of 5",
        "apps with a story",
    ]
    return table(head, rows)


def _ablated(name: str, results: Results, network: str, rotation: str, others: str, apps: str) -> list[str]:
    cells = [name]
    for row in (network, rotation):
        cells += [figure(results[row].get("mean_auc")), figure(results[row].get("map_benign"), 3)]
    told = results[others]
    return [
        *cells,
        _whole(told.get("right")),
        _whole(told.get("benign_told")),
        _share(results[apps], "told", "captures"),
    ]


def _speed(found: Figures) -> str:
    rows = [
        [
            f"`{row['command']}` on {row['capture']} ({row['packets']:,} packets)",
            f"**{row['packets_per_s']:,.0f}**",
            f"{row['start_s']:.2f}",
            f"{row['seconds']:.2f} ({row['spread'][0]:.2f} to {row['spread'][1]:.2f})",
            f"{row['peak_mb']:.0f}",
        ]
        for row in found.get("figures", [])
    ]
    if not rows:
        return ""
    head = ["on one core", "packets/s", "start and load, s", "in all, s (least to most)", "peak memory, MB"]
    text = table(head, rows)
    if shown := found.get("example"):
        head = ["on the example, all cores", "first output, s", "in all, s", "peak memory, MB"]
        cells = [f"{shown['first_s']:.2f}", f"{shown['seconds']:.2f}", f"{shown['peak_mb']:.0f}"]
        text += "\n\n" + table(head, [["`packetclip detect`", *cells]])
    return f"{text}\n\nMedians of {found['rounds']} rounds; {found['machine']}."


def _bad_input(found: Figures) -> str:
    rows = [
        [case["name"], str(case["exit"]), "no" if not case["traceback"] else "**yes**", f"`{case['said']}`"]
        for case in found.get("cases", [])
    ]
    return table(["case", "exit code", "traceback", "what it says"], rows) if rows else ""


def _provenance(results: Results) -> str:
    rows = [
        [path.stem, results.of(path.stem), results.when(path.stem)] for path in sorted(results.folder.glob("*.json"))
    ]
    return table(["row", "of", "measured"], rows) if rows else ""


def _triple(found: Figures) -> str:
    if not found:
        return "–"
    return " / ".join(figure(found.get(mean)) for mean in ("mean_auc", "any_auc", "map_benign"))


def _meets(found: Figures, goal: Goal) -> bool | None:
    checks: Sequence[bool | None] = [
        _least(found.get(mean), least) for mean, least in zip(("mean_auc", "any_auc", "map_benign"), goal, strict=True)
    ]
    return None if None in checks else all(checks)


def _least(value: float | None, least: float) -> bool | None:
    return None if value is None else value >= least


def _most(value: float | None, most: float) -> bool | None:
    return None if value is None else value <= most


def _both(one: bool | None, other: bool | None) -> bool | None:
    return None if one is None or other is None else one and other


def _reached(reached: bool | None) -> str:
    return {None: "", True: "reached", False: "**missed**"}[reached]


def _whole(value: int | None) -> str:
    return "–" if value is None else str(value)


def _of(found: Figures, what: str, total: str, bare: bool = False) -> str:
    if what not in found:
        return "–"
    return str(found[what]) if bare else f"{found[what]} of {found[total]}"


def _ratio(found: Figures, what: str, total: str) -> float | None:
    return found[what] / found[total] if found.get(total) else None


def _share(found: Figures, what: str, total: str) -> str:
    ratio = _ratio(found, what, total)
    return "–" if ratio is None else f"{ratio:.0%}"
