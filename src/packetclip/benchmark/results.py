"""Results kept as files: a row of a table is measured once for a model, and may be measured anew alone."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packetclip.errors import OutputError

__all__ = ["Results", "fingerprint"]


def fingerprint(folder: Path) -> str:
    """What tells one model from another: a digest of ``model.json``, which lists the digests of all other files."""
    return hashlib.sha256((folder / "model.json").read_bytes()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Results:
    """A folder of ``ROW.json``, each with what was measured, of which model, when and in how many seconds."""

    folder: Path

    def __getitem__(self, row: str) -> dict[str, Any]:
        """The figures of a row, or an empty dictionary where none (or nothing readable) was kept."""
        figures: dict[str, Any] = self._kept(row).get("figures", {})
        return figures

    def of(self, row: str) -> str:
        """Which model a row is of: its name, version and fingerprint; empty where none was kept."""
        return str(self._kept(row).get("model", ""))

    def when(self, row: str) -> str:
        """When a row was measured, ISO 8601; empty where none was kept."""
        return str(self._kept(row).get("measured", ""))

    def get(
        self, row: str, model: str, measure: Callable[[], Mapping[str, Any]], again: bool = False
    ) -> dict[str, Any]:
        """The figures of a row for ``model``: kept ones, or those of ``measure()``, to be kept. Raises OutputError."""
        kept = self._kept(row)
        if not again and kept.get("model") == model and "figures" in kept:
            return self[row]
        began = time.time()
        value = {
            "row": row,
            "model": model,
            "measured": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
            "figures": _finite(measure()),
            "seconds": round(time.time() - began, 1),
        }
        try:
            self._path(row).parent.mkdir(parents=True, exist_ok=True)
            part = self._path(row).with_suffix(".part")
            part.write_text(json.dumps(value, indent=1, allow_nan=False) + "\n", encoding="utf-8")
            part.replace(self._path(row))
        except OSError as error:
            raise OutputError(f"{self.folder} cannot be written: {error}. Name another folder.") from error
        return self[row]

    def _path(self, row: str) -> Path:
        return self.folder / f"{row}.json"

    def _kept(self, row: str) -> dict[str, Any]:
        try:
            value = json.loads(self._path(row).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return value if isinstance(value, dict) else {}


def _finite(value: Any) -> Any:
    """JSON has no NaN: null stands for a figure that nothing was there to measure on."""
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
