"""Who is who in a flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Roles:
    """Who began a flow, with whom, and through which door."""

    orig: int
    resp: int
    protocol: int
    port: int


def address(row: Row, side: str) -> int:
    """128 bits; IPv4 as ::ffff:a.b.c.d."""
    return int(row[f"{side}_hi"]) << 64 | int(row[f"{side}_lo"])


def roles_of(row: Row, step: Row) -> Roles:
    """Who is who, by the flow's first packet."""
    ends = [(address(row, "src"), row["src_port"]), (address(row, "dst"), row["dst_port"])]
    (orig, _), (resp, port) = ends if step["is_orig"] == 1 else reversed(ends)
    return Roles(orig, resp, row["protocol"], port)
