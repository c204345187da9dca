"""Which missions answer for a class of a data set, whose names are its makers' own, and learn from its packets."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.samples import Samples
from packetclip.language.knowledge import Mission, mission_degrees

__all__ = ["answered", "answering", "taught"]


def answering(label: str, missions: Sequence[str]) -> tuple[int, ...]:
    """Positions of the missions, by their labels, that a class names; empty where none is meant.

    Letter case and signs do not count. A class may say more than a mission (``DoS slowloris``), or be what several
    missions have in common (``Dictionary Attack``), if it says that in two words: one (``Attack``) could mean anything.

    >>> known = ["SSH Dictionary Attack", "FTP Dictionary Attack", "Port Scan", "Slowloris"]
    >>> [answering(name, known) for name in ("PortScan", "DoS slowloris", "Dictionary Attack", "Attack", "Botnet")]
    [(2,), (3,), (0, 1), (), ()]
    """
    own, names = _letters(label), [_letters(name) for name in missions]
    if own in names:
        return (names.index(own),)
    if more := tuple(m for m, name in enumerate(names) if own.endswith(name)):
        return more
    general = len(re.findall(r"\w+", label)) > 1
    return tuple(m for m, name in enumerate(names) if general and name.endswith(own))


def answered(
    degrees: NDArray[np.float64], answers: Sequence[tuple[int, ...]], together: Callable[..., NDArray[np.float64]]
) -> NDArray[np.float64]:
    """(N, C + 1) of (N, missions): 1 less any attack for benign, then each of C classes of attack.

    ``together`` says how far one of several missions holds: ``np.sum`` of chances that exclude each other, ``np.max``
    of degrees. Any attack is all of them together, and so is a class that no mission means.
    """
    attack = together(degrees, axis=1)
    own = [together(degrees[:, list(columns)], axis=1) if columns else attack for columns in answers]
    return np.column_stack([1.0 - attack, *own])


def taught(samples: Samples, answers: Sequence[tuple[int, ...]], missions: Sequence[Mission]) -> NDArray[np.int64]:
    """(N,) 0 for benign, else 1 + the mission that a packet is an example of; -1 where its class means none.

    ``answers`` are those of :func:`answering` for each class of attack. Of a class that means several missions, each
    packet goes to the one whose facts hold most.
    """
    found = np.where(samples.classes == 0, 0, -1)
    for code, columns in enumerate(answers, 1):
        rows = np.flatnonzero(samples.classes == code)
        if len(columns) == 1:
            found[rows] = columns[0] + 1
        elif columns and len(rows):
            held = mission_degrees([missions[m] for m in columns], samples.fields[rows])
            found[rows] = np.array(columns)[held.argmax(axis=1)] + 1
    return found


def _letters(label: str) -> str:
    return "".join(re.findall(r"[a-z0-9]", label.lower()))
