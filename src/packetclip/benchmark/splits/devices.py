"""Hosts on one side only: no address of the test side sends or receives a packet that is learned from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.drawing import draw
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples, join
from packetclip.benchmark.splits.cutting import TUNE_SHARE, askable, need, spread

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan, SplitEntry

TEST_HOSTS: Final = 0.5


def device(plan: Plan, entry: SplitEntry, seed: int) -> Iterator[Fold]:
    """One fold: hosts are divided by the digest of their address, the same in all captures.

    A packet belongs to a side when both its hosts do; what passes between the sides is left out, and that is about half
    of a capture. Captures in ``test`` are asked about instead of those in ``train`` where they are named; without
    captures in ``tune``, a tenth of the conversations between hosts of the training side is tuned on. Asked are attacks
    of which both sides hold two episodes: which these are changes with the seed. Raises RecipeError where ``train`` is
    empty, or no attack is on both sides.
    """
    need(entry, "train")
    rng = np.random.default_rng(seed)
    train, tune, test = [], [], []
    for name in entry.train:
        own = _between(plan.samples(name), seed, test=False)
        if not entry.tune:
            tuned = spread(own.conversation, seed) < TUNE_SHARE
            tune.append(own.take(tuned))
            own = own.take(~tuned)
        train.append(own.take(draw(own, plan.recipe.drawing, rng)))
    tune += [_between(plan.samples(name), seed, test=False) for name in entry.tune]
    test = [_between(plan.samples(name), seed, test=True) for name in entry.test or entry.train]
    learned = join([*train, *(_between(part, seed, test=False) for part in plan.life(seed))])
    asked = join(test)
    yield Fold(
        split=entry.name,
        name="",
        train=learned,
        tune=join(tune),
        test=asked,
        classes=plan.classes,
        asked=askable(plan, entry, learned, asked),
    )


def _between(samples: Samples, seed: int, *, test: bool) -> Samples:
    """Packets between hosts of one side."""
    return samples.take((_tested(samples.orig, seed) == test) & (_tested(samples.resp, seed) == test))


def _tested(hosts: NDArray[np.uint64], seed: int) -> NDArray[np.bool_]:
    return spread(hosts, seed) >= 1.0 - TEST_HOSTS
