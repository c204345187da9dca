"""One question of the benchmark: what may be learned from, what may be tuned on, what is asked."""

from __future__ import annotations

from dataclasses import dataclass

from packetclip.benchmark.samples import Samples

__all__ = ["LIFE", "Fold"]

LIFE = "life"
"""The network of captures of ordinary life, which only ever are benign and are learned from."""


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Three sides that share nothing that a split of this kind keeps apart."""

    split: str
    name: str
    """What is withheld; empty where the split has one fold."""
    train: Samples
    tune: Samples
    """Whole captures, or what a split that cuts captures leaves for it."""
    test: Samples
    classes: tuple[str, ...]
    """Names, Benign first."""
    asked: tuple[int, ...]
    """Positions of the attacks that the figures are about: all but where a class or a behaviour is withheld."""
