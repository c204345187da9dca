"""Names of protocols that ``packets`` does not dissect, as tshark's filters have them, and of services by port."""

from __future__ import annotations

from typing import Final

ETHER_TYPES: Final = {
    0x22F3: "trill",
    0x8035: "rarp",
    0x809B: "appletalk",
    0x8137: "ipx",
    0x8809: "slow",
    0x8863: "pppoe_discovery",
    0x888E: "eapol",
    0x8892: "profinet",
    0x88A4: "ethercat",
    0x88B8: "goose",
    0x88BA: "sv",
    0x88CC: "lldp",
    0x88E5: "macsec",
    0x88E7: "pbb",
    0x88F7: "ptp",
    0x8902: "cfm",
    0x893A: "ieee1905",
    0x9000: "loop",
}
"""EtherType (https://www.iana.org/assignments/ieee-802-numbers) -> name, of what is not dissected."""
DISSECTED_ETHER_TYPES: Final = frozenset(
    {0, 0x0800, 0x0806, 0x6558, 0x8100, 0x86DD, 0x880B, 0x8847, 0x8848, 0x8864, 0x88A8, 0x9100}
)
"""Counted by the layers that were read; 0 is that of frames which have none."""
FIRST_ETHER_TYPE: Final = 1536
"""What is lower is a length (IEEE 802.3)."""

IP_PROTOCOLS: Final = {
    0: "hopopt",
    1: "icmp",
    2: "igmp",
    4: "ipip",
    6: "tcp",
    17: "udp",
    33: "dccp",
    41: "6in4",
    46: "rsvp",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "icmpv6",
    88: "eigrp",
    89: "ospf",
    103: "pim",
    112: "vrrp",
    115: "l2tp",
    132: "sctp",
    136: "udplite",
    137: "mpls",
}
"""IP protocol number (https://www.iana.org/assignments/protocol-numbers) -> name."""
DISSECTED_PROTOCOLS: Final = frozenset({1, 2, 6, 17, 47, 50, 51, 58, 132})
"""Counted by the layers that were read."""
LINK_LAYERS: Final = frozenset({"ethernet", "wlan"})
"""Layers that the link type tells of."""

APPLICATIONS: Final = ("dns", "mdns", "llmnr", "tls", "http", "ssh")
"""What is told by a header at the beginning of the payload."""
DNS, MDNS, LLMNR, TLS, HTTP, SSH = range(6)

CARRIERS: Final = ("tcp", "udp", "sctp")
"""Transport protocols with ports."""
OVER_TCP, OVER_UDP, OVER_SCTP = range(3)

_BOTH = {
    53: "dns", 67: "dhcp", 68: "dhcp", 88: "kerberos", 111: "sunrpc", 123: "ntp", 161: "snmp", 162: "snmptrap",
    389: "ldap", 464: "kpasswd", 500: "isakmp", 514: "syslog", 546: "dhcpv6", 547: "dhcpv6",
    853: "dns-tls", 1194: "openvpn", 1812: "radius", 1813: "radius-acct", 2049: "nfs", 3389: "rdp", 3478: "stun",
    5060: "sip", 5353: "mdns", 5355: "llmnr", 5683: "coap", 20000: "dnp3", 44818: "enip", 47808: "bacnet",
}  # fmt: skip
_TCP_ONLY = {
    20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 43: "whois", 79: "finger", 80: "http",
    102: "s7comm", 110: "pop3", 113: "ident", 119: "nntp", 135: "msrpc", 139: "netbios-ssn", 143: "imap", 179: "bgp",
    443: "https", 445: "smb", 465: "smtps", 502: "modbus", 512: "rexec", 513: "rlogin", 514: "rsh", 515: "printer",
    554: "rtsp",
    587: "submission", 631: "ipp", 636: "ldaps", 873: "rsync", 993: "imaps", 995: "pop3s", 1080: "socks",
    1433: "mssql", 1521: "oracle", 1723: "pptp", 1883: "mqtt", 2323: "telnet-alt", 3128: "proxy", 3268: "globalcat",
    3306: "mysql", 5061: "sips", 5222: "xmpp", 5228: "push", 5432: "postgresql", 5672: "amqp", 5900: "vnc",
    5985: "winrm", 6379: "redis", 6443: "kubernetes", 6667: "irc", 8000: "http-alt", 8008: "http-alt",
    8080: "http-alt", 8443: "https-alt", 8883: "mqtts", 8888: "http-alt", 9092: "kafka", 9200: "elasticsearch",
    11211: "memcached", 27017: "mongodb",
}  # fmt: skip
_UDP_ONLY = {
    69: "tftp", 137: "netbios-ns", 138: "netbios-dgm", 443: "quic", 1900: "ssdp", 2152: "gtp-u", 3544: "teredo",
    3702: "ws-discovery", 4500: "ipsec-nat", 4789: "vxlan", 5351: "nat-pmp", 6081: "geneve", 11211: "memcached",
    51820: "wireguard",
}  # fmt: skip
_SCTP_ONLY = {2905: "m3ua", 3868: "diameter", 36412: "s1ap", 38412: "ngap"}

SERVICES: Final = {
    **{(carrier, port): name for carrier in ("tcp", "udp") for port, name in _BOTH.items()},
    **{("tcp", port): name for port, name in _TCP_ONLY.items()},
    **{("udp", port): name for port, name in _UDP_ONLY.items()},
    **{("sctp", port): name for port, name in _SCTP_ONLY.items()},
}
"""(transport, port) -> service that is expected there; nobody has looked whether it is."""


def ether_type_name(ether_type: int) -> str:
    """``arp``, ``llc`` for a length, ``ethertype_0x1234`` for what has no name here."""
    if ether_type < FIRST_ETHER_TYPE:
        return "llc"
    return ETHER_TYPES.get(ether_type, f"ethertype_0x{ether_type:04x}")


def ip_protocol_name(protocol: int) -> str:
    """``tcp``, or ``ip_protocol_253`` for what has no name here."""
    return IP_PROTOCOLS.get(protocol, f"ip_protocol_{protocol}")
