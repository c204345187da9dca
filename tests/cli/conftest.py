"""A small capture to run commands on, written from nothing, and the command line as a function."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
START_NS = 1_760_000_000_000_000_000
SYN, RST_ACK = 0x02, 0x14

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def tcp(src: int, dst: int, sport: int, dport: int, flags: int) -> bytes:
    """An Ethernet frame from 10.0.0.src to 10.0.0.dst."""
    segment = struct.pack(">HHIIBBHHH", sport, dport, 1000, 0, 5 << 4, flags, 1024, 0, 0)
    header = struct.pack(">BBHHHBBH4B4B", 0x45, 0, 40, 0, 0, 64, 6, 0, 10, 0, 0, src, 10, 0, 0, dst)
    macs = bytes([2, 0, 0, 0, 0, dst, 2, 0, 0, 0, 0, src])
    return macs + b"\x08\x00" + header + segment


def refused_ports() -> list[tuple[int, bytes]]:
    """One host asks 60 ports of another, all refused; one frame of it is no IP."""
    frames = [(START_NS, b"\xff" * 12 + b"\x88\xcc" + bytes(46))]
    for number in range(60):
        at = START_NS + number * 20_000_000
        frames.append((at, tcp(5, 9, 40_000 + number, 1 + number, SYN)))
        frames.append((at + 1_000_000, tcp(9, 5, 1 + number, 40_000 + number, RST_ACK)))
    return frames


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pcap of 121 packets in 60 flows, one of them not scorable."""
    from packetclip.wire import capture

    path = tmp_path_factory.mktemp("captures") / "scan.pcap"
    capture.write(path, [capture.memory(refused_ports())])
    return path


@pytest.fixture(scope="session")
def packetclip() -> Run:
    """``packetclip("detect", path)`` in a process of its own."""

    def run(*args: str | Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "COLUMNS": "110"}
        done = subprocess.run(
            [sys.executable, "-m", "packetclip", *map(str, args)],
            input=stdin,
            cwd=ROOT,
            env=env,
            capture_output=True,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
