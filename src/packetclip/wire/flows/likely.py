"""Which ports servers listen on: who is the originator when the first packet of a flow does not say."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

SYSTEM_PORTS: Final = 1024
"""Ports below it are reserved for services (RFC 6335, section 6)."""

LIKELY_SERVER_PORTS: Final = frozenset(
    {
        1080,  # SOCKS
        1194,  # OpenVPN
        1433, 1521,  # SQL Server, Oracle
        1723,  # PPTP
        1812, 1813,  # RADIUS
        1883, 8883,  # MQTT
        1900,  # SSDP
        2049,  # NFS
        2121, 2222, 2323,  # FTP, SSH and telnet moved out of the way
        3128,  # Squid
        3268,  # global catalogue
        3306,  # MySQL
        3389,  # RDP
        3478, 3479, 5349,  # STUN
        5060, 5061,  # SIP
        5222, 5223, 5228, 5269,  # XMPP, push messages
        5353, 5355,  # mDNS, LLMNR
        5432,  # PostgreSQL
        5671, 5672,  # AMQP
        5683, 5684,  # CoAP
        5900,  # VNC
        5985, 5986,  # WinRM
        6379,  # Redis
        6443,  # Kubernetes
        6667, 6697,  # IRC
        8000, 8008, 8080, 8081, 8443, 8888,  # web
        9092,  # Kafka
        9200,  # Elasticsearch
        11211,  # memcached
        20000,  # DNP3
        27017,  # MongoDB
        44818, 47808,  # EtherNet/IP, BACnet
        51820,  # WireGuard
    }
)  # fmt: skip


def likely_server_ports() -> NDArray[np.bool_]:
    """(65536,) whether a service is likely to listen on the port; 0 is no port."""
    likely = np.zeros(65536, np.bool_)
    likely[1:SYSTEM_PORTS] = True
    likely[list(LIKELY_SERVER_PORTS)] = True
    return likely
