"""Where stories go: the contract of every sink, and the one that keeps them in a list."""

from __future__ import annotations

from typing import Protocol

from packetclip.detection.story import Story


class StorySink(Protocol):
    """Takes stories one by one. ``close`` may be called twice."""

    def write(self, story: Story) -> None:
        """Take one story. Raises OutputError when it cannot be kept."""

    def close(self) -> None:
        """No more stories come."""


class ListSink:
    """Keeps stories in memory; for tests, and for whoever wants a list.

    >>> sink = ListSink()
    >>> sink.close(); sink.stories
    []
    """

    def __init__(self) -> None:
        self.stories: list[Story] = []

    def write(self, story: Story) -> None:
        """Keep the story."""
        self.stories.append(story)

    def close(self) -> None:
        """Nothing to do."""
