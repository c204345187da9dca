"""What the pre-trained encoder has seen: captures without labels are captures all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from packetclip.benchmark import encoders
from packetclip.benchmark.audit.finding import Example, Finding, Severity
from packetclip.benchmark.fold import LIFE, Fold
from packetclip.datasets import LabelledCapture
from packetclip.errors import PacketclipError

if TYPE_CHECKING:
    from packetclip.benchmark.plan import Plan

_TOLD: Final = ("config.json", "pretraining.json")


def corpus(plan: Plan, fold: Fold) -> Iterator[Finding]:
    """Fails where a capture of the test side was pre-trained on; warns where another of its network was.

    The network of a test side that is also learned from is no news. Warns too of captures that hold attacks which are
    withheld. Captures are told by the names of their files.
    """
    pretrained = plan.encoder(plan.split(fold.split))
    encoder = encoders.told(pretrained)
    try:
        named = _names(pretrained)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        yield Finding(
            "corpus",
            Severity.WARN,
            f"What the encoder {encoder} was pre-trained on cannot be told ({type(error).__name__}). Where it "
            "does not exist yet, make it with packetclip pretrain; packetclip evaluate does so by itself.",
        )
        return
    asked = dict(zip(fold.test.names, fold.test.networks, strict=True))
    if seen := sorted(set(named) & set(asked)):
        yield Finding(
            "corpus",
            Severity.FAIL,
            f"The encoder {encoder} was pre-trained on {', '.join(seen)}, which is asked about.",
            tuple(Example(name, -1, "", f"named as {named[name]} in its settings") for name in seen[:3]),
        )
        return
    fresh = {*asked.values()} - {*fold.train.networks} - {LIFE}
    corpus = {name: capture for name in sorted(named) if (capture := _capture(plan, name)) is not None}
    known = {name: capture.network for name, capture in corpus.items() if capture.network in fresh}
    if known:
        yield Finding(
            "corpus",
            Severity.WARN,
            f"The encoder {encoder} has seen, without labels, {', '.join(known)} of network "
            f"{', '.join(sorted({*known.values()}))}, which this split asks about as one never learned from. It is no "
            "stranger there, while the other methods are: name another encoder in the split's pretrained.",
            tuple(Example(name, -1, "", f"named as {named[name]} in its settings") for name in list(known)[:3]),
        )
    if fold.name and (held := [name for name, own in corpus.items() if np.isin(own.classes, fold.asked).any()]):
        yield Finding(
            "corpus",
            Severity.WARN,
            f"The encoder {encoder} has seen packets of what is withheld, without labels, in "
            f"{', '.join(held)}. What stands on it is no stranger to them.",
        )


def _names(folder: Path) -> dict[str, str]:
    """Files of the corpus of a checkpoint, or of a model, by their names as a data set has them."""
    told = next((path for name in _TOLD if (path := folder / name).is_file()), folder / _TOLD[0])
    kept = json.loads(told.read_text(encoding="utf-8"))["captures"]
    return {_stem(file): file for file in _flat(kept)}


def _flat(kept: Any) -> Iterator[str]:
    for item in kept:
        if isinstance(item, str):
            yield item
        else:
            yield from _flat(item)


def _stem(file: str) -> str:
    name = file.replace("\\", "/").rpartition("/")[2]
    for ending in (".zst", ".gz", ".xz", ".bz2", ".lz4", ".pcapng", ".pcap", ".cap"):
        name = name.removesuffix(ending)
    return name


def _capture(plan: Plan, name: str) -> LabelledCapture | None:
    """A capture of the data set; None for ordinary life and what is not here."""
    if name not in plan.dataset.names:
        return None
    try:
        return plan.dataset.capture(name)
    except PacketclipError:
        return None
