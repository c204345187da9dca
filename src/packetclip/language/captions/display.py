"""Text for people: who spoke to whom, by address and port. Kept apart from captions, which a model learns from.

Whatever came from the wire is escaped, so that it can neither move a cursor, nor end a line, nor turn its direction.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from numpy.typing import NDArray

from packetclip.language.captions.caption import caption

SERVICE_NAMES: Final = {
    # IANA's service names, where a port is widely used for what it is registered for.
    20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 53: "dns", 67: "dhcp", 68: "dhcp", 69: "tftp",
    80: "http", 88: "kerberos", 110: "pop3", 111: "sunrpc", 123: "ntp", 135: "epmap", 137: "netbios-ns",
    138: "netbios-dgm", 139: "netbios-ssn", 143: "imap", 161: "snmp", 162: "snmptrap", 179: "bgp", 389: "ldap",
    443: "https", 445: "smb", 465: "smtps", 500: "isakmp", 502: "modbus", 514: "syslog", 546: "dhcpv6", 547: "dhcpv6",
    554: "rtsp", 587: "submission", 636: "ldaps", 853: "dns-over-tls", 873: "rsync", 993: "imaps", 995: "pop3s",
    1194: "openvpn", 1433: "ms-sql", 1521: "oracle", 1883: "mqtt", 1900: "ssdp", 2049: "nfs", 3306: "mysql",
    3389: "rdp", 3478: "stun", 4500: "ipsec-nat-t", 5060: "sip", 5061: "sips", 5222: "xmpp", 5353: "mdns",
    5355: "llmnr", 5432: "postgresql", 5683: "coap", 5900: "vnc", 6379: "redis", 8080: "http-alt", 8443: "https-alt",
    8883: "mqtts", 51820: "wireguard",
}  # fmt: skip
"""Names for a responder's port; a port says what was meant, not what was spoken."""

PROTOCOL_NAMES: Final = {0: "ARP", 1: "ICMP", 6: "TCP", 17: "UDP", 47: "GRE", 50: "ESP", 58: "ICMPv6", 132: "SCTP"}

STATE_WORDS: Final = {
    # Zeek's conn_state (base/protocols/conn/main.zeek), in our words.
    "S0": "asked for, not answered",
    "S1": "established, not ended",
    "SF": "established and ended",
    "REJ": "refused",
    "S2": "the originator ended its side, the responder has not",
    "S3": "the responder ended its side, the originator has not",
    "RSTO": "established, reset by the originator",
    "RSTR": "reset by the responder",
    "RSTOS0": "asked for, then reset by the originator",
    "RSTRH": "answered with SYN and ACK, then reset by the responder, the request unseen",
    "SH": "asked for and ended by the originator, never answered",
    "SHR": "answered and ended by the responder, the request unseen",
    "OTH": "joined midway",
}


class Ends(NamedTuple):
    """Who speaks to whom, as display text."""

    orig_address: str
    orig_port: int
    resp_address: str
    resp_port: int
    protocol: int
    """IP protocol number; 0 for ARP."""
    conn_state: str = ""
    """Zeek's name of the state; empty to say nothing of it."""


def escape(text: str, longest: int = 255) -> str:
    """``text`` in characters that print as themselves; others as ``\\xNN`` or ``\\u{N}``, cut after ``longest``."""
    shown = []
    for character in text[:longest]:
        if character == "\\":
            shown.append("\\\\")
        elif character.isprintable():
            shown.append(character)
        else:
            code = ord(character)
            shown.append(f"\\x{code:02x}" if code < 256 else f"\\u{{{code:x}}}")
    return "".join(shown) + ("..." if len(text) > longest else "")


def _end(address: str, port: int, with_port: bool) -> str:
    text = escape(address)
    if not with_port:
        return text
    return f"[{text}]:{port}" if ":" in text else f"{text}:{port}"


def title_of(ends: Ends) -> str:
    """``10.0.0.5:51234 -> 10.0.0.9:23 (TCP, telnet): established and ended``."""
    with_port = ends.protocol in (6, 17, 132)
    names = [PROTOCOL_NAMES.get(ends.protocol, f"IP protocol {ends.protocol}")]
    if with_port and ends.resp_port in SERVICE_NAMES:
        names.append(SERVICE_NAMES[ends.resp_port])
    orig = _end(ends.orig_address, ends.orig_port, with_port)
    resp = _end(ends.resp_address, ends.resp_port, with_port)
    title = f"{orig} -> {resp} ({', '.join(names)})"
    # Zeek's OTH is midstream traffic of TCP, and no more than "neither TCP nor UDP" of everything else.
    if ends.conn_state and (ends.protocol == 6 or ends.conn_state != "OTH"):
        title += ": " + STATE_WORDS.get(ends.conn_state, escape(ends.conn_state))
    return title


def describe_flow(ends: Ends, values: NDArray[Any], variant: int = 0, sentences: int | None = 6) -> str:
    """A flow for people: its ends on the first line, the caption of its last packet on the second.

    :param values: (F,) the context of the packet that describes the flow, commonly its last.
    :param sentences: at most so many, the most unusual ones; None for all.
    """
    return f"{title_of(ends)}.\n{caption(values, variant, sentences)}"
