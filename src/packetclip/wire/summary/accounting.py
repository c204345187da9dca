"""From a batch of packets to the ledger."""

from __future__ import annotations

import numpy as np

from packetclip.ledger import Ledger
from packetclip.wire.packets import DROPS, WEIRDS, PacketBatch


def enter(ledger: Ledger, packets: PacketBatch) -> None:
    """Account for a batch that was worked on: rows that could be, rows that could not and why, oddities."""
    counts = np.bincount(packets["dropped"], minlength=len(DROPS)).tolist()
    ledger.score(counts[0])
    for reason, n in zip(DROPS[1:], counts[1:], strict=False):
        ledger.drop(reason, n)
    weird = packets["weird"]
    if weird.any():
        for bit, name in enumerate(WEIRDS):
            ledger.note(name, int(np.count_nonzero(weird & np.uint32(1 << bit))))
