"""What a method goes by: a shallow tree that learns to answer as it does, and the columns that the tree asks for.

After Trustee (Jacobs et al., "AI/ML for Network Security: The Emperor has no Clothes", CCS 2022): a tree that a person
can read, fitted to the method's answers and not to the truth, shows shortcuts that no figure shows. It is as telling as
its fidelity, which is measured on packets that it did not learn from.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.benchmark.audit.columns import column_names
from packetclip.benchmark.samples import Samples
from packetclip.errors import MissingExtra

__all__ = ["SHORTCUTS", "Surrogate", "Top", "surrogate"]

LEAVES: Final = 24
"""At most, grown where they tell most: a few more than there are classes, so that a person can read them. A tree of few
levels is no match for 17 classes: with four levels it answers alike on 29 %, with 24 leaves on 96 %."""
LEAF: Final = 20
ROWS: Final = 50_000
TOPS: Final = 8
WEIGHTY: Final = 0.05
"""Share of the tree's gain from which a shortcut is flagged."""

SHORTCUTS: Final = {
    "packet_length": "absolute sizes follow the tools and the network's MTU",
    "packet_payload": "absolute sizes follow the tools",
    "packet_small_window": "TCP windows follow the operating system",
    "packet_timestamps": "TCP options follow the operating system",
    "packet_ip_options": "options follow the operating system",
    "packet_ecn": "ECN follows the operating system's settings",
    "packet_ipv6": "which IP version is used is the network's choice",
    "packet_same_subnet": "where a host sits is this network's plan",
    "packet_orig_public": "where a host sits is this network's plan",
    "packet_resp_public": "where a host sits is this network's plan",
    "packet_port_dynamic": "port ranges follow the operating system",
    "masked byte 1": "type of service follows the operating system's settings",
    "masked byte 7": "hop limit in IPv6: operating system and distance",
    "masked byte 8": "time to live in IPv4: operating system and distance",
    "masked byte 34": "TCP window: operating system",
    "masked byte 35": "TCP window: operating system",
}
"""Columns that tell a set-up or a host, and why. Each has honest uses too: a flag is a question, no verdict."""


@dataclass(frozen=True, slots=True)
class Top:
    """A column that the tree asks for."""

    name: str
    share: float
    """Of the tree's gain."""
    shortcut: str
    """Why it may tell the set-up instead of the attack; empty for columns that describe behaviour."""


@dataclass(frozen=True, slots=True)
class Surrogate:
    """A tree that stands for a method."""

    fidelity: float
    """Share of packets of other rows on which the tree answers as the method does, classes of equal weight."""
    packets: int
    """That it learned from."""
    tops: tuple[Top, ...]
    """Most important first."""
    tree: str
    """The tree as text."""

    @property
    def flagged(self) -> tuple[Top, ...]:
        """Shortcuts that matter to the tree."""
        return tuple(top for top in self.tops if top.shortcut and top.share >= WEIGHTY)

    @property
    def sentence(self) -> str:
        """How alike it answers, what it asks for, what of that may be a shortcut."""
        asked = ", ".join(f"{top.name} {top.share:.0%}" for top in self.tops) or "nothing"
        flags = "; ".join(f"{top.name}: {top.shortcut}" for top in self.flagged)
        return (
            f"A tree of at most {LEAVES} leaves answers alike on {self.fidelity:.0%} of packets and asks for {asked}. "
            + (f"Shortcuts of a set-up or a host, if they are no more than that: {flags}." if flags else "No shortcut.")
        )

    def as_dict(self) -> dict[str, Any]:
        """What JSON can hold."""
        return {**dataclasses.asdict(self), "flagged": [top.name for top in self.flagged]}

    def __str__(self) -> str:
        lines = [f"A tree of at most {LEAVES} leaves answers as the method does on {self.fidelity:.1%} of packets."]
        lines += [f"  {top.share:6.1%}  {top.name}{f'  ({top.shortcut})' if top.shortcut else ''}" for top in self.tops]
        return "\n".join([*lines, self.tree])


def surrogate(samples: Samples, answers: NDArray[np.float64], classes: Sequence[str], seed: int = 0) -> Surrogate:
    """The tree that answers about ``samples`` (N packets, those learned from) as ``answers`` (N, M + 1) do.

    It sees context fields and masked bytes, whatever the method saw. A third of the packets is kept for its fidelity.
    Raises MissingExtra without scikit-learn.
    """
    try:
        from sklearn.tree import DecisionTreeClassifier, export_text
    except ImportError:
        raise MissingExtra("audit", "benchmark") from None
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(samples))[:ROWS]
    said = answers[rows].argmax(axis=1)
    values = np.concatenate([_finite(samples.fields[rows]), samples.masked[rows].astype(np.float32)], axis=1)
    held = np.arange(len(rows)) % 3 == 0
    tree = DecisionTreeClassifier(
        max_leaf_nodes=LEAVES, min_samples_leaf=LEAF, class_weight="balanced", random_state=seed
    )
    tree.fit(values[~held], said[~held])
    names = column_names(samples)
    gain = tree.feature_importances_
    order = [int(n) for n in np.argsort(-gain, kind="stable")[:TOPS] if gain[n] > 0]
    told = tree.predict(values[held])
    right = [float((told[said[held] == code] == code).mean()) for code in np.unique(said[held])]
    labels = [classes[code] for code in tree.classes_]
    text = export_text(tree, feature_names=names, class_names=labels, decimals=3, max_depth=LEAVES)
    return Surrogate(
        float(np.mean(right)) if right else float("nan"),
        int((~held).sum()),
        tuple(Top(names[n], round(float(gain[n]), 4), SHORTCUTS.get(names[n], "")) for n in order),
        text,
    )


def _finite(fields: NDArray[Any]) -> NDArray[np.float32]:
    """Natural units, so that thresholds can be read; NaN and infinity cut off as trees want it."""
    finite: NDArray[np.float32] = np.nan_to_num(fields, nan=0.0, posinf=3e38, neginf=-3e38).astype(np.float32)
    return finite
