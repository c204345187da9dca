"""Bad input, case by case: one clear sentence, exit code 1 (2 for usage), no traceback; what is cut short gives what it
holds and a warning, and the ledger adds up.

    python benchmarks/bad_input.py [--model DIR]

Runs packetclip as a user does, once a case, and prints a table. Every file is made here. Kept as the row bad-input in
runs/first-light; tests/benchmark/test_bad_input.py runs the same cases.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packetclip.benchmark import Results, table
from packetclip.model import DEFAULT

ROOT: Final = Path(__file__).resolve().parent.parent
FULL: Final = Path("/dev/full")
START_S: Final = 1_760_000_000


@dataclass(frozen=True)
class Case:
    """One command that cannot succeed, or not fully."""

    name: str
    arguments: tuple[str, ...]
    code: int = 1
    says: str = ""
    """What standard error must name, in any case of letters."""
    warns: bool = False
    """Not an error: standard error carries a warning, standard output a result with a balanced ledger."""
    stdout: Path | None = None
    """Where standard output goes."""


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    case: Case
    exit: int
    out: str
    err: str

    @property
    def traceback(self) -> bool:
        return "Traceback" in self.err + self.out

    @property
    def said(self) -> str:
        """The sentence, without paths of this machine's temporary folders."""
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        told = [line for line in lines if line.lower().startswith(("error:", "warning:"))] or lines[:1]
        return " ".join(told)

    @property
    def faults(self) -> list[str]:
        """What is not as it should be."""
        case, faults = self.case, []
        if self.exit != case.code:
            faults.append(f"exit code {self.exit}, wanted {case.code}")
        if self.traceback:
            faults.append("a traceback")
        if case.says.lower() not in self.err.lower():
            faults.append(f"{case.says!r} is not named")
        if not self.said.rstrip().endswith((".", "?", ")")) and case.code != 2:
            faults.append("no whole sentence")
        if case.code and "unforeseen" in self.err:
            faults.append("an error that nobody foresaw")
        if case.warns:
            faults += self._ledger_faults()
        return faults

    def _ledger_faults(self) -> list[str]:
        try:
            ledger = json.loads(self.out.splitlines()[-1])
            kept = ledger["scored"] + sum(ledger["dropped"].values())
        except (IndexError, ValueError, KeyError, TypeError):
            return ["no ledger"]
        faults = [] if ledger["warnings"] else ["no warning in the ledger"]
        return faults if ledger["packets"] == kept else [*faults, "the ledger does not add up"]


def cases(folder: Path, model: Path) -> Iterator[Case]:
    """All cases, with the files they need made in ``folder``; ``model`` is a model that works."""
    using = ("--model", str(model))
    good = folder / "good.pcap"
    good.write_bytes(pcap(40))

    def made(name: str, data: bytes) -> str:
        (folder / name).write_bytes(data)
        return str(folder / name)

    empty = folder / "empty-folder"
    empty.mkdir()
    yield Case("missing file", ("detect", str(folder / "gone.pcap"), *using), says="gone.pcap")
    yield Case("empty folder", ("detect", str(empty), *using), says="empty-folder")
    yield Case("empty file", ("detect", made("empty.pcap", b""), *using), says="empty.pcap")
    text = b"Dear analyst,\nthis is a letter, not a capture.\n" * 40
    yield Case("text renamed .pcap", ("detect", made("letter.pcap", text), *using), says="letter.pcap")
    unknown = pcap(3, link_type=220)
    yield Case("unknown link type", ("detect", made("bus.pcap", unknown), *using), says="220")
    whole = pcap(40)
    jsonl = ("--format", "jsonl", *using)
    yield Case("truncated in a record", ("detect", made("cut.pcap", whole[:-30]), *jsonl), 0, "cut.pcap", warns=True)
    yield Case(
        "truncated in a record's header",
        ("detect", made("cut2.pcap", whole[: 24 + 16 + 54 + 7]), *jsonl),
        0,
        warns=True,
    )
    yield Case(
        "truncated in the file's header", ("detect", made("stub.pcap", whole[:17]), *jsonl), 0, "stub", warns=True
    )
    packed = gzip.compress(whole)[:-20]
    yield Case("truncated gzip", ("detect", made("cut.pcap.gz", packed), *jsonl), 0, "cut.pcap.gz", warns=True)
    yield Case("unknown mission", ("mission", "show", "port_scam"), says="port_scan")
    yield Case("unknown model", ("detect", str(good), "--model", str(folder / "no-model")), says="no-model")
    for name, harm in DAMAGE.items():
        target = folder / name.replace(" ", "-").replace(",", "")
        shutil.copytree(model, target)
        harm(target)
        yield Case(f"damaged model: {name}", ("detect", str(good), "--model", str(target)), says=target.name)
    yield Case("a folder as output", ("detect", str(good), *using, "--output", str(empty)), says="empty-folder")
    missing = str(folder / "nowhere" / "out.txt")
    yield Case("output in a missing folder", ("detect", str(good), *using, "--output", missing), says="nowhere")
    # Root may write anywhere but here.
    yield Case("unwritable output", ("detect", str(good), *using, "--output", "/proc/packetclip.txt"), says="/proc")
    if FULL.exists():
        rows = ("detect", str(good), "--per-packet", *using)
        yield Case("output to a full disk", (*rows, "--output", str(FULL)), says="/dev/full")
        yield Case("standard output to a full disk", rows, says="standard output", stdout=FULL)
    yield Case("unknown option", ("detect", str(good), "--fast"), 2, "--fast")
    yield Case("unknown format", ("detect", str(good), "--format", "xml"), 2, "xml")
    yield Case("no source", ("detect",), 2, "SOURCE")
    yield Case("unknown verb", ("detct", str(good)), 2, "detect")


def _shorten(folder: Path) -> None:
    path = folder / "encoder.onnx"
    path.write_bytes(path.read_bytes()[:-100])


def _forget(folder: Path) -> None:
    (folder / "calibration.json").unlink()


def _scribble(folder: Path) -> None:
    (folder / "model.json").write_text('{"format": 1, "name": ')


def _bare(folder: Path) -> None:
    (folder / "model.json").unlink()


DAMAGE: Final = {
    "a file cut short": _shorten,
    "a file missing": _forget,
    "a manifest that is no JSON": _scribble,
    "no manifest": _bare,
}


def run(case: Case) -> Outcome:
    """Run a case in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "COLUMNS": "200"}
    with (case.stdout or Path(os.devnull)).open("wb") as elsewhere:
        done = subprocess.run(
            [sys.executable, "-m", "packetclip", *case.arguments],
            stdin=subprocess.DEVNULL,
            stdout=elsewhere if case.stdout else subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            check=False,
        )
    out = (done.stdout or b"").decode(errors="replace")
    return Outcome(case, done.returncode, out, done.stderr.decode(errors="replace"))


def pcap(packets: int, link_type: int = 1) -> bytes:
    """A little-endian pcap, microseconds: one host asks another for port after port, in 54-byte frames."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link_type)]
    for number in range(packets):
        segment = struct.pack(">HHIIBBHHH", 40_000 + number, 1 + number, 1, 0, 5 << 4, 2, 1024, 0, 0)
        header = struct.pack(">BBHHHBBH4B4B", 0x45, 0, 40, 0, 0, 64, 6, 0, 10, 0, 0, 5, 10, 0, 0, 9)
        frame = bytes([2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 5, 8, 0]) + header + segment
        out.append(struct.pack("<IIII", START_S, number * 1000, len(frame), len(frame)) + frame)
    return b"".join(out)


def figures(outcomes: Sequence[Outcome], folder: Path) -> dict[str, Any]:
    """For the table, with the temporary folder's path left out."""
    return {
        "cases": [
            {
                "name": outcome.case.name,
                "exit": outcome.exit,
                "traceback": outcome.traceback,
                "fine": not outcome.faults,
                "faults": outcome.faults,
                "said": outcome.said.replace(f"{folder}/", ""),
            }
            for outcome in outcomes
        ]
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, default=DEFAULT)
    options.add_argument("--results", type=Path, default=ROOT / "runs" / "first-light")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outcomes = [run(case) for case in cases(folder, asked.model)]
        found = Results(asked.results).get("bad-input", str(asked.model), lambda: figures(outcomes, folder), again=True)
    rows = [
        [case["name"], str(case["exit"]), "; ".join(case["faults"]) or "fine", case["said"]] for case in found["cases"]
    ]
    print(table(["case", "exit code", "", "what it says"], rows))
    sys.exit(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    main()
