"""A model: one folder on disk, and the torch-free runtime that scores packets with it.

``load()`` checks a folder (manifest, SHA-256 sums, shapes) and gives a :class:`Model`; a :class:`Scorer` made from it
turns packets, steps and context into :class:`Scores`, batch by batch, remembering what the temporal transformer looks
back on. ``seal`` is how a freshly trained folder becomes a model. ``docs/formats.md`` describes the files.

It is not where models are trained (``learning``), nor where scores become alerts (``detection``). Letters: N packets,
M missions, C key concepts, F fields, T steps of history, D width of keys and values, R width of a reasoning vector.
"""

from packetclip.model.calibration import Calibration, MissionCalibration, logistic
from packetclip.model.concepts import Concepts
from packetclip.model.folder import DEFAULT, Model, load, seal
from packetclip.model.history import History, history_index, history_keys
from packetclip.model.manifest import HistoryKey, HistorySettings, Manifest
from packetclip.model.scorer import Scorer
from packetclip.model.scores import Scores

__all__ = [
    "DEFAULT",
    "Calibration",
    "Concepts",
    "History",
    "HistoryKey",
    "HistorySettings",
    "Manifest",
    "MissionCalibration",
    "Model",
    "Scorer",
    "Scores",
    "history_index",
    "history_keys",
    "load",
    "logistic",
    "seal",
]
