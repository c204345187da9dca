"""A tree that stands for a method says what the method goes by, and flags what may be a set-up."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from packetclip.benchmark.audit import surrogate
from packetclip.benchmark.audit.columns import column_names
from packetclip.benchmark.audit.surrogate import SHORTCUTS
from packetclip.benchmark.samples import Samples
from packetclip.wire.context import FIELDS
from tests.benchmark.toys import toy

pytest.importorskip("sklearn")


CLASSES = ("Benign", "Scan", "Flood")


def packets() -> Samples:
    rng = np.random.default_rng(0)
    return toy(rng.normal(size=(3000, len(FIELDS))).astype(np.float32), rng.integers(0, 3, 3000))


def answers(code: np.ndarray) -> np.ndarray:
    return np.eye(3)[code] * 0.8 + 0.1


def test_what_a_method_goes_by() -> None:
    samples, n = packets(), [field.name for field in FIELDS].index("orig_syns_10s")
    found = surrogate(samples, answers(np.digitize(samples.fields[:, n], [-0.3, 0.6])), CLASSES)
    assert found.fidelity > 0.98
    assert found.tops[0].name == "orig_syns_10s"
    assert found.tops[0].share > 0.9
    assert found.flagged == ()
    assert "orig_syns_10s" in str(found)
    assert "class: Flood" in found.tree
    assert json.loads(json.dumps(found.as_dict()))["packets"] == 2000


def test_an_identity_shortcut_is_flagged() -> None:
    samples = packets()
    masked = samples.masked.copy()
    masked[:, 8] = np.random.default_rng(1).choice([64, 128, 255], 3000)
    found = surrogate(dataclasses.replace(samples, masked=masked), answers((masked[:, 8] == 64).astype(int)), CLASSES)
    assert [top.name for top in found.flagged] == ["masked byte 8"]
    assert "time to live" in str(found)
    assert found.as_dict()["flagged"] == ["masked byte 8"]


def test_answers_that_no_tree_can_give() -> None:
    samples = packets()
    found = surrogate(samples, answers(np.random.default_rng(2).integers(0, 3, 3000)), CLASSES)
    assert found.fidelity < 0.45


def test_a_method_that_always_says_the_same() -> None:
    samples = packets()
    odd = dataclasses.replace(samples, fields=np.where(samples.fields > 2, np.nan, samples.fields).astype(np.float32))
    found = surrogate(odd, answers(np.zeros(3000, int)), CLASSES)
    assert (found.fidelity, found.tops) == (1.0, ())


def test_shortcuts_are_columns() -> None:
    assert set(SHORTCUTS) <= set(column_names(packets()))
