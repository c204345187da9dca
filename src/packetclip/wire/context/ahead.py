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

AHEAD: Final = 4
"""Packets."""
LINES: Final = 3
"""Cache lines at the beginning of a set: its keys, times and touches."""


@intrinsic
def prefetch(typing: Any, record: Any) -> tuple[Any, Callable[..., Any]]:
    """Ask for the first LINES of a record, which will be written; changes nothing."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        begin = builder.bitcast(arguments[0], byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        for line in range(LINES):
            at = builder.gep(begin, [number(line * CACHE_LINE)])
            builder.call(ask, [at, number(1), number(3), number(1)])  # to write, into all caches, data
        return context.get_dummy_value()

    return types.void(record), generate
