"""Sentences about DNS: what the originator asks for, what the server is asked for, what one zone is asked for."""

from __future__ import annotations

from packetclip.language.captions.draft import Draft, Said, recent
from packetclip.language.captions.facts import BY_NAME


def _in_dns(w: Draft) -> bool:
    return w.row["packet_dns_query"] > 0.5 or w.row["packet_dns_response"] > 0.5 or w.row["packet_port_dns"] > 0.5


def dns_questions(w: Draft) -> Said | None:
    """Questions of the originator, how many names were new, how many failed."""
    row = w.row
    fact = BY_NAME["dns_queries"]
    window = fact.window(row, w.variant)
    if window is None:
        return None
    names, failures = recent("dns_new_names", window), recent("dns_failures", window)
    queries, over = w.quantity(fact, window), w.over(window)
    w.about("dns_new_names", "dns_failures")
    w.weigh(BY_NAME["dns_new_names"].unusual(row[names], window))
    new = w.count(names, "new name")
    text = w.pick(
        f"the originator sent {queries} for {new} {over}",
        f"{queries} of the originator asked for {new} {over}",
        f"{over} the originator looked up {new} with {queries}",
    )
    if row[failures] >= 1.0:
        w.weigh(BY_NAME["dns_failures"].unusual(row[failures], window))
        part = w.portion(failures, recent("dns_queries", window))
        return w.said(
            text + w.pick(f"; {part} failed", f", and {part} got an error", f"; {part} of the answers were errors")
        )
    return w.said(text + w.pick("; none failed", ", without failures", ", and no error came back"))


def dns_quiet(w: Draft) -> Said | None:
    """A few plain look-ups."""
    row = w.row
    if not _in_dns(w) or row["dns_queries_60s"] >= 10.0 or row["zone_names_600s"] >= 3.0:
        return None
    if row["zone_name_length"] >= 40.0 or row["zone_odd_share"] >= 0.1 or row["zone_name_length"] < 1.0:
        return None
    w.about("dns_queries", "zone_names", "zone_name_length")
    return w.said(
        w.pick(
            "the names asked for are few and short",
            "the originator looks up a few plain names",
            "only a few short names are asked for",
        )
    )


def dns_server(w: Draft) -> Said | None:
    """What everyone asks of this server."""
    row = w.row
    fact = BY_NAME["dns_server_queries"]
    window = fact.window(row, w.variant)
    if window is None or not _in_dns(w):
        return None
    names, failures = recent("dns_server_names", window), recent("dns_server_failures", window)
    queries, over = w.quantity(fact, window), w.over(window)
    w.about("dns_server_names", "dns_server_failures")
    w.weigh(BY_NAME["dns_server_names"].unusual(row[names], window))
    new = w.count(names, "new name")
    text = w.pick(
        f"the DNS server was sent {queries} {over}, for {new}",
        f"{queries} for {new} reached this DNS server {over}",
        f"{over} this server was asked for {new} in {queries}",
    )
    if row[failures] >= 1.0:
        w.weigh(BY_NAME["dns_server_failures"].unusual(row[failures], window))
        failed = w.count(failures, "error response")
        text += w.pick(f"; it gave {failed}", f", and {failed} went out", f", with {failed}")
    return w.said(text)


def zone_names(w: Draft) -> Said | None:
    """Many names under one parent."""
    row = w.row
    fact = BY_NAME["zone_names"]
    window = fact.window(row, w.variant)
    if window is None or row["zone_name_length"] < 1.0:
        return None
    new, over = w.quantity(fact, window), w.over(window)
    w.about("zone_name_length", "zone_longest_label", "zone_name_entropy")
    w.weigh(BY_NAME["zone_name_length"].unusual(row["zone_name_length"]) + 0.5)
    length, label = w.size("zone_name_length"), w.size("zone_longest_label")
    entropy = w.bits("zone_name_entropy")
    return w.said(
        w.pick(
            f"the originator asked for {new} under one parent {over}, on average {length} long with a label of {label}",
            f"{new} under the same zone were asked for {over}; they average {length}, the longest label {label}",
            f"{over} {new} of one zone were looked up, {length} long on average with a longest label of {label}",
        )
        + w.pick(
            f", with {entropy} of entropy a byte",
            f"; each byte holds {entropy}",
            f" and {entropy} to each byte",
        )
    )


def zone_answers(w: Draft) -> Said | None:
    """Answers under one parent, and odd question types."""
    row = w.row
    if row["zone_queries_600s"] < 2.0 or row["zone_answer_bytes"] < 1.0 or not _in_dns(w):
        return None
    w.about("zone_answer_bytes", "zone_odd_share")
    w.weigh(BY_NAME["zone_answer_bytes"].unusual(row["zone_answer_bytes"]))
    size = w.size("zone_answer_bytes")
    if row["zone_odd_share"] >= 0.1:
        w.weigh(2.0)
        part = w.percent("zone_odd_share")
        return w.said(
            w.pick(
                f"{part} of the questions under this parent are of seldom used types, and answers bring {size}",
                f"answers under this zone have {size} on average; {part} of the types asked for are rare",
                f"with {part} of the questions the type is rare, and one answer carries {size} on average",
            )
        )
    return w.said(
        w.pick(
            f"answers under this parent have {size} on average, to common types of question",
            f"common record types are asked for under this zone; answers bring {size}",
            f"this zone answers with {size} on average, and the types asked for are common",
        )
    )
