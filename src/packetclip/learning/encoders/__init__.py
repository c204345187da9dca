"""Packet encoders: what is known of a packet, as one vector of unit norm in the space that sentences share.

Every encoder is a torch module with the same face, :class:`PacketEncoder`: ``forward(fields, bytes)`` takes context
fields in natural units and masked bytes and does all scaling inside, so that the exported graph needs no other file.
:data:`ENCODERS` lists them by name: ``behaviour``, the default, spends no tokens and keeps up with a wire;
``byte_transformer`` reads bytes as ET-BERT does and costs a hundred times as much.

It is not where encoders are trained (``learning.contrastive``) or exported (``learning.reasoning``), and it never sees
a label. Letters: N packets, F context fields, L bytes of a packet, D width of the shared space.
"""

from packetclip.learning.encoders.behaviour import BehaviourConfig, BehaviourEncoder
from packetclip.learning.encoders.byte_transformer import ByteTransformer, ByteTransformerConfig
from packetclip.learning.encoders.encoder import WIDTH, EncoderConfig, PacketEncoder
from packetclip.learning.encoders.table import ENCODERS, build, config_of

__all__ = [
    "ENCODERS",
    "WIDTH",
    "BehaviourConfig",
    "BehaviourEncoder",
    "ByteTransformer",
    "ByteTransformerConfig",
    "EncoderConfig",
    "PacketEncoder",
    "build",
    "config_of",
]
