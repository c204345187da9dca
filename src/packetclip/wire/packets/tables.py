"""The numbers that dissection turns on: link types, EtherTypes, protocols, and the names of what goes wrong."""

from __future__ import annotations

from typing import Final

# A link type's parser is chosen in dissect.py, one line each; numbers from https://www.tcpdump.org/linktypes.html.
LINK_NULL: Final = 0
LINK_ETHERNET: Final = 1
LINK_RAW_DLT: Final = 12
LINK_RAW_BSD: Final = 14
LINK_RAW: Final = 101
LINK_LOOP: Final = 108
LINK_LINUX_SLL: Final = 113
LINK_IPV4: Final = 228
LINK_IPV6: Final = 229
LINK_LINUX_SLL2: Final = 276

LINK_TYPES: Final = {
    LINK_NULL: "null",
    LINK_ETHERNET: "ethernet",
    LINK_RAW_DLT: "raw",
    LINK_RAW_BSD: "raw",
    LINK_RAW: "raw",
    LINK_LOOP: "loop",
    LINK_LINUX_SLL: "linux_sll",
    LINK_IPV4: "raw_ipv4",
    LINK_IPV6: "raw_ipv6",
    LINK_LINUX_SLL2: "linux_sll2",
}
"""LINKTYPE_ number -> name, of every link that a parser claims."""

TYPE_IPV4: Final = 0x0800
TYPE_ARP: Final = 0x0806
TYPE_VLAN: Final = 0x8100
TYPE_IPV6: Final = 0x86DD
TYPE_SERVICE_VLAN: Final = 0x88A8
TYPE_OLD_QINQ: Final = 0x9100

ICMP: Final = 1
TCP: Final = 6
UDP: Final = 17
ICMPV6: Final = 58
SCTP: Final = 132
NO_NEXT_HEADER: Final = 59

DROPS: Final = (
    "",
    "unknown_link_type",
    "truncated_link",
    "no_ip_or_arp",
    "truncated_network",
    "bad_network_header",
)
"""Why a row cannot be scored, by the number in column ``dropped``; 0 is a row that can.

unknown_link_type: no parser claims the frame's link type. truncated_link: fewer bytes than its header. no_ip_or_arp:
the link carries something else (spanning tree, LLDP, MPLS, ...). truncated_network: an IP or ARP header was cut.
bad_network_header: another version than the link says, or lengths that cannot be.
"""
UNKNOWN_LINK_TYPE: Final = 1
TRUNCATED_LINK: Final = 2
NO_IP_OR_ARP: Final = 3
TRUNCATED_NETWORK: Final = 4
BAD_NETWORK_HEADER: Final = 5

WEIRDS: Final = (
    "cut_transport_header",
    "cut_extension_header",
    "ip_length_zero",
    "ip_length_beyond_frame",
    "bad_tcp_header",
    "bad_tcp_options",
    "bad_udp_length",
    "bad_quote",
    "odd_arp_operation",
    "odd_dns",
    "group_source",
    "port_zero",
)
"""Names of the bits of column ``weird``, lowest first.

cut_transport_header: the transport header, TCP options included, is not all there. cut_extension_header: an IPv6
extension header is not all there, or there are more than 16. ip_length_zero: no length, as segmentation offload leaves
it; the frame's is used. ip_length_beyond_frame: longer than the frame on the wire. bad_tcp_header: a header length
below 20 or beyond the IP packet. bad_tcp_options: an option's length cannot be. bad_udp_length: below 8 or beyond the
IP packet. bad_quote: an ICMP error that quotes no IP header. odd_arp_operation: neither request nor reply. odd_dns: UDP
on port 53 that does not begin like a DNS query or response. group_source: sent from a multicast or broadcast address.
port_zero: TCP or UDP from or to port 0.
"""
CUT_TRANSPORT_HEADER: Final = 1
CUT_EXTENSION_HEADER: Final = 2
IP_LENGTH_ZERO: Final = 4
IP_LENGTH_BEYOND_FRAME: Final = 8
BAD_TCP_HEADER: Final = 16
BAD_TCP_OPTIONS: Final = 32
BAD_UDP_LENGTH: Final = 64
BAD_QUOTE: Final = 128
ODD_ARP_OPERATION: Final = 256
ODD_DNS: Final = 512
GROUP_SOURCE: Final = 1024
PORT_ZERO: Final = 2048
