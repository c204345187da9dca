"""Captions of hand-written rows, word for word. After a change of wording: make golden, and read the diff."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

from packetclip.language.captions import caption, training_caption
from tests.language.captions.rows import SCENARIOS

HEADER = """\
# What captions say of the rows in tests/language/captions/rows.py, so that a change of wording shows as a diff.
# To refresh: make golden (or UPDATE_GOLDEN=1 python -m pytest tests/language/captions -k golden); then read the diff.
# "all": the whole caption; "top": its three most unusual sentences in another wording; "train": two for training.
"""


def golden_text() -> str:
    blocks = [HEADER]
    for name, values in SCENARIOS.items():
        lines = [f"== {name}"]
        for label, text in (
            ("all", caption(values)),
            ("top", caption(values, variant=1, sentences=3)),
            ("train", training_caption(values, seed=1)),
            ("train", training_caption(values, seed=2)),
        ):
            lines += textwrap.wrap(f"{label}: {text}", 118, subsequent_indent="  ")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def test_golden_captions(root: Path) -> None:
    path = root / "tests" / "golden" / "captions.txt"
    text = golden_text()
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
