"""Words of a report before they become HTML or Markdown: paragraphs, code, and nothing that a reader cannot see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packetclip.detection import escaped

__all__ = ["lines", "marked", "paragraphs", "seen"]


def seen(text: str) -> str:
    r"""On one line, with control and format characters shown instead of obeyed.

    >>> seen("a\n\x1b[31mb")
    'a \\u001b[31mb'
    """
    return escaped(" ".join(text.split()))


def lines(text: str) -> str:
    r"""Line by line as they are, but for characters that are shown instead of obeyed.

    >>> lines("|--- a\n|   |--- \x1b[31mb")
    '|--- a\n|   |--- \\u001b[31mb'
    """
    return "\n".join(escaped(line) for line in text.rstrip().splitlines())


def paragraphs(words: str) -> list[str]:
    """What stands between empty lines.

    >>> paragraphs("One\\nline.\\n\\n\\nTwo.")
    ['One line.', 'Two.']
    """
    return [line for part in re.split(r"\n\s*\n", words) if (line := seen(part))]


def marked(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces, and whether each is ``code``; a backtick without its fellow is a backtick.

    >>> list(marked("run `make` or `"))
    [('run ', False), ('make', True), (' or `', False)]
    """
    for i, piece in enumerate(re.split(r"`([^`]+)`", text)):
        if piece:
            yield piece, i % 2 == 1
