"""What is asked about flows: each learns from the training half's flows and gives scores of the other's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.tasks.applications.conversations import Conversations
from packetclip.errors import MissingExtra

__all__ = ["CLASSIFIERS", "Asked", "Classifier"]

TREES: Final = 300
STRENGTH: Final = 0.01
"""Of the linear layer, the inverse of its penalty: the best of 1, 0.1, 0.01 and 0.001 over five folds of the training
half's captures."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One question: flows of K classes on both sides."""

    classes: tuple[str, ...]
    words: tuple[str, ...]
    """(K,) what each class is called in a sentence."""
    train: Conversations
    test: Conversations
    truth: NDArray[np.int64]
    """Of the training flows; all that a classifier is told of classes."""
    pretrained: Path
    """Folder of the encoder and of the space that it shares with words."""


Answer = Callable[[Asked, int], NDArray[np.float64]]
"""A question and a seed to scores (N, K) of the test flows."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """One row of the tables."""

    answer: Answer
    about: str
    chancy: bool = False
    """Asks for a seed."""


def _probe(asked: Asked, seed: int) -> NDArray[np.float64]:
    try:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ImportError:
        raise MissingExtra("linear probe", "benchmark") from None
    probe: Any = make_pipeline(
        StandardScaler(), LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2_000)
    )
    probe.fit(asked.train.vector, asked.truth)
    return np.asarray(probe.predict_proba(asked.test.vector), np.float64)


def _forest(asked: Asked, seed: int) -> NDArray[np.float64]:
    try:
        from sklearn.ensemble import RandomForestClassifier
    except ImportError:
        raise MissingExtra("forest on flow statistics", "benchmark") from None
    forest: Any = RandomForestClassifier(TREES, class_weight="balanced_subsample", random_state=seed, n_jobs=1)
    forest.fit(asked.train.statistics, asked.truth)
    return np.asarray(forest.predict_proba(asked.test.statistics), np.float64)


def _bytes(asked: Asked, seed: int) -> NDArray[np.float64]:
    try:
        from packetclip.benchmark.tasks.applications.byte_network import ByteNetwork
    except ImportError:
        raise MissingExtra("byte CNN", "train") from None
    network = ByteNetwork(len(asked.classes), seed)
    network.fit(asked.train.first, asked.truth)
    return network.predict(asked.test.first)


def _by_name(asked: Asked, seed: int) -> NDArray[np.float64]:
    from packetclip.benchmark.tasks.applications.by_name import nearest, towards

    return nearest(asked.test.vector, towards(asked.pretrained, asked.words))


def _by_name_centred(asked: Asked, seed: int) -> NDArray[np.float64]:
    from packetclip.benchmark.tasks.applications.by_name import nearest, towards

    return nearest(asked.test.vector, towards(asked.pretrained, asked.words), asked.train.vector)


def _majority(asked: Asked, seed: int) -> NDArray[np.float64]:
    shares = np.bincount(asked.truth, minlength=len(asked.classes)) / len(asked.truth)
    return np.tile(shares, (len(asked.test), 1))


def _chance(asked: Asked, seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).random((len(asked.test), len(asked.classes)))


CLASSIFIERS: Final[Mapping[str, Classifier]] = {
    "linear probe": Classifier(_probe, "ours: one linear layer over the frozen encoder, mean over the flow's packets"),
    "by name": Classifier(
        _by_name, "ours, zero-shot: the nearest sentence made of nDPI's names; nothing learned from any flow"
    ),
    "by name, centred": Classifier(
        _by_name_centred, "the same, less how near the training half's flows are to each sentence; no label is used"
    ),
    "forest on flow statistics": Classifier(
        _forest, "300 trees on sizes, gaps, flags of the whole flow, as NFStream has them", chancy=True
    ),
    "byte CNN": Classifier(_bytes, "convolutions over the masked bytes of the first 8 packets", chancy=True),
    "majority": Classifier(_majority, "always the training half's most frequent class"),
    "chance": Classifier(_chance, "any class, at random", chancy=True),
}
"""By the name in tables, in their order."""
