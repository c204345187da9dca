"""The frozen text tower: sentences to unit vectors, by onnxruntime alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from packetclip.errors import ModelError
from packetclip.language.text.wordpiece import WordPiece

WIDTH: Final = 384
"""D, length of a sentence vector."""
LONGEST: Final = 64
"""Word pieces read of a sentence, the two markers included; captions are shorter."""
BUNDLED: Final = Path(__file__).parent / "minilm"
"""all-MiniLM-L6-v2 with int8 weights, as it ships with the package."""
_BATCH: Final = 64


class TextTower:
    """A sentence encoder read from a folder that holds ``text.onnx`` and ``vocab.txt``."""

    def __init__(self, session: ort.InferenceSession, pieces: WordPiece) -> None:
        self._session = session
        self._pieces = pieces

    @classmethod
    def load(cls, folder: Path | str = BUNDLED, *, threads: int = 0) -> TextTower:
        """Read a tower. ``threads`` 0 takes every core. Raises ModelError when the folder is damaged."""
        folder = Path(folder)
        pieces = WordPiece.load(folder / "vocab.txt")
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Weights are int8 on disk only: unpack them once at load, not in every run.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        path = folder / "text.onnx"
        try:
            session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises a class of its own for each status code
            raise ModelError(
                f"The text tower {path} cannot be loaded: {str(error).strip()}. "
                "Restore the file, or install packetclip again."
            ) from error
        return cls(session, pieces)

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """(n, 384) vectors of unit norm, in the order of the sentences; what follows 64 word pieces is not read."""
        vectors = np.empty((len(sentences), WIDTH), dtype=np.float32)
        # Sentences of like length run together: padding costs as much as words.
        rows = [self._pieces.numbers(sentence, LONGEST) for sentence in sentences]
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            ids = np.zeros((len(chosen), len(rows[chosen[-1]])), dtype=np.int64)  # (n, t), 0 is padding
            for line, number in zip(ids, chosen, strict=True):
                line[: len(rows[number])] = rows[number]
            (vectors[chosen],) = self._session.run(["vectors"], {"pieces": ids})
        return vectors
