"""How the kernels of this room are compiled: cached, without Python's lock, in one piece, counting no references."""

from __future__ import annotations

from typing import Any, Final

from numba import njit

# They borrow the frames' bytes and allocate nothing. Counting references to those bytes at every call, atomically, took
# a sixth of a packet's time. So many arguments are handed over at a call (an array alone is seven) that calls took half
# of what was left, and the compiler by itself leaves most of them.
kernel: Final[Any] = njit(cache=True, nogil=True, _nrt=False, forceinline=True)
"""Decorator of a function that neither makes nor keeps arrays; its callers may."""
