"""Arrays that are lent, not shared.

numba counts an array in and out, atomically, wherever a function hands it to another. An atomic operation also waits
for memory that was asked for: beside a flood that was a third of what a packet cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def borrowed(typing: Any, array: Any) -> tuple[Any, Callable[..., Any]]:
    """The same array, which nobody counts: whoever calls must hold it for as long as it is used."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        view.meminfo = cgutils.get_null_value(view.meminfo.type)
        view.parent = cgutils.get_null_value(view.parent.type)
        return view._getvalue()

    return array(array), generate
