"""A report with every block and every plot, from made-up figures.

``python tests/benchmark/report/gallery.py FOLDER`` writes ``gallery.html`` and ``gallery.md`` there, to be looked at.
"""

from __future__ import annotations

import sys
from pathlib import Path

from packetclip.benchmark.report import Plot, Section, Table, Text, document, page

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

INTRO = [
    Text(
        "Every figure on this page is made up. It shows how a report looks: what a method is asked, what it answers, "
        "and how sure one can be.\n\nWrite your own with `packetclip evaluate recipes/benchmark-quick.toml`."
    ),
    Table(
        ["method", "network", "rotation A to C", "right missions", "quiet", "packets/s"],
        [
            ["packetclip", "0.9996 [0.9981, 0.9999]", "0.981 [0.962, 0.990]", "25 of 49", "3 of 107", "92,000"],
            ["extra trees", "0.9990 [0.9975, 0.9998]", "0.971 [0.944, 0.986]", "22 of 49", "11 of 107", "61,000"],
            ["payload transformer, frozen", "0.79 [0.71, 0.86]", "0.64", "–", "–", "90"],
        ],
        "The headline. Mean AUC: the chance that a packet of an attack scores above a benign one, averaged over 16 "
        "classes of attack; 0.5 is guessing. In brackets 95 % of resamples over episodes.",
    ),
]
WORDS = {
    "quiet": "Quiet and right at once",
    "bars": "Every method on every split",
    "roc-methods": "Finding attacks",
    "roc-classes": "Finding attacks, by class",
    "precision-recall": "Precision and recall",
    "timeline-b1": "An hour of one capture",
    "confusion": "What is taken for what",
    "scarcity": "Fewer episodes to learn from",
    "ladder": "What the answer rests on",
    "space": "The space of embeddings",
    "reliability": "Does it know how sure it is?",
    "cost": "What it costs",
}


def sections(plots: dict[str, Plot]) -> list[Section]:
    long = Table(
        ["class", *(f"method number {i}" for i in range(1, 13)), "seen as"],
        [[f"class {k}", *(f"{0.9 + 0.001 * i:.3f}" for i in range(12)), "packets of `TCP` <b>"] for k in range(6)],
        "A wide table scrolls, and its first column stays.",
    )
    made = [
        Section(words, [Text(f"What the next picture, `{name}`, shows and why it matters to a reader."), plots[name]])
        for name, words in WORDS.items()
    ]
    return [*made, Section("Per class", [long])]


if __name__ == "__main__":
    from tests.benchmark.plots.made_up import plots

    folder = Path(sys.argv[1])
    parts = ("packetclip's benchmark, a gallery", INTRO, sections(plots()), "Made up on a quiet afternoon.")
    (folder / "gallery.html").write_text(page(*parts), encoding="utf-8")
    text = document(*parts)
    (folder / "gallery.md").write_text(text.text, encoding="utf-8")
    (folder / "benchmark").mkdir(exist_ok=True)
    for path, svg in text.plots.items():
        (folder / path).write_text(svg, encoding="utf-8")
