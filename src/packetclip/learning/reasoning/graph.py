"""Hierarchical graph reasoning for all missions at once (MissionGNN, Yun et al., arXiv 2406.18815, section 3).

Level by level, from the sensor to the encoding node: every node is mapped by its level's linear layer, a node's message
is the mean over its sources of ``source * node`` (element-wise), then normalisation and ELU. Messages pass along edges
from level k-1 to level k only. Beside the message, a node takes in how far its facts hold: the degree of a key concept,
or what follows from the degrees below (the least where all must hold, the greatest where any will do).

Inside, packets come last: (M, rows, N). One batched product a level then serves all missions, and whatever picks or
compares nodes moves whole rows of packets.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from packetclip.language.knowledge import Layered
from packetclip.language.knowledge.layered import Level


class NodeNorm(nn.Module):
    """Batch normalisation of every node's hidden numbers: (M, K, N) over N; an affine map once trained."""

    def __init__(self, missions: int, width: int, momentum: float = 0.05) -> None:
        super().__init__()
        self.momentum = momentum
        self.gain = nn.Parameter(torch.ones(missions, width, 1))
        self.offset = nn.Parameter(torch.zeros(missions, width, 1))
        self.register_buffer("mean", torch.zeros(missions, width, 1))
        self.register_buffer("variance", torch.ones(missions, width, 1))

    mean: Tensor
    variance: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """Normalise by the batch, and remember its mean and variance."""
        mean, variance = x.mean(2, keepdim=True), x.var(2, keepdim=True, unbiased=False)
        self.mean.lerp_(mean.detach(), self.momentum)
        self.variance.lerp_(variance.detach(), self.momentum)
        scale = self.gain * torch.rsqrt(variance + 1e-4)
        return x * scale + (self.offset - mean * scale)

    def affine(self) -> tuple[Tensor, Tensor]:
        """Scale and shift (M, K, 1) by what was remembered."""
        scale = self.gain * torch.rsqrt(self.variance + 1e-4)
        return scale, self.offset - self.mean * scale


class GraphReasoner(nn.Module):
    """``(N, E)`` sensor vectors and ``(N, C)`` degrees to ``(N, M * (H + 1))`` reasoned evidence.

    The last number of a mission's evidence is the degree of its encoding node: the purely logical reading.
    """

    def __init__(
        self, layered: Layered, texts: Tensor, hidden: int = 8, *, use_facts: bool = True, use_messages: bool = True
    ) -> None:
        """``texts``: the (texts, E) vectors of ``layered.texts`` in the joint space."""
        super().__init__()
        missions, embedding = len(layered.names), texts.shape[1]
        self.hidden, self.depth, self.missions = hidden, len(layered.levels), missions
        self.use_facts, self.use_messages = use_facts, use_messages
        widths = [1, *(level.present.shape[1] for level in layered.levels)]
        self.register_buffer("key_place", torch.from_numpy(_key_place(layered)))
        for k, level in enumerate(layered.levels, start=1):
            edges = torch.tensor(level.adjacency)
            chosen = texts[torch.tensor(level.text).clamp_min(0)]  # (M, n_k, E)
            self.register_buffer(f"text_{k}", chosen * torch.tensor(level.present).unsqueeze(2))
            self.register_buffer(f"mean_{k}", edges / edges.sum(2, keepdim=True).clamp_min(1.0))
            sources, needs_all = _sources(level)
            self.register_buffer(f"sources_{k}", torch.from_numpy(sources))
            self.register_buffer(f"all_{k}", torch.from_numpy(needs_all).unsqueeze(2))
        # One stack of layers a mission: (M, in, out).
        inputs = [embedding, *(hidden for _ in layered.levels[1:])]
        self.weights = nn.ParameterList(nn.Parameter(torch.randn(missions, i, hidden) * i**-0.5) for i in inputs)
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(missions, hidden, 1)) for _ in inputs)
        self.norms = nn.ModuleList(NodeNorm(missions, n * hidden) for n in widths[1:])
        self.held = nn.ParameterList(nn.Parameter(torch.randn(missions, n, hidden) * 0.5) for n in widths[1:])

    key_place: Tensor

    def forward(self, sensor: Tensor, degrees: Tensor) -> Tensor:
        """(N, E), (N, C) to (N, M * (H + 1))."""
        first = self.weights[0].permute(1, 0, 2).flatten(1)  # (E, M * H)
        h = (sensor @ first).T.view(self.missions, self.hidden, -1) + self.biases[0]  # (M, H, N)
        below = h  # (M, n_{k-1} * H, N): the sensor after the first layer
        held = self._key_degrees(degrees)  # (M, n_1, N)
        for k in range(1, self.depth + 1):
            nodes = self._nodes(k)  # (M, n_k, H)
            if k > 1:
                held = self._follow(held, k)
            message = self._message(below, nodes, k)
            below = self._elu(message if self.use_messages else torch.zeros_like(message))
            if self.use_facts:
                below = below + self._held_as_matrix(k) @ held
        if not self.use_facts:
            held = torch.zeros_like(held)
        return torch.cat([below, held], dim=1).flatten(0, 1).T  # (N, M * (H + 1))

    def _elu(self, x: Tensor) -> Tensor:
        # Exported, the exponential of a whole array is much faster than a runtime's own ELU.
        return nn.functional.elu(x) if self.training else torch.relu(x) + (torch.exp(x.clamp_max(0.0)) - 1.0)

    def _held_as_matrix(self, k: int) -> Tensor:
        """What each node of level k adds for its degree, (M, n_k * H, n_k): zero but for a node's own numbers."""
        held = self.held[k - 1]  # (M, n_k, H)
        own = torch.eye(held.shape[1]).unsqueeze(1)  # (n_k, 1, n_k)
        matrix: Tensor = (held.unsqueeze(3) * own).flatten(1, 2)
        return matrix

    def _message(self, below: Tensor, nodes: Tensor, k: int) -> Tensor:
        """Normalised messages to level k from level k - 1: (M, n_k * H, N)."""
        norm, factor = self.norms[k - 1], nodes.flatten(1).unsqueeze(2)  # (M, n_k * H, 1)
        assert isinstance(norm, NodeNorm)
        message: Tensor
        if k == 1:
            if self.training:
                message = norm((below.unsqueeze(1) * nodes.unsqueeze(3)).flatten(1, 2))
                return message
            scale, shift = norm.affine()
            # One product with a diagonal for each node: a runtime multiplies matrices faster than it repeats vectors.
            spread = torch.eye(self.hidden).repeat(nodes.shape[1], 1)  # (n_1 * H, H)
            return (spread * (factor * scale)) @ below + shift
        # Mapping by the layer, then averaging over the sources, as one matrix a mission.
        mean = self.buffer(f"mean_{k}")  # (M, n_k, n_{k-1})
        both: Tensor = torch.einsum("mij,mhg->migjh", mean, self.weights[k - 1]).flatten(3).flatten(1, 2)
        bias: Tensor = (mean.sum(2).unsqueeze(2) * self.biases[k - 1].transpose(1, 2)).flatten(1).unsqueeze(2)
        if self.training:
            message = norm((both @ below + bias) * factor)
            return message
        # Once trained, product and normalisation are constants of the same matrix.
        scale, shift = norm.affine()
        message = (both * (factor * scale)) @ below + (bias * factor * scale + shift)
        return message

    def buffer(self, name: str) -> Tensor:
        tensor = getattr(self, name)
        assert isinstance(tensor, Tensor)
        return tensor

    def _nodes(self, k: int) -> Tensor:
        """The nodes of level k after k layers, before any message: (M, n_k, H); constant once trained."""
        x: Tensor = torch.bmm(self.buffer(f"text_{k}"), self.weights[0]) + self.biases[0].transpose(1, 2)
        for layer in range(1, k):
            x = torch.bmm(nn.functional.elu(x), self.weights[layer]) + self.biases[layer].transpose(1, 2)
        return x

    def _key_degrees(self, degrees: Tensor) -> Tensor:
        """(N, C) to (M, n_1, N); padding is 0."""
        rows = torch.cat([degrees.T, degrees.new_zeros(1, degrees.shape[0])])
        return rows.index_select(0, self.key_place).view(self.missions, self.held[0].shape[1], -1)

    def _follow(self, held: Tensor, k: int) -> Tensor:
        """Degrees of level k from those below: the least of all sources, or the greatest of any; (M, n_k, N)."""
        sources, needs_all = self.buffer(f"sources_{k}"), self.buffer(f"all_{k}")
        below = held.flatten(0, 1)
        # The least of d is one minus the greatest of 1 - d, so one maximum serves both kinds of node.
        rows = torch.cat([below, 1.0 - below, below.new_zeros(1, below.shape[1])])
        read = rows.index_select(0, sources.flatten()).view(*sources.shape, -1)  # (M * n_k, sources, N)
        greatest = read.amax(1).view(*needs_all.shape[:2], -1)
        return needs_all + (1.0 - 2.0 * needs_all) * greatest


def _key_place(layered: Layered) -> NDArray[np.int64]:
    """(M * n_1,) the key concept at each place of level 1; padding points past the last."""
    width = layered.levels[0].present.shape[1]
    place = np.full(len(layered.names) * width, len(layered.facts.key_ids), np.int64)
    place[layered.facts.key_mission * width + layered.facts.key_node] = np.arange(len(layered.facts.key_ids))
    return place


def _sources(level: Level) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """What each node reads, for :meth:`GraphReasoner._follow`.

    (M * n_k, S) rows of all degrees below, all complements of them, and a last one of zeros that stands for no source;
    and (M, n_k) 1.0 for nodes that need all of their sources.
    """
    missions, width, below = level.adjacency.shape
    needs_all = ~level.any_of & level.present
    most = max(1, int(level.adjacency.sum(2).max(initial=0)))
    rows = np.full((missions * width, most), 2 * missions * below, np.int64)
    for m, n in np.argwhere(level.present):
        sources = np.flatnonzero(level.adjacency[m, n]) + m * below
        rows[m * width + n, : len(sources)] = sources + needs_all[m, n] * missions * below
    return rows, needs_all.astype(np.float32)
