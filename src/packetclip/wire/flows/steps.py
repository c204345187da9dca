"""What a flow is to each of its packets: a :class:`FlowSteps` row beside every packet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.batch import Column

BEGUN: Final = 1
"""The first packet of the flow."""
ANSWERED: Final = 2
"""The responder's first packet."""
ESTABLISHED: Final = 4
"""TCP: the handshake ends here."""
REJECTED: Final = 8
"""TCP: the responder resets before the handshake ends; an ICMP unreachable quotes the flow (set on the ICMP row)."""
RESET: Final = 16
"""TCP: either side resets an established connection."""
CLOSED: Final = 32
"""TCP: both sides have sent FIN."""
ORIG_DATA: Final = 64
"""The originator's first payload."""
RESP_DATA: Final = 128
"""The responder's first payload."""
RETRANSMITTED: Final = 256
"""TCP: a segment whose sequence range was sent before."""

STEP_COLUMNS: Final = (
    Column("flow", "i8", "number of the flow, 0-based in order of first packet; -1 for packets outside flows"),
    Column("is_orig", "u1", "1 when the flow's originator sent the packet"),
    Column("event", "u2", "bits: what happens to the flow at this packet"),
    Column("number", "i4", "1-based number of the packet in its flow"),
    Column("orig_pkts", "i4", "packets of the originator so far, this one included"),
    Column("resp_pkts", "i4", "packets of the responder so far, this one included"),
    Column("orig_bytes", "i8", "payload bytes of the originator so far"),
    Column("resp_bytes", "i8", "payload bytes of the responder so far"),
    Column("age_ns", "i8", "time since the flow's first packet"),
    Column("gap_ns", "i8", "time since the flow's previous packet; -1 at the first"),
    Column("side_gap_ns", "i8", "time since the same side's previous packet; -1 at its first"),
    Column("state", "u1", "conn_state so far, a position in flows.CONN_STATES"),
    Column("quoted_flow", "i8", "flow of the datagram that an ICMP error quotes; -1 when none is known"),
)

STEP: Final = np.dtype([(column.name, column.dtype) for column in STEP_COLUMNS])


@dataclass(frozen=True, slots=True, eq=False)
class FlowSteps:
    """One row a packet of the batch it was made from; ``steps["flow"]`` is a column of shape (N,)."""

    rows: NDArray[Any]
    """(N,) of :data:`STEP`."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.rows[name]
