"""Applications: what a flow carries, by nDPI's word, with everything that names a host masked.

One half of the captures teaches, the other is asked about; no capture is on both sides. Ours is a linear layer over the
frozen encoder, and sentences alone; a forest on statistics of the flow and a network on bytes stand beside.
"""

from packetclip.benchmark.tasks.applications.task import ApplicationFlows

__all__ = ["ApplicationFlows"]
