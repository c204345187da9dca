"""The whole reasoning network: a frozen packet encoder, facts, graphs, history, decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from packetclip.language.knowledge import Mission, pack
from packetclip.learning.reasoning.adapter import Adapter
from packetclip.learning.reasoning.decision import DecisionHead, against_the_rest
from packetclip.learning.reasoning.facts import FactDegrees
from packetclip.learning.reasoning.graph import GraphReasoner
from packetclip.learning.reasoning.temporal import ShortTermTransformer
from packetclip.wire.context import FIELDS, header

CERTAIN = 0.0025
"""Degrees nearer to 0 or 1 say no more: log-odds within 6."""


@dataclass(frozen=True, slots=True)
class ReasonerConfig:
    """Sizes, and what is switched on; each switch exists to see what the part is worth."""

    hidden: int = 8
    """H of the graph (MissionGNN: 8)."""
    width: int = 64
    """D of the temporal transformer."""
    heads: int = 8
    feed_forward: int = 128
    steps: int = 30
    """T, the packet itself included."""
    use_context: bool = True
    """Off: only the packet's own header is seen, by encoder, facts and adapter alike."""
    use_bytes: bool = True
    """Off: the encoder sees no bytes."""
    use_pretraining: bool = True
    """Off: the sensor holds the adapter's view alone."""
    hide_embedding: float = 0.5
    """Probability that a training example comes without its pre-trained view. That view is the surest on networks that
    it knows, and would be all that a fit listens to."""
    use_graph: bool = True
    """Off: no messages along the missions' edges; the encoding nodes hear the sensor alone."""
    use_shortcut: bool = True
    """On: the encoding nodes also hear the sensor itself, past the concepts. Off as in MissionGNN; without the graph it
    stays on, for nothing else would be left."""
    use_facts: bool = True
    """Off: concepts are texts only."""
    use_temporal: bool = True
    """Off: each packet is judged alone."""
    learn_thresholds: bool = False
    """On: facts' thresholds and slopes move within bounds. Off, a story's facts read as they are written."""
    trust: float = 0.5
    """Weight of the logical reading's log-odds beside what was learned, once training is over (see :meth:`weigh`)."""


class Reasoned(NamedTuple):
    """What one packet yields before its history is asked."""

    embedding: Tensor
    """(N, E) of the frozen encoder, unit norm."""
    reasoning: Tensor
    """(N, R) encoding nodes of all missions and their degrees, concatenated."""
    degrees: Tensor
    """(N, C) of key concepts."""


class Reasoner(nn.Module):
    """Fields (N, F) and masked bytes (N, W) to mission logits (N, M)."""

    def __init__(
        self,
        encoder: nn.Module,
        adapter: Adapter | None,
        missions: Sequence[Mission],
        texts: Tensor,
        config: ReasonerConfig,
    ) -> None:
        """``adapter``: the trained branch beside the frozen encoder; None leaves it out, as in the paper.

        ``texts``: the (texts, E) vectors, in the joint space, of ``pack(missions).texts``.
        """
        super().__init__()
        self.config = config
        self.layered = pack(missions)
        m, embedding = len(missions), texts.shape[1]
        self.encoder = encoder.requires_grad_(False).eval()
        self.facts = FactDegrees(self.layered.facts, learn=config.learn_thresholds)
        self.adapter = adapter
        shown = torch.arange(len(FIELDS)) < (len(FIELDS) if config.use_context else len(header.FIELDS))
        self.register_buffer("shown", shown.float())
        self.gain = nn.Parameter(torch.ones(embedding) * 4.0)  # unit-norm embeddings have small coordinates
        self.graph = GraphReasoner(
            self.layered, texts, config.hidden, use_facts=config.use_facts, use_messages=config.use_graph
        )
        self.shortcut = nn.Linear(embedding, m * config.hidden) if config.use_shortcut or not config.use_graph else None
        self.reasoning_width = m * (config.hidden + 1)
        self.temporal = ShortTermTransformer(self.reasoning_width, config.width, config.heads, config.feed_forward)
        self.head = DecisionHead(config.width, self.reasoning_width, m)

    shown: Tensor

    def train(self, mode: bool = True) -> Reasoner:
        super().train(mode)
        self.encoder.eval()
        return self

    def reason(self, fields: Tensor, data: Tensor) -> Reasoned:
        """(N, F) in natural units and (N, W) masked bytes."""
        if not self.config.use_context:
            fields = fields * self.shown
        if not self.config.use_bytes:
            data = torch.zeros_like(data)
        with torch.no_grad():
            embedding = self.encoder(fields, data)
        sensor = embedding * self.gain if self.config.use_pretraining else torch.zeros_like(embedding)
        if self.training and self.adapter is not None:
            sensor = sensor * (torch.rand(len(sensor), 1) >= self.config.hide_embedding)
        if self.adapter is not None:
            sensor = sensor + self.adapter(fields)
        degrees = self.facts(fields)
        reasoning = self.graph(sensor, degrees)  # (N, M * (H + 1))
        if self.shortcut is not None:
            evidence = self.shortcut(sensor).view(-1, len(self.layered.names), self.config.hidden)
            reasoning = reasoning + nn.functional.pad(evidence, (0, 1)).flatten(1)  # the degrees stay as they are
        return Reasoned(embedding, reasoning, degrees)

    def alone(self, reasoning: Tensor) -> Tensor:
        """Logits (N, M) without any history."""
        logits: Tensor = self.head.reasoned(reasoning)
        return logits

    def decide(self, reasoning: Tensor, query: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        """Logits (N, M) with history; shapes as in :meth:`ShortTermTransformer.forward`."""
        logits: Tensor = self.head(self.temporal(reasoning, query, keys, values, mask), reasoning)
        return logits

    def judge(self, reasoning: Tensor, query: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        """Log-odds (N, M) of each mission against all else, with history."""
        return self.weigh(self.decide(reasoning, query, keys, values, mask), reasoning)

    def weigh(self, logits: Tensor, reasoning: Tensor) -> Tensor:
        """Log-odds (N, M) of each mission against all else: what was learned, times what holds by the facts.

        A product of two experts with the weight ``trust``: the learned one is sharp at home and errs abroad, the
        logical one is blunter and errs seldom. It is left out of training, where the first would learn to cancel the
        second.
        """
        if self.config.use_facts and self.config.trust > 0.0:
            held = reasoning.view(-1, len(self.layered.names), self.config.hidden + 1)[:, :, -1]
            odds = torch.log(held.clamp_min(CERTAIN)) - torch.log((1.0 - held).clamp_min(CERTAIN))
            logits = logits + self.config.trust * odds
        return against_the_rest(logits)

    @property
    def idle_parameters(self) -> int:
        """How many belong to history where it is switched off; they are neither trained nor exported."""
        history = (*self.temporal.parameters(), *self.head.told.parameters())
        return 0 if self.config.use_temporal else sum(p.numel() for p in history)

    @property
    def trained_parameters(self) -> int:
        """How many a fit trains."""
        return sum(p.numel() for p in self.parameters() if p.requires_grad) - self.idle_parameters
