"""All context fields, in the order of the columns, and the record that kernels write."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from packetclip.wire.context import claims, flow, header, hosts, names, pairs, services
from packetclip.wire.context.schema import WINDOWS_S, Field, Sum, window_name

FIELDS: Final = (
    *header.FIELDS,
    *flow.FIELDS,
    *hosts.FIELDS,
    *pairs.FIELDS,
    *services.FIELDS,
    *names.FIELDS,
    *claims.FIELDS,
)
POSITION: Final = {field.name: position for position, field in enumerate(FIELDS)}

SUMS: Final = {
    "originator": hosts.ORIGINATOR_SUMS,
    "responder": hosts.RESPONDER_SUMS,
    "pair": pairs.SUMS,
    "service": services.SERVICE_SUMS,
    "target": services.TARGET_SUMS,
    "asker": names.ASKER_SUMS,
    "server": names.SERVER_SUMS,
    "zone": names.ZONE_SUMS,
    "claims": claims.SUMS,
}


def _line() -> np.dtype[Any]:
    width = np.dtype(np.float32).itemsize
    fields: list[tuple[str, Any, int]] = [("everything", ("f4", len(FIELDS)), 0)]

    def part(name: str, kind: Any, first: Field) -> None:
        fields.append((name, kind, width * POSITION[first.name]))

    for field in FIELDS:
        part(field.name, "f4", field)
    part("about_zone", ("f4", len(names.ZONE_FIELDS)), names.ZONE_FIELDS[0])
    part("about_claims", ("f4", len(claims.FIELDS)), claims.FIELDS[0])
    for name, block in SUMS.items():
        part(name, ("f4", (len(block), len(WINDOWS_S))), block[0].fields[0])
        for kept in block:
            part(stem(kept), ("f4", len(WINDOWS_S)), kept.fields[0])
    names_, formats, offsets = zip(*fields, strict=True)
    size = width * len(FIELDS)
    return np.dtype({"names": names_, "formats": formats, "offsets": offsets, "itemsize": size})


def stem(kept: Sum) -> str:
    """The name of a sum's fields without their window."""
    return kept.fields[0].name.removesuffix(window_name("", WINDOWS_S[0]))


LINE: Final = _line()
"""One row of :class:`~packetclip.wire.context.Context`: each field by its name, a sum's windows together by the name
without the window, the sums of an entity, and
what is 0 together: ``about_zone`` outside DNS, ``about_claims`` outside ARP, ``everything`` outside flows."""
