"""Sentences about the packet itself: its kind, its place in the flow, what is odd about it, the name it asks for."""

from __future__ import annotations

from typing import Final

from packetclip.language.captions.draft import Draft, Row, Said, joined
from packetclip.language.captions.facts import BY_NAME

_KINDS: Final = (
    # The first flag that is set names the packet.
    ("packet_arp_request", "ARP request"),
    ("packet_arp_reply", "ARP reply"),
    ("packet_echo_request", "ICMP echo request"),
    ("packet_echo_reply", "ICMP echo reply"),
    ("packet_unreachable", "ICMP unreachable message"),
    ("packet_icmp_other", "ICMP message"),
    ("packet_dns_failed", "DNS response with an error code"),
    ("packet_dns_query", "DNS query"),
    ("packet_dns_response", "DNS response"),
    ("packet_login_refused", "reply that refuses a login"),
    ("packet_http_request", "web request"),
    ("packet_http_success", "successful web response"),
    ("packet_http_error", "web response with an error status"),
    ("packet_ssh_banner", "SSH version banner"),
    ("packet_tls_handshake", "TLS handshake record"),
    ("packet_tls_data", "record of encrypted TLS data"),
    ("packet_syn", "TCP connection request (SYN)"),
    ("packet_synack", "TCP handshake answer (SYN and ACK)"),
    ("packet_rst", "TCP reset"),
    ("packet_fin", "TCP segment that ends its side (FIN)"),
)
_ODDITIES: Final = tuple(
    BY_NAME[name]
    for name in (
        "packet_odd_flags",
        "packet_bare_syn",
        "packet_small_window",
        "packet_fragment",
        "packet_ip_options",
        "packet_weird",
    )
)


def _kind(row: Row) -> tuple[str, str]:
    """The packet's kind in words, and the fact that says so ("" for none)."""
    for name, words in _KINDS:
        if row[name] > 0.5:
            return words, name
    if row["packet_tcp"] > 0.5:
        return ("TCP segment with data" if row["packet_payload"] >= 1.0 else "TCP segment without data"), "packet_tcp"
    for name, words in (("packet_udp", "UDP datagram"), ("packet_icmp", "ICMP message"), ("packet_arp", "ARP message")):
        if row[name] > 0.5:
            return words, name
    return "packet of another protocol", ""


def packet_kind(w: Draft) -> Said:
    """What is sent, by whom, how long, and where in its flow."""
    row = w.row
    if row["packet_length"] < 1.0:
        return w.said(
            w.pick("the packet could not be read", "nothing of this packet could be read", "this packet is unreadable")
        )
    kind, fact = _kind(row)
    w.about("packet_from_orig", "packet_tcp", "packet_udp", "packet_icmp", "packet_arp", "packet_length")
    if fact:
        w.about(fact)
        w.weigh(BY_NAME[fact].unusual(1.0) if fact in BY_NAME else 0.0)
    article = "an" if kind[0] in "AIE" or kind.startswith("SSH") else "a"
    if row["packet_ipv6"] > 0.5:
        kind += " over IPv6"
        w.about("packet_ipv6")
    if row["packet_to_group"] > 0.5:
        kind += " to a broadcast or multicast address"
        w.about("packet_to_group")
    sender = "originator" if row["packet_from_orig"] > 0.5 else "responder"
    length = w.size("packet_length")
    if row["packet_arp"] > 0.5 or row["flow_pkts"] < 0.5:
        return w.said(
            w.pick(
                f"{article} {kind} of {length}",
                f"this is {article} {kind}, {length} long",
                f"the frame holds {article} {kind} and has {length}",
            )
        )
    w.about("flow_pkts")
    if row["flow_pkts"] < 1.5:
        place, packet = "the first packet of its flow", "opens its flow"
    else:
        number = w.count("flow_pkts", "packet")
        place, packet = f"by now the flow has {number}", f"the flow has come to {number}"
    return w.said(
        w.pick(
            f"{article} {kind} of {length} from the {sender}, {place}",
            f"the {sender} sends {article} {kind} ({length}); it {packet}"
            if row["flow_pkts"] < 1.5
            else f"the {sender} sends {article} {kind} ({length}); {packet}",
            f"this is {article} {kind} by the {sender}, {length} long; {place}",
        )
    )


def packet_oddities(w: Draft) -> Said | None:
    """Odd flags, bare requests, fragments, options, malformed headers."""
    clauses = [clause for fact in _ODDITIES if (clause := w.clause(fact)) is not None]
    return w.said(joined(clauses)) if clauses else None


def packet_place(w: Draft) -> Said | None:
    """Where the two hosts are to each other."""
    row = w.row
    if row["packet_arp"] > 0.5 or row["packet_to_group"] > 0.5 or row["flow_pkts"] < 1.0:
        return None
    w.about("packet_same_subnet", "packet_orig_public", "packet_resp_public")
    if row["packet_same_subnet"] > 0.5:
        return w.said(
            w.pick(
                "both hosts are in the same subnet",
                "originator and responder share a subnet",
                "the two hosts are neighbours on one subnet",
            )
        )
    orig, resp = row["packet_orig_public"] > 0.5, row["packet_resp_public"] > 0.5
    if resp and not orig:
        return w.said(
            w.pick(
                "the originator is inside, the responder a public host outside",
                "an inside host speaks to a public address",
                "the flow leaves the local network for a public host",
            )
        )
    if orig and not resp:
        return w.said(
            w.pick(
                "the originator is a public host outside, the responder inside",
                "a public address speaks to an inside host",
                "the flow comes in from a public host",
            )
        )
    if orig:
        return w.said(
            w.pick(
                "both hosts have public addresses",
                "originator and responder are both public hosts",
                "the flow runs between two public addresses",
            )
        )
    return w.said(
        w.pick(
            "the two hosts are in different private subnets",
            "the flow crosses from one private subnet to another",
            "originator and responder are inside, in different subnets",
        )
    )


def packet_name(w: Draft) -> Said | None:
    """The name of a DNS message: length, labels, entropy."""
    row = w.row
    if row["packet_dns_name"] < 1.0 or (row["packet_dns_query"] < 0.5 and row["packet_dns_response"] < 0.5):
        return None
    w.about("packet_dns_name", "packet_dns_longest_label", "packet_dns_entropy")
    long = row["packet_dns_longest_label"] > 24.0
    dense = row["packet_dns_entropy"] > 3.9
    w.weigh(BY_NAME["packet_dns_name"].unusual(row["packet_dns_name"]))
    if long or dense:
        w.weigh(1.5)
        length, label = w.size("packet_dns_name"), w.size("packet_dns_longest_label")
        entropy = w.bits("packet_dns_entropy")
        text = w.pick(
            f"the name asked for is long, {length} with a label of {label}, and varied, {entropy} a byte",
            f"the DNS name has {length}, its longest label {label}, and {entropy} of entropy a byte",
            f"a name of {length} is asked for; its longest label takes {label}, its letters hold {entropy} each",
        )
    else:
        length, labels = w.size("packet_dns_name"), w.count("packet_dns_labels", "label")
        w.about("packet_dns_labels")
        text = w.pick(
            f"the name asked for is short and plain, {length} in {labels}",
            f"the DNS name has {length} in {labels}, like names that people read",
            f"a plain name of {length} in {labels} is asked for",
        )
    if row["packet_dns_odd_type"] > 0.5:
        w.about("packet_dns_odd_type")
        w.weigh(1.7)
        text += w.pick(
            "; the type is one that clients seldom ask for",
            ", with a seldom used type of question",
            "; clients rarely ask this type of question",
        )
    if row["packet_dns_answers"] >= 1.0:
        w.about("packet_dns_answers")
        records = w.count("packet_dns_answers", "answer record")
        text += w.pick(
            f"; {records} came back", f", and the response holds {records}", f"; it is answered by {records}"
        )
    return w.said(text)
