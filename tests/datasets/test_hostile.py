"""Tables of labels from anywhere: whatever they hold, an error is a sentence that names the file."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.datasets import open_dataset, read_payloads
from packetclip.errors import PacketclipError
from tests.datasets.making import T0, TRAFFIC, A, B, C, written

HEADS = {
    "labelled": ("x.flows.csv", "src,src_port,dst,dst_port,protocol,first,last,label\n"),
    "zeek": ("conn.log", "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\tlabel\n"),
    "suricata": ("eve.json", "\n"),
    "aci-iot-2023": ("ACI-IoT-2023.csv", "Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Label\n"),
    "cic-ids-2017": ("x.csv", "Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Label\n"),
    "ctu-13": ("x.binetflow", "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,Label\n"),
    "iot-23": ("conn.log.labeled", "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ta   label   b\n"),
}
CELLS = [
    "",
    "-",
    "0",
    "-1",
    "1e999",
    "nan",
    "99999999999",
    A,
    B,
    "tcp",
    "6",
    str(T0),
    "14/7/2017 9:40",
    "9/99/2017 9:40",
]
CELLS += ["Benign", "x   Malicious   C&C", "2011/08/10 09:46:59.6", "\x00", "{}", '"', "9" * 400, "::1", "0x0303"]
VALID = {
    "labelled": [C, "50000", B, "22", "tcp", str(T0), str(T0 + 5), "Odd"],
    "zeek": [str(T0), C, "50000", B, "22", "tcp", "3.0", "Odd"],
    "aci-iot-2023": [C, "50000", B, "22", "6", "14/07/2017 02:40:00", "5000000", "Port Scan"],
    "cic-ids-2017": [C, "50000", B, "22", "6", "14/7/2017 2:40", "5000000", "PortScan"],
    "ctu-13": ["2017/07/14 02:40:00.5", "3.0", "tcp", C, "50000", "->", B, "22", "flow=From-Botnet"],
    "iot-23": [str(T0), C, "50000", B, "22", "tcp", "-   Malicious   C&C"],
    "suricata": ["alert", "2017-07-14T02:40:01+0000", "TCP", C, "50000", B, "22"],
    "payload": [A, "1", B, "2", "tcp", "64", str(T0), "60", "48", "Benign"],
}
"""A row that is fine, of which one cell or none is replaced."""
EVENT = ("event_type", "timestamp", "proto", "src_ip", "src_port", "dest_ip", "dest_port")
Row = st.lists(st.one_of(st.sampled_from(CELLS), st.text(max_size=8)), min_size=1, max_size=10)


@st.composite
def tables(draw: st.DrawFn, kind: str) -> bytes:
    """Rows with a cell that may be anything, and something that may be no row at all."""
    gap = "\t" if kind in ("zeek", "iot-23") else ","
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        row = list(VALID[kind])
        row[draw(st.integers(0, len(row) - 1))] = draw(st.one_of(st.sampled_from(CELLS), st.text(max_size=8)))
        if kind == "suricata":
            more = {"alert": {"severity": draw(st.sampled_from([1, -1, "x", None])), "category": row[0]}, "flow_id": 1}
            lines.append(json.dumps(dict(zip(EVENT, row, strict=True)) | more))
        else:
            lines.append(gap.join(row))
    rest = draw(st.one_of(st.just(b""), st.binary(max_size=30), Row.map(lambda row: gap.join(row).encode())))
    return "".join(line + "\n" for line in lines).encode() + rest


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("hostile") / "x.pcap", TRAFFIC).read_bytes()


@pytest.mark.parametrize("kind", HEADS)
@settings(max_examples=50)
@given(data=st.data())
def test_nothing_but_sentences(source: bytes, kind: str, data: st.DataObject) -> None:
    name, head = HEADS[kind]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.pcap").write_bytes(source)
        (Path(folder) / name).write_bytes(head.encode() + data.draw(tables(kind)))
        try:
            opened = open_dataset(kind, Path(folder))
            found = opened.capture("x")
        except PacketclipError as error:
            assert str(error).endswith((".", "?"))
        else:
            assert len(found.classes) == len(TRAFFIC)
            assert found.classes.max() < len(opened.classes)


@settings(max_examples=50)
@given(table=tables("payload"))
def test_payloads_too(table: bytes) -> None:
    head = b"srcip,sport,dstip,dsport,protocol_m,sttl,stime,total_len,payload,label\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.csv"
        path.write_bytes(head + table)
        try:
            list(read_payloads(path))
        except PacketclipError as error:
            assert str(error).endswith(".")
