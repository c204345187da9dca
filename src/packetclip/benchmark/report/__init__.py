"""Report: sections of text, tables and plots, as one HTML page and as Markdown.

It knows no figures: tasks say what stands in their sections.
"""

from packetclip.benchmark.report.blocks import Block, Plot, Section, Table, Text

__all__ = ["Block", "Plot", "Section", "Table", "Text"]
