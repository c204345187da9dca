"""Asking for memory before it is needed.

A flow that begins meets five sets of entries that are in no cache, one after the other, and a flood is made of such
flows. Asked for some packets ahead, they come together and in time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from packetclip.wire.context.memory import CACHE_LINE

SETS_AHEAD: Final = 7
"""Packets before a flow begins, its sets are asked for ..."""
ENTRIES_AHEAD: Final = 3
"""... and what it will find in them, or displace."""
RING: Final = 8
"""Flows whose keys are remembered from the first to the second: more than SETS_AHEAD."""


@intrinsic
def prefetch(typing: Any, record: Any) -> tuple[Any, Callable[..., Any]]:
    """Ask for all cache lines of a record that will be written; changes nothing."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        begin = builder.bitcast(arguments[0], byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        for start in range(0, record.size, CACHE_LINE):
            at = builder.gep(begin, [number(start)])
            builder.call(ask, [at, number(1), number(3), number(1)])  # to write, into all caches, data
        return context.get_dummy_value()

    return types.void(record), generate
