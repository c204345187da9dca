"""Community id, version 1: a name for a flow that other tools compute alike.

Specification: https://github.com/corelight/community-id-spec. SHA-1 over seed, addresses, protocol and ports with the
smaller endpoint first, in base64. ICMP's ports are its types (see :mod:`packetclip.wire.flows.icmp`).
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from packetclip.wire.flows.icmp import ICMP, ICMPV6, PAIRS, PAIRS_V6

WITH_PORTS: Final = frozenset({ICMP, ICMPV6, 6, 17, 132})
"""Protocols whose ports are hashed: ICMP, ICMPv6, TCP, UDP, SCTP."""
TWO_SIDED: Final = frozenset(
    (protocol, one, other)
    for protocol, pairs in ((ICMP, PAIRS), (ICMPV6, PAIRS_V6))
    for request, reply in pairs
    for one, other in ((request, reply), (reply, request))
)
_MAPPED: Final = 0xFFFF


def community_id(protocol: int, orig: int, resp: int, orig_port: int, resp_port: int, seed: int = 0) -> str:
    """The id of a flow, such as ``1:LQU9qZlK+B5F3KDmev6m5PMibrg=``.

    Addresses are 128-bit numbers, IPv4 as ::ffff:a.b.c.d; ports are as in :data:`packetclip.wire.flows.FLOW`.
    """
    source, target = _packed(orig), _packed(resp)
    ports = protocol in WITH_PORTS
    one_sided = protocol in (ICMP, ICMPV6) and (protocol, orig_port, resp_port) not in TWO_SIDED
    if not one_sided and (target, resp_port if ports else 0) < (source, orig_port if ports else 0):
        source, target, orig_port, resp_port = target, source, resp_port, orig_port
    text = seed.to_bytes(2, "big") + source + target + bytes((protocol, 0))
    if ports:
        text += orig_port.to_bytes(2, "big") + resp_port.to_bytes(2, "big")
    return "1:" + base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()).decode("ascii")


def _packed(address: int) -> bytes:
    if address >> 32 == _MAPPED:
        return (address & 0xFFFFFFFF).to_bytes(4, "big")
    return address.to_bytes(16, "big")
