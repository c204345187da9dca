"""Packets in are packets accounted for: of every capture that is here, and of any frames at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.cli.exits import guarded
from packetclip.cli.main import cli
from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.packets import DROPS, LINK_TYPES, WEIRDS, dissect
from packetclip.wire.summary import enter, summarize
from tests.wire.capture import making as blocks
from tests.wire.packets import making as m

FOLDERS = ("apps", "hostile")
OTHERS_DIFFER = {
    "cut_in_magic.pcap": "three bytes of a magic number; tshark guesses another format",
    "pcapng-invalid-vers-2.pcapng": "a minor version that others refuse, as everyone may",
    "solaris.snoop": "a format that is not read here",
    "unknown_linktype.pcap": "others refuse the file; here its packets are dropped by name",
}
COUNTS = ("tshark_packets", "capinfos_packets", "libpcap_packets")


def captures(shared: Path, folders: tuple[str, ...] = FOLDERS) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((shared / folder).rglob("*")):
            if path.is_file() and path.suffix not in {".csv", ".md", ".txt", ".json"}:
                yield path


def accounted(path: Path) -> Ledger:
    """Everything that the wire does with a capture; its ledger must add up, also where reading fails."""
    ledger = Ledger()
    try:
        summary = summarize([path], ledger)
    except CaptureError:
        summary = None
    check(ledger, path.name)
    if summary is not None:
        assert summary.packets == ledger.packets == sum(summary.link_types.values())
        assert sum(summary.rate.packets if summary.rate else ()) == ledger.packets
    return ledger


def check(ledger: Ledger, what: str) -> None:
    assert ledger.balanced, f"{what}: {ledger.sentence()}"
    assert set(ledger.dropped) <= set(DROPS[1:]), what
    assert set(ledger.weird) <= set(WEIRDS), what
    assert max(ledger.weird.values(), default=0) <= ledger.packets, what
    line = ledger.as_dict()
    assert line["packets"] == line["scored"] + sum(line["dropped"].values()), what


def known_count(ledger: Ledger, known: dict[str, object]) -> bool:
    """Whether some established tool counts as we do; they differ on damaged files."""
    counts = {known[name] for name in COUNTS if known.get(name) is not None}
    return not counts or ledger.packets in counts


def test_a_sample_of_captures(shared: Path) -> None:
    ledgers = [accounted(path) for path in list(captures(shared))[::12]]
    assert sum(ledger.packets for ledger in ledgers) > 1000


@pytest.mark.slow
def test_every_capture(shared: Path) -> None:
    files = json.loads((shared / "truth.json").read_text())["files"]
    packets, differ = 0, []
    for path in captures(shared):
        ledger = accounted(path)
        packets += ledger.packets
        known = files.get(str(path.relative_to(shared)), {})
        if not known_count(ledger, known):
            differ.append(path.name)
    assert packets > 50_000
    assert sorted(differ) == sorted(OTHERS_DIFFER)


def test_attacks_are_counted(shared: Path) -> None:
    """They are for final testing: here they are counted, and nothing is looked at."""
    for path in captures(shared, ("attacks",)):
        ledger = Ledger()
        for frames in capture.read(path, ledger):
            enter(ledger, dissect(frames))
        check(ledger, path.name)
        assert ledger.packets


LINKS = st.one_of(st.sampled_from(sorted(LINK_TYPES)), st.sampled_from((50, 105, 127, 147, 250, 65_535)))
SOUND = (
    m.ethernet(m.ipv4(m.tcp(b"GET / HTTP/1.1\r\n\r\n", 40000, 80))),
    m.ethernet(m.ipv4(m.udp(m.dns("host.example", 1), 5000, 53), 17), tags=[(0x8100, 5)]),
    m.ethernet(m.ipv6(m.tcp(b"", 40000, 443)), 0x86DD),
    m.ethernet(m.arp(1), 0x0806),
    m.sll(m.ipv4(m.icmp(8), 1)),
    m.ipv4(m.udp(b"x" * 30), 17),
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound frame with a few bytes changed, cut somewhere."""
    frame = bytearray(draw(st.sampled_from(SOUND)))
    for at, value in draw(st.lists(st.tuples(st.integers(0, len(frame) - 1), st.integers(0, 255)), max_size=4)):
        frame[at] = value
    return bytes(frame[: draw(st.integers(0, len(frame)))])


RECORDS = st.lists(st.tuples(LINKS, st.one_of(st.binary(max_size=90), st.sampled_from(SOUND), damaged())), max_size=30)


@settings(max_examples=80)
@given(RECORDS, st.integers(0, 200))
def test_any_frames_of_any_link_type(records: list[tuple[int, bytes]], lost: int) -> None:
    ledger = Ledger()
    frames = m.frames_of([frame for _, frame in records], [link for link, _ in records], extra=lost)
    ledger.read(len(frames))
    enter(ledger, dissect(frames))
    check(ledger, "frames")


@settings(max_examples=40)
@given(RECORDS, st.sampled_from("<>"), st.integers(0, 60))
def test_any_pcapng_of_several_interfaces(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[int, bytes]], order: str, missing: int
) -> None:
    links = sorted({link for link, _ in records})
    data = blocks.section(order) + b"".join(blocks.interface(order, link) for link in links)
    for number, (link, frame) in enumerate(records):
        data += blocks.enhanced(frame, number * 1000, links.index(link), order)
    path = tmp_path_factory.mktemp("any") / "any.pcapng"
    path.write_bytes(data[: max(len(data) - missing, 28)])
    ledger = accounted(path)
    assert ledger.packets <= len(records)
    assert missing or ledger.packets == len(records)


@pytest.fixture(scope="module")
def mixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small capture in which something is scored, dropped and odd."""
    path = tmp_path_factory.mktemp("mixture") / "mixture.pcap"
    odd = m.ethernet(m.ipv4(m.udp(b"x", 0, 9), 17))
    frames = [*SOUND[:4], odd, b"\xff" * 12 + b"\x88\xcc" + bytes(46), SOUND[0][:20], b""]
    capture.write(path, [capture.memory([(1_760_000_000 * 10**9 + k, frame) for k, frame in enumerate(frames)])])
    return path


@pytest.mark.parametrize(
    "command", ["stats -f jsonl", "describe -f jsonl", "detect -f jsonl", "detect --per-packet -f jsonl"]
)
def test_every_command_ends_with_it(
    command: str, mixture: Path, request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
) -> None:
    if command.startswith("detect"):
        request.getfixturevalue("default_model")
    verb, *options = command.split()
    assert guarded(cli, [verb, str(mixture), *options]) == 0
    out, err = capfd.readouterr()
    line = json.loads(out.splitlines()[-1])
    assert (line["packets"], line["scored"]) == (8, 5)
    assert line["packets"] == line["scored"] + sum(line["dropped"].values())
    assert line["weird"] == {"port_zero": 1}
    assert err.startswith("Read 8 packets: 5 ")
    assert "unaccounted" not in err
