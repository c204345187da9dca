"""Fitting the reasoner: first packet by packet, then its memory of what came before.

Stage one trains facts, graph, adapter and a head on single packets; stage two freezes the reasoning vectors, which are
then computed once for every packet, and trains the temporal transformer and the decision on windows of them. The paper
trains both together; apart they cost 30 times less, and each can be switched off.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from packetclip.learning.reasoning.decision import class_weights, mission_loss
from packetclip.learning.reasoning.examples import Examples
from packetclip.learning.reasoning.reasoner import Reasoner
from packetclip.model.history import history_index
from packetclip.wire.context import FIELDS

Progress = Callable[[str, int, int], None]
"""What is going on, how much is done, of how much."""
STAGES: Final = ("packets", "history")


@dataclass(frozen=True, slots=True)
class FitConfig:
    """How the reasoner is trained."""

    seed: int = 0
    epochs: int = 8
    batch: int = 512
    rate: float = 2e-3
    weight_decay: float = 0.02
    episode_packets: int = 1500
    """At most this many packets of an episode are drawn in an epoch: floods would drown everything else."""
    benign_share: float = 0.5
    """Share of benign packets in an epoch."""
    life_share: float = 0.3
    """Share of the benign packets that comes from unlabelled captures of ordinary life."""
    noise: float = 0.15
    """Deviation of the factor (in logarithms) that rescales each example's counts: other networks have other rates."""
    mix: float = 0.4
    """Shape of the beta distribution by which two examples are mixed (Zhang et al., arXiv 1710.09412); 0 mixes none."""
    balance: float = 0.3
    """Power of the inverse class counts in the class weights."""
    sparsity: float = 1e-3
    smoothing: float = 0.02
    tau: float = 1.0
    """Where the decaying threshold of stage one starts: see :func:`decision.mission_loss`; 0 switches it off."""
    tau_decay: float = 0.99999
    """Factor of tau each step. The paper's 0.9999 would train every positive that the model is not nearly sure of as
    normal after some 20,000 steps; our labels are exact."""
    temporal_epochs: int = 4
    temporal_rate: float = 1e-3


def fit(
    reasoner: Reasoner,
    labelled: Sequence[Examples],
    life: Sequence[Examples],
    config: FitConfig,
    folder: Path,
    progress: Progress = lambda what, done, total: None,
    *,
    resume: bool = False,
) -> None:
    """Train ``reasoner`` in place on ``labelled`` captures and benign ``life``; checkpoints go to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config.seed)
    pool = _Pool(labelled, life, config)
    temporal = config.temporal_epochs if reasoner.config.use_temporal else 0
    for stage, epochs in ((_Packets, config.epochs), (_History, temporal)):
        if epochs == 0:
            continue
        train, name = stage(reasoner, pool, config), STAGES[stage.number]
        checkpoint = folder / f"{name}.pt"
        begin = train.load(checkpoint) if resume and checkpoint.exists() else 0
        for epoch in range(begin, epochs):
            measured = train.epoch(epoch, epochs, progress)
            train.save(checkpoint, epoch + 1)
            with (folder / "fit.jsonl").open("a") as log:
                log.write(json.dumps({"stage": name, "epoch": epoch, **measured}) + "\n")
        if stage is _Packets:
            _settle(reasoner, pool, config)
    reasoner.eval()


class _Pool:
    """Rows to draw from; an example is a capture's number and a row there."""

    def __init__(self, labelled: Sequence[Examples], life: Sequence[Examples], config: FitConfig) -> None:
        self.captures = [*labelled, *life]
        self.config = config
        attacks: list[NDArray[np.int64]] = []
        benign: list[NDArray[np.int64]] = []
        living: list[NDArray[np.int64]] = []
        self.start = np.cumsum([0, *(len(c) for c in self.captures)])
        for number, examples in enumerate(self.captures):
            at = self.start[number]
            rows = np.flatnonzero(examples.scored)
            labels = examples.labels[rows]
            if number >= len(labelled):
                living.append(at + rows)
                continue
            benign.append(at + rows[labels == 0])
            attacks += [
                at + rows[(examples.episodes[rows] == episode) & (labels > 0)]
                for episode in np.unique(examples.episodes[rows[labels > 0]])
            ]
        self.attacks = attacks
        self.benign = np.concatenate(benign) if benign else np.zeros(0, np.int64)
        self.life = living
        self.fields = np.concatenate([c.fields for c in self.captures])
        self.bytes = np.concatenate([c.bytes for c in self.captures])
        self.labels = np.concatenate([c.labels for c in self.captures])

    def draw(self, epoch: int) -> NDArray[np.int64]:
        """The rows of one epoch, shuffled."""
        rng = np.random.default_rng((self.config.seed, epoch))
        most = self.config.episode_packets
        parts = [rows if len(rows) <= most else rng.choice(rows, most, replace=False) for rows in self.attacks]
        positives = sum(map(len, parts))
        negatives = (
            int(positives * self.config.benign_share / (1.0 - self.config.benign_share))
            if positives
            else len(self.benign)
        )
        living = int(negatives * self.config.life_share) if self.life else 0
        if len(self.benign):
            parts.append(rng.choice(self.benign, min(negatives - living, len(self.benign)), replace=False))
        if living:
            # Every capture of life counts alike up to its square root: a long download is still one kind of life.
            shares = np.array([math.sqrt(len(rows)) for rows in self.life])
            counts = rng.multinomial(living, shares / shares.sum())
            parts += [rng.choice(rows, n) for rows, n in zip(self.life, counts, strict=True) if n and len(rows)]
        rows = np.concatenate(parts)
        rng.shuffle(rows)
        return rows


class _Stage:
    """What both stages of a fit do alike: epochs of shuffled batches, checkpoints."""

    number: int
    """Of the stage, from 0: each draws other rows and other noise."""

    def __init__(
        self, reasoner: Reasoner, pool: _Pool, config: FitConfig, parameters: Iterable[nn.Parameter], rate: float
    ) -> None:
        self.reasoner, self.pool, self.config, self.rate = reasoner, pool, config, rate
        self.optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=config.weight_decay)
        self.step = 0

    def prepare(self, epoch: int, progress: Progress) -> None:
        """Whatever an epoch needs before its first batch."""

    def learn(self, rows: NDArray[np.int64], weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits (B, M) and labels (B,) of a batch, and its loss."""
        raise NotImplementedError

    def epoch(self, epoch: int, epochs: int, progress: Progress) -> dict[str, float]:
        config, reasoner = self.config, self.reasoner
        self.prepare(epoch, progress)
        rows = self.pool.draw(self.number * 1000 + epoch)
        reasoner.train()
        torch.manual_seed(config.seed * 1000 + self.number * 500 + epoch)
        weights = _weights(self.pool.labels[rows], config, reasoner)
        starts = range(0, max(len(rows) - config.batch // 2, 1), config.batch)  # a short rest is left out, never all
        batches = [rows[at : at + config.batch] for at in starts]
        total, correct = 0.0, 0
        for number, batch in enumerate(batches):
            _set_rate(self.optimiser, self.rate, (epoch + number / len(batches)) / epochs)
            logits, labels, loss = self.learn(np.sort(batch), weights)
            self.optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.optimiser.param_groups[0]["params"], 1.0)
            self.optimiser.step()
            self.step += 1
            total += float(loss.detach()) * len(batch)
            correct += int((_choice(logits) == labels).sum())
            progress(f"{STAGES[self.number]}, epoch {epoch + 1} of {epochs}", number + 1, len(batches))
        seen = sum(map(len, batches))
        return {"loss": total / seen, "accuracy": correct / seen, "steps": len(batches)}

    def save(self, path: Path, epochs: int) -> None:
        state = {"epochs": epochs, "step": self.step, "reasoner": self.reasoner.state_dict()}
        torch.save(state | {"optimiser": self.optimiser.state_dict()}, path)

    def load(self, path: Path) -> int:
        state = torch.load(path, weights_only=True)
        self.reasoner.load_state_dict(state["reasoner"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]
        return int(state["epochs"])


class _Packets(_Stage):
    """Stage one: single packets."""

    number = 0

    def __init__(self, reasoner: Reasoner, pool: _Pool, config: FitConfig) -> None:
        learned = (p for name, p in reasoner.named_parameters() if p.requires_grad and not name.startswith("temporal"))
        super().__init__(reasoner, pool, config, learned, config.rate)

    def learn(self, rows: NDArray[np.int64], weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        config, reasoner = self.config, self.reasoner
        fields = torch.from_numpy(self.pool.fields[rows])
        data = torch.from_numpy(self.pool.bytes[rows])
        labels = torch.from_numpy(self.pool.labels[rows])
        fields, data, other, share = _mix(_vary(fields, config), data, labels, config)
        logits = reasoner.alone(reasoner.reason(fields, data).reasoning)
        tau = config.tau * config.tau_decay**self.step
        how = {"tau": tau, "sparsity": config.sparsity, "smoothing": config.smoothing}
        loss = share * mission_loss(logits, labels, weights, **how)
        if share < 1.0:
            loss = loss + (1.0 - share) * mission_loss(logits, other, weights, **how)
        return logits, labels, loss


class _History(_Stage):
    """Stage two: windows of reasoning vectors, which no longer change."""

    number = 1

    def __init__(self, reasoner: Reasoner, pool: _Pool, config: FitConfig) -> None:
        # What single packets say stays as stage one left it; history adds to it.
        learned = (*reasoner.temporal.parameters(), *reasoner.head.told.parameters())
        super().__init__(reasoner, pool, config, learned, config.temporal_rate)
        steps = reasoner.config.steps
        index = []
        for start, examples in zip(pool.start, pool.captures, strict=False):
            rows = np.flatnonzero(examples.scored)
            found = history_index(examples.history[rows], steps)
            whole = np.full((len(examples), steps), -1, np.int32)
            whole[rows] = np.where(found >= 0, rows[found] + start, -1)
            index.append(whole)
        self.index = np.concatenate(index)

    def prepare(self, epoch: int, progress: Progress) -> None:
        torch.manual_seed(self.config.seed * 1000 + 400 + epoch)
        # Fields hidden and varied as in stage one: otherwise the reasoner is too sure of packets that it was fitted on.
        self.reasoning = reason_all(self.reasoner, self.pool.fields, self.pool.bytes, progress, vary=self.config)

    def learn(self, rows: NDArray[np.int64], weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        config = self.config
        index = torch.from_numpy(self.index[rows]).long()  # (B, T)
        labels = torch.from_numpy(self.pool.labels[rows])
        logits = self.reasoner.decide(*windows(self.reasoner, self.reasoning, index))
        loss = mission_loss(logits, labels, weights, sparsity=config.sparsity, smoothing=config.smoothing)
        return logits, labels, loss


def windows(reasoner: Reasoner, reasoning: Tensor, index: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Arguments of :meth:`Reasoner.decide` for rows whose histories (row numbers, their own last) are (B, T)."""
    mask = (index >= 0).float()
    steps = reasoning[index.clamp_min(0)]  # (B, T, R)
    query, keys, values = reasoner.temporal.project(steps.flatten(0, 1))
    shape = (*index.shape, -1)
    return steps[:, -1], query.view(shape)[:, -1], keys.view(shape), values.view(shape), mask


@torch.no_grad()
def reason_all(
    reasoner: Reasoner,
    fields: NDArray[np.float32],
    data: NDArray[np.uint8],
    progress: Progress = lambda what, done, total: None,
    *,
    vary: FitConfig | None = None,
) -> Tensor:
    """Reasoning vectors (N, R) of every row; with ``vary``, of rows hidden and varied as a fit does."""
    reasoner.eval()
    if vary is not None and reasoner.adapter is not None:
        reasoner.adapter.train()
    parts = []
    for start in range(0, len(fields), 8192):
        stop = start + 8192
        rows, seen = torch.from_numpy(fields[start:stop]), torch.from_numpy(data[start:stop])
        parts.append(reasoner.reason(rows if vary is None else _vary(rows, vary), seen).reasoning)
        progress("reasoning vectors", min(stop, len(fields)), len(fields))
    return torch.cat(parts)


@torch.no_grad()
def logits_of(reasoner: Reasoner, examples: Examples) -> NDArray[np.float32]:
    """(N, M) log-odds of each packet of a capture against the rest, in file order; -30 where a packet is not scored."""
    reasoner.eval()
    reasoning = reason_all(reasoner, examples.fields, examples.bytes)
    rows = np.flatnonzero(examples.scored)
    out = np.full((len(examples), len(reasoner.layered.names)), -30.0, np.float32)
    if not reasoner.config.use_temporal:
        out[rows] = reasoner.weigh(reasoner.alone(reasoning[rows]), reasoning[rows]).numpy()
        return out
    found = history_index(examples.history[rows], reasoner.config.steps)
    index = np.where(found >= 0, rows[found], -1)
    for start in range(0, len(rows), 4096):
        part = torch.from_numpy(index[start : start + 4096])
        out[rows[start : start + 4096]] = reasoner.judge(*windows(reasoner, reasoning, part)).numpy()
    return out


def _choice(logits: Tensor) -> Tensor:
    best, which = logits.max(1)
    return torch.where(best > 0, which + 1, 0)


def _weights(labels: NDArray[np.int64], config: FitConfig, reasoner: Reasoner) -> Tensor:
    counts = np.bincount(labels, minlength=len(reasoner.layered.names) + 1)
    return class_weights(torch.from_numpy(counts).float(), config.balance)


def _set_rate(optimiser: torch.optim.Optimizer, rate: float, done: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate * min(1.0, done * 20 + 0.05) * 0.5 * (1.0 + math.cos(math.pi * done))


@torch.no_grad()
def _settle(reasoner: Reasoner, pool: _Pool, config: FitConfig) -> None:
    """Let the graph's normalisation see examples as they are: in training they were mixed, varied and half hidden."""
    reasoner.eval()
    reasoner.graph.train()  # nothing in it but the normalisation behaves otherwise in training
    rows = pool.draw(999)[: 100 * config.batch]
    for start in range(0, len(rows) - config.batch, config.batch):
        batch = rows[start : start + config.batch]
        reasoner.reason(torch.from_numpy(pool.fields[batch]), torch.from_numpy(pool.bytes[batch]))
    reasoner.eval()


_LOGGED = torch.tensor([field.log for field in FIELDS])


def _vary(fields: Tensor, config: FitConfig) -> Tensor:
    """Rescale each example's counts by one factor and each count by a smaller one of its own."""
    if config.noise <= 0.0:
        return fields
    shared = torch.randn(fields.shape[0], 1) * config.noise
    own = torch.randn_like(fields) * (config.noise * 0.5)
    return torch.where(_LOGGED, fields * torch.exp(shared + own), fields)


def _mix(fields: Tensor, data: Tensor, labels: Tensor, config: FitConfig) -> tuple[Tensor, Tensor, Tensor, float]:
    """Mix every example with another, in the logarithm where a field spans magnitudes; bytes stay those of the first.

    Returns fields, bytes, the others' labels and the share of the first, at least a half.
    """
    if config.mix <= 0.0:
        return fields, data, labels, 1.0
    share = float(torch.distributions.Beta(config.mix, config.mix).sample())
    share = max(share, 1.0 - share)
    other = torch.randperm(len(labels))
    x = torch.where(_LOGGED, torch.log1p(fields), fields)
    x = share * x + (1.0 - share) * x[other]
    return torch.where(_LOGGED, torch.expm1(x), x), data, labels[other], share
