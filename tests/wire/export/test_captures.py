"""Captures of the shared folder: every packet is in one flow's row, and the ledger adds up."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire.export import FORMATS, flow_records
from packetclip.wire.records import gathered
from packetclip.wire.records import read as read_records


@pytest.mark.slow
def test_every_packet_is_in_one_row(shared: Path) -> None:
    seen: Counter[str] = Counter()
    for path in sorted([*shared.glob("hostile/*/*"), *shared.glob("apps/*/*.pcap*")]):
        ledger, packets = Ledger(), 0
        try:
            for batch in flow_records(path, ledger):
                pkts = np.asarray(batch["orig_pkts"], np.int64) + np.asarray(batch["resp_pkts"])
                packets += int(pkts.sum())
                assert (np.asarray(batch["size_min"]) <= np.asarray(batch["size_max"])).all(), path
                assert np.isfinite(np.asarray(batch["iat_std"])).all(), path
                seen.update(batch["end_reason"])
        except CaptureError:
            continue
        assert ledger.balanced, path
        assert packets == ledger.scored, path
    assert {"idle", "fin", "rst", "open"} <= set(seen)


def test_our_conn_log_is_read_as_zeeks(example: Path, tmp_path: Path) -> None:
    log = tmp_path / "conn.log"
    file = io.BytesIO()
    FORMATS["zeek"](file, flow_records(example))
    log.write_bytes(file.getvalue())
    ledger = Ledger()
    table = gathered(read_records(log, ledger))
    wanted: Counter[str] = Counter()
    for batch in flow_records(example):
        ip = np.asarray(batch["ip_proto"]) != 0  # Zeek's conn.log has no ARP
        wanted["flows"] += int(ip.sum())
        wanted["arp"] += int((~ip).sum())
        for name in ("orig_pkts", "resp_pkts", "orig_bytes", "resp_bytes"):
            wanted[name] += int(np.asarray(batch[name], np.int64)[ip].sum())
    assert {"flows": len(table)} | {name: int(table[name].sum()) for name in wanted if "_" in name} == {
        name: wanted[name] for name in wanted if name != "arp"
    }
    assert ledger.dropped.total() == wanted["arp"] > 0
    assert not ledger.weird
