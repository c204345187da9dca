"""Every sentence in reading order: the packet, its flow, the hosts, the service, names, claims.

A sentence is a function from a :class:`~packetclip.language.captions.draft.Draft` (the row and a variant of wording) to
a :class:`~packetclip.language.captions.draft.Said`, or None where there is nothing worth saying. To add one, write the
function beside its siblings and its name here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from packetclip.language.captions import (
    about_claims,
    about_flow,
    about_hosts,
    about_names,
    about_packet,
    about_service,
)
from packetclip.language.captions.draft import Draft, Row, Said

Sentence = Callable[[Draft], Said | None]

SENTENCES: Final[tuple[Sentence, ...]] = (
    about_packet.packet_kind,
    about_packet.packet_oddities,
    about_packet.packet_place,
    about_packet.packet_name,
    about_flow.flow_state,
    about_flow.flow_totals,
    about_flow.flow_direction,
    about_flow.flow_rhythm,
    about_flow.flow_rate,
    about_flow.flow_sizes,
    about_flow.flow_waiting,
    about_hosts.orig_starts,
    about_hosts.orig_reach,
    about_hosts.orig_failures,
    about_hosts.orig_echoes,
    about_hosts.orig_odd,
    about_hosts.orig_quiet,
    about_hosts.orig_volume,
    about_hosts.pair_volume,
    about_hosts.pair_ports,
    about_hosts.pair_balance,
    about_hosts.pair_acquaintance,
    about_service.service_flows,
    about_service.service_logins,
    about_service.service_requests,
    about_service.service_open,
    about_service.service_alike,
    about_service.service_calls,
    about_service.service_starts,
    about_hosts.resp_volume,
    about_hosts.resp_callers,
    about_hosts.resp_ports,
    about_hosts.resp_half_open,
    about_hosts.resp_echoes,
    about_service.target_callers,
    about_service.target_volume,
    about_service.target_waiting,
    about_names.dns_questions,
    about_names.dns_quiet,
    about_names.dns_server,
    about_names.zone_names,
    about_names.zone_answers,
    about_claims.arp_questions,
    about_claims.arp_answers,
    about_claims.arp_claims,
    about_claims.arp_holdings,
)

_ELSEWHERE: Final = 0.3
"""Weight left to a sentence that speaks of traffic of another kind than the packet's."""

_IP: Final = ("packet_tcp", "packet_udp", "packet_icmp")
_DNS: Final = ("packet_dns_query", "packet_dns_response", "packet_port_dns")
_ANY: Final = ("packet_length",)


def _kin(sentence: Sentence) -> tuple[str, ...]:
    """Fields of which one must be set for the sentence to bear on the packet itself."""
    if sentence in (about_hosts.orig_echoes, about_hosts.resp_echoes):
        return ("packet_icmp",)
    if sentence in (about_hosts.orig_failures, about_hosts.orig_odd, about_hosts.resp_half_open):
        return ("packet_tcp", "packet_icmp")
    return {about_names.__name__: _DNS, about_hosts.__name__: _IP, about_service.__name__: _IP}.get(
        sentence.__module__, _ANY
    )


_KIN: Final = tuple(_kin(sentence) for sentence in SENTENCES)


def sentences(row: Row, variant: int = 0) -> list[Said]:
    """All that is worth saying of a row, in reading order; ``variant`` chooses the wording of every sentence."""
    draft = Draft(row, variant)
    found = []
    for number, sentence in enumerate(SENTENCES):
        # Large variants give each sentence a wording of its own; small ones (0, 1, 2) the same to all.
        draft.again(variant if variant < 1024 else (variant * (2 * number + 1)) & 0xFFFFFF)
        said = sentence(draft)
        if said is None:
            continue
        if said.weight > 0.0 and not any(row[name] > 0.5 for name in _KIN[number]):
            said = said._replace(weight=_ELSEWHERE * said.weight)
        found.append(said)
    return found
