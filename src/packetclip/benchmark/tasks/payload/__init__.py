"""The paper's view: payload bytes alone, a frozen encoder aligned with sentences, heads and missions on it.

PacketCLIP (Masukawa et al. 2025, arXiv 2503.03747) sees nothing but a packet's payload. Here it is rebuilt at a size
that trains in minutes, measured beside methods that see the same bytes and methods that see more, and held against
what the paper claims. No code of the paper was published: what it leaves open is said in ``encoder`` and ``heads``.
"""

from packetclip.benchmark.tasks.payload.task import Payload

__all__ = ["Payload"]
