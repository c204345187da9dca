"""What the kernels should say, one packet at a time in plain Python: slow, and written to be read.

Packets and steps are dicts with the names of PACKET and STEP; the answer is a dict with the names of FIELDS. Nothing is
hashed, rounded to 32 bits or forgotten for want of room. Tests hold :mod:`packetclip.wire.context.kernel` to it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final

from packetclip.wire.context.catalogue import FIELDS
from packetclip.wire.context.schema import WINDOWS_S, window_name
from packetclip.wire.flows import steps

Row = dict[str, Any]
Values = dict[str, float]

SECOND: Final = 1_000_000_000
FORGET_NS: Final = 600 * SECOND

NOT_PUBLIC: Final = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip
GROUPS: Final = tuple(ip_network(text) for text in ("224.0.0.0/4", "255.255.255.255/32", "ff00::/8"))
WEB_PORTS: Final = {80, 443, 8000, 8080, 8443, 8888}
MAIL_PORTS: Final = {25, 110, 143, 465, 587, 993, 995}
COMMON_QUESTIONS: Final = {1, 2, 6, 12, 28, 33, 64, 65}
LOGIN_REFUSALS: Final = {421, 430, 454, 530, 535}


@dataclass(eq=False)
class Running:
    """Mean and variance in which the newest value weighs at least a tenth."""

    count: int = 0
    mean: float = 0.0
    variance: float = 0.0

    def learn(self, value: float) -> None:
        self.count += 1
        weight = max(1 / self.count, 0.1)
        delta = value - self.mean
        self.mean += weight * delta
        self.variance = (1 - weight) * (self.variance + weight * delta * delta)

    @property
    def spread(self) -> float:
        if self.count < 2 or self.mean <= 0:
            return 0.0
        return min(math.sqrt(self.variance) / self.mean, 1000.0)


@dataclass(eq=False)
class Entity:
    """What is remembered of a host, pair, service, ... ; every sum decays by itself, when it is asked for."""

    first: int
    clock: int
    sums: dict[str, tuple[int, list[float]]] = field(default_factory=dict)
    means: dict[str, Running] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def sum(self, name: str) -> list[float]:
        """The four windows of a sum, decayed to the entity's clock."""
        since, values = self.sums.get(name, (self.clock, [0.0] * len(WINDOWS_S)))
        seconds = (self.clock - since) / SECOND
        return [value * math.exp(-seconds / window) for value, window in zip(values, WINDOWS_S, strict=True)]

    def add(self, name: str, amount: float = 1.0) -> None:
        self.sums[name] = (self.clock, [value + amount for value in self.sum(name)])

    def mean(self, name: str) -> Running:
        return self.means.setdefault(name, Running())

    def number(self, name: str) -> int:
        return self.numbers.get(name, 0)

    def count(self, name: str, change: int = 1) -> None:
        self.numbers[name] = self.number(name) + change


class Memory:
    """Entities by key; one that was silent for ten minutes, or until the clock jumped back by as much, is new again."""

    def __init__(self) -> None:
        self.entities: dict[Hashable, Entity] = {}

    def meet(self, key: Hashable, now: int) -> tuple[Entity, bool]:
        known = self.entities.get(key)
        if known is None or abs(now - known.clock) > FORGET_NS:
            self.entities[key] = Entity(now, now)
            return self.entities[key], True
        known.clock = max(known.clock, now)
        return known, False

    def fresh(self, key: Hashable, now: int) -> bool:
        return self.meet(key, now)[1]


@dataclass(frozen=True)
class Roles:
    """Who began a flow, with whom, and through which door."""

    orig: int
    resp: int
    protocol: int
    port: int


class Oracle:
    """The fields of one packet after another."""

    def __init__(self) -> None:
        self.roles: dict[int, Roles] = {}
        self.flows, self.origs, self.resps, self.pairs = Memory(), Memory(), Memory(), Memory()
        self.services, self.targets, self.zones = Memory(), Memory(), Memory()
        self.macs, self.holders, self.asked, self.seen = Memory(), Memory(), Memory(), Memory()

    def update(self, row: Row, step: Row) -> Values:
        """The packet's context; all 0 when the packet is in no flow."""
        if row["dropped"] or step["flow"] < 0:
            return dict.fromkeys((f.name for f in FIELDS), 0.0)
        now, event = row["time_ns"], step["event"]
        own_flow, new = self.flows.meet(step["flow"], now)
        if new:
            self.roles[step["flow"]] = roles_of(row, step)
        roles, from_orig, quoted = self.roles[step["flow"]], step["is_orig"] == 1, False
        if step["quoted_flow"] in self.roles:
            quoted = True
            roles = self.roles[step["quoted_flow"]]
            from_orig = address(row, "quoted_src") != roles.orig
            if event & steps.REJECTED:
                self.flows.entities[step["quoted_flow"]].numbers["rejected"] = 1
        scene = self._scene(row, roles, now)
        unfinished = self._learn_flow(own_flow, row, step)
        scene.target.count("unfinished", unfinished)
        zone: Entity | None = None
        if not row["arp_operation"]:
            self._learn_hosts(scene, row, step, from_orig, quoted)
            self._learn_connection(scene, own_flow, step, quoted)
            if row["dns_kind"]:
                zone = self._learn_name(scene, row)
        values: Values = {}
        values |= header_fields(row, roles, from_orig)
        values |= flow_fields(own_flow, step)
        values |= originator_fields(scene.orig)
        values |= responder_fields(scene.resp)
        values |= pair_fields(scene.pair, now)
        values |= service_fields(scene.service)
        values |= target_fields(scene.target)
        values |= name_fields(scene.orig, scene.resp, zone)
        values |= self._claims(row)
        return values

    def _scene(self, row: Row, roles: Roles, now: int) -> Scene:
        door = (roles.protocol, roles.port)
        pair, new_pair = self.pairs.meet((roles.orig, roles.resp), now)
        service, new_service = self.services.meet((roles.orig, roles.resp, door), now)
        target, new_target = self.targets.meet((roles.resp, door), now)
        if not row["arp_operation"]:
            # Asking for an address is not speaking with its host.
            spoken = pair.times.get("spoken")
            new_pair = spoken is None or now - spoken > FORGET_NS
            pair.times["spoken"] = now
        orig, resp = self.origs.meet(roles.orig, now)[0], self.resps.meet(roles.resp, now)[0]
        return Scene(now, roles, orig, resp, pair, service, target, new_pair, new_service, new_target)

    def _learn_flow(self, flow: Entity, row: Row, step: Row) -> int:
        """Take the packet in; how the number of unfinished web requests changes by it."""
        before = flow.number("unfinished")
        flow.times["gap_squares"] = flow.times.get("gap_squares", 0) + max(step["gap_ns"], 0) ** 2
        size = row["payload_length"]
        if size > 0:
            flow.mean("orig_size" if step["is_orig"] else "resp_size").learn(size)
            if not step["is_orig"] or row["http_complete"]:
                flow.numbers["unfinished"] = flow.numbers["dribbles"] = 0
            elif row["http_method"] and row["payload_captured"] == size and size < 1000:
                flow.numbers["unfinished"] = 1
            elif flow.number("unfinished") and size <= 64:
                flow.count("dribbles")
        if step["event"] & steps.ESTABLISHED:
            flow.numbers["established"] = 1
        if step["event"] & steps.REJECTED:
            flow.numbers["rejected"] = 1
        if step["event"] & (steps.CLOSED | steps.RESET | steps.REJECTED):
            flow.numbers["unfinished"] = 0
        return flow.number("unfinished") - before

    def _learn_hosts(self, scene: Scene, row: Row, step: Row, from_orig: bool, quoted: bool) -> None:
        """Flows that begin or are answered, packets and bytes both ways."""
        now, orig, resp, pair = scene.now, scene.orig, scene.resp, scene.pair
        service, target = scene.service, scene.target
        begun = bool(step["event"] & steps.BEGUN) and not quoted
        size = max(row["payload_length"], 0)
        if begun and not step["is_orig"]:
            orig.add("unsolicited")
        elif begun:
            for entity in (orig, resp, pair, service, target):
                entity.add("flows")
            if scene.new_pair:
                orig.add("peers")
                resp.add("peers")
            if scene.new_service:
                orig.add("services")
                pair.add("ports")
                target.add("peers")
            if scene.new_target:
                resp.add("ports")
            if "start" in service.times:
                service.mean("start_gap").learn(max(now - service.times["start"], 0) / SECOND)
            service.times["start"] = now
            service.count("starts")
        if step["event"] & steps.ANSWERED and not begun and not quoted:
            for entity in (orig, resp, pair):
                entity.add("answered")
        side = "orig" if from_orig else "resp"
        for entity in (orig, resp, pair) + ((target,) if from_orig else ()):
            entity.add(f"{side}_pkts")
            entity.add(f"{side}_bytes", size)
        if not from_orig:
            if row["http_status"] >= 400:
                service.add("http_errors")
            if row["reply_code"] in LOGIN_REFUSALS:
                service.add("login_refused")
            return
        if row["protocol"] == 6 and row["tcp_flags"] & 0x12 == 0x02:
            for entity in (orig, resp, target):
                entity.add("syns")
        if odd_flags(row):
            orig.add("odd_probes")
        if (row["protocol"], row["icmp_type"]) in ((1, 8), (58, 128)):
            orig.add("echoes")
            resp.add("echoes")
        if size > 0 and not quoted:
            if "data" not in service.times or now - service.times["data"] >= SECOND:
                if "call" in service.times:
                    service.mean("call_gap").learn(max(now - service.times["call"], 0) / SECOND)
                service.mean("call_size").learn(size)
                service.times["call"] = now
                service.count("calls")
            service.times["data"] = now
        if row["http_method"]:
            service.add("requests")
            if self.seen.fresh(("request", scene.roles, row["request_hash"]), now):
                service.add("new_targets")

    def _learn_connection(self, scene: Scene, flow: Entity, step: Row, quoted: bool) -> None:
        """Handshakes, refusals, ends."""
        event = step["event"]
        if event & steps.ESTABLISHED:
            for entity in (scene.resp, scene.target):
                entity.add("opened")
            for entity in (scene.service, scene.target):
                entity.count("open")
        if event & steps.REJECTED:
            for entity in (scene.orig, scene.resp, scene.pair):
                entity.add("refused")
        if event & (steps.CLOSED | steps.RESET) and not flow.number("ended") and not quoted:
            flow.numbers["ended"] = 1
            sent, received = step["orig_bytes"], step["resp_bytes"]
            for name, size in (("orig", sent), ("resp", received), ("flow", sent + received)):
                scene.service.mean(f"{name}_bytes").learn(size)
            if 0 < sent < 5000 and 0 < received < 5000:
                scene.service.add("short_flows")
            if flow.number("established"):
                for entity in (scene.service, scene.target):
                    entity.count("open", -1)

    def _learn_name(self, scene: Scene, row: Row) -> Entity:
        """A DNS message; answers the zone that it is about."""
        now, orig, resp = scene.now, scene.orig, scene.resp
        zone, _ = self.zones.meet((scene.roles.orig, row["dns_parent_hash"]), now)
        if row["dns_kind"] != 1:
            if row["dns_rcode"]:
                orig.add("failures")
                resp.add("failures")
            zone.mean("answer").learn(max(row["payload_length"], 0))
            return zone
        odd = row["dns_qtype"] not in COMMON_QUESTIONS
        for entity in (orig, resp, zone):
            entity.add("queries")
        if odd:
            orig.add("odd_types")
        if self.seen.fresh(("name", scene.roles.orig, row["dns_name_hash"]), now):
            orig.add("new_names")
            zone.add("names")
        if self.seen.fresh(("server", scene.roles.resp, row["dns_name_hash"]), now):
            resp.add("names")
        zone.mean("length").learn(row["dns_name_length"])
        zone.mean("entropy").learn(row["dns_entropy"])
        zone.mean("label").learn(row["dns_longest_label"])
        zone.mean("odd").learn(odd)
        return zone

    def _claims(self, row: Row) -> Values:
        """Who claims which address: ARP."""
        windows = {"requests", "targets", "replies", "unasked", "takeovers"}
        if not row["arp_operation"]:
            names = [*(f"arp_{name}" for name in windows)]
            single = ("arp_claimed", "arp_contested", "arp_gratuitous", "arp_forged_source")
            return dict.fromkeys((*(n for name in names for n in windows_of(name)), *single), 0.0)
        now, mac = row["time_ns"], row["arp_src_mac"]
        sender, target = address(row, "src"), address(row, "dst")
        claimant, _ = self.macs.meet(mac, now)
        if row["arp_operation"] == 1:
            claimant.add("requests")
            if sender != target:
                if self.seen.fresh(("asked", mac, target), now):
                    claimant.add("targets")
                self.asked.meet((sender, target), now)[0].times["asked"] = now
        else:
            claimant.add("replies")
            asked = self.asked.meet((target, sender), now)[0].times.get("asked")
            if asked is None or now - asked > 5 * SECOND:
                claimant.add("unasked")
        contested = False
        if sender & 0xFFFFFFFF:
            if self.seen.fresh(("claim", mac, sender), now):
                claimant.count("claimed")
            holder, _ = self.holders.meet(sender, now)
            contested = holder.number("mac") not in (0, mac)
            if contested:
                claimant.add("takeovers")
            holder.numbers["mac"] = mac
        values = {"arp_claimed": float(claimant.number("claimed"))}
        for name in windows:
            values |= spread_out(f"arp_{name}", claimant.sum(name))
        values["arp_contested"] = contested
        values["arp_gratuitous"] = sender == target
        values["arp_forged_source"] = row["src_mac"] not in (0, mac)
        return values


@dataclass(eq=False)
class Scene:
    """All that a packet has to do with."""

    now: int
    roles: Roles
    orig: Entity
    resp: Entity
    pair: Entity
    service: Entity
    target: Entity
    new_pair: bool
    new_service: bool
    new_target: bool


def address(row: Row, side: str) -> int:
    """128 bits; IPv4 as ::ffff:a.b.c.d."""
    return int(row[f"{side}_hi"]) << 64 | int(row[f"{side}_lo"])


def roles_of(row: Row, step: Row) -> Roles:
    """Who is who, by the flow's first packet."""
    ends = [(address(row, "src"), row["src_port"]), (address(row, "dst"), row["dst_port"])]
    (orig, _), (resp, port) = ends if step["is_orig"] == 1 else reversed(ends)
    return Roles(orig, resp, row["protocol"], port)


def within(value: int, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    """Whether an address lies in a network of its own family."""
    v4 = value >> 32 == 0xFFFF
    plain = value & 0xFFFFFFFF if v4 else value
    return any(
        net.version == (4 if v4 else 6) and int(net[0]) <= plain <= int(net.broadcast_address) for net in networks
    )


def odd_flags(row: Row) -> bool:
    """TCP flags that no stack sends."""
    if row["protocol"] != 6 or row["fragment_offset"] or not row["payload_start"]:
        return False
    fin, syn, rst, psh, ack, urg = (bool(row["tcp_flags"] >> bit & 1) for bit in range(6))
    alone = not (syn or rst or psh or ack or urg)
    return alone or (syn and fin) or (syn and rst) or (fin and psh and urg and not ack)


def windows_of(name: str) -> Iterator[str]:
    """The names of a windowed field."""
    return (window_name(name, window) for window in WINDOWS_S)


def spread_out(name: str, values: list[float]) -> Values:
    """Four values as a windowed field."""
    return dict(zip(windows_of(name), values, strict=True))


def sums(prefix: str, entity: Entity, **fields: str) -> Values:
    """Windowed fields ``prefix_field`` from sums of the entity; "more-less" is a difference, at least 0."""
    values: Values = {}
    for name, source in fields.items():
        more, _, less = source.partition("-")
        taken = entity.sum(less) if less else [0.0] * len(WINDOWS_S)
        values |= spread_out(
            f"{prefix}_{name}", [max(a - b, 0.0) for a, b in zip(entity.sum(more), taken, strict=True)]
        )
    return values


def header_fields(row: Row, roles: Roles, from_orig: bool) -> Values:
    """What the packet's own headers say."""
    protocol, kind, port = row["protocol"], row["icmp_type"], roles.port
    tcp, udp, icmp = protocol == 6, protocol == 17, protocol in (1, 58)
    flags = row["tcp_flags"] if tcp else 0
    request = flags & 0x12 == 0x02
    v4 = protocol == 1
    echo, reply = icmp and kind == (8 if v4 else 128), icmp and kind == (0 if v4 else 129)
    unreachable = icmp and kind == (3 if v4 else 1)
    discovery = protocol == 58 and 130 <= kind <= 143
    source, target = address(row, "src"), address(row, "dst")
    families = {source >> 32 == 0xFFFF, target >> 32 == 0xFFFF}
    bits = 8 if families == {True} else 64
    values = {
        "from_orig": from_orig, "tcp": tcp, "udp": udp, "icmp": icmp, "arp": row["arp_operation"] > 0,
        "ipv6": row["ip_version"] == 6, "length": row["length"], "payload": row["payload_length"],
        "syn": request, "synack": flags & 0x12 == 0x12, "ack": flags & 16, "fin": flags & 1, "rst": flags & 4,
        "psh": flags & 8, "urg": flags & 32, "ecn": flags & 192, "odd_flags": odd_flags(row),
        "bare_syn": request and row["tcp_options"] in (0, 1), "small_window": request and row["tcp_window"] <= 4096,
        "timestamps": row["tcp_options"] & 8, "fragment": row["fragment_offset"] or row["ip_flags"] & 2,
        "ip_options": row["ip_options"], "weird": row["weird"], "echo_request": echo, "echo_reply": reply,
        "unreachable": unreachable, "icmp_other": icmp and not (echo or reply or unreachable or discovery),
        "arp_request": row["arp_operation"] == 1, "arp_reply": row["arp_operation"] == 2,
        "to_group": within(target, GROUPS), "same_subnet": len(families) == 1 and source >> bits == target >> bits,
        "orig_public": not within(roles.orig, NOT_PUBLIC), "resp_public": not within(roles.resp, NOT_PUBLIC),
        "port_system": (tcp or udp) and port < 1024, "port_dynamic": (tcp or udp) and port >= 32768,
        "port_dns": (tcp or udp) and port == 53, "port_web": (tcp or udp) and port in WEB_PORTS,
        "port_ssh": tcp and port in (22, 2222), "port_telnet": tcp and port in (23, 2323),
        "port_ftp": tcp and port in (21, 2121), "port_mail": tcp and port in MAIL_PORTS,
        "dns_query": row["dns_kind"] == 1, "dns_response": row["dns_kind"] == 2,
        "dns_failed": row["dns_kind"] == 2 and row["dns_rcode"],
        "dns_odd_type": row["dns_kind"] and row["dns_qtype"] not in COMMON_QUESTIONS,
        "dns_name": row["dns_name_length"], "dns_labels": row["dns_labels"],
        "dns_longest_label": row["dns_longest_label"], "dns_entropy": row["dns_entropy"],
        "dns_digits": row["dns_digits"], "dns_answers": row["dns_answers"],
        "tls_handshake": row["tls_type"] == 22, "tls_data": row["tls_type"] == 23,
        "http_request": row["http_method"], "http_success": 0 < row["http_status"] < 400,
        "http_error": row["http_status"] >= 400, "login_refused": row["reply_code"] in LOGIN_REFUSALS,
        "ssh_banner": row["ssh_banner"],
    }  # fmt: skip
    units = {f.name: f.unit for f in FIELDS}
    named = {f"packet_{name}": value for name, value in values.items()}
    return {name: float(bool(value) if units[name] == "flag" else value) for name, value in named.items()}


def flow_fields(flow: Entity, step: Row) -> Values:
    """What the packet's own flow has done so far."""
    gaps, age = step["number"] - 1, step["age_ns"] / SECOND
    sent, received = step["orig_bytes"], step["resp_bytes"]
    mean = age / gaps if gaps else 0.0
    square = flow.times["gap_squares"] / SECOND**2
    return {
        "flow_pkts": step["number"],
        "flow_orig_pkts": step["orig_pkts"],
        "flow_resp_pkts": step["resp_pkts"],
        "flow_orig_bytes": sent,
        "flow_resp_bytes": received,
        "flow_orig_share": share(sent, received),
        "flow_age_s": age,
        "flow_gap_s": max(step["gap_ns"], 0) / SECOND,
        "flow_gap_mean_s": mean,
        "flow_gap_cv": math.sqrt(max(square / gaps - mean**2, 0)) / mean if gaps > 1 and mean else 0.0,
        "flow_rate": gaps / max(age, 0.001),
        "flow_orig_size_mean": flow.mean("orig_size").mean,
        "flow_resp_size_mean": flow.mean("resp_size").mean,
        "flow_orig_size_cv": flow.mean("orig_size").spread,
        "flow_answered": step["orig_pkts"] > 0 and step["resp_pkts"] > 0,
        "flow_established": flow.number("established"),
        "flow_rejected": flow.number("rejected"),
        "flow_closed": flow.number("ended"),
        "flow_unfinished_request": flow.number("unfinished"),
        "flow_dribbles": flow.number("dribbles"),
    }


def share(sent: float, received: float) -> float:
    """0.5 of nothing."""
    return sent / (sent + received) if sent + received else 0.5


def originator_fields(orig: Entity) -> Values:
    """What the originator did lately with everyone."""
    return sums(
        "orig", orig, pkts="orig_pkts", bytes="orig_bytes", replies="resp_pkts", flows="flows", peers="peers",
        services="services", refused="refused", unanswered="flows-answered", syns="syns", odd_probes="odd_probes",
        echoes="echoes", unsolicited="unsolicited",
    )  # fmt: skip


def responder_fields(resp: Entity) -> Values:
    """What everyone did lately with the responder."""
    return sums(
        "resp", resp, pkts="orig_pkts", bytes="orig_bytes", replies="resp_pkts", flows="flows", peers="peers",
        services="ports", refused="refused", unanswered="flows-answered", half_open="syns-opened", echoes="echoes",
    )  # fmt: skip


def pair_fields(pair: Entity, now: int) -> Values:
    """What the originator did lately with the responder."""
    values = sums(
        "pair", pair, orig_pkts="orig_pkts", resp_pkts="resp_pkts", orig_bytes="orig_bytes", resp_bytes="resp_bytes",
        flows="flows", ports="ports", refused="refused", unanswered="flows-answered",
    )  # fmt: skip
    values["pair_age_s"] = max(now - pair.first, 0) / SECOND
    minute = WINDOWS_S.index(60.0)
    values["pair_orig_share"] = share(pair.sum("orig_bytes")[minute], pair.sum("resp_bytes")[minute])
    return values


def service_fields(service: Entity) -> Values:
    """What the originator did lately with one port of the responder."""
    values = sums(
        "service", service, flows="flows", short_flows="short_flows", login_refused="login_refused",
        requests="requests", new_targets="new_targets", http_errors="http_errors",
    )  # fmt: skip
    return values | {
        "service_open": max(service.number("open"), 0),
        "service_flow_orig_bytes": service.mean("orig_bytes").mean,
        "service_flow_resp_bytes": service.mean("resp_bytes").mean,
        "service_flow_size_cv": service.mean("flow_bytes").spread,
        "service_start_gap_mean_s": service.mean("start_gap").mean,
        "service_start_gap_cv": service.mean("start_gap").spread,
        "service_starts": service.number("starts"),
        "service_call_gap_mean_s": service.mean("call_gap").mean,
        "service_call_gap_cv": service.mean("call_gap").spread,
        "service_calls": service.number("calls"),
        "service_call_size_cv": service.mean("call_size").spread,
    }


def target_fields(target: Entity) -> Values:
    """What everyone did lately with one port of the responder."""
    values = sums(
        "target", target, pkts="orig_pkts", bytes="orig_bytes", flows="flows", peers="peers", half_open="syns-opened"
    )
    values["target_open"] = max(target.number("open"), 0)
    values["target_unfinished"] = max(target.number("unfinished"), 0)
    return values


def name_fields(orig: Entity, resp: Entity, zone: Entity | None) -> Values:
    """What was asked of DNS lately; ``zone`` is None outside DNS."""
    values = sums(
        "dns", orig, queries="queries", new_names="new_names", failures="failures", odd_types="odd_types"
    ) | sums("dns_server", resp, queries="queries", names="names", failures="failures")
    zone = zone or Entity(0, 0)
    return values | sums("zone", zone, queries="queries", names="names") | {
        "zone_name_length": zone.mean("length").mean,
        "zone_name_entropy": zone.mean("entropy").mean,
        "zone_longest_label": zone.mean("label").mean,
        "zone_odd_share": zone.mean("odd").mean,
        "zone_answer_bytes": zone.mean("answer").mean,
    }
