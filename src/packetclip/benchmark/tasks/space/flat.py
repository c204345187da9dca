"""A space of hundreds of dimensions on paper."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import MissingExtra

__all__ = ["flat"]

_WIDTH: Final = 30
_PERPLEXITY: Final = 30.0


def flat(vectors: NDArray[Any], seed: int) -> NDArray[np.float64]:
    """(N, 2) by t-SNE (van der Maaten and Hinton 2008) of the first principal components; N of at least 3.

    Neighbours stay neighbours; distances between groups and their sizes mean little. One seed gives one map.
    """
    try:
        from sklearn.decomposition import PCA
        from sklearn.manifold import TSNE
    except ImportError:
        raise MissingExtra("the task space", "benchmark") from None
    n, width = vectors.shape
    small = PCA(min(_WIDTH, n - 1, width), svd_solver="full").fit_transform(vectors.astype(np.float64))
    perplexity = min(_PERPLEXITY, (n - 1) / 3)
    drawn: NDArray[np.float64] = TSNE(
        perplexity=perplexity, init="pca", random_state=seed, n_jobs=1, max_iter=750
    ).fit_transform(small)
    return drawn.astype(np.float64)
