"""The labels of the lab, and the mission that each stands for."""

from __future__ import annotations

from typing import Final

__all__ = ["BENIGN", "CLASSES", "LABELS", "MISSIONS", "mission_name"]

BENIGN: Final = "Benign"

LABELS: Final = (
    "ARP Spoofing",
    "C2 Beacon",
    "DNS Flood",
    "DNS Tunnel",
    "Data Exfiltration",
    "FTP Dictionary Attack",
    "ICMP Flood",
    "OS Scan",
    "Ping Sweep",
    "Port Scan",
    "SSH Dictionary Attack",
    "SYN Flood",
    "Slowloris",
    "Telnet Dictionary Attack",
    "UDP Flood",
    "Vulnerability Scan",
)
"""The 16 classes of attack, in the order of the lab's README."""

CLASSES: Final = (BENIGN, *LABELS)
"""What a class code stands for: ``CLASSES[0]`` is Benign, ``CLASSES[1:]`` are :data:`LABELS`."""


def mission_name(label: str) -> str:
    """The name of the mission for a label.

    >>> mission_name("SSH Dictionary Attack")
    'ssh_dictionary_attack'
    """
    return label.lower().replace(" ", "_")


MISSIONS: Final = tuple(mission_name(label) for label in LABELS)
"""The missions of :data:`LABELS`, in the same order."""
