"""What somebody may have meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that begins with a space, or nothing when no name is close.

    >>> did_you_mean("port_scam", ["port_scan", "syn_flood"])
    " Did you mean 'port_scan'?"
    """
    close = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(name) for name in close)}?" if close else ""
