"""Attacks, packet by packet and episode by episode: every method on every split, several seeds.

``measure`` fits and asks, ``sections`` says what came of it; nothing is chosen here.
"""

from packetclip.benchmark.tasks.detection.task import Detection

__all__ = ["Detection"]
