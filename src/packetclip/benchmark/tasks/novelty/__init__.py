"""Novelty: what a network's own unlabelled traffic teaches, and how well attacks stand out from it.

Every method without labels learns from the same packets, whose labels are taken off before it sees them, and answers
with one score. Which captures hold attacks among what is learned from is said beside the figures, and told to nobody.
"""

from packetclip.benchmark.tasks.novelty.task import Novelty

__all__ = ["Novelty"]
