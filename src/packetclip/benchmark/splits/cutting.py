"""Captures that are cut: each packet goes to one side, by whatever a split goes by."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.drawing import draw
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples, join
from packetclip.errors import RecipeError

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan, SplitEntry

TRAIN_SHARE: Final = 0.6
TUNE_SHARE: Final = 0.1
"""What is cut off for tuning; it is learned from where the split names captures to tune on."""


class Side(IntEnum):
    """Of a packet."""

    NEITHER = -1
    TRAIN = 0
    TUNE = 1
    TEST = 2


def need(entry: SplitEntry, *sides: str) -> None:
    """Raise RecipeError where the split names no captures for one of ``sides``."""
    for side in sides:
        if not getattr(entry, side):
            raise RecipeError(f"Split {entry.name!r} of kind {entry.kind!r} names no captures in {side}. Add some.")


def attacks(plan: Plan) -> tuple[int, ...]:
    """Positions of all classes but Benign."""
    return tuple(range(1, len(plan.classes)))


def askable(plan: Plan, entry: SplitEntry, train: Samples, test: Samples) -> tuple[int, ...]:
    """Attacks of which both sides hold two episodes: where a cut falls decides that, and one event is no evidence.

    Raises RecipeError where there are none.
    """
    found = tuple(code for code in attacks(plan) if min(_episodes(train, code), _episodes(test, code)) > 1)
    if not found:
        raise RecipeError(
            f"Split {entry.name!r} of kind {entry.kind!r} has no attack of which train and test both hold two "
            "episodes. Name more captures in it."
        )
    return found


def _episodes(samples: Samples, code: int) -> int:
    own = samples.classes == code
    return len({*zip(samples.capture[own].tolist(), samples.episodes[own].tolist(), strict=True)})


def cut(plan: Plan, entry: SplitEntry, seed: int, sides: Callable[[Samples], NDArray[np.int8]]) -> Iterator[Fold]:
    """One fold from captures that are cut; ``sides`` gives the Side of each packet of a capture.

    Raises RecipeError where no captures are named, or some to test on: this kind cuts its own.
    """
    need(entry, "train")
    if entry.test:
        raise RecipeError(
            f"Split {entry.name!r} of kind {entry.kind!r} names captures in test. This kind asks about parts of those "
            "in train: leave test out, or take the kind 'captures'."
        )
    rng = np.random.default_rng(seed)
    parts: dict[Side, list[Samples]] = {Side.TRAIN: [], Side.TUNE: [], Side.TEST: []}
    for name in entry.train:
        whole = plan.samples(name)
        side = sides(whole)
        if entry.tune:
            side = np.where(side == Side.TUNE, Side.TRAIN, side)
        learned = whole.take(side == Side.TRAIN)
        parts[Side.TRAIN].append(learned.take(draw(learned, plan.recipe.drawing, rng)))
        for other in (Side.TUNE, Side.TEST):
            parts[other].append(whole.take(side == other))
    if entry.tune:
        parts[Side.TUNE] = [plan.samples(name) for name in entry.tune]
    train, test = join([*parts[Side.TRAIN], *plan.life(seed)]), join(parts[Side.TEST])
    yield Fold(
        split=entry.name,
        name="",
        train=train,
        tune=join(parts[Side.TUNE]),
        test=test,
        classes=plan.classes,
        asked=askable(plan, entry, train, test),
    )


def by_share(shares: NDArray[np.float64]) -> NDArray[np.int8]:
    """The Side of each number between 0 and 1: the first six tenths are learned from, the last three asked about."""
    return np.digitize(shares, [TRAIN_SHARE, TRAIN_SHARE + TUNE_SHARE]).astype(np.int8)


def spread(keys: NDArray[Any], seed: int) -> NDArray[np.float64]:
    """A number between 0 and 1 for each key (N,), the same for equal keys; another seed gives others."""
    # The finaliser of SplitMix64 (Steele, Lea and Flood 2014); overflow is what it works by.
    words = keys.astype(np.uint64) + np.uint64((seed + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (words ^ (words >> np.uint64(31))).astype(np.float64) / 2.0**64


def named(name: str) -> int:
    """A number for a capture's name, the same on every machine."""
    return zlib.crc32(name.encode())
