"""What the report says of detection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from packetclip.benchmark.plan import Plan
from packetclip.benchmark.report.blocks import Section

__all__ = ["sections"]


def sections(plan: Plan, results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
    """By job, ``split/method/seed``."""
    return []
