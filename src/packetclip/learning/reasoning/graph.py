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


class GraphReasoner(nn.Module):
    """``(N, E)`` sensor vectors and ``(N, C)`` degrees to ``(N, M, H + 1)`` reasoned evidence.

    The last number of a mission's evidence is the degree of its encoding node: the purely logical reading.
    """

    def __init__(
        self, layered: Layered, texts: Tensor, hidden: int = 8, *, use_facts: bool = True, use_messages: bool = True
    ) -> None:
        """``texts``: the (texts, E) vectors of ``layered.texts`` in the joint space."""
        super().__init__()
        missions, embedding, depth = len(layered.names), texts.shape[1], len(layered.levels)
        self.hidden, self.depth = hidden, depth
        self.use_facts, self.use_messages = use_facts, use_messages
        self.register_buffer("key_mission", torch.from_numpy(layered.facts.key_mission))
        self.register_buffer("key_node", torch.from_numpy(layered.facts.key_node))
        for k, level in enumerate(layered.levels, start=1):
            edges = torch.from_numpy(level.adjacency)
            present = torch.from_numpy(level.present)
            chosen = texts[torch.from_numpy(level.text).clamp_min(0)]  # (M, n_k, E)
            self.register_buffer(f"text_{k}", chosen * present.unsqueeze(2))
            self.register_buffer(f"edges_{k}", edges)
            self.register_buffer(f"mean_{k}", edges / edges.sum(2, keepdim=True).clamp_min(1.0))
            self.register_buffer(f"all_{k}", torch.from_numpy(~level.any_of))
        # One stack of layers a mission: (M, out, in).
        self.weights = nn.ParameterList(
            nn.Parameter(torch.randn(missions, hidden, embedding if k == 0 else hidden) * (embedding if k == 0 else hidden) ** -0.5)
            for k in range(depth)
        )
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(missions, hidden)) for _ in range(depth))
        self.gains = nn.ParameterList(nn.Parameter(torch.ones(missions, hidden)) for _ in range(depth))
        self.offsets = nn.ParameterList(nn.Parameter(torch.zeros(missions, hidden)) for _ in range(depth))
        self.held = nn.ParameterList(
            nn.Parameter(torch.randn(*level.present.shape, hidden) * 0.5) for level in layered.levels
        )

    key_mission: Tensor
    key_node: Tensor

    def forward(self, sensor: Tensor, degrees: Tensor) -> Tensor:
        """(N, E), (N, C) to (N, M, H + 1)."""
        h = torch.einsum("ne,mhe->nmh", sensor, self.weights[0]) + self.biases[0]  # (N, M, H)
        below = h.unsqueeze(2)  # (N, M, 1, H): the sensor after the first layer
        held = self._key_degrees(degrees)  # (N, M, n_1)
        for k in range(1, self.depth + 1):
            nodes = self._nodes(k)  # (M, n_k, H)
            if k > 1:
                below = torch.einsum("nmjh,mgh->nmjg", below, self.weights[k - 1]) + self.biases[k - 1].unsqueeze(1)
                held = self._follow(held, k)
            mean = self.buffer(f"mean_{k}")  # (M, n_k, n_{k-1})
            message = torch.einsum("nmjh,mij->nmih", below, mean) * nodes  # (N, M, n_k, H)
            if not self.use_messages:
                message = nodes.expand_as(message)
            below = self._activate(message, k)
            if self.use_facts:
                below = below + held.unsqueeze(3) * self.held[k - 1]
        evidence = below.squeeze(2)  # (N, M, H)
        return torch.cat([evidence, held if self.use_facts else torch.zeros_like(held)], dim=2)

    def buffer(self, name: str) -> Tensor:
        tensor = getattr(self, name)
        assert isinstance(tensor, Tensor)
        return tensor

    def _nodes(self, k: int) -> Tensor:
        """The nodes of level k after k layers, before any message: (M, n_k, H); constant once trained."""
        x = torch.einsum("mne,mhe->mnh", self.buffer(f"text_{k}"), self.weights[0]) + self.biases[0].unsqueeze(1)
        for layer in range(1, k):
            x = self._activate(x, layer)
            x = torch.einsum("mnh,mgh->mng", x, self.weights[layer]) + self.biases[layer].unsqueeze(1)
        return x

    def _activate(self, x: Tensor, layer: int) -> Tensor:
        x = nn.functional.layer_norm(x, (self.hidden,))
        return nn.functional.elu(x * self.gains[layer - 1].unsqueeze(1) + self.offsets[layer - 1].unsqueeze(1))

    def _key_degrees(self, degrees: Tensor) -> Tensor:
        place = self.key_mission * self.held[0].shape[1] + self.key_node
        flat = degrees.new_zeros(degrees.shape[0], self.held[0].shape[0] * self.held[0].shape[1])
        return flat.index_copy(1, place, degrees).reshape(degrees.shape[0], self.held[0].shape[0], self.held[0].shape[1])

    def _follow(self, held: Tensor, k: int) -> Tensor:
        edges = self.buffer(f"edges_{k}") > 0  # (M, n_k, n_{k-1})
        sources = held.unsqueeze(2)  # (N, M, 1, n_{k-1})
        least = torch.where(edges, sources, torch.ones_like(sources)).amin(3)
        greatest = torch.where(edges, sources, torch.zeros_like(sources)).amax(3)
        real = edges.any(2)
        return torch.where(self.buffer(f"all_{k}"), least, greatest) * real
