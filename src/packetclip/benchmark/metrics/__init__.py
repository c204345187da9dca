"""Metrics: from scores and truth to figures.

They know neither methods nor captures: columns of numbers come in.
"""

from packetclip.benchmark.metrics.ranking import ClassFigures, PacketFigures, auc, average_precision, packet_figures

__all__ = ["ClassFigures", "PacketFigures", "auc", "average_precision", "packet_figures"]
