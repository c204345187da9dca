"""One packet after another."""

from __future__ import annotations

from dataclasses import dataclass

from packetclip.wire.context.catalogue import FIELDS
from packetclip.wire.context.oracle.claims import Claims
from packetclip.wire.context.oracle.fields import (
    COMMON_QUESTIONS,
    LOGIN_REFUSALS,
    Values,
    flow_fields,
    header_fields,
    name_fields,
    odd_flags,
    originator_fields,
    pair_fields,
    responder_fields,
    service_fields,
    target_fields,
)
from packetclip.wire.context.oracle.memory import FORGET_NS, SECOND, Entity, Memory
from packetclip.wire.context.oracle.roles import Roles, Row, address, roles_of
from packetclip.wire.flows import steps


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


class Oracle:
    """The fields of one packet after another."""

    def __init__(self) -> None:
        self.roles: dict[int, Roles] = {}
        self.flows, self.origs, self.resps, self.pairs = Memory(), Memory(), Memory(), Memory()
        self.services, self.targets, self.zones = Memory(), Memory(), Memory()
        self.seen, self.claims = Memory(), Claims()

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
        values |= self.claims.update(row)
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
