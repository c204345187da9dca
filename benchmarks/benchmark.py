"""Measure the benchmark's recipes and put their reports into docs/benchmarks, words that were written there left alone.

    python benchmarks/benchmark.py [--render] [--quick]

The full recipe takes two hours and a half on two cores, the quick one ten minutes. What runs/ holds of them already is
not measured again; --render measures nothing at all.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from packetclip.benchmark.evaluation import evaluate, write
from packetclip.benchmark.plan import Plan
from packetclip.benchmark.results import Results
from packetclip.benchmark.tables import fill
from packetclip.benchmark.tasks import TASKS
from packetclip.threads import available_cores

ROOT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = ROOT / "docs" / "benchmarks"
RECIPES: Final = ("benchmark-quick", "benchmark")


def main() -> None:
    asked = options()
    for name in RECIPES[:1] if asked.quick else RECIPES:
        plan, folder = Plan(ROOT / "recipes" / f"{name}.toml"), ROOT / "runs" / name
        if asked.render:
            write(plan, folder, kept(plan, folder / "results"))
        else:
            began = time.monotonic()
            for failed in evaluate(plan, folder, available_cores(), progress):
                print(failed, file=sys.stderr)
            print(f"{name}: {(time.monotonic() - began) / 60:.0f} minutes", file=sys.stderr)
        publish(name, folder)


def kept(plan: Plan, results: Path) -> dict[str, dict[str, Mapping[str, Any]]]:
    """What was measured of the recipe's jobs, by task, whatever the code has become since."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for task in ("audit", *plan.recipe.tasks):
        own = Results(results / task)
        found[task] = {job.name: figures for job in TASKS[task].jobs(plan) if (figures := own[job.name])}
    return found


def publish(name: str, folder: Path) -> None:
    """The report's text into docs/benchmarks/NAME.md, its plots into docs/benchmarks/NAME/."""
    plots = DOCS / name
    plots.mkdir(parents=True, exist_ok=True)
    for old in plots.glob("*.svg"):
        old.unlink()
    for path in sorted((folder / "plots").glob("*.svg")):
        (plots / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    text = (folder / "report.md").read_text(encoding="utf-8").replace("](plots/", f"]({name}/")
    title, text = text.split("\n", 1)
    page = DOCS / f"{name}.md"
    words = page.read_text(encoding="utf-8") if page.exists() else f"{title}\n\n<!-- report -->\n<!-- end -->\n"
    page.write_text(re.sub(r"\n{3,}", "\n\n", fill(words, {"report": text.strip()})), encoding="utf-8")


def progress(what: str, done: int, total: int) -> None:
    print(f"{what}: {done} of {total}", file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--render", action="store_true", help="pages from what was kept, nothing is measured")
    parser.add_argument("--quick", action="store_true", help="the quick recipe alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
