"""Sentences about a flow of which only a record is known, as other tools write them: no packets, and not every fact.

A sentence that asks for a fact which the record does not hold is not said (:class:`Known`), so sentences about hosts
and services are those that packets have, word for word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from packetclip.language.captions import about_flow, about_hosts, about_packet, about_service
from packetclip.language.captions.about_flow import PORT_FACTS, busy_rate, service_words
from packetclip.language.captions.caption import most_unusual
from packetclip.language.captions.draft import Draft, Said
from packetclip.language.captions.facts import BY_NAME
from packetclip.language.captions.sentences import Sentence
from packetclip.wire.flows.states import CONN_STATES
from packetclip.wire.records import APPS

_STATES: Final = {
    # Zeek's conn_state (base/protocols/conn/main.zeek), in three wordings each.
    "S0": ("nothing came back", "it stayed unanswered", "only the originator has spoken"),
    "S1": ("it was established and not ended", "the handshake was complete, no end was seen", "it stands established"),
    "SF": (
        "it was established, and both sides ended it",
        "it came to its end in order, ended by both sides",
        "both sides opened it and both have ended it",
    ),
    "REJ": ("it was refused", "it was turned away before it began", "the attempt was rejected"),
    "S2": (
        "it was established; the originator ended its side, the responder did not",
        "only the originator ended it",
        "the originator closed its side and the responder left its own open",
    ),
    "S3": (
        "it was established; the responder ended its side, the originator did not",
        "only the responder ended it",
        "the responder closed its side and the originator left its own open",
    ),
    "RSTO": ("the originator reset it", "the originator broke it off with a reset", "it ended by the originator's RST"),
    "RSTR": ("the responder reset it", "the responder broke it off with a reset", "it ended by the responder's RST"),
    "RSTOS0": (
        "it stayed unanswered, and the originator reset it",
        "the originator asked and reset it before any answer",
        "no answer came before the originator's RST",
    ),
    "RSTRH": (
        "the responder reset it, the request was not seen",
        "of its begin nothing was seen, and the responder reset it",
        "it ended by the responder's RST, without a request that was seen",
    ),
    "SH": (
        "it stayed unanswered, and the originator ended its side",
        "the originator asked and ended it before any answer",
        "no answer came before the originator's FIN",
    ),
    "SHR": (
        "the responder ended its side, the request was not seen",
        "of its begin nothing was seen, and the responder ended it",
        "it ended by the responder's FIN, without a request that was seen",
    ),
}
_UDP: Final = {
    "SF": ("both sides have spoken", "it was answered", "the responder replied"),
    "SHR": ("only the responder has spoken", "the request was not seen", "an answer came without a request"),
}
_UNUSUAL: Final = frozenset({"S0", "REJ", "RSTOS0", "RSTRH", "SH", "SHR"})


class Unknown(KeyError):  # noqa: N818 - never leaves this file
    """A sentence asks for what the record does not hold."""


class Known(dict[str, float]):
    """Facts of a record; asking for another raises :class:`Unknown`."""

    def __missing__(self, name: str) -> float:
        raise Unknown(name)


def _ending(w: Draft) -> str | None:
    """How the flow ended, as far as the record tells."""
    row = w.row
    w.about("flow_answered", "flow_established", "flow_rejected", "flow_closed")
    state = CONN_STATES[int(row["record_conn_state"])] if "record_conn_state" in row else "OTH"
    udp = row["packet_udp"] > 0.5
    if udp and state in _UDP:
        return w.pick(*_UDP[state])
    if state in _STATES:
        w.weigh(1.0 if state in _UNUSUAL and not udp else 0.0)
        return w.pick(*_STATES[state])
    if "flow_answered" not in row:
        return None
    if row["flow_answered"] > 0.5:
        return w.pick("it was answered", "both sides have spoken", "the responder has replied")
    return w.pick("nothing came back", "it stayed unanswered", "only the originator has spoken")


def record_state(w: Draft) -> Said | None:
    """Which service, by the port and by what the record names, and how the flow ended."""
    row = w.row
    ending = _ending(w)
    if row["packet_icmp"] > 0.5:
        return w.said(
            w.pick("an ICMP exchange", "the flow is ICMP", "this is ICMP") + (f": {ending}" if ending else "")
        )
    tcp = row["packet_tcp"] > 0.5
    noun = "connection" if tcp else "flow"
    if not tcp and row["packet_udp"] < 0.5:
        return w.said(
            w.pick(
                f"the {noun} is of a protocol other than TCP, UDP and ICMP",
                "neither TCP nor UDP nor ICMP is spoken here",
                "the flow's protocol is none of TCP, UDP and ICMP",
            )
            + (f": {ending}" if ending else "")
        )
    if "packet_port_dns" in row:
        w.about(*PORT_FACTS)
        service = service_words(row)
        text = w.pick(
            f"the {noun} goes to the {service} of the responder",
            f"a {noun} with the responder's {service}",
            f"the originator uses the responder's {service}",
        )
    else:
        text = w.pick(f"the {noun} goes to the responder", f"a {noun} with the responder", f"a {noun} of two hosts")
    if "record_app" in row:
        app = APPS[int(row["record_app"])]
        text += w.pick(f" and speaks {app}", f", which speaks {app}", f" in {app}")
    return w.said(f"{text}; {ending}" if ending else text)


def record_totals(w: Draft) -> Said | None:
    """How long the flow lasted, and what each side sent."""
    row = w.row
    if row.get("flow_pkts") == 1.0:
        w.about("flow_pkts")
        return w.said(
            w.pick("it is a single packet", "one packet is all of it", "there was no more than a single packet")
        )
    there, back = _sent(w, "orig"), _sent(w, "resp")
    if there is None:
        return None
    text = w.pick(
        f"the originator sent {there}" + (f" and the responder {back}" if back else ""),
        f"it carried {there} to the responder" + (f", and {back} back" if back else ""),
        f"from the originator came {there}" + (f", from the responder {back}" if back else ""),
    )
    if row.get("flow_age_s", 0.0) > 0.0:
        w.about("flow_age_s")
        age = w.time("flow_age_s")
        return w.said(w.pick(f"in {age} {text}", f"it lasted {age}: {text}", f"over {age} {text}"))
    return w.said(text)


def _sent(w: Draft, side: str) -> str | None:
    """Packets of one side and their bytes: payload where it is known, else whole frames."""
    row = w.row
    if f"flow_{side}_pkts" not in row:
        return None
    w.about(f"flow_{side}_pkts")
    if row[f"flow_{side}_pkts"] < 0.5:
        return "nothing"
    packets = w.count(f"flow_{side}_pkts", "packet")
    payload, frames = f"flow_{side}_bytes", f"record_{side}_wire_bytes"
    if payload in row:
        w.about(payload)
        w.weigh(BY_NAME[payload].unusual(row[payload]))
        return f"{packets} with {w.size(payload)} of payload" if row[payload] >= 0.5 else f"{packets} without payload"
    if frames in row:
        return f"{packets} with {w.size(frames)} in all"
    return packets


def record_rate(w: Draft) -> Said | None:
    """Packets a second, when the flow was busy."""
    rate = busy_rate(w)
    return (
        None
        if rate is None
        else w.said(
            w.pick(
                f"the flow was busy with {rate} a second",
                f"{rate} a second passed in this flow",
                f"it ran at {rate} a second",
            )
        )
    )


def record_silence(w: Draft) -> Said | None:
    """A flow that was never closed and fell silent."""
    if w.row["record_timed_out"] < 0.5 or w.row["packet_tcp"] < 0.5:
        return None
    return w.said(
        w.pick("it ended by its silence", "it fell silent and timed out", "no end was seen before it timed out")
    )


RECORD_SENTENCES: Final[tuple[Sentence, ...]] = (
    record_state,
    about_packet.packet_place,
    record_totals,
    about_flow.flow_direction,
    record_rate,
    record_silence,
    about_hosts.orig_starts,
    about_hosts.orig_reach,
    about_hosts.pair_ports,
    about_hosts.pair_acquaintance,
    about_service.service_flows,
    about_service.service_alike,
    about_service.service_starts,
    about_hosts.resp_callers,
    about_hosts.resp_ports,
    about_service.target_callers,
)
"""What can be said of a record, in reading order."""


def record_said(facts: Mapping[str, float], variant: int = 0) -> list[Said]:
    """Every sentence that the facts bear, with its numbers and where they come from.

    :param facts: of one record, as :func:`packetclip.wire.records.facts` gives them.
    :param variant: which wording; 0 is the plain one.
    """
    draft = Draft(Known(facts), variant)
    found = []
    for sentence in RECORD_SENTENCES:
        draft.again(variant)
        try:
            said = sentence(draft)
        except Unknown:
            continue
        if said is not None:
            found.append(said)
    return found


def record_caption(facts: Mapping[str, float], variant: int = 0, sentences: int | None = None) -> str:
    """The description of one record; ``sentences`` keeps at most so many, the most unusual ones."""
    return " ".join(said.text for said in most_unusual(record_said(facts, variant), sentences))
