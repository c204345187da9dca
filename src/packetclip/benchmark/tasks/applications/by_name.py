"""Zero-shot: the class whose sentence is nearest in the space that packets share with words. No label is learned from.

Captions, which the space was learned from, say what packets do and never whose they are or what they are for. A
sentence like "video streaming over QUIC" has to be near by the words' own meaning: little can be expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from packetclip.benchmark.tasks.applications.by_words import TEMPLATES, sentences
from packetclip.learning.contrastive import load_checkpoint, load_teacher

__all__ = ["nearest", "towards"]


def towards(folder: Path, classes: Sequence[str]) -> NDArray[np.float64]:
    """(classes, D) of unit norm: the mean of each class's sentences, ``classes`` in words, in the joint space."""
    _, projection, config = load_checkpoint(folder)
    text = config.get("text", {})
    teacher = load_teacher(text["name"], longest=text["longest"]) if text else load_teacher()
    told = [sentence for words in classes for sentence in sentences(words)]
    with torch.no_grad():
        joint = projection(torch.from_numpy(np.asarray(teacher.encode(told), np.float32))).numpy()
    mean = joint.reshape(len(classes), len(TEMPLATES), -1).mean(axis=1, dtype=np.float64)
    unit: NDArray[np.float64] = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
    return unit


def nearest(
    vectors: NDArray[np.float32], towards: NDArray[np.float64], known: NDArray[np.float32] | None = None
) -> NDArray[np.float64]:
    """(N, classes): how near each flow is to each class; less how near flows of ``known`` are on average, if given."""
    near = vectors.astype(np.float64) @ towards.T
    usual = (known.astype(np.float64) @ towards.T).mean(axis=0) if known is not None and len(known) else 0.0
    return np.asarray(near - usual)
