"""How to read a report: the data, the splits, the methods, and what was chosen in sight of what."""

from __future__ import annotations

from typing import Final

from packetclip.benchmark import encoders, methods
from packetclip.benchmark.plan import Plan, SplitEntry
from packetclip.benchmark.report.blocks import Block, Section, Table, Text

__all__ = ["legend"]

ABOUT: Final = """
Every figure here is of packets, unless it says flows, episodes or captures. A packet is shown to a method as some of
these: context, about 300 numbers on the packet's header and on what its hosts, pair, service and flow did up to then;
masked header bytes, the first 64 with addresses, ports and counters zeroed; payload bytes, the first 128. Methods see
the columns that the table names, and nothing else of a packet.

All learn from one draw: at most {episode:,} packets of each episode of an attack, {benign:,} benign ones of a capture
and {life:,} of each capture of ordinary life. Methods that would take too long on all of it draw fewer of that by
themselves, classes of equal weight. Nothing is tuned on the test side.
"""


def legend(plan: Plan) -> Section:
    """For those who have not seen the project."""
    recipe = plan.recipe
    drawn = recipe.drawing
    words = ABOUT.format(episode=drawn.episode_packets, benign=drawn.benign_packets, life=drawn.life_packets)
    blocks: list[Block] = [Text("\n\n".join(part for part in (recipe.about.strip(), words.strip()) if part))]
    rows = [_split(plan, entry) for entry in recipe.splits]
    blocks.append(
        Table(
            ["split", "kind", "learned from", "tuned on", "asked about", "encoder"], rows,
            "Splits by what they keep apart. Kind captures keeps whole captures apart; packet, flow and time cut "
            "captures; device keeps hosts apart; class and behaviour withheld take attacks out of what is learned "
            "from. Encoder: the pre-trained one under our method and others that need one, by its recipe.",
        )
    )  # fmt: skip
    named = dict.fromkeys([*recipe.methods, *(name for entry in recipe.splits for name in entry.methods)])
    blocks.append(
        Table(
            ["method", "sees", "what it is"], [[name, methods.sees(name), methods.about(name)] for name in named],
            "Methods, ours first; what each learned from, and for how long, stands in the sections.",
        )
    )  # fmt: skip
    return Section("How to read this", blocks)


def _split(plan: Plan, entry: SplitEntry) -> list[str]:
    cut = "the same, cut"
    return [
        entry.name,
        entry.kind.replace("_", " ") + (", leaks on purpose" if entry.leaky else ""),
        ", ".join(entry.train),
        ", ".join(entry.tune) or cut,
        ", ".join(entry.test) or cut,
        encoders.told(plan.encoder(entry)),
    ]
