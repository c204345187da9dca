"""A BERT-shaped sentence encoder, written out as an ONNX graph with int8 weights.

Only weights are rounded (symmetric, one scale an output channel; one a row of the word table): the graph multiplies
them back before use, so that activations stay float32 and the vectors stay close to the original's.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from packetclip.errors import ModelError

_OPSET: Final = 20
_POSITIONS: Final = 256
"""Positions kept of the original's 512; the model was trained on 128."""


class _Graph:
    """Nodes and weights, collected in order."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._count = 0

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        self._count += 1
        name = f"{operator.lower()}_{self._count}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def linear(self, x: str, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """x (..., I) times weight (I, O) plus bias (O,), the weight kept as int8 with a scale for each output."""
        rounded, scale = quantise(weight, axis=0)
        unpacked = self.add(
            "DequantizeLinear",
            self.constant(f"{name}.int8", rounded),
            self.constant(f"{name}.scale", scale.reshape(-1)),
            axis=1,
        )
        return self.add("Add", self.add("MatMul", x, unpacked), self.constant(f"{name}.bias", bias))


def quantise(weight: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round symmetrically to -127..127 with one scale for each slice along ``axis``: weight ~ rounded * scale."""
    scale = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), 1e-12) / 127.0
    return np.round(weight / scale).astype(np.int8), scale.astype(np.float32)


def write_text_tower(source: Path, folder: Path) -> None:
    """Write ``text.onnx`` and ``vocab.txt`` from a sentence-transformers folder.

    ``source`` holds a BERT encoder (``config.json``, ``model.safetensors``, ``vocab.txt``) with mean pooling and unit
    norm. The graph takes ``pieces`` (n, t) int64, 0 where padded, and gives ``vectors`` (n, D) float32.
    Raises ModelError when the folder holds anything else.
    """
    try:
        config: dict[str, Any] = json.loads((source / "config.json").read_text(encoding="utf-8"))
        weights = load_file(source / "model.safetensors")
    except (OSError, ValueError) as error:
        raise ModelError(f"No text encoder can be read from {source}: {error}.") from error
    if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
        raise ModelError(
            f"{source} holds a {config.get('model_type')!r} model; a text tower is made from BERT with gelu."
        )
    graph = _bert({name: value.astype(np.float32) for name, value in weights.items() if value.ndim}, config)
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(graph, str(folder / "text.onnx"))
    shutil.copyfile(source / "vocab.txt", folder / "vocab.txt")


def _bert(weights: Mapping[str, NDArray[np.float32]], config: Mapping[str, Any]) -> onnx.ModelProto:
    width, heads = int(config["hidden_size"]), int(config["num_attention_heads"])  # D, H
    epsilon = float(config["layer_norm_eps"])
    graph = _Graph()
    add, constant = graph.add, graph.constant

    def norm(x: str, name: str) -> str:
        scale = constant(f"{name}.scale", weights[f"{name}.weight"])
        shift = constant(f"{name}.shift", weights[f"{name}.bias"])
        return add("LayerNormalization", x, scale, shift, axis=-1, epsilon=epsilon)

    def dense(x: str, name: str) -> str:
        return graph.linear(x, name, weights[f"{name}.weight"].T, weights[f"{name}.bias"])

    # Words: rows of an int8 table, each with its own scale.
    table, scale = quantise(weights["embeddings.word_embeddings.weight"], axis=1)
    rows = add("Cast", add("Gather", constant("words.int8", table), "pieces"), to=TensorProto.FLOAT)  # (n, t, D)
    words = add("Mul", rows, add("Gather", constant("words.scale", scale), "pieces"))
    # Every sentence is of type 0; its vector is part of the positions' table.
    places = weights["embeddings.position_embeddings.weight"][:_POSITIONS]
    places = places + weights["embeddings.token_type_embeddings.weight"][0]
    zero, one = constant("zero", np.array([0], np.int64)), constant("one", np.array([1], np.int64))
    length = add("Shape", "pieces", start=1, end=2)
    x = norm(add("Add", words, add("Slice", constant("places", places), zero, length, zero)), "embeddings.LayerNorm")

    real = add("Cast", add("Greater", "pieces", constant("pad", np.array(0, np.int64))), to=TensorProto.FLOAT)  # (n, t)
    padding = add("Sub", constant("all", np.array(1, np.float32)), real)
    hidden = add("Mul", padding, constant("far", np.array([-1e4], np.float32)))
    hidden = add("Unsqueeze", hidden, constant("head_axes", np.array([1, 2], np.int64)))  # (n, 1, 1, t)
    split = constant("split", np.array([0, 0, heads, width // heads], np.int64))
    join = constant("join", np.array([0, 0, width], np.int64))
    for number in range(int(config["num_hidden_layers"])):
        layer = f"encoder.layer.{number}"
        own = f"{layer}.attention.self"
        shrink = np.float32((width // heads) ** -0.5)  # folded into the query: q k / sqrt(D / H)
        factors = {"query": shrink, "key": np.float32(1), "value": np.float32(1)}
        all_three = graph.linear(
            x,
            f"{layer}.qkv",
            np.concatenate([weights[f"{own}.{part}.weight"].T * factor for part, factor in factors.items()], axis=1),
            np.concatenate([weights[f"{own}.{part}.bias"] * factor for part, factor in factors.items()]),
        )  # (n, t, 3 D)
        cut = constant(f"{layer}.cut", np.array([width] * 3, np.int64))
        parts = [f"{layer}.{part}" for part in factors]
        graph.nodes.append(helper.make_node("Split", [all_three, cut], parts, axis=-1))
        query, key, value = (add("Reshape", part, split) for part in parts)  # (n, t, H, D / H)
        query = add("Transpose", query, perm=[0, 2, 1, 3])
        key = add("Transpose", key, perm=[0, 2, 3, 1])
        value = add("Transpose", value, perm=[0, 2, 1, 3])
        look = add("Softmax", add("Add", add("MatMul", query, key), hidden), axis=-1)  # (n, H, t, t)
        seen = add("Reshape", add("Transpose", add("MatMul", look, value), perm=[0, 2, 1, 3]), join)
        x = norm(add("Add", dense(seen, f"{layer}.attention.output.dense"), x), f"{layer}.attention.output.LayerNorm")
        inner = add("Gelu", dense(x, f"{layer}.intermediate.dense"))
        x = norm(add("Add", dense(inner, f"{layer}.output.dense"), x), f"{layer}.output.LayerNorm")

    weight = add("Unsqueeze", real, constant("last", np.array([-1], np.int64)))  # (n, t, 1)
    mean = add(
        "Div", add("ReduceSum", add("Mul", x, weight), one, keepdims=0), add("ReduceSum", weight, one, keepdims=0)
    )
    size = add("ReduceL2", mean, one, keepdims=1)
    graph.nodes.append(helper.make_node("Div", [mean, size], ["vectors"]))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "text_tower",
            [helper.make_tensor_value_info("pieces", TensorProto.INT64, ["n", "t"])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", width])],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        producer_name="packetclip",
    )
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model
