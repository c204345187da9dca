"""Logs for tests: the small ones that lie here, and text made on the spot."""

from __future__ import annotations

import tempfile
from pathlib import Path

from packetclip.ledger import Ledger
from packetclip.wire.records import RecordTable, gathered, read

LOGS = Path(__file__).parent / "logs"
DEFAULT = {
    "ts": "1763920800.5", "uid": "C1", "id.orig_h": "10.0.0.1", "id.orig_p": "40000", "id.resp_h": "10.0.0.2",
    "id.resp_p": "80", "proto": "tcp", "service": "http", "duration": "2.000000", "orig_bytes": "100",
    "resp_bytes": "2000", "conn_state": "SF", "history": "ShADadFf", "orig_pkts": "6", "resp_pkts": "5",
    "ip_proto": "-",
}  # fmt: skip


def conn_log(*rows: dict[str, str]) -> str:
    """Zeek's conn.log; each row names what differs from an ordinary one. The header has three lines."""
    lines = ["#separator \\x09", "#path\tconn", "#fields\t" + "\t".join(DEFAULT)]
    lines += ["\t".join({**DEFAULT, **row}.values()) for row in rows]
    return "\n".join(lines) + "\n"


def table_of_text(text: str | bytes) -> tuple[RecordTable, Ledger]:
    """What is read of a log of this content, and the ledger."""
    ledger = Ledger()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return gathered(read(path, ledger)), ledger
