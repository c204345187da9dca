"""Packets of captures never seen and their captions, encoded and looked at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.plan import Plan
from packetclip.benchmark.samples import Samples, transform
from packetclip.benchmark.tasks.space.drawn import balanced, benign, captures, early
from packetclip.benchmark.tasks.space.flat import flat
from packetclip.benchmark.tasks.space.geometry import geometry, shuffled
from packetclip.benchmark.tasks.space.probes import class_probe, network_probe
from packetclip.benchmark.tasks.space.truth import truth
from packetclip.errors import MissingExtra
from packetclip.language.captions import Caption, said_mask, write_training_caption

__all__ = ["measure", "taken"]


def measure(plan: Plan, seed: int) -> Mapping[str, Any]:
    """Figures of one draw of packets; the map is of the first alone. Raises MissingExtra, ModelError."""
    names, folder = captures(plan), plan.encoder()
    some, calm = balanced(plan, names, seed), benign(plan, names, seed)
    said = [write_training_caption(row, (seed << 40) + i) for i, row in enumerate(some.fields)]
    packets, texts = encoded(folder, some, [one.text for one in said])
    return taken(plan.classes, seed, some, said, packets, texts, calm, embedded_of(folder, calm))


def taken(
    classes: tuple[str, ...],
    seed: int,
    some: Samples,
    said: list[Caption],
    packets: NDArray[np.float32],
    texts: NDArray[np.float32],
    calm: Samples,
    calm_packets: NDArray[np.float32],
) -> dict[str, Any]:
    """Figures of N packets (N, D), their captions ``said`` (N, D), and benign packets for the question of networks.

    | key | holds |
    |---|---|
    | ``pairs`` | by capture, ``all`` and ``chance`` (captions shuffled): what ``geometry`` says |
    | ``truth`` | what ``truth`` says |
    | ``probes`` | ``class`` and ``network``: balanced accuracy from ``space`` and from ``input``, and ``chance`` |
    | ``map`` | ``points`` [N][2], ``class`` and ``network``: N positions in ``classes`` and ``networks`` |
    | ``classes captures networks`` | the names of all of them |
    """
    caption = np.unique([one.text for one in said], return_inverse=True)[1].astype(np.int64)
    pairs = {"all": geometry(packets, texts, caption), "chance": shuffled(packets, texts, caption, seed)}
    for number, name in enumerate(some.names):
        here = some.capture == number
        pairs[name] = geometry(packets[here], texts[here], caption[here])
    names, of_capture = np.unique(some.networks, return_inverse=True)
    network, calm_network, first = of_capture[some.capture], of_capture[calm.capture], early(calm)
    return {
        "classes": list(classes),
        "captures": dict(zip(some.names, some.networks, strict=True)),
        "networks": names.tolist(),
        "pairs": pairs,
        "truth": truth(packets, texts, some.fields, np.stack([said_mask(one.facts) for one in said]), seed),
        "probes": {
            "class": {
                "space": class_probe(packets, some.classes, some.capture),
                "input": class_probe(_input(some), some.classes, some.capture),
                "chance": 1.0 / len(np.unique(some.classes)),
                "packets": len(some),
            },
            "network": {
                "space": network_probe(calm_packets, calm_network, first),
                "input": network_probe(_input(calm), calm_network, first),
                "chance": 1.0 / len(names),
                "packets": len(calm),
            },
        },
        "map": {}
        if seed
        else {
            "points": np.round(flat(packets, seed), 2).tolist(),
            "class": some.classes.tolist(),
            "network": network.tolist(),
        },
    }


def encoded(folder: Path, samples: Samples, said: list[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Packets (N, D) and their captions (N, D) in the space of a pre-trained encoder, unit norm."""
    try:
        import torch
    except ImportError:
        raise MissingExtra("the task space", "train") from None
    from packetclip.benchmark.ours import gathered
    from packetclip.learning.contrastive import load_checkpoint, load_teacher

    torch.set_num_threads(1)
    text = load_checkpoint(folder)[2].get("text", {})
    teacher = load_teacher(text["name"], longest=text["longest"]) if text else load_teacher()
    words, position = np.unique(said, return_inverse=True)
    vectors = torch.from_numpy(np.asarray(teacher.encode(words.tolist()), np.float32))
    with torch.inference_mode():
        joint: NDArray[np.float32] = gathered(folder).projection(vectors).numpy()
    return embedded_of(folder, samples), joint[position]


def embedded_of(folder: Path, samples: Samples) -> NDArray[np.float32]:
    """(N, D) of a pre-trained encoder, unit norm."""
    from packetclip.benchmark.ours import embedded, gathered

    return embedded(gathered(folder), samples)


def _input(samples: Samples) -> NDArray[np.float32]:
    """All that the encoder is given of each packet, on scales that a linear reader can use."""
    return np.hstack([transform(samples.fields), samples.masked.astype(np.float32) / 255.0])
