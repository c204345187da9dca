"""The first line of protocols that speak in text: HTTP, replies of FTP and SMTP, the SSH banner.

- ``http_method``, ``request_hash``: a method, a blank, and a target that begins with ``/``, ``*`` or ``http`` (CONNECT:
  with anything); so neither RTSP nor SIP (RFC 9112 section 3)
- ``http_status``: ``HTTP/``, digit, ``.``, digit, blank, three digits (RFC 9112 section 4)
- ``reply_code``: three digits, the first 1 to 5, then a blank or ``-``, from a port below 1024 or 2121 or 2525 (RFC
  959, RFC 5321)
- ``ssh_banner``: ``SSH-`` (RFC 4253 section 4.2)
- ``http_complete``: the payload is text (no control character but tab, CR, LF) up to a blank line; or it *is* a blank
  line, as when the end of a header comes alone; or it is text and the capture cut it short, so that nobody can know. A
  line that ends in LF alone counts as one (RFC 9112 section 2.2).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.hashing import FNV_START, fnv_step
from packetclip.wire.packets.kernel import kernel
from packetclip.wire.packets.reading import Row, u8

GET: Final = b"GET "
POST: Final = b"POST "
HEAD: Final = b"HEAD "
PUT: Final = b"PUT "
DELETE: Final = b"DELETE "
OPTIONS: Final = b"OPTIONS "
PATCH: Final = b"PATCH "
CONNECT: Final = b"CONNECT "
TRACE: Final = b"TRACE "
PROPFIND: Final = b"PROPFIND "
HTTP_TARGET: Final = b"http"
HTTP_VERSION: Final = b"HTTP/"
SSH: Final = b"SSH-"
REPLY_PORTS: Final = (2121, 2525)
TAB, LF, CR, BLANK, DASH, STAR, DOT, SLASH = 9, 10, 13, 32, 45, 42, 46, 47


@kernel
def begins(data: NDArray[np.uint8], at: int, end: int, words: bytes) -> bool:
    """Whether the bytes at ``at`` are ``words``."""
    if end - at < len(words):
        return False
    for i in range(len(words)):  # noqa: SIM110 - a kernel has no generators
        if data[at + i] != words[i]:
            return False
    return True


@kernel
def is_digit(byte: int) -> bool:
    """ASCII 0 to 9."""
    return 48 <= byte <= 57


@kernel
def number3(data: NDArray[np.uint8], at: int) -> int:
    """Value of three digits, or -1."""
    if is_digit(data[at]) and is_digit(data[at + 1]) and is_digit(data[at + 2]):
        return int(u8(data, at) * 100 + u8(data, at + 1) * 10 + u8(data, at + 2) - 48 * 111)
    return -1


@kernel
def method(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """(1 GET, 2 POST, 3 HEAD, 4 another, 0 none; where the target begins)."""
    first = data[at]
    kind, target = 0, at
    if first == 71 and begins(data, at, end, GET):
        return 1, at + 4
    if first == 80:
        if begins(data, at, end, POST):
            return 2, at + 5
        if begins(data, at, end, PUT):
            return 4, at + 4
        if begins(data, at, end, PATCH):
            return 4, at + 6
        if begins(data, at, end, PROPFIND):
            return 4, at + 9
    if first == 72 and begins(data, at, end, HEAD):
        return 3, at + 5
    if first == 68 and begins(data, at, end, DELETE):
        return 4, at + 7
    if first == 79 and begins(data, at, end, OPTIONS):
        return 4, at + 8
    if first == 67 and begins(data, at, end, CONNECT):
        return 4, at + 8
    if first == 84 and begins(data, at, end, TRACE):
        return 4, at + 6
    return kind, target


@kernel
def request(row: Row, data: NDArray[np.uint8], at: int, end: int) -> None:
    """Fill http_method and request_hash when a request line begins here."""
    kind, target = method(data, at, end)
    if kind == 0 or target >= end:
        return
    any_target = begins(data, at, end, CONNECT)
    if not (any_target or data[target] == SLASH or data[target] == STAR or begins(data, target, end, HTTP_TARGET)):
        return
    row.http_method = kind
    state = FNV_START
    for position in range(at, end):
        byte = u8(data, position)
        if byte in (CR, LF) or (byte == BLANK and position >= target):
            break
        state = fnv_step(state, byte)
    row.request_hash = state


@kernel
def header_ends(data: NDArray[np.uint8], at: int, end: int, cut: bool) -> bool:
    """Whether text from ``at`` reaches a blank line; ``cut`` says that the payload goes on behind ``end``."""
    if end - at == 2 and data[at] == CR and data[at + 1] == LF and not cut:
        return True
    line_is_empty = False
    for position in range(at, end):
        byte = data[position]
        if byte == LF:
            if line_is_empty:
                return True
            line_is_empty = True
        elif byte != CR:
            if byte < BLANK and byte != TAB:
                return False
            line_is_empty = False
    return cut


@kernel
def text_protocols(row: Row, data: NDArray[np.uint8], at: int, end: int, cut: bool) -> None:
    """Fill the text columns from a TCP payload of at least one byte."""
    first = data[at]
    if 65 <= first <= 90:
        request(row, data, at, end)
        if first == 72 and end - at >= 12 and begins(data, at, end, HTTP_VERSION):
            versioned = is_digit(data[at + 5]) and data[at + 6] == DOT and is_digit(data[at + 7])
            status = number3(data, at + 9)
            if versioned and data[at + 8] == BLANK and status >= 100:
                row.http_status = status
        elif first == 83 and begins(data, at, end, SSH):
            row.ssh_banner = 1
    elif 49 <= first <= 53 and end - at >= 4:
        port = row.src_port
        code = number3(data, at)
        if code > 0 and data[at + 3] in (BLANK, DASH) and (port < 1024 or port in REPLY_PORTS):
            row.reply_code = code
    if header_ends(data, at, end, cut):
        row.http_complete = 1
