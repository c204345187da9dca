"""What the kernel should say, one packet at a time in plain Python: slow, and written to be read.

Packets, steps and flows are dicts with the names of PACKET, STEP and FLOW; ``history`` is a str, ``conn_state`` a
name of CONN_STATES and ``end_reason`` one of END_REASONS. Tests hold :mod:`packetclip.wire.flows.kernel` to it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final

from packetclip.wire.flows import kernel, steps
from packetclip.wire.flows.icmp import ICMP, ICMPV6, ONLY_ANSWERS, PAIRS, PAIRS_V6
from packetclip.wire.flows.likely import LIKELY_SERVER_PORTS, SYSTEM_PORTS
from packetclip.wire.flows.states import CONN_STATES
from packetclip.wire.flows.tracker import DEFAULT, FlowConfig

Packet = dict[str, Any]
Endpoint = tuple[int, int]
"""Address as a 128-bit number, and port."""
_OTHER_SIDE: Final = {
    (protocol, one): other
    for protocol, pairs in ((ICMP, PAIRS), (ICMPV6, PAIRS_V6))
    for request, reply in pairs
    for one, other in ((request, reply), (reply, request))
}


@dataclass(eq=False)
class Side:
    """What one endpoint has done."""

    state: str = "inactive"
    before: str = "inactive"
    letters: set[str] = field(default_factory=set)
    packets: int = 0
    payload: int = 0
    ip_bytes: int = 0
    last_ns: int | None = None
    next_number: int | None = None
    syn: bool = False
    syn_ack: bool = False
    fin: bool = False

    def enter(self, state: str) -> None:
        if state != self.state:
            self.state, self.before = state, self.state


@dataclass(eq=False)
class Flow:
    """An open or ended flow."""

    number: int
    key: tuple[Any, ...]
    queue: int
    first: Packet
    orig_end: Endpoint
    resp_end: Endpoint
    first_ns: int
    last_ns: int
    orig: Side = field(default_factory=Side)
    resp: Side = field(default_factory=Side)
    history: str = ""
    bare_attempt: bool = False
    happened: int = 0
    open: bool = True
    ended_by: str = "open"

    def note(self, letter: str, is_orig: bool) -> None:
        side = self.orig if is_orig else self.resp
        if letter in side.letters:
            return
        if letter == "R" and is_orig and self._begins_with_syn and not side.letters & set("HAFIQ"):
            self.bare_attempt = True
        if letter == "S" and is_orig and not side.letters and not self.resp.letters:
            self._begins_with_syn = True
        side.letters.add(letter)
        self.history += letter if is_orig else letter.lower()

    _begins_with_syn: bool = False

    @property
    def end_reason(self) -> str:
        states = {self.orig.state, self.resp.state}
        return "rst" if "reset" in states else "fin" if states == {"closed"} else self.ended_by

    @property
    def conn_state(self) -> str:
        protocol = self.first["protocol"] if self.first["ip_version"] else 0
        if protocol == 17:
            return {(True, True): "SF", (True, False): "S0", (False, True): "SHR", (False, False): "OTH"}[
                self.orig.packets > 0, self.resp.packets > 0
            ]
        if protocol != 6:
            return "OTH"
        orig, resp = self.orig.state, self.resp.state
        absent = ("inactive", "partial")
        if resp == "reset":
            nothing_sent = orig == "reset" and self.orig.payload + self.resp.payload == 0
            if orig in ("syn sent", "syn ack sent") or nothing_sent:
                return "REJ"
            return "RSTRH" if orig in absent else "RSTR"
        if orig == "reset":
            if resp not in absent:
                return "RSTO"
            return "RSTOS0" if self.bare_attempt else "OTH"
        if (orig, resp) == ("closed", "closed"):
            return "SF"
        if orig == "closed":
            return "SH" if resp in absent else "S2"
        if resp == "closed":
            return "SHR" if orig in absent else "S3"
        if (orig, resp) == ("syn sent", "inactive"):
            return "S0"
        return "S1" if (orig, resp) == ("established", "established") else "OTH"


class Oracle:
    """The tracker's slow twin."""

    def __init__(self, config: FlowConfig = DEFAULT) -> None:
        self.config = config
        seconds = (config.tcp_timeout_s, config.udp_timeout_s, config.icmp_timeout_s)
        self.timeouts = [round(s * 1_000_000_000) for s in seconds]
        self.flows: list[Flow] = []
        self.open: dict[tuple[Any, ...], Flow] = {}
        self.queues: list[OrderedDict[Flow, int]] = [OrderedDict(), OrderedDict(), OrderedDict()]
        self.fragments: dict[int, tuple[tuple[Any, ...], Flow, bool, int]] = {}
        self.packets = 0
        self.now = 0
        self.evicted = 0
        self.joined_fragments = 0
        self.lone_fragments = 0
        self.ended: list[Flow] = []

    def table(self) -> list[Packet]:
        """All flows so far."""
        overdue = self._overdue()
        return [
            {
                "flow": flow.number, "first_ns": flow.first_ns, "last_ns": flow.last_ns,
                "orig_hi": flow.orig_end[0] >> 64, "orig_lo": flow.orig_end[0] & (1 << 64) - 1,
                "resp_hi": flow.resp_end[0] >> 64, "resp_lo": flow.resp_end[0] & (1 << 64) - 1,
                "orig_port": flow.orig_end[1], "resp_port": flow.resp_end[1],
                "orig_bytes": flow.orig.payload, "resp_bytes": flow.resp.payload,
                "orig_ip_bytes": flow.orig.ip_bytes, "resp_ip_bytes": flow.resp.ip_bytes,
                "history": flow.history[:16], "orig_pkts": flow.orig.packets, "resp_pkts": flow.resp.packets,
                "vlan": flow.first["vlan"], "ether_type": flow.first["ether_type"], "protocol": flow.first["protocol"],
                "conn_state": flow.conn_state,
                "end_reason": "idle" if flow in overdue and flow.end_reason == "open" else flow.end_reason,
            }
            for flow in self.flows
        ]  # fmt: skip

    def update(self, packet: Packet) -> Packet:
        """The step of one packet."""
        step: Packet = dict.fromkeys(steps.STEP.names or (), 0)
        step.update(flow=-1, gap_ns=-1, side_gap_ns=-1, quoted_flow=-1)
        arp = packet["ip_version"] == 0 and packet["arp_operation"] > 0
        if packet["dropped"] or not (packet["ip_version"] or arp):
            return step
        now = packet["time_ns"]
        self.packets += 1
        self.now = now
        self._end_an_idle_flow(now)
        event = self._quoted(packet, step)

        protocol = 0 if arp else packet["protocol"]
        later_fragment = not arp and packet["fragment_offset"] > 0
        flow, is_orig, begun = self._flow_of(packet, protocol, arp, later_fragment)
        event |= steps.BEGUN if begun else 0
        own = flow.orig if is_orig else flow.resp
        step["gap_ns"] = -1 if begun else max(0, now - flow.last_ns)
        step["side_gap_ns"] = -1 if own.last_ns is None else max(0, now - own.last_ns)
        flow.last_ns = max(flow.last_ns, now)
        own.last_ns = now

        payload = 0 if arp else max(0, packet["payload_length"])
        own.packets += 1
        if not arp:
            own.ip_bytes += max(0, packet["payload_start"] - packet["network_start"] + payload)
        if own is flow.resp and own.packets == 1:
            event |= steps.ANSWERED
        if payload and own.payload == 0:
            event |= steps.ORIG_DATA if is_orig else steps.RESP_DATA
        own.payload += payload
        if protocol == 6 and not later_fragment:
            event |= self._segment(flow, packet, is_orig, payload)
            flow.happened |= event
        elif protocol == 17:
            flow.note("D", is_orig)
        if not arp and not later_fragment and packet["ip_flags"] & 2:
            datagram = self._datagram(packet)
            self.fragments[kernel.fragment_entry(*datagram)] = (datagram, flow, is_orig, now)

        step.update(
            flow=flow.number, is_orig=int(is_orig), event=event, number=flow.orig.packets + flow.resp.packets,
            orig_pkts=flow.orig.packets, resp_pkts=flow.resp.packets,
            orig_bytes=flow.orig.payload, resp_bytes=flow.resp.payload,
            age_ns=max(0, now - flow.first_ns), state=CONN_STATES.index(flow.conn_state),
        )  # fmt: skip
        return step

    # Which flow.

    def _end_an_idle_flow(self, now: int) -> None:
        for queue in self.queues:
            if queue and self._idle(oldest := next(iter(queue)), now):
                self._end(oldest, "idle")
                return

    def _overdue(self) -> set[Flow]:
        """Flows whose time is over and whose turn to end has not come."""
        return {flow for queue in self.queues for flow in takewhile(lambda flow: self._idle(flow, self.now), queue)}

    def _end(self, flow: Flow, reason: str) -> None:
        flow.open = False
        flow.ended_by = reason
        self.ended.append(flow)
        del self.open[flow.key]
        del self.queues[flow.queue][flow]

    @staticmethod
    def _datagram(packet: Packet) -> tuple[int, int, int, int, int]:
        return packet["src_hi"], packet["src_lo"], packet["dst_hi"], packet["dst_lo"], packet["protocol"]

    @staticmethod
    def _key(kind: Any, source: Endpoint, target: Endpoint, one_sided: bool) -> tuple[Any, ...]:
        return (kind, one_sided, *((source, target) if one_sided else sorted((source, target))))

    def _idle(self, flow: Flow, now: int) -> bool:
        return abs(now - flow.last_ns) > self.timeouts[flow.queue]

    def _flow_of(self, packet: Packet, protocol: int, arp: bool, later_fragment: bool) -> tuple[Flow, bool, bool]:
        now = packet["time_ns"]
        source = packet["src_hi"] << 64 | packet["src_lo"]
        target = packet["dst_hi"] << 64 | packet["dst_lo"]
        if later_fragment:
            datagram, flow, is_orig, time_ns = self.fragments.get(
                kernel.fragment_entry(*self._datagram(packet)), (None, None, False, 0)
            )
            if (
                datagram == self._datagram(packet)
                and flow is not None
                and flow.open
                and abs(now - time_ns) <= kernel.FRAGMENT_NS
            ):
                if not self._idle(flow, now):
                    self._touch(flow)
                    self.joined_fragments += 1
                    return flow, is_orig, False
                self._end(flow, "idle")
            self.lone_fragments += 1

        src_port = dst_port = 0
        one_sided = False
        if not arp and not later_fragment:
            src_port, dst_port = packet["src_port"], packet["dst_port"]
            if protocol in (ICMP, ICMPV6):
                src_port, dst_port, one_sided = _icmp_ports(protocol, packet["icmp_type"], packet["icmp_code"])
        sender, receiver = (source, src_port), (target, dst_port)
        key = self._key("arp" if arp else protocol, sender, receiver, one_sided)
        known = self.open.get(key)
        flags = packet["tcp_flags"]
        if known is not None:
            fresh_syn = protocol == 6 and not later_fragment and flags & 0x17 == 2
            over = {known.orig.state, known.resp.state} & {"closed", "reset"}
            if self._idle(known, now) or (fresh_syn and over):
                self._end(known, "idle" if self._idle(known, now) else "reused")
                known = None
        if known is not None:
            self._touch(known)
            return known, known.orig_end == sender, False

        self._end_an_idle_flow(now)
        if len(self.open) >= max(1, self.config.max_flows):
            heads = [next(iter(queue.items())) for queue in self.queues if queue]
            self._end(min(heads, key=lambda head: head[1])[0], "evicted")
            self.evicted += 1
        flow = Flow(len(self.flows), key, {6: 0, 17: 1}.get(protocol, 2), packet, sender, receiver, now, now)
        self.flows.append(flow)
        self.open[key] = flow
        self._touch(flow)
        if not arp and not later_fragment and self._answers(packet, protocol, src_port, dst_port):
            flow.orig_end, flow.resp_end = receiver, sender
            if protocol in (6, 17):
                flow.history = "^"
        return flow, flow.orig_end == sender, True

    def _touch(self, flow: Flow) -> None:
        queue = self.queues[flow.queue]
        queue.pop(flow, None)
        queue[flow] = self.packets

    @staticmethod
    def _answers(packet: Packet, protocol: int, src_port: int, dst_port: int) -> bool:
        """Whether the first packet of a flow comes from its responder."""
        if protocol in (ICMP, ICMPV6):
            return (protocol, packet["icmp_type"]) in ONLY_ANSWERS
        if protocol == 6 and packet["tcp_flags"] & 2:
            return bool(packet["tcp_flags"] & 16)
        if protocol in (6, 17) and (packet["dst_hi"], packet["dst_lo"]) != (0, 0xFFFF_FFFFFFFF):
            turned = protocol == 6 and src_port < dst_port
            return _serves(src_port) and (turned or not _serves(dst_port))
        return False

    def _quoted(self, packet: Packet, step: Packet) -> int:
        protocol = packet["protocol"]
        quoted = packet["quoted_protocol"]
        if not packet["ip_version"] or protocol not in (ICMP, ICMPV6) or packet["fragment_offset"] or not quoted:
            return 0
        src_port, dst_port, one_sided = packet["quoted_src_port"], packet["quoted_dst_port"], False
        if quoted in (ICMP, ICMPV6):
            src_port, dst_port, one_sided = _icmp_ports(quoted, src_port, dst_port)
        source = packet["quoted_src_hi"] << 64 | packet["quoted_src_lo"]
        target = packet["quoted_dst_hi"] << 64 | packet["quoted_dst_lo"]
        flow = self.open.get(self._key(quoted, (source, src_port), (target, dst_port), one_sided))
        if flow is None and one_sided:
            flow = self.open.get(self._key(quoted, (target, src_port), (source, dst_port), True))
        if flow is None or self._idle(flow, packet["time_ns"]):
            return 0
        step["quoted_flow"] = flow.number
        refused = (
            packet["icmp_type"] == 3 and packet["icmp_code"] != 4 if protocol == ICMP else packet["icmp_type"] == 1
        )
        if refused and flow.resp.packets == 0 and not flow.happened & steps.REJECTED:
            flow.happened |= steps.REJECTED
            return steps.REJECTED
        return 0

    # TCP.

    @staticmethod
    def _segment(flow: Flow, packet: Packet, is_orig: bool, payload: int) -> int:
        own, peer = (flow.orig, flow.resp) if is_orig else (flow.resp, flow.orig)
        flags = packet["tcp_flags"]
        fin, syn, rst, ack = (bool(flags & bit) for bit in (1, 2, 4, 16))
        event = 0

        if fin + syn + rst > 1:
            flow.note("I" if fin and rst else "Q", is_orig)
        elif fin or syn or rst:
            flow.note("F" if fin else "R" if rst else "H" if ack else "S", is_orig)
        elif payload:
            flow.note("D", is_orig)
        elif ack:
            flow.note("A", is_orig)
        if packet["tcp_window"] == 0 and not rst and peer.state != "closed" and own.state != "reset":
            flow.note("W", is_orig)

        if not rst and payload + syn + fin:
            end = packet["tcp_seq"] + payload + syn + fin
            # How far the segment reaches beyond what was sent, as a signed 32-bit number.
            beyond = None if own.next_number is None else (end - own.next_number + 2**31) % 2**32 - 2**31
            if beyond is not None and (beyond == 0 or (beyond < 0 and not syn)):
                event |= steps.RETRANSMITTED
                if payload:
                    flow.note("T", is_orig)
            else:
                own.next_number = end % 2**32

        once = flow.happened
        if rst:
            syn_seen = any((side.syn or side.fin) for side in (flow.orig, flow.resp))
            earlier_own, earlier_peer = own.packets - 1, peer.packets
            if not once & (steps.REJECTED | steps.RESET):
                if once & steps.ESTABLISHED or (not syn_seen and earlier_own and earlier_peer):
                    event |= steps.RESET
                elif not is_orig and flow.orig.packets:
                    event |= steps.REJECTED
        elif syn:
            own.syn = True
            own.syn_ack |= ack
        elif is_orig and ack and flow.resp.syn_ack and not once & (steps.ESTABLISHED | steps.REJECTED | steps.RESET):
            event |= steps.ESTABLISHED
        _advance(own, peer, is_orig, (fin, syn, rst, ack), payload)
        if fin:
            own.fin = True
            if peer.fin and not once & steps.CLOSED:
                event |= steps.CLOSED
        return event


def _advance(own: Side, peer: Side, is_orig: bool, flags: tuple[bool, bool, bool, bool], payload: int) -> None:
    fin, syn, rst, ack = flags
    state = own.state
    if state == "inactive":
        if rst or fin or syn:
            if syn and not is_orig and peer.state == "syn sent":
                peer.enter("established")
            if rst:
                own.enter("reset")
            elif fin:
                own.enter("closed")
            elif not is_orig:
                own.enter("established")
            elif ack:
                own.enter("syn ack sent")
            else:
                own.enter("established" if peer.state == "established" else "syn sent")
        elif is_orig or payload or peer.state != "syn sent":
            own.enter("established" if ack and peer.state == "established" else "partial")
    elif state in ("syn sent", "syn ack sent"):
        if rst or fin:
            own.enter("reset" if rst else "closed")
    elif state in ("established", "partial"):
        if rst:
            own.enter("reset")
        elif fin:
            own.enter("closed")
            if peer.state == "reset" and peer.before == "closed":
                peer.enter("closed")
        elif syn and not ack and state == "partial" and peer.state == "inactive":
            own.enter("syn sent")
    elif state == "closed" and rst and peer.state != "closed":
        own.enter("reset")


def _icmp_ports(protocol: int, kind: int, code: int) -> tuple[int, int, bool]:
    other = _OTHER_SIDE.get((protocol, kind & 255))
    return (kind, code, True) if other is None else (kind, other, False)


def _serves(port: int) -> bool:
    return 0 < port < SYSTEM_PORTS or port in LIKELY_SERVER_PORTS
