"""Filter expressions as programs that the kernel runs on each packet: libpcap compiles them, where it is installed."""

from __future__ import annotations

import ctypes
import ctypes.util
import struct
from typing import Final

from packetclip.errors import CaptureError, UsageError

__all__ = ["NOTHING", "cut_at", "program"]

_RETURN: Final = 0x06  # BPF_RET | BPF_K: keep so many bytes

_MISSING: Final = (
    "--filter needs libpcap, which is not installed. Install it (Debian and Ubuntu: apt install libpcap0.8; "
    "Fedora: dnf install libpcap; Alpine: apk add libpcap), or filter with tcpdump and pipe it."
)

_PCAP_ERRBUF_SIZE: Final = 256


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint), ("instructions", ctypes.c_void_p))


def cut_at(length: int) -> bytes:
    """A program that keeps every packet, at most ``length`` bytes of it."""
    return struct.pack("=HBBI", _RETURN, 0, 0, length)


NOTHING: Final = cut_at(0)
"""A program that keeps no packet."""


def program(expression: str, interface: str, link_type: int, snap_length: int) -> bytes:
    """The instructions (8 bytes each, struct sock_filter) of an expression for frames as ``interface`` gives them.

    ``link_type`` is the DLT_ number in case libpcap may not open the interface. Raises UsageError where libpcap
    cannot make sense of the expression, CaptureError where there is no libpcap.
    """
    pcap = _libpcap()
    handle = _opened(pcap, interface, link_type, snap_length)
    compiled = _Program()
    try:
        if pcap.pcap_compile(handle, ctypes.byref(compiled), expression.encode(), 1, 0xFFFFFFFF) != 0:
            reason = pcap.pcap_geterr(handle).decode(errors="replace")
            raise UsageError(f"The filter {expression!r} cannot be compiled: {reason}. See man pcap-filter.")
        try:
            return ctypes.string_at(compiled.instructions, 8 * compiled.length)
        finally:
            pcap.pcap_freecode(ctypes.byref(compiled))
    finally:
        pcap.pcap_close(handle)


def _opened(pcap: ctypes.CDLL, interface: str, link_type: int, snap_length: int) -> ctypes.c_void_p:
    """A handle to compile for. One of the interface itself knows where this kernel keeps VLAN tags; others do not."""
    problem = ctypes.create_string_buffer(_PCAP_ERRBUF_SIZE)
    if link_type == 1 and (handle := pcap.pcap_create(interface.encode(), problem)):
        pcap.pcap_set_snaplen(handle, snap_length)
        if pcap.pcap_activate(handle) >= 0 and pcap.pcap_datalink(handle) == link_type:
            return ctypes.c_void_p(handle)
        pcap.pcap_close(handle)
    return ctypes.c_void_p(pcap.pcap_open_dead(link_type, snap_length))


def _libpcap() -> ctypes.CDLL:
    for name in ("libpcap.so.1", "libpcap.so.0.8", ctypes.util.find_library("pcap")):
        try:
            pcap = ctypes.CDLL(name) if name else None
        except OSError:
            continue
        if pcap is not None:
            break
    else:
        raise CaptureError(_MISSING)
    handle, text = ctypes.c_void_p, ctypes.c_char_p
    pcap.pcap_create.argtypes, pcap.pcap_create.restype = (text, text), handle
    pcap.pcap_open_dead.argtypes, pcap.pcap_open_dead.restype = (ctypes.c_int, ctypes.c_int), handle
    pcap.pcap_set_snaplen.argtypes = (handle, ctypes.c_int)
    pcap.pcap_activate.argtypes = pcap.pcap_datalink.argtypes = pcap.pcap_close.argtypes = (handle,)
    pcap.pcap_geterr.argtypes, pcap.pcap_geterr.restype = (handle,), text
    pcap.pcap_compile.argtypes = (handle, ctypes.POINTER(_Program), text, ctypes.c_int, ctypes.c_uint32)
    pcap.pcap_freecode.argtypes = (ctypes.POINTER(_Program),)
    pcap.pcap_close.restype = pcap.pcap_freecode.restype = None
    return pcap
