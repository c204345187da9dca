"""Hierarchical graph reasoning for all missions at once (MissionGNN, Yun et al., arXiv 2406.18815, section 3).

Level by level, from the sensor to the encoding node: every node is mapped by its level's linear layer, a node's message
is the mean over its sources of ``source * node`` (element-wise), then normalisation and ELU. Messages pass along edges
from level k-1 to level k only. Beside the message, a node takes in how far its facts hold: the degree of a key concept,
or what follows from the degrees below (the least where all must hold, the greatest where any will do).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from packetclip.language.knowledge import Layered


class NodeNorm(nn.Module):
    """Batch normalisation of every node's hidden numbers: (M, N, K) over N; an affine map once trained."""

    def __init__(self, missions: int, width: int, momentum: float = 0.05) -> None:
        super().__init__()
        self.momentum = momentum
        self.gain = nn.Parameter(torch.ones(missions, 1, width))
        self.offset = nn.Parameter(torch.zeros(missions, 1, width))
        self.register_buffer("mean", torch.zeros(missions, 1, width))
        self.register_buffer("variance", torch.ones(missions, 1, width))

    mean: Tensor
    variance: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """Normalise by the batch, and remember its mean and variance."""
        mean, variance = x.mean(1, keepdim=True), x.var(1, keepdim=True, unbiased=False)
        self.mean.lerp_(mean.detach(), self.momentum)
        self.variance.lerp_(variance.detach(), self.momentum)
        scale = self.gain * torch.rsqrt(variance + 1e-4)
        return x * scale + (self.offset - mean * scale)

    def affine(self) -> tuple[Tensor, Tensor]:
        """Scale and shift (M, 1, K) by what was remembered."""
        scale = self.gain * torch.rsqrt(self.variance + 1e-4)
        return scale, self.offset - self.mean * scale


class GraphReasoner(nn.Module):
    """``(N, E)`` sensor vectors and ``(N, C)`` degrees to ``(N, M * (H + 1))`` reasoned evidence.

    The last number of a mission's evidence is the degree of its encoding node: the purely logical reading. Missions
    come first inside (M, N, ...), so that one batched product a level serves them all.
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
        self.register_buffer(
            "key_place", torch.from_numpy(layered.facts.key_mission * widths[1] + layered.facts.key_node)
        )
        for k, level in enumerate(layered.levels, start=1):
            edges = torch.tensor(level.adjacency)
            chosen = texts[torch.tensor(level.text).clamp_min(0)]  # (M, n_k, E)
            needs_all = (~torch.tensor(level.any_of)).float()
            self.register_buffer(f"text_{k}", chosen * torch.tensor(level.present).unsqueeze(2))
            self.register_buffer(f"edges_{k}", edges)
            self.register_buffer(f"mean_{k}", edges / edges.sum(2, keepdim=True).clamp_min(1.0))
            self.register_buffer(f"all_{k}", needs_all)
        # One stack of layers a mission: (M, in, out).
        inputs = [embedding, *(hidden for _ in layered.levels[1:])]
        self.weights = nn.ParameterList(nn.Parameter(torch.randn(missions, i, hidden) * i**-0.5) for i in inputs)
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(missions, 1, hidden)) for _ in inputs)
        self.norms = nn.ModuleList(NodeNorm(missions, n * hidden) for n in widths[1:])
        self.held = nn.ParameterList(nn.Parameter(torch.randn(missions, 1, n, hidden) * 0.5) for n in widths[1:])

    key_place: Tensor

    def forward(self, sensor: Tensor, degrees: Tensor) -> Tensor:
        """(N, E), (N, C) to (N, M * (H + 1))."""
        first = self.weights[0].permute(1, 0, 2).flatten(1)  # (E, M * H)
        h = (sensor @ first).view(-1, self.missions, self.hidden).transpose(0, 1) + self.biases[0]  # (M, N, H)
        below = h  # (M, N, n_{k-1} * H): the sensor after the first layer
        held = self._key_degrees(degrees)  # (M, N, n_1)
        for k in range(1, self.depth + 1):
            nodes = self._nodes(k)  # (M, n_k, H)
            if k > 1:
                held = self._follow(held, k)
            message = self._message(below, nodes, k)
            below = nn.functional.elu(message if self.use_messages else torch.zeros_like(message))
            if self.use_facts:
                below = below + held @ self._held_as_matrix(k)
        if not self.use_facts:
            held = torch.zeros_like(held)
        return torch.cat([below, held], dim=2).transpose(0, 1).flatten(1)  # (N, M * (H + 1))

    def _held_as_matrix(self, k: int) -> Tensor:
        """What each node of level k adds for its degree, (M, n_k, n_k * H): zero but for a node's own numbers."""
        held = self.held[k - 1].squeeze(1)  # (M, n_k, H)
        own = torch.eye(held.shape[1]).unsqueeze(2)  # (n_k, n_k, 1)
        matrix: Tensor = (own * held.unsqueeze(1)).flatten(2)
        return matrix

    def _message(self, below: Tensor, nodes: Tensor, k: int) -> Tensor:
        """Normalised messages to level k from level k - 1: (M, N, n_k * H)."""
        norm, factor = self.norms[k - 1], nodes.flatten(1).unsqueeze(1)  # (M, 1, n_k * H)
        assert isinstance(norm, NodeNorm)
        message: Tensor
        if k == 1:
            if self.training:
                message = norm((below.unsqueeze(2) * nodes.unsqueeze(1)).flatten(2))
                return message
            scale, shift = norm.affine()
            # One product with a diagonal for each node: a runtime multiplies matrices faster than it repeats vectors.
            spread = torch.eye(self.hidden).repeat(1, nodes.shape[1])  # (H, n_1 * H)
            return below @ (spread * (factor * scale)) + shift
        # Mapping by the layer, then averaging over the sources, as one matrix a mission.
        mean = self.buffer(f"mean_{k}")  # (M, n_k, n_{k-1})
        both: Tensor = torch.einsum("mij,mhg->mjhig", mean, self.weights[k - 1]).flatten(3).flatten(1, 2)
        bias: Tensor = (mean.sum(2, keepdim=True) * self.biases[k - 1]).flatten(1).unsqueeze(1)
        if self.training:
            message = norm((below @ both + bias) * factor)
            return message
        # Once trained, product and normalisation are constants of the same matrix.
        scale, shift = norm.affine()
        message = below @ (both * (factor * scale)) + (bias * factor * scale + shift)
        return message

    def buffer(self, name: str) -> Tensor:
        tensor = getattr(self, name)
        assert isinstance(tensor, Tensor)
        return tensor

    def _nodes(self, k: int) -> Tensor:
        """The nodes of level k after k layers, before any message: (M, n_k, H); constant once trained."""
        x: Tensor = torch.bmm(self.buffer(f"text_{k}"), self.weights[0]) + self.biases[0]
        for layer in range(1, k):
            x = torch.bmm(nn.functional.elu(x), self.weights[layer]) + self.biases[layer]
        return x

    def _key_degrees(self, degrees: Tensor) -> Tensor:
        """(N, C) to (M, N, n_1)."""
        width = self.held[0].shape[2]
        flat = degrees.new_zeros(self.missions * width, degrees.shape[0]).index_copy(0, self.key_place, degrees.T)
        return flat.view(self.missions, width, -1).transpose(1, 2)

    def _follow(self, held: Tensor, k: int) -> Tensor:
        """Degrees of level k from those below: the least of all sources, or the greatest of any; (M, N, n_k)."""
        edges, needs_all = self.buffer(f"edges_{k}"), self.buffer(f"all_{k}")
        # The least of d is one minus the greatest of 1 - d, so one maximum serves both kinds of node.
        flip = needs_all.unsqueeze(1)  # (M, 1, n_k)
        shift = (edges * needs_all.unsqueeze(2)).unsqueeze(1)  # (M, 1, n_k, n_{k-1})
        sign = (edges * (1.0 - 2.0 * needs_all).unsqueeze(2)).unsqueeze(1)
        greatest = (shift + sign * held.unsqueeze(2)).amax(3)  # (M, N, n_k)
        real = edges.amax(2).unsqueeze(1)
        return (flip + (1.0 - 2.0 * flip) * greatest) * real
