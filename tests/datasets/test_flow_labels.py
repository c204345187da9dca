from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.datasets import NOT_ENTERED, Applications, FlowLabels
from packetclip.errors import CaptureError, MissingCapture
from packetclip.wire import capture
from packetclip.wire.flows import FlowTable, FlowTracker
from packetclip.wire.packets import dissect
from tests.datasets.making import TRAFFIC, A, B, C, written

HEAD = "capture,proto,ip_a,port_a,ip_b,port_b,application,category,encrypted,confidence\n"


def table(path: Path, outer: bool = False) -> FlowTable:
    tracker = FlowTracker()
    for frames in capture.read(path):
        tracker.update(dissect(frames, "outer" if outer else "inner"))
    return tracker.table()


def labels(folder: Path, rows: str) -> FlowLabels:
    (folder / "flows.csv").write_text(HEAD + rows)
    return Applications(folder).flow_labels("x.pcap", table(written(folder / "x.pcap", TRAFFIC)))


def test_flows_are_met_by_their_ends_either_way(tmp_path: Path) -> None:
    found = labels(
        tmp_path,
        f"x.pcap,TCP,{B},80,{A},40000,HTTP,Web,no,DPI\n"
        f"x.pcap,ICMP,{C},,{B},,ICMP,Network,no,DPI\n"
        f"y.pcap,TCP,{C},50000,{B},22,SSH,RemoteAccess,yes,DPI\n",
    )
    assert found.conversation.tolist() == [0, -1, 1, -1, -1]
    assert (found.application, found.category) == (("HTTP", "ICMP"), ("Web", "Network"))
    assert found.encrypted.tolist() == [False, False]


def test_only_what_the_payload_told_and_nobody_disputes_counts(tmp_path: Path) -> None:
    row = f"x.pcap,TCP,{A},40000,{B},80"
    assert len(labels(tmp_path, f"{row},HTTP,Web,no,Match by port\n{row},Unknown,Unspecified,no,DPI\n")) == 0


def test_of_rows_that_disagree_none_counts(tmp_path: Path) -> None:
    row = f"x.pcap,TCP,{A},40000,{B},80"
    assert len(labels(tmp_path, f"{row},HTTP,Web,no,DPI\n{row},TLS,Web,yes,DPI\n")) == 0


def test_rows_that_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"flows\.csv, line 2: a port or the protocol is none"):
        labels(tmp_path, f"x.pcap,TCP,{A},http,{B},80,HTTP,Web,no,DPI\n")
    with pytest.raises(MissingCapture):
        Applications(tmp_path / "no").flow_labels("x.pcap", FlowTable(table(tmp_path / "x.pcap").rows))


@pytest.mark.parametrize("name", ["443-curl.pcap", "443-git.pcap", "teredo.pcap"])
def test_ndpis_own_flows_are_found(shared: Path, name: str) -> None:
    applications = Applications(shared / "apps" / "ndpi")
    found = applications.flow_labels(name, table(applications.folder / name, name in NOT_ENTERED))
    wanted = {
        line.split(",")[10]
        for line in (applications.folder / "flows.csv").read_text().splitlines()
        if line.startswith(f"{name},") and ",DPI," in line
    }
    assert set(found.application) == wanted
