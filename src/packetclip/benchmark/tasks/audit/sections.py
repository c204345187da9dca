"""What the report says of the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark.report.blocks import Section, Table, Text

__all__ = ["sections"]

WORDS: Final = {"fail": "fails", "expected": "leaks on purpose", "warn": "warning", "note": "note"}
ABOUT: Final = """
Before anything is measured, every split is searched for what would make its figures flatter: flows, conversations or
packets on two sides, windows of the context that cross, columns that are a name or a clock, classes that are one event,
an encoder that has seen the test side; and every method for anything that is fitted on the test side. A failure stops
the run. Splits that leak on purpose are measured all the same, to show by how much such splits flatter.
"""


def sections(results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
    """By split, and by method behind a slash."""
    rows = [
        [split.partition("/")[2] or split, WORDS[told["severity"]], told["check"], told["sentence"], _example(told)]
        for split, figures in results.items()
        for told in figures["findings"]
    ]
    clean = [split.partition("/")[2] or split for split, figures in results.items() if not figures["findings"]]
    words = ABOUT.strip() + (f"\n\nNothing was found in {', '.join(clean)}." if clean else "")
    table = Table(
        ["split or method", "how bad", "check", "what", "for example"], rows, "Findings of the audit, worst first."
    )
    return [Section("Audit: what the splits leak", [Text(words), *([table] if rows else [])])]


def _example(told: Mapping[str, Any]) -> str:
    if not told["examples"]:
        return ""
    one = told["examples"][0]
    number = f", packet {one['packet']:,}" if one["packet"] >= 0 else ""
    return f"{one['capture']}{number}: {one['what']}"
