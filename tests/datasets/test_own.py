from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.datasets import LabelledCapture, OwnCaptures, open_dataset
from packetclip.errors import CaptureError, EmptyFolder, MissingCapture, RecipeError
from tests.datasets.making import T0, TRAFFIC, A, B, C, written

FLOWS = "src,src_port,dst,dst_port,protocol,first,last,label\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path / "x.pcap", TRAFFIC)
    return tmp_path


def labelled(folder: Path, name: str, text: str, description: str | None = None) -> LabelledCapture:
    (folder / name).write_text(text)
    if description is not None:
        (folder / "dataset.toml").write_text(description)
    return OwnCaptures(folder).capture("x")


def test_packets_are_labelled_by_their_number(folder: Path) -> None:
    found = labelled(folder, "x.labels.csv", "index,label,episode\n1,Odd,7\n0,benign,\n3,Odd,\n2,-,\n")
    assert OwnCaptures(folder).classes == ("Benign", "Odd")
    assert found.classes.tolist() == [0, 1, -1, 1, -1, -1, -1]
    assert found.episodes.tolist() == [-1, 7, -1, 8, -1, -1, -1]
    assert found.network == folder.name


def test_packets_are_labelled_by_conversation_and_time(folder: Path) -> None:
    rows = (
        f"{A},40000,{B},80,tcp,{T0},{T0 + 1},Odd\n"  # whole seconds: to the end of T0 + 1
        f"{C},,,,,2017-07-14T02:40:00Z,2017-07-14T02:41:00+00:00,Scan\n"
        f"{C},,{B},,arp,,,Normal\n"
    )
    found = labelled(folder, "x.flows.csv", FLOWS + rows, 'rest = "benign"\n[networks]\nx = "home"\n')
    assert OwnCaptures(folder).classes == ("Benign", "Odd", "Scan")
    assert found.classes.tolist() == [1, 1, 2, 0, 2, 2, 0]
    assert found.network == "home"


def test_of_rows_without_times_the_later_begun_counts(folder: Path) -> None:
    rows = f"{C},,{B},,,,,Scan\n{C},,{B},,arp,{T0},,Normal\n"
    assert labelled(folder, "x.flows.csv", FLOWS + rows).classes.tolist() == [-1, -1, 1, -1, 1, 0, 1]


def test_classes_may_be_listed_and_captures_declared_benign(folder: Path) -> None:
    written(folder / "quiet.pcap.zst", TRAFFIC[:2])
    (folder / "dataset.toml").write_text('classes = ["Scan", "Odd"]\nbenign = ["quiet"]\nnetwork = "home"\n')
    (folder / "x.labels.csv").write_text("index,label\n0,Odd\n")
    own = open_dataset("labelled", folder)
    assert (tuple(own.names), tuple(own.classes)) == (("quiet", "x"), ("Benign", "Scan", "Odd"))
    assert own.capture("quiet").classes.tolist() == [0, 0]
    assert own.capture("quiet").network == own.capture("x").network == "home"
    assert own.capture("x").classes.tolist()[0] == 2
    with pytest.raises(RecipeError, match=r"x\.labels\.csv, line 2 has the label 'Other', which classes"):
        labelled(folder, "x.labels.csv", "index,label\n0,Other\n")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f"{A},1,{B},2,tcp,0,1", r"line 2 has 7 of 8 cells"),
        (f"host,1,{B},2,tcp,0,1,x", r"line 2: the src 'host' is no IP address"),
        (f"{A},high,{B},2,tcp,0,1,x", r"line 2: the src_port 'high' is no whole number"),
        (f"{A},1,{B},2,tcpip,0,1,x", r"line 2: the protocol 'tcpip' is not known"),
        (f"{A},1,{B},2,tcp,noon,1,x", r"line 2: the time 'noon' of first is neither"),
        (",1,,2,tcp,0,1,x", r"line 2 has neither src nor dst"),
        (f"{A},1,{B},2,tcp,0,1,x", r"No row of .*x\.flows\.csv covers a packet of"),
    ],
)
def test_rows_that_cannot_be_understood_are_named(folder: Path, row: str, message: str) -> None:
    with pytest.raises(CaptureError, match=message):
        labelled(folder, "x.flows.csv", FLOWS + row + "\n")


def test_labels_of_another_capture_are_refused(folder: Path) -> None:
    with pytest.raises(CaptureError, match=r"line 2 names packet 7, and .* has 7, counted from 0"):
        labelled(folder, "x.labels.csv", "index,label\n7,Odd\n")
    with pytest.raises(CaptureError, match=r"has no column index"):
        labelled(folder, "x.labels.csv", "number,label\n7,Odd\n")
    with pytest.raises(CaptureError, match=r"both label x\. Keep one"):
        labelled(folder, "x.flows.csv", FLOWS)


def test_what_is_missing_is_named(folder: Path) -> None:
    with pytest.raises(MissingCapture, match=r"x\.labels\.csv and x\.flows\.csv are both missing\. Write one"):
        OwnCaptures(folder).capture("x")
    with pytest.raises(MissingCapture, match=r"has no capture y\. It has x\."):
        OwnCaptures(folder).capture("y")
    with pytest.raises(MissingCapture, match="does not exist"):
        _ = OwnCaptures(folder / "no").names
    (folder / "empty").mkdir()
    with pytest.raises(EmptyFolder, match="holds no capture"):
        _ = OwnCaptures(folder / "empty").names
    (folder / "dataset.toml").write_text("[networks]\nx = 3\n")
    with pytest.raises(RecipeError, match=r"networks\.x must be a string"):
        _ = OwnCaptures(folder).said
