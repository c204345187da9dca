"""One TCP segment's part in its flow: letters of the history, retransmission, events, states of both endpoints."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from packetclip.wire.flows import states
from packetclip.wire.flows.states import endpoints_after, tcp_conn_state
from packetclip.wire.flows.steps import CLOSED, ESTABLISHED, REJECTED, RESET, RETRANSMITTED


@njit(cache=True, nogil=True)
def add_letter(flow: Any, slot: Any, is_orig: bool, bit: Any, char: Any) -> None:
    """Note a letter of one side, unless the side has it; small for the responder."""
    if is_orig:
        if slot.orig_seen & bit != 0:
            return
        if bit == states.BIT_S and slot.orig_seen == 0 and slot.resp_seen == 0:
            slot.attempt = 1
        elif bit == states.BIT_R and slot.attempt == 1:
            others = states.BIT_H | states.BIT_A | states.BIT_F | states.BIT_I | states.BIT_Q
            if slot.orig_seen & others == 0:
                slot.attempt = 2
        slot.orig_seen |= bit
    else:
        if slot.resp_seen & bit != 0:
            return
        slot.resp_seen |= bit
        char += 32
    append_letter(flow, slot, char)


@njit(cache=True, nogil=True)
def append_letter(flow: Any, slot: Any, char: Any) -> None:
    """Add a character to the history while there is room."""
    at = slot.letters
    if at >= states.HISTORY_LENGTH:
        return
    if at < 8:
        flow.history_lo |= np.uint64(char) << np.uint64(8 * at)
    else:
        flow.history_hi |= np.uint64(char) << np.uint64(8 * (at - 8))
    slot.letters = at + 1


@njit(cache=True, nogil=True)
def segment(row: Any, flow: Any, slot: Any, is_orig: bool, payload: Any) -> Any:
    """Bring a TCP flow up to this segment; packets and bytes are already counted. Returns events."""
    event = 0
    flags = np.int64(row.tcp_flags)
    syn, fin = flags & states.SYN != 0, flags & states.FIN != 0
    rst, ack = flags & states.RST != 0, flags & states.ACK != 0

    if np.int64(syn) + np.int64(fin) + np.int64(rst) > 1:
        if fin and rst:
            add_letter(flow, slot, is_orig, states.BIT_I, states.CHAR_I)
        else:
            add_letter(flow, slot, is_orig, states.BIT_Q, states.CHAR_Q)
    elif syn and ack:
        add_letter(flow, slot, is_orig, states.BIT_H, states.CHAR_H)
    elif syn:
        add_letter(flow, slot, is_orig, states.BIT_S, states.CHAR_S)
    elif fin:
        add_letter(flow, slot, is_orig, states.BIT_F, states.CHAR_F)
    elif rst:
        add_letter(flow, slot, is_orig, states.BIT_R, states.CHAR_R)
    elif payload > 0:
        add_letter(flow, slot, is_orig, states.BIT_D, states.CHAR_D)
    elif ack:
        add_letter(flow, slot, is_orig, states.BIT_A, states.CHAR_A)

    own = np.int64(slot.orig_state) if is_orig else np.int64(slot.resp_state)
    peer = np.int64(slot.resp_state) if is_orig else np.int64(slot.orig_state)
    peer_before = np.int64(slot.resp_before) if is_orig else np.int64(slot.orig_before)
    if row.tcp_window == 0 and not rst and peer != states.CLOSED_END and own != states.RESET_END:
        add_letter(flow, slot, is_orig, states.BIT_W, states.CHAR_W)

    # Sequence numbers: SYN and FIN take one each; a RST is no part of the stream.
    span = payload + np.int64(syn) + np.int64(fin)
    if span > 0 and not rst:
        end = np.uint32(row.tcp_seq) + np.uint32(span)
        numbered = slot.orig_numbered if is_orig else slot.resp_numbered
        following = slot.orig_next if is_orig else slot.resp_next
        ahead = np.int32(np.uint32(end) - np.uint32(following))
        if numbered == 1 and (ahead == 0 if syn else ahead <= 0):
            event |= RETRANSMITTED
            if payload > 0:
                add_letter(flow, slot, is_orig, states.BIT_T, states.CHAR_T)
        elif is_orig:
            slot.orig_next, slot.orig_numbered = end, 1
        else:
            slot.resp_next, slot.resp_numbered = end, 1

    # Events of the handshake and the end.
    if rst:
        established = slot.happened & ESTABLISHED != 0
        spoken = flow.resp_pkts > (0 if is_orig else 1) and flow.orig_pkts > (1 if is_orig else 0)
        midstream = slot.handshake == 0 and spoken
        if slot.happened & (REJECTED | RESET) == 0:
            if established or midstream:
                event |= RESET
            elif not is_orig and flow.orig_pkts > 0:
                event |= REJECTED
    elif syn:
        if is_orig:
            slot.handshake |= 1
        else:
            slot.handshake |= 2 if ack else 4
    elif is_orig and ack and slot.handshake & 2 != 0 and slot.happened & (ESTABLISHED | REJECTED | RESET) == 0:
        event |= ESTABLISHED

    new_own, new_peer = endpoints_after(own, peer, peer_before, is_orig, flags, payload)
    if new_own != own:
        if is_orig:
            slot.orig_state, slot.orig_before = new_own, own
        else:
            slot.resp_state, slot.resp_before = new_own, own
    if new_peer != peer:
        if is_orig:
            slot.resp_state, slot.resp_before = new_peer, peer
        else:
            slot.orig_state, slot.orig_before = new_peer, peer
    if fin:
        slot.handshake |= 8 if is_orig else 16
        if slot.handshake & 24 == 24 and slot.happened & CLOSED == 0:
            event |= CLOSED
    empty = flow.orig_bytes == 0 and flow.resp_bytes == 0
    flow.conn_state = tcp_conn_state(np.int64(slot.orig_state), np.int64(slot.resp_state), empty, slot.attempt == 2)
    return event
