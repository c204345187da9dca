"""What the cells of published tables hold; a ValueError is the part of a sentence that says what is wrong."""

from __future__ import annotations

from functools import lru_cache

from packetclip.wire.packets.addresses import parse_address

__all__ = ["address_in", "number_in"]


@lru_cache(maxsize=1 << 16)
def address_in(text: str) -> tuple[int, int]:
    """Halves of an address. Raises ValueError.

    >>> address_in("::1")
    (0, 1)
    """
    try:
        return parse_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is no IP address") from None


def number_in(text: str, what: str, least: int, most: int) -> int:
    """A whole number; 0 where there is nothing. Raises ValueError.

    pandas writes whole columns with a point where one cell was empty:

    >>> number_in("80.0", "port", 0, 65535)
    80
    """
    try:
        number = int(float(text or 0))
    except (ValueError, OverflowError):
        raise ValueError(f"the {what} {text!r} is no number") from None
    if not least <= number <= most:
        raise ValueError(f"the {what} {text} is not from {least} to {most}")
    return number
