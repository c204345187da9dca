"""The audit as a task: what would make the figures of a split mean less than they say, before they are measured.

It is taken first, and nothing else is when a split fails it; the checks themselves are in ``benchmark.audit``.
"""

from packetclip.benchmark.tasks.audit.task import Audit

__all__ = ["Audit"]
