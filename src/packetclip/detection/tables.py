"""Results as columns, which become pandas or Arrow tables where those are installed, and CSV or JSON lines anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from packetclip.errors import MissingExtra

Column = NDArray[Any] | list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Named columns of equal length; ``docs/formats.md`` says what they mean."""

    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows, as dictionaries of plain Python values."""
        lists = [column if isinstance(column, list) else column.tolist() for column in self.columns.values()]
        for row in zip(*lists, strict=True):
            yield dict(zip(self.columns, row, strict=True))

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame``. Raises MissingExtra when pandas is not installed."""
        return _module("pandas", "to_pandas").DataFrame({name: _flat(column) for name, column in self.columns.items()})

    def to_arrow(self) -> Any:
        """A ``pyarrow.Table``. Raises MissingExtra when pyarrow is not installed."""
        return _module("pyarrow", "to_arrow").table({name: _flat(column) for name, column in self.columns.items()})

    def to_csv(self, header: bool = True) -> bytes:
        """RFC 4180 with ``\\n``: numbers with six decimals, nothing quoted that need not be."""
        parts: list[list[str]] = []
        for alike, group in groupby(self.columns.values(), _is_share):
            columns = list(group)
            parts += [_shares(columns)] if alike else map(_texts, columns)
        lines = [",".join(self.columns)] if header else []
        lines.extend(map(",".join, zip(*parts, strict=True)))
        return ("\n".join(lines) + "\n").encode() if lines else b""

    def to_jsonl(self) -> bytes:
        """One JSON object a row."""
        return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in self.rounded())

    def rounded(self) -> Table:
        """The same with probabilities and cosines rounded to six decimals, as text formats show them."""
        return Table({name: _rounded(name, column) for name, column in self.columns.items()})


def seconds(time_ns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Unix seconds; float64 resolves about a quarter of a microsecond today."""
    return time_ns.astype(np.float64) / 1e9


def _texts(column: Column) -> list[str]:
    if isinstance(column, list):
        return [_quoted(text) for text in column]
    if column.dtype.kind == "f":
        return [f"{value:.6f}" for value in column.tolist()]
    return list(map(str, column.tolist()))


def _is_share(column: Column) -> bool:
    """Whether all of a column are float32 shares, as probabilities are."""
    return not isinstance(column, list) and column.dtype == np.float32 and bool(((column >= 0) & (column <= 1)).all())


_THOUSAND = np.frombuffer("".join(f"{n:03}" for n in range(1000)).encode(), np.uint8).reshape(1000, 3)


def _shares(columns: Sequence[Column]) -> list[str]:
    """Rows of shares with six decimals, commas between: written as bytes, since a million ``format`` calls are slow."""
    scaled = np.rint(np.stack([np.asarray(c) for c in columns], axis=1).astype(np.float64) * 1e6).astype(
        np.int32
    )  # (N, K)
    text = np.full((*scaled.shape, 9), ord(","), np.uint8)
    text[:, :, 0] = scaled // 1_000_000 + ord("0")
    text[:, :, 1] = ord(".")
    text[:, :, 2:5] = _THOUSAND[scaled // 1000 % 1000]
    text[:, :, 5:8] = _THOUSAND[scaled % 1000]
    width = 9 * len(columns)
    whole: str = text.tobytes().decode("ascii")
    return [whole[at : at + width - 1] for at in range(0, len(whole), width)]


def _quoted(text: str) -> str:
    if any(sign in text for sign in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _rounded(name: str, column: Column) -> Column:
    if isinstance(column, list) or column.dtype != np.float32:
        return column
    return np.asarray(np.round(column.astype(np.float64), 6))


def _flat(column: Column) -> Any:
    return list(column) if not isinstance(column, list) and column.ndim > 1 else column


def _module(name: str, what: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtra(what, "tables") from error
