"""Sentences about one port of one responder: what this originator did there, and what everyone did."""

from __future__ import annotations

from typing import Final

from packetclip.language.captions.about_flow import PORT_FACTS, service_words
from packetclip.language.captions.draft import Draft, Row, Said, recent
from packetclip.language.captions.facts import BY_NAME

_FLOWS: Final = BY_NAME["service_flows"]
_SHORT: Final = BY_NAME["service_short_flows"]
_LOGINS: Final = BY_NAME["service_login_refused"]
_REQUESTS: Final = BY_NAME["service_requests"]


def _has_service(row: Row) -> bool:
    return row["packet_tcp"] > 0.5 or row["packet_udp"] > 0.5


def _each(w: Draft) -> str:
    """What one flow to the service exchanges, from flows that ended; "" before one did."""
    row = w.row
    if row["service_flow_orig_bytes"] + row["service_flow_resp_bytes"] < 1.0:
        return ""
    w.about("service_flow_orig_bytes", "service_flow_resp_bytes")
    if row["service_flow_orig_bytes"] < 5000.0 and row["service_flow_resp_bytes"] < 5000.0:
        sent, came = w.under("service_flow_orig_bytes"), w.under("service_flow_resp_bytes")
    else:
        sent, came = w.size("service_flow_orig_bytes"), w.size("service_flow_resp_bytes")
    return w.pick(
        f"each sent {sent} and fetched {came} on average",
        f"on average one carries {sent} out and {came} back",
        f"a flow there brings {sent} from the originator and {came} from the responder on average",
    )


def service_flows(w: Draft) -> Said | None:
    """Flows to one host's service, how short they were and what each carried."""
    row = w.row
    window = _FLOWS.window(row, w.variant)
    if window is None or not _has_service(row):
        return None
    service = service_words(row)
    w.about(*PORT_FACTS, "service_short_flows")
    short = recent("service_short_flows", window)
    flows, over = w.quantity(_FLOWS, window), w.over(window)
    text = w.pick(
        f"the originator opened {flows} to one host's {service} {over}",
        f"{flows} went from the originator to the same {service} {over}",
        f"{over} the originator turned to the {service} of this host with {flows}",
    )
    if row[short] >= 1.5:
        w.weigh(_SHORT.unusual(row[short], window))
        part = w.portion(short, recent("service_flows", window))
        text += w.pick(
            f"; {part} of them exchanged a little and ended",
            f", and {part} were short ones that were answered and ended",
            f"; {part} ended after a brief exchange",
        )
    each = _each(w)
    return w.said(f"{text}; {each}" if each else text)


def service_logins(w: Draft) -> Said | None:
    """Logins that the service refused in words."""
    clause = w.clause(_LOGINS)
    return None if clause is None else w.said(clause)


def service_requests(w: Draft) -> Said | None:
    """Web requests to this service, how many were for something new, and errors."""
    row = w.row
    window = _REQUESTS.window(row, w.variant)
    if window is None:
        return None
    requests, over = w.quantity(_REQUESTS, window), w.over(window)
    w.about("service_new_targets", "service_http_errors")
    targets, errors = recent("service_new_targets", window), recent("service_http_errors", window)
    w.weigh(BY_NAME["service_new_targets"].unusual(row[targets], window))
    new = w.portion(targets, recent("service_requests", window))
    text = w.pick(
        f"the originator made {requests} to this service {over}, {new} of them for paths not asked for before",
        f"{requests} went to this service {over}; {new} named a path that was new",
        f"{over} this service got {requests}, {new} of which asked for something new",
    )
    if row[errors] >= 1.0:
        w.weigh(BY_NAME["service_http_errors"].unusual(row[errors], window))
        failed = w.count(errors, "error response")
        return w.said(text + w.pick(f"; {failed} came back", f", with {failed}", f"; the server gave {failed}"))
    return w.said(text + w.pick("; none failed", ", without errors", "; no error came back"))


def service_open(w: Draft) -> Said | None:
    """Connections of this originator to the service that are open at once."""
    row = w.row
    fact = BY_NAME["service_open"]
    if fact.window(row) is None:
        return None
    number = w.quantity(fact, 0)
    return w.said(
        w.pick(
            f"the originator holds {number} to this service open at once",
            f"{number} of the originator to this service are open together",
            f"at present the originator keeps {number} to this port",
        )
    )


def service_alike(w: Draft) -> Said | None:
    """Whether flows to the service resemble each other."""
    row = w.row
    cv = row["service_flow_size_cv"]
    if row["service_starts"] < 4.0 or row["service_flow_orig_bytes"] + row["service_flow_resp_bytes"] < 1.0:
        return None
    w.about("service_flow_size_cv", "service_starts")
    starts = w.count("service_starts", "flow")
    if cv < 0.15:
        w.weigh(1.0)
        return w.said(
            w.pick(
                f"flows to this service, {starts} so far, are much alike in size",
                f"so far {starts} went to this service, each about as large as the other",
                f"one flow to this service resembles the other in size; there were {starts} so far",
            )
        )
    return w.said(
        w.pick(
            f"flows to this service, {starts} so far, differ in size",
            f"so far {starts} went to this service, some small, some larger",
            f"flows to this service vary in size; there were {starts} so far",
        )
    )


def _pace(cv: float, w: Draft) -> str:
    if cv < 0.12:
        return w.pick("very regularly", "like clockwork", "with hardly any variation")
    return w.pick("fairly regularly", "with a little variation", "quite evenly")


def service_calls(w: Draft) -> Said | None:
    """Calls to the service: how often, how regular, how alike."""
    row = w.row
    if row["service_calls"] < 4.0 or row["service_call_gap_mean_s"] < 1.0 or not _has_service(row):
        return None
    cv = row["service_call_gap_cv"]
    w.about("service_calls", "service_call_gap_mean_s")
    if cv >= 0.35:
        gap = w.time("service_call_gap_mean_s")
        return w.said(
            w.pick(
                f"the originator turns to this service at irregular times, {gap} apart on average",
                f"calls to this service come irregularly, with a mean distance of {gap}",
                f"on average {gap} pass between calls to this service, without a rhythm",
            )
        )
    w.weigh(1.5)
    pace = _pace(cv, w)
    every, calls = w.every("service_call_gap_mean_s"), w.count("service_calls", "call")
    text = w.pick(
        f"calls to this service come {every}, {pace}; there were {calls} so far",
        f"{pace}, {every}, the originator calls this service: {calls} so far",
        f"the originator has called this service with {calls}, {pace}, {every}",
    )
    w.about("service_call_size_cv")
    if row["service_call_size_cv"] < 0.1:
        w.weigh(1.8)
        return w.said(text + w.pick(", and each begins alike", "; their sizes are the same", ", all of one size"))
    return w.said(text + w.pick(", and their sizes vary", "; their sizes differ", ", of varied size"))


def service_starts(w: Draft) -> Said | None:
    """Regular starts of flows to the service."""
    row = w.row
    if row["service_starts"] < 4.0 or row["service_start_gap_mean_s"] < 0.5 or not _has_service(row):
        return None
    if row["service_start_gap_cv"] >= 0.35:
        return None
    w.about("service_starts", "service_start_gap_mean_s")
    w.weigh(1.5)
    every, pace = w.every("service_start_gap_mean_s"), _pace(row["service_start_gap_cv"], w)
    return w.said(
        w.pick(
            f"a new flow to this service begins {every}, {pace}",
            f"flows to this service start {every}, {pace}",
            f"{pace} the originator begins another flow here, {every}",
        )
    )


def target_callers(w: Draft) -> Said | None:
    """Flows of anyone to this port, and from how many hosts."""
    row = w.row
    fact = BY_NAME["target_flows"]
    window = fact.window(row, w.variant)
    if window is None or not _has_service(row):
        return None
    w.about("target_peers", *PORT_FACTS)
    service, peers = service_words(row), recent("target_peers", window)
    flows, over = w.quantity(fact, window), w.over(window)
    if row[peers] >= 1.5:
        w.weigh(BY_NAME["target_peers"].unusual(row[peers], window))
        hosts = w.count(peers, "new host")
        return w.said(
            w.pick(
                f"the responder's {service} got {flows} {over}, from {hosts}",
                f"{flows} from {hosts} came to the {service} {over}",
                f"{over} {hosts} turned to this {service}, in {flows}",
            )
        )
    return w.said(
        w.pick(
            f"the responder's {service} got {flows} {over}, from one new host at most",
            f"{flows} came to the {service} {over}, hardly any from new hosts",
            f"{over} this {service} got {flows}, from hosts that it knew but for one at most",
        )
    )


def target_volume(w: Draft) -> Said | None:
    """What everyone sent to this port."""
    row = w.row
    fact = BY_NAME["target_pkts"]
    window = fact.window(row, w.variant)
    if window is None or row[fact.fields[window]] < 100.0 or not _has_service(row):
        return None
    w.about("target_bytes")
    w.weigh(BY_NAME["target_bytes"].unusual(row[recent("target_bytes", window)], window))
    packets, over = w.quantity(fact, window), w.over(window)
    payload = w.size(recent("target_bytes", window))
    return w.said(
        w.pick(
            f"this port received {packets} with {payload} of payload {over}",
            f"{packets} and {payload} of payload arrived at this port {over}",
            f"{over} everyone together sent {payload} in {packets} to this port",
        )
    )


def target_waiting(w: Draft) -> Said | None:
    """Connections open at the port, and web requests that wait for their end."""
    unfinished, held = BY_NAME["target_unfinished"], BY_NAME["target_open"]
    waiting, held_open = w.clause(unfinished), w.clause(held)
    if waiting is None:
        return None if held_open is None else w.said(held_open)
    w.weigh(2.0)
    return w.said(waiting if held_open is None else f"{waiting}, and {held_open}")
