"""Tasks: what the benchmark measures, a folder each, with what the report says of it.

A task fits methods on folds and never looks at the test side in between; what is kept of it is figures.
"""

from typing import Final

from packetclip.benchmark.task import Task
from packetclip.benchmark.tasks.applications import ApplicationFlows
from packetclip.benchmark.tasks.audit import Audit
from packetclip.benchmark.tasks.detection import Detection
from packetclip.benchmark.tasks.novelty import Novelty
from packetclip.benchmark.tasks.occlusion import Occlusion
from packetclip.benchmark.tasks.payload import Payload
from packetclip.benchmark.tasks.quiet import Quiet
from packetclip.benchmark.tasks.scarcity import Scarcity
from packetclip.benchmark.tasks.space import Space

TASKS: Final[dict[str, Task]] = {
    "audit": Audit(),
    "quiet": Quiet(),
    "detection": Detection(),
    "space": Space(),
    "occlusion": Occlusion(),
    "scarcity": Scarcity(),
    "payload": Payload(),
    "novelty": Novelty(),
    "applications": ApplicationFlows(),
}
"""By the name in recipes, in the order of the report; the audit is always taken, and first."""

__all__ = [
    "TASKS",
    "ApplicationFlows",
    "Audit",
    "Detection",
    "Novelty",
    "Occlusion",
    "Payload",
    "Quiet",
    "Scarcity",
    "Space",
]
