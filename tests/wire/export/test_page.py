"""docs/from-nfstream.md keeps its word."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from packetclip.wire.export import COLUMNS
from packetclip.wire.flows import END_REASONS, FlowConfig


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "from-nfstream.md").read_text()


def test_every_column_is_named(page: str) -> None:
    assert f"one row a flow, {len(COLUMNS)} columns" in page
    assert [column.name for column in COLUMNS if f"`{column.name}`" not in page] == []
    assert [reason for reason in END_REASONS if f"`{reason}`" not in page] == []
    assert f"at most {FlowConfig().max_flows:,} open flows" in page


def test_the_snippet_runs(page: str, root: Path, example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [snippet] = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    monkeypatch.chdir(root)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(snippet, {})
    assert "orig_bytes" in said.getvalue()
    assert "tcp" in said.getvalue()
