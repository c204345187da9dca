"""What each part is worth: fits models with one part switched off, for benchmarks/first_light.py --ablation.

    python benchmarks/parts.py runs/parts            # all parts, twice: on all networks, and on network A alone
    python benchmarks/parts.py runs/parts --only facts,graph

All of them, the whole one included, are fitted with fewer packets and epochs than the model that ships, so that they
can be compared with one another. About four minutes a model on one core; what is there already is not fitted again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from packetclip.learning.contrastive import to_toml
from packetclip.learning.reasoning import Recipe
from packetclip.learning.reasoning import recipe as recipes

ROOT: Final = Path(__file__).resolve().parent.parent
PARTS: Final[dict[str, dict[str, object]]] = {
    "nothing": {},
    "context": {"use_context": False},
    "bytes": {"use_bytes": False},
    "pre-training": {"use_pretraining": False},
    "graph": {"use_graph": False},
    "facts": {"use_facts": False},
    "logical expert": {"trust": 0.0},
    "temporal": {"use_temporal": False},
}
SMALL: Final = {"epochs": 3, "temporal_epochs": 1, "episode_packets": 300}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="parts, separated by commas")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for part in asked.only.split(",") if asked.only else PARTS:
        for recipe, suffix in (("lab-missions", ""), ("rotation-a", "-rotation-a")):
            whole = recipes.read(ROOT / "recipes" / f"{recipe}.toml")
            name = part.replace(" ", "-") + suffix
            fit(without(whole, part, name), asked.folder.resolve(), name)


def without(recipe: Recipe, part: str, name: str) -> Recipe:
    """The recipe with a part switched off, its paths made absolute and its fit made short."""
    base = ROOT / "recipes"

    def absolute(path: str) -> str:
        return str((base / path).resolve())

    return replace(
        recipe,
        name=name,
        pretrained=absolute(recipe.pretrained),
        train=tuple(replace(entry, path=absolute(entry.path)) for entry in recipe.train),
        tune=tuple(replace(entry, path=absolute(entry.path)) for entry in recipe.tune),
        life=tuple(replace(entry, path=absolute(entry.path)) for entry in recipe.life),
        reasoner=replace(recipe.reasoner, **PARTS[part]),  # type: ignore[arg-type]
        fit=replace(recipe.fit, **SMALL),  # type: ignore[arg-type]
    )


def fit(recipe: Recipe, folder: Path, name: str) -> None:
    """Fit one model with the command that users have."""
    if (folder / name / "model.json").exists():
        return
    path = folder / f"{name}.toml"
    path.write_text(to_toml(recipe))
    command = [sys.executable, "-m", "packetclip", "fit", str(path), "--output", str(folder / name)]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
