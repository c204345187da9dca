"""IP protocol numbers from the names that logs use (IANA's keywords, as Suricata and Zeek spell them)."""

from __future__ import annotations

from typing import Any, Final

from packetclip.wire.records.faults import Dropped

NUMBERS: Final = {
    "ICMP": 1, "IGMP": 2, "IPV4": 4, "IPIP": 4, "TCP": 6, "EGP": 8, "IGP": 9, "UDP": 17, "DCCP": 33, "IPV6": 41,
    "RSVP": 46, "GRE": 47, "ESP": 50, "AH": 51, "IPV6-ICMP": 58, "ICMPV6": 58, "EIGRP": 88, "OSPF": 89, "OSPFIGP": 89,
    "PIM": 103, "VRRP": 112, "L2TP": 115, "SCTP": 132, "UDPLITE": 136,
}  # fmt: skip
WITH_PORTS: Final = frozenset({6, 17, 132})
ICMP: Final = 1
TCP: Final = 6
UDP: Final = 17
ICMPV6: Final = 58


def protocol_number(name: Any, number: int, ipv6: bool) -> int:
    """``number`` where a record gives one (0 to 255), else that of its name. Raises Dropped.

    Zeek calls both ICMPs ``icmp``; the addresses say which.
    """
    if not 0 < number < 255:
        text = name.upper() if isinstance(name, str) else ""
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else NUMBERS.get(text, 0)
    if number == ICMP and ipv6:
        return ICMPV6
    if 0 < number < 255:
        return number
    raise Dropped("unknown_protocol")
