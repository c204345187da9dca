"""Sentences about the packet's own flow: service and state, totals, direction, rhythm, sizes, what it waits for."""

from __future__ import annotations

from typing import Final

from packetclip.language.captions.draft import Draft, Row, Said
from packetclip.language.captions.facts import BY_NAME

SERVICES: Final = (
    ("packet_port_dns", "DNS"),
    ("packet_port_web", "web"),
    ("packet_port_ssh", "SSH"),
    ("packet_port_telnet", "telnet"),
    ("packet_port_ftp", "FTP"),
    ("packet_port_mail", "mail"),
)
"""Fields that name a service by its port, and the word for it."""

PORT_FACTS: Final = (*(name for name, _ in SERVICES), "packet_port_system", "packet_port_dynamic")


def service_words(row: Row) -> str:
    """``telnet service``, ``service on a high port``."""
    for name, words in SERVICES:
        if row[name] > 0.5:
            return f"{words} service"
    if row["packet_port_system"] > 0.5:
        return "service on a system port"
    if row["packet_port_dynamic"] > 0.5:
        return "service on a high port"
    return "service on a registered port"


def _in_flow(row: Row) -> bool:
    return row["flow_pkts"] >= 1.0 and row["packet_arp"] < 0.5


def flow_state(w: Draft) -> Said | None:
    """Which service, and how far the flow has come."""
    row = w.row
    if not _in_flow(row):
        return None
    tcp = row["packet_tcp"] > 0.5
    w.about("flow_answered", "flow_established", "flow_rejected", "flow_closed")
    if row["flow_rejected"] > 0.5:
        w.weigh(1.0)
        state = w.pick("it was refused", "it was turned away before it began", "the attempt was rejected")
    elif row["flow_closed"] > 0.5:
        state = w.pick("it is over", "it has been closed", "it has come to its end")
    elif tcp and row["flow_established"] > 0.5:
        state = w.pick("the handshake is complete", "it is established", "the connection stands")
    elif row["flow_answered"] > 0.5:
        state = w.pick("it was answered", "both sides have spoken", "the responder has replied")
    else:
        state = w.pick("nothing has come back so far", "it is unanswered so far", "only the originator has spoken")
    if row["packet_icmp"] > 0.5:
        return w.said(w.pick(f"an ICMP exchange: {state}", f"the flow is ICMP; {state}", f"in this ICMP flow {state}"))
    w.about(*PORT_FACTS)
    service = service_words(row)
    noun = "connection" if tcp else "flow"
    return w.said(
        w.pick(
            f"the {noun} goes to the {service} of the responder; {state}",
            f"a {noun} with the responder's {service}: {state}",
            f"the originator uses the responder's {service}, and {state}",
        )
    )


def flow_totals(w: Draft) -> Said | None:
    """Age, packets and payload of both sides so far."""
    row = w.row
    if not _in_flow(row) or row["flow_pkts"] < 3.0:
        return None
    w.about("flow_age_s", "flow_orig_bytes", "flow_resp_bytes")
    w.weigh(BY_NAME["flow_orig_bytes"].unusual(row["flow_orig_bytes"]))
    if row["flow_orig_bytes"] + row["flow_resp_bytes"] < 1.0:
        age = w.time("flow_age_s")
        return w.said(
            w.pick(
                f"the flow is {age} old and has carried no payload",
                f"in {age} neither side has sent any payload",
                f"after {age} the flow is still empty of payload",
            )
        )
    age, sent, came = w.time("flow_age_s"), w.size("flow_orig_bytes"), w.size("flow_resp_bytes")
    return w.said(
        w.pick(
            f"in {age} the originator sent {sent} of payload and the responder {came}",
            f"the flow is {age} old, with {sent} of payload from the originator and {came} from the responder",
            f"after {age} it has carried {sent} to the responder and {came} back",
        )
    )


def flow_direction(w: Draft) -> Said | None:
    """Which side the payload comes from."""
    row = w.row
    sent, came = row["flow_orig_bytes"], row["flow_resp_bytes"]
    if not _in_flow(row) or sent + came < 100.0 or row["flow_pkts"] < 4.0:
        return None
    w.about("flow_orig_share")
    share = row["flow_orig_share"]
    large = sent + came >= 100_000.0
    if share >= 0.8:
        w.weigh(1.5 if large else 0.3)
        part = w.percent("flow_orig_share")
        return w.said(
            w.pick(
                f"the payload goes one way: {part} of it comes from the originator",
                f"{part} of the payload is sent by the originator, as in an upload",
                f"nearly everything flows out from the originator, {part} of the payload",
            )
        )
    if share <= 0.2:
        w.weigh(0.5 if large else 0.2)
        part = w.percent("flow_orig_share")
        return w.said(
            w.pick(
                f"the payload comes from the responder, as in a download; the originator adds {part}",
                f"{part} of the payload is the originator's: the responder delivers",
                f"the responder sends nearly everything and the originator {part} of the payload",
            )
        )
    part = w.percent("flow_orig_share")
    return w.said(
        w.pick(
            f"both sides send payload, the originator {part} of it",
            f"the payload goes both ways, {part} of it from the originator",
            f"originator and responder exchange data; {part} is the originator's",
        )
    )


def flow_rhythm(w: Draft) -> Said | None:
    """Gaps between the flow's packets and how even they are; its rate."""
    row = w.row
    if not _in_flow(row) or row["flow_pkts"] < 4.0 or row["flow_gap_mean_s"] <= 0.0:
        return None
    w.about("flow_gap_mean_s", "flow_gap_cv")
    cv, mean = row["flow_gap_cv"], w.time("flow_gap_mean_s")
    if cv < 0.3:
        w.weigh(0.5)
        return w.said(
            w.pick(
                f"its packets come at a steady pace, {mean} apart",
                f"packets follow each other evenly, with {mean} between them",
                f"the packets keep a regular distance of {mean}",
            )
        )
    if cv < 1.5:
        return w.said(
            w.pick(
                f"its packets come unevenly, {mean} apart on average",
                f"on average {mean} pass between its packets, now more, now less",
                f"the mean gap between packets is {mean}, with some spread",
            )
        )
    return w.said(
        w.pick(
            f"its packets come in bursts with pauses, {mean} apart on average",
            f"bursts and pauses alternate; the mean gap is {mean}",
            f"the flow is bursty, with {mean} between packets on average",
        )
    )


def flow_rate(w: Draft) -> Said | None:
    """Packets a second, when the flow is busy; a long silence, when it was idle."""
    row = w.row
    if not _in_flow(row):
        return None
    if row["flow_gap_s"] >= 5.0:
        w.about("flow_gap_s")
        gap = w.time("flow_gap_s")
        return w.said(
            w.pick(
                f"the flow had been idle for {gap} before this packet",
                f"{gap} of silence went before this packet",
                f"the packet breaks a pause of {gap}",
            )
        )
    rate = busy_rate(w)
    return (
        None
        if rate is None
        else w.said(
            w.pick(
                f"the flow is busy with {rate} a second",
                f"{rate} a second pass in this flow",
                f"it runs at {rate} a second",
            )
        )
    )


def busy_rate(w: Draft) -> str | None:
    """The packets that passed a second, when the flow is busy enough to speak of it."""
    row = w.row
    if row["flow_rate"] < 50.0 or row["flow_pkts"] < 20.0:
        return None
    w.about("flow_rate")
    w.weigh(BY_NAME["flow_rate"].unusual(row["flow_rate"]))
    return w.count("flow_rate", "packet")


def flow_sizes(w: Draft) -> Said | None:
    """Payload sizes of both sides."""
    row = w.row
    if not _in_flow(row) or row["flow_orig_pkts"] < 3.0 or row["flow_orig_size_mean"] < 1.0:
        return None
    w.about("flow_orig_size_mean", "flow_orig_size_cv")
    sizes = w.size("flow_orig_size_mean")
    if row["flow_orig_bytes"] < 1.5 * row["flow_orig_size_mean"]:
        text = w.pick(
            f"the originator has sent a single payload, {sizes} long",
            f"only one packet of the originator carried payload, {sizes}",
            f"one payload of {sizes} came from the originator so far",
        )
    elif row["flow_orig_size_cv"] < 0.1:
        w.weigh(0.4)
        text = w.pick(
            f"the originator's payloads are all alike, {sizes} each",
            f"every payload of the originator has the same size, {sizes}",
            f"the originator repeats payloads of {sizes}",
        )
    else:
        text = w.pick(
            f"the originator's payloads vary around {sizes}",
            f"payloads of the originator have {sizes} on average, of varied size",
            f"the originator sends payloads of {sizes} on average",
        )
    if row["flow_resp_size_mean"] >= 1.0:
        w.about("flow_resp_size_mean")
        answers = w.size("flow_resp_size_mean")
        text += w.pick(
            f"; the responder's have {answers} on average",
            f", while the responder's average {answers}",
            f"; answers come in payloads of {answers}",
        )
    return w.said(text)


def flow_waiting(w: Draft) -> Said | None:
    """A web request that was begun and is not complete."""
    row = w.row
    if row["flow_unfinished_request"] < 0.5:
        return None
    w.about("flow_unfinished_request", "flow_dribbles")
    w.weigh(1.7)
    if row["flow_dribbles"] >= 1.0:
        w.weigh(2.0 + BY_NAME["flow_dribbles"].unusual(row["flow_dribbles"]))
        pieces, age = w.count("flow_dribbles", "tiny piece"), w.time("flow_age_s")
        return w.said(
            w.pick(
                f"the web request has no end yet: {pieces} were added to its header in {age}",
                f"for {age} the originator has kept a request incomplete, adding {pieces}",
                f"the server still waits for the rest of the request after {age} and {pieces}",
            )
        )
    age = w.time("flow_age_s")
    return w.said(
        w.pick(
            f"the web request begun here is not complete after {age}",
            f"the header of the request has no end yet, {age} after the flow began",
            f"the originator has begun a web request and not ended it; the flow is {age} old",
        )
    )
