"""What a capture holds, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Service:
    """What went to or from one port of responders."""

    transport: str
    """``tcp``, ``udp`` or ``sctp``."""
    port: int
    name: str
    """What is expected on that port, whether or not it was there; empty where nothing is."""
    packets: int
    """Of both directions, as the bytes."""
    bytes: int
    flows: int


@dataclass(frozen=True, slots=True)
class Talker:
    """What one address sent and received; IP addresses, for ARP the protocol addresses."""

    address: str
    sent_packets: int
    sent_bytes: int
    received_packets: int
    received_bytes: int
    missed_bytes: int
    """Either way, at most so many more; 0 says that the counts are exact."""

    @property
    def bytes(self) -> int:
        """Sent and received."""
        return self.sent_bytes + self.received_bytes


@dataclass(frozen=True, slots=True)
class Rate:
    """Packets and bytes over time, in bins of one width without gaps."""

    start_s: float
    """When the first bin begins, Unix seconds."""
    bin_s: float
    packets: tuple[int, ...]
    bytes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over all packets read; bytes are those on the wire, link headers included, unless the name says else."""

    packets: int
    bytes: int
    captured_bytes: int
    cut: int
    """Packets of which fewer bytes were captured than were on the wire: a snapshot length."""
    first_seen: float | None
    """Earliest time of any packet, Unix seconds; None without packets."""
    last_seen: float | None
    """Latest time."""
    link_types: dict[str, int]
    """Name of the link type (its number where no dissector reads it) -> packets; largest first, as all below."""
    protocols: dict[str, int]
    """Network, transport and, by the beginning of their payload, application protocols -> packets that hold one."""
    tunnels: dict[str, int]
    """Innermost tunnel (``packets.TUNNELS``) -> packets that were carried in one."""
    flows: int
    flows_by_protocol: dict[str, int]
    conn_states: dict[str, int]
    """Zeek's conn_state -> TCP and UDP flows."""
    end_reasons: dict[str, int]
    """What ended a flow (``flows.END_REASONS``) -> flows; ``open`` where the capture ended first."""
    services: tuple[Service, ...]
    """Most bytes first; :data:`~.summarizer.LISTED` of them."""
    ports: int
    """Responders' ports in all, of which ``services`` lists the first."""
    hosts: int
    """Distinct addresses."""
    hosts_exact: bool
    """False when ``hosts`` is an estimate (standard error 0.8 %): there are more than are remembered."""
    talkers: tuple[Talker, ...]
    """Most bytes first; :data:`~.summarizer.LISTED` of them."""
    missed_bytes: int
    """No address that is not in ``talkers`` has had more than the last of these, or than this."""
    rate: Rate | None
    """None without packets."""

    @property
    def duration_s(self) -> float:
        """From the first packet to the last; 0 without packets."""
        return (self.last_seen or 0.0) - (self.first_seen or 0.0)

    def as_dict(self) -> dict[str, Any]:
        """Everything, for JSON; docs/formats.md names the keys."""
        return asdict(self)
