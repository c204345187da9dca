"""Every method by its name in recipes and tables: ours, ours without a part, and the baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from packetclip.benchmark.baselines import BASELINES
from packetclip.benchmark.method import Method
from packetclip.errors import RecipeError

__all__ = ["OURS", "about", "code", "is_pretrained", "is_slow", "learns", "make", "minutes", "names", "sees"]

OURS: Final[dict[str, dict[str, Any]]] = {
    "packetclip": {},
    "packetclip, no pre-training": {"use_pretraining": False},
    "packetclip, no graph": {"use_graph": False},
    "packetclip, no logic": {"trust": 0.0},
}
"""Settings of a ReasonerConfig that differ from what ships, by name."""


def names() -> tuple[str, ...]:
    """All names, ours first."""
    return (*OURS, *BASELINES)


def make(
    name: str, classes: Sequence[str], seed: int, pretrained: Path | None, fit: Mapping[str, Any], threads: int = 1
) -> Method:
    """A method that has learned nothing yet; ``pretrained`` and ``fit`` are for those that build on our encoder.

    Raises RecipeError for a name that nobody has, MissingExtra.
    """
    if name in OURS:
        from packetclip.benchmark.ours import PacketClip

        if pretrained is None:
            raise RecipeError(f"{name} stands on a pre-trained encoder. Name its folder in the recipe: pretrained.")
        return PacketClip(classes, seed, threads, pretrained, fit, OURS[name])
    _known(name)
    return BASELINES[name](classes, seed=seed, threads=threads, pretrained=pretrained)


def is_slow(name: str) -> bool:
    """Whether it takes minutes to learn. Raises RecipeError for a name that nobody has."""
    _known(name)
    return name not in OURS and BASELINES[name].slow


def is_pretrained(name: str) -> bool:
    """Whether it stands on a pre-trained encoder. Raises RecipeError for a name that nobody has."""
    _known(name)
    return name in OURS or BASELINES[name].pretrained


def learns(name: str) -> bool:
    """Whether a seed may change its answers. Raises RecipeError for a name that nobody has."""
    _known(name)
    return name in OURS or BASELINES[name].learns


def minutes(name: str) -> float:
    """About how long a fit takes on one core. Raises RecipeError for a name that nobody has."""
    return 1.8 if name in OURS else 1.5 if is_slow(name) else 0.6


def about(name: str) -> str:
    """One line that says what a method is. Raises RecipeError for a name that nobody has."""
    _known(name)
    return _OURS_ABOUT[name] if name in OURS else BASELINES[name].about


def sees(name: str) -> str:
    """What a method sees of a packet, in words. Raises RecipeError for a name that nobody has."""
    _known(name)
    columns = ("fields", "masked") if name in OURS else BASELINES[name].sees
    return ", ".join(words for column, words in _SEEN.items() if column in columns)


_OURS_ABOUT: Final = {
    "packetclip": "ours: frozen encoder that learned captions, graphs of concepts with their facts, logic beside them",
    "packetclip, no pre-training": "ours without the encoder's view",
    "packetclip, no graph": "ours without messages between concepts",
    "packetclip, no logic": "ours without the missions' written logic, which needs no training",
}
_SEEN: Final = {"fields": "context", "masked": "masked header bytes", "payload": "payload bytes"}


def code(name: str) -> tuple[str, ...]:
    """Files and folders of the package that its answers depend on. Raises RecipeError for a name that nobody has."""
    if name in OURS:
        return ("benchmark/ours.py", "benchmark/answering.py", "learning", "language/knowledge", "model")
    _known(name)
    return BASELINES[name].code


def _known(name: str) -> None:
    if name not in OURS and name not in BASELINES:
        close = get_close_matches(name, names(), 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise RecipeError(f"There is no method {name!r}.{hint} Known: {', '.join(names())}.")
