"""What a linear reader finds in vectors: the class of attack, which it should, and the network, which it should not."""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import MissingExtra

__all__ = ["class_probe", "network_probe"]

_ROUNDS: Final = 300


def class_probe(vectors: NDArray[Any], classes: NDArray[Any], captures: NDArray[Any]) -> float | None:
    """Balanced accuracy of reading ``classes`` (N,) from vectors (N, D), each capture asked of a probe of the others.

    None with fewer than two captures.
    """
    known = np.unique(captures)
    if len(known) < 2:
        return None
    shares = [_read(vectors, classes, captures != one, captures == one) for one in known]
    return float(np.mean([share for share in shares if share is not None]))


def network_probe(vectors: NDArray[Any], networks: NDArray[Any], early: NDArray[np.bool_]) -> float | None:
    """Balanced accuracy of reading ``networks`` (N,) from later vectors, after learning from ``early`` ones (N,).

    A network's later traffic is asked about, as other captures of it may be missing. None with fewer than two networks.
    """
    return None if len(np.unique(networks)) < 2 else _read(vectors, networks, early, ~early)


def _read(vectors: NDArray[Any], truth: NDArray[Any], learn: NDArray[np.bool_], ask: NDArray[np.bool_]) -> float | None:
    """Mean over the kinds that are known of the share that is read rightly."""
    try:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise MissingExtra("the task space", "benchmark") from None
    ask = ask & np.isin(truth, truth[learn])
    if not ask.any() or len(np.unique(truth[learn])) < 2:
        return None
    middle, wide = vectors[learn].mean(axis=0), vectors[learn].std(axis=0)
    scaled = np.clip((vectors - middle) / np.where(wide > 0.0, wide, 1.0), -10.0, 10.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        reader = LogisticRegression(C=0.1, class_weight="balanced", max_iter=_ROUNDS)
        reader.fit(scaled[learn], truth[learn])
    right = reader.predict(scaled[ask]) == truth[ask]
    return float(np.mean([right[truth[ask] == kind].mean() for kind in np.unique(truth[ask])]))
