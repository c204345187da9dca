"""Frames, layers, snap-length cuts and community ids of every capture, against what tshark says of it.

    python benchmarks/wire_truth.py [--data ../shared/data] [--all]

Counts are held against ``truth.json`` (tshark 4.0.17; its README says how each was made) for every file of ``apps`` and
``hostile``. Printed is a table of agreement, then each file that differs, with both numbers and, where somebody looked
at the bytes, the reason. The exit status is 1 when a difference has no reason. ``--all`` lists explained ones too.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.flows import FlowConfig, FlowTracker
from packetclip.wire.packets import LAYERS, dissect

ROOT = Path(__file__).resolve().parent.parent
TSHARK_NAMES: Final = {"ethernet": "eth", "pppoe": "pppoes"}
"""Where tshark's name of a layer is another; AYIYA and CAPWAP are not in the key."""
NOT_IN_KEY: Final = {"ayiya", "capwap"}
QUOTED: Final = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp", 50: "esp"}

WHY: Final = {
    "fragments": "tshark joins fragments and dissects the last; here the first is, alone, and later ones join its flow",
    "portless": "tshark gives IPv6 packets of this protocol no community id; the specification does",
    "bad inside": "the packet in the tunnel does not hold: the row, and its id, are of the packet around it",
    "arp inside": "ARP in a tunnel is ARP here, without an id; tshark hashes the packet around it",
    "link": "a link type that no parser claims: every frame is dropped as unknown_link_type",
    "refused": "a file that the reader refuses, saying what it is not",
    "lenient": "the reader keeps a frame of a section whose version tshark refuses",
    "garbage": "tshark takes the records for another variant of the format, and other bytes for frames",
    "gtp-c": "GTP's control messages are no tunnel",
    "too long": "on a port of tunnels, but the packet would be longer than its room: taken for no tunnel",
    "gpe": "tshark names the generic extension otherwise",
    "rarp": "reverse ARP is dropped as no_ip_or_arp; tshark counts it as ARP",
    "cisco": "Cisco's HDLC on a link of PPP's type is not PPP",
    "capwap": "802.11 without a packet is a row of UDP; of IGMP and ARP inside tshark hashes the outer ports",
    "esp": "ESP in UDP stays a row of UDP",
    "sample": "the headers that sFlow samples are its payload, not a tunnel",
    "ipcomp": "tshark unpacks compressed IP; here it is a row of protocol 108",
    "extensions": "more than 16 extension headers are not followed (weird cut_extension_header)",
    "options": "tshark stops at IPv4 options whose lengths cannot be; here that is weird, and the packet is read on",
    "cut": "a transport header that is not all there gives no ports, types or codes; tshark takes what is there",
    "version": "the IP header has another version than the link or EtherType says: dropped as bad_network_header",
    "short": "fewer bytes than an Ethernet header: dropped as truncated_link; tshark counts the layer",
    "no length": "an IPv6 length of 0 (jumbogram, offload) is taken from the frame; tshark gives no id",
    "malformed": "tshark gives up on malformed neighbour discovery before it hashes",
    "quoted": "tshark counts the authentication header in a quoted packet too",
    "deep": "more than 16 frames one in another: dropped as link_too_deep",
}
"""Why counts may differ, found by looking at the frames of every file that is listed under it."""
REASONS: Final = {
    "apps/encap/pcpp_ip4_fragments.pcap": WHY["fragments"],
    "apps/encap/zeek_gtp1_gn_normal_incl_fragmentation.pcap": WHY["fragments"],
    "apps/ndpi/dns_fragmented.pcap": WHY["fragments"],
    "hostile/ndpi-fuzz/fuzz-2006-06-26-2594.pcap": WHY["fragments"],
    "hostile/ndpi-fuzz/ip_fragmented_garbage.pcap": WHY["fragments"],
    "hostile/ndpi-fuzz/quic-fuzz-overflow.pcapng": WHY["fragments"],
    "hostile/suricata-verify/defrag_bug-6887-defrag-eth-vlan-ipv4-tcp-syn_frag-eth-vlan-ip-tcp-syn.pcap": WHY[
        "fragments"
    ],
    "hostile/suricata-verify/exception-policy-defrag-01_ipv4frags.pcap": WHY["fragments"],
    "hostile/suricata-verify/ipv6-evasion_ipv6-malformed-fragments-12_frag-12.pcap": WHY["fragments"],
    "hostile/suricata-verify/ipv6-evasion_ipv6-malformed-fragments-25_frag-25.pcap": WHY["fragments"],
    "hostile/suricata-verify/ipv6-evasion_ipv6-malformed-fragments-36_frag-36.pcap": WHY["fragments"],
    "hostile/zeek/ipv4_fragmented-1.pcap": WHY["fragments"],
    "hostile/zeek/ipv4_fragmented-2.pcap": WHY["fragments"],
    "hostile/zeek/ipv4_fragmented-3.pcap": WHY["fragments"],
    "hostile/zeek/ipv4_fragmented-syn.pcap": WHY["fragments"],
    "hostile/zeek/tunnels_gtp_gtp9_unknown_or_too_short_payload.pcap": WHY["too long"],
    "apps/encap/tcpdump_OSPFv3_with_AH.pcap": WHY["portless"],
    "apps/ndpi/vrrp3.pcapng": WHY["portless"],
    "hostile/libpcap/pim-packet-assortment.pcap": WHY["portless"],
    "hostile/libpcap/vrrp.pcap": WHY["portless"],
    "hostile/tcpdump/mobility_opt_asan.pcap": WHY["portless"],
    "hostile/tcpdump/ospf6_decode_v3_asan.pcap": WHY["portless"],
    "hostile/tcpdump/ipv6-srh-tlv-pad1-padn-5-trunc.pcap": WHY["portless"],
    "hostile/zeek/trunc_ip6-ext-trunc.pcap": WHY["portless"],
    "hostile/suricata-verify/bug-7964-01_wrong-version-ipv4-ipv6.pcap": WHY["bad inside"],
    "hostile/suricata-verify/bug-7964-02_wrong-version-ipv6-ipv6.pcap": WHY["bad inside"],
    "hostile/zeek/trunc_mpls-6in6-6in6-4in6-trunc.pcap": WHY["bad inside"],
    "hostile/zeek/trunc_mpls-6in6-broken.pcap.gz": WHY["bad inside"],
    "hostile/zeek/tunnels_mpls-6in6-6in6-4in6-invalid-version-4.pcap": WHY["bad inside"],
    "hostile/zeek/tunnels_mpls-6in6-6in6-invalid-version-6.pcap": WHY["bad inside"],
    "hostile/zeek/tunnels_geneve-truncated.pcapng": WHY["bad inside"],
    "apps/encap/zeek_vxlan.pcap": WHY["arp inside"],
    "hostile/libpcap/vxlan.pcap": WHY["arp inside"],
    "hostile/suricata-verify/arp_detect-arp-04-vxlan_vxlan-arp.pcap": WHY["arp inside"],
    "hostile/suricata-verify/decode-arp-3_arp-encap.pcap": WHY["arp inside"],
    "hostile/derived/unknown_linktype.pcap": WHY["link"],
    "hostile/libpcap/arcnet-rfc1051-arp-icmp-http.pcap": WHY["link"],
    "hostile/libpcap/arcnet-rfc1201-arp-icmp-http.pcap": WHY["link"],
    "hostile/tcpdump/arcnet-rfc1051-arp-icmp-http.pcap": WHY["link"],
    "hostile/tcpdump/arcnet-rfc1201-arp-icmp-http.pcap": WHY["link"],
    "hostile/tcpdump/802_15_4-data.pcap": WHY["link"],
    "hostile/tcpdump/LINKTYPE_USER2_PKTAP.pcap": WHY["link"],
    "hostile/tcpdump/q933-heapoverflow-2.pcap": WHY["link"],
    "hostile/derived/cut_in_magic.pcap": WHY["refused"],
    "hostile/pcapplusplus/solaris.snoop": WHY["refused"],
    "hostile/libpcap/pcapng-invalid-vers-2.pcapng": WHY["lenient"],
    "hostile/derived/zero_caplen_then_garbage.pcap": WHY["garbage"],
    "apps/encap/pcpp_gtpv2.pcap": WHY["gtp-c"],
    "apps/ndpi/gtp_c.pcap": WHY["gtp-c"],
    "hostile/ndpi-fuzz/fuzz-2021-06-07-c6c72a0a56.pcap": WHY["gtp-c"],
    "apps/encap/tcpdump_nsh-over-vxlan-gpe.pcap": WHY["gpe"],
    "hostile/tcpdump/nsh-over-vxlan-gpe.pcap": WHY["gpe"],
    "apps/encap/zeek_linux_dlt_sll2.pcap": WHY["rarp"],
    "hostile/zeek/linux_dlt_sll2.pcap": WHY["rarp"],
    "hostile/libpcap/rarp_req_reply.pcapng": WHY["rarp"],
    "apps/ndpi/BGP_Cisco_hdlc_slarp.pcap": WHY["cisco"],
    "apps/ndpi/capwap.pcap": WHY["capwap"],
    "apps/ndpi/ipsec_isakmp_esp.pcap": WHY["esp"],
    "hostile/tcpdump/esp_truncated.pcap": WHY["esp"],
    "apps/ndpi/sflow.pcap": WHY["sample"],
    "hostile/libpcap/AH-IPcomp-IPv4.pcap": WHY["ipcomp"],
    "hostile/libpcap/AH-IPcomp-IPv6.pcap": WHY["ipcomp"],
    "hostile/libpcap/ipv6_ext_headers.pcap": WHY["extensions"],
    "hostile/suricata-verify/bug-7414-decoder-event-01_ip_secopt.pcap": WHY["options"],
    "hostile/suricata-verify/firewall_tcp-session-decode-malformed-ipv4.pcap": WHY["options"],
    "hostile/suricata-verify/decode-too-small_test.pcap": WHY["cut"],
    "hostile/zeek/trunc_icmp-header-trunc.pcap": WHY["cut"],
    "hostile/tcpdump/LINKTYPE_IPV4_invalid.pcap": WHY["version"],
    "hostile/tcpdump/LINKTYPE_IPV6_invalid.pcap": WHY["version"],
    "hostile/tcpdump/bad-ipv4-version-pgm-heapoverflow.pcap": WHY["version"],
    "hostile/tcpdump/ipv6-bad-version.pcap": WHY["version"],
    "hostile/tcpdump/bgp_vpn_rt-oobr.pcap": WHY["short"],
    "hostile/zeek/trunc_trunc-hdr.pcap": WHY["short"],
    "hostile/tcpdump/bigtcp-ipv6.pcap": WHY["no length"],
    "hostile/tcpdump/icmpv6-length-zero.pcapng": WHY["no length"],
    "hostile/zeek/icmp_icmp6-nd-short-options.pcap": WHY["malformed"],
    "hostile/zeek/ipv6_zero_len_ah.pcap": WHY["quoted"],
    "hostile/zeek/pbb-recursive-frames.pcapng": WHY["deep"],
}
"""File -> why it differs; paths are relative to the data's folder."""


def count(path: Path) -> Counter[str]:
    """What packetclip says of a file; nothing when it is refused."""
    counts: Counter[str] = Counter()
    tracker = FlowTracker(FlowConfig())
    try:
        for frames in capture.read(path, Ledger()):
            packets = dissect(frames)
            tracker.update(packets)
            counts["frames"] += len(frames)
            counts["cut"] += int((frames.captured < frames.length).sum())
            counts.update(layers(packets.rows))
    except CaptureError:
        pass
    counts["frames"] = counts["frames"] or 0
    counts["community_ids"] = len({text for text in tracker.table().community_ids() if text})
    return counts


def layers(rows: NDArray[Any]) -> Counter[str]:
    """Frames by layer, under tshark's names; tshark counts the headers that an ICMP error quotes as well."""
    counts: Counter[str] = Counter()
    quoting = rows["quoted_protocol"] > 0
    quotes = {name: quoting & (rows["quoted_protocol"] == number) for number, name in QUOTED.items()}
    for bit, name in enumerate(LAYERS):
        if name not in NOT_IN_KEY:
            there = (rows["layers"] >> np.uint32(bit)) & 1 == 1
            if name in quotes:
                there |= quotes[name]
            counts[TSHARK_NAMES.get(name, name)] += int(there.sum())
    return counts


def wanted(truth: dict[str, Any], frames: int) -> dict[str, set[int]]:
    """What may be said of a file: several counts of frames are right where the tools disagree."""
    known = {key: truth.get(key) for key in ("tshark_packets", "capinfos_packets", "libpcap_packets")}
    allowed = {"frames": {n for n in known.values() if n is not None} or {0}}
    if truth.get("refused_by_tshark") or truth["tshark_packets"] != frames:
        return allowed  # tshark read something else than the others, or nothing
    allowed["cut"] = {truth["frames_cut_by_snaplen"]}
    allowed["community_ids"] = {truth["community_ids"]}
    for name in LAYERS:
        if name not in NOT_IN_KEY:
            name = TSHARK_NAMES.get(name, name)
            allowed[name] = {truth["frames_with"].get(name, 0)}
    return allowed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--all", action="store_true", help="list explained differences too")
    args = parser.parse_args()
    truths = json.loads((args.data / "truth.json").read_text())["files"]
    agree, differ = Counter[str](), Counter[str]()
    lines, unexplained = [], 0
    for name in sorted(name for name in truths if name.startswith(("apps/", "hostile/"))):
        said = count(args.data / name)
        for what, allowed in wanted(truths[name], said["frames"]).items():
            got = said[what]
            if got in allowed:
                agree[what] += 1
                continue
            differ[what] += 1
            reason = REASONS.get(f"{name} {what}", REASONS.get(name, ""))
            unexplained += not reason
            if args.all or not reason:
                truth = " or ".join(map(str, sorted(allowed)))
                lines.append(f"{name}: {what} {got}, tshark {truth}{': ' + reason if reason else ''}")
    print(f"{'count':14} {'equal':>6} {'differ':>6}")
    for what in sorted(agree | differ, key=lambda what: (-differ[what], what)):
        print(f"{what:14} {agree[what]:6} {differ[what]:6}")
    print(f"\n{sum(differ.values())} differences, {unexplained} without a reason")
    print("\n".join(lines))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
