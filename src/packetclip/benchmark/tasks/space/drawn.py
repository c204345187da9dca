"""Which packets of a space are looked at: captures that the encoder has not seen, one of each network."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.plan import Plan
from packetclip.benchmark.samples import Samples, join

__all__ = ["PACKETS", "balanced", "benign", "captures", "early"]

PACKETS: Final = 3_000
"""Of all captures together."""

_BENIGN: Final = 0.3
"""Share of benign packets among them; classes of attack share the rest evenly, so that a flood is one dot of many."""


def captures(plan: Plan) -> tuple[str, ...]:
    """The first test capture of each network, of splits of whole captures that the recipe's encoder serves."""
    found: dict[str, str] = {}
    for entry in plan.recipe.splits:
        if entry.kind == "captures" and entry.pretrained in ("", plan.recipe.pretrained):
            for name in entry.test:
                found.setdefault(plan.dataset.capture(name).network, name)
    return tuple(sorted(found.values()))


def balanced(plan: Plan, names: tuple[str, ...], seed: int) -> Samples:
    """Packets of every class, as even as a capture has them; those that can be scored."""
    rng = np.random.default_rng([seed, 0])
    each = PACKETS // len(names)
    parts = []
    for name in names:
        own = plan.samples(name)
        attacks = np.unique(own.classes[own.classes > 0])
        most = {0: round(_BENIGN * each)} | {int(m): round((1 - _BENIGN) * each / len(attacks)) for m in attacks}
        rows = [_some(own.scored & (own.classes == m), n, rng) for m, n in most.items()]
        parts.append(own.take(np.sort(np.concatenate(rows))))
    return join(parts)


def benign(plan: Plan, names: tuple[str, ...], seed: int) -> Samples:
    """As many benign packets of each capture, from all over it."""
    rng = np.random.default_rng([seed, 1])
    parts = [plan.samples(name) for name in names]
    own = [part.take(_some(part.scored & (part.classes == 0), PACKETS // len(names), rng)) for part in parts]
    return join(own)


def early(samples: Samples) -> NDArray[np.bool_]:
    """(N,) whether a packet comes before the middle one of its capture's."""
    found = np.zeros(len(samples), np.bool_)
    for capture in np.unique(samples.capture):
        here = samples.capture == capture
        found[here] = samples.time_ns[here] < np.median(samples.time_ns[here])
    return found


def _some(mask: NDArray[np.bool_], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    pool = np.flatnonzero(mask)
    return pool if len(pool) <= n else np.sort(rng.choice(pool, n, replace=False))
