"""Millions of damaged frames and files through everything that reads bytes; what must hold, holds for each.

    python -m benchmarks.wire_fuzz                                # the campaign: 2 million inputs and more
    python -m benchmarks.wire_fuzz --frames 100000 --files 2000   # a short one
    python -m benchmarks.wire_fuzz --first 5000                   # other damage
    python -m benchmarks.wire_fuzz --seed frames:17 --checked     # one batch again, down to the smallest input

A seed makes a batch: 8,192 frames of captures in shared/data/hostile and apps (never attacks), damaged and taken
through dissect, masking, flows, context and summary; or 64 capture files, read and taken the same way; or 64 logs of
flow records; or 64 inputs of commands. Batches run in children, of which some run kernels that check the bounds of
every array (numba does not by default). A child that dies, is silent for two minutes or takes more than 1 GB is a
finding, as is every exception but a CaptureError, and every broken law:

- frames that lie end to end and frames with random bytes between them give the same rows and masked bytes
- positions in a row lie within its frame, drops and weirds have names
- flows and context do not depend on the size of batches, and context is finite, whatever the tables' sizes
- of 96 frames a batch, every column is what the plain-Python oracle says
- a command ends with 0 or 1, says why, and writes nothing that steers a terminal
- a file gives the same frames in batches of any size, and the ledger counts them; so does a log with its records

A finding is printed with its seed and, where one frame or one file alone shows it, with that input cut as small as it
gets. Seeds mean the same as long as the captures and the version of NumPy do. Kept in runs/wire/fuzz.json.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from benchmarks.wire_mutations import (
    Corpus,
    apart,
    damaged_file,
    damaged_frames,
    damaged_log,
    file_of_damaged_frames,
    gather,
    take,
)
from numpy.typing import NDArray

from packetclip.benchmark import Results
from packetclip.cli.exits import guarded
from packetclip.cli.main import VERBS, cli
from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire import capture, records
from packetclip.wire.capture import Frames
from packetclip.wire.context import ContextConfig, ContextTracker
from packetclip.wire.flows import FlowConfig, FlowTracker
from packetclip.wire.packets import DROPS, PACKET, WEIRDS, PacketBatch, dissect, format_addresses, masked_bytes
from packetclip.wire.packets.oracle import dissect_slowly
from packetclip.wire.records import RecordTable, facts, gathered
from packetclip.wire.summary import Summarizer

ROOT: Final = Path(__file__).resolve().parent.parent
FRAMES: Final = 8192
FILES: Final = 64
ORACLE: Final = 96
SILENCE_S: Final = 120
MOST_MB: Final = 1000
MOST_FINDINGS: Final = 20
MEMORY: Final = Path("/dev/shm")

Check = Callable[[bytes, int, Path], str]
"""Raises what breaks when bytes are read; says what became of them."""
Batch = tuple[int, dict[str, int], list[dict[str, Any]]]
"""Inputs of a batch, what became of them, and what broke."""


class BrokenLawError(AssertionError):
    """A law that does not hold; the sentence says which."""


def demand(holds: object, law: str) -> None:
    if not holds:
        raise BrokenLawError(law)


# --- frames -----------------------------------------------------------------------------------------------------------


class Long:
    """Trackers that live through a child's whole life, at their default sizes."""

    def __init__(self) -> None:
        self.flows, self.context = FlowTracker(FlowConfig(keep_ended=False)), ContextTracker()
        self.summarizer, self.packets = Summarizer(), 0

    def take(self, packets: PacketBatch) -> None:
        steps = self.flows.update(packets)
        context = self.context.update(packets, steps)
        demand(np.isfinite(context.values).all(), "context is finite in full tables")
        self.summarizer.update(packets, steps)
        self.packets += len(packets)
        demand(self.summarizer.summary().packets == self.packets, "the summary counts each packet")


def check_rows(frames: Frames, rng: np.random.Generator) -> PacketBatch:
    """Dissection and masking: laws of each row, and that it depends on nothing but its own frame."""
    packets, others = dissect(frames), dissect(apart(frames, rng))
    for name in PACKET.names or ():
        if name != "frame_start":
            same = _same(packets[name], others[name])
            demand(same.all(), f"{name} depends on its own frame only (row {int(np.argmin(same))})")
    masked, again = masked_bytes(packets), masked_bytes(others)
    same = (masked == again).all(1)
    demand(same.all(), f"masked bytes depend on their own frame only (row {int(np.argmin(same))})")
    rows = packets.rows
    demand((rows["dropped"] < len(DROPS)).all(), "drops have names")
    demand((rows["weird"].astype(np.int64) >> len(WEIRDS) == 0).all(), "weirds have names")
    ordered = (
        (rows["network_start"] >= 0)
        & (rows["network_start"] <= rows["transport_start"])
        & (rows["transport_start"] <= rows["payload_start"])
    )
    demand(ordered.all(), f"headers follow one another (row {int(np.argmin(ordered))})")
    inside = (
        (rows["payload_captured"] >= 0)
        & (rows["payload_captured"] <= rows["payload_length"])
        & (rows["payload_start"].astype(np.int64) + rows["payload_captured"] <= np.maximum(rows["captured"], 0))
    )
    inside |= (rows["payload_captured"] == 0) & (rows["payload_length"] >= 0)
    demand(inside.all(), f"the payload lies in its frame (row {int(np.argmin(inside))})")
    return packets


def _same(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray((a == b) | ((a != a) & (b != b)))


def check_oracle(frames: Frames, packets: PacketBatch, chosen: Sequence[int]) -> None:
    """Some rows against the plain-Python oracle."""
    for i in chosen:
        start, captured = int(frames.start[i]), int(frames.captured[i])
        frame = frames.data[start : start + captured].tobytes()
        wanted = dissect_slowly(frame, int(frames.length[i]), int(frames.link_type[i]))
        for name, value in wanted.items():
            got = packets.rows[i][name].item()
            equal = abs(got - value) <= 1e-5 if isinstance(value, float) else got == value
            demand(equal, f"{name} of row {i} is {got}, the oracle says {value}")


def check_state(packets: PacketBatch, rng: np.random.Generator) -> None:
    """Flows and context: the same in one piece and in many, in tables far too small."""
    flows = FlowConfig(max_flows=int(rng.choice([1, 2, 16, 300])))
    config = ContextConfig(flows=int(rng.choice([8, 256, 4096])), hosts=int(rng.choice([8, 256])))
    ends = np.unique(np.concatenate([[0], rng.integers(0, len(packets) + 1, int(rng.integers(1, 6))), [len(packets)]]))
    whole, pieces = FlowTracker(flows), FlowTracker(flows)
    near, far = ContextTracker(config), ContextTracker(config)
    steps = whole.update(packets)
    context = near.update(packets, steps)
    demand(np.isfinite(context.values).all(), "context is finite")
    for begin, end in pairwise(ends.tolist()):
        piece = PacketBatch(packets.rows[begin:end], packets.data)
        part = pieces.update(piece)
        demand(part.rows.tobytes() == steps.rows[begin:end].tobytes(), "steps do not depend on batches")
        beside = far.update(piece, part)
        demand(beside.values.tobytes() == context.values[begin:end].tobytes(), "context does not depend on batches")
    table, other = whole.table(), pieces.table()
    demand(table.rows.tobytes() == other.rows.tobytes(), "flows do not depend on batches")
    counted = int(table["orig_pkts"].astype(np.int64).sum() + table["resp_pkts"].astype(np.int64).sum())
    demand(counted == int((steps["flow"] >= 0).sum()), "flows count each packet once")
    if len(table):
        table.histories(), table.conn_states()
        type(table)(table.rows[:64]).community_ids()


def check_frames(frames: Frames, seed: int) -> PacketBatch:
    """Everything that is asked of frames."""
    rng = np.random.default_rng([seed, 1])
    packets = check_rows(frames, rng)
    check_state(packets, rng)
    chosen = rng.integers(0, len(frames), ORACLE) if len(frames) > ORACLE else range(len(frames))
    check_oracle(frames, packets, [int(i) for i in chosen])
    for hi, lo in (("src_hi", "src_lo"), ("quoted_dst_hi", "quoted_dst_lo")):
        format_addresses(packets[hi][:16], packets[lo][:16])
    return packets


# --- files ------------------------------------------------------------------------------------------------------------


def check_file(data: bytes, seed: int, folder: Path) -> str:
    """Everything that is asked of a file; what became of it, for the counts."""
    rng = np.random.default_rng([seed, 2])
    path = folder / "input.pcap"
    path.write_bytes(data)
    wholes, ledger = _read(path, 65_536)
    pieces, other = _read(path, int(rng.choice([1, 3, 50])) if len(data) < 60_000 else 999)
    demand(type(wholes) is type(pieces), "a file is refused whatever the size of batches")
    if isinstance(wholes, CaptureError) or isinstance(pieces, CaptureError):
        return type(wholes).__name__
    demand(ledger.packets == sum(map(len, wholes)), "the ledger counts what was read")
    demand(ledger.packets == other.packets, "as many frames in batches of any size")
    demand(ledger.warnings == other.warnings, "the same warnings in batches of any size")
    for name in ("captured", "length", "time_ns", "link_type", "index"):
        one, two = (np.concatenate([[], *(getattr(f, name) for f in read)]) for read in (wholes, pieces))
        demand(np.array_equal(one, two), f"{name} is the same in batches of any size")
    one, two = (np.concatenate([[], *(_bytes(f) for f in read)]) for read in (wholes, pieces))
    demand(np.array_equal(one, two), "bytes are the same in batches of any size")
    tracker, behaviour = FlowTracker(FlowConfig(max_flows=256)), ContextTracker(ContextConfig(flows=256, hosts=256))
    for frames in wholes:
        demand((frames.captured >= 0).all() and (frames.length >= 0).all(), "lengths are not negative")
        demand((frames.start + frames.captured <= len(frames.data)).all(), "frames lie in their bytes")
        packets = dissect(frames)
        context = behaviour.update(packets, tracker.update(packets))
        demand(np.isfinite(context.values).all(), "context is finite")
        masked_bytes(packets)
    return "read with a warning" if ledger.warnings else "read"


def _read(path: Path, batch_packets: int) -> tuple[list[Frames] | CaptureError, Ledger]:
    ledger = Ledger()
    try:
        return list(capture.read(path, ledger, batch_packets)), ledger
    except CaptureError as error:
        return error, ledger


def _bytes(frames: Frames) -> NDArray[np.uint8]:
    captured = frames.captured.astype(np.int64)
    within = np.arange(int(captured.sum())) - np.repeat(np.cumsum(captured) - captured, captured)
    taken: NDArray[np.uint8] = frames.data[np.repeat(frames.start, captured) + within]
    return taken


# --- logs -------------------------------------------------------------------------------------------------------------


def check_log(data: bytes, seed: int, folder: Path) -> str:
    """Everything that is asked of a log of flow records; what became of it."""
    path = folder / "input.log"
    path.write_bytes(data)
    whole, ledger = _records(path, 8192)
    pieces, other = _records(path, 1 + seed % 3)
    demand(type(whole) is type(pieces), "a log is refused whatever the size of batches")
    if isinstance(whole, CaptureError) or isinstance(pieces, CaptureError):
        return type(whole).__name__
    demand(whole.rows.tobytes() == pieces.rows.tobytes(), "records do not depend on batches")
    demand(ledger.balanced and other.as_dict() == ledger.as_dict(), "the ledger of records adds up")
    for known in facts(whole):
        demand(all(0 <= value < float("inf") for value in known.values()), "facts of records are finite, not negative")
    return "read with a warning" if ledger.warnings else "read"


def _records(path: Path, batch_records: int) -> tuple[RecordTable | CaptureError, Ledger]:
    ledger = Ledger()
    try:
        return gathered(records.read(path, ledger, batch_records)), ledger
    except CaptureError as error:
        return error, ledger


# --- commands ---------------------------------------------------------------------------------------------------------

COMMANDS: Final = (
    ("stats", "--format", "jsonl"), ("stats",), ("describe",), ("describe", "--format", "jsonl"),
    ("flows", "--format", "csv"), ("flows", "--format", "zeek"),
)  # fmt: skip


def command_input(corpus: Corpus, rng: np.random.Generator) -> bytes:
    """What a command is given: mostly frames that are damaged, sometimes a file or a log that is."""
    how = rng.random()
    if how < 0.6:
        return file_of_damaged_frames(corpus, rng)
    return damaged_file(corpus, rng) if how < 0.85 else damaged_log(rng)


def check_command(data: bytes, seed: int, folder: Path) -> str:
    """A command, run as a user runs it; the verb and how it ended."""
    path = folder / "input.pcap"
    path.write_bytes(data)
    verbs = [command for command in COMMANDS if command[0] in VERBS]
    verb, *options = verbs[(seed + len(data)) % len(verbs)]
    out, err = io.BytesIO(), io.BytesIO()
    with (
        redirect_stdout(io.TextIOWrapper(out, "utf-8", write_through=True)) as stdout,
        redirect_stderr(io.TextIOWrapper(err, "utf-8", write_through=True)) as stderr,
    ):
        code = guarded(cli, [verb, str(path), *options])
        said, told = out.getvalue().decode(), err.getvalue().decode()
        stdout.detach(), stderr.detach()
    demand(code in (0, 1), f"{verb} ends with 0 or 1")
    unforeseen = [line for line in told.splitlines() if "unforeseen" in line or "Traceback" in line]
    demand(not unforeseen, f"{verb}: {' '.join(unforeseen)[:200]}")
    demand(code == 0 or "Error: " in told, f"{verb} says why it failed: {told[:200]}")
    odd = {c for c in said + told if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160}
    demand(not odd, f"{verb} writes no control characters")
    if "jsonl" in options and code == 0:
        lines = [json.loads(line) for line in said.splitlines()]
        kept = [line for line in lines if "dropped" in line]
        demand(
            all(line["packets"] == line["scored"] + sum(line["dropped"].values()) for line in kept), "a ledger adds up"
        )
    return f"{verb} {code}"


# --- the smallest input -----------------------------------------------------------------------------------------------


def fault(check: Callable[[], object]) -> str | None:
    """The kind of what is raised, without what differs from input to input; None where nothing is."""
    try:
        check()
    except Exception as error:
        return f"{type(error).__name__}: {str(error).split(' (row')[0].split(' of row')[0]}"
    return None


def smallest_frame(frames: Frames, seed: int) -> dict[str, Any]:
    """The frame that breaks alone as all together do, cut and zeroed as far as it still does; or nothing."""
    wanted = fault(lambda: check_frames(frames, seed))
    for i in range(len(frames) if wanted else 0):
        data = take(frames, [i]).data.tobytes()
        length, link_type = int(frames.length[i]), int(frames.link_type[i])
        breaks = partial(_breaks, length=length, link_type=link_type, seed=seed, wanted=wanted)
        if breaks(data):
            return {"frame": _cut(data, breaks).hex(), "length": length, "link_type": link_type}
    return {}


def _breaks(data: bytes, length: int, link_type: int, seed: int, wanted: str | None) -> bool:
    made = capture.memory([(0, data)], link_type)
    made.length[0] = length
    return fault(lambda: check_frames(made, seed)) == wanted


def _cut(data: bytes, breaks: Callable[[bytes], bool]) -> bytes:
    if not breaks(data):
        return data
    size = len(data) // 2
    while size:
        while len(data) > size and breaks(data[:-size]):
            data = data[:-size]
        size //= 2
    for at in range(len(data)):
        changed = data[:at] + b"\0" + data[at + 1 :]
        if data[at] and breaks(changed):
            data = changed
    return data


# --- a child: batches one after another -------------------------------------------------------------------------------


def work(kind: str, seeds: Sequence[int], corpus: Corpus) -> Iterator[dict[str, Any]]:
    """A line for each batch: what it was, and what broke."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        batch: Callable[[int], Batch] = FrameBatches(corpus)
        if kind == "files":
            batch = partial(one_by_one, partial(damaged_file, corpus), check_file, Path(name))
        elif kind == "commands":
            batch = partial(one_by_one, partial(command_input, corpus), check_command, Path(name))
        elif kind == "logs":
            batch = partial(one_by_one, damaged_log, check_log, Path(name))
        for seed in seeds:
            inputs, became, broke = batch(seed)
            peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            yield {
                "kind": kind, "seed": seed, "inputs": inputs, "became": became, "broke": broke, "peak_mb": peak_mb
            }  # fmt: skip


class FrameBatches:
    """Batches of frames, through trackers that live on."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus, self.long = corpus, Long()

    def __call__(self, seed: int) -> Batch:
        frames = damaged_frames(self.corpus, np.random.default_rng([seed, 0]), FRAMES)
        try:
            packets = check_frames(frames, seed)
            self.long.take(packets)
        except Exception as error:
            self.long = Long()
            return len(frames), {}, [_told(error) | smallest_frame(frames, seed)]
        names = ("kept", *DROPS[1:])
        return len(frames), {names[i]: int(n) for i, n in enumerate(np.bincount(packets["dropped"])) if n}, []


def one_by_one(make: Callable[[np.random.Generator], bytes], check: Check, folder: Path, seed: int) -> Batch:
    """A batch of files or of logs."""
    rng = np.random.default_rng([seed, 0])
    became: Counter[str] = Counter()
    broke: list[dict[str, Any]] = []
    for number in range(FILES):
        data = make(rng)
        try:
            became[check(data, seed, folder)] += 1
        except Exception as error:
            told = _told(error) | {"number": number}
            if all(other["where"] != told["where"] for other in broke):
                wanted = fault(partial(check, data, seed, folder))
                told["file"] = _cut(data, partial(_still, check, seed, folder, wanted)).hex()[:4000]
            broke.append(told)
    return FILES, dict(became), broke


def _still(check: Check, seed: int, folder: Path, wanted: str | None, data: bytes) -> bool:
    return fault(partial(check, data, seed, folder)) == wanted


def _told(error: Exception) -> dict[str, Any]:
    where = [f"{Path(step.filename).name}:{step.lineno}" for step in traceback.extract_tb(error.__traceback__)]
    return {"error": f"{type(error).__name__}: {error}", "where": " ".join(where[-4:])}


def child(kind: str, first: int, count: int, shared: Path) -> None:
    faulthandler.enable()
    said = os.fdopen(os.dup(1), "w")  # a command that fails gives standard output up
    corpus = gather(paths(shared))
    print(json.dumps({"kind": kind, "ready": len(corpus.matrix), "files": len(corpus.files)}), file=said, flush=True)
    for line in work(kind, range(first, first + count), corpus):
        print(json.dumps(line), file=said, flush=True)


def paths(shared: Path) -> list[Path]:
    """Captures that are there to be broken; those of attacks are not."""
    folders = (shared / "hostile", shared / "apps")
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in found if path.suffix not in (".md", ".csv", ".json"))


# --- the parent -------------------------------------------------------------------------------------------------------


def campaign(kind: str, first: int, count: int, checked: bool, asked: argparse.Namespace) -> dict[str, Any]:
    """Batches ``first`` to ``first + count - 1`` in children; a child that dies is followed by one that goes on."""
    began, total = time.monotonic(), {"inputs": 0, "peak_mb": 0.0, "batches": 0}
    became: Counter[str] = Counter()
    findings: list[dict[str, Any]] = []
    at = first
    while at < first + count and len(findings) < MOST_FINDINGS:
        process = _start(kind, at, first + count - at, checked, asked)
        ready = False
        for line in _lines(process):
            if "ready" in line:
                ready = True
                continue
            at = line["seed"] + 1
            total["inputs"] += line["inputs"]
            total["batches"] += 1
            total["peak_mb"] = max(total["peak_mb"], line["peak_mb"])
            became.update(line["became"])
            findings += [{"kind": kind, "seed": line["seed"], "checked": checked} | b for b in line.get("broke", [])]
            for found in line.get("broke", []):
                say(f"FOUND {kind}:{line['seed']} {json.dumps(found)}")
            if total["batches"] % 20 == 0:
                say(f"{kind}{' (checked)' if checked else ''} to seed {at - 1}: {total['inputs']:,} inputs")
        if process.returncode != 0:
            why = "was silent for too long" if process.returncode == -signal.SIGKILL else "died"
            found = {"kind": kind, "seed": at, "checked": checked, "error": f"the child {why} ({process.returncode})"}
            findings.append(found)
            say(f"FOUND {json.dumps(found)}")
            if not ready:
                break
            at += 1
    if total["peak_mb"] > MOST_MB:
        findings.append({"kind": kind, "checked": checked, "error": f"{total['peak_mb']:.0f} MB of memory"})
    return {
        "kind": kind,
        "checked": checked,
        "first": first,
        **total,
        "became": dict(became.most_common()),
        "findings": findings,
        "seconds": round(time.monotonic() - began),
    }


def _start(kind: str, first: int, count: int, checked: bool, asked: argparse.Namespace) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "NUMBA_NUM_THREADS": "1"}
    if checked:
        environment |= {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(asked.kernels)}
    command = ["--child", kind, "--first", str(first), "--count", str(count), "--shared", str(asked.shared)]
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.wire_fuzz", *command],
        stdout=subprocess.PIPE,
        env=environment,
        cwd=ROOT,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {asked.core}),
    )


def _lines(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """What a child says, until it ends; it is killed when it says nothing for long (compiling may take longer)."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        patience = 10 * SILENCE_S
        while True:
            if not selector.select(patience):
                process.kill()
                break
            text = process.stdout.readline()
            if not text:
                break
            line = json.loads(text)
            # The first batch may have kernels to compile.
            patience = 10 * SILENCE_S if "ready" in line else SILENCE_S
            yield line
    process.wait()
    process.stdout.close()


def again(asked: argparse.Namespace) -> None:
    """One batch anew, here, with all that it says."""
    kind, _, seed = asked.seed.partition(":")
    if asked.checked and os.environ.get("NUMBA_BOUNDSCHECK") != "1":
        os.environ |= {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(asked.kernels)}
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.wire_fuzz", *sys.argv[1:]])
    for line in work(kind, [int(seed)], gather(paths(asked.shared))):
        print(json.dumps(line, indent=1))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--frames", type=int, default=3_000_000, help="damaged frames, without checks of bounds")
    asked.add_argument("--files", type=int, default=150_000, help="damaged files, likewise")
    asked.add_argument("--logs", type=int, default=50_000, help="damaged logs of flow records")
    asked.add_argument("--commands", type=int, default=10_000, help="inputs of stats, describe and flows")
    asked.add_argument("--checked-frames", type=int, default=1_000_000, help="frames for kernels that check bounds")
    asked.add_argument("--checked-files", type=int, default=30_000)
    asked.add_argument("--first", type=int, default=0, help="first seed")
    asked.add_argument("--seed", metavar="KIND:N", help="one batch again: frames:N, files:N or logs:N")
    asked.add_argument("--checked", action="store_true", help="with --seed: check bounds")
    asked.add_argument("--core", type=int, default=0)
    asked.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    asked.add_argument("--folder", type=Path, default=ROOT / "runs" / "wire")
    asked.add_argument(
        "--kernels", type=Path, default=ROOT / "runs" / "wire" / "kernels", help="checked ones, compiled"
    )
    asked.add_argument("--child", help=argparse.SUPPRESS)
    asked.add_argument("--count", type=int, help=argparse.SUPPRESS)
    return asked.parse_args()


def main() -> None:
    asked = options()
    if asked.child:
        child(asked.child, asked.first, asked.count, asked.shared)
        return
    if asked.seed:
        again(asked)
        return
    plan = (
        ("frames", asked.frames, False, FRAMES),
        ("files", asked.files, False, FILES),
        ("logs", asked.logs, False, FILES),
        ("commands", asked.commands, False, FILES),
        ("frames", asked.checked_frames, True, FRAMES),
        ("files", asked.checked_files, True, FILES),
    )
    parts: list[dict[str, Any]] = []
    figures: dict[str, Any] = {}
    first = asked.first
    for kind, inputs, checked, size in plan:
        batches = -(-inputs // size)
        if not batches:
            continue
        part = campaign(kind, first, batches, checked, asked)
        first += batches  # bounds are checked on other damage
        parts.append(part)
        say(
            f"{kind}{' with bounds checked' if checked else ''}: {part['inputs']:,} inputs in {part['seconds']} s, "
            f"peak {part['peak_mb']:.0f} MB, {len(part['findings'])} findings"
        )
        figures = {"campaigns": parts, "inputs": sum(part["inputs"] for part in parts)}
        Results(asked.folder).get("fuzz", f"seeds {asked.first} to {first - 1}", figures.copy, again=True)
    print(json.dumps(figures, indent=1))
    sys.exit(any(part["findings"] for part in parts))


if __name__ == "__main__":
    main()
