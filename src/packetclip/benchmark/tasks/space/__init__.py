"""The space that packets and captions share, seen from outside: what lies near what, on captures never seen.

Nothing is fitted of the encoder; probes and the map are fitted here, to look with. ``drawn`` says which packets are
looked at, ``geometry``, ``probes`` and ``flat`` how.
"""

from packetclip.benchmark.tasks.space.task import Space

__all__ = ["Space"]
