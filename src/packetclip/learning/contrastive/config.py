"""How pre-training is done."""

from __future__ import annotations

from dataclasses import dataclass

from packetclip.errors import RecipeError

LOSSES = ("info_nce", "siglip")


@dataclass(frozen=True, slots=True)
class PretrainConfig:
    """Settings of :func:`~packetclip.learning.contrastive.pretrain`."""

    seed: int = 0
    epochs: int = 30
    batch: int = 1024
    """B, pairs in a step; each is the others' negative."""
    rate: float = 1.5e-3
    """Highest learning rate, reached after ``warmup`` and left on a cosine."""
    projection_rate: float = 3e-4
    """That of the text projection: it must not forget what sentences mean."""
    warmup: float = 0.05
    """Share of all steps."""
    weight_decay: float = 0.05
    loss: str = "info_nce"
    """``info_nce`` or ``siglip``."""
    tolerance: float = 0.1
    """Share of differing levels from which a caption counts as false of a packet; 0: only its own is true."""
    own_share: float = 0.5
    """Of the target that a packet's own caption keeps when others are true as well (``info_nce``)."""
    held_out: float = 0.05
    """Share of flows that metrics are measured on and nothing is learned from."""
    held_out_most: int = 2000
    """Pairs that metrics are measured on, at most."""
    threads: int = 2
    """Of torch. Another number gives other rounding, so a run repeats exactly only with the same."""

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise RecipeError(f"pretrain.loss is {self.loss!r}; known: {', '.join(LOSSES)}.")
        if self.epochs < 1 or self.batch < 2:
            raise RecipeError("pretrain.epochs must be 1 or more and pretrain.batch 2 or more.")
        if not 0.0 <= self.held_out < 1.0 or not 0.0 <= self.own_share <= 1.0:
            raise RecipeError("pretrain.held_out and pretrain.own_share are shares, from 0 to 1.")
