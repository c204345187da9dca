"""Sentences about ARP: who asks for addresses, who claims them, and whether someone else held them."""

from __future__ import annotations

from packetclip.language.captions.draft import Draft, Said, joined
from packetclip.language.captions.facts import BY_NAME


def arp_questions(w: Draft) -> Said | None:
    """Requests of this hardware address, and for how many addresses."""
    if w.row["packet_arp"] < 0.5:
        return None
    window = BY_NAME["arp_requests"].window(w.row, w.variant)
    if window is None:
        return None
    clauses = [w.clause(BY_NAME["arp_requests"], window), w.clause(BY_NAME["arp_targets"], window, dated=False)]
    told = [clause for clause in clauses if clause is not None]
    return w.said(joined(told)) if told else None


def arp_answers(w: Draft) -> Said | None:
    """Replies of this hardware address, and how many were not asked for."""
    if w.row["packet_arp"] < 0.5:
        return None
    unasked = w.clause(BY_NAME["arp_unasked"])
    replies = w.clause(BY_NAME["arp_replies"])
    told = [clause for clause in (replies, unasked) if clause is not None]
    return w.said(joined(told)) if told else None


def arp_claims(w: Draft) -> Said | None:
    """Addresses claimed that another hardware address held."""
    row = w.row
    if row["packet_arp"] < 0.5:
        return None
    clauses = []
    if row["arp_contested"] > 0.5:
        w.about("arp_contested")
        w.weigh(4.0)
        clauses.append(
            w.pick(
                "the address claimed here was held by another hardware address a short while ago",
                "another hardware address held the claimed address within ten minutes",
                "two hardware addresses lay claim to one protocol address",
            )
        )
    if row["arp_forged_source"] > 0.5:
        w.about("arp_forged_source")
        w.weigh(3.0)
        clauses.append(
            w.pick(
                "the frame comes from another hardware address than the message claims",
                "the hardware address in the message differs from the frame's",
                "message and frame name different senders",
            )
        )
    takeovers = w.clause(BY_NAME["arp_takeovers"])
    if takeovers is not None:
        clauses.append(takeovers)
    return w.said(joined(clauses)) if clauses else None


def arp_holdings(w: Draft) -> Said | None:
    """How many addresses the sender has claimed, and announcements of its own."""
    row = w.row
    if row["packet_arp"] < 0.5 or row["arp_claimed"] < 0.5:
        return None
    w.about("arp_claimed", "arp_gratuitous", "arp_contested", "arp_takeovers")
    w.weigh(BY_NAME["arp_claimed"].unusual(row["arp_claimed"]))
    number = w.count("arp_claimed", "address")
    text = w.pick(
        f"the sender has claimed {number} within ten minutes",
        f"by its own word this hardware address holds {number}",
        f"this hardware address speaks for {number}",
    )
    if row["arp_gratuitous"] > 0.5:
        return w.said(text + w.pick("; it announces itself", ", and announces it unasked", "; this is an announcement"))
    if row["arp_contested"] < 0.5 and row["arp_takeovers_600s"] < 0.5:
        return w.said(
            text + w.pick("; nobody disputes this claim", ", this one undisputed", "; no one else held this one")
        )
    return w.said(text)
