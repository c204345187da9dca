"""A laboratory of four small captures with labels, as files, and a recipe that benchmarks it."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import zstandard

from packetclip.wire import capture

START_NS = 1_760_000_000_000_000_000
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


def write(folder: Path) -> Path:
    """Captures of 30 flows of four packets, of which 5 to 7 and 15 to 17 are called port scans; gives the recipe."""
    (folder / "lab").mkdir()
    for n, (name, net) in enumerate((("a1", 1), ("a2", 1), ("a4", 1), ("b1", 2))):
        rng, frames, labels = random.Random(n), [], ["index,label,episode"]
        for flow in range(30):
            episode = {5: 1, 15: 2}.get(flow - flow % 5 if flow % 5 < 3 else -1)
            ends = rng.randrange(2, 9), rng.randrange(50, 60), rng.randrange(20_000, 60_000)
            for packet in range(4):
                frames.append((START_NS + n * 10**13 + flow * 10**9 + packet * 10**7, _udp(rng, net, *ends)))
                labels.append(f"{len(labels) - 1},{'Port Scan' if episode else 'Benign'},{episode or ''}")
        capture.write(folder / "plain.pcap", [capture.memory(frames)])
        pack = zstandard.ZstdCompressor().compress
        (folder / "lab" / f"{name}.pcap.zst").write_bytes(pack((folder / "plain.pcap").read_bytes()))
        (folder / "lab" / f"{name}.labels.csv.zst").write_bytes(pack("\n".join([*labels, ""]).encode()))
    path = folder / "toy.toml"
    path.write_text(RECIPE)
    return path


def _udp(rng: random.Random, net: int, src: int, dst: int, sport: int) -> bytes:
    payload = rng.randbytes(40)
    segment = struct.pack(">HHHH", sport, 5000, 8 + len(payload), 0) + payload
    length, number = 20 + len(segment), rng.randrange(1 << 16)
    header = struct.pack(">BBHHHBBH4B4B", 0x45, 0, length, number, 0, 64, 17, 0, 10, net, 0, src, 10, net, 0, dst)
    return bytes(12) + b"\x08\x00" + header + segment
