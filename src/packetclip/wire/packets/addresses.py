"""Addresses as pairs of 64-bit halves: what kind they are (for kernels) and how they are written (for people).

IPv4 stands in its IPv6 form, ``::ffff:a.b.c.d`` (RFC 4291 section 2.5.5.2), so one pair of columns holds both families.
The predicates are compiled and may be called from other kernels; they also work from plain Python.
"""

from __future__ import annotations

import ipaddress
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.packets.kernel import kernel

MAPPED: Final = np.uint64(0xFFFF)
"""Bits 32 to 47 of ``lo`` in an IPv4-mapped address."""

# Every operand below is uint64: numba turns uint64 with int64 into float64, which loses the low bits.
_B8, _B16, _B20, _B22 = (np.uint64(n) for n in (8, 16, 20, 22))
_B24, _B28, _B32 = (np.uint64(n) for n in (24, 28, 32))
_B54, _B56, _B57 = (np.uint64(n) for n in (54, 56, 57))
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_LOW32 = np.uint64(0xFFFFFFFF)
_THIS, _TEN, _LOOPBACK = np.uint64(0), np.uint64(10), np.uint64(127)
_CARRIER = np.uint64((100 << 2) | 1)  # 100.64.0.0/10
_LINK_LOCAL = np.uint64((169 << 8) | 254)  # 169.254.0.0/16
_PRIVATE_12 = np.uint64((172 << 4) | 1)  # 172.16.0.0/12
_PRIVATE_16 = np.uint64((192 << 8) | 168)  # 192.168.0.0/16
_CLASS_D = np.uint64(0xE)  # 224.0.0.0/4 multicast, above it 240.0.0.0/4 reserved and broadcast
_V6_GROUP = np.uint64(0xFF)  # ff00::/8
_V6_LINK_LOCAL = np.uint64(0xFE80 >> 6)  # fe80::/10
_V6_UNIQUE_LOCAL = np.uint64(0xFC >> 1)  # fc00::/7


@kernel
def is_ipv4(hi: int, lo: int) -> bool:
    """Whether the address is an IPv4 one in its mapped form. ``hi`` and ``lo`` are uint64."""
    return bool(np.uint64(hi) == _ZERO and (np.uint64(lo) >> _B32) == MAPPED)


@kernel
def is_group(hi: int, lo: int) -> bool:
    """Whether the address means several hosts: multicast of either family, or 255.255.255.255."""
    if is_ipv4(hi, lo):
        v4 = np.uint64(lo) & _LOW32
        return bool((v4 >> _B28) == _CLASS_D or v4 == _LOW32)
    return bool((np.uint64(hi) >> _B56) == _V6_GROUP)


@kernel
def is_public(hi: int, lo: int) -> bool:
    """Whether the address would be routed on the internet.

    Not public: private (RFC 1918, fc00::/7), loopback, link-local, carrier-grade NAT (RFC 6598), unspecified and
    0.0.0.0/8, multicast, 240.0.0.0/4 and broadcast. Documentation and benchmark ranges (RFC 5737, RFC 2544, RFC 3849)
    count as public: closed test networks use them to play the internet.
    """
    if is_ipv4(hi, lo):
        v4 = np.uint64(lo) & _LOW32
        top = v4 >> _B24
        if top in (_THIS, _TEN, _LOOPBACK) or (v4 >> _B28) >= _CLASS_D:
            return False
        if (v4 >> _B22) == _CARRIER or (v4 >> _B20) == _PRIVATE_12:
            return False
        return bool((v4 >> _B16) != _LINK_LOCAL and (v4 >> _B16) != _PRIVATE_16)
    upper = np.uint64(hi)
    if upper == _ZERO and np.uint64(lo) <= _ONE:
        return False
    if (upper >> _B56) == _V6_GROUP or (upper >> _B54) == _V6_LINK_LOCAL:
        return False
    return bool((upper >> _B57) != _V6_UNIQUE_LOCAL)


@kernel
def same_subnet(hi_a: int, lo_a: int, hi_b: int, lo_b: int) -> bool:
    """Whether two addresses share their first 24 bits (IPv4) or 64 bits (IPv6); never across families."""
    a_is_v4, b_is_v4 = is_ipv4(hi_a, lo_a), is_ipv4(hi_b, lo_b)
    if a_is_v4 != b_is_v4:
        return False
    if a_is_v4:
        return bool((np.uint64(lo_a) >> _B8) == (np.uint64(lo_b) >> _B8))
    return bool(np.uint64(hi_a) == np.uint64(hi_b))


def format_address(hi: int, lo: int) -> str:
    """``10.0.0.1`` or ``2001:db8::1`` (RFC 5952) of one address."""
    hi, lo = int(hi), int(lo)
    if hi == 0 and lo >> 32 == 0xFFFF:
        return str(ipaddress.IPv4Address(lo & 0xFFFFFFFF))
    return str(ipaddress.IPv6Address((hi << 64) | lo))


def format_addresses(hi: NDArray[np.uint64], lo: NDArray[np.uint64]) -> list[str]:
    """Text of N addresses, two (N,) columns; each distinct address is formatted once."""
    known: dict[tuple[int, int], str] = {}
    texts = []
    for pair in zip(hi.tolist(), lo.tolist(), strict=True):
        text = known.get(pair)
        if text is None:
            text = known[pair] = format_address(*pair)
        texts.append(text)
    return texts


def parse_address(text: str) -> tuple[int, int]:
    """Halves (hi, lo) of an address as people write it; ValueError when it is none."""
    address = ipaddress.ip_address(text)
    if address.version == 4:
        return 0, (0xFFFF << 32) | int(address)
    return int(address) >> 64, int(address) & 0xFFFFFFFFFFFFFFFF


def format_mac(mac: int) -> str:
    """``02:00:00:00:00:01`` of a hardware address held as a number."""
    return ":".join(f"{byte:02x}" for byte in int(mac).to_bytes(8, "big")[2:])


def format_macs(macs: NDArray[np.uint64]) -> list[str]:
    """Text of (N,) hardware addresses."""
    return [format_mac(mac) for mac in macs.tolist()]
