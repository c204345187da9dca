"""A capture's flow table, written as Zeek writes it, is read as the same table."""

from __future__ import annotations

from packetclip.wire import capture
from packetclip.wire.flows import FlowTable, FlowTracker
from packetclip.wire.packets import dissect, format_addresses
from tests.cli.conftest import refused_ports
from tests.wire.records.making import table_of_text

COUNTS = ("orig_pkts", "resp_pkts", "orig_ip_bytes", "resp_ip_bytes", "orig_bytes", "resp_bytes")
NAMES = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "duration", "conn_state", "history",
         *COUNTS)  # fmt: skip


def written(table: FlowTable) -> str:
    orig = format_addresses(table["orig_hi"], table["orig_lo"])
    resp = format_addresses(table["resp_hi"], table["resp_lo"])
    lines = ["#separator \\x09", "#path\tconn", "#fields\t" + "\t".join(NAMES)]
    for i in reversed(range(len(table))):  # Zeek writes flows as they end
        row = table.rows[i]
        values = [
            f"{row['first_ns'] // 10**9}.{row['first_ns'] % 10**9 // 1000:06d}", f"C{i}", orig[i], row["orig_port"],
            resp[i], row["resp_port"], "tcp", f"{(row['last_ns'] - row['first_ns']) / 1e9:.6f}",
            table.conn_states()[i], table.histories()[i], *(row[name] for name in COUNTS),
        ]  # fmt: skip
        lines.append("\t".join(map(str, values)))
    return "\n".join(lines) + "\n"


def test_the_same_table_comes_back() -> None:
    tracker = FlowTracker()
    tracker.update(dissect(capture.memory(refused_ports())))
    flows = tracker.table()
    records, ledger = table_of_text(written(flows))
    assert ledger.balanced and len(records) == len(flows) == 60
    same = ("orig_hi", "orig_lo", "resp_hi", "resp_lo", "orig_port", "resp_port", "protocol", "conn_state", "history")
    for name in (*same, *COUNTS, "ether_type", "first_ns", "last_ns", "flow"):
        assert records[name].tolist() == flows[name].tolist(), name
    assert records.community_ids() == flows.community_ids()
