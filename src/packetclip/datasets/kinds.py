"""The kinds of data set that a recipe may name, and how each is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from packetclip.datasets.aci_iot_2023 import ACIIoT2023
from packetclip.datasets.cic_ids_2017 import CICIDS2017
from packetclip.datasets.ctu_13 import CTU13
from packetclip.datasets.iot_23 import IoT23
from packetclip.datasets.lab import Lab
from packetclip.datasets.labelled import Dataset
from packetclip.datasets.own import OwnCaptures
from packetclip.datasets.suricata import SuricataLabelled
from packetclip.datasets.zeek import ZeekLabelled
from packetclip.errors import RecipeError

__all__ = ["DATASETS", "open_dataset"]

DATASETS: Final[Mapping[str, Callable[[Path], Dataset]]] = {
    "lab": Lab,
    "labelled": OwnCaptures,
    "zeek": ZeekLabelled,
    "suricata": SuricataLabelled,
    "aci-iot-2023": ACIIoT2023,
    "cic-ids-2017": CICIDS2017,
    "ctu-13": CTU13,
    "iot-23": IoT23,
}
"""From a kind to what opens a folder of it; nothing is read until a capture is asked for."""


def open_dataset(kind: str, folder: Path) -> Dataset:
    """The data set of a folder. Raises RecipeError for a kind that nobody knows."""
    if kind not in DATASETS:
        close = get_close_matches(kind, DATASETS, 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise RecipeError(f"There is no kind of data set {kind!r}.{hint} Known: {', '.join(DATASETS)}.")
    return DATASETS[kind](folder)
