"""All context fields, in the order of the columns."""

from __future__ import annotations

from typing import Final

from packetclip.wire.context import claims, flow, header, hosts, names, pairs, services

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
