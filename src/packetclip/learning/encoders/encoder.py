"""What every packet encoder is."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

WIDTH: Final = 384
"""D, width of the space that packets and sentences share."""


class EncoderConfig(Protocol):
    """A frozen dataclass whose fields are the encoder's sizes and switches."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class PacketEncoder(nn.Module):
    """Context fields and masked bytes in, vectors of unit norm out; abstract."""

    Config: ClassVar[type[Any]]
    """The dataclass that the constructor takes."""
    config: Any

    def fit(self, fields: NDArray[np.float32], bytes: NDArray[np.uint8]) -> None:  # noqa: A002 - the name of the input
        """Set whatever is measured rather than learned (means, spreads) from training rows; nothing by default.

        :param fields: (N, F) natural units.
        :param bytes: (N, L).
        """
        return

    @abstractmethod
    def forward(self, fields: Tensor, bytes: Tensor) -> Tensor:  # noqa: A002
        """The vectors of N packets.

        :param fields: (N, F) float32, context fields in natural units.
        :param bytes: (N, L) uint8, from ``packets.masked_bytes``.
        :return: (N, D) float32, unit norm.
        """
