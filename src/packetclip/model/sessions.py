"""The two ONNX graphs of a model, opened with onnxruntime and checked against the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from packetclip.errors import DamagedModel, IncompatibleModel
from packetclip.model.folder import DECISION, ENCODER, Model

ENCODER_OUTPUTS: Final = ("reasoning", "degrees", "closeness")
"""What is always read; ``embedding`` only when asked for."""
HISTORY_OUTPUTS: Final = ("query", "key", "value")
"""What is read besides where the decision looks back on earlier packets."""

_DTYPES: Final = {"tensor(float)": np.float32, "tensor(bool)": np.bool_, "tensor(uint8)": np.uint8}


@dataclass(frozen=True, slots=True, eq=False)
class Sessions:
    """Opened graphs. R and D are the widths of a reasoning vector and of history's keys and values."""

    encoder: Any
    decision: Any
    decision_inputs: Mapping[str, Any]
    """NumPy type of each input of the decision graph, by name."""
    outputs: tuple[str, ...]
    """What is read of the encoder."""
    width: int
    """D; 0 where the decision looks at single packets."""

    @classmethod
    def open(cls, model: Model) -> Sessions:
        """Open both graphs. Raises DamagedModel or IncompatibleModel."""
        manifest = model.manifest
        T, M, C = manifest.history.steps, len(manifest.missions), len(manifest.concepts)
        encoder, decision = _open(model.folder / ENCODER), _open(model.folder / DECISION)
        looks_back = manifest.history.key != "none"
        read = (*ENCODER_OUTPUTS, *HISTORY_OUTPUTS) if looks_back else ENCODER_OUTPUTS
        inputs, outputs = _shapes(encoder.get_inputs()), _shapes(encoder.get_outputs())
        _fit(model, ENCODER, inputs, {"fields": (len(manifest.fields),), "bytes": (manifest.bytes_width,)})
        _fit(model, ENCODER, outputs, {"degrees": (C,), "closeness": (C,), "embedding": (len(model.concepts.bias),)})
        _fit(model, ENCODER, outputs, dict.fromkeys(read, (None,)))
        D, R = outputs["key"][-1] if looks_back else 0, outputs["reasoning"][-1]
        if not isinstance(D, int):
            raise IncompatibleModel(
                f"{model.folder / ENCODER}: the output 'key' has no fixed width ({D}). Export the model anew."
            )
        given = _shapes(decision.get_inputs())
        wanted: dict[str, tuple[Any, ...]] = {
            "reasoning": (R,),
            "degrees": (C,),
            "closeness": (C,),
        }
        if looks_back:
            wanted |= {"query": (D,), "keys": (T, D), "values": (T, D), "mask": (T,)}
        strangers = set(given) - set(wanted)
        if strangers:
            raise IncompatibleModel(
                f"{model.folder / DECISION} wants what the encoder does not give ({', '.join(sorted(strangers))}). "
                "Update packetclip, or export the model anew."
            )
        # An exporter leaves out inputs that the graph does not use (a model without history, without facts).
        _fit(model, DECISION, given, {name: shape for name, shape in wanted.items() if name in given})
        _fit(model, DECISION, _shapes(decision.get_outputs()), {"logits": (M,)})
        types = {i.name: _DTYPES.get(i.type, np.float32) for i in decision.get_inputs()}
        return cls(encoder, decision, types, read, D)

    def encode(self, fields: NDArray[np.float32], data: NDArray[np.uint8], embedding: bool) -> dict[str, Any]:
        """Outputs of the encoder by name for fields (N, F) and bytes (N, W)."""
        names = [*self.outputs, "embedding"] if embedding else list(self.outputs)
        feed = {"fields": fields, "bytes": data}
        feed = {i.name: feed[i.name] for i in self.encoder.get_inputs()}
        return dict(zip(names, self.encoder.run(names, feed), strict=True))

    def decide(self, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Logits (N, M) from the columns that the decision graph asks for."""
        feed = {name: columns[name].astype(dtype, copy=False) for name, dtype in self.decision_inputs.items()}
        (logits,) = self.decision.run(["logits"], feed)
        return np.asarray(logits, np.float32)


def _open(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    # Threads inside an operator spend more on waiting for one another than they gain; a Scorer runs whole chunks apart.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a dozen classes of its own
        raise DamagedModel(f"{path} cannot be opened ({_first_line(error)}). Copy the model's folder again.") from error


def _shapes(nodes: Any) -> dict[str, tuple[Any, ...]]:
    """Shape of each input or output by name, its first axis (packets) left out."""
    return {node.name: tuple(node.shape[1:]) for node in nodes}


def _fit(model: Model, file: str, found: Mapping[str, tuple[Any, ...]], wanted: Mapping[str, tuple[Any, ...]]) -> None:
    for name, shape in wanted.items():
        if name not in found:
            if file == ENCODER and name in ("fields", "bytes"):
                continue  # an encoder without bytes, or without fields, is a recipe's choice
            raise IncompatibleModel(
                f"{model.folder / file} has no '{name}'. Update packetclip, or export the model anew."
            )
        fits = len(shape) == len(found[name]) and all(
            not isinstance(have, int) or not isinstance(want, int) or have == want
            for have, want in zip(found[name], shape, strict=True)
        )
        if not fits:
            raise IncompatibleModel(
                f"{model.folder / file}: '{name}' has shape {found[name]} a packet, and model.json wants {shape}. "
                "The files are of different models; export the model anew."
            )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
