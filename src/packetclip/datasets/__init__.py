"""Datasets: what labelled captures there are, where they lie and what their labels mean.

Those that were made or gathered for this project: :class:`Lab` (a label for every packet, with roles for training,
tuning and testing), :class:`Applications` (benign life, in two halves, and what nDPI says of its flows) and
:func:`read_manifest` (attacks by others, for testing only). Those that you have: :class:`OwnCaptures`, labelled by
packet or by conversation and time, :class:`ZeekLabelled` and :class:`SuricataLabelled`. And published ones, as they
were published: :class:`ACIIoT2023`, :class:`CICIDS2017`, :class:`CTU13`, :class:`IoT23` and :class:`Cesnet`. A file
and a data card each (docs/datasets.md has them all); :data:`DATASETS` opens by name what a recipe can name. All hand
out paths and columns of labels; packets come from ``packetclip.wire``.

It does not download (but for :meth:`Cesnet.fetch`), train or score anything, and learning never imports it: training
takes iterables, so that the same code serves the benchmark, the tests and users' own data.
"""

from packetclip.datasets.aci_iot_2023 import ACI_CLASSES, ACIIoT2023, Payloads, read_payloads
from packetclip.datasets.applications import NOT_BENIGN, Applications, NotBenign, half
from packetclip.datasets.attacks import AttackCapture, read_manifest
from packetclip.datasets.cesnet import CESNET_SETS, Cesnet, CesnetFlows
from packetclip.datasets.cic_ids_2017 import CIC_IDS_2017_CLASSES, CICIDS2017
from packetclip.datasets.ctu_13 import CTU13, CTU_13_CLASSES
from packetclip.datasets.flow_labels import NOT_ENTERED, FlowLabels
from packetclip.datasets.iot_23 import IOT_23_CLASSES, IoT23
from packetclip.datasets.kinds import DATASETS, open_dataset
from packetclip.datasets.lab import BENIGN_ONLY, CAPTURES, TEST_CAPTURE, TEST_NETWORK, TRAIN, TUNE, Episode, Lab
from packetclip.datasets.labelled import Dataset, LabelledCapture
from packetclip.datasets.labels import BENIGN, CLASSES, LABELS, MISSIONS, mission_name
from packetclip.datasets.own import OwnCaptures
from packetclip.datasets.suricata import SuricataLabelled
from packetclip.datasets.zeek import ZeekLabelled

__all__ = [
    "ACI_CLASSES",
    "BENIGN",
    "BENIGN_ONLY",
    "CAPTURES",
    "CESNET_SETS",
    "CICIDS2017",
    "CIC_IDS_2017_CLASSES",
    "CLASSES",
    "CTU13",
    "CTU_13_CLASSES",
    "DATASETS",
    "IOT_23_CLASSES",
    "LABELS",
    "MISSIONS",
    "NOT_BENIGN",
    "NOT_ENTERED",
    "TEST_CAPTURE",
    "TEST_NETWORK",
    "TRAIN",
    "TUNE",
    "ACIIoT2023",
    "Applications",
    "AttackCapture",
    "Cesnet",
    "CesnetFlows",
    "Dataset",
    "Episode",
    "FlowLabels",
    "IoT23",
    "Lab",
    "LabelledCapture",
    "NotBenign",
    "OwnCaptures",
    "Payloads",
    "SuricataLabelled",
    "ZeekLabelled",
    "half",
    "mission_name",
    "open_dataset",
    "read_manifest",
    "read_payloads",
]
