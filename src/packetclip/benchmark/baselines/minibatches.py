"""How the networks among the baselines learn: AdamW over shuffled minibatches, alike on every machine with one seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

__all__ = ["alone", "count", "learn", "ranked"]


@contextmanager
def alone(seed: int, threads: int) -> Iterator[None]:
    """A seed and threads of one's own; the caller's come back afterwards."""
    before, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(True)
        try:
            yield
        finally:
            torch.set_num_threads(before)
            torch.use_deterministic_algorithms(strict)


def learn(
    network: nn.Module,
    loss: Callable[[NDArray[np.int64]], Tensor],
    lengths: NDArray[np.int64],
    epochs: int,
    batch: int,
    rate: float,
) -> None:
    """Train what of the network is to be trained; ``loss`` is asked about rows, ``lengths`` (N,) is how long they are.

    A tenth of the steps warms up, then the rate falls to 0 along a cosine. A batch holds rows of about one length, so
    that little is computed on padding.
    """
    order = np.random.default_rng(torch.initial_seed() % (1 << 63))
    trained = [weight for weight in network.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=rate, weight_decay=0.01)
    steps = max(epochs * -(-len(lengths) // batch), 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _share((step + 1) / steps))
    network.train()
    for _ in range(epochs):
        for rows in _batches(lengths, batch, order):
            optimiser.zero_grad(set_to_none=True)
            loss(rows).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            schedule.step()
    network.eval()


def _share(done: float) -> float:
    """Of the rate, at a share of the steps."""
    return done / 0.1 if done < 0.1 else 0.5 + 0.5 * math.cos(math.pi * min((done - 0.1) / 0.9, 1.0))


def _batches(lengths: NDArray[np.int64], batch: int, order: np.random.Generator) -> list[NDArray[np.int64]]:
    rows = order.permutation(len(lengths))
    pools = np.array_split(rows, max(len(rows) // (64 * batch), 1))
    ordered = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
    batches = [ordered[i : i + batch] for i in range(0, len(rows), batch)]
    return [batches[number] for number in order.permutation(len(batches))]


def ranked(
    network: Callable[[NDArray[np.int64]], Tensor], lengths: NDArray[np.int64], classes: int, batch: int
) -> NDArray[np.float64]:
    """(N, classes): softmax of what a network says of rows, asked in order of their lengths."""
    order, out = np.argsort(lengths, kind="stable"), np.zeros((len(lengths), classes))
    with torch.inference_mode():
        for at in range(0, len(order), batch):
            rows = order[at : at + batch]
            out[rows] = torch.softmax(network(rows).double(), 1).numpy()
    return out


def count(network: nn.Module) -> int:
    """Its parameters."""
    return sum(weight.numel() for weight in network.parameters())
