"""Small reasoners that need no teacher, and things for them to look at."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from packetclip.language.knowledge import Mission, load_missions, pack
from packetclip.learning.encoders import BehaviourConfig, BehaviourEncoder
from packetclip.learning.reasoning import Adapter, Examples, FitConfig, Reasoner, ReasonerConfig
from packetclip.wire.context import FIELDS

NAMES = ("icmp_flood", "port_scan")
F, E, W = len(FIELDS), 384, 64

QUIET = FitConfig(epochs=2, temporal_epochs=2, batch=32, noise=0.0, mix=0.0, life_share=0.0)
"""Nothing at random but the order of the rows, hidden fields and dropout."""


def missions() -> tuple[Mission, ...]:
    return load_missions(NAMES)


def text_vectors(of: tuple[Mission, ...], width: int = E, seed: int = 1) -> torch.Tensor:
    """Random vectors of unit norm in place of a teacher's."""
    draw = torch.Generator().manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(len(pack(of).texts), width, generator=draw), dim=1)


def reasoner(seed: int = 0, adapter: bool = True, **config: Any) -> Reasoner:
    torch.manual_seed(seed)
    chosen = ReasonerConfig(**{"hidden": 3, "width": 16, "heads": 4, "feed_forward": 16, "steps": 5, **config})
    beside = Adapter(bins=3, width=16, hide=0.25, dropout=0.0) if adapter else None
    if beside is not None:
        beside.fit(fields(64, seed=9))
    encoder = BehaviourEncoder(BehaviourConfig(width=16, blocks=1, byte_width=8))
    return Reasoner(encoder, beside, missions(), text_vectors(missions()), chosen)


def shake(module: torch.nn.Module, seed: int = 2) -> None:
    """Give every number of a module another value: training leaves none where it began."""
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=draw) * 0.3)
        for name, buffer in module.named_buffers():
            if name.endswith("mean"):
                buffer.add_(torch.randn(buffer.shape, generator=draw) * 0.3)
            elif name.endswith("variance"):
                buffer.mul_(torch.rand(buffer.shape, generator=draw) + 0.5)


def fields(n: int, seed: int = 0) -> np.ndarray:
    """(n, F) values in their fields' ranges, more or less; zeros are frequent, as in life."""
    draw = np.random.default_rng(seed)
    logged = np.array([field.log for field in FIELDS])
    values = np.where(logged, draw.lognormal(1.0, 2.0, (n, F)), draw.random((n, F)))
    return (values * (draw.random((n, F)) < 0.7)).astype(np.float32)


def examples(n: int = 100, seed: int = 0, name: str = "made") -> Examples:
    """n packets of three kinds, benign and two missions', that many fields tell apart."""
    draw = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    values = fields(n, seed)
    for kind in range(3):
        values[:, 10 * kind : 10 * kind + 10] = np.where(labels == kind, 1.0, 0.0)[:, None]
        values[:, 100 + 10 * kind : 110 + 10 * kind] = np.where(labels == kind, 50.0, 0.0)[:, None]
    return Examples(
        name=name,
        fields=values,
        bytes=draw.integers(0, 256, (n, W), dtype=np.uint8),
        scored=np.ones(n, np.bool_),
        labels=labels.astype(np.int64),
        episodes=np.where(labels > 0, labels, -1).astype(np.int64),
        history=draw.integers(0, 4, n).astype(np.uint64),
    )


def states_differ(a: torch.nn.Module, b: torch.nn.Module) -> list[str]:
    """Names of the tensors in which two modules differ at all."""
    other = b.state_dict()
    return [name for name, tensor in a.state_dict().items() if not torch.equal(tensor, other[name])]
