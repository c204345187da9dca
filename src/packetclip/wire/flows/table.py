"""All flows of a capture: one row a flow, named as in Zeek's ``conn.log``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.flows.community_id import community_id
from packetclip.wire.flows.endings import END_REASONS
from packetclip.wire.flows.states import CONN_STATES
from packetclip.wire.packets.batch import Column

FLOW_COLUMNS: Final = (
    Column("flow", "i8", "number of the flow, 0-based in order of first packet"),
    Column("first_ns", "i8", "time of the first packet, nanoseconds since 1970 UTC"),
    Column("last_ns", "i8", "latest time of any packet"),
    Column("orig_hi", "u8", "originator's address, upper 64 bits (IPv4 as ::ffff:a.b.c.d; ARP: protocol address)"),
    Column("orig_lo", "u8", "originator's address, lower 64 bits"),
    Column("resp_hi", "u8", "responder's address, upper 64 bits"),
    Column("resp_lo", "u8", "responder's address, lower 64 bits"),
    Column(
        "orig_bytes", "i8", "payload bytes of the originator by the headers' lengths; retransmitted ones count again"
    ),
    Column("resp_bytes", "i8", "payload bytes of the responder, likewise"),
    Column("orig_ip_bytes", "i8", "bytes of the originator from the IP header on; 0 for ARP"),
    Column("resp_ip_bytes", "i8", "bytes of the responder from the IP header on; 0 for ARP"),
    Column("history", "S16", "what happened in which order, Zeek's letters; see states.py for what differs"),
    Column("orig_pkts", "i4", "packets of the originator"),
    Column("resp_pkts", "i4", "packets of the responder"),
    Column("vlan", "i4", "outermost VLAN id of the first packet; -1 without a tag"),
    Column("orig_port", "u2", "originator's port; ICMP: type of its message; 0 where the protocol has none"),
    Column("resp_port", "u2", "responder's port; ICMP: type of the answer, or the code where nothing answers"),
    Column("ether_type", "u2", "EtherType of the first packet"),
    Column("protocol", "u1", "IP protocol number; 0 for ARP"),
    Column("conn_state", "u1", "position in flows.CONN_STATES"),
    Column("end_reason", "u1", "what ended the flow first, a position in flows.END_REASONS; 0 while it is open"),
)

FLOW: Final = np.dtype([(column.name, column.dtype) for column in FLOW_COLUMNS])
"""One flow as a record."""


@dataclass(frozen=True, slots=True, eq=False)
class FlowTable:
    """Flows in order of their first packet; ``table["orig_pkts"]`` is a column of shape (N,)."""

    rows: NDArray[Any]
    """(N,) of :data:`FLOW`."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.rows[name]

    def conn_states(self) -> list[str]:
        """Zeek's name of each flow's state."""
        return [CONN_STATES[state] for state in self.rows["conn_state"].tolist()]

    def packets(self) -> NDArray[np.int32]:
        """(N,) packets both ways."""
        both: NDArray[np.int32] = self.rows["orig_pkts"] + self.rows["resp_pkts"]
        return both

    def end_reasons(self) -> list[str]:
        """Name of what ended each flow; ``open`` when nothing has."""
        return [END_REASONS[reason] for reason in self.rows["end_reason"].tolist()]

    def histories(self) -> list[str]:
        """Zeek's history of each flow; empty for ICMP, ARP and protocols without ports."""
        return [history.decode("ascii") for history in self.rows["history"].tolist()]

    def community_ids(self) -> list[str]:
        """Community id, version 1, seed 0, of each flow; empty for ARP. Hashes every flow: ask once."""
        names = ("ether_type", "protocol", "orig_hi", "orig_lo", "resp_hi", "resp_lo", "orig_port", "resp_port")
        columns = (self.rows[name].tolist() for name in names)
        return [
            ""
            if ether_type == 0x0806
            else community_id(protocol, orig_hi << 64 | orig_lo, resp_hi << 64 | resp_lo, orig_port, resp_port)
            for ether_type, protocol, orig_hi, orig_lo, resp_hi, resp_lo, orig_port, resp_port in zip(
                *columns, strict=True
            )
        ]
