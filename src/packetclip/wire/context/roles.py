"""Who is who in a packet's flow: the keys under which the packet's context is remembered."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.context.memory import mix

# Columns of the flow memory's `roles` array, one row a slot.
ORIG: Final = 0
RESP: Final = 1
PAIR: Final = 2
SERVICE: Final = 3
TARGET: Final = 4
PORT: Final = 5
PROTOCOL: Final = 6
ORIG_HI: Final = 7
ORIG_LO: Final = 8
RESP_HI: Final = 9
RESP_LO: Final = 10
WIDTH: Final = 11


@njit(cache=True, nogil=True)
def assign(row: Any, step: Any, roles: Any) -> None:
    """Fill one row of roles (WIDTH,) of uint64 from a packet and its step."""
    if step.is_orig == 1:
        roles[ORIG_HI], roles[ORIG_LO] = row.src_hi, row.src_lo
        roles[RESP_HI], roles[RESP_LO] = row.dst_hi, row.dst_lo
        port = np.uint64(row.dst_port)
    else:
        roles[ORIG_HI], roles[ORIG_LO] = row.dst_hi, row.dst_lo
        roles[RESP_HI], roles[RESP_LO] = row.src_hi, row.src_lo
        port = np.uint64(row.src_port)
    protocol = np.uint64(row.protocol)
    roles[PORT] = port
    roles[PROTOCOL] = protocol
    roles[ORIG] = mix(roles[ORIG_HI], roles[ORIG_LO])
    roles[RESP] = mix(roles[RESP_HI], roles[RESP_LO])
    roles[PAIR] = mix(roles[ORIG], roles[RESP])
    door = (protocol << np.uint64(16)) | port
    roles[SERVICE] = mix(roles[PAIR], door)
    roles[TARGET] = mix(roles[RESP], door)
