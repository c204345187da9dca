"""Real packets on a real interface: two network namespaces joined by a veth pair. Needs root and ip (iproute2)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from packetclip.errors import CaptureError, MissingCapture
from packetclip.wire import capture

ROOT = Path(__file__).resolve().parents[3]
SENDER = Path(__file__).with_name("sender.py")
UDP = "udp port 4785"
PATIENCE_S = 120.0

# Reads with the options given as JSON, prints each batch, and waits so long before each next one.
READER = """
import json, sys, time
from packetclip.ledger import Ledger
from packetclip.wire import capture
interface, options, pause = sys.argv[1], json.loads(sys.argv[2]), float(sys.argv[3])
source, ledger = capture.Live(interface, **options), Ledger()
with capture.on_signals(source.ending):
    for batch in capture.read(source, ledger):
        at, n = int(batch.start[0]), int(batch.captured[0])
        print(json.dumps({
            "packets": len(batch), "link_type": int(batch.link_type[0]), "length": int(batch.length[0]),
            "frame": batch.data[at : at + n].tobytes().hex(), "index": int(batch.index[0]),
            "age": time.time() - int(batch.time_ns[-1]) / 1e9,
        }), flush=True)
        time.sleep(pause)
print(json.dumps(ledger.as_dict()))
"""


def ip(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", *args], capture_output=True, text=True, check=False)


class Link:
    """Two namespaces; what is sent in the one arrives in the other."""

    def __init__(self) -> None:
        number = os.getpid()
        self.here, self.there = f"packetclip{number}a", f"packetclip{number}b"
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Link:
        for name in (self.here, self.there):
            made = ip("netns", "add", name)
            if made.returncode:
                self.__exit__()
                pytest.skip(f"no network namespace can be made here: {made.stderr.strip()}")
        made = ip("link", "add", "one", "netns", self.here, "type", "veth", "peer", "name", "two", "netns", self.there)
        if made.returncode:
            self.__exit__()
            pytest.skip(f"no veth pair can be made here: {made.stderr.strip()}")
        ip("-n", self.here, "link", "set", "one", "up")
        ip("-n", self.there, "link", "set", "two", "up")
        return self

    def __exit__(self, *problem: object) -> None:
        for process in self._running:
            process.kill()
            process.communicate()
        for name in (self.here, self.there):
            ip("netns", "del", name)

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Python with ``args`` where packets arrive, once it captures."""
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
        command = ["ip", "netns", "exec", self.there, sys.executable, *args]
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._running.append(process)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and process.poll() is None:
            sockets = ip("netns", "exec", self.there, "cat", "/proc/net/packet").stdout.splitlines()[1:]
            # Of all protocols, and running.
            if any(fields[3] == "0003" and fields[5] == "1" for fields in map(str.split, sockets)):
                return process
            time.sleep(0.1)
        pytest.fail(f"it does not capture: {process.communicate()}")

    def read(self, interface: str, pause: float = 0.0, **options: object) -> subprocess.Popen[str]:
        return self.start("-c", READER, interface, json.dumps(options), str(pause))

    def send(self, count: int, tag: str = "") -> None:
        command = ["ip", "netns", "exec", self.here, sys.executable, str(SENDER), "one", str(count), tag]
        subprocess.run(command, check=True)

    def end(self, process: subprocess.Popen[str], number: int = signal.SIGINT) -> tuple[int, list[dict[str, object]]]:
        """Its exit code, and the lines that it printed."""
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
        assert "Traceback" not in err, err
        return process.returncode, [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def link() -> Iterator[Link]:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can make network namespaces")
    if shutil.which("ip") is None:
        pytest.skip("ip is not installed: apt install iproute2")
    with Link() as made:
        yield made


@pytest.mark.slow
def test_every_packet_is_scored_or_counted_as_dropped(link: Link, default_model: Path) -> None:
    process = link.start("-m", "packetclip", "detect", "--live", "two", "--filter", UDP, "--format", "jsonl")
    link.send(50_000)
    code, lines = link.end(process)
    assert code == 130
    ledger = lines[-1]
    assert (ledger["type"], ledger["packets"], ledger["warnings"]) == ("ledger", 50_000, [])
    assert ledger["scored"] + sum(ledger["dropped"].values()) == 50_000  # type: ignore[attr-defined, operator]
    assert set(ledger["dropped"]) <= {"kernel"}  # type: ignore[call-overload]


@pytest.mark.slow
def test_sigterm_ends_it_as_well(link: Link) -> None:
    process = link.start("-m", "packetclip", "stats", "--live", "two", "--filter", UDP, "--format", "jsonl")
    link.send(10)
    code, lines = link.end(process, signal.SIGTERM)
    assert (code, lines[-1]["packets"]) == (0, 10)


@pytest.mark.slow
def test_what_finds_no_room_is_counted(link: Link) -> None:
    process = link.read("two", pause=1.0, filter=UDP, buffer_mib=1)
    link.send(50_000)
    _, (*batches, ledger) = link.end(process)
    assert ledger["packets"] == 50_000
    assert set(ledger["dropped"]) == {"kernel"}  # type: ignore[call-overload]
    read = sum(batch["packets"] for batch in batches)  # type: ignore[misc]
    assert read + ledger["dropped"]["kernel"] == 50_000  # type: ignore[index]


@pytest.mark.slow
def test_a_slow_link_gives_batches_at_once(link: Link) -> None:
    process = link.read("two", filter=UDP)
    for _ in range(3):
        link.send(2)
        time.sleep(1.5)
    _, (*batches, ledger) = link.end(process)
    assert ledger["packets"] == 6
    assert [batch["index"] for batch in batches][:1] == [0]
    assert len(batches) >= 3
    assert all(0 <= batch["age"] < 5 for batch in batches), batches  # type: ignore[operator]


@pytest.mark.slow
def test_vlan_tags_come_back_and_filters_see_them(link: Link) -> None:
    process = link.read("two", filter="vlan 5", snap_length=40)
    link.send(2)
    link.send(3, "8100a005")
    _, (batch, ledger) = link.end(process)
    assert ledger["packets"] == 3
    assert (batch["link_type"], batch["length"]) == (1, 14 + 4 + 20 + 8 + 4)
    frame = bytes.fromhex(str(batch["frame"]))
    assert frame[12:20].hex() == "8100a00508004500"
    assert len(frame) == 40 + 4, "the kernel cuts before the tag is put back"


@pytest.mark.slow
def test_all_interfaces_come_cooked(link: Link) -> None:
    process = link.read("any", filter=UDP)
    link.send(2)
    _, (batch, _) = link.end(process)
    frame = bytes.fromhex(str(batch["frame"]))
    assert batch["link_type"] == 276
    assert frame[:4].hex() == "08000000"
    assert frame[8:20].hex() == "0001" + "03" + "06" + "020000000002" + "0000"  # Ethernet, to others, from MACS
    assert batch["length"] == 20 + 20 + 8 + 4


@pytest.mark.slow
def test_an_interface_that_goes_away_ends_it_with_a_warning(link: Link) -> None:
    process = link.read("two", filter=UDP)
    link.send(2)
    time.sleep(1)
    ip("-n", link.here, "link", "del", "one")
    out, err = process.communicate(timeout=PATIENCE_S)
    ledger = json.loads(out.splitlines()[-1])
    assert (ledger["packets"], process.returncode) == (2, 0), err
    assert "is gone" in ledger["warnings"][0]


@pytest.mark.slow
def test_without_the_right_it_says_how_to_get_it() -> None:
    if os.geteuid() != 0:
        with pytest.raises(CaptureError, match="CAP_NET_RAW"):
            next(capture.read(capture.Live("lo")))
        return
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed: apt install util-linux")
    code = "from packetclip.wire import capture; next(capture.read(capture.Live('lo')))"
    command = ["setpriv", "--bounding-set", "-net_raw", sys.executable, "-c", code]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert "that takes the right to open raw sockets (CAP_NET_RAW)" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux captures from interfaces")
def test_an_interface_that_is_not_there_is_named() -> None:
    with pytest.raises(MissingCapture, match="There is no interface lo0"):
        next(capture.read(capture.Live("lo0")))
