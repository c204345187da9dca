"""What one packet's own headers say, once identities are masked."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

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


@njit(cache=True, nogil=True, forceinline=True)
def is_web(port: Any) -> bool:
    """Ports of the web, registered and habitual."""
    return bool(port == 80 or port == 443 or port == 8000 or port == 8080 or port == 8443 or port == 8888)


@njit(cache=True, nogil=True, forceinline=True)
def is_odd_flags(row: Any) -> bool:
    """TCP flags that no stack sends (RFC 9293 knows no use for them; port and OS scanners do)."""
    if row.protocol != 6 or row.fragment_offset != 0 or row.payload_start == 0:
        return False
    flags = row.tcp_flags & 0x3F
    christmas = (flags & 0x29) == 0x29 and (flags & 16) == 0
    return bool(flags == 0 or flags == 1 or (flags & 3) == 3 or (flags & 6) == 6 or christmas)


@njit(cache=True, nogil=True, forceinline=True)
def is_odd_question(qtype: Any) -> bool:
    """Types other than A, NS, SOA, PTR, AAAA, SRV, SVCB and HTTPS (RFC 1035, 3596, 2782, 9460)."""
    early = qtype == 1 or qtype == 2 or qtype == 6 or qtype == 12
    later = qtype == 28 or qtype == 33 or qtype == 64 or qtype == 65
    return not (early or later)


@njit(cache=True, nogil=True, forceinline=True)
def is_login_refusal(code: Any) -> bool:
    """Replies of FTP (RFC 959) and SMTP (RFC 4954) to a login that fails, or is one too many."""
    return bool(code == 421 or code == 430 or code == 454 or code == 530 or code == 535)


@njit(cache=True, nogil=True, forceinline=True)
def within(value: Any, most: float) -> float:
    """The value cut to 0 ... ``most``; 0 for what is no number."""
    return min(float(value), most) if value > 0.0 else 0.0


@njit(cache=True, nogil=True, forceinline=True)
def write(row: Any, step: Any, flow: Any, line: Any) -> None:
    """Write FIELDS; ``flow`` says who is who."""
    tcp, udp, icmp = row.protocol == 6, row.protocol == 17, row.protocol == 1 or row.protocol == 58
    flags = row.tcp_flags if tcp else np.uint16(0)
    request = (flags & 2) != 0 and (flags & 16) == 0
    v4 = row.protocol == 1
    echo_request = icmp and row.icmp_type == (8 if v4 else 128)
    echo_reply = icmp and row.icmp_type == (0 if v4 else 129)
    unreachable = icmp and row.icmp_type == (3 if v4 else 1)
    discovery = row.protocol == 58 and row.icmp_type >= 130 and row.icmp_type <= 143
    port = flow.port
    ported = tcp or udp
    line.packet_from_orig = step.is_orig == 1
    line.packet_tcp = tcp
    line.packet_udp = udp
    line.packet_icmp = icmp
    line.packet_arp = row.arp_operation > 0
    line.packet_ipv6 = row.ip_version == 6
    line.packet_length = max(row.length, 0)
    line.packet_payload = max(row.payload_length, 0)
    line.packet_syn = request
    line.packet_synack = (flags & 18) == 18
    line.packet_ack = (flags & 16) != 0
    line.packet_fin = (flags & 1) != 0
    line.packet_rst = (flags & 4) != 0
    line.packet_psh = (flags & 8) != 0
    line.packet_urg = (flags & 32) != 0
    line.packet_ecn = (flags & 192) != 0
    line.packet_odd_flags = is_odd_flags(row)
    line.packet_bare_syn = request and (row.tcp_options & 0xFE) == 0
    line.packet_small_window = request and row.tcp_window <= 4096
    line.packet_timestamps = (row.tcp_options & 8) != 0
    line.packet_fragment = row.fragment_offset > 0 or (row.ip_flags & 2) != 0
    line.packet_ip_options = row.ip_options > 0
    line.packet_weird = row.weird != 0
    line.packet_echo_request = echo_request
    line.packet_echo_reply = echo_reply
    line.packet_unreachable = unreachable
    line.packet_icmp_other = icmp and not echo_request and not echo_reply and not unreachable and not discovery
    line.packet_arp_request = row.arp_operation == 1
    line.packet_arp_reply = row.arp_operation == 2
    line.packet_to_group = is_group(row.dst_hi, row.dst_lo)
    line.packet_same_subnet = same_subnet(row.src_hi, row.src_lo, row.dst_hi, row.dst_lo)
    line.packet_orig_public = is_public(flow.orig_hi, flow.orig_lo)
    line.packet_resp_public = is_public(flow.resp_hi, flow.resp_lo)
    line.packet_port_system = ported and port < 1024
    line.packet_port_dynamic = ported and port >= 32768
    line.packet_port_dns = ported and port == 53
    line.packet_port_web = ported and is_web(port)
    line.packet_port_ssh = tcp and (port == 22 or port == 2222)
    line.packet_port_telnet = tcp and (port == 23 or port == 2323)
    line.packet_port_ftp = tcp and (port == 21 or port == 2121)
    line.packet_port_mail = tcp and (
        port == 25 or port == 110 or port == 143 or port == 465 or port == 587 or port == 993 or port == 995
    )
    dns = row.dns_kind > 0
    line.packet_dns_query = row.dns_kind == 1
    line.packet_dns_response = row.dns_kind == 2
    line.packet_dns_failed = row.dns_kind == 2 and row.dns_rcode > 0
    line.packet_dns_odd_type = dns and is_odd_question(row.dns_qtype)
    line.packet_dns_name = row.dns_name_length
    line.packet_dns_labels = row.dns_labels
    line.packet_dns_longest_label = row.dns_longest_label
    line.packet_dns_entropy = within(row.dns_entropy, 8.0)
    line.packet_dns_digits = within(row.dns_digits, 1.0)
    line.packet_dns_answers = row.dns_answers
    line.packet_tls_handshake = row.tls_type == 22
    line.packet_tls_data = row.tls_type == 23
    line.packet_http_request = row.http_method > 0
    line.packet_http_success = row.http_status > 0 and row.http_status < 400
    line.packet_http_error = row.http_status >= 400
    line.packet_login_refused = is_login_refusal(row.reply_code)
    line.packet_ssh_banner = row.ssh_banner != 0
