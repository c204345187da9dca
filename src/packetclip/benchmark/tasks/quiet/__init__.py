"""Quiet and right at once: who names others' attacks, and who leaves ordinary life alone, over all thresholds.

Everything is learned and set at home (``home``), by one rule for every method (``sweep``); others' captures are looked
at once, at the end (``asked``), and nothing is chosen on them. ``outcome`` makes figures of what was told.
"""

from packetclip.benchmark.tasks.quiet.task import Quiet

__all__ = ["Quiet"]
