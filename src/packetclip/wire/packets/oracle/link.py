"""Link headers, and all that may stand between them and the network header."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from packetclip.wire.packets.oracle.values import Dropped, need, number
from packetclip.wire.packets.tables import LINK_TYPES

NETWORK = (0x0800, 0x86DD, 0x0806)
TAGS = (0x8100, 0x88A8, 0x9100)
OTHER_TAGS = {0x8909: 8, 0x8926: 6, 0x893F: 8}


@dataclass
class Path:
    """The way to a network header: what comes next and where, what was passed, why it ended early."""

    ether_type: int
    offset: int
    source: bytes = b""
    target: bytes = b""
    vlan: int = -1
    layers: list[str] = field(default_factory=list)
    why: str = ""


def link(frame: bytes, link_type: int) -> Path:
    """From the frame's first byte to its network header; raises Dropped when the link header does not hold."""
    kind = LINK_TYPES.get(link_type, "")
    start = 0
    if kind in ("ppi", "pktap"):
        need(frame, 8 if kind == "ppi" else 12)
        start = struct.unpack("<H", frame[2:4])[0] if kind == "ppi" else struct.unpack("<I", frame[:4])[0]
        if start < (8 if kind == "ppi" else 12):
            raise Dropped("truncated_link")
        need(frame, start)
        (inner,) = struct.unpack("<I", frame[4:8] if kind == "ppi" else frame[8:12])
        kind = LINK_TYPES.get(inner, "")
        if kind in ("ppi", "pktap"):
            kind = ""
    rest = frame[start:]
    source, padded = b"", False
    if kind == "":
        raise Dropped("unknown_link_type")
    if kind == "ethernet":
        ether_type, size = 0x6558, 0
    elif kind == "linux_sll":
        need(rest, 16)
        source = rest[6:12] if rest[4:6] == b"\x00\x06" else b""
        ether_type, size = number(rest[14:16]), 16
    elif kind == "linux_sll2":
        need(rest, 20)
        source = rest[12:18] if rest[11] == 6 else b""
        ether_type, size = number(rest[:2]), 20
    elif kind in ("null", "loop"):
        need(rest, 4)
        families = {struct.unpack(order, rest[:4])[0] for order in ("<I", ">I")}
        ether_type, size = 0x0800 if 2 in families else 0x86DD if families & {10, 23, 24, 28, 30} else 0, 4
        if min(families) > 0xFFFF:
            ether_type = number(rest[2:4])
    elif kind in ("raw_ipv4", "raw_ipv6"):
        ether_type, size = 0x0800 if kind == "raw_ipv4" else 0x86DD, 0
    elif kind.startswith("raw"):
        need(rest, 1)
        ether_type, size = {4: 0x0800, 6: 0x86DD}.get(rest[0] >> 4, 0), 0
    elif kind == "ppp" and rest[:2] not in (b"\x0f\x00", b"\x8f\x00"):
        ether_type, size = 0x880B, 0
    elif kind in ("ppp", "c_hdlc"):
        need(rest, 4)
        ether_type, size = number(rest[2:4]), 4
    elif kind == "ppp_ether":
        ether_type, size = 0x8864, 0
    elif kind == "ipoib":
        need(rest, 44)
        ether_type, size = number(rest[40:42]), 44
    elif kind == "nflog":
        ether_type, size = _nflog(rest)
    else:
        ether_type = 0x8200
        size, padded = _radio(kind, rest)
    return descend(frame, Path(ether_type, start + size, source), padded)


def _radio(kind: str, rest: bytes) -> tuple[int, bool]:
    """(Bytes ahead of the 802.11 header, whether that is padded)."""
    if kind == "wlan":
        return 0, False
    need(rest, 8)
    if kind == "wlan_radiotap":
        size = struct.unpack("<H", rest[2:4])[0]
        words = 1
        while rest[3 + 4 * words : 4 + 4 * words] and rest[3 + 4 * words] & 0x80 and 8 + 4 * words <= size <= len(rest):
            words += 1
        at = 4 + 4 * words
        if rest[4] & 1:
            at = -(-at // 8) * 8 + 8
        if size < 8:
            raise Dropped("truncated_link")
        need(rest, size)
        return size, bool(rest[4] & 2 and at < size and rest[at] & 0x20)
    size = number(rest[6:8]) if rest[:2] == b"\x80\x21" else struct.unpack("<H", rest[4:6])[0]
    if size < 8:
        raise Dropped("truncated_link")
    need(rest, size)
    return size, False


def _nflog(rest: bytes) -> tuple[int, int]:
    need(rest, 8)
    order = "<HH" if rest[5] == 0 else ">HH"
    at = 4
    while at + 4 <= len(rest):
        size, kind = struct.unpack(order, rest[at : at + 4])
        if size < 4:
            break
        if kind == 9:
            return {2: 0x0800, 10: 0x86DD}.get(rest[0], 0), at + 4
        at += size + -size % 4
    raise Dropped("truncated_link")


def descend(frame: bytes, path: Path, padded: bool = False) -> Path:
    """Follow EtherTypes down to the network; ``path.why`` says when bytes were missing on the way."""
    try:
        for _ in range(16):
            if not _step(frame, path, padded):
                return path
        path.why = "link_too_deep"
    except Dropped as why:
        path.why = str(why)
    return path


def _step(frame: bytes, path: Path, padded: bool) -> bool:
    """One header further; False when what comes next is of the network, or not known."""
    kind, rest = path.ether_type, frame[path.offset :]
    if kind in NETWORK:
        return False
    if kind in TAGS:
        need(rest, 4)
        path.layers.append("vlan")
        if path.vlan < 0:
            path.vlan = number(rest[:2]) % 4096
        path.ether_type, path.offset = number(rest[2:4]), path.offset + 4
    elif kind == 0x6558:
        need(rest, 14)
        path.layers.append("ethernet")
        path.target, path.source = rest[:6], rest[6:12]
        path.ether_type, path.offset = number(rest[12:14]), path.offset + 14
    elif kind < 0x600:
        if not rest.startswith(b"\xaa\xaa\x03\0\0\0") or len(rest) < 8:
            return False
        path.ether_type, path.offset = number(rest[6:8]), path.offset + 8
    elif kind == 0x8200:
        path.layers.append("wlan")
        path.offset += _wlan(path, rest, padded)
        path.ether_type = 0
    elif kind in (0x8847, 0x8848):
        path.layers.append("mpls")
        return _mpls(path, rest)
    elif kind == 0x8864:
        path.layers.append("pppoe")
        need(rest, 6)
        if rest[:2] != b"\x11\x00":
            return False
        path.ether_type, path.offset = 0x880B, path.offset + 6
    elif kind == 0x880B:
        path.layers.append("ppp")
        rest = rest[2:] if rest[:2] == b"\xff\x03" else rest
        width = 1 if rest and rest[0] & 1 else 2
        need(rest, width)
        path.offset = len(frame) - len(rest) + width
        known = {0x21: 0x0800, 0x57: 0x86DD, 0x281: 0x8847, 0x283: 0x8848}
        path.ether_type = known.get(number(rest[:width]), 0x880B)
        return path.ether_type != 0x880B
    elif kind == 0x894F:
        need(rest, 8)
        size = rest[1] % 64 * 4
        if size < 8:
            raise Dropped("truncated_link")
        need(rest, size)
        path.ether_type, path.offset = GENERIC.get(rest[3], 0), path.offset + size
        return path.ether_type != 0
    elif kind == 0x88E5:
        need(rest, 8)
        if rest[0] & 0x0C:
            return False
        size = 16 if rest[0] & 0x20 else 8
        need(rest, size)
        path.ether_type, path.offset = number(rest[size - 2 : size]), path.offset + size
        return path.ether_type != 0
    elif kind in OTHER_TAGS:
        size = OTHER_TAGS[kind]
        need(rest, size)
        path.ether_type, path.offset = number(rest[size - 2 : size]), path.offset + size
        return path.ether_type != 0
    elif kind == 0x88E7:
        path.ether_type, path.offset = 0x6558, path.offset + 4
    elif kind == 0x8903:
        path.ether_type, path.offset = 0x6558, path.offset + 2
    else:
        return False
    return True


GENERIC = {1: 0x0800, 2: 0x86DD, 3: 0x6558, 4: 0x894F, 5: 0x8847}


def _wlan(path: Path, rest: bytes, padded: bool) -> int:
    """Bytes of an 802.11 header."""
    need(rest, 24)
    control, flags = rest[0], rest[1]
    if control & 3 and not flags & 3:
        control, flags = flags, control
    if control & 0b01001111 != 0b1000:
        raise Dropped("wlan_no_data")
    first, second, third, fourth = rest[4:10], rest[10:16], rest[16:22], rest[24:30]
    size = 30 if flags & 3 == 3 else 24
    aggregate = False
    if control & 0x80:
        need(rest, size + 2)
        aggregate = bool(rest[size] & 0x80)
        size += 6 if flags & 0x80 else 2
    if padded:
        size += -size % 4
    target = third if flags & 1 else first
    source = {0: second, 1: second, 2: third, 3: fourth}[flags & 3]
    if aggregate:
        target, source = rest[size : size + 6], rest[size + 6 : size + 12]
        size += 14
    need(rest, size)
    path.target, path.source = target, source
    if flags & 0x40:
        raise Dropped("wlan_protected")
    return size


def _mpls(path: Path, rest: bytes) -> bool:
    size = 4
    while len(rest) >= size and not rest[size - 2] & 1:
        size += 4
    need(rest, size + 1)
    under = rest[size:]
    path.offset += size
    path.ether_type = {4: 0x0800, 6: 0x86DD}.get(under[0] >> 4, 0)
    if path.ether_type == 0:
        for skipped in (0, 4) if under[0] < 16 else (0,):
            if len(under) >= skipped + 14 and number(under[skipped + 12 : skipped + 14]) in (*NETWORK, *TAGS, 0x8847):
                path.ether_type = 0x6558
                path.offset += skipped
                break
    return path.ether_type != 0
