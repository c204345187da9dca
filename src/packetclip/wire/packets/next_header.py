"""Which header follows an EtherType, down to the network header: tags, labels, PPP, frames in frames.

On links and in tunnels alike. A new EtherType that carries packets gets its line here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.ethernet import (
    BACKBONE_BYTES,
    FABRIC_PATH_BYTES,
    HEADER_BYTES,
    SNAP_BYTES,
    TAG_BYTES,
    is_snap,
    is_tag,
    other_tag_bytes,
)
from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.macsec import macsec
from packetclip.wire.packets.mpls import mpls
from packetclip.wire.packets.nsh import nsh
from packetclip.wire.packets.ppp import ppp
from packetclip.wire.packets.pppoe import pppoe
from packetclip.wire.packets.reading import u16
from packetclip.wire.packets.tables import (
    LAYER_ETHERNET,
    LAYER_MPLS,
    LAYER_PPP,
    LAYER_PPPOE,
    LAYER_VLAN,
    LAYER_WLAN,
    LINK_TOO_DEEP,
    TRUNCATED_LINK,
    TYPE_ARP,
    TYPE_BACKBONE,
    TYPE_ETHERNET,
    TYPE_FABRIC_PATH,
    TYPE_FIRST,
    TYPE_IPV4,
    TYPE_IPV6,
    TYPE_MACSEC,
    TYPE_MPLS,
    TYPE_MPLS_UPSTREAM,
    TYPE_NSH,
    TYPE_PPP,
    TYPE_PPPOE,
    TYPE_WLAN,
)
from packetclip.wire.packets.wlan import wlan

MOST_HEADERS = 16


@kernel
def to_network(
    data: NDArray[np.uint8], ether_type: int, at: int, end: int, dst_at: int, src_at: int, padded: bool
) -> tuple[int, int, int, int, int, int]:
    """Step over headers until one of the network, or an unknown one, comes next.

    Gives (EtherType of what comes next; where it begins, or minus the position in DROPS; where the innermost
    destination and source hardware addresses stand, or -1; outermost VLAN id, or -1; bits of LAYERS). ``padded`` says
    that an 802.11 header is padded to words. Nothing is written: in a tunnel it may turn out not to be one.
    """
    vlan = -1
    layers = 0
    for _ in range(MOST_HEADERS):
        if ether_type in (TYPE_IPV4, TYPE_IPV6, TYPE_ARP):
            return ether_type, at, dst_at, src_at, vlan, layers
        if is_tag(ether_type):
            if end - at < TAG_BYTES:
                return ether_type, -TRUNCATED_LINK, dst_at, src_at, vlan, layers
            if vlan < 0:
                vlan = u16(data, at) & 0xFFF
            layers |= LAYER_VLAN
            ether_type = u16(data, at + 2)
            at += TAG_BYTES
        elif ether_type == TYPE_ETHERNET:
            if end - at < HEADER_BYTES:
                return ether_type, -TRUNCATED_LINK, dst_at, src_at, vlan, layers
            layers |= LAYER_ETHERNET
            dst_at, src_at = at, at + 6
            ether_type = u16(data, at + 12)
            at += HEADER_BYTES
        elif ether_type < TYPE_FIRST:
            if not is_snap(data, at, end):
                return ether_type, at, dst_at, src_at, vlan, layers
            ether_type = u16(data, at + 6)
            at += SNAP_BYTES
        elif ether_type == TYPE_WLAN:
            at, dst_at, src_at = wlan(data, at, end, padded)
            if at < 0:
                return ether_type, at, dst_at, src_at, vlan, layers | LAYER_WLAN
            layers |= LAYER_WLAN
            ether_type = 0
        else:
            if ether_type in (TYPE_MPLS, TYPE_MPLS_UPSTREAM):
                layers |= LAYER_MPLS
                ether_type, at = mpls(data, at, end)
            elif ether_type == TYPE_PPPOE:
                layers |= LAYER_PPPOE
                ether_type, at = pppoe(data, at, end)
                if ether_type == TYPE_PPPOE and at >= 0:
                    break
            elif ether_type == TYPE_PPP:
                layers |= LAYER_PPP
                ether_type, at = ppp(data, at, end)
                if ether_type == TYPE_PPP and at >= 0:
                    break
            elif ether_type == TYPE_NSH:
                ether_type, at = nsh(data, at, end)
            elif ether_type == TYPE_BACKBONE:
                ether_type, at = TYPE_ETHERNET, at + BACKBONE_BYTES
            elif ether_type == TYPE_FABRIC_PATH:
                ether_type, at = TYPE_ETHERNET, at + FABRIC_PATH_BYTES
            elif ether_type == TYPE_MACSEC:
                ether_type, at = macsec(data, at, end)
                if ether_type == TYPE_MACSEC and at >= 0:
                    break
            else:
                skipped = other_tag_bytes(ether_type)
                if skipped == 0:
                    break
                at = at + skipped + 2 if end - at >= skipped + 2 else -1
                ether_type = u16(data, at - 2) if at >= 0 else 0
            if at < 0:
                return ether_type, -TRUNCATED_LINK, dst_at, src_at, vlan, layers
            if ether_type == 0:
                break
    else:
        return ether_type, -LINK_TOO_DEEP, dst_at, src_at, vlan, layers
    return ether_type, at, dst_at, src_at, vlan, layers
