"""Where one batch ends and the next begins changes nothing: not a row of packets, flows or context, not a count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture import Frames
from packetclip.wire.context import ContextTracker
from packetclip.wire.flows import FlowConfig, FlowTracker
from packetclip.wire.packets import PACKET, dissect, masked_bytes
from packetclip.wire.summary import Summarizer, enter
from tests.wire.context.traffic import SCENES, START_NS, Scene
from tests.wire.packets import making as m

WITHIN_BATCH = {"frame_start"}
"""Columns that are places in the batch's bytes."""
Result = dict[str, Any]


def walked(batches: Iterable[Frames], config: FlowConfig | None = None) -> Result:
    """Everything that the wire says of the frames, as bytes and plain values."""
    flows, behaviour, summarizer = FlowTracker(config or FlowConfig()), ContextTracker(), Summarizer()
    ledger = Ledger()
    parts: dict[str, list[bytes]] = {"packets": [], "masked": [], "steps": [], "context": []}
    names = [name for name in PACKET.names or () if name not in WITHIN_BATCH]
    for frames in batches:
        packets = dissect(frames)
        steps = flows.update(packets)
        ledger.read(len(frames))
        enter(ledger, packets)
        summarizer.update(packets, steps)
        rows = np.zeros(len(packets), [(name, PACKET[name]) for name in names])
        for name in names:
            rows[name] = packets[name]
        parts["packets"].append(rows.tobytes())
        parts["masked"].append(masked_bytes(packets, 64).tobytes())
        parts["steps"].append(steps.rows.tobytes())
        parts["context"].append(behaviour.update(packets, steps).values.tobytes())
    found: Result = {name: b"".join(pieces) for name, pieces in parts.items()}
    table = flows.table()
    summarizer.end(table)
    found["flows"] = {name: table[name].tobytes() for name in table.rows.dtype.names}
    return found | {"summary": summarizer.summary().as_dict(), "ledger": ledger.as_dict()}


def cut(frames: Frames, at: Sequence[int]) -> Iterator[Frames]:
    """The same frames in pieces that end at these places; a piece may be empty."""
    begin = 0
    for end in [*sorted(at), len(frames)]:
        part = slice(begin, end)
        columns: dict[str, NDArray[Any]] = {
            name: getattr(frames, name)[part]
            for name in ("start", "captured", "length", "time_ns", "link_type", "index")
        }
        first = int(columns["start"][0]) if end > begin else 0
        last = int(columns["start"][-1] + columns["captured"][-1]) if end > begin else 0
        yield Frames(data=frames.data[first:last].copy(), **{**columns, "start": columns["start"] - first})
        begin = end


def same(whole: Result, pieces: Result) -> None:
    for name in whole:
        assert pieces[name] == whole[name], name


_SCENE = st.tuples(
    st.sampled_from((0.0, 0.5, 9.0, 40.0, 200.0, 700.0)),
    st.sampled_from(SCENES),
    st.tuples(st.integers(1, 4), st.integers(5, 8), st.integers(0, 7)),
)
_NOISE = st.tuples(st.floats(0, 700), st.binary(max_size=60))


@st.composite
def traffic(draw: st.DrawFn) -> Frames:
    """Scenes of network life among few hosts, and frames of any bytes and link types between them."""
    scenes: list[tuple[float, Scene]] = [
        (at, scene(*who)) for at, scene, who in draw(st.lists(_SCENE, min_size=1, max_size=10))
    ]
    noise = draw(st.lists(_NOISE, max_size=10))
    timed = [(at + offset, frame, 1) for at, scene in scenes for offset, frame in scene]
    timed += [(at, frame, draw(st.sampled_from((0, 1, 1, 101, 113, 147, 276)))) for at, frame in noise]
    timed.sort(key=lambda one: one[0])
    frames = m.frames_of([frame for _, frame, _ in timed], [link for _, _, link in timed])
    # Not always in order: clocks of several interfaces never quite agree.
    times = np.array([START_NS + round(at * 1e9) for at, _, _ in timed], np.int64)
    late = draw(st.lists(st.integers(0, len(timed) - 1), max_size=3))
    times[late] -= 1_000_000_000
    return Frames(frames.data, frames.start, frames.captured, frames.length, times, frames.link_type, frames.index)


@settings(max_examples=60)
@given(traffic(), st.data(), st.sampled_from((1 << 20, 3)))
def test_batches_of_generated_traffic(frames: Frames, data: st.DataObject, most: int) -> None:
    at = data.draw(st.lists(st.integers(0, len(frames)), max_size=12))
    config = FlowConfig(max_flows=most)
    same(walked([frames], config), walked(cut(frames, at), config))


@settings(max_examples=10)
@given(traffic())
def test_a_packet_at_a_time(frames: Frames) -> None:
    same(walked([frames]), walked(cut(frames, range(len(frames)))))


@pytest.fixture(scope="module")
def office(example: Path) -> Frames:
    """The beginning of the example."""
    frames = next(capture.read(example))
    return next(cut(frames, [4000]))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_batches_of_the_example(office: Frames, size: int) -> None:
    same(walked([office]), walked(cut(office, range(size, len(office), size))))


@pytest.mark.parametrize("size", [1, 64, 5000])
@pytest.mark.parametrize("suffix", ["", ".zst"])
def test_batches_of_the_reader(office: Frames, tmp_path: Path, size: int, suffix: str) -> None:
    path = tmp_path / f"office.pcap{suffix}"
    first = next(cut(office, [1000]))
    capture.write(path, [first])
    same(walked([first]), walked(capture.read(path, batch_packets=size)))


@pytest.mark.slow
@pytest.mark.parametrize("size", [100, 4096])
def test_batches_of_the_whole_example(example: Path, size: int) -> None:
    same(walked(capture.read(example)), walked(capture.read(example, batch_packets=size)))
