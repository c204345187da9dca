"""``packetclip audit``: what would make a benchmark's figures mean less than they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from packetclip.cli import options, training
from packetclip.cli.exits import FAILED

if TYPE_CHECKING:
    from packetclip.benchmark.audit import Audited, Finding

_WIDTH = 11


@click.command("audit")
@training.recipe
@click.option("--split", metavar="NAME", default="", help="One split of the recipe; by default all of them.")
@options.formats("text", "jsonl")
@options.quiet
def command(recipe: Path, split: str, form: str, quiet: bool) -> int:
    """Look for leaks in a benchmark's recipe before anything is measured: what is shared by the sides of its splits
    (flows, packets, windows, episodes), columns that are a name or a clock, classes that are one event, captures that
    the encoder has seen, and methods that have anything fitted on the test side. Then it says what each method goes by:
    the columns of a small tree that answers as it does, and which of them may tell a set-up instead of an attack.

    Leaves with 1 when something fails. What a split leaks on purpose (leaky = true) is told and does not fail. Needs
    the extra [benchmark].
    """
    from packetclip.benchmark.audit import whole
    from packetclip.benchmark.plan import Plan
    from packetclip.cli.progress import showing

    failed = folds = 0
    with showing(quiet=quiet, lines=True) as progress:
        for audited in whole(Plan(recipe), split, progress):
            folds += bool(audited.split)
            failed += audited.failed
            for line in _json(audited) if form == "jsonl" else _text(audited):
                click.echo(line)
    if not quiet:
        said = f"{failed} failed" if failed else "nothing fails"
        click.echo(f"Audited {folds} folds and the methods: {said}.", err=True)
    return FAILED if failed else 0


def _json(audited: Audited) -> Iterator[str]:
    import orjson

    train, tune, test = audited.packets
    about = {"split": audited.split, "fold": audited.fold}
    if audited.split:
        counts = {"train": train, "tune": tune, "test": test, "failed": audited.failed}
        yield orjson.dumps({"type": "fold", **about, **counts}).decode()
    for finding in audited.findings:
        yield orjson.dumps({"type": "finding", **finding.as_dict()}).decode()


def _text(audited: Audited) -> Iterator[str]:
    from packetclip.benchmark.audit import CHECKS
    from packetclip.cli.plain import plain

    train, tune, test = audited.packets
    name = f"{audited.split}, {audited.fold}" if audited.fold else audited.split or "methods"
    sides = f": {train:,} packets learned from, {tune:,} tuned on, {test:,} asked about" if audited.split else ""
    yield plain(f"{name}{sides}")
    found = {finding.check for finding in audited.findings}
    fine = [check for check in (CHECKS if audited.split else ["fitted"]) if check not in found]
    if fine:
        yield f"  {'fine':<{_WIDTH}}{', '.join(fine)}"
    for finding in audited.findings:
        yield from map(plain, _lines(finding))


def _lines(finding: Finding) -> Iterator[str]:
    yield f"  {finding.severity:<{_WIDTH}}{finding.check}: {finding.sentence}"
    for example in finding.examples:
        where = f"packet {example.packet:,}" if example.packet >= 0 else ""
        yield " " * (_WIDTH + 4) + ", ".join(
            part for part in (example.capture, where, example.time, example.what) if part
        )
