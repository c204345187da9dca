"""Tasks: what the benchmark measures, a file each, with what the report says of it.

A task fits methods on folds and never looks at the test side in between; what is kept of it is figures.
"""

from typing import Final

from packetclip.benchmark.task import Task
from packetclip.benchmark.tasks.detection import Detection

TASKS: Final[dict[str, Task]] = {
    "detection": Detection(),
}
"""By the name in recipes."""

__all__ = ["TASKS", "Detection"]
