"""Detection from the command line, with a tiny model whose weights are random: what is said is not the point here."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from packetclip.cli.exits import guarded
from packetclip.cli.main import cli
from tests.cli.conftest import ROOT, Run

pytest.importorskip("onnx", reason="the tiny model is written with onnx: pip install 'packetclip[test]'")

LEDGER = "Read 121 packets: 120 scored, 1 dropped (1 no ip or arp).\n"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.model.tiny import write

    return write(tmp_path_factory.mktemp("models") / "tiny")


def test_a_table_of_stories(packetclip: Run, scan: Path, tiny: Path) -> None:
    done = packetclip("detect", scan, "--model", tiny)
    assert (done.returncode, done.stderr) == (0, LEDGER)
    assert "what was seen, and why" in done.stdout
    assert "10.0.0.5" in done.stdout
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 110


def test_json_lines(packetclip: Run, scan: Path, tiny: Path) -> None:
    done = packetclip("detect", scan, "--model", tiny, "--format", "jsonl")
    assert (done.returncode, done.stderr) == (0, LEDGER)
    *stories, ledger = [json.loads(line) for line in done.stdout.splitlines()]
    assert stories
    wanted = ["type", "id", "mission", "score", "severity", "first_seen", "last_seen", "originators", "targets"]
    wanted += ["packets", "flows", "techniques", "sentence", "reasons"]
    assert all(list(story)[: len(wanted)] == wanted for story in stories)
    assert ledger["type"] == "ledger"
    assert ledger["packets"] == ledger["scored"] + sum(ledger["dropped"].values()) == 121


def test_eve(packetclip: Run, scan: Path, tiny: Path) -> None:
    done = packetclip("detect", scan, "--model", tiny, "--format", "eve")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert records
    assert {record["event_type"] for record in records} == {"alert"}


def test_explain(packetclip: Run, scan: Path, tiny: Path) -> None:
    done = packetclip("detect", scan, "--model", tiny, "--explain")
    assert done.returncode == 0
    assert "level 1" in done.stdout


def test_exit_code(packetclip: Run, scan: Path, tiny: Path) -> None:
    assert packetclip("detect", scan, "--model", tiny, "--exit-code", "--quiet").returncode == 3


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_each_packet_has_its_row(packetclip: Run, scan: Path, tiny: Path, form: str) -> None:
    done = packetclip("detect", scan, "--model", tiny, "--per-packet", "--format", form)
    assert (done.returncode, done.stderr) == (0, LEDGER)
    lines = done.stdout.splitlines()
    rows = [json.loads(line) for line in lines] if form == "jsonl" else list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == ["packet", "time", "flow", "any", "icmp_flood", "port_scan"]
    assert [int(row["packet"]) for row in rows] == list(range(121))
    assert int(rows[0]["flow"]) == -1
    assert all(0 <= float(row["any"]) <= 1 for row in rows)


def test_each_flow_has_its_row(packetclip: Run, scan: Path, tiny: Path) -> None:
    done = packetclip("detect", scan, "--model", tiny, "--per-flow")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [int(row["flow"]) for row in rows] == list(range(60))
    assert rows[0]["originator"] == "10.0.0.5"
    assert rows[0]["community_id"].startswith("1:")
    assert {"first", "last", "packets", "any", "port_scan"} <= set(rows[0])


def test_embeddings(packetclip: Run, scan: Path, tiny: Path, tmp_path: Path) -> None:
    target = tmp_path / "scan.npz"
    done = packetclip("embed", scan, "--model", tiny, "--output", target)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", LEDGER)
    with np.load(target) as archive:
        assert archive["packet"].tolist() == list(range(121))
        lengths = np.linalg.norm(archive["embedding"], axis=1)
        assert np.allclose(lengths[archive["scored"]], 1, atol=1e-5)
        assert not lengths[~archive["scored"]].any()


def test_classify(
    scan: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    class Tower:
        @classmethod
        def load(cls) -> Tower:
            return cls()

        def encode(self, sentences: list[str]) -> np.ndarray:
            return np.random.default_rng(0).normal(size=(len(sentences), 12)).astype(np.float32)

    monkeypatch.setattr("packetclip.language.text.TextTower", Tower)
    args = ["classify", str(scan), "a port scan", "a web page", "--model", str(tiny)]
    assert guarded(cli, [*args, "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert len(rows) == 60
    for row in rows:
        assert row["sentence"] == ["a port scan", "a web page"][row["best"]]
        assert row["p0"] + row["p1"] == pytest.approx(1, abs=1e-4)
    assert guarded(cli, args) == 0
    assert b"fits best" in capfdbinary.readouterr().out


def test_a_broken_pipe_is_quiet(scan: Path, tiny: Path) -> None:
    command = f"{sys.executable} -m packetclip detect {scan} --model {tiny} --per-packet | true"
    env = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, shell=True, env=env, capture_output=True, text=True, check=False)
    assert "Error" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("extra", [[], ["--format", "jsonl"], ["--per-packet"]])
def test_a_full_disk_gets_a_sentence(packetclip: Run, scan: Path, tiny: Path, extra: list[str]) -> None:
    done = packetclip("detect", scan, "--model", tiny, "--output", "/dev/full", *extra)
    assert done.returncode == 1
    assert "Error: /dev/full: cannot be written: No space left on device." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["--format", "csv"], 2, "Stories cannot be written as csv; choose table or jsonl or eve."),
        (["--per-packet", "--format", "eve"], 2, "Rows of --per-packet cannot be written as eve"),
        (["--format", "jsonl", "--explain"], 2, "--explain goes with the table"),
        (["--per-flow", "--exit-code"], 2, "--exit-code counts stories"),
        (["--model", "/nowhere"], 1, "There is no model folder at /nowhere."),
        (["--output", "/nowhere/stories"], 1, "The folder does not exist"),
    ],
)
def test_asking_wrongly(
    scan: Path, tiny: Path, args: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(cli, ["detect", str(scan), "--model", str(tiny), *args]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err


def test_python_says_the_same_as_the_command_line(packetclip: Run, scan: Path, tiny: Path) -> None:
    import packetclip as package

    model = package.load(tiny)
    stories = model.detect(scan)
    lines = packetclip("detect", scan, "--model", tiny, "--format", "jsonl").stdout.splitlines()
    assert sorted(story.id for story in stories) == sorted(json.loads(line)["id"] for line in lines[:-1])
    assert stories.ledger.balanced
    assert isinstance(stories[0], package.Story)
    assert len(model.scores(scan)) == 121
    assert len(model.flows(scan)) == 60
    assert np.asarray(model.embed(scan)["embedding"]).shape[0] == 121
    assert "2 missions" in repr(model)


def test_stories_become_frames(scan: Path, tiny: Path) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    import packetclip as package

    stories = package.load(tiny).detect(scan)
    assert list(stories.to_pandas()["id"]) == stories.to_arrow()["id"].to_pylist() == [story.id for story in stories]
