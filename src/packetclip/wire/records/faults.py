"""Why a line gives no flow."""

from __future__ import annotations

from typing import Final

NOT_A_FLOW: Final = "not_a_flow"
DROPS: Final = {
    NOT_A_FLOW: "is a record of another kind",
    "not_json": "is not a JSON object",
    "wrong_columns": "has another number of columns than the header names",
    "no_header": "comes before the line that names the columns",
    "no_time": "has no time that can be read",
    "no_address": "has no pair of addresses that can be read",
    "unknown_protocol": "names no protocol that is known",
    "long_line": "is longer than any record",
}
"""Reason in the ledger -> how a sentence about such a line ends."""


class Dropped(Exception):  # noqa: N818 - never leaves the room
    """A line gives no flow; the argument is one of :data:`DROPS`."""
