"""``concepts.safetensors``: concepts in the joint space, and the way of typed sentences there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from packetclip.errors import DamagedModel, IncompatibleModel

FILE: Final = "concepts.safetensors"
TENSORS: Final = ("concepts", "concept_projected", "text_projection.weight", "text_projection.bias", "logit_scale")
"""Names in the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Concepts:
    """Vectors of C key concepts. E is the width of the text encoder, D that of the joint space; both 384 by default."""

    text: NDArray[np.float32]
    """(C, E) text vectors, as the text encoder gives them."""
    projected: NDArray[np.float32]
    """(C, D) the same in the joint space, unit norm."""
    weight: NDArray[np.float32]
    """(D, E) of the trained projection: ``projected = normalise(text @ weight.T + bias)``."""
    bias: NDArray[np.float32]
    """(D,)."""
    logit_scale: float
    """What cosines are multiplied with before a softmax: one over the learned temperature."""

    @classmethod
    def read(cls, folder: Path, concepts: int) -> Concepts:
        """Read ``folder/concepts.safetensors``. Raises DamagedModel, or IncompatibleModel when shapes do not fit."""
        path = folder / FILE
        try:
            tensors = load_file(path)
            text, projected, weight, bias = (np.asarray(tensors[name], np.float32) for name in TENSORS[:4])
            scale = float(np.asarray(tensors["logit_scale"], np.float32).reshape(()))
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise DamagedModel(f"{path} cannot be read ({error!r}). Copy the model's folder again.") from error
        wanted = {"concepts": (concepts, weight.shape[-1]), "concept_projected": (concepts, len(bias))}
        for name, tensor in (("concepts", text), ("concept_projected", projected)):
            if tensor.shape != wanted[name]:
                raise IncompatibleModel(
                    f"{path}: the tensor {name} has shape {tensor.shape}, and model.json wants {wanted[name]}. "
                    "Build the model anew."
                )
        if weight.shape != (len(bias), text.shape[1]):
            raise IncompatibleModel(
                f"{path}: text_projection.weight has shape {weight.shape}, wanted {(len(bias), text.shape[1])}. "
                "Build the model anew."
            )
        return cls(text, projected, weight, bias, scale)

    def write(self, folder: Path) -> None:
        """Write ``folder/concepts.safetensors``; OSError when that is not possible."""
        tensors = (self.text, self.projected, self.weight, self.bias, np.array([self.logit_scale], np.float32))
        save_file(
            {n: np.ascontiguousarray(t, np.float32) for n, t in zip(TENSORS, tensors, strict=True)}, folder / FILE
        )

    def project(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Text vectors (S, E) to the joint space (S, D), unit norm."""
        joint = vectors @ self.weight.T + self.bias  # (S, D)
        return np.asarray(joint / np.maximum(np.linalg.norm(joint, axis=1, keepdims=True), 1e-12), np.float32)
