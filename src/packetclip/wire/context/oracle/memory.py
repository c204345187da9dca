"""Entities with decaying sums, in dicts without bounds."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

from packetclip.wire.context.schema import WINDOWS_S

SECOND: Final = 1_000_000_000
FORGET_NS: Final = 600 * SECOND


@dataclass(eq=False)
class Running:
    """Mean and variance in which the newest value weighs at least a tenth."""

    count: int = 0
    mean: float = 0.0
    variance: float = 0.0

    def learn(self, value: float) -> None:
        self.count += 1
        weight = max(1 / self.count, 0.1)
        delta = value - self.mean
        self.mean += weight * delta
        self.variance = (1 - weight) * (self.variance + weight * delta * delta)

    @property
    def spread(self) -> float:
        if self.count < 2 or self.mean <= 0:
            return 0.0
        return min(math.sqrt(self.variance) / self.mean, 1000.0)


@dataclass(eq=False)
class Entity:
    """What is remembered of a host, pair, service, ... ; every sum decays by itself, when it is asked for."""

    first: int
    clock: int
    sums: dict[str, tuple[int, list[float]]] = field(default_factory=dict)
    means: dict[str, Running] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def sum(self, name: str) -> list[float]:
        """The four windows of a sum, decayed to the entity's clock."""
        since, values = self.sums.get(name, (self.clock, [0.0] * len(WINDOWS_S)))
        seconds = (self.clock - since) / SECOND
        return [value * math.exp(-seconds / window) for value, window in zip(values, WINDOWS_S, strict=True)]

    def add(self, name: str, amount: float = 1.0) -> None:
        self.sums[name] = (self.clock, [value + amount for value in self.sum(name)])

    def mean(self, name: str) -> Running:
        return self.means.setdefault(name, Running())

    def number(self, name: str) -> int:
        return self.numbers.get(name, 0)

    def count(self, name: str, change: int = 1) -> None:
        self.numbers[name] = self.number(name) + change


class Memory:
    """Entities by key; one that was silent for ten minutes, or until the clock jumped back by as much, is new again."""

    def __init__(self) -> None:
        self.entities: dict[Hashable, Entity] = {}

    def meet(self, key: Hashable, now: int) -> tuple[Entity, bool]:
        known = self.entities.get(key)
        if known is None or abs(now - known.clock) > FORGET_NS:
            self.entities[key] = Entity(now, now)
            return self.entities[key], True
        known.clock = max(known.clock, now)
        return known, False

    def fresh(self, key: Hashable, now: int) -> bool:
        return self.meet(key, now)[1]
