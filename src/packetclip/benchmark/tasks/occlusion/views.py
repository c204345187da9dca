"""Views of the traffic, and packets without some of them: columns become zeros, in training and test alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.baselines import BASELINES
from packetclip.benchmark.samples import Samples
from packetclip.wire.context import FIELDS, claims, flow, header, hosts, names, pairs, services
from packetclip.wire.context.schema import Field
from packetclip.wire.packets.masking import NETWORK_BYTES, TRANSPORT_BYTES

__all__ = ["EVERYTHING", "VIEWS", "View", "is_seen", "seen"]

EVERYTHING: Final = "everything"
_HEADER: Final = NETWORK_BYTES + TRANSPORT_BYTES


def _places(fields: Iterable[Field]) -> NDArray[np.bool_]:
    own = {field.name for field in fields}
    return np.array([field.name in own for field in FIELDS])


_READ: Final = ("packet_dns_", "packet_tls_", "packet_http_", "packet_login_", "packet_ssh_")
_PAYLOAD: Final = _places(field for field in header.FIELDS if field.name.startswith(_READ))
"""Facts of the packet that are read out of its payload."""
_PACKET: Final = _places(header.FIELDS)
_FLOW: Final = _places(flow.FIELDS)
_OTHERS: Final = _places((*hosts.FIELDS, *pairs.FIELDS, *services.FIELDS, *names.FIELDS, *claims.FIELDS))


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What is left to see."""

    about: str
    fields: NDArray[np.bool_]
    """(F,) context fields that stay."""
    header: bool = True
    """Masked bytes of the network and transport headers stay."""
    payload: bool = True
    """Payload bytes stay, masked and as they were."""


VIEWS: Final = {
    EVERYTHING: View("what every method of the benchmark is given", np.ones(len(FIELDS), bool)),
    "without payload": View(
        "no payload bytes, and none of the facts that are read from the packet's own payload", ~_PAYLOAD, payload=False
    ),
    "without header bytes": View(
        "no bytes of the headers; what the context tells of them (flags, lengths, kinds of ports) stays",
        np.ones(len(FIELDS), bool),
        header=False,
    ),
    "without hosts": View("nothing of what hosts, pairs, services and names did before", ~_OTHERS),
    "without flow": View("nothing of what the flow did before", ~_FLOW),
    "header alone": View("one packet's header, as bytes and as facts", _PACKET & ~_PAYLOAD, payload=False),
    "bytes alone": View("one packet's bytes, header and payload, and no fact", np.zeros(len(FIELDS), bool)),
}
"""By name, in the order of the report."""


def seen(samples: Samples, view: View) -> Samples:
    """The same packets with what the view hides as zeros."""
    shown = dataclasses.replace(samples)
    if not view.fields.all():
        shown = dataclasses.replace(shown, fields=samples.fields * view.fields.astype(np.float32))
    if not (view.header and view.payload):
        place = np.arange(samples.masked.shape[1]) < _HEADER
        stays = np.where(place, view.header, view.payload).astype(np.uint8)
        shown = dataclasses.replace(shown, masked=samples.masked * stays)
    if not view.payload:
        shown = dataclasses.replace(
            shown,
            payload=np.zeros_like(samples.payload),
            payload_length=np.zeros_like(samples.payload_length),
        )
    return shown


def is_seen(view: View, method: str) -> bool:
    """Whether a method looks at anything that the view hides."""
    looks = BASELINES[method].sees if method in BASELINES else ("fields", "masked")
    hidden = {"fields": not view.fields.all(), "masked": not (view.header and view.payload)}
    hidden |= {"payload": not view.payload, "payload_length": not view.payload}
    return any(hidden[column] for column in looks)
