"""An ensemble of small autoencoders over damped statistics, after Kitsune (Mirsky et al. 2018): no label is looked at.

As there: columns that vary together are put together (at most ten), by their correlation; each
group has an autoencoder of one hidden layer of three quarters its size, tied weights and sigmoids, whose error (RMSE)
says how strange the group is; an autoencoder of the same kind over these errors says how strange the packet is. Columns
and errors are scaled to 0..1 by the least and the greatest value seen.

Different: the statistics are the damped sums of our own context (over 1, 10, 60 and 600 s, of originator, responder,
pair, service, target, names and ARP), where AfterImage has weight, mean and deviation over five windows of MAC and IP,
host, channel and socket; their logarithms, since counts span orders of magnitude; all autoencoders learn side by side,
by Adam over minibatches and a few rounds, where Kitsune's take one packet at a time and once; afterwards they learn no
more. 5, 15 and 40 rounds were compared between set-ups, on the tuning captures (a1 to a3 on c4, c1 to c3 on a4; a fifth
of the packets, benign ones to learn from, one run each): mean AUC 0.817, 0.837 and 0.867; here are as many steps as in
40 rounds there. The error is put into 0..1 as error / (error + the greatest that is usual), which changes no order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage, to_tree
from torch import Tensor, nn

from packetclip.benchmark.baselines.minibatches import alone, count, learn
from packetclip.benchmark.baselines.novelty import answers
from packetclip.benchmark.baselines.scaling import Range, pieces
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.wire.context import FIELDS

__all__ = ["AutoencoderEnsemble", "groups_of"]

LARGEST: Final = 10
PACKETS: Final = 40_000
EPOCHS: Final = 20
BATCH: Final = 128
RATE: Final = 1e-2
USUAL: Final = 0.99
"""Share of the packets learned from whose error is usual."""
DAMPED: Final = np.array(
    [at for at, field in enumerate(FIELDS) if field.name.endswith(("_1s", "_10s", "_60s", "_600s"))]
)


class AutoencoderEnsemble:
    """Groups of columns, an autoencoder each, and one over their errors."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._attacks = len(classes) - 1
        self._seed, self._threads = seed, threads

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn what is usual, from some packets."""
        rows = np.sort(np.random.default_rng(self._seed).permutation(len(train))[:PACKETS])
        fields = train.fields[rows]
        self._range = Range(fields)
        with alone(self._seed, self._threads):
            columns = self._scaled(fields)
            self._network = _Ensemble(groups_of(columns.numpy(), LARGEST))
            _train(self._network.first, self._network.gather(columns))
            errors = self._network.errors(columns)
            self._network.measure(errors)
            _train(self._network.last, self._network.scale(errors))
            scores = self._network(columns).numpy()
        self._usual = max(float(np.quantile(scores, USUAL)), 1e-9)

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): how strange, for every attack alike."""
        scores = np.zeros(len(samples))
        with alone(self._seed, self._threads):
            for piece in pieces(len(samples)):
                scores[piece] = self._network(self._scaled(samples.fields[piece])).numpy()
        return answers(scores / (scores + self._usual), self._attacks)

    def cost(self) -> Cost:
        """Tied weights count once and work twice; what pads small groups counts too."""
        weights = count(self._network)
        matrices = self._network.first.weight.numel() + self._network.last.weight.numel()
        return Cost(weights, weights, 4.0 * matrices)

    def _scaled(self, fields: NDArray[np.float32]) -> Tensor:
        # In another network counts may be a hundred times those seen; beyond twice the range all are equally strange.
        return torch.from_numpy(np.clip(self._range(fields)[:, DAMPED], -1.0, 2.0))  # (N, columns)


class _Autoencoders(nn.Module):
    """G of them side by side, over up to ``width`` columns each; ``there`` (G, width) says which are."""

    there: Tensor

    def __init__(self, there: Tensor) -> None:
        super().__init__()
        groups, width = there.shape
        hidden = -(-3 * width // 4)
        self.register_buffer("there", there)
        self.weight = nn.Parameter((torch.rand(groups, width, hidden) * 2 - 1) / width)
        self.into = nn.Parameter(torch.zeros(groups, 1, hidden))
        self.out = nn.Parameter(torch.zeros(groups, 1, width))

    def forward(self, columns: Tensor) -> Tensor:
        """(G, B, width) to the mean squared error of each, (G, B)."""
        hidden = torch.sigmoid(torch.baddbmm(self.into, columns, self.weight))
        again = torch.sigmoid(torch.baddbmm(self.out, hidden, self.weight.transpose(1, 2)))
        squares = (again - columns).square() * self.there[:, None]
        return squares.sum(2) / self.there.sum(1, keepdim=True)


class _Ensemble(nn.Module):
    def __init__(self, groups: list[list[int]]) -> None:
        super().__init__()
        width = max(map(len, groups))
        self.places = torch.zeros(len(groups), width, dtype=torch.int64)
        there = torch.zeros(len(groups), width)
        for number, group in enumerate(groups):
            self.places[number, : len(group)] = torch.tensor(group)
            there[number, : len(group)] = 1.0
        self.first = _Autoencoders(there)
        self.last = _Autoencoders(torch.ones(1, len(groups)))
        self.least, self.span = torch.zeros(len(groups)), torch.ones(len(groups))

    def gather(self, columns: Tensor) -> Tensor:
        """(B, columns) to (G, B, width)."""
        return (columns[:, self.places] * self.first.there).transpose(0, 1).contiguous()

    def errors(self, columns: Tensor) -> Tensor:
        """(B, columns) to the error of each group, (B, G)."""
        with torch.no_grad():
            parts = [self.first(self.gather(part)).sqrt().T for part in torch.split(columns, 4_096)]
            return torch.cat(parts)

    def measure(self, errors: Tensor) -> None:
        """The least and the greatest error of each group."""
        self.least = errors.min(0).values
        self.span = (errors.max(0).values - self.least).clamp(min=1e-6)

    def scale(self, errors: Tensor) -> Tensor:
        """(B, G) to (1, B, G)."""
        return ((errors - self.least) / self.span)[None]

    def forward(self, columns: Tensor) -> Tensor:
        """(B, columns) to (B,)."""
        with torch.no_grad():
            out: Tensor = self.last(self.scale(self.errors(columns)))[0].sqrt()
            return out


def _train(autoencoders: _Autoencoders, columns: Tensor) -> None:
    def loss(rows: NDArray[np.int64]) -> Tensor:
        errors: Tensor = autoencoders(columns[:, rows])
        return errors.mean(1).sum()

    learn(autoencoders, loss, np.zeros(columns.shape[1], np.int64), EPOCHS, BATCH, RATE)


def groups_of(columns: NDArray[np.float32], largest: int) -> list[list[int]]:
    """Positions of columns (N, F) that vary together, at most ``largest`` a group.

    Single linkage by one minus the correlation, cut wherever a branch holds too many.
    """
    centred = columns - columns.mean(axis=0)
    lengths = np.sqrt(np.square(centred, dtype=np.float64).sum(axis=0))
    unit = centred / np.where(lengths > 0, lengths, 1.0)
    far = np.clip(1.0 - (unit.T @ unit).astype(np.float64), 0.0, 2.0)
    pairs = far[np.triu_indices(len(far), 1)]
    open_branches, groups = [to_tree(linkage(pairs))], []
    while open_branches:
        branch = open_branches.pop()
        if branch.count <= largest:
            groups.append(sorted(branch.pre_order()))
        else:
            open_branches += [branch.get_right(), branch.get_left()]
    return groups
