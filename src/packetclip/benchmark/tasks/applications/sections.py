"""What the report says of applications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from packetclip.benchmark import plots
from packetclip.benchmark.pooling import pooled
from packetclip.benchmark.report.blocks import Block, Section, Table, Text, slug
from packetclip.benchmark.tasks.applications.classifiers import CLASSIFIERS
from packetclip.benchmark.tasks.applications.measure import QUESTIONS

__all__ = ["sections"]

OURS: Final = "linear probe"
ABOUT: Final = """
What flows of 211 captures of real applications carry, by the word of nDPI where it read the payload; one half of the
captures, by the hash of their names, teaches, the other is asked about. All flows of one 5-tuple in a capture are one,
and one that is learned from is not asked about again, since a few captures were cut from the same recording.
Nobody sees addresses, ports above 1023, server names in TLS, names in DNS, or the body of a payload beyond a few bytes
of its beginning: what nDPI itself reads the owner of a flow from is masked. Two services that behave alike cannot be
told apart then, and our encoder was made for what hosts do, not for applications. Classes are those that both halves
have; some have one capture a half, so a class is often one household on one day, and intervals over captures are wide.
"""
BY_NAME: Final = """
By name, nothing was learned from any flow: a sentence such as `YouTube, media streaming over QUIC` is compared with the
packets' vectors. The sentences that the space was learned from say what packets do, and never whose they are or what
they are for; the vectors hold no name. So little more than the protocol can be found that way.
"""

Figures = Mapping[str, Any]


def sections(results: Mapping[str, Mapping[str, Any]]) -> Sequence[Section]:
    """By job, ``question/method/seed``."""
    found: dict[str, dict[str, list[Figures]]] = defaultdict(lambda: defaultdict(list))
    for name, figures in results.items():
        question, method, _ = name.split("/")
        found[question][method].append(figures)
    if not found:
        words = "Nothing was measured: the recipe names no applications."
        return [Section("Applications", [Text(words)])]
    missing = [question for question in QUESTIONS if question not in found]
    told = ABOUT.strip() + (f"\n\nNot measured: {', '.join(missing)}." if missing else "")
    return [
        Section("Applications: what a flow carries", [Text(told)]),
        *(_question(question, found[question]) for question in QUESTIONS if question in found),
    ]


def _question(question: str, methods: Mapping[str, list[Figures]]) -> Section:
    known = [method for method in CLASSIFIERS if methods.get(method)]
    one = methods[known[0]][0]
    blocks: list[Block] = [Text(_sides(question, one, known)), _figures(methods, known), _classes(methods, known)]
    if OURS in known:
        confusion = methods[OURS][0]["confusion"]
        blocks.append(
            plots.confusion_matrix(
                f"applications-{slug(question)}-confusion", confusion["counts"], confusion["classes"],
                "What the linear probe on our embedding took flows for: rows are the truth, shares of each row. Counts "
                "are flows.",
                of="flows",
            )
        )  # fmt: skip
    return Section(f"Applications: {question}", blocks)


def _sides(question: str, one: Figures, known: Sequence[str]) -> str:
    train, test = one["sides"]["train"], one["sides"]["test"]
    what = {
        "category": "Which of nDPI's categories a flow belongs to.",
        "encrypted application": "Which application a flow belongs to, as nDPI names it with its protocol, of flows "
        "that are encrypted by protocol.",
    }.get(question, question)
    words = (
        f"{what} {len(one['confusion']['classes'])} classes; {train['flows']:,} flows of {train['captures']} captures "
        f"to learn from, {test['flows']:,} flows of {test['captures']} captures asked about."
    )
    return words + ("\n\n" + BY_NAME.strip() if any(name.startswith("by name") for name in known) else "")


def _figures(methods: Mapping[str, list[Figures]], known: Sequence[str]) -> Table:
    rows = []
    for method in known:
        own = methods[method]
        told = [pooled(own, name).text() for name in ("macro_f1", "balanced_accuracy", "accuracy", "top3")]
        rows.append([method, *told, str(len(own)), own[0]["about"]])
    caption = (
        "Means over seeds, in brackets 95 % over captures (bootstrap): flows of one capture are not independent. Macro "
        "F1 and balanced accuracy are means over classes, each weighing the same; accuracy and top-3 (the right class "
        "among the first three) are shares of flows, so that a capture of many flows weighs much."
    )
    head = ["method", "macro F1", "balanced accuracy", "accuracy", "top-3", "seeds", "what it is"]
    return Table(head, rows, caption)


def _classes(methods: Mapping[str, list[Figures]], known: Sequence[str]) -> Table:
    sides = methods[known[0]][0]["sides"]
    rows = []
    for label, (flows, captures) in sides["train"]["classes"].items():
        asked, among = sides["test"]["classes"][label]
        own = [pooled([seed["classes"][label] for seed in methods[method]], "f1").mean for method in known]
        counts = [f"{flows:,}", str(captures), f"{asked:,}", str(among)]
        rows.append([label, *counts, *("–" if value is None else f"{value:.2f}" for value in own)])
    caption = (
        "F1 of each class, mean over seeds; beside the class how many flows and captures there are to learn from and "
        "to ask about. A class of one capture on a side says little."
    )
    head = ["class", "flows, learned", "captures", "flows, asked", "captures asked", *known]
    return Table(head, rows, caption)
