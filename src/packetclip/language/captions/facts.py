"""The fact catalogue: what is worth saying of a context, from when on, and in which words.

Clauses are complete but for capital and stop. ``{n}`` is the number with its noun ("about 210 flows"), ``{window}`` the
time it fell in ("in the last ten seconds"). No phrasing names or hints a class of traffic: it says what was counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from numpy.typing import NDArray

from packetclip.language.captions.draft import row_of
from packetclip.language.captions.fact import Fact


def _flag(name: str, usual: float = 1.0, *phrasings: str) -> Fact:
    return Fact(name, "flag", 0.5, usual, phrasings)


def _recent(name: str, noun: str, least: float, usual: float, *phrasings: str, step: float = 3.0) -> Fact:
    return Fact(name, noun, least, usual, phrasings, windowed=True, step=step)


def _regular_starts(row: Mapping[str, Any]) -> Any:
    return (row["service_starts"] >= 4.0) & (row["service_start_gap_cv"] < 0.35)


def _regular_calls(row: Mapping[str, Any]) -> Any:
    return (row["service_calls"] >= 4.0) & (row["service_call_gap_cv"] < 0.35)


def _two_ended(row: Mapping[str, Any]) -> Any:
    return (row["service_flow_size_cv"] > 0.0) & (row["service_flow_orig_bytes"] + row["service_flow_resp_bytes"] > 0.0)


def _in_dns(row: Mapping[str, Any]) -> Any:
    return (row["packet_dns_query"] > 0.5) | (row["packet_dns_response"] > 0.5)


def _paid(row: Mapping[str, Any]) -> Any:
    return (row["flow_orig_bytes"] + row["flow_resp_bytes"]) > 0.0


PACKET: Final = (
    _flag("packet_from_orig"),
    _flag("packet_tcp"),
    _flag("packet_udp"),
    _flag("packet_icmp"),
    _flag("packet_arp"),
    _flag("packet_ipv6"),
    Fact("packet_length", "bytes", 1.0, 1600.0, step=6.0),
    Fact("packet_payload", "bytes", 1.0, 1500.0, step=6.0),
    _flag("packet_syn"),
    _flag("packet_synack"),
    _flag("packet_fin"),
    _flag("packet_rst"),
    _flag(
        "packet_odd_flags",
        0.0,
        "its TCP flags are a combination that no stack sends",
        "it carries a set of TCP flags that no stack would send",
        "the TCP flags are set in a way that no stack sets them",
    ),
    _flag(
        "packet_bare_syn",
        0.0,
        "the connection request comes without the TCP options that stacks send",
        "its SYN carries no TCP option but perhaps MSS",
        "the SYN is bare: no window scale, no time stamps, no SACK",
    ),
    _flag(
        "packet_small_window",
        0.0,
        "the SYN offers a very small window",
        "its connection request offers a tiny window",
        "the SYN comes with a window of next to nothing",
    ),
    _flag(
        "packet_fragment", 0.0, "it is a fragment", "the packet is a fragment of a datagram", "only a fragment is sent"
    ),
    _flag(
        "packet_ip_options",
        0.0,
        "it carries IP options or extension headers",
        "options or extension headers follow its IP header",
        "the IP header brings options or extensions",
    ),
    _flag(
        "packet_weird",
        0.0,
        "one of its headers is malformed or odd",
        "some header of it is malformed",
        "its headers do not quite follow the standards",
    ),
    _flag("packet_echo_request"),
    _flag("packet_echo_reply"),
    _flag("packet_unreachable", 0.5),
    _flag("packet_icmp_other"),
    _flag("packet_arp_request"),
    _flag("packet_arp_reply"),
    _flag("packet_to_group"),
    _flag("packet_same_subnet"),
    _flag("packet_orig_public"),
    _flag("packet_resp_public"),
    _flag("packet_port_system"),
    _flag("packet_port_dynamic"),
    _flag("packet_port_dns"),
    _flag("packet_port_web"),
    _flag("packet_port_ssh"),
    _flag("packet_port_telnet"),
    _flag("packet_port_ftp"),
    _flag("packet_port_mail"),
    _flag("packet_dns_query"),
    _flag("packet_dns_response"),
    _flag("packet_dns_failed", 0.7),
    _flag("packet_dns_odd_type", 0.3),
    Fact("packet_dns_name", "bytes", 1.0, 40.0, step=2.5, when=_in_dns),
    Fact("packet_dns_labels", "label", 1.0, 5.0, step=2.0, when=_in_dns),
    Fact("packet_dns_longest_label", "bytes", 1.0, 20.0, step=2.5, when=_in_dns),
    Fact("packet_dns_entropy", "bits", 1.0, 3.7, step=1.5, when=_in_dns),
    Fact("packet_dns_answers", "answer record", 1.0, 8.0, when=_in_dns),
    _flag("packet_tls_handshake"),
    _flag("packet_tls_data"),
    _flag("packet_http_request"),
    _flag("packet_http_success"),
    _flag("packet_http_error", 0.5),
    _flag("packet_login_refused", 0.0),
    _flag("packet_ssh_banner"),
)

FLOW: Final = (
    Fact("flow_pkts", "packet", 1.0, 5000.0, step=6.0),
    Fact("flow_orig_pkts", "packet", 1.0, 2000.0, step=6.0),
    Fact("flow_resp_pkts", "packet", 1.0, 3000.0, step=6.0),
    Fact("flow_orig_bytes", "bytes", 1.0, 1e6, step=20.0),
    Fact("flow_resp_bytes", "bytes", 1.0, 1e7, step=20.0),
    Fact("flow_orig_share", "share", 0.2, 1.0, step=1.7, when=_paid),
    Fact("flow_age_s", "seconds", 0.1, 600.0, step=8.0),
    Fact("flow_gap_s", "seconds", 0.01, 60.0, step=8.0),
    Fact("flow_gap_mean_s", "seconds", 0.001, 60.0, step=10.0),
    Fact("flow_gap_cv", "ratio", 0.3, 10.0),
    Fact("flow_rate", "packet", 1.0, 1000.0, step=6.0),
    Fact("flow_orig_size_mean", "bytes", 10.0, 1200.0, step=4.0),
    Fact("flow_resp_size_mean", "bytes", 10.0, 1500.0, step=4.0),
    Fact("flow_orig_size_cv", "ratio", 0.1, 10.0),
    _flag("flow_answered"),
    _flag("flow_established"),
    _flag("flow_rejected", 0.5),
    _flag("flow_closed"),
    _flag("flow_unfinished_request", 0.3),
    Fact("flow_dribbles", "packet", 1.0, 0.5),
)

ORIGINATOR: Final = (
    _recent("orig_pkts", "packet", 20.0, 3000.0, step=6.0),
    _recent("orig_bytes", "bytes", 2000.0, 2e6, step=15.0),
    _recent("orig_replies", "packet", 20.0, 4000.0, step=6.0),
    _recent(
        "orig_flows",
        "flow",
        2.0,
        30.0,
        "the originator began {n} {window}",
        "{n} were begun by the originator {window}",
        "{window} the originator began {n}",
        "the originator has started {n} {window}",
    ),
    _recent(
        "orig_peers",
        "new host",
        2.0,
        8.0,
        "the originator turned to {n} {window}",
        "the originator contacted {n} that it had not spoken to before {window}",
        "{n} were contacted by the originator {window}",
        "{window} the originator reached out to {n}",
    ),
    _recent(
        "orig_services",
        "new port",
        3.0,
        12.0,
        "the originator tried {n} of other hosts {window}",
        "{n}, of one host or of many, were tried by the originator {window}",
        "{window} the originator tried {n}",
    ),
    _recent(
        "orig_refused",
        "flow",
        1.5,
        1.0,
        "the originator had {n} refused {window}",
        "{n} of the originator were refused by a reset or as unreachable {window}",
        "{window} the originator was turned away in {n}",
    ),
    _recent(
        "orig_unanswered",
        "flow",
        1.5,
        3.0,
        "the originator got no answer in {n} {window}",
        "{n} of the originator stayed without an answer {window}",
        "{window} nobody answered {n} of the originator",
    ),
    _recent(
        "orig_syns",
        "connection request",
        3.0,
        25.0,
        "the originator sent {n} {window}",
        "{n} (SYN) left the originator {window}",
        "{window} the originator asked for connections with {n}",
    ),
    _recent(
        "orig_odd_probes",
        "packet",
        0.5,
        0.0,
        "the originator sent {n} with TCP flags that no stack sends {window}",
        "{n} of the originator bore impossible TCP flags {window}",
        "{window} TCP flags in combinations that no stack sends came from the originator in {n}",
    ),
    _recent(
        "orig_echoes",
        "echo request",
        2.0,
        10.0,
        "the originator sent {n} {window}",
        "{n} (ICMP) left the originator {window}",
        "{window} the originator asked for echoes with {n}",
    ),
    _recent(
        "orig_unsolicited",
        "flow",
        0.5,
        0.0,
        "{n} toward the originator began with an answer that nobody had asked for {window}",
        "the originator received answers to questions it never asked in {n} {window}",
        "{window} answers came unasked to the originator in {n}",
    ),
)

PAIR: Final = (
    _recent("pair_orig_pkts", "packet", 5.0, 2000.0, step=6.0),
    _recent("pair_resp_pkts", "packet", 5.0, 3000.0, step=6.0),
    _recent("pair_orig_bytes", "bytes", 500.0, 1e6, step=15.0),
    _recent("pair_resp_bytes", "bytes", 500.0, 1e7, step=15.0),
    _recent(
        "pair_flows",
        "flow",
        2.0,
        20.0,
        "the originator began {n} with this one host {window}",
        "{n} went from the originator to the same host {window}",
        "{window} the two hosts were joined by {n}",
    ),
    _recent(
        "pair_ports",
        "new port",
        3.0,
        5.0,
        "the originator tried {n} of this one host {window}",
        "{n} of the same host were tried one after another {window}",
        "{window} {n} of the responder were tried by this originator alone",
    ),
    _recent(
        "pair_refused",
        "flow",
        1.5,
        1.0,
        "the responder refused {n} of this originator {window}",
        "{n} between the two hosts were refused {window}",
        "{window} this responder turned down {n} of the originator",
    ),
    _recent(
        "pair_unanswered",
        "flow",
        1.5,
        2.0,
        "the responder left {n} of this originator unanswered {window}",
        "{n} between the two hosts got no answer {window}",
        "{window} this responder stayed silent in {n} of the originator",
    ),
    Fact("pair_age_s", "seconds", 10.0, 1e9, step=10.0),
    Fact("pair_orig_share", "share", 0.2, 1.0, step=1.7),
)

SERVICE: Final = (
    _recent("service_flows", "flow", 2.0, 15.0),
    _recent("service_short_flows", "flow", 2.0, 8.0),
    _recent(
        "service_login_refused",
        "login",
        0.5,
        0.5,
        "the service refused {n} of this originator {window}",
        "{n} were turned down by the service {window}",
        "{window} the server answered {n} with a refusal",
    ),
    _recent("service_requests", "web request", 2.0, 30.0),
    _recent("service_new_targets", "request", 2.0, 15.0),
    _recent("service_http_errors", "error response", 1.0, 2.0),
    Fact("service_open", "connection", 2.0, 6.0),
    Fact("service_flow_orig_bytes", "bytes", 1.0, 1e6, step=10.0, when=_two_ended),
    Fact("service_flow_resp_bytes", "bytes", 1.0, 1e7, step=10.0, when=_two_ended),
    Fact("service_flow_size_cv", "ratio", 0.05, 10.0, step=4.0, when=_two_ended),
    Fact("service_start_gap_mean_s", "seconds", 0.01, 1e9, step=10.0, when=_regular_starts),
    Fact("service_starts", "flow", 3.0, 200.0, step=5.0),
    Fact("service_call_gap_mean_s", "seconds", 1.0, 1e9, step=5.0, when=_regular_calls),
    Fact("service_calls", "call", 3.0, 100.0, step=4.0),
    Fact("service_call_size_cv", "ratio", 0.02, 10.0, step=5.0, when=_regular_calls),
)

RESPONDER: Final = (
    _recent("resp_pkts", "packet", 20.0, 3000.0, step=6.0),
    _recent("resp_bytes", "bytes", 2000.0, 2e6, step=15.0),
    _recent("resp_replies", "packet", 20.0, 4000.0, step=6.0),
    _recent(
        "resp_flows",
        "flow",
        3.0,
        60.0,
        "others began {n} with the responder {window}",
        "the responder was asked for {n} {window}",
        "{window} {n} were begun with the responder",
    ),
    _recent(
        "resp_peers",
        "new host",
        2.0,
        10.0,
        "{n} turned to the responder {window}",
        "the responder was contacted by {n} {window}",
        "{window} the responder heard from {n}",
    ),
    _recent(
        "resp_services",
        "port",
        3.0,
        5.0,
        "{n} of the responder that had been quiet were tried {window}",
        "the responder saw {n} of its own tried for the first time {window}",
        "{window} {n} of the responder were tried anew",
    ),
    _recent(
        "resp_refused",
        "flow",
        1.5,
        2.0,
        "the responder refused {n} in all {window}",
        "{n} toward the responder were refused {window}",
        "{window} the responder turned down {n}",
    ),
    _recent(
        "resp_unanswered",
        "flow",
        1.5,
        3.0,
        "the responder answered none of {n} {window}",
        "{n} toward the responder stayed without an answer {window}",
        "{window} the responder left {n} unanswered",
    ),
    _recent(
        "resp_half_open",
        "connection request",
        1.5,
        2.0,
        "{n} to the responder never became a handshake {window}",
        "the responder is left with {n} whose handshake did not end {window}",
        "{window} the handshake stayed half open for {n} to the responder",
    ),
    _recent(
        "resp_echoes",
        "echo request",
        2.0,
        10.0,
        "the responder received {n} {window}",
        "{n} (ICMP) reached the responder {window}",
        "{window} the responder was asked for echoes with {n}",
    ),
)

TARGET: Final = (
    _recent("target_pkts", "packet", 20.0, 3000.0, step=6.0),
    _recent("target_bytes", "bytes", 2000.0, 2e6, step=15.0),
    _recent("target_flows", "flow", 3.0, 40.0),
    _recent(
        "target_peers",
        "new host",
        2.0,
        10.0,
        "{n} came to this port of the responder {window}",
        "this one service was used by {n} {window}",
        "{window} the port heard from {n}",
    ),
    _recent(
        "target_half_open",
        "connection request",
        1.5,
        2.0,
        "{n} to this one port never became a handshake {window}",
        "at this port the handshake stayed half open for {n} {window}",
        "{window} the port is left with {n} whose handshake did not end",
    ),
    Fact(
        "target_open",
        "connection",
        3.0,
        12.0,
        (
            "{n} to this port are open at once",
            "the port holds {n} open at the same time",
            "the service has {n} established and not ended",
        ),
    ),
    Fact(
        "target_unfinished",
        "connection",
        1.5,
        0.7,
        (
            "{n} to this port hold a web request that was begun and has no end",
            "the web server waits on {n} for the rest of a request",
            "the port keeps {n} whose request header is still incomplete",
        ),
    ),
)

NAMES: Final = (
    _recent("dns_queries", "DNS query", 2.0, 30.0),
    _recent("dns_new_names", "new name", 2.0, 20.0),
    _recent("dns_failures", "DNS response", 1.0, 3.0),
    _recent("dns_odd_types", "DNS query", 0.7, 0.5),
    _recent("dns_server_queries", "DNS query", 3.0, 100.0),
    _recent("dns_server_names", "new name", 3.0, 50.0),
    _recent("dns_server_failures", "DNS response", 1.0, 8.0),
    _recent("zone_queries", "query", 2.0, 8.0),
    _recent("zone_names", "new name", 2.0, 4.0),
    Fact("zone_name_length", "bytes", 5.0, 35.0, step=2.0, when=_in_dns),
    Fact("zone_name_entropy", "bits", 1.5, 3.7, step=1.35, when=_in_dns),
    Fact("zone_longest_label", "bytes", 5.0, 18.0, step=2.0, when=_in_dns),
    Fact("zone_odd_share", "share", 0.1, 0.3, step=2.2, when=_in_dns),
    Fact("zone_answer_bytes", "bytes", 30.0, 300.0, when=_in_dns),
)

CLAIMS: Final = (
    _recent(
        "arp_requests",
        "ARP request",
        2.0,
        10.0,
        "the sender's hardware address made {n} {window}",
        "{n} came from this hardware address {window}",
        "{window} the sender asked who holds an address with {n}",
    ),
    _recent(
        "arp_targets",
        "new address",
        2.0,
        5.0,
        "it asked the subnet for {n} {window}",
        "{n} were asked for by it {window}",
        "{window} it looked for {n} on the subnet",
    ),
    _recent(
        "arp_replies",
        "ARP reply",
        2.0,
        6.0,
        "the sender's hardware address gave {n} {window}",
        "{n} came from this hardware address {window}",
        "{window} the sender told its address with {n}",
    ),
    _recent(
        "arp_unasked",
        "ARP reply",
        0.7,
        0.4,
        "{n} of this hardware address answered no request {window}",
        "this hardware address gave {n} that nobody had asked for {window}",
        "{window} nobody had asked for {n} of this hardware address",
    ),
    _recent(
        "arp_takeovers",
        "ARP message",
        0.5,
        0.0,
        "{n} of this hardware address claimed an address that another one holds {window}",
        "with {n} the sender claimed an address held by another hardware address {window}",
        "{window} this hardware address claimed what another one holds in {n}",
    ),
    Fact("arp_claimed", "address", 1.0, 2.0, step=2.0),
    _flag("arp_contested", 0.0),
    _flag("arp_gratuitous", 0.7),
    _flag("arp_forged_source", 0.0),
)

FACTS: Final = (*PACKET, *FLOW, *ORIGINATOR, *PAIR, *SERVICE, *RESPONDER, *TARGET, *NAMES, *CLAIMS)
"""Every fact, in the order of sentences."""

BY_NAME: Final = {fact.name: fact for fact in FACTS}


UNSAID: Final = {
    "packet_ack": "nearly every TCP segment has it",
    "packet_psh": "says little beside the payload",
    "packet_urg": "odd uses of it are told as odd flags",
    "packet_ecn": "a matter of the stack, not of behaviour",
    "packet_timestamps": "a matter of the stack, not of behaviour",
    "packet_dns_digits": "the name's entropy tells it",
    "service_start_gap_cv": "told in words beside the mean",
    "service_call_gap_cv": "told in words beside the mean",
}
"""Fields of the context without a fact of their own, and why."""


def notable(values: NDArray[Any]) -> list[tuple[Fact, float]]:
    """The facts worth saying of one packet, with their numbers, the most unusual first.

    :param values: (F,) one row of the context, natural units.
    """
    row = row_of(values)
    found = []
    for order, fact in enumerate(FACTS):
        window = fact.window(row)
        if window is not None:
            value = row[fact.fields[window]]
            found.append((-fact.unusual(value, window), order, fact, value))
    found.sort(key=lambda item: item[:2])
    return [(fact, value) for _, _, fact, value in found]
