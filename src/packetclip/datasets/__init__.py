"""Datasets: what labelled captures there are, where they lie and what their labels mean.

Three sources, a file and a data card each: :class:`Lab` (a label for every packet, with roles for training, tuning
and testing), :class:`Applications` (benign life, in two halves) and :func:`read_manifest` (attacks by others, for
testing only). All hand out paths and columns of labels; packets come from ``packetclip.wire``.

It does not download, train or score anything, and learning never imports it: training takes iterables, so that the
same code serves the benchmark, the tests and users' own data.
"""

from packetclip.datasets.applications import NOT_BENIGN, Applications, NotBenign, half
from packetclip.datasets.attacks import AttackCapture, read_manifest
from packetclip.datasets.kinds import DATASETS, open_dataset
from packetclip.datasets.lab import BENIGN_ONLY, CAPTURES, TEST_CAPTURE, TEST_NETWORK, TRAIN, TUNE, Episode, Lab
from packetclip.datasets.labelled import Dataset, LabelledCapture
from packetclip.datasets.labels import BENIGN, CLASSES, LABELS, MISSIONS, mission_name
from packetclip.datasets.own import OwnCaptures

__all__ = [
    "BENIGN",
    "BENIGN_ONLY",
    "CAPTURES",
    "CLASSES",
    "DATASETS",
    "LABELS",
    "MISSIONS",
    "NOT_BENIGN",
    "TEST_CAPTURE",
    "TEST_NETWORK",
    "TRAIN",
    "TUNE",
    "Applications",
    "AttackCapture",
    "Dataset",
    "Episode",
    "Lab",
    "LabelledCapture",
    "NotBenign",
    "OwnCaptures",
    "half",
    "mission_name",
    "open_dataset",
    "read_manifest",
]
