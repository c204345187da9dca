"""Asking for memory before it is needed.

A flow that begins or ends while more are open than CACHED lies in no cache. Each packet's bucket is asked for FAR
packets before its turn, the flow that it leads to NEAR packets before; so are the flows whose turn to end is next, and
their buckets. Nothing here changes anything, so it does not matter when it is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from packetclip.wire.flows.slots import HEAD, LATER, LINE, LIVE, MASK, hash_of, idle

FAR: Final = 32
NEAR: Final = 16
"""Packets."""
RING: Final = 64
"""Room for the hashes of packets whose turn comes, a power of two greater than FAR."""


@intrinsic
def prefetch(typing: Any, array: Any, index: Any) -> tuple[Any, Callable[..., Any]]:
    """Ask for every cache line of an array's element (or row), which will be written."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        view = context.make_array(kind)(context, builder, arguments[0])
        at = [context.cast(builder, arguments[1], signature.args[1], types.intp)]
        at += [context.get_constant(types.intp, 0)] * (kind.ndim - 1)
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        begin = builder.bitcast(cgutils.get_item_pointer(context, builder, kind, view, at), byte)
        asked = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte], asked)
        for offset in range(0, context.get_abi_sizeof(context.get_data_type(kind.dtype)), LINE):
            where = builder.gep(begin, [number(offset)])
            builder.call(ask, [where, number(1), number(3), number(1)])  # to write, into all caches, data
        return context.get_dummy_value()

    return types.void(array, index), generate


@njit(cache=True, nogil=True)
def ask_for_bucket(row: Any, at: Any, hashes: Any, buckets: Any, mask: Any, secrets: Any) -> None:
    """Keep the hash that packet ``at`` has if it is no ICMP, ARP or later fragment; ask for its bucket."""
    hashed = hash_of(
        np.int64(row.protocol), row.src_hi, row.src_lo, np.int64(row.src_port),
        row.dst_hi, row.dst_lo, np.int64(row.dst_port), secrets,
    )  # fmt: skip
    hashes[at & (RING - 1)] = hashed
    prefetch(buckets, hashed & mask)


@njit(cache=True, nogil=True)
def ask_for_flow(hashed: Any, flows: Any, links: Any, buckets: Any, mask: Any) -> None:
    """Ask for the flow that has this hash, if there is one."""
    place = hashed & mask
    while buckets[place] != 0:
        if buckets[place] >> 32 == hashed:
            slot = (buckets[place] & 0xFFFFFFFF) - 1
            prefetch(flows, slot)
            prefetch(links, slot)
            break
        place = (place + 1) & mask


@njit(cache=True, nogil=True)
def ask_for_next_to_end(
    now: Any, flows: Any, links: Any, buckets: Any, queues: Any, counters: Any, timeouts: Any
) -> None:
    """Every NEAR packets: ask for buckets of flows that will end soon, and for the flows that come after these."""
    full = counters[LIVE] + NEAR > len(flows)
    for queue in range(3):
        slot = queues[queue, HEAD]
        if slot >= 0 and (full or idle(now, flows[slot].last_ns, timeouts[queue])):
            for turn in range(3 * NEAR):
                if slot < 0:
                    break
                if turn >= 2 * NEAR:
                    prefetch(flows, slot)
                elif turn >= NEAR:
                    prefetch(buckets, np.int64(flows[slot].hash) & counters[MASK])
                slot = np.int64(links[slot, LATER])
