"""Each mission on made-up traffic: attacks in the forms of their tools, and ordinary life that looks like them."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from packetclip.language.knowledge import Mission, load_missions

from .traffic import ACK, CWR, ECE, FIN, FULL, PSH, RST, SYN, URG, Wire, found

BOX, LAN, WEB, ALIEN = "10.0.0.66", "10.0.0.5", "198.51.100.7", "203.0.113.9"
Scene = Callable[[Wire], None]
ATTACKS: list[tuple[str, str, Scene]] = []
LIFE: list[tuple[str, Scene]] = []


def attack(mission: str) -> Callable[[Scene], Scene]:
    def keep(scene: Scene) -> Scene:
        ATTACKS.append((mission, scene.__name__, scene))
        return scene

    return keep


def life(scene: Scene) -> Scene:
    LIFE.append((scene.__name__, scene))
    return scene


def stranger(n: int) -> str:
    """The n-th of many public addresses."""
    return f"{20 + n % 180}.{n * 7 % 251}.{n * 13 % 241}.{1 + n % 250}"


def noise(n: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(n)


def word(n: int, seed: int, letters: str = "abcdefghijklmnopqrstuvwxyz234567") -> str:
    return "".join(random.Random(seed).choices(letters, k=n))


# --- port scans


@attack("port_scan")
def syn_scan_refused(wire: Wire) -> None:
    for port in range(1, 200):
        wire.tcp(BOX, 40000, LAN, port, SYN, after=0.005, window=1024, options=FULL[:4], ack=0)
        wire.tcp(LAN, port, BOX, 40000, RST | ACK, after=0.0002, seq=0)


@attack("port_scan")
def syn_scan_dropped(wire: Wire) -> None:
    for port in range(1, 100):
        wire.tcp(BOX, 40000, LAN, port, SYN, after=0.1, window=1024, options=FULL[:4], ack=0)


@attack("port_scan")
def ack_scan(wire: Wire) -> None:
    for port in range(1, 200):
        wire.tcp(BOX, 40000, LAN, port, ACK, after=0.005, window=1024)
        wire.tcp(LAN, port, BOX, 40000, RST, after=0.0002)


@attack("port_scan")
def udp_scan_silent(wire: Wire) -> None:
    for port in range(50, 250):
        wire.udp(BOX, 40001, LAN, port, b"", after=0.05)


@attack("port_scan")
def udp_scan_refused(wire: Wire) -> None:
    for port in range(50, 250):
        wire.udp(BOX, 40001, LAN, port, noise(12), after=0.2)
        if port % 5 == 0:
            wire.unreachable(LAN, BOX, 40001, port, 0.001)


@attack("port_scan")
def horizontal_scan_of_file_sharing(wire: Wire) -> None:
    for n in range(60):
        wire.tcp(LAN, 50000 + n, stranger(n), 445, SYN, after=0.05, options=FULL, ack=0)


@attack("port_scan")
def horizontal_scan_of_telnet(wire: Wire) -> None:
    for n in range(100):
        wire.tcp(LAN, 50000, stranger(n), 23, SYN, after=0.02, ack=0)
        if n % 6 == 0:
            wire.tcp(stranger(n), 23, LAN, 50000, RST | ACK, after=0.05, seq=0)


@attack("port_scan")
def slow_scan(wire: Wire) -> None:
    for port in range(1, 80):
        wire.tcp(BOX, 40000 + port, LAN, port, SYN, after=6.0, options=FULL, ack=0)
        wire.tcp(LAN, port, BOX, 40000 + port, RST | ACK, after=0.0002, seq=0)


@attack("port_scan")
def few_ports_of_many_hosts(wire: Wire) -> None:
    for n in range(2, 60):
        for port in (21, 22, 23, 80, 443, 3389):
            wire.tcp(BOX, 40000, f"10.0.0.{n}", port, SYN, after=0.01, ack=0)
            wire.tcp(f"10.0.0.{n}", port, BOX, 40000, RST | ACK, after=0.0005, seq=0)


# --- sweeps


@attack("ping_sweep")
def icmp_sweep(wire: Wire) -> None:
    for n in range(1, 100):
        wire.echo(BOX, f"10.0.0.{n}", 7, n, after=0.02)
        if n % 9 == 0:
            wire.echo(f"10.0.0.{n}", BOX, 7, n, after=0.001, kind=0)


@attack("ping_sweep")
def arp_sweep(wire: Wire) -> None:
    for n in range(1, 200):
        wire.arp(1, BOX, BOX, f"10.0.0.{n}", after=0.01)


@attack("ping_sweep")
def slow_arp_sweep(wire: Wire) -> None:
    for n in range(1, 200):
        wire.arp(1, BOX, BOX, f"10.0.0.{n}", after=0.9)


@attack("ping_sweep")
def tcp_sweep(wire: Wire) -> None:
    for n in range(1, 200):
        wire.tcp(BOX, 51000, f"10.0.0.{n}", 443, SYN, after=0.02, window=1024, ack=0)


@attack("ping_sweep")
def udp_sweep(wire: Wire) -> None:
    for n in range(1, 200):
        wire.udp(BOX, 51000, f"10.0.0.{n}", 40125, b"", after=0.02)


@attack("ping_sweep")
def slow_icmp_sweep(wire: Wire) -> None:
    for n in range(1, 200):
        wire.echo(BOX, f"10.0.{n % 4}.{n}", 7, n, after=2.5)


# --- operating system probes


@attack("os_scan")
def nmap_like_probes(wire: Wire) -> None:
    for n, window in enumerate((1, 63, 4, 4, 16, 512)):
        wire.tcp(BOX, 41000 + n, LAN, 80, SYN, after=0.1, window=window, options=FULL, ack=0)
        wire.tcp(LAN, 80, BOX, 41000 + n, SYN | ACK, after=0.0005, options=FULL)
        wire.tcp(BOX, 41000 + n, LAN, 80, RST, after=0.0005)
    wire.echo(BOX, LAN, 9, 295, bytes(120), 0.02)
    wire.echo(BOX, LAN, 9, 296, bytes(150), 0.02)
    wire.tcp(BOX, 41010, LAN, 80, SYN | ECE | CWR, after=0.02, window=3, options=FULL, ack=0)
    wire.tcp(BOX, 41011, LAN, 80, 0, after=0.02, window=128, options=FULL)
    wire.tcp(BOX, 41012, LAN, 80, SYN | FIN | PSH | URG, after=0.02, window=256, options=FULL)
    wire.tcp(BOX, 41013, LAN, 80, ACK, after=0.02, window=1024, options=FULL)
    wire.tcp(BOX, 41014, LAN, 1, SYN, after=0.02, options=FULL, ack=0)
    wire.tcp(LAN, 1, BOX, 41014, RST | ACK, after=0.0002)
    wire.tcp(BOX, 41015, LAN, 1, ACK, after=0.02, options=FULL)
    wire.tcp(BOX, 41016, LAN, 1, FIN | PSH | URG, after=0.02, options=FULL)
    wire.udp(BOX, 41017, LAN, 33000, b"C" * 300, after=0.02)
    wire.unreachable(LAN, BOX, 41017, 33000, 0.0002)


# --- poisoning


def neighbours(wire: Wire) -> None:
    for host in ("10.0.0.1", LAN, "10.0.0.9"):
        wire.arp(1, host, host, "10.0.0.77", after=0.1)
        wire.arp(1, "10.0.0.77", "10.0.0.77", host, after=0.1)
        wire.arp(2, host, host, "10.0.0.77", after=0.001)


@attack("arp_spoofing")
def poisoned_both_ways(wire: Wire) -> None:
    neighbours(wire)
    for _ in range(20):
        wire.arp(2, BOX, "10.0.0.1", LAN, after=1.0)
        wire.arp(2, BOX, LAN, "10.0.0.1", after=0.01)


@attack("arp_spoofing")
def poisoned_against_the_owner(wire: Wire) -> None:
    neighbours(wire)
    for _ in range(15):
        wire.arp(2, BOX, "10.0.0.1", LAN, after=2.0)
        wire.arp(1, "10.0.0.1", "10.0.0.1", "10.0.0.9", after=0.5)
        wire.arp(2, "10.0.0.9", "10.0.0.9", "10.0.0.1", after=0.001)


@attack("arp_spoofing")
def poisoned_by_requests(wire: Wire) -> None:
    neighbours(wire)
    wire.arp(1, BOX, BOX, "10.0.0.1", after=0.1)
    for _ in range(20):
        wire.arp(1, BOX, "10.0.0.1", LAN, after=1.0)
        wire.arp(1, "10.0.0.1", "10.0.0.1", LAN, after=0.5)
        wire.arp(2, LAN, LAN, "10.0.0.1", after=0.001)


@attack("arp_spoofing")
def announced_without_end(wire: Wire) -> None:
    neighbours(wire)
    for _ in range(30):
        wire.arp(2, BOX, "10.0.0.1", "10.0.0.1", after=1.5)


# --- floods


@attack("icmp_flood")
def ping_flood(wire: Wire) -> None:
    for n in range(3000):
        wire.echo(BOX, LAN, 3, n, after=0.002)


@attack("icmp_flood")
def spoofed_ping_flood(wire: Wire) -> None:
    for n in range(2000):
        wire.echo(stranger(n), LAN, n, 1, after=0.002)


@attack("icmp_flood")
def unreachables_about_nothing(wire: Wire) -> None:
    for n in range(3000):
        wire.unreachable(BOX, LAN, 1000 + n % 7, 2000 + n % 9, 0.002)


@attack("icmp_flood")
def reflected_pings(wire: Wire) -> None:
    for n in range(3000):
        wire.echo(stranger(n % 300), LAN, n % 9, n, after=0.002, kind=0)


@attack("syn_flood")
def one_sender_flood(wire: Wire) -> None:
    for n in range(3000):
        wire.tcp(BOX, 1024 + n, LAN, 80, SYN, after=0.002, window=512, ack=0)


@attack("syn_flood")
def spoofed_flood_answered(wire: Wire) -> None:
    for n in range(1500):
        wire.tcp(stranger(n), 1024 + n, LAN, 443, SYN, after=0.004, ack=0)
        wire.tcp(LAN, 443, stranger(n), 1024 + n, SYN | ACK, after=0.0001, options=FULL)


@attack("syn_flood")
def spoofed_flood_of_all_ports(wire: Wire) -> None:
    for n in range(2500):
        wire.tcp(stranger(n), 1024 + n, LAN, 1 + n % 3000, SYN, after=0.003, ack=0)


@attack("syn_flood")
def congestion_flags_flood(wire: Wire) -> None:
    for n in range(2500):
        wire.tcp(stranger(n % 900), 1024 + n, LAN, 80, SYN | ECE | CWR, after=0.003, options=FULL, ack=0)


@attack("udp_flood")
def ports_counted_up(wire: Wire) -> None:
    for n in range(3000):
        wire.udp(BOX, 1024 + n, LAN, 7, bytes(10), after=0.004)


@attack("udp_flood")
def forged_senders(wire: Wire) -> None:
    for n in range(3000):
        wire.udp(stranger(n), 4000, LAN, 9000, bytes(512), after=0.003)


@attack("udp_flood")
def many_sockets_one_port(wire: Wire) -> None:
    for n in range(3000):
        wire.udp(BOX, 30000 + n % 16, LAN, 9000, bytes(900), after=0.002)


@attack("udp_flood")
def one_socket_tiny(wire: Wire) -> None:
    for _ in range(5000):
        wire.udp(BOX, 30000, LAN, 9000, bytes(18), after=0.001)


@attack("udp_flood")
def reflected_from_snmp(wire: Wire) -> None:
    for n in range(2000):
        wire.udp(stranger(n % 200), 161, LAN, 5000 + n % 50, bytes(900), after=0.004)


@attack("udp_flood")
def reflected_from_few_services(wire: Wire) -> None:
    for n in range(2000):
        wire.udp(stranger(n % 5), 123, LAN, 5000, bytes(460), after=0.008)


@attack("udp_flood")
def reflected_from_key_exchange(wire: Wire) -> None:
    for n in range(3000):
        wire.udp(stranger(n % 150), 500, LAN, 500, bytes(300), after=0.004)


@attack("udp_flood")
def refused_and_going_on(wire: Wire) -> None:
    for n in range(2000):
        wire.udp(BOX, 30000, LAN, 9000, bytes(1200), after=0.004)
        if n % 250 == 1:
            wire.unreachable(LAN, BOX, 30000, 9000, 0.0001)


@attack("dns_flood")
def made_up_names(wire: Wire) -> None:
    for n in range(2000):
        wire.dns(BOX, 2000 + n, "10.0.0.1", f"{word(10, n)}.example.com", answer=b"", after=0.003, rcode=3)


@attack("dns_flood")
def forged_clients(wire: Wire) -> None:
    for n in range(2500):
        wire.dns(stranger(n), 2000 + n, "10.0.0.1", f"{word(8, n)}.example.org", after=0.003)


@attack("dns_flood")
def answers_unasked(wire: Wire) -> None:
    question = b"\x07example\x03com\x00" + b"\x00\xff\x00\x01"
    for n in range(1500):
        wire.answer(stranger(n % 100), LAN, 3000 + n, question, 255, bytes(1000), 0.005)


@attack("dns_flood")
def large_answers_of_few_servers(wire: Wire) -> None:
    question = b"\x07example\x03com\x00" + b"\x00\x2e\x00\x01"
    for _ in range(1500):
        wire.answer(ALIEN, LAN, 3000, question, 46, bytes(1300), 0.008)


# --- tunnels, beacons, uploads


@attack("dns_tunnel")
def tunnel_in_txt(wire: Wire) -> None:
    for n in range(120):
        name = f"{word(50, n)}.{word(40, n + 9999)}.t.example.net"
        wire.dns(LAN, 4000 + n, "10.0.0.1", name, 16, noise(180, n), after=0.4)


@attack("dns_tunnel")
def tunnel_polling_slowly(wire: Wire) -> None:
    for n in range(90):
        wire.dns(
            LAN, 4000 + n, "10.0.0.1", f"{word(18, n, '0123456789abcdef')}.example.net", 5, noise(30, n), after=1.5
        )


@attack("dns_tunnel")
def tunnel_in_addresses(wire: Wire) -> None:
    for n in range(150):
        name = f"{word(56, n, '0123456789abcdef')}.cdn.example.net"
        wire.dns(LAN, 4000 + n, "10.0.0.1", name, 28, noise(16, n), after=0.3)


@attack("c2_beacon")
def reconnecting_web_beacon(wire: Wire) -> None:
    dice = random.Random(4)
    for n in range(25):
        ask = b"GET /poll HTTP/1.1\r\nHost: x\r\n\r\n"
        wire.talk(
            LAN,
            42000 + n,
            ALIEN,
            80,
            [(True, ask), (False, noise(150 + 20 * (n % 3)))],
            after=6 * dice.uniform(0.75, 1.25),
        )


@attack("c2_beacon")
def lasting_beacon_on_an_odd_port(wire: Wire) -> None:
    dice = random.Random(5)
    wire.open(LAN, 42000, ALIEN, 4433)
    for n in range(40):
        wire.tcp(
            LAN, 42000, ALIEN, 4433, PSH | ACK, noise(60), 5 * dice.uniform(0.8, 1.2), seq=1 + 60 * n, ack=1 + 20 * n
        )
        wire.tcp(ALIEN, 4433, LAN, 42000, PSH | ACK, noise(20), 0.05, seq=1 + 20 * n, ack=61 + 60 * n)


@attack("data_exfiltration")
def copied_out_by_ssh(wire: Wire) -> None:
    words = [(True, noise(1500)), (False, noise(2500)), *[(True, noise(1400, n)) for n in range(200)]]
    wire.talk(LAN, 42000, ALIEN, 22, words, pause=0.05)


@attack("data_exfiltration")
def trickled_out(wire: Wire) -> None:
    words = [(True, noise(500)), (False, noise(2000)), *[(True, noise(1400, n)) for n in range(120)]]
    wire.talk(LAN, 42000, ALIEN, 443, words, pause=0.2)


@attack("data_exfiltration")
def hidden_in_pings(wire: Wire) -> None:
    for n in range(100):
        size = 400 + 13 * n
        wire.echo(LAN, ALIEN, 77, n, noise(size, n), 0.2)
        wire.echo(ALIEN, LAN, 77, n, noise(size, n), 0.03, kind=0)


# --- guessed passwords, slow requests, scans for weak spots


def ssh_session(wire: Wire, client: str, port: int, after: float) -> None:
    banner = b"SSH-2.0-x\r\n"
    words = [
        (False, banner),
        (True, banner),
        (True, noise(1400)),
        (False, noise(1600)),
        (True, noise(300)),
        (False, noise(200)),
    ]
    wire.talk(client, port, LAN, 22, words, after)


@attack("ssh_dictionary_attack")
def ssh_fast(wire: Wire) -> None:
    for n in range(30):
        ssh_session(wire, BOX, 43000 + n, 1.0)


@attack("ssh_dictionary_attack")
def ssh_slow(wire: Wire) -> None:
    for n in range(60):
        ssh_session(wire, BOX, 43000 + n, 18.0)


@attack("ssh_dictionary_attack")
def ssh_from_many(wire: Wire) -> None:
    for n in range(60):
        ssh_session(wire, stranger(n % 20), 43000 + n, 1.5)


@attack("ftp_dictionary_attack")
def ftp_refused(wire: Wire) -> None:
    for n in range(15):
        words = [
            (False, b"220 hello\r\n"),
            (True, b"USER admin\r\n"),
            (False, b"331 password\r\n"),
            (True, b"PASS a\r\n"),
            (False, b"530 no\r\n"),
        ]
        wire.talk(BOX, 43000 + n, LAN, 21, words, 2.0, pause=0.05)


@attack("telnet_dictionary_attack")
def telnet_refused(wire: Wire) -> None:
    for n in range(15):
        words = [
            (False, b"login: "),
            (True, b"root\r\n"),
            (False, b"Password: "),
            (True, b"1234\r\n"),
            (False, b"Login incorrect\r\n"),
        ]
        wire.talk(BOX, 43000 + n, LAN, 23, words, 2.0, pause=0.2)


@attack("slowloris")
def slow_headers(wire: Wire) -> None:
    begin = b"GET /?1 HTTP/1.1\r\nHost: x\r\n"
    for n in range(60):
        wire.open(BOX, 44000 + n, LAN, 80, 0.02)
        wire.tcp(BOX, 44000 + n, LAN, 80, PSH | ACK, begin, 0.001)
    for turn in range(4):
        wire.wait(10)
        for n in range(60):
            wire.tcp(BOX, 44000 + n, LAN, 80, PSH | ACK, b"X-a: 1\r\n", 0.01, seq=1 + len(begin) + 8 * turn)


@attack("slowloris")
def slow_headers_of_many_one_direction(wire: Wire) -> None:
    begin = b"POST / HTTP/1.1\r\nHost: x\r\n"
    for n in range(80):
        wire.tcp(stranger(n), 44000, LAN, 80, SYN, after=0.05, seq=0, ack=0, options=FULL)
        wire.tcp(stranger(n), 44000, LAN, 80, ACK, after=0.01)
        wire.tcp(stranger(n), 44000, LAN, 80, PSH | ACK, begin, 0.001)
    for turn in range(3):
        wire.wait(8)
        for n in range(80):
            wire.tcp(stranger(n), 44000, LAN, 80, PSH | ACK, b"a: b\r\n", 0.01, seq=1 + len(begin) + 6 * turn)


@attack("vulnerability_scan")
def paths_guessed(wire: Wire) -> None:
    for n in range(80):
        ask = f"GET /{word(8, n)}.php HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        wire.talk(BOX, 45000 + n, LAN, 80, [(True, ask), (False, b"HTTP/1.1 404 Not Found\r\n\r\n" + bytes(200))], 0.05)


@attack("vulnerability_scan")
def ciphers_tried(wire: Wire) -> None:
    for n in range(90):
        hello = b"\x16\x03\x01\x01\x00\x01" + noise(250, n)
        wire.talk(BOX, 45000 + n, LAN, 443, [(True, hello), (False, b"\x15\x03\x01\x00\x02\x02\x28")], 0.05)


# --- ordinary life


@life
def sixty_connections_of_a_page(wire: Wire) -> None:
    for n in range(60):
        words = [(True, noise(600, n)), (False, noise(9000, n)), (True, noise(300)), (False, noise(20000, n))]
        wire.talk(LAN, 46000 + n, stranger(n % 9), 443, words, 0.02, pause=0.001)


@life
def swarm_of_peers(wire: Wire) -> None:
    for n in range(600):
        peer, port = stranger(n), 6881 + n * 37 % 50000
        wire.udp(LAN, 6881, peer, port, noise(100, n), 0.05)
        if n % 3 == 0:
            wire.udp(peer, port, LAN, 6881, noise(280, n), 0.08)
        if n % 6 == 0:
            wire.tcp(LAN, 47000 + n, peer, port, SYN, after=0.01, options=FULL, ack=0)


@life
def video_call(wire: Wire) -> None:
    for n in range(4000):
        wire.udp(LAN, 50000, ALIEN, 3478, noise(1000 if n % 4 else 120, n % 50), 0.002)
        wire.udp(ALIEN, 3478, LAN, 50000, noise(1000 if n % 4 else 120, n % 50), 0.002)


@life
def stream_seen_in_one_direction(wire: Wire) -> None:
    for n in range(6000):
        wire.udp(ALIEN, 443, LAN, 50000, noise(1250, n % 50), 0.001)


@life
def speed_test_upload(wire: Wire) -> None:
    words = [(True, noise(400)), (False, noise(3000)), *[(True, noise(1400, n % 20)) for n in range(2000)]]
    wire.talk(LAN, 42000, ALIEN, 8080, words, pause=0.002)


@life
def long_names_of_a_cdn(wire: Wire) -> None:
    for n in range(40):
        name = f"{word(32, n % 8)}.edge{n % 5}.cdn.example.net"
        wire.dns(LAN, 4000 + n, "10.0.0.1", name, 1, noise(4, n), after=2.0)


@life
def reputation_lookups(wire: Wire) -> None:
    for n in range(40):
        wire.dns(LAN, 4000 + n, "10.0.0.1", f"{word(40, n)}.rep.example.net", 1, b"", after=6.0, rcode=3)


@life
def exact_polling_of_an_interface(wire: Wire) -> None:
    for n in range(40):
        words = [
            (True, b"GET /api/status HTTP/1.1\r\nHost: x\r\n\r\n"),
            (False, b"HTTP/1.1 200 OK\r\n\r\n" + bytes(150)),
        ]
        wire.talk(LAN, 48000 + n, ALIEN, 80, words, after=10.0 - 0.03)


@life
def reconnect_storm_at_a_closed_port(wire: Wire) -> None:
    for n in range(600):
        wire.tcp(f"10.0.0.{10 + n % 60}", 40000 + n, LAN, 1883, SYN, after=0.015, options=FULL, ack=0)
        wire.tcp(LAN, 1883, f"10.0.0.{10 + n % 60}", 40000 + n, RST | ACK, after=0.0002, seq=0)


@life
def backscatter(wire: Wire) -> None:
    for n in range(400):
        flags = SYN | ACK if n % 3 else RST | ACK
        wire.tcp(ALIEN, 80, f"10.{n % 4}.{n * 7 % 251}.{n % 250}", 1024 + n * 61 % 60000, flags, after=0.05)


@life
def monitoring_of_services(wire: Wire) -> None:
    for turn in range(5):
        for host in range(10, 18):
            for port in (22, 80, 443, 1883):
                wire.talk(BOX, 40000 + turn * 100 + port % 97, f"10.0.0.{host}", port, [(False, b"hello\r\n")], 0.05)
        wire.wait(30)


@life
def announcements_and_a_moved_address(wire: Wire) -> None:
    neighbours(wire)
    for _ in range(5):
        wire.arp(1, LAN, LAN, LAN, after=1.0)
    for _ in range(5):
        wire.arp(1, "10.0.0.9", "10.0.0.1", "10.0.0.1", after=1.0)


@life
def forgotten_password(wire: Wire) -> None:
    for n in range(3):
        ssh_session(wire, BOX, 43000 + n, 8.0)
        words = [
            (False, b"220 hello\r\n"),
            (True, b"USER me\r\n"),
            (False, b"331 pw\r\n"),
            (True, b"PASS a\r\n"),
            (False, b"530 no\r\n"),
        ]
        wire.talk(BOX, 44000 + n, LAN, 21, words[:], 5.0)


@life
def inventory_pings(wire: Wire) -> None:
    for turn in range(8):
        for host in range(10, 20):
            wire.echo(BOX, f"10.0.0.{host}", turn, host, after=0.1)
            wire.echo(f"10.0.0.{host}", BOX, turn, host, after=0.001, kind=0)
        wire.wait(30)


@life
def route_traced(wire: Wire) -> None:
    for n in range(60):
        wire.udp(LAN, 41000 + n, ALIEN, 33434 + n, bytes(32), 0.1)


@life
def files_fetched_by_passive_ftp(wire: Wire) -> None:
    for n in range(30):
        wire.talk(LAN, 49000 + n, BOX, 50000 + 7 * n, [(False, noise(4000, n))], 0.5)


@life
def interactive_shell(wire: Wire) -> None:
    words = [pair for n in range(300) for pair in ((True, noise(36, n)), (False, noise(52, n)))]
    wire.talk(LAN, 42000, ALIEN, 22, words, pause=0.15)


@life
def links_checked(wire: Wire) -> None:
    for n in range(60):
        ask = f"GET /{word(8, n)}.html HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        status = b"HTTP/1.1 404 Not Found\r\n\r\n" if n % 5 == 0 else b"HTTP/1.1 200 OK\r\n\r\n"
        wire.talk(LAN, 45000 + n, WEB, 80, [(True, ask), (False, status + bytes(900))], 0.3)


@pytest.fixture(scope="module")
def missions() -> tuple[Mission, ...]:
    return load_missions()


@pytest.mark.parametrize(("mission", "scene"), [pytest.param(m, s, id=f"{m}-{n}") for m, n, s in ATTACKS])
def test_attack_is_found(mission: str, scene: Scene, missions: tuple[Mission, ...]) -> None:
    wire = Wire()
    scene(wire)
    assert mission in found(wire, missions)


@pytest.mark.parametrize("scene", [pytest.param(s, id=n) for n, s in LIFE])
def test_ordinary_life_is_quiet(scene: Scene, missions: tuple[Mission, ...]) -> None:
    wire = Wire()
    scene(wire)
    assert found(wire, missions) == {}


def test_every_mission_has_an_attack() -> None:
    assert {mission for mission, _, _ in ATTACKS} == {mission.name for mission in load_missions()}
