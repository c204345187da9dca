"""A little of what benchmarks/wire_fuzz.py does for millions of inputs, on captures of our own; and that it finds."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks import wire_fuzz as fuzz
from benchmarks.wire_mutations import Corpus, apart, damaged_file, damaged_frames, damaged_log, gather, take
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.wire import capture
from packetclip.wire.packets import PacketBatch, dissect
from tests.wire.packets import making as m

FRAMES = [
    m.ethernet(m.ipv4(m.tcp(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"))),
    m.ethernet(m.ipv4(m.udp(m.dns("a.b.example.org"), 5000, 53), 17), 0x0800, [(0x8100, 20)]),
    m.ethernet(m.ipv6(m.tcp(m.client_hello(), dport=443)), 0x86DD),
    m.ethernet(m.ipv4(m.icmp(3, 1, bytes(4), m.ipv4(m.udp(b"abc", 5, 6), 17)), 1)),
    m.ethernet(m.arp(), 0x0806),
    m.ethernet(m.ipv4(m.tcp(b"530 no\r\n", 21, 40000))),
]


@pytest.fixture(scope="module")
def corpus(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    made = tmp_path_factory.mktemp("corpus") / "made.pcap"
    capture.write(made, [capture.memory([(i * 1_000_000, frame) for i, frame in enumerate(FRAMES)])])
    return gather([made, *sorted((root / "tests" / "traces").glob("*.pcap*"))])


def test_damaged_frames_keep_the_laws(corpus: Corpus) -> None:
    long = fuzz.Long()
    for seed in range(3):
        long.take(fuzz.check_frames(damaged_frames(corpus, np.random.default_rng(seed), 700), seed))


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_any_few_frames_keep_the_laws(corpus: Corpus, seed: int, count: int) -> None:
    frames = damaged_frames(corpus, np.random.default_rng(seed), count)
    fuzz.check_oracle(frames, fuzz.check_rows(frames, np.random.default_rng(seed)), range(count))


def test_damaged_files_keep_the_laws(corpus: Corpus, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    became = {fuzz.check_file(damaged_file(corpus, rng), i, tmp_path) for i in range(60)}
    assert {"read", "read with a warning"} <= became


def test_damaged_logs_keep_the_laws(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    became = {fuzz.check_log(damaged_log(rng), i, tmp_path) for i in range(80)}
    assert {"read", "read with a warning"} <= became


def test_the_same_seed_is_the_same_damage(corpus: Corpus) -> None:
    one, two = (damaged_frames(corpus, np.random.default_rng(5), 50) for _ in range(2))
    assert one.data.tobytes() == two.data.tobytes() and one.length.tolist() == two.length.tolist()
    assert damaged_file(corpus, np.random.default_rng(5)) == damaged_file(corpus, np.random.default_rng(5))


def test_frames_apart_are_the_same_frames(corpus: Corpus) -> None:
    frames = damaged_frames(corpus, np.random.default_rng(5), 50)
    far = apart(frames, np.random.default_rng(6))
    assert [take(far, i).data.tobytes() for i in range(50)] == [take(frames, i).data.tobytes() for i in range(50)]
    assert (np.diff(far.start) > frames.captured[:-1]).all()


def test_who_reads_past_a_frame_is_found(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def over_reads(frames: capture.Frames) -> PacketBatch:
        packets = dissect(frames)
        ends = (frames.start + frames.captured)[: len(frames)]
        packets.rows["ttl"] = np.append(frames.data, 0)[np.minimum(ends, len(frames.data))]
        return packets

    monkeypatch.setattr(fuzz, "dissect", over_reads)
    with pytest.raises(fuzz.BrokenLawError, match="ttl depends on its own frame only"):
        fuzz.check_frames(damaged_frames(corpus, np.random.default_rng(5), 50), 5)


def test_a_finding_is_cut_to_the_smallest_frame(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(frames: capture.Frames) -> PacketBatch:
        packets = dissect(frames)
        if ((packets["protocol"] == 6) & (packets["captured"] >= 40)).any():
            raise IndexError("index is out of bounds")
        return packets

    monkeypatch.setattr(fuzz, "dissect", raises)
    inputs, _, broke = fuzz.FrameBatches(corpus)(3)
    assert inputs == fuzz.FRAMES
    assert broke[0]["error"] == "IndexError: index is out of bounds"
    small = bytes.fromhex(broke[0]["frame"])
    assert len(small) == 40 and dissect(m.frames_of([small], broke[0]["link_type"]))["protocol"].tolist() == [6]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; print('{\"ready\": 1}', flush=True); os.abort()", "died"),
        ("import time; print('{\"ready\": 1}', flush=True); time.sleep(60)", "silent"),
        (
            'print(\'{"ready": 1}\'); print(\'{"seed": 3, "inputs": 1, "peak_mb": 5000, "became": {}, "broke": []}\')',
            "5000 MB",
        ),
    ],
)
def test_a_child_that_fails_is_a_finding(code: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: Any) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)

    monkeypatch.setattr(fuzz, "_start", start)
    monkeypatch.setattr(fuzz, "SILENCE_S", 0.1)
    told = fuzz.campaign("frames", 3, 1, False, argparse.Namespace())
    assert said in told["findings"][0]["error"]


@pytest.mark.slow
def test_a_short_campaign_in_children(shared: Path, tmp_path: Path) -> None:
    command = [
        "--frames",
        "20000",
        "--files",
        "200",
        "--logs",
        "200",
        "--checked-frames",
        "9000",
        "--checked-files",
        "64",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.wire_fuzz", *command, "--shared", str(shared), "--folder", str(tmp_path)],
        cwd=fuzz.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
