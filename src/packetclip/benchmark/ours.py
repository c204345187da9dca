"""Our own method, fitted for a fold as ``packetclip fit`` fits a model: frozen encoder, adapter, graphs, logic."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.answering import answered, answering, taught
from packetclip.benchmark.fold import LIFE
from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.errors import MissingExtra
from packetclip.wire.context import FIELDS
from packetclip.wire.packets.masking import MASKED_BYTES

if TYPE_CHECKING:
    from packetclip.learning.reasoning.examples import Examples
    from packetclip.learning.reasoning.reasoner import Reasoner
    from packetclip.learning.reasoning.run import Parts

__all__ = ["PacketClip"]

BATCH: Final = 8_192


class PacketClip:
    """What ships, without its history (decision 6); ``fit`` are settings of FitConfig, ``parts`` of ReasonerConfig."""

    def __init__(
        self,
        classes: Sequence[str],
        seed: int,
        threads: int,
        pretrained: Path,
        fit: Mapping[str, Any] | None = None,
        parts: Mapping[str, Any] | None = None,
    ) -> None:
        try:
            import torch
        except ImportError:
            raise MissingExtra("packetclip", "train") from None
        from packetclip.learning.reasoning.fit import FitConfig
        from packetclip.learning.reasoning.reasoner import ReasonerConfig
        from packetclip.learning.reasoning.recipe import Recipe
        from packetclip.recipe import from_table

        torch.set_num_threads(threads)
        self._parts = gathered(pretrained)
        labels = [mission.label for mission in self._parts.missions]
        self._answering = [answering(label, labels) for label in classes[1:]]
        self._recipe = Recipe(
            "benchmark", "0", str(pretrained), (), (), (), "none",
            from_table(ReasonerConfig, {"use_temporal": False, **(parts or {})}, "parts"),
            from_table(FitConfig, {**(fit or {}), "seed": seed}, "fit"),
        )  # fmt: skip
        self._reasoner: Reasoner | None = None

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn from the fields and the masked bytes; nothing is chosen on ``tune``.

        Classes that no mission means are not learned from.
        """
        from packetclip.learning.reasoning.fit import fit
        from packetclip.learning.reasoning.run import assemble

        labelled = list(self._examples(train, life=False))
        life = list(self._examples(train, life=True))
        self._reasoner = assemble(self._parts, self._recipe, [*labelled, *life])
        with tempfile.TemporaryDirectory() as work:
            fit(self._reasoner, labelled, life, self._recipe.fit, Path(work))

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first, then each mission's probability against all else.

        A class that no mission means is answered for by the probability of any attack.
        """
        import torch

        assert self._reasoner is not None
        log_odds = np.zeros((len(samples), len(self._parts.missions)), np.float64)
        with torch.inference_mode():
            for at in range(0, len(samples), BATCH):
                part = slice(at, at + BATCH)
                fields = torch.from_numpy(np.ascontiguousarray(samples.fields[part]))
                seen = torch.from_numpy(np.ascontiguousarray(samples.masked[part]))
                reasoning = self._reasoner.reason(fields, seen).reasoning
                log_odds[part] = self._reasoner.weigh(self._reasoner.alone(reasoning), reasoning).numpy()
        chance = 1.0 / (1.0 + np.exp(-log_odds))
        return answered(chance, self._answering, np.sum)

    def embed(self, samples: Samples) -> NDArray[np.float32]:
        """(N, D) of the frozen encoder, unit norm."""
        return embedded(self._parts, samples)

    def cost(self) -> Cost:
        """All weights, those that the fit trains, and operations a packet as PyTorch counts them."""
        import torch
        from torch.utils.flop_counter import FlopCounterMode

        assert self._reasoner is not None
        rows = 64
        fields, seen = torch.zeros(rows, len(FIELDS)), torch.zeros(rows, MASKED_BYTES, dtype=torch.uint8)
        with torch.inference_mode(), FlopCounterMode(display=False) as counter:
            reasoning = self._reasoner.reason(fields, seen).reasoning
            self._reasoner.weigh(self._reasoner.alone(reasoning), reasoning)
        weights = sum(weight.numel() for weight in self._reasoner.parameters()) - self._reasoner.idle_parameters
        return Cost(weights, self._reasoner.trained_parameters, counter.get_total_flops() / rows)

    def _examples(self, train: Samples, *, life: bool) -> list[Examples]:
        from packetclip.learning.reasoning.examples import Examples

        found = []
        for number, (name, network) in enumerate(zip(train.names, train.networks, strict=True)):
            if (network == LIFE) != life:
                continue
            own = train.take(train.capture == number)
            labels = taught(own, self._answering, self._parts.missions)
            own, labels = own.take(labels >= 0), labels[labels >= 0]
            if len(own):
                found.append(
                    Examples(
                        name,
                        own.fields,
                        own.masked,
                        own.scored,
                        labels,
                        own.episodes.astype(np.int64),
                        np.arange(len(own), dtype=np.uint64),
                    )
                )
        return found


@lru_cache(maxsize=2)
def gathered(pretrained: Path) -> Parts:
    """Encoder, missions and the vectors of their texts; the texts take some seconds to encode."""
    from packetclip.learning.reasoning.run import gather

    return gather(pretrained)


def embedded(parts: Parts, samples: Samples) -> NDArray[np.float32]:
    """(N, D) of a frozen encoder, unit norm."""
    import torch

    with torch.inference_mode():
        return np.concatenate(
            [
                parts.encoder(
                    torch.from_numpy(np.ascontiguousarray(samples.fields[at : at + BATCH])),
                    torch.from_numpy(np.ascontiguousarray(samples.masked[at : at + BATCH])),
                ).numpy()
                for at in range(0, len(samples), BATCH)
            ]
        )
