"""Loaders of data that is not here, on small files in the form in which it was published."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from packetclip.datasets import (
    ACI_CLASSES,
    CIC_IDS_2017_CLASSES,
    CTU_13_CLASSES,
    DATASETS,
    IOT_23_CLASSES,
    LABELS,
    LabelledCapture,
    open_dataset,
    read_payloads,
)
from packetclip.errors import CaptureError, MissingCapture
from tests.datasets.making import T0, TRAFFIC, A, B, C, Sent, written


def labels(kind: str, folder: Path, name: str) -> list[str]:
    """Name of each packet's class, and nothing where nobody knows."""
    opened = open_dataset(kind, folder)
    found = opened.capture(name)
    return ["" if code < 0 else opened.classes[code] for code in found.classes.tolist()]


def zeek_log(rows: list[str], last: str = "tunnel_parents\tlabel\tdetailed-label") -> str:
    fields = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration"]
    return "\n".join(
        [
            "#separator \\x09",
            "#set_separator\t,",
            "#empty_field\t(empty)",
            "#unset_field\t-",
            "#path\tconn",
            "#open\t2019-03-15-14-50-49",
            "\t".join(["#fields", *fields, last]),
            "#types\ttime",
            *rows,
            "#close\t2019-03-15-14-50-54",
            "",
        ]
    )


WEB = f"{T0}.000000\tC1\t{A}\t40000\t{B}\t80\ttcp\t-\t2.000000\t"
TRY = f"{T0 + 1}.000000\tC2\t{C}\t50000\t{B}\t22\ttcp\tssh\t-\t"
PING = f"{T0 + 3}.000000\tC3\t{C}\t8\t{B}\t0\ticmp\t-\t-\t"


@pytest.mark.parametrize(("gap", "last"), [("\t", "\t"), ("   ", "   ")])
def test_iot_23_and_the_columns_that_are_one(tmp_path: Path, gap: str, last: str) -> None:
    scenario = tmp_path / "CTU-IoT-Malware-Capture-1-1"
    written(scenario / "2018-05-09-192.168.100.103.pcap", TRAFFIC)
    (scenario / "bro").mkdir()
    (scenario / "bro" / "conn.log").write_text("no flows of ours\n")
    (scenario / "bro" / "conn.log.labeled").write_text(
        zeek_log(
            [
                gap.join([WEB + "(empty)", "Benign", "-"]),
                gap.join([TRY + "-", "malicious", "PartOfAHorizontalPortScan"]),
                gap.join([PING + "-", "Malicious", "-"]),
            ],
            last.join(["tunnel_parents", "label", "detailed-label"]),
        )
    )
    name = "CTU-IoT-Malware-Capture-1-1/2018-05-09-192.168.100.103"
    scan = "PartOfAHorizontalPortScan"
    assert labels("iot-23", tmp_path, name) == ["Benign", "Benign", scan, "Benign", "Malicious", "", ""]
    assert open_dataset("iot-23", tmp_path).capture(name).network == "CTU-IoT-Malware-Capture-1-1"


def test_zeek_logs_beside_captures(tmp_path: Path) -> None:
    written(tmp_path / "x.pcap", TRAFFIC)
    rows = [WEB + "-\tNormal\t-", TRY + "-\tMalicious\tBruteforce", PING + "-\tBackground\t-"]
    (tmp_path / "x.conn.log.labeled").write_text(zeek_log(rows))
    (tmp_path / "dataset.toml").write_text('rest = "benign"\n')
    assert tuple(open_dataset("zeek", tmp_path).classes) == ("Benign", "Bruteforce")
    assert labels("zeek", tmp_path, "x") == ["Benign", "Benign", "Bruteforce", "Benign", "", "Benign", "Benign"]


def test_zeek_logs_in_json(tmp_path: Path) -> None:
    written(tmp_path / "day" / "x.pcap", TRAFFIC)
    row = {"ts": T0, "proto": "tcp", "duration": 2, "id.orig_h": A, "id.orig_p": 40000, "label": "Odd"}
    (tmp_path / "day" / "conn.log").write_text(json.dumps(row | {"id.resp_h": B, "id.resp_p": 80}) + "\n")
    assert labels("zeek", tmp_path, "day/x") == ["Odd", "Odd", "", "Odd", "", "", ""]


@pytest.mark.parametrize(
    ("log", "message"),
    [
        (zeek_log([WEB + "-\tBenign"]), r"line 9 has 11 of 12 columns"),
        (zeek_log(["noon" + WEB[10:] + "-\tBenign\t-"]), r"conn\.log, line 9: it "),
        (WEB + "-\tBenign\t-\n", "line 1 comes before any line of #fields"),
        (zeek_log([WEB + "-"], "tunnel_parents"), r"has no labels: no row has a column label"),
        (zeek_log([WEB.replace("40000", "40001") + "-\tBenign\t-"]), "No row of .* covers a packet of"),
        ("{]\n", "line 1 is not JSON"),
    ],
)
def test_zeek_logs_that_label_nothing_are_named(tmp_path: Path, log: str, message: str) -> None:
    written(tmp_path / "x.pcap", TRAFFIC)
    with pytest.raises(MissingCapture, match=r"x\.pcap has no conn\.log\. Put x\.conn\.log beside it"):
        open_dataset("zeek", tmp_path).capture("x")
    (tmp_path / "conn.log").write_text(log)
    with pytest.raises(CaptureError, match=message):
        open_dataset("zeek", tmp_path).capture("x")


def event(kind: str, after: float, end: float | None = None, **more: Any) -> str:
    stamp = {
        name: (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=T0 + s)).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")
        for name, s in (("start", after), ("end", end))
        if s is not None
    }
    row = {"timestamp": stamp.get("end", stamp["start"]), "event_type": kind, "proto": "TCP", "flow": stamp}
    return json.dumps(row | {"src_ip": C, "src_port": 50000, "dest_ip": B, "dest_port": 22, "flow_id": 1} | more)


def test_alerts_label_their_flows(tmp_path: Path) -> None:
    written(tmp_path / "x.pcap", TRAFFIC)
    web = {"src_ip": A, "src_port": 40000, "dest_ip": B, "dest_port": 80, "flow_id": 2}
    alerts = [
        {"severity": 3, "category": "Misc"},
        {"severity": 1, "category": "Scan"},
        {"severity": 2, "category": "x"},
    ]
    lines = [event("alert", 1, alert=alert) for alert in alerts]
    lines += [event("dns", 1), event("flow", 1, 1.5), event("flow", 0, 2, **web)]
    (tmp_path / "x.eve.json").write_text("\n".join(lines))
    assert tuple(open_dataset("suricata", tmp_path).classes) == ("Benign", "Scan")
    assert labels("suricata", tmp_path, "x") == ["Benign", "Benign", "Scan", "Benign", "", "", ""]


def test_events_that_are_none_are_named(tmp_path: Path) -> None:
    written(tmp_path / "x.pcap", TRAFFIC)
    with pytest.raises(MissingCapture, match=r"has no eve\.json"):
        open_dataset("suricata", tmp_path).capture("x")
    (tmp_path / "eve.json").write_text(event("flow", 0, src_ip="host"))
    with pytest.raises(CaptureError, match=r"eve\.json, line 1: it "):
        open_dataset("suricata", tmp_path).capture("x")
    (tmp_path / "eve.json").write_text(event("flow", 50, 60))
    with pytest.raises(CaptureError, match=r"No flow of .* covers a packet"):
        open_dataset("suricata", tmp_path).capture("x")


def argus(after: float, rest: str, label: str, hours: int = 2) -> str:
    time = datetime(1970, 1, 1) + timedelta(seconds=T0 + after, hours=hours)
    return f"{time:%Y/%m/%d %H:%M:%S.%f},2.0,{rest},CON,0,0,4,276,156,flow={label}\n"


CTU_HEAD = "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n"


def test_ctu_13(tmp_path: Path) -> None:
    written(tmp_path / "1" / "botnet-capture-20110810-neris.pcap", TRAFFIC)
    (tmp_path / "1" / "capture20110810.binetflow").write_text(
        CTU_HEAD
        + argus(0, f"tcp,{A},40000,  <->,{B},80", "From-Normal-V42-Stribrek")
        + argus(1, f"tcp,{C},50000,   ->,{B},22", "From-Botnet-V42-TCP-CC73-Not-Encrypted")
        + argus(3, f"icmp,{C},0x0303,   ->,{B},0x0303", "From-Botnet-V42-ICMP")
        + argus(3.5, "llc,00:01:02:03:04:05,,   ->,00:01:02:03:04:06,", "Background")
        + argus(99, f"udp,{C},50001,   ->,{B},53", "To-Botnet-V42-UDP-DNS")
    )
    name = "1/botnet-capture-20110810-neris"
    assert labels("ctu-13", tmp_path, name) == ["Benign", "Benign", "Botnet C2", "Benign", "Botnet", "", ""]


def test_ctu_13_that_is_not_whole(tmp_path: Path) -> None:
    written(tmp_path / "x.pcap", TRAFFIC)
    with pytest.raises(MissingCapture, match=r"has no \.binetflow"):
        open_dataset("ctu-13", tmp_path).capture("x")
    (tmp_path / "x.binetflow").write_text(CTU_HEAD + "noon" + argus(0, f"tcp,{A},40000,->,{B},80", "x"))
    with pytest.raises(CaptureError, match=r"x\.binetflow, line 2: there is no time 'noon2017"):
        open_dataset("ctu-13", tmp_path).capture("x")


CIC_HEAD = (
    "Flow ID, Source IP, Source Port, Destination IP, Destination Port, Protocol, Timestamp, Flow Duration, Label\n"
)
# T0 is 02:40 UTC of 14 July 2017: in Fredericton, 23:40 of the 13th. Ten hours later it is 09:40 there.
MORNING, AFTERNOON = 36_000, 36_000 + 5 * 3600


def office(tmp_path: Path, rows: str, encoding: str = "utf-8") -> Path:
    day = [
        *(p._replace(after_s=p.after_s + MORNING) for p in TRAFFIC),
        Sent(AFTERNOON, C, 50002, B, 80),
        Sent(AFTERNOON + 1, C, 50003, B, 80),
    ]
    written(tmp_path / "Friday-WorkingHours.pcap", day)
    (tmp_path / "TrafficLabelling").mkdir(exist_ok=True)
    (tmp_path / "TrafficLabelling" / "Friday-WorkingHours-Morning.pcap_ISCX.csv").write_bytes(
        (CIC_HEAD + rows).encode(encoding)
    )
    return tmp_path


def test_cic_ids_2017_and_its_clocks(tmp_path: Path) -> None:
    rows = (
        f"x,{A},40000,{B},80,6,14/7/2017 9:40,2000000,BENIGN\n"
        f"x,{A},40000,{B},80,6,14/7/2017 9:40,2000000,BENIGN\n"
        f"x,{B},22,{C},50000,6,14/7/2017 9:40,1,SSH-Patator\n"  # the ends swapped
        f"x,{C},0,{B},0,0,14/7/2017 9:40,-1,PortScan\n"
        ",,,,,,,,\n"
        f"x,{C},50002,{B},80,6,14/7/2017 2:40,5,Web Attack \u2013 XSS\n"
        f"x,{C},50003,{B},80,6,14/7/2017 2:40,Infinity,Bot\n".replace("Infinity", "0.0")
    )
    scan = "Port Scan"
    wanted = ["Benign", "Benign", "SSH Dictionary Attack", "Benign", scan, scan, "", "Web Attack - XSS", "Bot"]
    for encoding in ("utf-8", "cp1252"):
        assert labels("cic-ids-2017", office(tmp_path, rows, encoding), "Friday-WorkingHours") == wanted


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (f"x,{A},1,{B},2,6,noon,1,BENIGN\n", r"ISCX\.csv, line 2: the time 'noon' is written in no way"),
        (f"x,{A},1,{B},2,6,14/7/2017 9:40,1,Odd\n", r"line 2: the label 'Odd' is none of .*; list the classes"),
        (f"x,{A},1,{B},2,6,14/7/2017 9:40,1,Bot\n", r"No row of .*ISCX\.csv covers a packet of"),
        (f"x,{A},1,{B},2,tcp,14/7/2017 9:40,1,Bot\n", r"line 2: the protocol 'tcp' is no number"),
    ],
)
def test_cic_ids_2017_that_cannot_be_read(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(CaptureError, match=message):
        open_dataset("cic-ids-2017", office(tmp_path, rows)).capture("Friday-WorkingHours")


def test_tables_without_addresses_are_refused(tmp_path: Path) -> None:
    table = office(tmp_path, "") / "TrafficLabelling" / "Friday-WorkingHours-Morning.pcap_ISCX.csv"
    table.write_text(" Destination Port, Flow Duration, Label\n80,1,BENIGN\n")
    with pytest.raises(CaptureError, match=r"has no column Timestamp\. Take the CSV of GeneratedLabelledFlows"):
        open_dataset("cic-ids-2017", tmp_path).capture("Friday-WorkingHours")
    table.unlink()
    with pytest.raises(MissingCapture, match=r"no \.csv whose name begins with 'friday'"):
        open_dataset("cic-ids-2017", tmp_path).capture("Friday-WorkingHours")


def test_other_sets_of_the_form_list_their_classes(tmp_path: Path) -> None:
    office(tmp_path, f"x,{A},40000,{B},80,6,2017-07-14 12:40:00.000001,2000000,Odd\n")
    (tmp_path / "dataset.toml").write_text('classes = ["Odd"]\nrest = "benign"\n')
    assert labels("cic-ids-2017", tmp_path, "Friday-WorkingHours")[:4] == ["Odd", "Odd", "Benign", "Odd"]


ACI_HEAD = "Flow ID,Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Idle Mean,Label,Connection Type\n"


@pytest.mark.parametrize(
    "written_as", ["%d/%m/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S"]
)
def test_aci_iot_2023(tmp_path: Path, written_as: str) -> None:
    written(tmp_path / "pcaps" / "day1.pcap", TRAFFIC)
    time = (datetime(1970, 1, 1) + timedelta(seconds=T0, hours=-4)).strftime(written_as)
    (tmp_path / "ACI-IoT-2023.csv").write_text(
        ACI_HEAD
        + f"x,{A},40000,{B},80,6,{time},2000000,1.698e+15,Benign,wired\n"
        + f"x,{C},50000,{B},22,6,{time},3000000,1.698e+15,Dictionary Attack,wireless\n"
        + f"x,{C},0,{B},0,0,{time},9000000,1.698e+15,Ping Sweep,wireless\n"
    )
    (tmp_path / "ACI-IoT-2023-Payload.csv").write_text("not looked at\n")
    sweep = "Ping Sweep"
    wanted = ["Benign", "Benign", "Dictionary Attack", "Benign", sweep, sweep, ""]
    assert labels("aci-iot-2023", tmp_path, "pcaps/day1") == wanted


def test_aci_iot_2023_that_cannot_be_read(tmp_path: Path) -> None:
    written(tmp_path / "x.pcap", TRAFFIC)
    with pytest.raises(MissingCapture, match=r"has no ACI-IoT-2023\.csv\. Put it beside the captures"):
        open_dataset("aci-iot-2023", tmp_path).capture("x")
    (tmp_path / "ACI-IoT-2023.csv").write_text(ACI_HEAD + f"x,{A},1,{B},2,6,2023-10-30 10:00:00,1,0,Odd,wired\n")
    with pytest.raises(CaptureError, match=r"line 2: the label 'Odd' is none of Benign, ARP Spoofing"):
        open_dataset("aci-iot-2023", tmp_path).capture("x")


PAYLOAD_HEAD = "srcip,sport,dstip,dsport,protocol_m,sttl,stime,total_len,payload,label\n"


def test_payloads_come_in_batches(tmp_path: Path) -> None:
    path = tmp_path / "ACI-IoT-2023-Payload.csv"
    path.write_text(
        PAYLOAD_HEAD
        + f"{A},40000,{B},80,tcp,64,{T0}.25,60,48690a,Benign\n"
        + f"{A},,{B},,other,64,{T0 + 1},2000,{'ff' * 1960},ICMP Flood\n"
        + f"{C},5353.0,{B},53.0,UDP,128,{T0 + 2},40,,DNS Flood\n"
    )
    first, second = read_payloads(path, batch=2)
    assert (len(first), len(second)) == (2, 1)
    assert first.payload.shape == (2, 1500)
    assert bytes(first.payload[0, :4]) == b"Hi\n\0"
    assert first.payload_length.tolist() == [3, 1960]
    assert first.time_ns[0] == T0 * 10**9 + 250_000_000
    assert first.ports.tolist() == [[40000, 80], [0, 0]]
    assert (*first.protocol, *second.protocol) == ("tcp", "other", "udp")
    assert [ACI_CLASSES[code] for code in (*first.classes, *second.classes)] == ["Benign", "ICMP Flood", "DNS Flood"]
    assert (first.ttl.tolist(), first.length.tolist()) == ([64, 64], [60, 2000])
    assert np.unique(np.concatenate([first.ends, second.ends]), axis=0).shape == (2, 4)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f"{A},1,{B},2,tcp,64,{T0},60,4,Benign", r"line 2: the payload is not hexadecimal"),
        (f"{A},1,{B},2,tcp,64,{T0},60,48,Odd", r"line 2: the label 'Odd' is none of"),
        (f"{A},1,{B},99999,tcp,64,{T0},60,48,Benign", r"line 2: the port 99999 is not from 0 to 65535"),
        (f"{A},1,{B},2,tcp,64,noon,60,48,Benign", r"line 2: the stime 'noon' is neither"),
    ],
)
def test_payloads_that_cannot_be_read_are_named(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text(PAYLOAD_HEAD + row + "\n")
    with pytest.raises(CaptureError, match=message):
        list(read_payloads(path))


def test_classes_are_the_labs_where_they_mean_the_same() -> None:
    assert set(ACI_CLASSES[1:]) - set(LABELS) == {"Dictionary Attack"}
    assert len(ACI_CLASSES) == 12
    assert {"Port Scan", "Slowloris", "SSH Dictionary Attack"} <= set(CIC_IDS_2017_CLASSES) & set(LABELS)
    for classes in (ACI_CLASSES, CIC_IDS_2017_CLASSES, CTU_13_CLASSES, IOT_23_CLASSES):
        assert classes[0] == "Benign"
        assert len(set(classes)) == len(classes)


@pytest.mark.parametrize("kind", sorted(set(DATASETS) - {"lab"}))
def test_every_kind_names_what_it_lacks(tmp_path: Path, kind: str) -> None:
    written(tmp_path / "x.pcap", TRAFFIC)
    opened = open_dataset(kind, tmp_path)
    assert tuple(opened.names) == ("x",)
    with pytest.raises(MissingCapture, match=r"has no capture y\. It has x"):
        opened.capture("y")
    with pytest.raises(MissingCapture, match=str(tmp_path)):
        opened.capture("x")


def test_labelled_captures_are_read_by_the_benchmark(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from packetclip.benchmark.reading import read

    written(tmp_path / "x.pcap", TRAFFIC)
    (tmp_path / "x.flows.csv").write_text(
        f"src,src_port,dst,dst_port,protocol,first,last,label\n{C},,,,,,,Scan\n{A},,,,,,,Benign\n"
    )
    found: LabelledCapture = open_dataset("labelled", tmp_path).capture("x")
    assert read(found).classes.tolist() == [0, 0, 1, 0, 1, 1, 1]
