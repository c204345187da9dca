"""One record as its parser found it, before it becomes a row."""

from __future__ import annotations

from typing import Final, NamedTuple

UNKNOWN: Final = -1
"""What a record does not hold."""


class Record(NamedTuple):
    """A flow by one line of a log, or by two for Suricata's netflow."""

    first_ns: int
    orig: tuple[int, int]
    """Originator's address as two halves of 64 bits."""
    resp: tuple[int, int]
    protocol: int
    orig_port: int = UNKNOWN
    resp_port: int = UNKNOWN
    duration_ns: int = UNKNOWN
    orig_pkts: int = UNKNOWN
    resp_pkts: int = UNKNOWN
    orig_bytes: int = UNKNOWN
    """Payload."""
    resp_bytes: int = UNKNOWN
    orig_ip_bytes: int = UNKNOWN
    resp_ip_bytes: int = UNKNOWN
    orig_wire_bytes: int = UNKNOWN
    """Whole frames."""
    resp_wire_bytes: int = UNKNOWN
    conn_state: int = UNKNOWN
    """Position in CONN_STATES."""
    app: int = 0
    """Position in APPS."""
    timed_out: int = UNKNOWN
    """Whether the flow was ended by its silence."""
    vlan: int = UNKNOWN
    history: str = ""
    lines: int = 1
