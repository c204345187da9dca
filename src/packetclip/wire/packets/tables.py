"""The numbers that dissection turns on: link types, EtherTypes, protocols, and the names of what goes wrong."""

from __future__ import annotations

from typing import Final

# A link type's parser is chosen in dissect.py, one line each; numbers from https://www.tcpdump.org/linktypes.html.
LINK_NULL: Final = 0
LINK_ETHERNET: Final = 1
LINK_PPP: Final = 9
LINK_RAW_DLT: Final = 12
LINK_RAW_BSD: Final = 14
LINK_PPP_SERIAL: Final = 50
LINK_PPP_ETHER: Final = 51
LINK_RAW: Final = 101
LINK_C_HDLC: Final = 104
LINK_IEEE802_11: Final = 105
LINK_LOOP: Final = 108
LINK_LINUX_SLL: Final = 113
LINK_PRISM: Final = 119
LINK_RADIOTAP: Final = 127
LINK_AVS: Final = 163
LINK_PPI: Final = 192
LINK_IPV4: Final = 228
LINK_IPV6: Final = 229
LINK_NFLOG: Final = 239
LINK_IPOIB: Final = 242
LINK_PKTAP: Final = 258
LINK_LINUX_SLL2: Final = 276

LINK_TYPES: Final = {
    LINK_NULL: "null",
    LINK_ETHERNET: "ethernet",
    LINK_PPP: "ppp",
    LINK_RAW_DLT: "raw",
    LINK_RAW_BSD: "raw",
    LINK_PPP_SERIAL: "ppp",
    LINK_PPP_ETHER: "ppp_ether",
    LINK_RAW: "raw",
    LINK_C_HDLC: "c_hdlc",
    LINK_IEEE802_11: "wlan",
    LINK_LOOP: "loop",
    LINK_LINUX_SLL: "linux_sll",
    LINK_PRISM: "wlan_prism",
    LINK_RADIOTAP: "wlan_radiotap",
    LINK_AVS: "wlan_avs",
    LINK_PPI: "ppi",
    LINK_IPV4: "raw_ipv4",
    LINK_IPV6: "raw_ipv6",
    LINK_NFLOG: "nflog",
    LINK_IPOIB: "ipoib",
    LINK_PKTAP: "pktap",
    LINK_LINUX_SLL2: "linux_sll2",
}
"""LINKTYPE_ number -> name, of every link that a parser claims."""

# EtherTypes (https://www.iana.org/assignments/ieee-802-numbers); each says which header comes next, on any link and in
# any tunnel. Below TYPE_FIRST the number is a length, and LLC comes next.
TYPE_FIRST: Final = 0x0600
TYPE_IPV4: Final = 0x0800
TYPE_ARP: Final = 0x0806
TYPE_ETHERNET: Final = 0x6558  # transparent Ethernet bridging: a whole frame
TYPE_VLAN: Final = 0x8100
TYPE_WLAN: Final = 0x8200  # Aruba's GRE: an 802.11 frame; 0x8210 and so on for its further queues
TYPE_IPV6: Final = 0x86DD
TYPE_PPP: Final = 0x880B
TYPE_WCCP: Final = 0x883E
TYPE_MPLS: Final = 0x8847
TYPE_MPLS_UPSTREAM: Final = 0x8848
TYPE_PPPOE: Final = 0x8864
TYPE_SERVICE_VLAN: Final = 0x88A8
TYPE_ERSPAN: Final = 0x88BE
TYPE_MACSEC: Final = 0x88E5
TYPE_BACKBONE: Final = 0x88E7
TYPE_FABRIC_PATH: Final = 0x8903
TYPE_CISCO_META: Final = 0x8909
TYPE_VN_TAG: Final = 0x8926
TYPE_E_TAG: Final = 0x893F
TYPE_NSH: Final = 0x894F
TYPE_ERSPAN_III: Final = 0x22EB
TYPE_OLD_QINQ: Final = 0x9100

# IP protocol numbers (https://www.iana.org/assignments/protocol-numbers).
ICMP: Final = 1
IGMP: Final = 2
IN_IPV4: Final = 4
TCP: Final = 6
UDP: Final = 17
IN_IPV6: Final = 41
GRE: Final = 47
ESP: Final = 50
AUTHENTICATION: Final = 51
ICMPV6: Final = 58
NO_NEXT_HEADER: Final = 59
SCTP: Final = 132
IN_MPLS: Final = 137

DROPS: Final = (
    "",
    "unknown_link_type",
    "truncated_link",
    "no_ip_or_arp",
    "truncated_network",
    "bad_network_header",
    "wlan_no_data",
    "wlan_protected",
    "link_too_deep",
)
"""Why a row cannot be scored, by the number in column ``dropped``; 0 is a row that can.

unknown_link_type: no parser claims the frame's link type. truncated_link: fewer bytes than its header. no_ip_or_arp:
the link carries something else (spanning tree, LLDP, PPP's negotiation, ...). truncated_network: an IP or ARP header
was cut. bad_network_header: another version than the link says, or lengths that cannot be. wlan_no_data: an 802.11
frame of management or control, or one without data. wlan_protected: an encrypted 802.11 frame. link_too_deep: more than
16 tags, labels' stacks and frames one in another.
"""
UNKNOWN_LINK_TYPE: Final = 1
TRUNCATED_LINK: Final = 2
NO_IP_OR_ARP: Final = 3
TRUNCATED_NETWORK: Final = 4
BAD_NETWORK_HEADER: Final = 5
WLAN_NO_DATA: Final = 6
WLAN_PROTECTED: Final = 7
LINK_TOO_DEEP: Final = 8

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
    "bad_tunnel",
    "tunnel_too_deep",
    "bad_ip_options",
)
"""Names of the bits of column ``weird``, lowest first.

cut_transport_header: the transport header, TCP options included, is not all there. cut_extension_header: an IPv6
extension header or an authentication header is not all there, or there are more than 16. ip_length_zero: no length, as
segmentation offload leaves it; the frame's is used. ip_length_beyond_frame: longer than the frame on the wire.
bad_tcp_header: a header length below 20 or beyond the IP packet. bad_tcp_options: an option's length cannot be.
bad_udp_length: below 8 or beyond the IP packet. bad_quote: an ICMP error that quotes no IP header. odd_arp_operation:
neither request nor reply. odd_dns: UDP on port 53 that does not begin like a DNS query or response. group_source: sent
from a multicast or broadcast address. port_zero: TCP or UDP from or to port 0. bad_tunnel: the header of a tunnel is
not all there or cannot be, or the packet in it does not hold; the row is the packet around it. tunnel_too_deep: more
than 8 tunnels one in another; the row is the packet in the eighth. bad_ip_options: an IPv4 option's length cannot be.
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
BAD_TUNNEL: Final = 4096
TUNNEL_TOO_DEEP: Final = 8192
BAD_IP_OPTIONS: Final = 16384

TUNNELS: Final = (
    "",
    "ip",
    "gre",
    "erspan",
    "vxlan",
    "geneve",
    "gtp",
    "teredo",
    "mpls",
    "ayiya",
    "capwap",
)
"""What the row's packet was carried in, by the number in column ``tunnel``; 0 is a packet in no other.

ip: IP in IP, the families mixed as may be. gre: with key (NVGRE) or PPP in it (PPTP) too. erspan: over GRE. vxlan: GPE
too. gtp: user data of GTP version 1. mpls: labels over UDP or IP; on a link they are no tunnel.
"""
NO_TUNNEL: Final = 0
TUNNEL_IP: Final = 1
TUNNEL_GRE: Final = 2
TUNNEL_ERSPAN: Final = 3
TUNNEL_VXLAN: Final = 4
TUNNEL_GENEVE: Final = 5
TUNNEL_GTP: Final = 6
TUNNEL_TEREDO: Final = 7
TUNNEL_MPLS: Final = 8
TUNNEL_AYIYA: Final = 9
TUNNEL_CAPWAP: Final = 10

LAYERS: Final = (
    "ethernet",
    "vlan",
    "mpls",
    "pppoe",
    "ppp",
    "wlan",
    "arp",
    "ip",
    "ipv6",
    "ah",
    "esp",
    "gre",
    "erspan",
    "vxlan",
    "geneve",
    "gtp",
    "teredo",
    "ayiya",
    "capwap",
    "tcp",
    "udp",
    "sctp",
    "icmp",
    "icmpv6",
    "igmp",
)
"""Names of the bits of column ``layers``, lowest first: the headers that were begun in a frame, tunnels included."""
LAYER_ETHERNET: Final = 1
LAYER_VLAN: Final = 2
LAYER_MPLS: Final = 4
LAYER_PPPOE: Final = 8
LAYER_PPP: Final = 16
LAYER_WLAN: Final = 32
LAYER_ARP: Final = 64
LAYER_IPV4: Final = 128
LAYER_IPV6: Final = 256
LAYER_AH: Final = 512
LAYER_ESP: Final = 1024
LAYER_GRE: Final = 2048
LAYER_ERSPAN: Final = 4096
LAYER_VXLAN: Final = 8192
LAYER_GENEVE: Final = 16384
LAYER_GTP: Final = 32768
LAYER_TEREDO: Final = 65536
LAYER_AYIYA: Final = 1 << 17
LAYER_CAPWAP: Final = 1 << 18
LAYER_TCP: Final = 1 << 19
LAYER_UDP: Final = 1 << 20
LAYER_SCTP: Final = 1 << 21
LAYER_ICMP: Final = 1 << 22
LAYER_ICMPV6: Final = 1 << 23
LAYER_IGMP: Final = 1 << 24
