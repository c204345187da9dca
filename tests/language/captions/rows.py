"""Rows to caption: everyday life and louder things, written by hand; and rows of random numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packetclip.wire.context import FIELDS, POSITION, WINDOWS_S

F = len(FIELDS)
SUFFIXES = tuple(f"_{w:.0f}s" for w in WINDOWS_S)
FLAGS = np.array([field.unit == "flag" for field in FIELDS])
SHARES = np.array([field.unit == "share" for field in FIELDS])


def row(**fields: float | tuple[float, float, float, float]) -> NDArray[np.float32]:
    """(F,) with these fields set; a windowed family takes its four windows."""
    values = np.zeros(F, dtype=np.float32)
    for name, value in fields.items():
        if isinstance(value, tuple):
            for suffix, part in zip(SUFFIXES, value, strict=True):
                values[POSITION[name + suffix]] = part
        else:
            values[POSITION[name]] = value
    return values


_TCP = {"packet_tcp": 1, "packet_length": 66, "flow_answered": 1, "flow_established": 1}
_UDP = {"packet_udp": 1, "packet_length": 90}
_OUT = {"packet_resp_public": 1}

SCENARIOS = {
    "browsing": row(
        **_TCP, **_OUT, packet_port_web=1, packet_tls_data=1, packet_payload=1400, packet_port_system=1,
        flow_pkts=48, flow_orig_pkts=18, flow_resp_pkts=30, flow_orig_bytes=2300, flow_resp_bytes=38400,
        flow_orig_share=0.056, flow_age_s=1.3, flow_gap_s=0.01, flow_gap_mean_s=0.028, flow_gap_cv=2.4,
        flow_rate=37, flow_orig_size_mean=330, flow_resp_size_mean=1320, flow_orig_size_cv=0.7,
        orig_flows=(1, 6.2, 9.8, 14), orig_peers=(1, 2.8, 4.1, 6), orig_services=(1, 2.8, 4.1, 6),
        orig_pkts=(18, 81, 160, 410), orig_bytes=(2300, 9900, 21000, 50000), orig_replies=(30, 140, 260, 690),
        orig_syns=(1, 5.1, 7.7, 11), pair_orig_pkts=(18, 42, 60, 61), pair_resp_pkts=(30, 80, 118, 120),
        pair_orig_bytes=(2300, 5200, 7700, 8000), pair_resp_bytes=(38000, 91000, 140000, 150000),
        pair_age_s=42, pair_orig_share=0.05, pair_flows=(0, 1.9, 3.1, 4), service_flows=(0, 1.9, 3.1, 4),
        service_starts=4, service_flow_orig_bytes=2400, service_flow_resp_bytes=51000,
        service_flow_size_cv=0.8,
    ),
    "streaming video": row(
        **_TCP, **_OUT, packet_port_web=1, packet_port_system=1, packet_payload=1448, packet_tls_data=0,
        flow_pkts=21400, flow_orig_pkts=7200, flow_resp_pkts=14200, flow_orig_bytes=61000,
        flow_resp_bytes=20400000, flow_orig_share=0.003, flow_age_s=184, flow_gap_s=0.0004,
        flow_gap_mean_s=0.0086, flow_gap_cv=6.1, flow_rate=116, flow_orig_size_mean=640,
        flow_resp_size_mean=1448, flow_orig_size_cv=0.4, orig_pkts=(80, 690, 3400, 7200),
        orig_bytes=(500, 5100, 24000, 61000), orig_replies=(160, 1400, 6700, 14200),
        pair_orig_pkts=(80, 690, 3400, 7200), pair_resp_pkts=(160, 1400, 6700, 14200),
        pair_orig_bytes=(500, 5100, 24000, 61000), pair_resp_bytes=(230000, 2000000, 9700000, 20400000),
        pair_age_s=184, pair_orig_share=0.003, orig_peers=(0, 0, 0, 0.7), service_calls=18,
        service_call_gap_mean_s=9.9, service_call_gap_cv=0.08, service_call_size_cv=0.02, service_starts=1,
    ),
    "telemetry polling": row(
        **_UDP, packet_same_subnet=1, packet_payload=48, packet_from_orig=1, flow_answered=1, flow_pkts=61,
        flow_orig_pkts=31, flow_resp_pkts=30, flow_orig_bytes=1488, flow_resp_bytes=2700,
        flow_orig_share=0.355, flow_age_s=900, flow_gap_s=29.9, flow_gap_mean_s=15, flow_gap_cv=1.0,
        flow_rate=0.067, flow_orig_size_mean=48, flow_resp_size_mean=90, orig_pkts=(1, 1, 2.3, 15.2),
        orig_bytes=(48, 48, 110, 730), orig_replies=(0, 0, 1.3, 14), pair_orig_pkts=(1, 1, 2.3, 15.2),
        pair_resp_pkts=(0, 0, 1.3, 14.2), pair_orig_bytes=(48, 48, 110, 730),
        pair_resp_bytes=(0, 0, 120, 1270), pair_age_s=900, pair_orig_share=0.355, service_starts=1,
        service_calls=30, service_call_gap_mean_s=30, service_call_gap_cv=0.02, service_call_size_cv=0.0,
    ),
    "idle keep-alive": row(
        **_TCP, packet_same_subnet=1, packet_port_ssh=1, packet_port_system=1, packet_from_orig=1,
        flow_pkts=140, flow_orig_pkts=74, flow_resp_pkts=66, flow_orig_bytes=5100, flow_resp_bytes=9200,
        flow_orig_share=0.357, flow_age_s=5400, flow_gap_s=60.0, flow_gap_mean_s=39, flow_gap_cv=0.9,
        flow_rate=0.026, flow_orig_size_mean=110, flow_resp_size_mean=190, flow_orig_size_cv=1.1,
        orig_pkts=(1, 1, 1.6, 10.5), pair_orig_pkts=(1, 1, 1.6, 10.5), pair_resp_pkts=(0, 0, 0.6, 9.5),
        pair_age_s=5400, pair_orig_share=0.5,
    ),
    "upload": row(
        **_TCP, **_OUT, packet_port_ssh=1, packet_port_system=1, packet_payload=1448, packet_from_orig=1,
        flow_pkts=4100, flow_orig_pkts=2900, flow_resp_pkts=1200, flow_orig_bytes=4100000,
        flow_resp_bytes=41000, flow_orig_share=0.99, flow_age_s=21, flow_gap_s=0.0002, flow_gap_mean_s=0.0051,
        flow_gap_cv=3, flow_rate=195, flow_orig_size_mean=1420, flow_resp_size_mean=44,
        flow_orig_size_cv=0.09, orig_pkts=(140, 1380, 2500, 2900),
        orig_bytes=(200000, 1960000, 3500000, 4100000), orig_replies=(60, 580, 1000, 1200),
        pair_orig_pkts=(140, 1380, 2500, 2900), pair_resp_pkts=(60, 580, 1000, 1200),
        pair_orig_bytes=(200000, 1960000, 3500000, 4100000), pair_resp_bytes=(2000, 20000, 35000, 41000),
        pair_age_s=21, pair_orig_share=0.99, target_pkts=(140, 1380, 2500, 2900),
        target_bytes=(200000, 1960000, 3500000, 4100000), resp_pkts=(140, 1380, 2500, 2900),
        resp_bytes=(200000, 1960000, 3500000, 4100000), resp_replies=(60, 580, 1000, 1200),
        orig_peers=(0, 0, 0.7, 1),
    ),
    "name look-up": row(
        **_UDP, packet_same_subnet=1, packet_port_dns=1, packet_port_system=1, packet_dns_query=1,
        packet_from_orig=1, packet_payload=34, packet_dns_name=16, packet_dns_labels=3,
        packet_dns_longest_label=8, packet_dns_entropy=3.2, flow_pkts=1, flow_orig_pkts=1, flow_orig_bytes=34,
        flow_orig_share=1, dns_queries=(1, 1.6, 2.5, 9), dns_new_names=(1, 1.2, 1.9, 5),
        zone_queries=(1, 1, 1, 2), zone_names=(1, 1, 1, 1), zone_name_length=16, zone_name_entropy=3.2,
        zone_longest_label=8, zone_answer_bytes=92, dns_server_queries=(1.4, 4.2, 11, 61),
        dns_server_names=(1, 2.2, 5, 14), orig_flows=(1, 2, 3, 12), orig_pkts=(1, 3, 14, 90), pair_age_s=1800,
        pair_flows=(1, 1.6, 2.5, 9),
    ),
    "ordinary ARP": row(
        packet_arp=1, packet_arp_request=1, packet_length=42, packet_from_orig=1, arp_requests=(1, 1, 1, 2.2),
        arp_targets=(1, 1, 1, 1), arp_claimed=1,
    ),
    "ARP reply to a request": row(
        packet_arp=1, packet_arp_reply=1, packet_length=60, arp_replies=(1, 1, 1.2, 3.4), arp_claimed=1,
        arp_requests=(0, 0.4, 0.9, 2),
    ),
    "ARP claims of others' addresses": row(
        packet_arp=1, packet_arp_reply=1, packet_length=42, arp_replies=(1.2, 8.8, 21, 24),
        arp_unasked=(1.2, 8.8, 21, 24), arp_takeovers=(1, 5, 9, 10), arp_claimed=3, arp_contested=1,
        arp_gratuitous=1, arp_forged_source=1,
    ),
    "ARP questions for a subnet": row(
        packet_arp=1, packet_arp_request=1, packet_length=42, arp_requests=(40, 140, 170, 180),
        arp_targets=(40, 138, 168, 178), arp_claimed=1,
    ),
    "telnet logins": row(
        **_TCP, packet_from_orig=1, packet_same_subnet=1, packet_port_telnet=1, packet_port_system=1,
        packet_payload=12, flow_pkts=9, flow_orig_pkts=5, flow_resp_pkts=4, flow_orig_bytes=60,
        flow_resp_bytes=110, flow_orig_share=0.35, flow_age_s=0.4, flow_gap_s=0.02, flow_gap_mean_s=0.05,
        flow_gap_cv=0.8, flow_rate=22.5, flow_orig_size_mean=12, flow_resp_size_mean=30,
        flow_orig_size_cv=0.3, orig_flows=(20, 201, 212, 213), orig_syns=(20, 201, 212, 213),
        service_flows=(20, 201, 212, 213), service_short_flows=(18, 192, 201, 204), service_starts=214,
        service_flow_orig_bytes=82, service_flow_resp_bytes=155, service_flow_size_cv=0.08,
        service_start_gap_mean_s=0.5, service_start_gap_cv=0.2, pair_flows=(20, 201, 212, 213), pair_age_s=11,
        pair_orig_share=0.35, pair_orig_bytes=(1200, 12000, 12900, 13000),
        pair_resp_bytes=(2400, 23000, 24000, 25000),
    ),
    "refused FTP logins": row(
        **_TCP, packet_port_ftp=1, packet_port_system=1, packet_login_refused=1, packet_payload=22,
        flow_pkts=14, flow_orig_pkts=7, flow_resp_pkts=7, flow_orig_bytes=64, flow_resp_bytes=130,
        flow_orig_share=0.33, flow_age_s=3.1, flow_gap_s=1.9, flow_gap_mean_s=0.24, flow_gap_cv=2,
        service_login_refused=(0.9, 3.4, 12, 13), service_flows=(0.4, 2.4, 9.1, 9.9),
        service_short_flows=(0, 1.8, 7.5, 8), service_starts=10, service_flow_orig_bytes=71,
        service_flow_resp_bytes=140, service_flow_size_cv=0.4, service_open=3, packet_orig_public=1,
    ),
    "connection requests that stay half open": row(
        packet_tcp=1, packet_syn=1, packet_length=60, packet_from_orig=1, packet_bare_syn=1,
        packet_small_window=1, packet_port_web=1, packet_port_system=1, packet_same_subnet=1, flow_pkts=1,
        flow_orig_pkts=1, orig_flows=(810, 7900, 9100, 9200), orig_syns=(810, 7900, 9100, 9200),
        orig_unanswered=(400, 4100, 4800, 4900), orig_pkts=(810, 7900, 9100, 9200),
        resp_flows=(820, 7950, 9200, 9400), resp_half_open=(810, 7880, 9050, 9100),
        target_half_open=(810, 7880, 9050, 9100), target_flows=(812, 7910, 9120, 9230),
        target_peers=(0.1, 900, 1000, 1050), resp_peers=(0.1, 900, 1000, 1051),
        resp_unanswered=(400, 4100, 4800, 4900), target_pkts=(812, 7910, 9120, 9230), target_open=24,
        service_flows=(810, 7900, 9100, 9200),
    ),
    "many ports of one host": row(
        packet_tcp=1, packet_rst=1, packet_length=54, packet_same_subnet=1, packet_port_dynamic=1,
        flow_pkts=2, flow_orig_pkts=1, flow_resp_pkts=1, flow_rejected=1, flow_answered=1,
        orig_flows=(110, 940, 1400, 1500), orig_services=(110, 930, 1400, 1500),
        orig_refused=(105, 900, 1350, 1440), orig_unanswered=(2, 14, 22, 25),
        orig_syns=(110, 940, 1400, 1500), orig_odd_probes=(0.2, 3.1, 4, 5), orig_unsolicited=(0, 0.6, 1, 1),
        pair_ports=(110, 930, 1400, 1500), pair_refused=(105, 900, 1350, 1440),
        pair_unanswered=(2, 14, 22, 25), resp_services=(110, 930, 1400, 1500),
        resp_refused=(105, 900, 1350, 1440), resp_flows=(110, 945, 1410, 1520),
    ),
    "odd flags": row(
        packet_tcp=1, packet_odd_flags=1, packet_weird=1, packet_fragment=1, packet_ip_options=1,
        packet_length=60, packet_from_orig=1, packet_ipv6=1, flow_pkts=1, flow_orig_pkts=1,
        orig_odd_probes=(1, 3.8, 6, 6.2),
    ),
    "echo requests to many hosts": row(
        packet_icmp=1, packet_echo_request=1, packet_length=42, packet_from_orig=1, packet_same_subnet=1,
        flow_pkts=1, flow_orig_pkts=1, orig_echoes=(30, 160, 200, 210), orig_peers=(29, 150, 190, 195),
        orig_flows=(30, 160, 200, 210), orig_unanswered=(20, 140, 170, 175),
        orig_services=(29, 150, 190, 195),
    ),
    "echo requests to one host": row(
        packet_icmp=1, packet_echo_reply=1, packet_length=98, packet_same_subnet=1, flow_pkts=6100,
        flow_orig_pkts=3050, flow_resp_pkts=3050, flow_answered=1, flow_orig_bytes=170000,
        flow_resp_bytes=170000, flow_orig_share=0.5, flow_age_s=6.2, flow_rate=984, flow_gap_mean_s=0.001,
        flow_gap_cv=0.2, orig_echoes=(480, 2800, 3000, 3040), resp_echoes=(480, 2810, 3010, 3060),
        resp_pkts=(480, 2810, 3010, 3060), resp_bytes=(27000, 157000, 168000, 171000),
        resp_replies=(480, 2800, 3000, 3040), flow_orig_size_mean=56, flow_resp_size_mean=56,
    ),
    "unfinished web requests": row(
        **_TCP, packet_port_web=1, packet_from_orig=1, packet_payload=12, packet_same_subnet=1, flow_pkts=17,
        flow_orig_pkts=10, flow_resp_pkts=7, flow_orig_bytes=310, flow_orig_share=1, flow_age_s=71,
        flow_gap_s=10.1, flow_gap_mean_s=4.4, flow_gap_cv=1.1, flow_orig_size_mean=44, flow_orig_size_cv=1.8,
        flow_unfinished_request=1, flow_dribbles=7, service_open=140, target_open=150, target_unfinished=138,
        service_flows=(0, 4, 90, 140),
    ),
    "begun web request": row(
        **_TCP, packet_port_web=1, packet_from_orig=1, packet_http_request=1, packet_payload=240, flow_pkts=4,
        flow_orig_pkts=3, flow_resp_pkts=1, flow_orig_bytes=240, flow_orig_share=1, flow_age_s=0.04,
        flow_unfinished_request=1, flow_orig_size_mean=240,
    ),
    "many web paths": row(
        **_TCP, packet_port_web=1, packet_http_error=1, packet_payload=310, packet_same_subnet=1, flow_pkts=7,
        flow_orig_pkts=4, flow_resp_pkts=3, flow_orig_bytes=190, flow_resp_bytes=310, flow_orig_share=0.38,
        flow_age_s=0.02, service_requests=(38, 350, 1200, 1500), service_new_targets=(37, 340, 1180, 1450),
        service_http_errors=(36, 320, 1100, 1350), service_flows=(38, 350, 1200, 1500),
        service_short_flows=(37, 340, 1190, 1490), service_flow_orig_bytes=190, service_flow_resp_bytes=320,
        service_flow_size_cv=0.12, service_starts=1520,
    ),
    "web requests that succeed": row(
        **_TCP, packet_port_web=1, packet_http_success=1, packet_payload=900, flow_pkts=30, flow_orig_pkts=14,
        flow_resp_pkts=16, flow_orig_bytes=2400, flow_resp_bytes=14000, flow_orig_share=0.15, flow_age_s=2.2,
        service_requests=(0.6, 4, 9, 9.4), service_new_targets=(0.2, 1, 2.5, 2.6), service_open=2,
        orig_pkts=(3, 9, 30, 61),
    ),
    "long varied names": row(
        **_UDP, packet_port_dns=1, packet_dns_response=1, packet_dns_odd_type=1, packet_dns_name=120,
        packet_dns_labels=5, packet_dns_longest_label=60, packet_dns_entropy=4.7, packet_dns_answers=1,
        packet_same_subnet=1, flow_answered=1, flow_pkts=2, flow_orig_pkts=1, flow_resp_pkts=1,
        flow_orig_bytes=140, flow_resp_bytes=320, dns_queries=(8, 75, 240, 260),
        dns_new_names=(8, 74, 236, 255), dns_odd_types=(8, 74, 238, 257), zone_queries=(8, 74, 238, 257),
        zone_names=(8, 74, 236, 255), zone_name_length=118, zone_name_entropy=4.6, zone_longest_label=58,
        zone_odd_share=0.98, zone_answer_bytes=310, dns_server_queries=(9, 82, 270, 410),
        dns_server_names=(8, 76, 240, 280), dns_server_failures=(0, 0.6, 1.2, 4),
    ),
    "names that fail": row(
        **_UDP, packet_port_dns=1, packet_dns_response=1, packet_dns_failed=1, packet_dns_name=27,
        packet_dns_labels=3, packet_dns_longest_label=13, packet_dns_entropy=3.8, packet_same_subnet=1,
        flow_answered=1, flow_pkts=3800, flow_orig_pkts=1900, flow_resp_pkts=1900, flow_orig_bytes=83000,
        flow_resp_bytes=87000, flow_orig_share=0.49, flow_age_s=4.1, flow_rate=927,
        dns_queries=(460, 1850, 1900, 1900), dns_new_names=(458, 1840, 1890, 1890),
        dns_failures=(455, 1830, 1880, 1880), zone_queries=(460, 1850, 1900, 1900),
        zone_names=(458, 1840, 1890, 1890), zone_name_length=27, zone_name_entropy=3.8, zone_longest_label=13,
        zone_answer_bytes=46,
    ),
    "regular calls": row(
        **_TCP, **_OUT, packet_from_orig=1, packet_port_web=1, packet_port_system=1, packet_payload=180,
        flow_pkts=8, flow_orig_pkts=5, flow_resp_pkts=3, flow_orig_bytes=180, flow_resp_bytes=420,
        flow_orig_share=0.3, flow_age_s=0.12, service_starts=41, service_start_gap_mean_s=20.1,
        service_start_gap_cv=0.03, service_calls=40, service_call_gap_mean_s=20.1, service_call_gap_cv=0.04,
        service_call_size_cv=0.03, service_flow_orig_bytes=210, service_flow_resp_bytes=430,
        service_flow_size_cv=0.04, service_flows=(1, 1.5, 3.4, 22), service_short_flows=(0, 1, 3, 21),
        pair_age_s=820, pair_flows=(1, 1.5, 3.4, 22), flow_orig_size_mean=180,
    ),
    "irregular calls": row(
        **_TCP, **_OUT, packet_port_mail=1, flow_pkts=90, flow_orig_pkts=44, flow_resp_pkts=46,
        flow_orig_bytes=4100, flow_resp_bytes=61000, flow_orig_share=0.063, flow_age_s=640, flow_gap_s=44,
        service_calls=11, service_starts=3, service_call_gap_mean_s=51, service_call_gap_cv=1.3,
        orig_peers=(0, 0, 0, 0.2), orig_pkts=(1, 4, 9, 40),
    ),
    "datagrams that nobody answers": row(
        **_UDP, packet_from_orig=1, packet_same_subnet=1, packet_port_dynamic=1, packet_payload=512,
        flow_pkts=1, flow_orig_pkts=1, orig_flows=(220, 2100, 4000, 4300),
        orig_unanswered=(220, 2090, 3990, 4280), pair_flows=(220, 2100, 4000, 4300),
        pair_unanswered=(220, 2090, 3990, 4280), resp_flows=(221, 2110, 4010, 4330),
        resp_unanswered=(220, 2090, 3990, 4285), service_flows=(220, 2100, 4000, 4300),
        target_flows=(220, 2100, 4000, 4300), target_pkts=(220, 2100, 4000, 4300),
        target_bytes=(112000, 1070000, 2050000, 2200000), orig_pkts=(220, 2100, 4000, 4300),
        orig_bytes=(112000, 1070000, 2050000, 2200000), pair_orig_share=1,
        pair_orig_pkts=(220, 2100, 4000, 4300), pair_orig_bytes=(112000, 1070000, 2050000, 2200000),
    ),
    "port unreachable": row(
        packet_icmp=1, packet_unreachable=1, packet_length=70, packet_orig_public=1, packet_resp_public=1,
        flow_pkts=1, flow_orig_pkts=1, orig_refused=(1, 4, 9, 9.5),
    ),
    "announcement to a group": row(
        **_UDP, packet_to_group=1, packet_from_orig=1, packet_payload=310, flow_pkts=12, flow_orig_pkts=12,
        flow_orig_bytes=3700, flow_orig_share=1, flow_age_s=330, flow_gap_s=30, flow_gap_mean_s=30,
        flow_gap_cv=0.01, flow_orig_size_mean=310,
    ),
    "another protocol": row(packet_length=78, packet_from_orig=1),
    "unreadable": row(),
}  # fmt: skip


def random_row(seed: int) -> NDArray[np.float32]:
    """(F,) of plausible kinds (flags 0 or 1, shares up to 1) and implausible combinations, some of them extreme."""
    rng = np.random.default_rng(seed)
    values = 10.0 ** rng.uniform(-3.0, rng.choice([1.0, 3.0, 6.0, 9.0]), F)
    values[rng.random(F) < rng.choice([0.1, 0.5, 0.9])] = 0.0
    whole = rng.random(F) < 0.3
    values[whole] = np.floor(values[whole])
    values[FLAGS] = rng.random(int(FLAGS.sum())) < rng.choice([0.1, 0.5])
    values[SHARES] = rng.random(int(SHARES.sum()))
    return values.astype(np.float32)
