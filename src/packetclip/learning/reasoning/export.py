"""A fitted reasoner as the two ONNX graphs of a model's folder."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from packetclip.learning.reasoning.reasoner import Reasoner
from packetclip.wire.context import FIELDS

OPSET: Final = 17


class _PacketGraph(nn.Module):
    """What one packet yields by itself."""

    def __init__(self, reasoner: Reasoner, concepts: Tensor) -> None:
        super().__init__()
        self.reasoner = reasoner
        self.register_buffer("concepts", concepts)

    concepts: Tensor

    def forward(self, fields: Tensor, data: Tensor) -> tuple[Tensor, ...]:
        told = self.reasoner.reason(fields, data)
        closeness = told.embedding @ self.concepts.T
        back = self.reasoner.temporal.project(told.reasoning) if self.reasoner.config.use_temporal else ()
        return told.embedding, told.reasoning, told.degrees, closeness, *back


class _AloneGraph(nn.Module):
    """What it means by itself."""

    def __init__(self, reasoner: Reasoner) -> None:
        super().__init__()
        self.reasoner = reasoner

    def forward(self, reasoning: Tensor) -> Tensor:
        return self.reasoner.weigh(self.reasoner.alone(reasoning), reasoning)


class _HistoryGraph(nn.Module):
    """What it means after the steps before it."""

    def __init__(self, reasoner: Reasoner) -> None:
        super().__init__()
        self.reasoner = reasoner

    def forward(self, reasoning: Tensor, query: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        return self.reasoner.judge(reasoning, query, keys, values, mask)


def export(reasoner: Reasoner, concepts: Tensor, folder: Path, byte_width: int = 64) -> None:
    """Write ``encoder.onnx`` and ``decision.onnx``; ``concepts`` (C, E) are the key concepts in the joint space."""
    reasoner.eval()
    folder.mkdir(parents=True, exist_ok=True)
    fields, width, steps = len(FIELDS), reasoner.config.width, reasoner.config.steps
    n = 3
    packet = (torch.rand(n, fields), torch.randint(0, 255, (n, byte_width), dtype=torch.uint8))
    outputs = ["embedding", "reasoning", "degrees", "closeness"]
    reasoning = torch.rand(n, reasoner.reasoning_width)
    if not reasoner.config.use_temporal:
        _write(_PacketGraph(reasoner, concepts), packet, folder / "encoder.onnx", ["fields", "bytes"], outputs)
        _write(_AloneGraph(reasoner), (reasoning,), folder / "decision.onnx", ["reasoning"], ["logits"])
        return
    outputs += ["query", "key", "value"]
    _write(_PacketGraph(reasoner, concepts), packet, folder / "encoder.onnx", ["fields", "bytes"], outputs)
    back = torch.rand(n, steps, width)
    window = (reasoning, torch.rand(n, width), back, back, torch.ones(n, steps))
    asked = ["reasoning", "query", "keys", "values", "mask"]
    _write(_HistoryGraph(reasoner), window, folder / "decision.onnx", asked, ["logits"])


def _write(graph: nn.Module, example: tuple[Tensor, ...], path: Path, inputs: list[str], outputs: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer speaks of its own deprecations
        torch.onnx.export(
            graph.eval(),
            example,
            str(path),
            input_names=inputs,
            output_names=outputs,
            dynamic_axes={name: {0: "packets"} for name in (*inputs, *outputs)},
            opset_version=OPSET,
            dynamo=False,
        )
