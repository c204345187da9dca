"""What an encoder may see of a packet's bytes: nothing that tells one host, name or connection from another."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from packetclip.wire.packets.batch import PacketBatch
from packetclip.wire.packets.dissect import read_only
from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, u16
from packetclip.wire.packets.tables import ICMP, ICMPV6, TCP, UDP

NETWORK_BYTES: Final = 20
TRANSPORT_BYTES: Final = 20
PAYLOAD_BYTES: Final = 24
MASKED_BYTES: Final = NETWORK_BYTES + TRANSPORT_BYTES + PAYLOAD_BYTES
TARGET_BYTES: Final = 8
RUN_BYTES: Final = 4
FIRST_EPHEMERAL: Final = 1024

# Ports whose payload names hosts near its beginning: (port, first byte shown, end of bytes shown).
NAMING_PORTS: Final = (
    (53, 2, 12),  # DNS: all of the header but its id
    (67, 0, 4),  # DHCP: operation, hardware type and length, hops; behind them ids and addresses
    (68, 0, 4),
    (123, 0, 4),  # NTP: flags, stratum, poll, precision; behind them reference ids
    (137, 2, 12),  # NetBIOS names: as DNS
    (138, 0, 2),  # NetBIOS datagrams: type and flags, then an address
    (546, 0, 1),  # DHCPv6: message type
    (547, 0, 1),
    (1701, 0, 2),  # L2TP: flags and version; then numbers and a packet
    (2152, 0, 4),  # GTP: flags, type, length; then a tunnel
    (3544, 0, 0),  # Teredo: an IPv6 packet
    (4754, 0, 4),  # GRE: flags, EtherType
    (4789, 0, 4),  # VXLAN: flags; then the network's id and a frame
    (4790, 0, 4),
    (5072, 0, 4),  # AYIYA: lengths and kinds; then an identity
    (5247, 0, 4),  # CAPWAP: length, kinds; then hardware addresses
    (5353, 2, 12),  # mDNS, LLMNR: as DNS
    (5355, 2, 12),
    (6081, 0, 4),  # Geneve: version, options, inner EtherType
    (6635, 0, 0),  # MPLS: labels
    (8472, 0, 4),  # VXLAN
)


def masked_bytes(batch: PacketBatch, width: int = MASKED_BYTES) -> NDArray[np.uint8]:
    """(N, width) bytes of N packets with identities zeroed, at fixed places; other than 64 cuts or pads with zeros.

    Of packets in tunnels it is the rows' own bytes, never those of what carries them: a packet shows what it would show
    outside.

    Columns 0 to 19, network header. IPv4: all but identification, checksum, addresses and options. IPv6: version,
    traffic class, payload length, next header, hop limit; neither flow label nor addresses nor extension headers. ARP:
    types, lengths, operation; no addresses.

    Columns 20 to 39, transport header. TCP: ports below 1024, header length, flags, window, urgent pointer; neither
    higher ports nor sequence numbers, checksum or options (so no time stamps). UDP: ports below 1024, length. ICMP and
    ICMPv6: type and code; neither identifiers nor numbers. Other protocols, and later fragments: nothing.

    Columns 40 to 63, the first 24 bytes of a TCP or UDP payload, less what follows. Other protocols: nothing, so
    neither quoted datagrams nor neighbour discovery.

    Of a payload, by the first line that fits:

    - rows of :data:`NAMING_PORTS`, either side: the bytes named there (DNS: its header without id; over TCP without the
      length, and nothing when not well-formed)
    - a TLS record: its header, and the type of an unencrypted handshake; no body, so no server name
    - an HTTP request: the method and the first 8 bytes of a target that begins with ``/``
    - an HTTP response: version and status, 12 bytes
    - text (four printable bytes to begin with): those four, as in ``530 ``, ``USER``, ``SSH-``
    - anything else: 24 bytes, less every run of four or more letters, digits, ``-``, ``.``, ``_`` (names in binary
      protocols), runs that go on behind the 24th byte included

    Bytes that were not captured are zero. Rows that were dropped are zero.
    """
    out = np.zeros((len(batch), max(width, MASKED_BYTES)), np.uint8)
    _mask_all(read_only(batch.rows, batch.rows.dtype), read_only(batch.data, np.uint8), out)
    return out[:, :width]


@njit(cache=True, nogil=True)
def _mask_all(rows: NDArray[Any], data: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    for i in range(len(rows)):
        row = rows[i]
        if row.dropped != 0:
            continue
        frame = min(max(row.frame_start, 0), len(data))
        end = min(frame + row.captured, len(data))
        mask_network(row, data, frame + row.network_start, end, out[i])
        if row.ip_version == 0 or row.fragment_offset > 0:
            continue
        # A cut header ends where the payload would begin; what lies behind it is padding.
        header_end = min(end, frame + row.payload_start)
        mask_transport(row, data, frame + row.transport_start, header_end, out[i, NETWORK_BYTES:])
        if row.payload_captured > 0 and (row.protocol == TCP or row.protocol == UDP):
            payload = frame + row.payload_start
            mask_payload(
                row, data, payload, min(payload + row.payload_captured, end), out[i, NETWORK_BYTES + TRANSPORT_BYTES :]
            )


@kernel
def show(data: NDArray[np.uint8], at: int, end: int, out: NDArray[np.uint8], first: int, stop: int) -> None:
    """Copy bytes ``first`` to ``stop`` of what begins at ``at``, as far as they were captured."""
    for k in range(first, min(stop, end - at)):
        out[k] = data[at + k]


@kernel
def mask_network(row: Row, data: NDArray[np.uint8], at: int, end: int, out: NDArray[np.uint8]) -> None:
    """IPv4, IPv6 or ARP header into out[:20]."""
    if row.ip_version == 4:
        show(data, at, end, out, 0, 4)
        show(data, at, end, out, 6, 10)
    elif row.ip_version == 6:
        show(data, at, end, out, 0, 8)
        out[1] &= 0xF0  # the lower half and the next two bytes are the flow label
        out[2] = 0
        out[3] = 0
    else:
        show(data, at, end, out, 0, 8)


@kernel
def mask_transport(row: Row, data: NDArray[np.uint8], at: int, end: int, out: NDArray[np.uint8]) -> None:
    """TCP, UDP or ICMP header into out[:20]."""
    protocol = row.protocol
    if protocol in (TCP, UDP):
        # The bytes themselves are asked: the columns are 0 when the header is cut.
        for first in (0, 2):
            if end - at >= first + 2 and u16(data, at + first) < FIRST_EPHEMERAL:
                show(data, at, end, out, first, first + 2)
        if protocol == UDP:
            show(data, at, end, out, 4, 6)
        else:
            show(data, at, end, out, 12, 16)
            show(data, at, end, out, 18, 20)
    elif (protocol == ICMP and row.ip_version == 4) or (protocol == ICMPV6 and row.ip_version == 6):
        show(data, at, end, out, 0, 2)


@kernel
def mask_payload(row: Row, data: NDArray[np.uint8], at: int, end: int, out: NDArray[np.uint8]) -> None:
    """The shown part of a TCP or UDP payload into out[:24]."""
    for port, first, stop in NAMING_PORTS:
        if row.src_port == port or row.dst_port == port:
            if row.protocol == UDP:
                show(data, at, end, out, first, stop)
            elif row.dns_kind > 0:
                show(data, at + 2, end, out, 2, 12)
            return
    if row.tls_type > 0:
        show(data, at, end, out, 0, 6 if row.tls_handshake > 0 else 5)
    elif row.http_method > 0:
        mask_request(data, at, end, out)
    elif row.http_status > 0:
        show(data, at, end, out, 0, 12)
    elif is_text(data, at, end):
        show(data, at, end, out, 0, RUN_BYTES)
    else:
        show_without_runs(data, at, end, out)


@kernel
def mask_request(data: NDArray[np.uint8], at: int, end: int, out: NDArray[np.uint8]) -> None:
    """Method, blank, and up to 8 bytes of the path; no more of the line."""
    target = at
    while target < end and data[target] != 32:
        target += 1
    target += 1
    show(data, at, min(end, target), out, 0, PAYLOAD_BYTES - TARGET_BYTES)
    if target < end and data[target] == 47:
        stop = target
        while stop < min(end, target + TARGET_BYTES) and data[stop] > 32:
            stop += 1
        show(data, at, stop, out, 0, PAYLOAD_BYTES)


@kernel
def is_text(data: NDArray[np.uint8], at: int, end: int) -> bool:
    """Whether four printable ASCII bytes begin the payload."""
    if end - at < RUN_BYTES:
        return False
    for k in range(RUN_BYTES):  # noqa: SIM110 - a kernel has no generators
        if not 32 <= data[at + k] <= 126:
            return False
    return True


@kernel
def is_name_byte(byte: int) -> bool:
    """Letters, digits, dash, dot, underscore."""
    return 97 <= byte <= 122 or 65 <= byte <= 90 or 48 <= byte <= 57 or byte == 45 or byte == 46 or byte == 95


@kernel
def show_without_runs(data: NDArray[np.uint8], at: int, end: int, out: NDArray[np.uint8]) -> None:
    """24 bytes, runs of name bytes left out."""
    show(data, at, end, out, 0, PAYLOAD_BYTES)
    run = 0
    # Looking three bytes further finds the runs that begin among the last three.
    last = min(PAYLOAD_BYTES + RUN_BYTES - 1, end - at)
    for k in range(last + 1):
        if k < last and is_name_byte(data[at + k]):
            run += 1
            continue
        if run >= RUN_BYTES:
            for j in range(k - run, min(k, PAYLOAD_BYTES)):
                out[j] = 0
        run = 0
