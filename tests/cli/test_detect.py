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


def test_a_block_a_story(packetclip: Run, scan: Path, tiny: Path) -> None:
    done = packetclip("detect", scan, "--model", tiny)
    assert (done.returncode, done.stderr) == (0, LEDGER)
    assert "10.0.0.5 → " in done.stdout
    assert " UTC, " in done.stdout
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert lines[0].split()[1] in ("story", "stories")
    assert max(map(len, lines)) <= 110
    assert all(len(block.split("\n  - ")) <= 4 for block in done.stdout.split("\n\n"))


@pytest.mark.parametrize("width", [30, 80, 100, 140])
def test_blocks_fit_any_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from packetclip.cli.stories import show
    from packetclip.detection import Endpoints, Story

    monkeypatch.setenv("COLUMNS", str(width))
    ends = Endpoints("2001:db8:1::1", 1, "10.0.0.2", 2, "TCP", 0, "")
    reason = "Many new ports of one host within a minute (982 ports in 60 s; 12 would show it)"
    story = Story(
        "00" * 8, "made_up", "Made\x1b[31m Up", ("T1046", "T1595.001"), "high", 0, 10**9, ("2001:db8:1::1",) * 9, 213,
        ("10.0.0.2",), 1, 1, 0, 0.9, 0.9, ends, (), (),
        "2001:db8:1::1 and 212 others did this and that with 10.0.0.2 in 1 second. Very likely: it is.",
        (reason, "Short", *[reason] * 6),
    )  # fmt: skip
    text = show([story] * 12)
    assert max(map(len, text.splitlines())) <= min(width, 110)
    assert "\x1b" not in text
    assert text.startswith("12 stories (12 high)")
    whole = " ".join(text.split())
    assert "2001:db8:1::1 and 212 others → 10.0.0.2" in whole
    assert "· 1 packet 2001" in whole or "1 second 1 packet 2001" in whole
    assert whole.count(f"- {reason}") == 24
    assert whole.count("- Short") == 12
    assert "it is." not in whole


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
    assert "Sensor: " in done.stdout
    assert "Key concepts, level 1" in done.stdout


def test_exit_code(packetclip: Run, scan: Path, tiny: Path) -> None:
    assert packetclip("detect", scan, "--model", tiny, "--exit-code", "--quiet").returncode == 3


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_each_packet_has_its_row(packetclip: Run, scan: Path, tiny: Path, form: str) -> None:
    done = packetclip("detect", scan, "--model", tiny, "--per-packet", "--format", form)
    assert (done.returncode, done.stderr) == (0, LEDGER)
    lines = done.stdout.splitlines()
    rows = [json.loads(line) for line in lines] if form == "jsonl" else list(csv.DictReader(io.StringIO(done.stdout)))
    if form == "jsonl":
        ledger = rows.pop()
        assert (ledger["type"], ledger["packets"], ledger["dropped"]) == ("ledger", 121, {"no_ip_or_arp": 1})
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
    assert {"first", "last", "packets", "orig_bytes", "resp_bytes", "any", "port_scan"} <= set(rows[0])
    *lines, last = packetclip("detect", scan, "--model", tiny, "--per-flow", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["orig_bytes"] for line in lines] == [int(row["orig_bytes"]) for row in rows]
    assert json.loads(last)["type"] == "ledger"


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
