"""What a baseline is."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Baseline(Protocol):
    """Learns classes of packets from context fields. N packets, F fields, M classes of attack (``datasets.LABELS``)."""

    def fit(self, fields: NDArray[np.float32], classes: NDArray[Any]) -> None:
        """Learn from fields (N, F) in natural units and classes (N,): 0 benign, m + 1 for ``LABELS[m]``."""

    def predict_proba(self, fields: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N, M + 1): benign first; higher is surer. Rows need not sum to 1; any attack is 1 - benign."""
