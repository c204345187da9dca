"""What TCP's flags make of a connection: the state of each endpoint, Zeek's conn_state and the letters of its history.

The rules are those that Zeek documents for ``conn_state`` and ``history`` in ``conn.log``. Where ours differ:

- a history letter stands once a side, at its first occurrence (Zeek repeats some when the sequence number changes, and
  others at the 10th, 100th, ... time); at most 16 letters are kept;
- ``C`` (bad checksum), ``G`` (content gap) and ``X`` (analysis given up) never appear;
- a SYN that is captured after its own SYN-ACK establishes the connection.
"""

from __future__ import annotations

from typing import Any, Final

from numba import njit

CONN_STATES: Final = ("S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH")
"""Zeek's ``conn_state``; columns hold positions in this tuple.

S0: attempt without reply. S1: established, not ended. SF: established and ended. REJ: refused. S2, S3: established,
only the originator (S2) or the responder (S3) has ended it. RSTO, RSTR: reset by originator, by responder. RSTOS0: SYN
then RST of the originator, no reply. RSTRH: SYN-ACK then RST of the responder, no SYN seen. SH, SHR: the same with FIN
in place of RST. OTH: anything else, and every flow that is neither TCP nor UDP. UDP: S0, SF and SHR by who has spoken.
"""
S0, S1, SF, REJ, S2, S3, RSTO, RSTR, RSTOS0, RSTRH, SH, SHR, OTH = range(13)

INACTIVE, SYN_SENT, SYN_ACK_SENT, PARTIAL, ESTABLISHED_END, CLOSED_END, RESET_END = range(7)
"""What an endpoint of a TCP connection has done so far; PARTIAL is one that was first seen in mid-stream."""

FIN, SYN, RST, ACK = 1, 2, 4, 16

LETTERS: Final = "SHADFRIQTW"
"""Letters of ``history`` that occur here; the bit of a letter is 1 << its position."""
BIT_S, BIT_H, BIT_A, BIT_D, BIT_F, BIT_R, BIT_I, BIT_Q, BIT_T, BIT_W = (1 << position for position in range(10))
CHAR_S, CHAR_H, CHAR_A, CHAR_D, CHAR_F, CHAR_R, CHAR_I, CHAR_Q, CHAR_T, CHAR_W = (ord(letter) for letter in LETTERS)
CHAR_FLIPPED: Final = ord("^")
HISTORY_LENGTH: Final = 16


@njit(cache=True, nogil=True, forceinline=True)
def endpoints_after(own: int, peer: int, peer_before: int, is_orig: bool, flags: int, payload: int) -> Any:
    """States (own, peer) after a segment of ``own``; ``peer_before`` is what the peer was before ``peer``."""
    syn, fin, rst, ack = flags & SYN != 0, flags & FIN != 0, flags & RST != 0, flags & ACK != 0
    if own == INACTIVE:
        after = own
        if syn:
            if not is_orig:
                if peer == SYN_SENT:
                    peer = ESTABLISHED_END
                after = ESTABLISHED_END
            elif ack:
                after = SYN_ACK_SENT
            elif peer == ESTABLISHED_END:
                after = ESTABLISHED_END
            else:
                after = SYN_SENT
        if fin:
            after = CLOSED_END
        if rst:
            after = RESET_END
        if after == INACTIVE:
            if not is_orig and payload == 0 and peer == SYN_SENT:
                pass  # some stacks acknowledge a SYN before they answer it; that is no mid-stream traffic
            elif ack and peer == ESTABLISHED_END:
                after = ESTABLISHED_END
            else:
                after = PARTIAL
        return after, peer
    if own in (SYN_SENT, SYN_ACK_SENT):
        if rst:
            return RESET_END, peer
        if fin:
            return CLOSED_END, peer
        return own, peer
    if own in (ESTABLISHED_END, PARTIAL):
        if rst:
            return RESET_END, peer
        if fin:
            # FIN then RST of the peer, and now our FIN: a normal end after all.
            if peer == RESET_END and peer_before == CLOSED_END:
                peer = CLOSED_END
            return CLOSED_END, peer
        if syn and not ack and own == PARTIAL and peer == INACTIVE:
            return SYN_SENT, peer
        return own, peer
    if own == CLOSED_END and rst and peer != CLOSED_END:
        return RESET_END, peer
    return own, peer


@njit(cache=True, nogil=True, forceinline=True)
def tcp_conn_state(orig: int, resp: int, empty: bool, bare_attempt: bool) -> int:
    """Position in :data:`CONN_STATES`.

    ``empty``: neither side has sent payload. ``bare_attempt``: the originator's first letter was S, and its R came
    before any H, A, F, I or Q of its own.
    """
    orig_absent = orig in (INACTIVE, PARTIAL)
    resp_absent = resp in (INACTIVE, PARTIAL)
    if resp == RESET_END:
        if orig in (SYN_SENT, SYN_ACK_SENT) or (orig == RESET_END and empty):
            return REJ
        return RSTRH if orig_absent else RSTR
    if orig == RESET_END:
        if resp_absent:
            return RSTOS0 if bare_attempt else OTH
        return RSTO
    if orig == CLOSED_END and resp == CLOSED_END:
        return SF
    if orig == CLOSED_END:
        return SH if resp_absent else S2
    if resp == CLOSED_END:
        return SHR if orig_absent else S3
    if orig == SYN_SENT and resp == INACTIVE:
        return S0
    if orig == ESTABLISHED_END and resp == ESTABLISHED_END:
        return S1
    return OTH


@njit(cache=True, nogil=True, forceinline=True)
def udp_conn_state(orig_pkts: int, resp_pkts: int) -> int:
    """Position in :data:`CONN_STATES`."""
    if orig_pkts > 0:
        return SF if resp_pkts > 0 else S0
    return SHR if resp_pkts > 0 else OTH
