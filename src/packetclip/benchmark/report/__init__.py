"""Report: sections of text, tables and plots, as one HTML page and as Markdown.

``page`` is a file that stands alone; ``document`` is text for a repository with its pictures beside it. Both number
tables and figures through, set numbers flush right, and show whatever a name holds as it is written: nothing from a
recipe or a capture becomes markup.

It knows no figures: tasks say what stands in their sections, ``plots`` draws.
"""

from packetclip.benchmark.report.blocks import Block, Listing, Plot, Section, Table, Text, slug
from packetclip.benchmark.report.html import page
from packetclip.benchmark.report.markdown import Document, document

__all__ = ["Block", "Document", "Listing", "Plot", "Section", "Table", "Text", "document", "page", "slug"]
