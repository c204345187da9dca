"""One line of common sense a class, as in an intrusion detector's rule file: what nobody had to learn.

Thresholds come from how the protocols work and what people and their programs do in a minute; none was fitted or tried
on a capture. ``a > 20`` holds half at 20 and ever more beyond (x / (x + 20)), ``a < 20`` the other way round, a flag
holds or not, and a line holds as far as the least of its terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.method import Cost
from packetclip.benchmark.samples import Samples
from packetclip.wire.context import POSITION

__all__ = ["RULES", "HandRules"]

RULES: Final[dict[str, str]] = {
    "ARP Spoofing": "packet_arp and arp_unasked_60s > 5",
    "C2 Beacon": "service_calls > 10 and service_call_gap_cv < 0.2 and service_call_size_cv < 0.2",
    "DNS Flood": "packet_port_dns and dns_server_queries_1s > 200",
    "DNS Tunnel": "packet_port_dns and zone_names_60s > 30 and zone_longest_label > 30",
    "Data Exfiltration": "pair_orig_bytes_60s > 1000000 and pair_orig_share > 0.9",
    "FTP Dictionary Attack": "packet_port_ftp and service_login_refused_60s > 5",
    "ICMP Flood": "packet_icmp and resp_echoes_1s > 100",
    "OS Scan": "orig_odd_probes_60s > 3",
    "Ping Sweep": "not packet_tcp and not packet_udp and orig_peers_10s > 10",
    "Port Scan": "pair_ports_10s > 20",
    "SSH Dictionary Attack": "packet_port_ssh and service_short_flows_60s > 5",
    "SYN Flood": "packet_tcp and target_half_open_1s > 100",
    "Slowloris": "packet_tcp and target_unfinished > 20",
    "Telnet Dictionary Attack": "packet_port_telnet and service_short_flows_600s > 5",
    "UDP Flood": "packet_udp and not packet_port_dns and resp_pkts_1s > 1000",
    "Vulnerability Scan": "service_http_errors_60s > 10 and service_new_targets_60s > 20",
}
"""By label; a class that has none is never held for."""


class HandRules:
    """The lines of :data:`RULES`; benign is what no line holds for."""

    def __init__(self, classes: Sequence[str], seed: int = 0, threads: int = 1) -> None:
        self._rules = [RULES.get(label) for label in classes[1:]]

    def fit(self, train: Samples, tune: Samples) -> None:
        """Nothing to learn."""

    def predict_proba(self, samples: Samples) -> NDArray[np.float64]:
        """(N, M + 1): benign first, then how far each line holds."""
        holds = np.zeros((len(samples), len(self._rules)))
        for m, rule in enumerate(self._rules):
            if rule is not None:
                holds[:, m] = np.min([_holds(term, samples.fields) for term in rule.split(" and ")], axis=0)
        return np.column_stack([1.0 - holds.max(axis=1, initial=0.0), holds])

    def cost(self) -> Cost:
        """A threshold a term; flags have none."""
        terms = [term for rule in self._rules if rule for term in rule.split(" and ")]
        return Cost(sum(">" in term or "<" in term for term in terms), 0)


def _holds(term: str, fields: NDArray[np.float32]) -> NDArray[np.float64]:
    """How far one term holds of fields (N, F): (N,), 0 to 1."""
    words = term.split()
    column = np.maximum(fields[:, POSITION[words[1] if words[0] == "not" else words[0]]].astype(np.float64), 0.0)
    match words:
        case [_, ">", limit]:
            return column / (column + float(limit))
        case [_, "<", limit]:
            return float(limit) / (column + float(limit))
        case ["not", _]:
            return 1.0 - np.minimum(column, 1.0)
        case _:
            return np.minimum(column, 1.0)
