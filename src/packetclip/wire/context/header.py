"""What one packet's own headers say, once identities are masked."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from packetclip.wire.context import roles as who
from packetclip.wire.context.schema import Field
from packetclip.wire.packets.addresses import is_group, is_public, same_subnet


def _flag(name: str, meaning: str) -> Field:
    return Field(name, "flag", meaning, log=False)


FIELDS: Final = (
    _flag("packet_from_orig", "1 when the flow's originator sent the packet"),
    _flag("packet_tcp", "the packet is TCP"),
    _flag("packet_udp", "the packet is UDP"),
    _flag("packet_icmp", "the packet is ICMP or ICMPv6"),
    _flag("packet_arp", "the packet is ARP"),
    _flag("packet_ipv6", "the packet is IPv6"),
    Field("packet_length", "bytes", "length of the frame on the wire"),
    Field("packet_payload", "bytes", "payload of the transport protocol"),
    _flag("packet_syn", "TCP SYN without ACK"),
    _flag("packet_synack", "TCP SYN with ACK"),
    _flag("packet_ack", "TCP ACK"),
    _flag("packet_fin", "TCP FIN"),
    _flag("packet_rst", "TCP RST"),
    _flag("packet_psh", "TCP PSH"),
    _flag("packet_urg", "TCP URG"),
    _flag("packet_ecn", "TCP ECE or CWR"),
    _flag(
        "packet_odd_flags",
        "a combination of TCP flags that no stack sends: none, FIN alone, SYN+FIN, SYN+RST, FIN+PSH+URG without ACK",
    ),
    _flag("packet_bare_syn", "SYN without ACK and without any TCP option but MSS"),
    _flag("packet_small_window", "SYN without ACK that offers a window of at most 4096"),
    _flag("packet_timestamps", "TCP time stamp option present"),
    _flag("packet_fragment", "the packet is a fragment"),
    _flag("packet_ip_options", "IPv4 options or IPv6 extension headers present"),
    _flag("packet_weird", "some header is malformed or odd"),
    _flag("packet_echo_request", "ICMP echo request"),
    _flag("packet_echo_reply", "ICMP echo reply"),
    _flag("packet_unreachable", "ICMP destination unreachable"),
    _flag("packet_icmp_other", "any other ICMP message that is not neighbour discovery"),
    _flag("packet_arp_request", "ARP request"),
    _flag("packet_arp_reply", "ARP reply"),
    _flag("packet_to_group", "sent to a broadcast or multicast address"),
    _flag("packet_same_subnet", "both addresses share their first 24 (IPv4) or 64 (IPv6) bits"),
    _flag("packet_orig_public", "the originator's address is globally routable"),
    _flag("packet_resp_public", "the responder's address is globally routable"),
    _flag("packet_port_system", "the responder's port is below 1024"),
    _flag("packet_port_dynamic", "the responder's port is 32768 or above"),
    _flag("packet_port_dns", "the responder's port is 53"),
    _flag("packet_port_web", "the responder's port is 80, 443, 8000, 8080, 8443 or 8888"),
    _flag("packet_port_ssh", "the responder's port is 22 or 2222"),
    _flag("packet_port_telnet", "the responder's port is 23 or 2323"),
    _flag("packet_port_ftp", "the responder's port is 21 or 2121"),
    _flag("packet_port_mail", "the responder's port is 25, 110, 143, 465, 587, 993 or 995"),
    _flag("packet_dns_query", "a DNS query"),
    _flag("packet_dns_response", "a DNS response"),
    _flag("packet_dns_failed", "a DNS response with an error code"),
    _flag(
        "packet_dns_odd_type",
        "a DNS question of a type that clients seldom ask: not A, AAAA, PTR, SRV, SVCB, HTTPS, SOA or NS",
    ),
    Field("packet_dns_name", "bytes", "length of the DNS name asked for", "0 outside DNS"),
    Field("packet_dns_labels", "labels", "labels of that name", "0 outside DNS", log=False),
    Field("packet_dns_longest_label", "bytes", "its longest label", "0 outside DNS"),
    Field("packet_dns_entropy", "bits", "entropy of the name, bits a byte", "0 outside DNS", log=False),
    Field("packet_dns_digits", "share", "share of digits in the name", "0 outside DNS", log=False),
    Field("packet_dns_answers", "records", "answer records announced", "0 outside DNS"),
    _flag("packet_tls_handshake", "begins with a TLS handshake record"),
    _flag("packet_tls_data", "begins with a TLS application data record"),
    _flag("packet_http_request", "begins an HTTP request"),
    _flag("packet_http_success", "begins an HTTP response with a status below 400"),
    _flag("packet_http_error", "begins an HTTP response with a status of 400 or above"),
    _flag("packet_login_refused", "an FTP or mail reply that refuses a login (421, 430, 454, 530, 535)"),
    _flag("packet_ssh_banner", "begins with an SSH version banner"),
)


@njit(cache=True, nogil=True)
def is_web(port: Any) -> bool:
    """Ports of the web, registered and habitual."""
    return bool(port == 80 or port == 443 or port == 8000 or port == 8080 or port == 8443 or port == 8888)


@njit(cache=True, nogil=True)
def is_odd_flags(row: Any) -> bool:
    """TCP flags that no stack sends (RFC 9293 knows no use for them; port and OS scanners do)."""
    if row.protocol != 6 or row.fragment_offset != 0 or row.payload_start == 0:
        return False
    flags = row.tcp_flags & 0x3F
    christmas = (flags & 0x29) == 0x29 and (flags & 16) == 0
    return bool(flags == 0 or flags == 1 or (flags & 3) == 3 or (flags & 6) == 6 or christmas)


@njit(cache=True, nogil=True)
def is_odd_question(qtype: Any) -> bool:
    """Types other than A, NS, SOA, PTR, AAAA, SRV, SVCB and HTTPS (RFC 1035, 3596, 2782, 9460)."""
    early = qtype == 1 or qtype == 2 or qtype == 6 or qtype == 12
    later = qtype == 28 or qtype == 33 or qtype == 64 or qtype == 65
    return not (early or later)


@njit(cache=True, nogil=True)
def is_login_refusal(code: Any) -> bool:
    """Replies of FTP (RFC 959) and SMTP (RFC 4954) to a login that fails, or is one too many."""
    return bool(code == 421 or code == 430 or code == 454 or code == 530 or code == 535)


@njit(cache=True, nogil=True)
def within(value: Any, most: float) -> float:
    """The value cut to 0 ... ``most``; 0 for what is no number."""
    return min(float(value), most) if value > 0.0 else 0.0


@njit(cache=True, nogil=True)
def write(row: Any, step: Any, roles: Any, out: Any, at: int) -> None:
    """Write FIELDS, in their order, to ``out[at:]``."""
    tcp, udp, icmp = row.protocol == 6, row.protocol == 17, row.protocol == 1 or row.protocol == 58
    flags = row.tcp_flags if tcp else np.uint16(0)
    request = (flags & 2) != 0 and (flags & 16) == 0
    v4 = row.protocol == 1
    echo_request = icmp and row.icmp_type == (8 if v4 else 128)
    echo_reply = icmp and row.icmp_type == (0 if v4 else 129)
    unreachable = icmp and row.icmp_type == (3 if v4 else 1)
    discovery = row.protocol == 58 and row.icmp_type >= 130 and row.icmp_type <= 143
    port = roles[who.PORT]
    ported = tcp or udp
    out[at] = step.is_orig == 1
    out[at + 1] = tcp
    out[at + 2] = udp
    out[at + 3] = icmp
    out[at + 4] = row.arp_operation > 0
    out[at + 5] = row.ip_version == 6
    out[at + 6] = max(row.length, 0)
    out[at + 7] = max(row.payload_length, 0)
    out[at + 8] = request
    out[at + 9] = (flags & 18) == 18
    out[at + 10] = (flags & 16) != 0
    out[at + 11] = (flags & 1) != 0
    out[at + 12] = (flags & 4) != 0
    out[at + 13] = (flags & 8) != 0
    out[at + 14] = (flags & 32) != 0
    out[at + 15] = (flags & 192) != 0
    out[at + 16] = is_odd_flags(row)
    out[at + 17] = request and (row.tcp_options & 0xFE) == 0
    out[at + 18] = request and row.tcp_window <= 4096
    out[at + 19] = (row.tcp_options & 8) != 0
    out[at + 20] = row.fragment_offset > 0 or (row.ip_flags & 2) != 0
    out[at + 21] = row.ip_options > 0
    out[at + 22] = row.weird != 0
    out[at + 23] = echo_request
    out[at + 24] = echo_reply
    out[at + 25] = unreachable
    out[at + 26] = icmp and not echo_request and not echo_reply and not unreachable and not discovery
    out[at + 27] = row.arp_operation == 1
    out[at + 28] = row.arp_operation == 2
    out[at + 29] = is_group(row.dst_hi, row.dst_lo)
    out[at + 30] = same_subnet(row.src_hi, row.src_lo, row.dst_hi, row.dst_lo)
    out[at + 31] = is_public(roles[who.ORIG_HI], roles[who.ORIG_LO])
    out[at + 32] = is_public(roles[who.RESP_HI], roles[who.RESP_LO])
    out[at + 33] = ported and port < 1024
    out[at + 34] = ported and port >= 32768
    out[at + 35] = ported and port == 53
    out[at + 36] = ported and is_web(port)
    out[at + 37] = tcp and (port == 22 or port == 2222)
    out[at + 38] = tcp and (port == 23 or port == 2323)
    out[at + 39] = tcp and (port == 21 or port == 2121)
    out[at + 40] = tcp and (
        port == 25 or port == 110 or port == 143 or port == 465 or port == 587 or port == 993 or port == 995
    )
    dns = row.dns_kind > 0
    out[at + 41] = row.dns_kind == 1
    out[at + 42] = row.dns_kind == 2
    out[at + 43] = row.dns_kind == 2 and row.dns_rcode > 0
    out[at + 44] = dns and is_odd_question(row.dns_qtype)
    out[at + 45] = row.dns_name_length
    out[at + 46] = row.dns_labels
    out[at + 47] = row.dns_longest_label
    out[at + 48] = within(row.dns_entropy, 8.0)
    out[at + 49] = within(row.dns_digits, 1.0)
    out[at + 50] = row.dns_answers
    out[at + 51] = row.tls_type == 22
    out[at + 52] = row.tls_type == 23
    out[at + 53] = row.http_method > 0
    out[at + 54] = row.http_status > 0 and row.http_status < 400
    out[at + 55] = row.http_status >= 400
    out[at + 56] = is_login_refusal(row.reply_code)
    out[at + 57] = row.ssh_banner != 0
