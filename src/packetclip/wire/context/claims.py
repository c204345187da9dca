"""Who claims which address: ARP."""
from __future__ import annotations
from typing import Final
from packetclip.wire.context.schema import Field, windowed

FIELDS: Final = (
    *windowed("arp_requests", "packets", "ARP requests of this hardware address"),
    *windowed("arp_targets", "addresses", "addresses that this hardware address asked for and had not asked for in the last ten minutes"),
    *windowed("arp_replies", "packets", "ARP replies of this hardware address"),
    *windowed("arp_unasked", "packets", "ARP replies of this hardware address that nobody had asked for in the last five seconds"),
    *windowed("arp_takeovers", "packets", "ARP messages in which this hardware address claims an address that another one held within the last ten minutes"),
    Field("arp_claimed", "addresses", "protocol addresses that this hardware address has claimed within ten minutes", "0 outside ARP"),
    Field("arp_contested", "flag", "the address claimed in this packet was held by another hardware address within ten minutes", "0 outside ARP", log=False),
    Field("arp_gratuitous", "flag", "sender and target protocol address are the same", "0 outside ARP", log=False),
    Field("arp_forged_source", "flag", "the frame's hardware address differs from the one claimed", "0 outside ARP", log=False),
)
