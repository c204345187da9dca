"""Sentence vectors on disk, so that a sentence is encoded once."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""n sentences to (n, D) vectors."""


class VectorCache:
    """One ``.npz`` file of vectors for one text encoder, keyed by the SHA-256 of encoder name and sentence.

    A file that is damaged counts as empty: a cache never stands in the way.
    """

    def __init__(self, path: Path | str, encoder: str) -> None:
        self._path = Path(path)
        self._encoder = encoder
        self._vectors: dict[bytes, NDArray[np.float16]] = {}
        try:
            with np.load(io.BytesIO(self._path.read_bytes()), allow_pickle=False) as stored:
                keys, vectors = stored["keys"], stored["vectors"]  # (n, 32) uint8, (n, D) float16
                if keys.shape == (len(vectors), 32):
                    self._vectors = {bytes(key): vector for key, vector in zip(keys, vectors, strict=True)}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            pass

    def __len__(self) -> int:
        return len(self._vectors)

    def encode(self, sentences: Sequence[str], encode: Encode) -> NDArray[np.float32]:
        """(n, D) unit vectors of the sentences; those not seen before are made with ``encode``, once each.

        Vectors are kept as float16 (error below 0.0005), the first time too, so that a warm cache changes nothing.
        """
        keys = [self._key(sentence) for sentence in sentences]
        new = {key: sentence for key, sentence in zip(keys, sentences, strict=True) if key not in self._vectors}
        if new:
            made = encode(list(new.values())).astype(np.float16)
            self._vectors.update(zip(new, made, strict=True))
        if not keys:
            return np.zeros((0, 0), dtype=np.float32)
        vectors = np.stack([self._vectors[key] for key in keys]).astype(np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-6), dtype=np.float32)

    def save(self) -> None:
        """Write the file whole or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(self._vectors), dtype=np.uint8).reshape(-1, 32)
        vectors = np.stack(list(self._vectors.values())) if self._vectors else np.zeros((0, 0), np.float16)
        part = self._path.with_name(self._path.name + ".part")
        try:
            with part.open("wb") as file:
                np.savez(file, keys=keys, vectors=vectors)
            part.replace(self._path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _key(self, sentence: str) -> bytes:
        return hashlib.sha256(f"{self._encoder}\0{sentence}".encode()).digest()
