"""All packet encoders by name."""

from __future__ import annotations

import dataclasses
from difflib import get_close_matches
from typing import Any, Final

from packetclip.errors import RecipeError
from packetclip.learning.encoders.behaviour import BehaviourEncoder
from packetclip.learning.encoders.byte_transformer import ByteTransformer
from packetclip.learning.encoders.encoder import PacketEncoder

ENCODERS: Final[dict[str, type[PacketEncoder]]] = {
    "behaviour": BehaviourEncoder,
    "byte_transformer": ByteTransformer,
}


def encoder_class(name: str) -> type[PacketEncoder]:
    """The encoder of that name. Raises RecipeError."""
    if name not in ENCODERS:
        close = get_close_matches(name, ENCODERS, 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise RecipeError(f"There is no encoder {name!r}.{hint} Known: {', '.join(sorted(ENCODERS))}.")
    return ENCODERS[name]


def build(name: str, config: Any | None = None) -> PacketEncoder:
    """A new encoder with random weights; ``config`` is its ``Config`` or None for the default. Raises RecipeError."""
    kind = encoder_class(name)
    if config is not None and not isinstance(config, kind.Config):
        raise RecipeError(
            f"The encoder {name!r} takes a {kind.Config.__name__}; it was given a {type(config).__name__}."
        )
    return kind(kind.Config() if config is None else config)


def config_of(encoder: PacketEncoder) -> tuple[str, dict[str, Any]]:
    """Name and settings of an encoder, as plain values; the way back is ``build(name, Config(**settings))``."""
    name = next(name for name, kind in ENCODERS.items() if type(encoder) is kind)
    return name, dataclasses.asdict(encoder.config)
