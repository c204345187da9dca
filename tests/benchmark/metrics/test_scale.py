"""Images of scores: in order, apart at both ends, and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from packetclip.benchmark.metrics.scale import IMAGE_BITS, coarsen, image, mirror, value

ANY = st.floats(allow_nan=False)
CHANCE = st.floats(0.0, 1.0)
SINGLE = st.floats(-(2.0**23), 2.0**23, width=32)


@given(ANY, ANY)
def test_order_is_kept(a: float, b: float) -> None:
    low, high = image(np.array([min(a, b), max(a, b)]))
    assert 0 <= low <= high < 1 << IMAGE_BITS


@given(SINGLE, SINGLE)
def test_no_two_float32_share_an_image(a: float, b: float) -> None:
    one, other = image(np.array([a, b], np.float32))
    assert (one == other) == (a == b)


@given(SINGLE)
def test_there_and_back(score: float) -> None:
    assert value(image(np.array([score], np.float32)))[0] == np.float32(score)


@given(CHANCE)
def test_the_mirror_is_of_what_is_left(chance: float) -> None:
    left, back = image(np.array([1.0 - chance])), mirror(image(np.array([chance])))
    assert value(left)[0] == pytest.approx(value(back)[0], abs=1e-15)


@given(CHANCE, st.integers(1, 20))
def test_bins_are_narrow_at_both_ends(chance: float, bits: int) -> None:
    found = float(value(coarsen(image(np.array([chance])), bits), bits)[0])
    near = min(chance, 1.0 - chance)
    assert abs(found - chance) <= near * 2.0 ** (bits - 22) + 1e-38 * 2.0**bits


def test_ends_and_what_lies_beyond() -> None:
    scores = np.array([-np.inf, -3e38, -1.0, 0.0, 1e-45, 1e-12, 0.5, 1.0 - 1e-12, 1.0 - 1e-13, 1.0, 2.0, 1e300, np.inf])
    assert (np.diff(image(scores))[:-1] > 0).all()
    assert image(np.array([0.0])) == image(np.array([-0.0]))
    with pytest.raises(ValueError, match="no number"):
        image(np.array([0.5, np.nan]))
