"""Who claims which address: ARP."""

from __future__ import annotations

from packetclip.wire.context import claims
from packetclip.wire.context.oracle.fields import Values, spread_out
from packetclip.wire.context.oracle.memory import SECOND, Memory
from packetclip.wire.context.oracle.roles import Row, address


class Claims:
    """What hardware addresses asked and claimed."""

    def __init__(self) -> None:
        self.macs, self.holders = Memory(), Memory()
        self.asked, self.targets, self.claimed = Memory(), Memory(), Memory()

    def update(self, row: Row) -> Values:
        """The ARP fields of a packet; all 0 outside ARP."""
        if not row["arp_operation"]:
            return dict.fromkeys((f.name for f in claims.FIELDS), 0.0)
        now, mac = row["time_ns"], row["arp_src_mac"]
        sender, target = address(row, "src"), address(row, "dst")
        claimant, _ = self.macs.meet(mac, now)
        if row["arp_operation"] == 1:
            claimant.add("requests")
            if sender != target:
                if self.targets.fresh((mac, target), now):
                    claimant.add("targets")
                self.asked.meet((sender, target), now)[0].times["asked"] = now
        else:
            claimant.add("replies")
            asked = self.asked.meet((target, sender), now)[0].times.get("asked")
            if asked is None or now - asked > 5 * SECOND:
                claimant.add("unasked")
        contested = False
        if sender & 0xFFFFFFFF:
            if self.claimed.fresh((mac, sender), now):
                claimant.count("claimed")
            holder, _ = self.holders.meet(sender, now)
            contested = holder.number("mac") not in (0, mac)
            if contested:
                claimant.add("takeovers")
            holder.numbers["mac"] = mac
        values = {"arp_claimed": float(claimant.number("claimed"))}
        for name in ("requests", "targets", "replies", "unasked", "takeovers"):
            values |= spread_out(f"arp_{name}", claimant.sum(name))
        values["arp_contested"] = contested
        values["arp_gratuitous"] = sender == target
        values["arp_forged_source"] = row["src_mac"] not in (0, mac)
        return values
