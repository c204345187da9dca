"""Application protocols that records name, by the words that sentences use."""

from __future__ import annotations

from typing import Final

APPS: Final = (
    "", "BitTorrent", "DCE/RPC", "DHCP", "DNP3", "DNS", "ENIP", "FTP", "HTTP", "HTTP/2", "IKE", "IMAP", "IRC",
    "Kerberos", "LDAP", "Modbus", "MQTT", "MySQL", "NFS", "NTLM", "NTP", "PostgreSQL", "POP3", "QUIC", "RADIUS", "RDP",
    "RFB", "SIP", "SMB", "SMTP", "SNMP", "SOCKS", "SSH", "syslog", "telnet", "TFTP", "TLS", "WebSocket", "XMPP",
)  # fmt: skip
"""Names in words; columns hold positions in this tuple, 0 where a record names none that is known."""

_SPELLINGS: Final = {
    # Zeek's analyzers (service in conn.log) and Suricata's app_proto where their spelling differs from ours.
    "bittorrent-dht": "BitTorrent", "dce_rpc": "DCE/RPC", "dcerpc": "DCE/RPC", "dnp3_tcp": "DNP3", "dnp3_udp": "DNP3",
    "ftp-data": "FTP", "gssapi": "Kerberos", "http2": "HTTP/2", "ikev2": "IKE", "ipsec": "IKE", "krb": "Kerberos",
    "krb5": "Kerberos", "krb_tcp": "Kerberos", "ldap_tcp": "LDAP", "ldap_udp": "LDAP", "pgsql": "PostgreSQL",
    "dtls": "TLS", "ssl": "TLS",
}  # fmt: skip

_POSITIONS: Final = {name.lower(): position for position, name in enumerate(APPS)} | {
    spelling: APPS.index(name) for spelling, name in _SPELLINGS.items()
}


def app_of(text: str) -> int:
    """Position in :data:`APPS` of what a record names; of Zeek's list (``gssapi,smb``) the last one that is known.

    Zeek puts a minus before protocols that it saw fail; these do not count.

    >>> APPS[app_of("gssapi,smb")], app_of("failed")
    ('SMB', 0)
    """
    for name in reversed(text.lower().split(",", 16)):
        if position := _POSITIONS.get(name.strip(), 0):
            return position
    return 0
