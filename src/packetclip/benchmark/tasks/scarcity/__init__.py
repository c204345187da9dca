"""Scarcity: what methods reach with few episodes to learn from, as a network has that was attacked once.

Every method learns from the same draw; a larger share holds what a smaller one did.
"""

from packetclip.benchmark.tasks.scarcity.task import Scarcity

__all__ = ["Scarcity"]
