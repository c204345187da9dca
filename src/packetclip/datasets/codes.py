"""From the names of labels to class codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from packetclip.datasets.labels import BENIGN

__all__ = ["UNKNOWN", "classes_of", "code_of", "plain"]

UNKNOWN: Final = -1
"""Code of packets of which nobody knows."""
_BENIGN: Final = frozenset({"benign", "normal"})
_UNKNOWN: Final = frozenset({"", "-", "(empty)", "unknown", "background"})
_DASHES: Final = re.compile("\\s*[\u2010-\u2015\u0096\ufffd]+\\s*")


def plain(label: str) -> str:
    """A label as this room writes it: single spaces, hyphens for the dashes that encodings broke.

    >>> plain("Web Attack \\N{REPLACEMENT CHARACTER} XSS"), plain(" BENIGN "), plain("Background")
    ('Web Attack - XSS', 'Benign', '')
    """
    text = " ".join(_DASHES.sub(" - ", label).split())
    if text.lower() in _BENIGN:
        return BENIGN
    return "" if text.lower() in _UNKNOWN else text


def classes_of(labels: Iterable[str]) -> tuple[str, ...]:
    """Benign and the attacks among ``labels``, sorted."""
    return BENIGN, *sorted({plain(label) for label in labels} - {BENIGN, ""})


def code_of(label: str, classes: Sequence[str]) -> int:
    """Position of a label in ``classes``, -1 where it says that nobody knows. Raises ValueError for another."""
    text = plain(label)
    return classes.index(text) if text else UNKNOWN
