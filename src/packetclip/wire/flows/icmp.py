"""Which ICMP message answers which: the types stand in for the ports that ICMP has not, as in Zeek.

A message with a counterpart makes two-sided flows whose "ports" are the two types; every other message makes a
one-sided flow whose ports are its type and code.
"""

from __future__ import annotations

from typing import Final

import numpy as np

ICMP: Final = 1
ICMPV6: Final = 58

PAIRS: Final = (
    (8, 0),  # echo (RFC 792)
    (13, 14),  # timestamp
    (15, 16),  # information
    (17, 18),  # address mask (RFC 950)
    (10, 9),  # router solicitation, advertisement (RFC 1256)
)
"""(request, reply) of ICMP."""
PAIRS_V6: Final = (
    (128, 129),  # echo (RFC 4443)
    (130, 131),  # multicast listener query, report (RFC 2710)
    (133, 134),  # router solicitation, advertisement (RFC 4861)
    (135, 136),  # neighbour solicitation, advertisement
    (139, 140),  # node information (RFC 4620)
    (144, 145),  # home agent address discovery (RFC 6275)
)
"""(request, reply) of ICMPv6."""

ONLY_ANSWERS: Final = frozenset({(ICMP, 0), (ICMP, 14), (ICMP, 16), (ICMP, 18), (ICMPV6, 129)})
"""(protocol, type) of messages that nobody sends unasked: their sender is the responder. Advertisements and reports are
sent unasked all the time."""


def _counterparts() -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    table = np.full((2, 256), -1, np.int16)
    for row, pairs in enumerate((PAIRS, PAIRS_V6)):
        for request, reply in pairs:
            table[row, request], table[row, reply] = reply, request
    return table


def _only_answers() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    table = np.zeros((2, 256), np.bool_)
    for protocol, kind in ONLY_ANSWERS:
        table[int(protocol == ICMPV6), kind] = True
    return table


COUNTERPART: Final = _counterparts()
"""(2, 256) by ICMP or ICMPv6 and type: the type of the other side, -1 where there is none."""
ANSWERS_ONLY: Final = _only_answers()
"""(2, 256) the same table for :data:`ONLY_ANSWERS`."""
