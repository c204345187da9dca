"""The pre-trained encoders that a recipe's methods stand on: where each lies, and making what is missing."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Final

from packetclip.benchmark.stopping import end_with_parent, stop
from packetclip.model import DEFAULT
from packetclip.recipe import output_of

__all__ = ["digest", "folder_of", "is_recipe", "pretrain", "told"]

RECIPE: Final = ".toml"
FOLLOWED: Final = "recipe.toml"
"""In the folder of an encoder: the recipe that it was made by. Of another one, the encoder is made anew."""


def is_recipe(named: str) -> bool:
    """Whether what a recipe names is how an encoder is made, not where one lies."""
    return named.endswith(RECIPE)


def folder_of(named: str, beside: Path) -> Path:
    """The folder of an encoder that a recipe in the folder ``beside`` names; of none, the model that ships.

    >>> folder_of("lab-a.toml", Path("recipes")).as_posix()
    'runs/lab-a'
    """
    if not named:
        return DEFAULT
    return output_of(beside / named) if is_recipe(named) else beside / named


def told(folder: Path) -> str:
    """How a report tells one encoder from another; no place on the disk of whoever measured.

    >>> told(Path("runs/lab-a")), told(DEFAULT)
    ('lab-a', 'that ships')
    """
    return "that ships" if folder == DEFAULT else folder.name


def digest(folder: Path) -> str:
    """Of the weights: an encoder that was pre-trained anew is another one. Empty where there are none."""
    found = hashlib.sha256()
    weights = [path for kind in ("*.safetensors", "*.onnx") for path in sorted(folder.glob(kind))]
    for path in weights:
        found.update(path.read_bytes())
    return found.hexdigest()[:12] if weights else ""


def pretrain(recipes: Sequence[Path], workers: int, progress: Callable[[str, int, int], None]) -> None:
    """Follow recipes of ``packetclip pretrain``, or go on where they were cut; nothing for those that are finished.

    Raises RecipeError, CaptureError, MissingExtra, OutputError.
    """
    left = [recipe for recipe in recipes if not _is_finished(recipe)]
    if not left:
        return
    what = f"Pre-training {', '.join(recipe.stem for recipe in left)}, about ten minutes each"
    progress(what, 0, len(left))
    with ProcessPoolExecutor(min(workers, len(left)), multiprocessing.get_context("spawn"), end_with_parent) as pool:
        try:
            for done, future in enumerate(as_completed([pool.submit(_follow, recipe) for recipe in left]), 1):
                future.result()
                progress(what, done, len(left))
        except BaseException:
            stop(pool)
            raise


def _follow(recipe: Path) -> None:
    from packetclip.learning import contrastive

    folder, again = output_of(recipe), _is_of(recipe)
    folder.mkdir(parents=True, exist_ok=True)
    if not again:  # or what another recipe left would be taken for this one's, should this run be cut
        for left in ("metrics.jsonl", "state.pt"):
            (folder / left).unlink(missing_ok=True)
    shutil.copyfile(recipe, folder / FOLLOWED)
    contrastive.run(recipe, folder, resume=again and (folder / "state.pt").is_file())


def _is_finished(recipe: Path) -> bool:
    folder = output_of(recipe)
    try:
        wanted: int = json.loads((folder / "config.json").read_text(encoding="utf-8"))["pretrain"]["epochs"]
        lines = (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError, KeyError):
        return False
    return _is_of(recipe) and len(lines) >= wanted


def _is_of(recipe: Path) -> bool:
    """Whether what lies in the recipe's folder, if anything, was made by the recipe as it is now."""
    followed = output_of(recipe) / FOLLOWED
    return not followed.is_file() or followed.read_bytes() == recipe.read_bytes()
