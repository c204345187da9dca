"""Read the labelled flows once, ask each classifier about the half that nobody learned from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.plan import Plan
from packetclip.benchmark.samples import Samples
from packetclip.benchmark.tasks.applications.by_words import application_words, category_words
from packetclip.benchmark.tasks.applications.classifiers import CLASSIFIERS, Asked
from packetclip.benchmark.tasks.applications.conversations import Conversations, gathered
from packetclip.benchmark.tasks.applications.figures import figures
from packetclip.errors import MissingExtra, RecipeError

__all__ = ["QUESTIONS", "asked", "measure"]

QUESTIONS: Final = ("category", "encrypted application")

_BATCH: Final = 8_192


def measure(plan: Plan, question: str, method: str, seed: int) -> Mapping[str, Any]:
    """What ``figures`` gives, and ``sides``: flows and captures of each class on both sides."""
    folder, pretrained = plan.beside(plan.recipe.applications), plan.encoder()
    posed, truth = asked(_read(folder, pretrained), question, pretrained)
    return {
        **figures(CLASSIFIERS[method].answer(posed, seed), truth, posed.test.capture, posed.classes, seed=seed),
        "sides": {
            "train": _counts(posed.train, posed.truth, posed.classes),
            "test": _counts(posed.test, truth, posed.classes),
        },
        "about": CLASSIFIERS[method].about,
    }


def asked(flows: Conversations, question: str, pretrained: Path) -> tuple[Asked, NDArray[np.int64]]:
    """Flows of the classes that both halves have, and the truth of the half that is asked about.

    A few captures were cut from one recording: a flow that is learned from is not asked about again.

    Raises RecipeError where the halves share no class.
    """
    named = flows.category if question == "category" else flows.application
    usable = named != "" if question == "category" else flows.encrypted
    usable = usable & (flows.training | ~np.isin(flows.ends, flows.ends[flows.training]))
    shared = set(named[usable & flows.training].tolist()) & set(named[usable & ~flows.training].tolist())
    if len(shared) < 2:
        raise RecipeError(
            f"The two halves of the applications share {len(shared)} classes of {question}, too few to tell apart. "
            "Name nDPI's whole folder in the recipe: applications."
        )
    classes = tuple(sorted(shared))
    kept = usable & np.isin(named, classes)
    train, test = flows.take(kept & flows.training), flows.take(kept & ~flows.training)
    code = {name: k for k, name in enumerate(classes)}
    truth = [
        np.array([code[name] for name in named[kept & side].tolist()], np.int64)
        for side in (flows.training, ~flows.training)
    ]
    if question == "category":
        words = [category_words(name) for name in classes]
    else:  # the category is the one that the training half's flows of the application have most often
        own = [Counter(train.category[truth[0] == k].tolist()).most_common(1)[0][0] for k in range(len(classes))]
        words = [application_words(name, category) for name, category in zip(classes, own, strict=True)]
    return Asked(classes, tuple(words), train, test, truth[0], pretrained), truth[1]


def _counts(flows: Conversations, truth: NDArray[np.int64], classes: tuple[str, ...]) -> dict[str, Any]:
    each = {
        name: [int((truth == k).sum()), len(np.unique(flows.capture[truth == k]))] for k, name in enumerate(classes)
    }
    return {"flows": len(flows), "captures": len(np.unique(flows.capture)), "classes": each}


@lru_cache(maxsize=1)
def _read(folder: Path, pretrained: Path) -> Conversations:
    try:
        import torch
    except ImportError:
        raise MissingExtra("applications", "train") from None
    from packetclip.learning.contrastive import load_checkpoint

    torch.set_num_threads(1)
    encoder = load_checkpoint(pretrained)[0].requires_grad_(False).eval()

    def embed(samples: Samples) -> NDArray[np.float32]:
        with torch.inference_mode():
            parts = [
                encoder(
                    torch.from_numpy(np.ascontiguousarray(samples.fields[at : at + _BATCH])),
                    torch.from_numpy(np.ascontiguousarray(samples.masked[at : at + _BATCH])),
                ).numpy()
                for at in range(0, len(samples), _BATCH)
            ]
        return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)

    return gathered(folder, embed)
