"""Formats of flow records: CSV, Zeek's conn.log and Parquet, each written as flows end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import MissingExtra
from packetclip.wire.export.columns import COLUMNS, Columns

Writer = Callable[[IO[bytes], Iterable[Columns]], None]
ROWS: Final = 1 << 16
"""Flows of a Parquet row group."""


def write_csv(file: IO[bytes], batches: Iterable[Columns]) -> None:
    """RFC 4180 with ``\\n``; times are Unix seconds with nine decimals, what is unset is empty."""
    # Not before the first flows: a source that cannot be read should leave nothing.
    header = ",".join(column.name for column in COLUMNS) + "\n"
    for batch in batches:
        texts = [_texts(batch[column.name], column.name, 9) for column in COLUMNS]
        # The only text that may hold a comma is a list of services.
        texts[_SERVICE] = [f'"{text}"' if "," in text else text for text in texts[_SERVICE]]
        file.write((header + "".join(",".join(row) + "\n" for row in zip(*texts, strict=True))).encode())
        header = ""
    file.write(header.encode())


def write_zeek(file: IO[bytes], batches: Iterable[Columns]) -> None:
    """conn.log as Zeek's ASCII writer has it (TSV with header lines); ``#open`` and ``#close`` are times of packets."""
    first = last = np.datetime64(0, "ns")
    begun = False
    for batch in batches:
        if not begun:
            begun, first = True, np.asarray(batch["ts"]).min()
            file.write(_zeek_header(first))
        last = max(last, np.asarray(batch["last"]).max())
        texts = [[text or "-" for text in _texts(batch[column.name], column.name, 6)] for column in COLUMNS]
        file.write("".join("\t".join(row) + "\n" for row in zip(*texts, strict=True)).encode())
    if not begun:
        file.write(_zeek_header(first))
    file.write(f"#close\t{_stamp(last)}\n".encode())


def write_parquet(file: IO[bytes], batches: Iterable[Columns]) -> None:
    """Parquet, a row group for every :data:`ROWS` flows; what is unset is null. Raises MissingExtra without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("flows --format parquet", "tables") from error
    schema = pa.schema([(column.name, _arrow_type(pa, column.name, column.type)) for column in COLUMNS])
    with pq.ParquetWriter(file, schema) as writer:
        waiting: list[Any] = []
        rows = 0
        for batch in batches:
            table = pa.table([_arrow_column(pa, batch[name], schema.field(name).type) for name in schema.names], schema)
            waiting.append(table)
            rows += len(table)
            if rows >= ROWS:
                writer.write_table(pa.concat_tables(waiting), row_group_size=ROWS)
                waiting, rows = [], 0
        if waiting:
            writer.write_table(pa.concat_tables(waiting), row_group_size=ROWS)


FORMATS: Final[dict[str, Writer]] = {"csv": write_csv, "parquet": write_parquet, "zeek": write_zeek}
"""Name of a format -> what writes batches of columns to a file."""

_SERVICE: Final = [column.name for column in COLUMNS].index("service")


def _texts(values: NDArray[Any] | list[str], name: str, decimals: int) -> list[str]:
    """A column as text; "" where it is unset."""
    if isinstance(values, list):
        return values
    if values.dtype.kind == "M":
        scale = 10 ** (9 - decimals)
        whole = (values.astype(np.int64) // scale).tolist()
        unset = np.isnat(values).tolist()
        unit = 10**decimals
        return [
            "" if nothing else f"{time // unit}.{time % unit:0{decimals}}"
            for time, nothing in zip(whole, unset, strict=True)
        ]
    if values.dtype.kind == "b":
        return ["T" if value else "F" for value in values.tolist()]
    if values.dtype.kind == "f":
        return [f"{value:.{decimals}f}" for value in values.tolist()]
    if name == "vlan":
        return ["" if value < 0 else str(value) for value in values.tolist()]
    return list(map(str, values.tolist()))


def _zeek_header(first: np.datetime64) -> bytes:
    lines = (
        "#separator \\x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        "#path\tconn",
        f"#open\t{_stamp(first)}",
        "\t".join(("#fields", *(column.name for column in COLUMNS))),
        "\t".join(("#types", *(column.type for column in COLUMNS))),
    )
    return "".join(line + "\n" for line in lines).encode()


def _stamp(time: np.datetime64) -> str:
    return str(time.astype("datetime64[s]")).translate(str.maketrans("T:", "--"))


def _arrow_type(pa: Any, name: str, kind: str) -> Any:
    if kind == "time":
        return pa.timestamp("ns", tz="UTC")
    if kind in ("interval", "double"):
        return pa.float64()
    if kind == "bool":
        return pa.bool_()
    if kind in ("count", "int", "port"):
        return pa.int32() if kind != "count" else pa.int64()
    return pa.string()


def _arrow_column(pa: Any, values: NDArray[Any] | list[str], kind: Any) -> Any:
    if isinstance(values, list):
        return pa.array([text or None for text in values], kind)
    unset = None
    if values.dtype.kind == "i" and values.dtype.itemsize == 4:
        unset = values < 0
    return pa.array(np.ascontiguousarray(values), mask=unset).cast(kind)
