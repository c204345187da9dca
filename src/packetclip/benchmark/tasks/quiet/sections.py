"""What the report says of others' attacks and of ordinary life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from packetclip.benchmark import plots
from packetclip.benchmark.methods import OURS
from packetclip.benchmark.metrics.stories import GAP_S, PACKETS
from packetclip.benchmark.pooling import pooled
from packetclip.benchmark.report.blocks import Block, Section, Table, Text
from packetclip.benchmark.tasks.quiet.measure import SHIPPED
from packetclip.benchmark.tasks.quiet.outcome import LOUD
from packetclip.benchmark.tasks.quiet.sweep import OPERATING, SETTINGS

__all__ = ["sections"]

TITLE: Final = "Quiet and right at once: others' attacks, ordinary life"
_OURS: Final = next(iter(OURS))
_NEAR: Final = 0.12
"""Of the second picture: the share of ordinary captures with a story at most."""
_ASKED: Final = f"{SETTINGS[OPERATING].wish:g}"

Figures = Mapping[str, Any]


def sections(wanted: Sequence[str], results: Mapping[str, Figures]) -> Sequence[Section]:
    """By job, ``method/seed`` and :data:`SHIPPED`; ``wanted`` are all jobs, in the order of the report."""
    if not wanted:
        words = "The recipe names no attacks by others, no ordinary life or no split of whole captures to learn from."
        return [Section(TITLE, [Text(f"Nothing was measured. {words}")])]
    found: dict[str, list[Figures]] = {}
    for job in wanted:
        if job in results:
            found.setdefault(job.rsplit("/", 1)[0], []).append(results[job])
    missing = [job for job in wanted if job not in results]
    if not found:
        return [Section(TITLE, [Text("Nothing was measured.")])]
    fitted = {method: own for method, own in found.items() if method != SHIPPED}
    blocks: list[Block] = [Text(_about(found, fitted, missing))]
    blocks += [*_curves(found, fitted), _points(found)]
    if fitted:
        blocks += [_classes(found), *_alone(fitted)]
    return [Section(TITLE, blocks)]


def _about(found: Mapping[str, Sequence[Figures]], fitted: Mapping[str, Sequence[Figures]], missing: list[str]) -> str:
    of = next(iter(found.values()))[0]["captures"]
    words = (
        f"An alarm is worth what it leaves unsaid. Here are {of['attack']} captures of attacks that others recorded "
        f"elsewhere, of classes that the methods know, and {of['ordinary']} captures of ordinary applications. A "
        "method is right about an attack if it tells a story of its class, and loud about an ordinary capture if it "
        f"tells any. Beside them stand {of['strange']} attacks of no known class and {of['benign']} captures that "
        "look like an attack and are none. No method learns from any of them, and no threshold is set on them."
    )
    if fitted:
        one = next(iter(fitted.values()))[0]
        words += (
            f"\n\nOne rule makes stories of every method's scores: {PACKETS} packets of one class above its threshold, "
            f"from one originator (of a flood, to one target), no more than {GAP_S:g} seconds apart; a packet speaks "
            "for one class at most. Thresholds, one a class, come from the tuning side and from ordinary captures that "
            f"were not learned from ({one['tuned_on']} captures, {one['hours']:.1f} hours with traffic): the lowest "
            "that make at most so many stories an hour of benign packets there; stricter still, only the surest "
            "packets of each class's attacks on the tuning side may speak. From strict to lax that gives a curve; "
            f"the tables show where one would stand, at {_ASKED} false stories an hour and class"
            + (
                ", which in so little traffic means none at all."
                if one["hours"] * SETTINGS[OPERATING].wish < 1
                else "."
            )
        )
    return words + (f"\n\nNot measured: {', '.join(missing)}." if missing else "")


def _curves(found: Mapping[str, Sequence[Figures]], fitted: Mapping[str, Sequence[Figures]]) -> list[Block]:
    of = next(iter(found.values()))[0]["captures"]
    whole = {
        method: np.array([np.mean([own["curve"][name] for own in seeds], axis=0) for name in ("loud", "right")])
        for method, seeds in fitted.items()
    }
    near = {method: curve[:, curve[0] <= _NEAR] for method, curve in whole.items()}
    shipped = {}
    if SHIPPED in found and found[SHIPPED][0]["loud"] is not None and found[SHIPPED][0]["right"] is not None:
        shipped[_OURS] = (found[SHIPPED][0]["loud"], found[SHIPPED][0]["right"])
    captions = (
        "Attacks of others told by their right name (up) against ordinary captures with any story at all (right), "
        "both shares of captures, mean over seeds. Each dot is one strictness of all thresholds, from very strict "
        "(left) to lax (right), set by the same rule for every method. The large mark is the model that the package "
        "ships, with its own story settings. Up and to the left is better.",
        f"The same, where at most {_NEAR:.0%} of ordinary captures have a story: where one would want to be.",
    )
    return [
        plots.quiet_curves(
            name, {method: (curve[0], curve[1]) for method, curve in shown.items()}, shipped, caption,
            right_of=of["attack"], quiet_of=of["ordinary"], order=list(fitted), ours=_OURS,
        )
        for name, shown, caption in zip(("quiet-curves", "quiet-curves-near"), (whole, near), captions, strict=True)
    ]  # fmt: skip


def _points(found: Mapping[str, Sequence[Figures]]) -> Table:
    of = next(iter(found.values()))[0]["captures"]
    rows = []
    for method, seeds in found.items():
        alone = method == SHIPPED
        area = "–" if alone else pooled(seeds, "area").text(2)
        reach = "–" if alone else _count(seeds, "reach", of["attack"])
        rows.append(
            [
                f"{_OURS}, {SHIPPED}" if alone else method,
                *(_count(seeds, name, of[kind]) for name, kind in _COUNTED),
                f"{_count(seeds, 'loud', of['ordinary'])} ({_percent(seeds, 'loud')})",
                reach,
                area,
                "–" if alone else str(len(seeds)),
            ]
        )
    head = [
        "method",
        f"right, of {of['attack']}",
        f"wrong name only, of {of['attack']}",
        f"unknown attacks told, of {of['strange']}",
        f"lookalikes told, of {of['benign']}",
        f"ordinary with a story, of {of['ordinary']}",
        f"right at {100 * LOUD:g} % loud",
        "area",
        "seeds",
    ]
    return Table(
        head, rows,
        f"Captures with a story, with thresholds for {_ASKED} false stories an hour at home; means over seeds. Wrong "
        "name only: a story, but none of the right class. Last columns, over all thresholds: the most attacks told "
        f"rightly while at most {LOUD:.0%} of ordinary captures have a story, and the mean of that over all limits "
        f"from 0 to {LOUD:.0%}, as a share (1: all right and none loud); in brackets 95 % over captures (bootstrap). "
        "Those two are read off the curve, so no one could have set thresholds to reach them.",
    )  # fmt: skip


_COUNTED: Final = (("right", "attack"), ("wrong", "attack"), ("strange", "strange"), ("benign", "benign"))


def _classes(found: Mapping[str, Sequence[Figures]]) -> Table:
    first = next(iter(found.values()))[0]["classes"]
    rows = [
        [
            label,
            str(about["of"]),
            *(_mean([own["classes"][label]["right"] for own in seeds]) for seeds in found.values()),
        ]
        for label, about in first.items()
    ]
    head = ["class", "captures", *(f"{_OURS}, {SHIPPED}" if method == SHIPPED else method for method in found)]
    return Table(
        head, rows, f"Captures told by their right name, by class, at {_ASKED} false stories an hour; means over seeds."
    )  # fmt: skip


def _alone(fitted: Mapping[str, Sequence[Figures]]) -> list[Block]:
    """Captures that ours names and no other does, and those that others name and ours does not."""
    if _OURS not in fitted or len(fitted) < 2:
        return []
    others = [method for method in fitted if method not in OURS]
    labels = fitted[_OURS][0]["labels"]
    rows = []
    for name, label in labels.items():
        told = {method: _share_told(seeds, name, label) for method, seeds in fitted.items()}
        knowing = [method for method in others if told[method] > 0.5]
        if told[_OURS] > 0.5 and not knowing:
            rows.append(["ours alone", name, label, _OURS])
        elif told[_OURS] <= 0.5 and knowing:
            rows.append(["others alone", name, label, ", ".join(knowing)])
    if not rows:
        return [Text("There is no attack that only ours, or only others, call by its name.")]
    return [
        Table(
            ["who", "capture", "class", "told rightly by"], sorted(rows, key=lambda row: row[0] != "ours alone"),
            f"Attacks that our method calls by their name and no other method does, and the other way round, at "
            f"{_ASKED} false stories an hour at home, in most seeds. Ours stands against all others together, "
            "loud ones too.",
        )
    ]  # fmt: skip


def _share_told(seeds: Sequence[Figures], name: str, label: str) -> float:
    return float(np.mean([label in own["stories"].get(name, ()) for own in seeds]))


def _count(seeds: Sequence[Figures], name: str, of: int) -> str:
    mean = pooled(seeds, name).mean
    return "–" if mean is None else _mean([mean * of])


def _percent(seeds: Sequence[Figures], name: str) -> str:
    mean = pooled(seeds, name).mean
    return "–" if mean is None else f"{100 * mean:.0f} %"


def _mean(values: Sequence[float]) -> str:
    """Without a decimal where it is whole.

    >>> _mean([2, 2]), _mean([2, 3])
    ('2', '2.5')
    """
    return f"{np.mean(values):.1f}".removesuffix(".0")
