"""Contrastive pre-training: packets and sentences brought into one space, without labels.

``run("recipes/lab.toml", folder)`` does all of it: captures become pairs of packets and captions (``build_pairs``), the
captions are encoded once by a frozen text encoder (``load_teacher``), and a packet encoder and a text projection learn
to find each other (``pretrain``). The folder then holds a checkpoint that ``load_checkpoint`` reads, and its metrics.
``write_text_tower`` makes the torch-free text tower of ``language.text`` from the same text encoder.

It knows no missions and no classes; concepts enter in ``reasoning``. ``pretrain`` opens no capture: it takes arrays.
Letters: B pairs in a batch, N pairs, C different captions, K captions a packet, S bits of a signature, D = 384.
"""

from packetclip.learning.contrastive.checkpoint import load_checkpoint, save_checkpoint
from packetclip.learning.contrastive.config import PretrainConfig
from packetclip.learning.contrastive.corpus import CorpusConfig, Group, build_pairs
from packetclip.learning.contrastive.dataset import Pairs
from packetclip.learning.contrastive.losses import info_nce, siglip, soft_targets
from packetclip.learning.contrastive.pretrain import embed, pretrain
from packetclip.learning.contrastive.projection import TextProjection
from packetclip.learning.contrastive.retrieval import retrieval
from packetclip.learning.contrastive.run import Recipe, run
from packetclip.learning.contrastive.shipped import write_pretraining
from packetclip.learning.contrastive.sources import Captures
from packetclip.learning.contrastive.teachers import Teacher, load_teacher
from packetclip.learning.contrastive.text_graph import write_text_tower

__all__ = [
    "Captures",
    "CorpusConfig",
    "Group",
    "Pairs",
    "PretrainConfig",
    "Recipe",
    "Teacher",
    "TextProjection",
    "build_pairs",
    "embed",
    "info_nce",
    "load_checkpoint",
    "load_teacher",
    "pretrain",
    "retrieval",
    "run",
    "save_checkpoint",
    "siglip",
    "soft_targets",
    "write_pretraining",
    "write_text_tower",
]
