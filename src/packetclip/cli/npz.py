"""A NumPy archive written from batches: memory does not grow with the capture."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy


def write_npz(file: IO[bytes], batches: Iterable[Mapping[str, Any]]) -> None:
    """Columns of consecutive batches, joined; the same file as ``numpy.savez`` writes. No batch gives an empty archive.

    A column's length stands before its values, and is known at the end only: values wait in temporary files.
    """
    with ExitStack() as stack:
        parts: dict[str, IO[bytes]] = {}
        kinds: dict[str, tuple[np.dtype[Any], tuple[int, ...]]] = {}
        rows = 0
        for columns in batches:
            arrays = {name: np.asarray(column) for name, column in columns.items()}
            for name, array in arrays.items():
                if name not in parts:
                    parts[name] = stack.enter_context(tempfile.TemporaryFile())
                    kinds[name] = (array.dtype, array.shape[1:])
                parts[name].write(np.ascontiguousarray(array).data)
            rows += len(next(iter(arrays.values()), ()))
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name, part in parts.items():
                dtype, inner = kinds[name]
                header = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": (rows, *inner)}
                part.seek(0)
                with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                    npy.write_array_header_1_0(entry, header)
                    shutil.copyfileobj(part, entry, 1 << 20)
