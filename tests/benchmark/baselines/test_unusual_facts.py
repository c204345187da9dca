"""Facts beyond the usual: columns agree with the catalogue read row by row; packets that say much are not calm."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.benchmark.baselines.unusual_facts import LEAST, SHARE, UnusualFacts, calm, unusual
from packetclip.language.captions import FACTS
from packetclip.wire.context import FIELDS
from tests.benchmark.toys import toy


def plain(row: np.ndarray) -> list[float]:
    """As ``unusual``, of one packet, in plain Python."""
    by_name = {field.name: float(value) for field, value in zip(FIELDS, row, strict=True)}
    found = []
    for fact in FACTS:
        told = [0.0]
        for window, name in enumerate(fact.fields):
            if by_name[name] >= fact.least and (fact.when is None or fact.when(by_name)):
                told.append(fact.unusual(by_name[name], window))
        found.append(max(told))
    return found


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 10.0, 3000.0]))
def test_columns_agree_with_the_catalogue(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    fields = rng.exponential(scale, (4, len(FIELDS))).astype(np.float32) * (rng.random((4, len(FIELDS))) < 0.5)
    np.testing.assert_allclose(unusual(fields), [plain(row) for row in fields], rtol=1e-5)


def test_what_a_network_always_does_is_usual_there() -> None:
    rng = np.random.default_rng(0)
    fields = rng.exponential(0.1, (200, len(FIELDS))).astype(np.float32)
    loud = fields.copy()
    loud[:, [at for at, field in enumerate(FIELDS) if field.name.startswith("orig_flows")]] = 5000.0
    quiet, noisy = UnusualFacts(("Benign", "Scan")), UnusualFacts(("Benign", "Scan"))
    quiet.fit(toy(fields, np.zeros(200)), toy(fields, np.zeros(200)))
    noisy.fit(toy(loud, np.zeros(200)), toy(loud, np.zeros(200)))
    assert (quiet.strange(loud) > noisy.strange(loud) + 1.0).all()


def test_calm_packets_are_those_that_say_little() -> None:
    rng = np.random.default_rng(1)
    fields = rng.exponential(0.01, (100, len(FIELDS))).astype(np.float32)
    fields[80:] += 4000.0
    samples = toy(fields, np.repeat([0, 1], [80, 20]))
    assert set(calm(samples)) == set(range(80))
    flipped = dataclasses.replace(samples, classes=1 - samples.classes)
    np.testing.assert_array_equal(calm(flipped), calm(samples))
    all_loud = samples.take(np.arange(80, 100))
    assert len(calm(all_loud)) >= LEAST * len(all_loud)
    assert len(calm(samples.take(np.arange(0)))) == 0
    assert 0.5 <= SHARE < 1.0
