from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from packetclip.ledger import Ledger
from packetclip.wire import capture
from tests.wire.capture import making, oracle

TRACES = Path(__file__).parents[2] / "traces"
SCRIPTS = sorted(TRACES.glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_each_trace_is_what_its_script_writes(script: Path) -> None:
    (trace,) = (path for path in TRACES.glob(script.stem + ".*") if path.suffix in (".pcap", ".pcapng"))
    data = trace.read_bytes()
    assert runpy.run_path(str(script))["build"]() == data
    ledger = Ledger()
    assert making.plain(capture.read(trace, ledger)) == list(oracle.read(data))
    assert ledger.packets > 0
    assert not ledger.warnings


def test_interfaces_keep_their_link_types_and_clocks() -> None:
    found = making.plain(capture.read(TRACES / "interfaces.pcapng"))
    assert [frame.link_type for frame in found] == [1, 101, 113] * 2
    assert [frame.time_ns - 1_700_000_000 * 10**9 for frame in found] == [0, 1, 1_500_000_000] * 2


def test_every_block_that_holds_a_frame_is_read_and_all_others_are_stepped_over() -> None:
    found = making.plain(capture.read(TRACES / "blocks.pcapng"))
    assert [frame.time_ns - 1_700_000_000 * 10**9 for frame in found] == [1000, 2000, 2000]
    assert [(len(frame.data), frame.length) for frame in found] == [(42, 142), (42, 142), (40, 42)]


def test_ixias_header_is_longer_and_its_clock_finer() -> None:
    found = making.plain(capture.read(TRACES / "lcap.pcap"))
    assert [frame.time_ns - 1_700_000_000 * 10**9 for frame in found] == [0, 1]
    assert [frame.link_type for frame in found] == [1, 1]
