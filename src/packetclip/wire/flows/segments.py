"""One TCP segment's part in its flow: letters of the history, retransmission, events, states of both endpoints."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from packetclip.wire.flows import states
from packetclip.wire.flows.endings import tcp_end_reason
from packetclip.wire.flows.states import endpoints_after, tcp_conn_state
from packetclip.wire.flows.steps import CLOSED, ESTABLISHED, REJECTED, RESET, RETRANSMITTED


@njit(cache=True, nogil=True, forceinline=True)
def add_letter(flow: Any, is_orig: bool, bit: Any, char: Any) -> None:
    """Note a letter of one side, unless the side has it; small for the responder."""
    if is_orig:
        if flow.orig_seen & bit != 0:
            return
        if bit == states.BIT_S and flow.orig_seen == 0 and flow.resp_seen == 0:
            flow.attempt = 1
        elif bit == states.BIT_R and flow.attempt == 1:
            others = states.BIT_H | states.BIT_A | states.BIT_F | states.BIT_I | states.BIT_Q
            if flow.orig_seen & others == 0:
                flow.attempt = 2
        flow.orig_seen |= bit
    else:
        if flow.resp_seen & bit != 0:
            return
        flow.resp_seen |= bit
        char += 32
    append_letter(flow, char)


@njit(cache=True, nogil=True, forceinline=True)
def append_letter(flow: Any, char: Any) -> None:
    """Add a character to the history while there is room."""
    at = flow.letters
    if at >= states.HISTORY_LENGTH:
        return
    if at < 8:
        flow.history_lo |= np.uint64(char) << np.uint64(8 * at)
    else:
        flow.history_hi |= np.uint64(char) << np.uint64(8 * (at - 8))
    flow.letters = at + 1


@njit(cache=True, nogil=True, forceinline=True)
def segment(row: Any, flow: Any, is_orig: bool, payload: Any) -> Any:
    """Bring a TCP flow up to this segment; packets and bytes are already counted. Returns events."""
    event = 0
    flags = np.int64(row.tcp_flags)
    syn, fin = flags & states.SYN != 0, flags & states.FIN != 0
    rst, ack = flags & states.RST != 0, flags & states.ACK != 0

    if np.int64(syn) + np.int64(fin) + np.int64(rst) > 1:
        if fin and rst:
            add_letter(flow, is_orig, states.BIT_I, states.CHAR_I)
        else:
            add_letter(flow, is_orig, states.BIT_Q, states.CHAR_Q)
    elif syn and ack:
        add_letter(flow, is_orig, states.BIT_H, states.CHAR_H)
    elif syn:
        add_letter(flow, is_orig, states.BIT_S, states.CHAR_S)
    elif fin:
        add_letter(flow, is_orig, states.BIT_F, states.CHAR_F)
    elif rst:
        add_letter(flow, is_orig, states.BIT_R, states.CHAR_R)
    elif payload > 0:
        add_letter(flow, is_orig, states.BIT_D, states.CHAR_D)
    elif ack:
        add_letter(flow, is_orig, states.BIT_A, states.CHAR_A)

    own = np.int64(flow.orig_state) if is_orig else np.int64(flow.resp_state)
    peer = np.int64(flow.resp_state) if is_orig else np.int64(flow.orig_state)
    peer_before = np.int64(flow.resp_before) if is_orig else np.int64(flow.orig_before)
    if row.tcp_window == 0 and not rst and peer != states.CLOSED_END and own != states.RESET_END:
        add_letter(flow, is_orig, states.BIT_W, states.CHAR_W)

    # Sequence numbers: SYN and FIN take one each; a RST is no part of the stream.
    span = payload + np.int64(syn) + np.int64(fin)
    if span > 0 and not rst:
        end = np.uint32(row.tcp_seq) + np.uint32(span)
        numbered = flow.orig_numbered if is_orig else flow.resp_numbered
        following = flow.orig_next if is_orig else flow.resp_next
        ahead = np.int32(np.uint32(end) - np.uint32(following))
        if numbered == 1 and (ahead == 0 if syn else ahead <= 0):
            event |= RETRANSMITTED
            if payload > 0:
                add_letter(flow, is_orig, states.BIT_T, states.CHAR_T)
        elif is_orig:
            flow.orig_next, flow.orig_numbered = end, 1
        else:
            flow.resp_next, flow.resp_numbered = end, 1

    # Events of the handshake and the end.
    if rst:
        established = flow.happened & ESTABLISHED != 0
        spoken = flow.resp_pkts > (0 if is_orig else 1) and flow.orig_pkts > (1 if is_orig else 0)
        midstream = flow.handshake == 0 and spoken
        if flow.happened & (REJECTED | RESET) == 0:
            if established or midstream:
                event |= RESET
            elif not is_orig and flow.orig_pkts > 0:
                event |= REJECTED
    elif syn:
        if is_orig:
            flow.handshake |= 1
        else:
            flow.handshake |= 2 if ack else 4
    elif is_orig and ack and flow.handshake & 2 != 0 and flow.happened & (ESTABLISHED | REJECTED | RESET) == 0:
        event |= ESTABLISHED

    new_own, new_peer = endpoints_after(own, peer, peer_before, is_orig, flags, payload)
    if new_own != own:
        if is_orig:
            flow.orig_state, flow.orig_before = new_own, own
        else:
            flow.resp_state, flow.resp_before = new_own, own
    if new_peer != peer:
        if is_orig:
            flow.resp_state, flow.resp_before = new_peer, peer
        else:
            flow.orig_state, flow.orig_before = new_peer, peer
    if fin:
        flow.handshake |= 8 if is_orig else 16
        if flow.handshake & 24 == 24 and flow.happened & CLOSED == 0:
            event |= CLOSED
    if flags & (states.FIN | states.RST) != 0:
        flow.end_reason = tcp_end_reason(np.int64(flow.orig_state), np.int64(flow.resp_state))
    empty = flow.orig_bytes == 0 and flow.resp_bytes == 0
    flow.conn_state = tcp_conn_state(np.int64(flow.orig_state), np.int64(flow.resp_state), empty, flow.attempt == 2)
    return event
