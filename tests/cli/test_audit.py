"""The audit from the command line: a clean recipe passes, a leaky one fails and shows why."""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path

import pytest
import zstandard

from packetclip.wire import capture
from tests.cli.conftest import START_NS, Run

RECIPE = """
name = "toy"
methods = ["keyword rules"]

[data]
kind = "lab"
path = "lab"

[[splits]]
name = "network"
kind = "captures"
train = ["a1", "a2"]
tune = ["a4"]
test = ["b1"]

[[splits]]
name = "leak"
kind = "packet"
train = ["a1", "a2"]
leaky = true
"""


def udp(rng: random.Random, net: int, src: int, dst: int, sport: int) -> bytes:
    payload = rng.randbytes(40)
    segment = struct.pack(">HHHH", sport, 5000, 8 + len(payload), 0) + payload
    length, number = 20 + len(segment), rng.randrange(1 << 16)
    header = struct.pack(">BBHHHBBH4B4B", 0x45, 0, length, number, 0, 64, 17, 0, 10, net, 0, src, 10, net, 0, dst)
    return bytes(12) + b"\x08\x00" + header + segment


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four captures of 30 flows of four packets; the flows 5 to 7 and 15 to 17 of each are called port scans."""
    folder = tmp_path_factory.mktemp("audit")
    (folder / "lab").mkdir()
    for n, (name, net) in enumerate((("a1", 1), ("a2", 1), ("a4", 1), ("b1", 2))):
        rng, frames, labels = random.Random(n), [], ["index,label,episode"]
        for flow in range(30):
            episode = {5: 1, 15: 2}.get(flow - flow % 5 if flow % 5 < 3 else -1)
            ends = rng.randrange(2, 9), rng.randrange(50, 60), rng.randrange(20_000, 60_000)
            for packet in range(4):
                frames.append((START_NS + n * 10**13 + flow * 10**9 + packet * 10**7, udp(rng, net, *ends)))
                labels.append(f"{len(labels) - 1},{'Port Scan' if episode else 'Benign'},{episode or ''}")
        capture.write(folder / "plain.pcap", [capture.memory(frames)])
        pack = zstandard.ZstdCompressor().compress
        (folder / "lab" / f"{name}.pcap.zst").write_bytes(pack((folder / "plain.pcap").read_bytes()))
        (folder / "lab" / f"{name}.labels.csv.zst").write_bytes(pack("\n".join([*labels, ""]).encode()))
    path = folder / "toy.toml"
    path.write_text(RECIPE)
    return path


def test_a_clean_split_passes(packetclip: Run, recipe: Path) -> None:
    done = packetclip("audit", recipe)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert lines[0] == "network: 240 packets learned from, 120 tuned on, 120 asked about"
    assert lines[1].startswith("  fine       flows, conversations, packets, lookalikes, windows, columns, episodes")
    assert any(line.startswith("  expected   flows: ") for line in lines)
    assert lines[-2:] == ["methods", "  fine       fitted"]
    assert done.stderr.splitlines()[-1] == "Audited 2 folds and the methods: nothing fails."


def test_a_leak_fails_and_is_shown(packetclip: Run, recipe: Path) -> None:
    leaky = recipe.with_name("leaky.toml")
    leaky.write_text(RECIPE.replace("leaky = true", "leaky = false"))
    done = packetclip("audit", leaky, "--split", "leak", "--format", "jsonl", "--quiet")
    assert (done.returncode, done.stderr) == (1, "")
    fold, *found = map(json.loads, done.stdout.splitlines())
    assert (fold["type"], fold["split"], fold["failed"]) == ("fold", "leak", True)
    failed = {finding["check"]: finding for finding in found if finding["severity"] == "fail"}
    assert {"flows", "conversations", "windows", "episodes"} <= set(failed)
    example = failed["flows"]["examples"][0]
    assert example["capture"] == "a1"
    assert 0 <= example["packet"] < 120
    assert example["time"].endswith("Z")


def test_what_cannot_be_audited_is_said(packetclip: Run, recipe: Path, tmp_path: Path) -> None:
    done = packetclip("audit", recipe, "--split", "netwrok")
    assert (done.returncode, "has no split 'netwrok'" in done.stderr) == (1, True)
    (tmp_path / "none.toml").write_text(RECIPE)
    done = packetclip("audit", tmp_path / "none.toml")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
