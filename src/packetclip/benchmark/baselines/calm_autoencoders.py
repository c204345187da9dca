"""The autoencoder ensemble after Kitsune, learning from calm packets alone, as our own novelty does.

It tells apart what the choice of packets does from what the space does that they are compared in.
"""

from __future__ import annotations

from packetclip.benchmark.baselines.autoencoder_ensemble import AutoencoderEnsemble
from packetclip.benchmark.baselines.unusual_facts import calm
from packetclip.benchmark.samples import Samples

__all__ = ["CalmAutoencoders"]


class CalmAutoencoders(AutoencoderEnsemble):
    """As the ensemble, but packets whose facts say much unusual are not learned from."""

    def fit(self, train: Samples, tune: Samples) -> None:
        """Learn what is usual of the packets that say little unusual."""
        super().fit(train.take(calm(train)), tune)
