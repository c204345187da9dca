"""Sentences about the originator, the pair and the responder: what they did lately, over all their flows."""

from __future__ import annotations

from typing import Final

from packetclip.language.captions.draft import Draft, Said, joined, recent
from packetclip.language.captions.fact import Fact
from packetclip.language.captions.facts import BY_NAME

_ORIG_FLOWS: Final = BY_NAME["orig_flows"]
_RESP_FLOWS: Final = BY_NAME["resp_flows"]


def _told(w: Draft, *names: str) -> Said | None:
    """A sentence of those of the facts that are worth saying, all over the first one's window."""
    window: int | None = None
    clauses: list[str] = []
    for name in names:
        fact: Fact = BY_NAME[name]
        if window is None and (window := fact.window(w.row, w.variant)) is None:
            continue
        clause = w.clause(fact, window, dated=not clauses)
        if clause is not None:
            clauses.append(clause)
    return w.said(joined(clauses)) if clauses else None


def orig_starts(w: Draft) -> Said | None:
    """Flows the originator began, and how many were answered."""
    row = w.row
    window = _ORIG_FLOWS.window(row, w.variant)
    if window is None or row["packet_arp"] > 0.5:
        return None
    unanswered, flows = recent("orig_unanswered", window), recent("orig_flows", window)
    begun = w.quantity(_ORIG_FLOWS, window)
    w.about("orig_unanswered")
    over = w.over(window)
    refused = recent("orig_refused", window)
    if row[refused] / row[flows] >= 0.2 and row[refused] > row[unanswered]:
        w.about("orig_refused")
        w.weigh(BY_NAME["orig_refused"].unusual(row[refused], window))
        part = w.portion(refused, flows)
        return w.said(
            w.pick(
                f"the originator began {begun} {over}; {part} of them were refused",
                f"of {begun} that the originator opened {over}, {part} met with a refusal",
                f"{over} the originator started {begun}, with {part} turned away",
            )
        )
    if row[unanswered] / row[flows] < 0.05:
        return w.said(
            w.pick(
                f"the originator began {begun} {over}, and nearly every one was answered",
                f"the originator opened {begun} {over}; answers came to all but a few at most",
                f"{over} the originator started {begun}, which were answered",
            )
        )
    w.weigh(BY_NAME["orig_unanswered"].unusual(row[unanswered], window))
    part = w.portion(unanswered, flows)
    return w.said(
        w.pick(
            f"the originator began {begun} {over}; {part} of them stayed unanswered",
            f"of {begun} that the originator opened {over}, {part} got no answer",
            f"{over} the originator started {begun}, with {part} left without an answer",
        )
    )


def orig_reach(w: Draft) -> Said | None:
    """New hosts and new ports of the originator."""
    # The context counts an ICMP type as a port; in words that would mislead.
    return _told(w, "orig_peers") if w.row["packet_icmp"] > 0.5 else _told(w, "orig_peers", "orig_services")


def orig_failures(w: Draft) -> Said | None:
    """Connection requests and refusals."""
    return _told(w, "orig_refused", "orig_syns")


def orig_echoes(w: Draft) -> Said | None:
    """Echo requests of the originator, and over how many hosts they went."""
    fact = BY_NAME["orig_echoes"]
    window = fact.window(w.row, w.variant)
    if window is None:
        return None
    echoes, over = w.quantity(fact, window), w.over(window)
    w.about("orig_peers")
    peers = recent("orig_peers", window)
    if w.row[peers] >= 2.0:
        w.weigh(BY_NAME["orig_peers"].unusual(w.row[peers], window))
        hosts = w.count(peers, "new host")
        return w.said(
            w.pick(
                f"the originator sent {echoes} and turned to {hosts} {over}",
                f"{echoes} left the originator {over}, while it contacted {hosts}",
                f"{over} the originator asked for echoes with {echoes}, and {hosts} were contacted",
            )
        )
    return w.said(
        w.pick(
            f"the originator sent {echoes} {over} and turned to one new host at most",
            f"{echoes} left the originator {over}, to hosts it had spoken to or to a single one",
            f"{over} the originator asked for echoes with {echoes}, not going from host to host",
        )
    )


def orig_odd(w: Draft) -> Said | None:
    """Impossible flags and answers that nobody asked for."""
    return _told(w, "orig_odd_probes", "orig_unsolicited")


def orig_quiet(w: Draft) -> Said | None:
    """An originator that keeps to hosts it knows."""
    row = w.row
    if row["orig_peers_600s"] >= 1.5 or row["orig_pkts_600s"] < 3.0 or row["packet_arp"] > 0.5:
        return None
    w.about("orig_peers", "orig_services")
    if row["orig_peers_600s"] >= 0.5:
        return w.said(
            w.pick(
                "the originator has turned to one new host only in the last ten minutes",
                "but for one new host the originator kept to what it knows over the past ten minutes",
                "within ten minutes the originator spoke to a single host that was new to it",
            )
        )
    return w.said(
        w.pick(
            "the originator has turned to no new host in the last ten minutes",
            "the originator keeps to hosts that it has long spoken to",
            "within ten minutes no host was new to the originator",
        )
    )


def _volume(w: Draft, sender: str, sent: str, size: str, returned: str, least: float) -> Said | None:
    fact = BY_NAME[sent]
    window = fact.window(w.row, w.variant)
    if window is None or w.row[recent(sent, window)] < least:
        return None
    packets = w.quantity(fact, window)
    w.about(size, returned)
    w.weigh(BY_NAME[size].unusual(w.row[recent(size, window)], window))
    payload, over = w.size(recent(size, window)), w.over(window)
    back = w.row[recent(returned, window)] / w.row[recent(sent, window)]
    if back < 0.05:
        reply = w.pick("almost nothing came back", "hardly a packet came back", "next to nothing was returned")
    elif back < 0.5:
        reply = w.pick("fewer packets came back", "less came back", "fewer were returned")
    elif back < 2.0:
        reply = w.pick("about as many packets came back", "as many came back, roughly", "the replies are about as many")
    else:
        reply = w.pick("many more packets came back", "far more came back", "the replies are many more")
    if sender == "originator":
        return w.said(
            w.pick(
                f"the originator sent {packets} with {payload} of payload {over}; {reply}",
                f"{packets} and {payload} of payload left the originator {over}, and {reply}",
                f"{over} the originator has sent {payload} in {packets}; {reply}",
            )
        )
    if sender == "responder":
        return w.said(
            w.pick(
                f"the responder received {packets} with {payload} of payload {over}; {reply}",
                f"{packets} and {payload} of payload reached the responder {over}, and {reply}",
                f"{over} the responder was sent {payload} in {packets}; {reply}",
            )
        )
    return w.said(
        w.pick(
            f"between these two hosts {packets} with {payload} of payload went to the responder {over}; {reply}",
            f"the originator sent this one host {packets} and {payload} of payload {over}, and {reply}",
            f"{over} this pair carried {payload} in {packets} to the responder; {reply}",
        )
    )


def orig_volume(w: Draft) -> Said | None:
    """Packets and payload the originator sent, and what came back."""
    return _volume(w, "originator", "orig_pkts", "orig_bytes", "orig_replies", 20.0)


def pair_volume(w: Draft) -> Said | None:
    """Packets and payload between the two hosts."""
    return _volume(w, "pair", "pair_orig_pkts", "pair_orig_bytes", "pair_resp_pkts", 10.0)


def pair_ports(w: Draft) -> Said | None:
    """Ports of the responder that this originator tried, and how it fared."""
    return _told(w, "pair_ports", "pair_refused", "pair_unanswered")


def pair_balance(w: Draft) -> Said | None:
    """Which of the two hosts delivers."""
    row = w.row
    if row["pair_orig_bytes_600s"] + row["pair_resp_bytes_600s"] < 1000.0:
        return None
    share = row["pair_orig_share"]
    w.about("pair_orig_share")
    if 0.1 < share < 0.75:
        return None
    part = w.percent("pair_orig_share")
    if share >= 0.75:
        w.weigh(0.5 + BY_NAME["pair_orig_bytes"].unusual(row["pair_orig_bytes_600s"], 3))
        return w.said(
            w.pick(
                f"between the two hosts {part} of the payload goes out from the originator",
                f"the originator gives and the responder takes: {part} of the pair's payload is the originator's",
                f"of what the pair exchanges {part} leaves the originator",
            )
        )
    return w.said(
        w.pick(
            f"between the two hosts {part} of the payload is the originator's",
            f"the responder delivers to the originator, which adds {part} of the pair's payload",
            f"of what the pair exchanges {part} comes from the originator, the rest from the responder",
        )
    )


def pair_acquaintance(w: Draft) -> Said | None:
    """How long the two hosts have known each other, and how often they met."""
    row = w.row
    flows = BY_NAME["pair_flows"]
    window = flows.window(row, w.variant)
    if row["pair_age_s"] < 10.0:
        if window is None:
            return None
        clause = w.clause(flows, window)
        return None if clause is None else w.said(clause)
    w.about("pair_age_s")
    age = w.time("pair_age_s")
    if window is None:
        return w.said(
            w.pick(
                f"the two hosts have known each other for {age}",
                f"the pair was first seen {age} ago",
                f"these hosts first spoke {age} ago",
            )
        )
    count, over = w.quantity(flows, window), w.over(window)
    return w.said(
        w.pick(
            f"the two hosts first spoke {age} ago and had {count} {over}",
            f"the pair was first seen {age} ago, with {count} {over}",
            f"known to each other for {age}, the hosts had {count} {over}",
        )
    )


def resp_volume(w: Draft) -> Said | None:
    """Packets and payload the responder received, and what it gave back."""
    return _volume(w, "responder", "resp_pkts", "resp_bytes", "resp_replies", 50.0)


def resp_callers(w: Draft) -> Said | None:
    """Flows toward the responder, from how many hosts, and how many it answered."""
    row = w.row
    window = _RESP_FLOWS.window(row, w.variant)
    if window is None or row["packet_arp"] > 0.5:
        return None
    flows, peers = recent("resp_flows", window), recent("resp_peers", window)
    begun, over = w.quantity(_RESP_FLOWS, window), w.over(window)
    w.about("resp_peers", "resp_unanswered")
    w.weigh(BY_NAME["resp_peers"].unusual(row[peers], window))
    if row[peers] >= 1.5:
        source = f"from {w.count(peers, 'new host')}"
    else:
        source = w.pick("from hosts it knows", "not from new hosts", "none of them from strangers")
        if row[peers] >= 0.5:
            source = w.pick("from one new host at most", "with one new host among them", "a single host among them new")
    unanswered, refused = recent("resp_unanswered", window), recent("resp_refused", window)
    if row[refused] / row[flows] >= 0.2 and row[refused] > row[unanswered]:
        w.about("resp_refused")
        w.weigh(BY_NAME["resp_refused"].unusual(row[refused], window))
        part = w.portion(refused, flows)
        outcome = w.pick(f"{part} were refused", f"it refused {part} of them", f"it turned {part} away")
    elif row[unanswered] / row[flows] < 0.05:
        outcome = w.pick("it answers them", "the responder answers", "they are answered")
    else:
        w.weigh(BY_NAME["resp_unanswered"].unusual(row[unanswered], window))
        part = w.portion(unanswered, flows)
        outcome = w.pick(f"{part} got no answer", f"{part} stayed unanswered", f"it left {part} without an answer")
    return w.said(
        w.pick(
            f"others began {begun} with the responder {over}, {source}; {outcome}",
            f"the responder was asked for {begun} {over}, {source}, and {outcome}",
            f"{over} {begun} came to the responder, {source}: {outcome}",
        )
    )


def resp_ports(w: Draft) -> Said | None:
    """Ports of the responder tried anew, and its refusals."""
    return _told(w, "resp_services", "resp_refused")


def resp_half_open(w: Draft) -> Said | None:
    """Handshakes with the responder, or with this port, that did not end."""
    if w.variant % 2:
        return _told(w, "target_half_open") or _told(w, "resp_half_open")
    return _told(w, "resp_half_open") or _told(w, "target_half_open")


def resp_echoes(w: Draft) -> Said | None:
    """Echo requests to the responder."""
    return _told(w, "resp_echoes")
