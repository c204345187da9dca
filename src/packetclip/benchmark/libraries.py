"""Which versions of other people's libraries figures were measured with."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

__all__ = ["libraries"]

NAMES: Final = ("numpy", "torch", "scikit-learn", "lightgbm", "river")


@cache
def libraries() -> str:
    """Names and versions of those that fit and count, where they are installed."""
    found = []
    for name in NAMES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
