from __future__ import annotations

from packetclip.wire import capture
from packetclip.wire.capture import Frames
from tests.wire.capture import making


def test_records_become_frames_of_the_right_types() -> None:
    frames = capture.memory([(5, b"abc"), (6, b""), (7, b"de")], link_type=101)
    assert making.plain([frames]) == [(5, 3, 101, b"abc"), (6, 0, 101, b""), (7, 2, 101, b"de")]
    read_types = {
        "data": "u1",
        "start": "i8",
        "captured": "i4",
        "length": "i4",
        "time_ns": "i8",
        "link_type": "i4",
        "index": "i8",
    }
    assert {name: getattr(frames, name).dtype.str[1:] for name in Frames.__dataclass_fields__} == read_types
    assert frames.data.flags.writeable, "kernels are compiled for writable arrays, as read() yields them"


def test_nothing_is_fine() -> None:
    assert len(capture.memory([])) == 0
