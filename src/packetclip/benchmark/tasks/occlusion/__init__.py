"""Occlusion: what each view of the traffic is worth, by taking it away from what is learned and asked alike.

``views`` says what is taken away, column by column, for every method in the same way; a method that never looked at
it is not fitted again.
"""

from packetclip.benchmark.tasks.occlusion.task import Occlusion

__all__ = ["Occlusion"]
