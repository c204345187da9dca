"""What a context field is, and how fields over several time scales are named.

A windowed field is an exponentially weighted sum: an event of weight 1 counts exp(-dt / tau) after dt seconds, tau
being the window's length. At a steady rate the value is the number of events in one window; after a burst it fades.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Field(NamedTuple):
    """One column of :class:`~packetclip.wire.context.Context`."""

    name: str
    unit: str
    """packets, bytes, flows, peers, ports, seconds, share (0 to 1), flag (0 or 1), ..."""
    meaning: str
    absent_when: str = "never; 0 when nothing was seen"
    log: bool = True
    """Encoders take log(1 + x) of the field: it spans orders of magnitude."""
    identifies_host: bool = False
    """Such fields never reach an encoder."""


WINDOWS_S: Final = (1.0, 10.0, 60.0, 600.0)
"""Time constants of all decaying sums, seconds."""


def window_name(name: str, window_s: float) -> str:
    """``orig_flows`` over 10 s is ``orig_flows_10s``."""
    return f"{name}_{window_s:.0f}s"


def windowed(name: str, unit: str, meaning: str) -> tuple[Field, ...]:
    """The field over each of :data:`WINDOWS_S`, shortest first."""
    return tuple(Field(window_name(name, w), unit, f"{meaning}, weighted over {w:.0f} s") for w in WINDOWS_S)


class Sum(NamedTuple):
    """A decaying sum that is kept of an entity, and the columns that show it."""

    name: str
    fields: tuple[Field, ...]
    """Over each window; a column of another meaning (a difference) where the kernel overwrites what is kept."""


def fields_of(sums: tuple[Sum, ...]) -> tuple[Field, ...]:
    """The columns of a table of sums, in order."""
    return tuple(field for kept in sums for field in kept.fields)
