"""A whole benchmark: audited, measured, reported."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import packetclip
from packetclip.benchmark import encoders
from packetclip.benchmark.legend import legend
from packetclip.benchmark.libraries import libraries
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report import Section, Text, document, page
from packetclip.benchmark.run import run
from packetclip.benchmark.tasks import TASKS
from packetclip.errors import LeakFound, OutputError, PacketclipError

__all__ = ["evaluate"]

Progress = Callable[[str, int, int], None]
"""What is done, how far it is, and how much there is of it."""

INTRO: Final = """
Every method learns from the same draw of packets, is tuned on the same captures, and is asked about traffic that it
has not learned from; ours is one of them. Splits that cut captures flatter, and are shown to show by how much.
Intervals are over episodes of attacks, not packets: a thousand packets of one flood are one attack. `packetclip
evaluate` with the recipe repeats every figure.
"""


def evaluate(plan: Plan, folder: Path, workers: int, progress: Progress) -> list[str]:
    """Write ``report.html``, ``report.md`` and its plots to ``folder``; gives a sentence for each failed measurement.

    Encoders that the recipe tells how to make, and that nobody has made yet, are pre-trained first. Raises LeakFound
    when a split fails the audit, PacketclipError when one cannot be audited: then nothing else is measured.
    RecipeError, CaptureError, MissingExtra, OutputError.
    """
    kept = folder / "results"
    encoders.pretrain(plan.encoder_recipes, workers, progress)

    def measured(done: int, total: int, minutes: float) -> None:
        progress(f"Measuring, about {minutes:.0f} minutes left" if minutes >= 1 else "Measuring", done, total)

    audited = run(plan, ("audit",), kept, workers, measured)
    if leaks := [
        f"{told['split']}: {told['sentence']}"
        for figures in audited.figures["audit"].values()
        for told in figures["findings"]
        if told["severity"] == "fail"
    ]:
        raise LeakFound(
            f"{len(leaks)} findings of the audit fail, so nothing was measured. {' '.join(leaks[:3])} "
            f"See them all with: packetclip audit {plan.path}"
        )
    if audited.failed:
        raise PacketclipError(
            f"{len(audited.failed)} audits could not be made, so nothing was measured. "
            + " ".join(f"{job}: {sentence}" for job, sentence in list(audited.failed.items())[:3])
        )
    taken = run(plan, plan.recipe.tasks, kept, workers, measured)
    write(plan, folder, {**taken.figures, **audited.figures})
    return [f"{job}: {sentence}" for job, sentence in taken.failed.items()]


def write(plan: Plan, folder: Path, figures: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
    """The report of what was measured, as a page and as Markdown."""
    sections: list[Section] = [legend(plan)]
    for task in sorted(figures, key=lambda name: (name == "audit", list(TASKS).index(name))):
        sections += TASKS[task].sections(plan, figures[task])
    title, intro = f"Benchmark: {plan.recipe.name}", [Text(" ".join(INTRO.split()))]
    footer = f"packetclip {packetclip.__version__}, {libraries()}; {time.strftime('%Y-%m-%d', time.gmtime())}."
    told = document(title, intro, sections, footer, plots="plots")
    try:
        (folder / "plots").mkdir(parents=True, exist_ok=True)
        for path, svg in told.plots.items():
            (folder / path).write_text(svg, encoding="utf-8")
        (folder / "report.md").write_text(told.text, encoding="utf-8")
        (folder / "report.html").write_text(page(title, intro, sections, footer), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror or error}. Name another folder.") from error
