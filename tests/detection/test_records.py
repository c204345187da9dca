from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from packetclip.detection import Table
from packetclip.detection.records import SENTENCES, WORDING, classify_records
from packetclip.language.captions import record_caption
from packetclip.model import Model
from packetclip.wire.records import facts, gathered, read
from packetclip.wire.records.record import Record
from packetclip.wire.records.table import table_of
from tests.model import tiny
from tests.wire.records.making import LOGS


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return tiny.model(tmp_path_factory.mktemp("model") / "tiny")


class Encoder:
    """Gives every text a vector of its own, and counts the texts."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, texts: object) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        self.seen += list(texts)  # type: ignore[call-overload]
        return np.stack([np.random.default_rng(abs(hash(t))).normal(size=tiny.E) for t in texts]).astype(np.float32)  # type: ignore[attr-defined]


def test_the_description_stands_for_the_flow(model: Model) -> None:
    records, encode = gathered(read(LOGS / "conn.log")), Encoder()
    table = classify_records(model, records, ["a", "b", "c"], encode)
    assert isinstance(table, Table)
    chances = np.stack([table[f"p{n}"] for n in range(3)], axis=1)
    assert np.allclose(chances.sum(axis=1), 1.0, atol=1e-5)
    assert np.array_equal(chances.argmax(axis=1), table["best"])
    captions = [record_caption(known, WORDING, SENTENCES) for known in facts(records)]
    own = model.concepts.project(Encoder()(captions))
    wanted = model.concepts.project(Encoder()(["a", "b", "c"]))
    assert np.allclose(np.stack([table[f"c{n}"] for n in range(3)], axis=1), own @ wanted.T, atol=1e-5)


def test_texts_that_are_alike_are_encoded_once(model: Model) -> None:
    alike = [Record(n * 10**12, (0, 0xFFFF << 32 | n), (0, 0xFFFF << 32), 17, 9, 53) for n in range(50)]
    encode = Encoder()
    assert len(classify_records(model, table_of(alike), ["a", "b"], encode)) == 50
    assert len(encode.seen) == 3


def test_no_records_are_an_empty_table(model: Model, tmp_path: Path) -> None:
    table = classify_records(model, table_of([]), ["a", "b"], Encoder())
    assert len(table) == 0
    assert {"flow", "p0", "p1", "c0", "best"} <= set(table.columns)
