"""The graph network in plain Python: loops over missions, levels, nodes and their sources, one packet at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from packetclip.language.knowledge import Concept, Mission
from packetclip.learning.reasoning import GraphReasoner

Vector = list[float]


def reason(
    graph: GraphReasoner,
    missions: Sequence[Mission],
    texts: Mapping[str, Vector],
    sensor: Vector,
    degrees: Mapping[tuple[str, str], float],
) -> Vector:
    """(M * (H + 1),) evidence of one packet; ``degrees`` by mission and key concept, ``graph`` gives the weights."""
    depth = max(mission.depth for mission in missions)
    out: Vector = []
    for m, mission in enumerate(missions):
        vectors = {"sensor": sensor}
        held: dict[str, float] = {}
        for level in range(1, depth + 2):
            nodes = _nodes(mission, level, depth)
            mapped = {name: _map(graph, m, level - 1, vector) for name, vector in vectors.items()}
            now, held_now = {}, {}
            for n, node in enumerate(nodes):
                sources = node.sources or ("sensor",)
                held_now[node.id] = (
                    degrees[mission.name, node.id]
                    if level == 1
                    else (max if node.holds == "any" else min)(held[source] for source in sources)
                )
                meaning = _node(graph, m, level, texts[node.text])
                now[node.id] = []
                for h in range(graph.hidden):
                    message = sum(mapped[source][h] * meaning[h] for source in sources) / len(sources)
                    number = 0.0
                    if graph.use_messages:
                        number = _elu(_norm(graph, m, level - 1, n * graph.hidden + h, message))
                    if graph.use_facts:
                        number += held_now[node.id] * graph.held[level - 1][m, n, h].item()
                    now[node.id].append(number)
            vectors, held = now, held_now
        out += [*vectors[mission.name], held[mission.name] if graph.use_facts else 0.0]
    return out


def _nodes(mission: Mission, level: int, depth: int) -> Sequence[Concept]:
    if level <= mission.depth:
        return mission.at_level(level)
    last = mission.at_level(mission.depth)
    if level <= depth:  # a mission that is less deep repeats its last level
        return [Concept(node.id, level, node.text, sources=(node.id,)) for node in last]
    return [
        Concept(mission.name, level, mission.description, sources=tuple(node.id for node in last), holds="any"),
    ]


def _node(graph: GraphReasoner, m: int, level: int, text: Vector) -> Vector:
    vector = _map(graph, m, 0, text)
    for layer in range(1, level):
        vector = _map(graph, m, layer, [_elu(x) for x in vector])
    return vector


def _map(graph: GraphReasoner, m: int, layer: int, vector: Vector) -> Vector:
    weights, bias = graph.weights[layer][m].tolist(), graph.biases[layer][m, :, 0].tolist()
    return [sum(x * row[h] for x, row in zip(vector, weights, strict=True)) + bias[h] for h in range(graph.hidden)]


def _norm(graph: GraphReasoner, m: int, layer: int, column: int, x: float) -> float:
    norm = graph.norms[layer]
    mean, variance, gain, offset = (
        tensor[m, column, 0].item() for tensor in (norm.mean, norm.variance, norm.gain, norm.offset)
    )
    return (x - mean) / math.sqrt(variance + 1e-4) * gain + offset


def _elu(x: float) -> float:
    return x if x > 0.0 else math.expm1(x)
