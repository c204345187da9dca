"""From a capture to results, with a model that knows nothing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from packetclip.detection import (
    MissionSettings,
    StorySettings,
    Table,
    classify,
    detect,
    embed,
    joined,
    packet_scores,
    score_flows,
    score_packets,
)
from packetclip.errors import MissingCapture, MissingExtra
from packetclip.ledger import Ledger
from packetclip.model import Model
from tests.model import tiny, traffic


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return tiny.model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return traffic.write(tmp_path_factory.mktemp("capture") / "office.pcap")


@pytest.fixture(scope="module")
def packets(model: Model, office: Path) -> Table:
    return packet_scores(model, office)


def test_one_row_a_packet_none_left_out(packets: Table, office: Path) -> None:
    records = traffic.records()
    assert len(packets) == len(records)
    assert list(packets.columns) == ["packet", "time", "flow", "any", *tiny.MISSIONS]
    assert packets["packet"].tolist() == list(range(len(records)))  # type: ignore[union-attr]
    assert np.allclose(packets["time"], [time_ns / 1e9 for time_ns, _ in records])


def test_the_ledger_adds_up(model: Model, office: Path) -> None:
    for run in (score_packets, detect):
        ledger = Ledger()
        list(run(model, office, ledger))
        assert ledger.balanced
        assert ledger.packets == len(traffic.records())
        assert ledger.dropped.total() > 0


def test_stories_of_a_capture(model: Model, office: Path) -> None:
    eager = StorySettings.uniform(tiny.MISSIONS, MissionSettings(threshold=0.0, min_packets=1))
    ledger = Ledger()
    found = list(detect(model, office, ledger, settings=eager))
    assert sum(story.packets for story in found) == ledger.scored
    assert list(detect(model, office, settings=eager)) == found
    assert list(detect(model, office, settings=StorySettings.uniform(tiny.MISSIONS, MissionSettings(1.0)))) == []


def test_flows_are_means_or_peaks_of_their_packets(model: Model, office: Path, packets: Table) -> None:
    flows = score_flows(model, office)
    peaks = score_flows(model, office, peak=True)
    assert list(flows.columns) == [
        "flow", "first", "last", "originator", "originator_port", "target", "target_port", "protocol", "community_id",
        "packets", "orig_bytes", "resp_bytes", "conn_state", "any", *tiny.MISSIONS,
    ]  # fmt: skip
    flow, chance = np.asarray(packets["flow"]), np.asarray(packets["port_scan"])
    for row in range(0, len(flows), 11):
        own = chance[flow == flows["flow"][row]]
        assert flows["port_scan"][row] == pytest.approx(own.mean(), abs=1e-6)
        assert peaks["port_scan"][row] == pytest.approx(own.max(), abs=1e-6)
    assert all(
        name.startswith("1:") for name, kind in zip(flows["community_id"], flows["protocol"], strict=True) if kind
    )


def test_embeddings(model: Model, office: Path) -> None:
    table = joined(list(embed(model, office)))
    scored = np.asarray(table["scored"])
    vectors = np.asarray(table["embedding"])
    assert vectors.shape == (len(traffic.records()), tiny.D)
    assert np.allclose(np.linalg.norm(vectors[scored], axis=1), 1.0, atol=1e-5)
    assert not vectors[~scored].any()


def test_classify_finds_the_nearest_sentence(model: Model, office: Path) -> None:
    rng = np.random.default_rng(0)
    said = {name: rng.normal(size=tiny.E).astype(np.float32) for name in ("a", "b", "c")}
    table = classify(model, office, list(said), lambda texts: np.stack([said[text] for text in texts]))
    chances = np.stack([table[f"p{n}"] for n in range(3)], axis=1)
    assert np.allclose(chances.sum(axis=1), 1.0, atol=1e-5)
    assert np.array_equal(chances.argmax(axis=1), table["best"])
    vectors = joined(list(embed(model, office)))
    own = np.asarray(vectors["embedding"])[np.asarray(vectors["flow"]) == 0].mean(axis=0)
    wanted = model.concepts.project(np.stack(list(said.values())))
    assert [table[f"c{n}"][0] for n in range(3)] == pytest.approx(wanted @ own / np.linalg.norm(own), abs=1e-5)


def test_csv_and_json_lines_say_the_same(packets: Table) -> None:
    rows = list(csv.DictReader(io.StringIO(packets.to_csv().decode())))
    lines = [json.loads(line) for line in packets.to_jsonl().splitlines()]
    assert len(rows) == len(lines) == len(packets)
    for row, line in zip(rows[::17], lines[::17], strict=True):
        assert list(row) == list(line)
        for name, value in line.items():
            assert float(row[name]) == pytest.approx(value, abs=1e-6)
        assert len(row["any"]) == 8


def test_csv_quotes_and_decimals() -> None:
    table = Table({"text": ['a,"b"', "c"], "x": np.array([-0.5, 1.0], np.float32), "n": np.array([1, 2])})
    assert table.to_csv() == b'text,x,n\n"a,""b""",-0.500000,1\nc,1.000000,2\n'
    ends = Table({"x": np.array([0.0, 1.0, 0.9999999, 1e-7, 0.1234565], np.float32)})
    wanted = [f"{value:.6f}" for value in np.asarray(ends["x"]).tolist()]
    assert ends.to_csv(header=False).decode().split() == wanted
    assert Table({}).to_csv() == b"\n"


def test_pandas_and_arrow(packets: Table, model: Model, office: Path) -> None:
    pandas, arrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    frame = packets.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == list(packets.columns)
    table = joined(list(embed(model, office))).to_arrow()
    assert isinstance(table, arrow.Table)
    assert table.num_rows == len(packets)


def test_without_pandas_the_way_to_get_it_is_told(packets: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr("packetclip.detection.tables.import_module", refuse)
    with pytest.raises(MissingExtra, match="pip install"):
        packets.to_pandas()


def test_missing_captures_are_errors(model: Model, tmp_path: Path) -> None:
    with pytest.raises(MissingCapture):
        list(detect(model, tmp_path / "nowhere.pcap"))
