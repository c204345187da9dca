"""Measures issue 9's table and writes docs/benchmarks/first-light.md.

    python benchmarks/first_light.py                     # the lab's rows and the example, with the model that ships
    python benchmarks/first_light.py --baselines         # extra trees, LightGBM, rules: all four splits
    python benchmarks/first_light.py --rows others,apps  # what must be looked at seldom: only when named
    python benchmarks/first_light.py --model DIR --rows rotation-a
    python benchmarks/first_light.py --ablation DIR      # DIR/NAME, and DIR/NAME-rotation-a: models without a part
    python benchmarks/first_light.py --render            # nothing measured, the tables written anew

Each row is measured once for a model and a state of the code, and kept in runs/first-light/ROW.json; --again measures
it anew. The rows speed and bad-input come from the scripts of these names. The words of the document stay as they are;
only what stands between its markers is replaced.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from packetclip.benchmark import (
    BASELINES,
    SPLITS,
    Drawing,
    Method,
    Results,
    Split,
    Truth,
    draw,
    fill,
    fingerprint,
    join,
    match,
    packet_figures,
    read,
)
from packetclip.benchmark.first_light import ABLATION, ROTATED, baseline_row, parts
from packetclip.benchmark.source import digest_of
from packetclip.benchmark.watched import told_of, truths, watch, watched_figures
from packetclip.datasets import BENIGN_ONLY, CLASSES, LABELS, Applications, Lab, mission_name, read_manifest
from packetclip.detection import Story
from packetclip.errors import CaptureError, PacketclipError, UsageError
from packetclip.model import DEFAULT, Model, load
from packetclip.model.scorer import available_cores

ROOT: Final = Path(__file__).resolve().parent.parent
CODE: Final = {
    "ours": ("wire", "model", "detection"),
    "extra trees": ("wire", "benchmark/samples.py", "benchmark/baselines/extra_trees.py"),
    "LightGBM": ("wire", "benchmark/samples.py", "benchmark/baselines/light_gbm.py"),
    "keyword rules": ("wire", "language/knowledge"),
}
"""Whose source changes figures; training code shows in the model's own fingerprint."""


@dataclass(frozen=True)
class Data:
    """Where captures lie."""

    shared: Path
    example: Path

    @property
    def lab(self) -> Lab:
        return Lab(self.shared / "lab")


def split(name: str, model: Model, data: Data) -> dict[str, Any]:
    """Figures per packet and of episodes, over all test captures of a split."""
    captures = SPLITS[name].test
    seen, classes, episodes, stories = [], [], [], []
    for capture in captures:
        watched = watch(model, data.lab.capture_path(capture))
        seen.append(watched)
        classes.append(data.lab.labels(capture)[0])
        episodes += truths(data.lab, capture, watched)
        stories += [told_of(story) for story in watched.stories]
        say(f"{name}: {capture}, {len(watched.time_ns):,} packets, {len(watched.stories)} stories")
    return {**watched_figures(seen, classes).as_dict(), "episodes": match(episodes, stories).as_dict()}


def quiet(model: Model, data: Data) -> dict[str, Any]:
    """Stories of the captures that hold benign life only."""
    stories = [story for name in BENIGN_ONLY for story in watch(model, data.lab.capture_path(name)).stories]
    return {"captures": list(BENIGN_ONLY), "told": len(stories), "stories": [_brief(story) for story in stories]}


def others(model: Model, data: Data) -> dict[str, Any]:
    """Captures of attacks by others: is there a story of the right mission, and is benign life left alone?"""
    manifest = read_manifest(data.shared / "attacks")
    told: dict[str, list[str]] = {}
    for entry in manifest:
        told[entry.path.name] = _missions_of(model, entry.path)
        say(f"others: {entry.path.name}")
    known = [entry for entry in manifest if entry.mission]
    missions = sorted({entry.mission for entry in known if entry.mission})
    strange = [entry for entry in manifest if not entry.mission and not entry.benign]
    benign = [entry for entry in manifest if entry.benign]
    right = {entry.path.name for entry in known if entry.mission in told[entry.path.name]}
    return {
        "right": len(right),
        "missions_of": len(known),
        "mission_told": sum(bool(told[entry.path.name]) for entry in known),
        "benign": len(benign),
        "benign_told": sum(bool(told[entry.path.name]) for entry in benign),
        "strange": len(strange),
        "strange_told": sum(bool(told[entry.path.name]) for entry in strange),
        "missions": {
            mission: {
                "right": sum(entry.path.name in right for entry in known if entry.mission == mission),
                "of": sum(entry.mission == mission for entry in known),
            }
            for mission in missions
        },
        "files": told,
    }


def apps(model: Model, data: Data) -> dict[str, Any]:
    """The test half of the application captures: how many get a story, of which missions."""
    told = {}
    for path in Applications(data.shared / "apps" / "ndpi").test():
        told[path.name] = _missions_of(model, path)
        say(f"apps: {path.name}")
    loud = {name: missions for name, missions in told.items() if missions}
    names = sorted(set().union(*loud.values()))
    counts = {mission: sum(mission in found for found in loud.values()) for mission in names}
    return {"captures": len(told), "told": len(loud), "missions": counts, "files": loud}


def example(model: Model, data: Data) -> dict[str, Any]:
    """The example: each of its attacks against its stories. Beside it lies NAME.episodes.json, as in the lab."""
    path = data.example
    beside = path.with_name(f"{path.name.partition('.')[0]}.episodes.json")
    if not path.is_file() or not beside.is_file():
        raise CaptureError(f"{path} or {beside} does not exist. Cut the example first.")
    episodes = [
        Truth(
            mission_name(entry["label"]),
            frozenset({entry["attacker"], *entry["victims"]}),
            entry["start"],
            entry["end"],
            f"{entry['label']}, {entry['tool']}",
        )
        for entry in json.loads(beside.read_text())["episodes"]
        if entry["packets"] > 0
    ]
    stories = watch(model, path).stories
    figures = match(episodes, [told_of(story) for story in stories]).as_dict()
    return {**figures, "told": [_brief(story) for story in stories]}


def baseline(name: str, splits: Sequence[str], data: Data, results: Results, again: bool) -> None:
    """Fit a baseline once for each set of training captures, and ask it about every split that shares it."""
    fitted: dict[tuple[str, ...], Method] = {}
    for wanted in splits:
        measure = partial(_ask_baseline, name, SPLITS[wanted], data.lab, fitted)
        report(baseline_row(name, wanted), results, f"{name}, code {code_of(name)}", measure, again)


def _ask_baseline(name: str, about: Split, lab: Lab, fitted: dict[tuple[str, ...], Method]) -> dict[str, Any]:
    if about.train not in fitted:
        rng = np.random.default_rng(0)
        captures = (read(lab.capture(capture)) for capture in about.train)
        train = join([samples.take(draw(samples, Drawing(), rng)) for samples in captures])
        fitted[about.train] = BASELINES[name](CLASSES, threads=available_cores())
        fitted[about.train].fit(train, train)
        say(f"{name}: fitted on {len(train):,} packets of {' '.join(about.train)}")
    found, known = [], []
    for capture in about.test:
        samples = read(lab.capture(capture))
        answer = fitted[about.train].predict_proba(samples)
        answer[~samples.scored] = np.eye(1, answer.shape[1])  # as ours: a packet without a score is no attack
        found.append(answer)
        known.append(samples.classes)
    answers = np.concatenate(found)
    return packet_figures(LABELS, answers[:, 1:], np.concatenate(known), 1.0 - answers[:, 0]).as_dict()


ROWS: Final[Mapping[str, Callable[[Model, Data], dict[str, Any]]]] = {
    **{name: partial(split, name) for name in SPLITS},
    "quiet": quiet,
    "example": example,
    "others": others,
    "apps": apps,
}
USUAL: Final = ("network", "capture", "quiet", "example")
"""Rows without --rows: rotations need models of their own, and others' captures are not to be looked at every day."""


def main() -> None:
    asked = options()
    results = Results(asked.results)
    data = Data(asked.shared, asked.example)
    try:
        if asked.render:
            pass
        elif asked.baselines is not None:
            wanted = asked.rows or list(SPLITS)
            for name in asked.baselines or [name for name in BASELINES if name in CODE]:
                baseline(name, wanted, data, results, asked.again)
        elif asked.ablation:
            ablation(asked.ablation, asked.rows or ["network"], data, results, asked.again)
        else:
            measured(asked.model or DEFAULT, asked.rows or USUAL, data, results, asked.again)
    except PacketclipError as error:
        sys.exit(f"Error: {error}")
    document = asked.output.read_text(encoding="utf-8") if asked.output.is_file() else "# First light\n"
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(fill(document, parts(results)), encoding="utf-8")
    say(f"Written: {asked.output}")


def measured(
    folder: Path, rows: list[str] | tuple[str, ...], data: Data, results: Results, again: bool, kept: str = "{row}"
) -> None:
    """Measure rows of one model; a row is kept under ``kept``."""
    model = load(folder)
    name = f"{model.name}, {fingerprint(folder)}, code {code_of('ours')}"
    for row in rows:
        report(kept.format(row=row), results, name, partial(ROWS[row], model, data), again)


def ablation(folder: Path, rows: list[str], data: Data, results: Results, again: bool) -> None:
    """Models that lack a part: DIR/NAME asks the rows named (network by default), DIR/NAME-rotation-a its rotation."""
    found = sorted(path.parent for path in folder.glob("*/model.json"))
    if not found:
        raise UsageError(f"{folder} holds no folder with a model. Name the folder of models that each lack a part.")
    for path in found:
        if path.name.endswith(ROTATED):
            measured(path, ["rotation-a"], data, results, again, f"{ABLATION}{path.name}")
            continue
        for row in rows:
            suffix = "" if row == "network" else f"-{row}"
            measured(path, [row], data, results, again, f"{ABLATION}{path.name}{suffix}")


def report(row: str, results: Results, name: str, measure: Callable[[], dict[str, Any]], again: bool) -> None:
    figures = results.get(row, name, measure, again)
    shown = {key: value for key, value in figures.items() if isinstance(value, int | float)}
    say(f"{row}: " + ", ".join(f"{key} {value:.4g}" for key, value in shown.items()))


def code_of(whose: str) -> str:
    """A digest of the source that figures depend on; knowledge in TOML counts as source."""
    return digest_of(CODE[whose])


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="a model's folder; by default the one that ships")
    parser.add_argument("--rows", type=lambda text: text.split(","), help=f"of {', '.join(ROWS)}")
    parser.add_argument(
        "--baselines", nargs="*", metavar="NAME", choices=list(CODE)[1:], help="all of these, or those named"
    )
    parser.add_argument("--ablation", type=Path, metavar="DIR")
    parser.add_argument("--render", action="store_true")
    parser.add_argument("--again", action="store_true", help="measure anew what is kept")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--example", type=Path, default=ROOT / "example" / "office.pcap.zst")
    parser.add_argument("--results", type=Path, default=ROOT / "runs" / "first-light")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks" / "first-light.md")
    asked = parser.parse_args()
    if strangers := set(asked.rows or ()) - set(ROWS):
        parser.error(f"no row {', '.join(sorted(strangers))}; rows: {', '.join(ROWS)}")
    if asked.baselines is not None and (strangers := set(asked.rows or ()) - set(SPLITS)):
        parser.error(f"baselines have no row {', '.join(sorted(strangers))}; theirs: {', '.join(SPLITS)}")
    return asked


def _missions_of(model: Model, path: Path) -> list[str]:
    try:
        return sorted({story.mission for story in watch(model, path).stories})
    except CaptureError as error:  # an odd file is no story, and is said
        say(f"{path.name}: {error}")
        return []


def _brief(story: Story) -> dict[str, Any]:
    return {"mission": story.mission, "sentence": story.sentence}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
