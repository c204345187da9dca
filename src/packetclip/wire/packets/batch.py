"""What a packet is here: one row of a :class:`PacketBatch`, one named column per header field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Column(NamedTuple):
    """One field of a packet: its name, its NumPy type and what it means."""

    name: str
    dtype: str
    meaning: str


COLUMNS: Final = (
    # The record, as the capture file holds it.
    Column("index", "i8", "0-based number of the packet in its source"),
    Column("time_ns", "i8", "time of capture, nanoseconds since 1970 UTC"),
    Column("frame_start", "i8", "where the frame begins in the batch's bytes"),
    Column("captured", "i4", "bytes of the frame that were captured"),
    Column("length", "i4", "bytes of the frame on the wire"),
    Column("link_type", "i4", "LINKTYPE_ number of the interface"),
    # Link.
    Column("src_mac", "u8", "innermost source hardware address as a number; 0 where the link has none"),
    Column("dst_mac", "u8", "innermost destination hardware address as a number; 0 where the link has none"),
    Column(
        "ether_type", "u2", "EtherType of the packet, behind tags and labels; made from the IP version on raw links"
    ),
    Column("vlan", "i4", "outermost VLAN id; -1 without a tag"),
    # Network. IPv4 addresses stand in IPv6 form, ::ffff:a.b.c.d; ARP's protocol addresses too.
    Column("ip_version", "u1", "4, 6, or 0 where there is no IP header"),
    Column("src_hi", "u8", "upper 64 bits of the source address"),
    Column("src_lo", "u8", "lower 64 bits of the source address"),
    Column("dst_hi", "u8", "upper 64 bits of the destination address"),
    Column("dst_lo", "u8", "lower 64 bits of the destination address"),
    Column("protocol", "u1", "IP protocol number after extension headers; 0 without IP"),
    Column("ttl", "u1", "time to live or hop limit"),
    Column("tos", "u1", "type of service or traffic class"),
    Column("ip_flags", "u1", "1: don't fragment, 2: more fragments"),
    Column("fragment_offset", "u2", "in bytes / 8; 0 in a first fragment"),
    Column("ip_options", "u1", "bytes of IPv4 options, or of IPv6 extension headers, capped at 255"),
    # Transport.
    Column("src_port", "u2", "source port; 0 where the protocol has none"),
    Column("dst_port", "u2", "destination port; 0 where the protocol has none"),
    Column("tcp_flags", "u2", "FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128, AE 256"),
    Column("tcp_seq", "u4", "TCP sequence number"),
    Column("tcp_ack", "u4", "TCP acknowledgement number"),
    Column("tcp_window", "u2", "TCP window, unscaled"),
    Column("tcp_mss", "u2", "TCP maximum segment size option; 0 when absent"),
    Column(
        "tcp_options", "u1", "options seen: 1 MSS, 2 window scale, 4 SACK permitted, 8 time stamps, 16 SACK, 32 other"
    ),
    Column("icmp_type", "u1", "ICMP or ICMPv6 type"),
    Column("icmp_code", "u1", "ICMP or ICMPv6 code"),
    Column("arp_operation", "u1", "1 request, 2 reply; 0 when not ARP"),
    Column("arp_src_mac", "u8", "ARP sender hardware address as a number"),
    Column("arp_dst_mac", "u8", "ARP target hardware address as a number"),
    # The datagram that an ICMP error quotes.
    Column("quoted_protocol", "u1", "IP protocol of the quoted datagram; 0 when nothing is quoted"),
    Column("quoted_src_hi", "u8", "its source address, upper 64 bits"),
    Column("quoted_src_lo", "u8", "its source address, lower 64 bits"),
    Column("quoted_dst_hi", "u8", "its destination address, upper 64 bits"),
    Column("quoted_dst_lo", "u8", "its destination address, lower 64 bits"),
    Column("quoted_src_port", "u2", "its source port (for ICMP echo: type, as in the flow key)"),
    Column("quoted_dst_port", "u2", "its destination port"),
    # Payload of the transport protocol.
    Column("payload_start", "i4", "where the payload begins in the frame"),
    Column("payload_captured", "i4", "bytes of payload captured"),
    Column("payload_length", "i4", "bytes of payload by the headers' lengths"),
    # DNS (port 53, 5353 and 5355, UDP; and TCP port 53 after the length prefix).
    Column("dns_kind", "u1", "1 query, 2 response; 0 when not a well-formed DNS header"),
    Column("dns_rcode", "u1", "response code; 3 is NXDOMAIN"),
    Column("dns_qtype", "u2", "type of the first question"),
    Column("dns_answers", "u2", "answer records announced"),
    Column("dns_name_length", "u1", "length of the first question's name"),
    Column("dns_labels", "u1", "labels in that name"),
    Column("dns_longest_label", "u1", "length of its longest label"),
    Column("dns_entropy", "f4", "Shannon entropy of the name's bytes, bits a byte"),
    Column("dns_digits", "f4", "share of digits in the name"),
    Column("dns_name_hash", "u8", "hash of the whole name, lower case"),
    Column("dns_parent_hash", "u8", "hash of its last two labels, lower case"),
    # TLS record header at the start of a TCP payload.
    Column("tls_type", "u1", "content type 20 to 24; 0 when not a TLS record"),
    Column("tls_version", "u2", "record version, 0x0301 to 0x0304"),
    Column("tls_length", "u2", "record length"),
    Column(
        "tls_handshake",
        "u1",
        "handshake type when the record is an unencrypted handshake: 1 ClientHello, 2 ServerHello",
    ),
    # First bytes of text protocols.
    Column("http_method", "u1", "1 GET, 2 POST, 3 HEAD, 4 another method; 0 when the payload does not begin a request"),
    Column("http_status", "u2", "status of a response that begins here; 0 otherwise"),
    Column("http_complete", "u1", "1 when the payload holds the blank line that ends a header"),
    Column("request_hash", "u8", "hash of method and target of the request line; 0 without one"),
    Column("reply_code", "u2", "three-digit reply of FTP and SMTP ('530 ...'); 0 otherwise"),
    Column("ssh_banner", "u1", "1 when the payload begins with 'SSH-'"),
    # What went wrong.
    Column("weird", "u4", "bits of packets.WEIRDS: what is malformed or odd"),
    Column("dropped", "u1", "position in packets.DROPS: why the row cannot be scored; 0 when it can"),
    # Where the headers are.
    Column("network_start", "i4", "where the network header begins in the frame; its end when there is none"),
    Column("transport_start", "i4", "where the transport header (of a later fragment: its data) begins in the frame"),
    # What the packet was carried in; all above is of the innermost packet.
    Column("layers", "u4", "bits of packets.LAYERS: the headers that were begun, those around the packet included"),
    Column("tunnels", "u1", "how many tunnels the packet was carried in, one in another"),
    Column("tunnel", "u1", "position in packets.TUNNELS: the innermost of them; 0 without"),
    Column(
        "outer_start", "i4", "where the outermost network header begins in the frame; network_start without tunnels"
    ),
)

PACKET: Final = np.dtype([(column.name, column.dtype) for column in COLUMNS])
"""One packet as a record; kernels take arrays of these, everyone else takes columns by name."""


@dataclass(frozen=True, slots=True, eq=False)
class PacketBatch:
    """Some consecutive packets of one source. ``batch["ttl"]`` is a column of shape (N,)."""

    rows: NDArray[Any]
    """(N,) of :data:`PACKET`."""
    data: NDArray[np.uint8]
    """(M,) the captured bytes of the batch's frames, each where ``frame_start`` says."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.rows[name]
