"""Dissection: what each protocol's columns hold, and that the kernels agree with the plain-Python oracle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture import Frames
from packetclip.wire.packets import COLUMNS, DROPS, LINK_TYPES, WEIRDS, PacketBatch, dissect, format_addresses
from packetclip.wire.packets.batch import PACKET
from packetclip.wire.packets.oracle import dissect_slowly, fnv1a
from tests.wire.packets import making as m
from tests.wire.packets.test_link import EXAMPLES as LINK_EXAMPLES
from tests.wire.packets.test_tunnels import EXAMPLES as TUNNEL_EXAMPLES

WEIRD = {name: 1 << bit for bit, name in enumerate(WEIRDS)}


def one(frame: bytes, link_type: int = 1, extra: int = 0) -> Any:
    return dissect(m.frames_of([frame], link_type, extra)).rows[0]


def assert_equal_to_oracle(frames: Frames, chosen: Any = None) -> PacketBatch:
    batch = dissect(frames)
    for i in range(len(frames)) if chosen is None else chosen:
        start, captured = int(frames.start[i]), int(frames.captured[i])
        wanted = dissect_slowly(
            frames.data[start : start + captured].tobytes(), int(frames.length[i]), int(frames.link_type[i])
        )
        got = {name: batch.rows[i][name].item() for name in wanted}
        floats = {name: wanted.pop(name) for name in ("dns_entropy", "dns_digits")}
        assert {name: got.pop(name) for name in floats} == pytest.approx(floats, abs=1e-5)
        assert got == wanted, f"frame {i}"
    return batch


# --- what columns hold ------------------------------------------------------------------------------------------------


def test_the_record_is_copied_and_no_row_is_left_out() -> None:
    frames = m.frames_of([b"", m.ethernet(m.ipv4(m.tcp())), b"\0" * 5], extra=3)
    batch = dissect(frames)
    assert batch["index"].tolist() == [0, 1, 2]
    assert batch["captured"].tolist() == [0, 54, 5]
    assert batch["length"].tolist() == [3, 57, 8]
    assert batch["frame_start"].tolist() == [0, 0, 54]
    assert batch["time_ns"].tolist() == [0, 1_000_000, 2_000_000]
    assert [DROPS[d] for d in batch["dropped"]] == ["truncated_link", "", "truncated_link"]


def test_no_frames_give_no_rows() -> None:
    assert len(dissect(m.frames_of([]))) == 0


@pytest.mark.parametrize(
    ("link_type", "frame"),
    [
        (1, m.ethernet(m.ipv4(m.tcp()))),
        (113, m.sll(m.ipv4(m.tcp()))),
        (276, m.sll2(m.ipv4(m.tcp()))),
        (101, m.ipv4(m.tcp())),
        (228, m.ipv4(m.tcp())),
        (0, b"\x02\0\0\0" + m.ipv4(m.tcp())),
        (0, b"\0\0\0\x02" + m.ipv4(m.tcp())),
        (108, b"\0\0\0\x02" + m.ipv4(m.tcp())),
        (1, m.ethernet(b"\xaa\xaa\x03\0\0\0\x08\0" + m.ipv4(m.tcp()), 48)),
        (1, m.ethernet(m.ipv4(m.tcp()), tags=[(0x88A8, 9), (0x8100, 20)])),
    ],
)
def test_every_link_leads_to_the_same_packet(link_type: int, frame: bytes) -> None:
    row = one(frame, link_type)
    assert (row["dropped"], row["ether_type"], row["src_port"], row["dst_port"]) == (0, 0x0800, 40000, 80)
    assert row["vlan"] == (9 if b"\x88\xa8" in frame[:14] else -1)


@pytest.mark.parametrize("family", [10, 23, 24, 28, 30])
def test_loopback_families_of_ipv6(family: int) -> None:
    for order in ("little", "big"):
        assert one(family.to_bytes(4, order) + m.ipv6(m.udp(b"", 1, 2), 17), 0)["protocol"] == 17


@pytest.mark.parametrize(
    ("frame", "link_type", "reason"),
    [
        (b"\0" * 60, 147, "unknown_link_type"),
        (b"\0" * 13, 1, "truncated_link"),
        (m.ethernet(b"\0\x01", 0x8100), 1, "truncated_link"),
        (m.ethernet(b"\0" * 46, 0x88CC), 1, "no_ip_or_arp"),
        (m.ethernet(m.ipv4(b"")[:19]), 1, "truncated_network"),
        (m.ethernet(m.ipv4(b"", options=b"\1" * 8)[:24]), 1, "truncated_network"),
        (m.ethernet(m.arp()[:27], 0x0806), 1, "truncated_network"),
        (m.ethernet(m.ipv6(b"")), 1, "truncated_network"),
        (m.ethernet(b"\x55" + b"\0" * 39), 1, "bad_network_header"),
        (m.ethernet(m.ipv4(b"", total=19)), 1, "bad_network_header"),
        (m.ethernet(b"\0" * 28, 0x0806), 1, "bad_network_header"),
    ],
)
def test_what_cannot_be_scored_says_why(frame: bytes, link_type: int, reason: str) -> None:
    if reason == "truncated_network" and frame[14] >> 4 == 6:
        frame = m.ethernet(m.ipv6(b"")[:39], 0x86DD)
    row = one(frame, link_type)
    assert DROPS[row["dropped"]] == reason
    assert row["ip_version"] == row["protocol"] == row["src_lo"] == row["payload_length"] == 0


def test_ethernet_padding_is_no_payload() -> None:
    row = one(m.ethernet(m.ipv4(m.tcp(b"x"))) + b"\0" * 5)
    assert (row["payload_start"], row["payload_length"], row["payload_captured"]) == (54, 1, 1)


def test_a_snapped_payload_keeps_its_true_length() -> None:
    row = one(m.ethernet(m.ipv4(m.tcp(b"x" * 1000)))[:512], extra=542)
    assert (row["payload_length"], row["payload_captured"], row["weird"]) == (1000, 458, 0)


def test_segmentation_offload_leaves_no_length() -> None:
    row = one(m.ethernet(m.ipv4(m.tcp(b"x" * 3000), total=0)))
    assert (row["payload_length"], row["weird"]) == (3000, WEIRD["ip_length_zero"])
    assert one(m.ethernet(m.ipv6(m.tcp(b"x" * 3000), length=0), 0x86DD))["payload_length"] == 3000


def test_later_fragments_have_a_protocol_but_no_ports() -> None:
    row = one(m.ethernet(m.ipv4(m.udp(b"x" * 16), 17, fragment=0x2000 | 5)))
    assert (row["dropped"], row["protocol"], row["src_port"], row["payload_length"]) == (0, 17, 0, 24)
    assert (row["fragment_offset"], row["ip_flags"]) == (5, 2)
    row = one(m.ethernet(m.ipv6(b"\x11\0\0\x29\0\0\0\1" + m.udp(b"x" * 16), 44), 0x86DD))
    assert (row["protocol"], row["src_port"], row["fragment_offset"], row["ip_flags"]) == (17, 0, 5, 2)


def test_extension_headers_are_stepped_over() -> None:
    hop_by_hop, options = b"\x3c\0" + b"\1" * 6, b"\x06\1" + b"\1" * 14
    row = one(m.ethernet(m.ipv6(hop_by_hop + options + m.tcp(b"abc"), 0), 0x86DD))
    assert (row["protocol"], row["dst_port"], row["ip_options"], row["payload_length"]) == (6, 80, 24, 3)


def test_a_cut_transport_header_is_weird_and_has_no_ports() -> None:
    row = one(m.ethernet(m.ipv4(m.tcp()[:19])))
    assert (row["dropped"], row["protocol"], row["src_port"], row["weird"]) == (0, 6, 0, WEIRD["cut_transport_header"])


def test_tcp_columns() -> None:
    options = bytes.fromhex("020405b4 0402 080a0000000100000000 01 030307".replace(" ", ""))
    row = one(m.ethernet(m.ipv4(m.tcp(b"", flags=0x1C2, options=options))))
    assert (row["tcp_flags"], row["tcp_seq"], row["tcp_ack"], row["tcp_window"]) == (0x1C2, 1000, 2000, 500)
    assert (row["tcp_mss"], row["tcp_options"], row["payload_start"]) == (1460, 1 | 2 | 4 | 8, 74)


def test_impossible_tcp_header_lengths_claim_no_payload() -> None:
    for offset in (4, 15):
        row = one(m.ethernet(m.ipv4(m.tcp(b"GET / ", offset=offset))))
        assert (row["dst_port"], row["payload_length"], row["weird"]) == (80, 0, WEIRD["bad_tcp_header"])


@pytest.mark.parametrize(
    ("options", "bad"),
    [
        (b"\1\1\1\0", False),
        (b"\x94\4\0\0", False),
        (b"\0\xff\xff\xff", False),
        (b"\x82\1\0\0", True),
        (b"\x82\5\0\0", True),
        (b"\1\1\1\x82", True),
    ],
)
def test_options_of_ipv4_hold_or_are_weird(options: bytes, bad: bool) -> None:
    row = one(m.ethernet(m.ipv4(m.tcp(), options=options)))
    assert (row["dst_port"], row["ip_options"], row["weird"]) == (80, 4, WEIRD["bad_ip_options"] * bad)


def test_arp_columns() -> None:
    row = one(m.ethernet(m.arp(2), 0x0806))
    assert (row["arp_operation"], row["arp_src_mac"], row["arp_dst_mac"], row["ip_version"]) == (
        2,
        0x020000000001,
        0,
        0,
    )
    assert format_addresses(row["src_hi"].reshape(1), row["src_lo"].reshape(1)) == ["10.0.0.1"]
    assert format_addresses(row["dst_hi"].reshape(1), row["dst_lo"].reshape(1)) == ["10.0.0.2"]


def test_an_icmp_error_quotes_a_datagram() -> None:
    quote = m.ipv4(m.udp(b"hello", 53, 4444), 17, m.B, m.A)
    row = one(m.ethernet(m.ipv4(m.icmp(3, 3, bytes(4), quote), 1)))
    assert (row["icmp_type"], row["icmp_code"], row["src_port"], row["quoted_protocol"]) == (3, 3, 0, 17)
    assert (row["quoted_src_port"], row["quoted_dst_port"]) == (53, 4444)
    assert format_addresses(row["quoted_src_hi"].reshape(1), row["quoted_src_lo"].reshape(1)) == ["10.0.0.2"]
    row = one(m.ethernet(m.ipv6(m.icmp(1, 4, bytes(4), m.ipv6(m.tcp(), 6, m.B6, m.A6)), 58), 0x86DD))
    assert (row["quoted_protocol"], row["quoted_src_port"], row["quoted_dst_port"]) == (6, 40000, 80)
    assert one(m.ethernet(m.ipv4(m.icmp(3, 3, bytes(4), b"\x45"), 1)))["weird"] == WEIRD["bad_quote"]


def test_sctp_has_ports_and_a_gre_of_unknown_content_has_none() -> None:
    row = one(m.ethernet(m.ipv4(b"\x0b\x59\x0b\x5a" + bytes(8) + b"chunk", 132)))
    assert (row["src_port"], row["dst_port"], row["payload_length"]) == (2905, 2906, 5)
    row = one(m.ethernet(m.ipv4(b"\0\0\x20\1" + bytes(40), 47)))
    assert (row["dropped"], row["protocol"], row["src_port"], row["payload_length"]) == (0, 47, 0, 44)


@pytest.mark.parametrize("port", [53, 5353, 5355])
def test_dns_columns(port: int) -> None:
    row = one(m.ethernet(m.ipv4(m.udp(m.dns("Mail1.Example.COM", 15, flags=0x8183, answers=2), port), 17)))
    assert (row["dns_kind"], row["dns_rcode"], row["dns_qtype"], row["dns_answers"]) == (2, 3, 15, 2)
    assert (row["dns_name_length"], row["dns_labels"], row["dns_longest_label"]) == (17, 3, 7)
    assert row["dns_name_hash"] == fnv1a(b"mail1.example.com")
    assert row["dns_parent_hash"] == fnv1a(b"example.com")
    assert row["dns_digits"] == pytest.approx(1 / 15)


def test_dns_over_tcp_follows_its_length() -> None:
    message = m.dns()
    row = one(m.ethernet(m.ipv4(m.tcp(len(message).to_bytes(2, "big") + message, dport=53))))
    assert (row["dns_kind"], row["dns_qtype"], row["dns_labels"]) == (1, 1, 3)


@pytest.mark.parametrize(
    "message",
    [
        m.dns(flags=0x2800),
        m.dns()[:11],
        m.dns()[:-1],
        m.dns()[:12] + b"\xc0\x0c\0\1\0\1",
        m.dns()[:4] + b"\0\5" + m.dns()[6:],
        m.dns(".".join(["a" * 63] * 4)),
        b"\xff" * 200,
    ],
)
def test_what_is_no_dns_message_is_odd_on_port_53(message: bytes) -> None:
    row = one(m.ethernet(m.ipv4(m.udp(message, dport=53), 17)))
    assert (row["dns_kind"], row["dns_name_length"], row["dns_name_hash"], row["weird"]) == (0, 0, 0, WEIRD["odd_dns"])


def test_tls_columns() -> None:
    row = one(m.ethernet(m.ipv4(m.tcp(m.client_hello(), dport=8443))))
    assert (row["tls_type"], row["tls_version"], row["tls_handshake"]) == (22, 0x0301, 1)
    row = one(m.ethernet(m.ipv4(m.tcp(b"\x16\x03\x03\0\x28" + b"\xaa" * 40))))
    assert (row["tls_type"], row["tls_length"], row["tls_handshake"]) == (22, 40, 0)


@pytest.mark.parametrize(
    ("payload", "sport", "columns"),
    [
        (b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 40000, {"http_method": 1, "http_complete": 1}),
        (b"GET /a HTTP/1.1\r\nHost: x\r\n", 40000, {"http_method": 1, "http_complete": 0}),
        (b"POST http://x/ HTTP/1.1\n\n", 40000, {"http_method": 2, "http_complete": 1}),
        (b"HEAD * HTTP/1.1", 40000, {"http_method": 3}),
        (b"CONNECT x:443 HTTP/1.1", 40000, {"http_method": 4}),
        (b"OPTIONS rtsp://x/ RTSP/1.0\r\n", 40000, {"http_method": 0, "request_hash": 0}),
        (b"GETTING /", 40000, {"http_method": 0}),
        (b"\r\n", 40000, {"http_complete": 1}),
        (b"\x01binary\r\n\r\n", 40000, {"http_complete": 0}),
        (b"HTTP/1.1 404 Not Found\r\n", 80, {"http_status": 404, "http_method": 0}),
        (b"HTTP/1.1 4O4 Not Found\r\n", 80, {"http_status": 0}),
        (b"530 Login incorrect.\r\n", 21, {"reply_code": 530}),
        (b"220-Welcome\r\n", 2121, {"reply_code": 220}),
        (b"530 Login incorrect.\r\n", 50000, {"reply_code": 0}),
        (b"1234 ", 21, {"reply_code": 0}),
        (b"SSH-2.0-x\r\n", 2222, {"ssh_banner": 1}),
    ],
)
def test_text_protocols(payload: bytes, sport: int, columns: dict[str, int]) -> None:
    row = one(m.ethernet(m.ipv4(m.tcp(payload, sport))))
    assert {name: row[name] for name in columns} == columns


def test_requests_for_one_target_have_one_hash() -> None:
    lines = [b"GET /a HTTP/1.1\r\n", b"GET /a HTTP/1.0\r\nHost: x\r\n", b"GET /b HTTP/1.1\r\n", b"HEAD /a HTTP/1.1\r\n"]
    same, again, other_target, other_method = (one(m.ethernet(m.ipv4(m.tcp(line))))["request_hash"] for line in lines)
    assert same == again == fnv1a(b"GET /a")
    assert len({same, other_target, other_method}) == 3


def test_a_request_cut_by_the_capture_is_not_called_unfinished() -> None:
    frame = m.ethernet(m.ipv4(m.tcp(b"GET / HTTP/1.1\r\nCookie: " + b"x" * 600)))
    assert one(frame)["http_complete"] == 0
    assert one(frame[:512], extra=len(frame) - 512)["http_complete"] == 1


# --- the oracle agrees ------------------------------------------------------------------------------------------------

EXAMPLES = [
    (1, m.ethernet(m.ipv4(m.tcp(b"GET /index.html HTTP/1.1\r\nHost: x\r\n\r\n", options=b"\x02\x04\x05\xb4\1\3\3\7")))),
    (1, m.ethernet(m.ipv4(m.tcp(m.client_hello(), dport=443), tos=8, options=b"\1\1\1\0"))),
    (1, m.ethernet(m.ipv4(m.tcp(b"530 no\r\n", 21, 40000, options=b"\x08\x0a" + bytes(8) + b"\1\1")))),
    (1, m.ethernet(m.ipv4(m.udp(m.dns("a1.b2.example.org"), 5000, 53), 17))),
    (1, m.ethernet(m.ipv4(m.udp(m.dns("a1.b2.example.org", flags=0x8400), 5353, 5353), 17, fragment=0x2000))),
    (1, m.ethernet(m.ipv4(m.tcp(b"\0\x21" + m.dns(), 53, 4000)))),
    (1, m.ethernet(m.arp(), 0x0806, [(0x8100, 20)])),
    (1, m.ethernet(m.ipv4(m.icmp(11, 0, bytes(4), m.ipv4(m.tcp())), 1))),
    (1, m.ethernet(m.ipv4(m.icmp(8), 1))),
    (1, m.ethernet(m.ipv4(b"\0\1\0\2" + bytes(16), 132))),
    (1, m.ethernet(b"\xaa\xaa\x03\0\0\0\x86\xdd" + m.ipv6(m.udp(b"abc")), 60)),
    (
        1,
        m.ethernet(
            m.ipv6(b"\x3c\0" + bytes(6) + b"\x2c\0" + bytes(6) + b"\x06\0\0\1" + bytes(4) + m.tcp(b"x"), 0), 0x86DD
        ),
    ),
    (1, m.ethernet(m.ipv6(b"\x11\1" + bytes(10) + m.udp(m.dns(), 9, 5355), 51), 0x86DD)),
    (101, m.ipv6(m.icmp(3, 0, bytes(4), m.ipv6(b"\x11\0" + bytes(6) + m.udp(b""), 60)), 58)),
    (101, m.ipv6(m.icmp(136, 0, bytes(4), m.A6), 58)),
    (113, m.sll(m.arp(2), 0x0806)),
    (276, m.sll2(m.ipv6(m.tcp(b"SSH-2.0-x\r\n", 22)), 0x86DD)),
    (0, b"\x1e\0\0\0" + m.ipv6(m.udp(b"abc"), 17)),
    *LINK_EXAMPLES,
    *((1, frame) for frame in TUNNEL_EXAMPLES.values()),
]
LINKS = st.sampled_from([*LINK_TYPES, 147, -1])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(LINKS, st.binary(max_size=120), st.integers(0, 2000)), min_size=1, max_size=30))
def test_any_bytes_give_the_oracles_rows(records: list[tuple[int, bytes, int]]) -> None:
    links, frames, extra = zip(*records, strict=True)
    batch = assert_equal_to_oracle(m.frames_of(frames, links, extra))
    assert (batch["payload_captured"] <= batch["payload_length"]).all()


@st.composite
def mutated(draw: st.DrawFn) -> tuple[int, bytes, int]:
    link_type, frame = draw(st.sampled_from(EXAMPLES))
    changed = bytearray(frame)
    for _ in range(draw(st.integers(0, 4))):
        changed[draw(st.integers(0, len(changed) - 1))] = draw(
            st.sampled_from([0, 1, 4, 5, 6, 255]) | st.integers(0, 255)
        )
    cut = draw(st.just(len(changed)) | st.integers(0, len(changed)))
    return link_type, bytes(changed[:cut]) + draw(st.binary(max_size=8)), draw(st.just(0) | st.integers(0, 3000))


@settings(deadline=None, max_examples=100)
@given(st.lists(mutated(), min_size=1, max_size=40))
def test_damaged_packets_give_the_oracles_rows(records: list[tuple[int, bytes, int]]) -> None:
    links, frames, extra = zip(*records, strict=True)
    assert_equal_to_oracle(m.frames_of(frames, links, extra))


def test_frames_cut_at_every_byte_give_the_oracles_rows() -> None:
    for link_type, frame in EXAMPLES:
        cuts = [frame[:size] for size in range(len(frame) + 1)]
        assert_equal_to_oracle(m.frames_of(cuts, link_type, [len(frame) - len(cut) for cut in cuts]))
        assert_equal_to_oracle(m.frames_of(cuts, link_type))


def test_rows_do_not_depend_on_their_neighbours() -> None:
    frames = [frame for _, frame in EXAMPLES]
    links = [link_type for link_type, _ in EXAMPLES]
    together = dissect(m.frames_of(frames, links)).rows
    for i, (link_type, frame) in enumerate(EXAMPLES):
        alone = one(frame, link_type)
        for name in set(PACKET.names or ()) - {"index", "time_ns", "frame_start"}:
            assert together[i][name] == alone[name]


def test_columns_have_distinct_names_and_meanings() -> None:
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)
    assert all(column.meaning for column in COLUMNS)
    assert len(set(DROPS)) == len(DROPS)
    assert len(set(WEIRDS)) == len(WEIRDS) <= 32


# --- on real captures -------------------------------------------------------------------------------------------------


LAB = ["a1", "a2", "a3", "a4", "a5", "a6", "b1", "b2", "c1", "c2", "c3", "c4", "c5", "c6"]
PLAIN = ("eth:ip:tcp", "eth:ip:udp", "eth:ipv6:tcp", "eth:ipv6:udp", "eth:arp", "eth:vlan:ip", "sll:ip", "ip:")
"""Stacks that are no tunnel and quote nothing."""


def whole(path: Path) -> list[Frames]:
    return list(capture.read(path, Ledger()))


@pytest.mark.parametrize("name", LAB)
def test_sampled_lab_packets_give_the_oracles_rows(shared: Path, name: str) -> None:
    batches = whole(shared / "lab" / f"{name}.pcap.zst")
    total = sum(map(len, batches))
    for frames in batches:
        share = max(1, 300 * len(frames) // total)
        chosen = np.random.default_rng(0).choice(len(frames), min(share, len(frames)), replace=False)
        batch = assert_equal_to_oracle(frames, chosen)
        assert not batch["dropped"].any()


@pytest.mark.parametrize("folder", ["apps/ndpi", "apps/encap", "hostile"])
def test_other_captures_give_the_oracles_rows(shared: Path, folder: str) -> None:
    for path in sorted((shared / folder).rglob("*.pcap*")):
        try:
            batches = whole(path)
        except CaptureError:
            continue
        for frames in batches:
            chosen = np.random.default_rng(0).choice(len(frames), min(150, len(frames)), replace=False)
            assert_equal_to_oracle(frames, chosen)


def test_protocols_are_counted_as_tshark_counts_them(shared: Path) -> None:
    compared = 0
    for name, truth in json.loads((shared / "truth.json").read_text())["files"].items():
        plain = all(stack.startswith(PLAIN) and stack.count("ip") == 1 for stack in truth.get("stacks", {}))
        if not name.startswith("apps/ndpi/") or not plain:
            continue
        rows = np.concatenate([dissect(frames).rows for frames in whole(shared / name)])
        counts = {
            "ip": rows["ip_version"] == 4,
            "ipv6": rows["ip_version"] == 6,
            "arp": rows["arp_operation"] > 0,
            "tcp": rows["protocol"] == 6,
        }
        for layer, there in counts.items():
            assert there.sum() == truth["frames_with"].get(layer, 0), (name, layer)
        compared += 1
    assert compared > 50
