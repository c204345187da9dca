"""What users of other tools write for the same work; runs in an interpreter that has the tools, and needs none of ours.

    python benchmarks/wire_peers.py versions
    python benchmarks/wire_peers.py NAME CAPTURE MOST ONE

Reads at most MOST packets of CAPTURE (a pcap; 0: all) as NAME does and prints one line of JSON: packets, seconds of
wall clock and of processor (children included) of the loop alone, peak memory. ONE is a capture of one packet: it is
read first, once to warm up, and once more to see what a start costs (``start_s``, ``start_wall_s``).
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from itertools import islice
from pathlib import Path


def dpkt_tuples(path: str, most: int) -> tuple[int, int]:
    """Five-tuples with dpkt; (packets, packets with one)."""
    import dpkt

    packets = known = 0
    with Path(path).open("rb") as file:
        for _, data in islice(dpkt.pcap.Reader(file), most or None):
            packets += 1
            try:
                ip = dpkt.ethernet.Ethernet(data).data
            except dpkt.UnpackError:
                continue
            if isinstance(ip, dpkt.ip.IP | dpkt.ip6.IP6):
                above = ip.data
                key = (ip.src, ip.dst, ip.p, getattr(above, "sport", 0), getattr(above, "dport", 0))
                known += key is not None
    return packets, known


def scapy_tuples(path: str, most: int) -> tuple[int, int]:
    """Five-tuples with scapy; (packets, packets with one)."""
    from scapy.layers.inet import IP
    from scapy.layers.inet6 import IPv6
    from scapy.utils import PcapReader

    packets = known = 0
    with PcapReader(path) as reader:
        for packet in islice(reader, most or None):
            packets += 1
            for layer in (IP, IPv6):
                if layer in packet:
                    ip = packet[layer]
                    protocol = ip.proto if layer is IP else ip.nh
                    above = ip.payload
                    key = (ip.src, ip.dst, protocol, getattr(above, "sport", 0), getattr(above, "dport", 0))
                    known += key is not None
                    break
    return packets, known


def nfstream_flows(path: str, most: int, statistics: bool = False) -> tuple[int, int]:
    """Flows with NFStream, metering only; (packets that it counted, flows). It has no way to stop early."""
    from nfstream import NFStreamer

    packets = flows = 0
    streamer = NFStreamer(source=path, n_dissections=0, n_meters=1, statistical_analysis=statistics)
    for flow in streamer:
        flows += 1
        packets += flow.bidirectional_packets
    return packets, flows


def nfstream_statistics(path: str, most: int) -> tuple[int, int]:
    """The same with its statistics of sizes, times and flags, which are nearer to our context."""
    return nfstream_flows(path, most, statistics=True)


PEERS: dict[str, Callable[[str, int], tuple[int, int]]] = {
    "dpkt": dpkt_tuples,
    "scapy": scapy_tuples,
    "nfstream": nfstream_flows,
    "nfstream-statistics": nfstream_statistics,
}


def processor_s() -> float:
    """Seconds of processor of this process and of children that have ended."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def timed(read: Callable[[str, int], tuple[int, int]], path: str, most: int) -> tuple[tuple[int, int], float, float]:
    """What ``read`` found, its seconds of processor, its seconds of wall clock."""
    began, clock = processor_s(), time.perf_counter()
    found = read(path, most)
    return found, processor_s() - began, time.perf_counter() - clock


def versions() -> dict[str, str]:
    """Versions of the tools that are installed here."""
    found = {"python": sys.version.split()[0]}
    for name in ("dpkt", "scapy", "nfstream"):
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def main() -> None:
    if sys.argv[1] == "versions":
        print(json.dumps(versions()))
        return
    name, path, most, one = sys.argv[1:]
    read = PEERS[name]
    read(one, 0)
    _, start_s, start_wall_s = timed(read, one, 0)
    (packets, known), seconds, wall_s = timed(read, path, int(most))
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        json.dumps(
            {
                "packets": packets,
                "known": known,
                "seconds": seconds,
                "wall_s": wall_s,
                "start_s": start_s,
                "start_wall_s": start_wall_s,
                "peak_mb": peak / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
