"""A whole model of a few kilobytes, made without training: what it says is arbitrary, how it says it is real."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from packetclip.model import Calibration, Concepts, HistorySettings, Manifest, MissionCalibration, Model, load, seal
from packetclip.wire.context.catalogue import FIELDS

MISSIONS = ("icmp_flood", "port_scan")
"""Not what the tests of stories rely on: they make their own scores."""
CONCEPTS = (("icmp_flood", "echoes"), ("port_scan", "many_ports"), ("port_scan", "refused"))
TOML = {
    "icmp_flood": """
name = "icmp_flood"
label = "ICMP Flood"
description = "Far more echo requests than anyone needs."
techniques = ["T1498"]
severity = "medium"
sentence = "{originators} sent {packets} packets to {targets} in {duration}; this looks like an ICMP flood."
[[concept]]
id = "echoes"
level = 1
text = "many echo requests"
facts = ["orig_echoes_10s >= 100"]
[[concept]]
id = "flood"
level = 2
text = "flood of echo requests"
from = ["echoes"]
""",
    "port_scan": """
name = "port_scan"
label = "Port Scan"
description = "Many ports of one host tried in a short time."
techniques = ["T1046"]
severity = "high"
sentence = "{originators} tried {flows} services of {targets} in {duration}; this looks like a port scan."
[[concept]]
id = "many_ports"
level = 1
text = "many new ports on one host"
facts = ["pair_ports_60s >= 15"]
[[concept]]
id = "refused"
level = 1
text = "most connections refused"
facts = ["pair_refused_60s >= 10"]
[[concept]]
id = "scan"
level = 2
text = "search for open services"
from = ["many_ports", "refused"]
holds = "any"
""",
}
E, D, WIDTH, REASONING, STEPS, HIDDEN = 12, 16, 4, 6, 5, 8


def manifest(key: str = "pair", steps: int = STEPS) -> Manifest:
    return Manifest(
        name="tiny",
        version="0",
        created="2026-01-01T00:00:00+00:00",
        fields=tuple(field.name for field in FIELDS),
        missions=MISSIONS,
        concepts=CONCEPTS,
        bytes_width=64,
        history=HistorySettings(steps, key),  # type: ignore[arg-type]
    )


def write(folder: Path, key: str = "pair", steps: int = STEPS, seed: int = 0) -> Path:
    """Write the model into ``folder`` and give the folder."""
    (folder / "missions").mkdir(parents=True)
    for name, text in TOML.items():
        (folder / "missions" / f"{name}.toml").write_text(text)
    (folder / "card.md").write_text("# tiny\n\nA model for tests; it knows nothing.\n")
    rng = np.random.default_rng(seed)
    onnx.save(_encoder(rng), folder / "encoder.onnx")
    onnx.save(_decision(rng, steps) if key != "none" else _decision_alone(rng), folder / "decision.onnx")
    C = len(CONCEPTS)
    weight, bias = _random(rng, D, E), _random(rng, D)
    text = _random(rng, C, E)
    projected = text @ weight.T + bias
    projected /= np.linalg.norm(projected, axis=1, keepdims=True)
    Concepts(text, projected.astype(np.float32), weight, bias, 10.0).write(folder)
    Calibration(
        {name: MissionCalibration(1.5, -0.25, 0.6) for name in MISSIONS},
        any_scale=0.9,
        any_offset=0.1,
        stories={"silence_s": 30.0, "missions": {"port_scan": {"min_packets": 3}}},
    ).write(folder)
    seal(folder, manifest(key, steps))
    return folder


def model(folder: Path, key: str = "pair", steps: int = STEPS) -> Model:
    return load(write(folder, key, steps))


def _random(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(0.0, 0.5, shape).astype(np.float32)


def _encoder(rng: np.random.Generator) -> onnx.ModelProto:
    weights = {
        "one": np.array(1.0, np.float32),
        "into": _random(rng, len(FIELDS), HIDDEN) * 0.2,
        "bytes_into": _random(rng, 64, HIDDEN) * 0.01,
    }
    widths = {
        "raw": D, "reasoning": REASONING, "query": WIDTH, "key": WIDTH, "value": WIDTH,
        "raw_degrees": len(CONCEPTS), "raw_closeness": len(CONCEPTS),
    }  # fmt: skip
    weights |= {f"to_{name}": _random(rng, HIDDEN, width) for name, width in widths.items()}
    nodes = [
        helper.make_node("Add", ["fields", "one"], ["shifted"]),
        helper.make_node("Log", ["shifted"], ["logged"]),
        helper.make_node("MatMul", ["logged", "into"], ["from_fields"]),
        helper.make_node("Cast", ["bytes"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("MatMul", ["numbers", "bytes_into"], ["from_bytes"]),
        helper.make_node("Add", ["from_fields", "from_bytes"], ["sum"]),
        helper.make_node("Tanh", ["sum"], ["hidden"]),
        *(helper.make_node("MatMul", ["hidden", f"to_{name}"], [name]) for name in widths),
        helper.make_node("LpNormalization", ["raw"], ["embedding"], axis=1, p=2),
        helper.make_node("Sigmoid", ["raw_degrees"], ["degrees"]),
        helper.make_node("Tanh", ["raw_closeness"], ["closeness"]),
    ]
    outputs = {
        "embedding": D, "reasoning": REASONING, "query": WIDTH, "key": WIDTH, "value": WIDTH,
        "degrees": len(CONCEPTS), "closeness": len(CONCEPTS),
    }  # fmt: skip
    return _model(
        nodes,
        [_value("fields", len(FIELDS)), _value("bytes", 64, kind=TensorProto.UINT8)],
        [_value(name, width) for name, width in outputs.items()],
        weights,
    )


def _decision(rng: np.random.Generator, steps: int) -> onnx.ModelProto:
    """Logits from the reasoning vector, the facts, and the values of history, weighted by the query."""
    M = len(MISSIONS)
    weights = {
        "axis1": np.array([1]), "axis2": np.array([2]), "one": np.array(1.0, np.float32),
        "much": np.array(1e4, np.float32), "from_reasoning": _random(rng, REASONING, M),
        "from_history": _random(rng, WIDTH, M) * 4.0, "from_facts": _random(rng, len(CONCEPTS), M),
    }  # fmt: skip
    nodes = [
        helper.make_node("Unsqueeze", ["query", "axis1"], ["asked"]),
        helper.make_node("Mul", ["asked", "keys"], ["matched"]),
        helper.make_node("ReduceSum", ["matched", "axis2"], ["match"], keepdims=0),
        helper.make_node("Cast", ["mask"], ["present"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["present", "one"], ["absent"]),
        helper.make_node("Mul", ["absent", "much"], ["penalty"]),
        helper.make_node("Add", ["match", "penalty"], ["allowed"]),
        helper.make_node("Softmax", ["allowed"], ["attention"], axis=1),
        helper.make_node("Unsqueeze", ["attention", "axis2"], ["weight"]),
        helper.make_node("Mul", ["weight", "values"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "axis1"], ["told"], keepdims=0),
        helper.make_node("MatMul", ["told", "from_history"], ["past"]),
        helper.make_node("MatMul", ["reasoning", "from_reasoning"], ["present_logits"]),
        helper.make_node("MatMul", ["degrees", "from_facts"], ["facts"]),
        helper.make_node("Sum", ["past", "present_logits", "facts"], ["logits"]),
    ]
    inputs = [
        _value("reasoning", REASONING), _value("query", WIDTH), _value("keys", steps, WIDTH),
        _value("values", steps, WIDTH), _value("mask", steps, kind=TensorProto.BOOL), _value("degrees", len(CONCEPTS)),
    ]  # fmt: skip
    return _model(nodes, inputs, [_value("logits", M)], weights)


def _decision_alone(rng: np.random.Generator) -> onnx.ModelProto:
    weights = {"from_reasoning": _random(rng, REASONING, len(MISSIONS))}
    nodes = [helper.make_node("MatMul", ["reasoning", "from_reasoning"], ["logits"])]
    return _model(nodes, [_value("reasoning", REASONING)], [_value("logits", len(MISSIONS))], weights)


def _value(name: str, *shape: int, kind: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, ["N", *shape])


def _model(nodes: list, inputs: list, outputs: list, weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    held = [numpy_helper.from_array(np.ascontiguousarray(tensor), name) for name, tensor in weights.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, held)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return made
