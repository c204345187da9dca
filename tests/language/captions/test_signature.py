"""Signatures: the vectors say what the slow sets say, and captions that mean the same agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.language.captions import (
    BITS,
    disagreement,
    fact_signature,
    said_mask,
    signature_vectors,
    write_training_caption,
)
from packetclip.wire.context import POSITION, Context
from tests.language.captions.rows import SCENARIOS, random_row, row

ROWS = np.stack([*SCENARIOS.values(), *(random_row(seed) for seed in range(60))])


def spelled(vector: NDArray[np.float32]) -> frozenset[str]:
    """A vector's highest levels, as :func:`fact_signature` writes them."""
    highest: dict[str, int] = {}
    for bit, held in zip(BITS, vector.tolist(), strict=True):
        if held:
            highest[bit.field] = max(bit.level, highest.get(bit.field, 0))
    return frozenset(f"{name}:{level}" for name, level in highest.items())


def test_vectors_agree_with_the_signatures_of_single_rows() -> None:
    vectors = signature_vectors(ROWS)
    assert vectors.shape == (len(ROWS), len(BITS))
    assert vectors.dtype == np.float32
    for values, vector in zip(ROWS, vectors, strict=True):
        assert spelled(vector) == fact_signature(values)


def test_vectors_take_a_context_and_no_rows_at_all() -> None:
    np.testing.assert_array_equal(signature_vectors(Context(ROWS)), signature_vectors(ROWS))
    assert signature_vectors(ROWS[:0]).shape == (0, len(BITS))


def test_levels_fill_up_from_below() -> None:
    vectors = signature_vectors(ROWS)
    for i in range(1, len(BITS)):
        if BITS[i].field == BITS[i - 1].field:
            assert BITS[i].level == BITS[i - 1].level + 1
            assert np.all(vectors[:, i] <= vectors[:, i - 1])


def test_numbers_alike_share_a_signature_and_others_do_not() -> None:
    def flows(n: float) -> NDArray[np.float32]:
        return row(packet_tcp=1, orig_flows=(n / 10, n, n, n))

    assert fact_signature(flows(210)) == fact_signature(flows(230))
    assert fact_signature(flows(210)) != fact_signature(flows(4))
    assert "orig_flows_10s:4" in fact_signature(flows(210))


def test_a_caption_disagrees_only_with_rows_of_which_it_is_false() -> None:
    names = ("many ports of one host", "browsing", "datagrams that nobody answers")
    rows = np.stack([SCENARIOS[name] for name in names])
    louder = rows[0].copy()
    louder[POSITION["pair_ports_10s"]] += 4.0
    vectors = signature_vectors(np.vstack([rows, louder]))
    said = np.stack([said_mask(write_training_caption(values, 5).facts) for values in rows])
    share = disagreement(vectors, vectors[:3], said)
    assert share.shape == (4, 3)
    np.testing.assert_allclose(np.diag(share[:3]), 0.0, atol=1e-6)
    assert share[3, 0] == 0.0
    assert share[1, 0] > 0.1 and share[0, 1] > 0.1


def test_disagreement_is_the_share_of_differing_levels() -> None:
    rng = np.random.default_rng(4)
    rows, captioned, said = (rng.integers(0, 2, (n, len(BITS))).astype(np.float32) for n in (5, 7, 7))
    plain = [[np.abs(r - c)[s > 0].mean() for c, s in zip(captioned, said, strict=True)] for r in rows]
    np.testing.assert_allclose(disagreement(rows, captioned, said), plain, rtol=1e-5)
    assert disagreement(rows, captioned, np.zeros_like(said)).max() == 0.0
