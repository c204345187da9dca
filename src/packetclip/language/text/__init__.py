"""Sentences to vectors: a small sentence encoder that runs without torch, and a cache of what it said.

``TextTower.load().encode(["The originator asked for the same name again."])`` gives one unit vector of length 384 a
sentence. The tower that ships is all-MiniLM-L6-v2 with its weights rounded to int8; arithmetic stays float32.

It is not where towers are made (``learning.contrastive`` writes them) and it knows nothing of packets: the trained
projection that brings sentences next to packets belongs to a model, not to this room.
"""

from packetclip.language.text.cache import VectorCache
from packetclip.language.text.tower import BUNDLED, LONGEST, WIDTH, TextTower
from packetclip.language.text.wordpiece import WordPiece

__all__ = ["BUNDLED", "LONGEST", "WIDTH", "TextTower", "VectorCache", "WordPiece"]
