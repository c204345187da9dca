"""Packets in packets: what a packet carries, and whether that is one."""

from __future__ import annotations

import struct

from packetclip.wire.packets.oracle.link import GENERIC, Path, descend
from packetclip.wire.packets.oracle.values import Values, layer, number, weird
from packetclip.wire.packets.tables import TUNNELS

Carried = tuple[str, int, int | None]
"""Name in TUNNELS, EtherType, bytes ahead of what is carried (None: the tunnel's header does not hold)."""

LAYERS_OF = {"ip": (), "erspan": ("gre", "erspan")}
ENDLESS = 1 << 17


def enter(row: Values, packet: bytes, head: int, skip: int, size: int, most: int) -> Path | None:
    """The way to the packet within; None, perhaps with a weird, when the row stays.

    ``packet``: what is readable of the row's IP packet of ``size`` bytes; its transport header begins at ``head``, its
    payload at ``skip``.
    """
    if row["fragment_offset"] or most == 0:
        return None
    guessed = row["protocol"] == 17
    carried = _by_port(row, packet[skip:]) if guessed else _by_number(row, packet[head:])
    if carried is None:
        return None
    name, ether_type, ahead = carried
    if ahead is None:
        weird(row, "bad_tunnel")
        return None
    path = descend(packet, Path(ether_type, (skip if guessed else head) + ahead))
    if path.why.startswith("wlan_") or (not path.why and path.ether_type not in (0x0800, 0x86DD, 0x0806)):
        return None
    more = int(row["ip_flags"]) & 2
    room = ENDLESS if more or not guessed else size - path.offset
    if path.why or not _holds(path.ether_type, packet[path.offset :], room):
        if not guessed:
            weird(row, "bad_tunnel")
        return None
    if row["tunnels"] == most:
        weird(row, "tunnel_too_deep")
        return None
    row["tunnels"] += 1
    row["tunnel"] = TUNNELS.index(name)
    layer(row, *LAYERS_OF.get(name, (name,)))
    return path


def _by_number(row: Values, rest: bytes) -> Carried | None:
    protocol = row["protocol"]
    if protocol in (4, 41):
        return "ip", 0x0800 if protocol == 4 else 0x86DD, 0
    if protocol == 137:
        return "mpls", 0x8847, 0
    return _gre(rest) if protocol == 47 else None


def _by_port(row: Values, payload: bytes) -> Carried | None:
    for port in (row["dst_port"], row["src_port"]):
        carried = _on_port(int(port), payload)
        if carried is not None:
            return carried if carried[2] is not None else None
    return None


def _on_port(port: int, payload: bytes) -> Carried | None:
    """None for a port of no tunnel."""
    if port in (4789, 8472, 4790):
        if len(payload) < 8 or not payload[0] & 8:
            return "vxlan", 0, None
        extended = port == 4790 and payload[0] & 4
        return "vxlan", GENERIC.get(payload[3], 0) if extended else 0x6558, 8
    if port == 6081:
        if len(payload) < 8 or payload[0] >= 64 or payload[1] % 64:
            return "geneve", 0, None
        return "geneve", number(payload[2:4]), 8 + payload[0] % 64 * 4
    if port == 6635:
        return "mpls", 0x8847, 0
    if port == 4754:
        return _gre(payload)
    if port == 5247:
        return ("capwap", *_capwap(payload))
    readers = {2152: ("gtp", _gtp), 3544: ("teredo", _teredo), 5072: ("ayiya", _ayiya)}
    if port not in readers:
        return None
    name, reader = readers[port]
    skip = reader(payload)
    version = payload[skip] >> 4 if skip is not None and skip < len(payload) else 0
    ether_type = {4: 0x0800, 6: 0x86DD}.get(version, 0)
    if ether_type == 0 or (name == "teredo" and version == 4):
        return name, 0, None
    return name, ether_type, skip


def _gre(rest: bytes) -> Carried:
    if len(rest) < 4:
        return "gre", 0, None
    flags, kind = struct.unpack(">HH", rest[:4])
    name = "erspan" if kind in (0x88BE, 0x22EB) else "gre"
    version = flags & 7
    if version > 1:
        return name, 0, None
    size = 4 + (4 if flags & 0x2000 else 0) + (4 if flags & 0x1000 else 0)
    if version == 1:
        if not flags & 0x1000:
            return name, 0, size
        size += 4 if flags & 0x80 else 0
    elif flags & 0xC000:
        size += 4
        if flags & 0x4000:
            for _ in range(16):
                if len(rest) < size + 4:
                    return name, 0, None
                length = rest[size + 3]
                size += 4 + length
                if length == 0:
                    break
            else:
                return name, 0, None
    if size > len(rest):
        return name, 0, None
    if kind == 0x88BE:
        return name, 0x6558, size + (8 if flags & 0x1000 else 0)
    if kind == 0x22EB:
        header = rest[size : size + 12]
        if len(header) < 12:
            return name, 0, None
        size += 20 if header[11] & 1 else 12
        frame_type = header[10] >> 2 & 31
        if frame_type == 0:
            return name, 0x6558, size
        if frame_type != 2 or size >= len(rest):
            return name, 0, size
        return name, 0x86DD if rest[size] >> 4 == 6 else 0x0800, size
    if kind == 0x883E:
        return name, 0x0800, size if rest[size : size + 1] and rest[size] >> 4 == 4 else size + 4
    if kind == 0x8909:
        return name, number(rest[size : size + 2]), size + 8 if len(rest) >= size + 8 else None
    if kind in range(0x8200, 0x83F1, 16):
        kind = 0x8200
    return name, kind, size


def _capwap(payload: bytes) -> tuple[int, int | None]:
    if len(payload) < 8 or payload[0] != 0:
        return 0, None
    bits = number(payload[1:4])
    size = (bits >> 19) * 4
    if size < 8 or number(payload[6:8]) >> 3:
        return 0, None
    if not bits >> 8 & 1:
        return 0x6558, size
    return (0x8200, size) if bits >> 9 & 31 == 1 else (0, None)


def _gtp(payload: bytes) -> int | None:
    if len(payload) < 8 or payload[0] >> 4 != 3 or payload[1] != 255:
        return None
    if payload[0] & 7 == 0:
        return 8
    if len(payload) < 12:
        return None
    size, following = 12, payload[11] if payload[0] & 4 else 0
    for _ in range(16):
        if following == 0:
            break
        if len(payload) < size + 4:
            return None
        length = payload[size] * 4
        if length == 0 or len(payload) < size + length:
            return None
        size += length
        following = payload[size - 1]
    return size if following == 0 else None


def _teredo(payload: bytes) -> int | None:
    skip = 0
    if len(payload) >= 13 and payload[:2] == b"\x00\x01":
        skip = 13 + payload[2] + payload[3]
    if len(payload) >= skip + 8 and payload[skip : skip + 2] == b"\x00\x00":
        skip += 8
    return skip


def _ayiya(payload: bytes) -> int | None:
    if len(payload) < 8 or payload[2] % 16 != 1 or payload[3] not in (4, 41):
        return None
    return 8 + (1 << (payload[0] >> 4)) + (payload[1] >> 4) * 4


def _holds(ether_type: int, inner: bytes, room: int) -> bool:
    """Whether a header is all there and its packet takes at most ``room`` bytes."""
    if ether_type == 0x0806:
        return len(inner) >= 28 and inner[2:6] == b"\x08\x00\x06\x04"
    if ether_type == 0x0800:
        if len(inner) < 20 or inner[0] >> 4 != 4:
            return False
        head, total = inner[0] % 16 * 4, number(inner[2:4])
        if head < 20 or len(inner) < head:
            return False
        return head <= total <= room or (total == 0 and room > 65535)
    if len(inner) < 40 or inner[0] >> 4 != 6:
        return False
    length = number(inner[4:6])
    return 40 + length <= room and (length > 0 or inner[6] == 59 or room > 65535)
