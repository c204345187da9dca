"""CESNET's data sets of TLS and QUIC services, as statistics of flows, through their own package.

| | |
|---|---|
| source | CESNET, backbone lines of the Czech academic network; github.com/CESNET/cesnet-datazoo |
| sets | CESNET_TLS22, CESNET_QUIC22, CESNET_TLS_Year22, CESNET_QUICEXT_25 |
| counts | flows: 141,392,195; 153,226,273; 507,739,073; 194,296,462 |
| classes | services (applications): 191; 102; 180; 50 |
| sizes | XS 10, S 25, M 50, L 100 million flows, and ORIG: all |
| licence | the package's is BSD-3-Clause; that of each set is at its Zenodo record, which the package names |
| obtain | `pip install 'packetclip[cesnet]'`, then `Cesnet(folder, name).fetch()` |
| form | a flow a row: its first 30 packets (size, time between, direction) and statistics; no packets, no payload |

The package is heavy (torch, PyTables) and is imported when a set is opened, never before. It downloads when it is
opened; here only :meth:`Cesnet.fetch` does, and :meth:`Cesnet.flows` refuses what is not there.

Known faults: addresses are anonymised and hardly in the rows, so that a split by host cannot be had: split by weeks.
Most sets were sampled by application, so that shares say nothing about the network; CESNET_QUICEXT_25 was not.
Written against cesnet-datazoo 0.2.0, and tested with a stand-in of the same interface, not with the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from packetclip.errors import MissingCapture, MissingExtra, RecipeError

__all__ = ["CESNET_SETS", "Cesnet", "CesnetFlows"]

CESNET_SETS: Final = ("CESNET_TLS22", "CESNET_QUIC22", "CESNET_TLS_Year22", "CESNET_QUICEXT_25")
_PACKETS: Final = "PPI"
_SERVICE: Final = "APP"


@dataclass(frozen=True, slots=True, eq=False)
class CesnetFlows:
    """N flows of one period."""

    packets: NDArray[np.float32]
    """(N, 3, 30) of the first packets with payload: milliseconds since the one before, direction (1 to the server,
    -1 from it), bytes of payload; zero beyond the last."""
    statistics: NDArray[np.float32]
    """(N, S) statistics of whole flows, unscaled."""
    names: tuple[str, ...]
    """Of the S statistics, as CESNET names them."""
    services: tuple[str, ...]
    """(N,) the service of each flow."""

    def __len__(self) -> int:
        return len(self.packets)


@dataclass(frozen=True, slots=True)
class Cesnet:
    """One of :data:`CESNET_SETS` in a folder of its own."""

    folder: Path
    name: str
    size: Literal["XS", "S", "M", "L", "ORIG"] = "XS"

    def fetch(self) -> None:
        """Download the set into the folder, unless it is there. Raises MissingExtra, RecipeError."""
        self._open()

    def flows(self, period: str, most: int | None = None) -> CesnetFlows:
        """The flows of a period, such as the week ``W-2022-44``; ``most`` of them at random, by a fixed seed.

        Raises MissingExtra without the package, MissingCapture without the data, RecipeError for an unknown period.
        """
        kind = self._kind()
        stem = Path(kind.database_filename).stem + ("" if self.size == "ORIG" else f"-{self.size}")
        database = self.folder / self.size / f"{stem}.h5"
        if not database.is_file():
            raise MissingCapture(f"{database} does not exist. Fetch it first: Cesnet(...).fetch().")
        opened = self._open()
        if period not in opened.time_periods:
            raise RecipeError(f"{self.name} has no period {period!r}. Known: {', '.join(opened.time_periods)}.")
        config = import_module("cesnet_datazoo.config")
        opened.set_dataset_config_and_initialize(
            config.DatasetConfig(
                dataset=opened,
                train_period_name=period,
                need_val_set=False,
                need_test_set=False,
                train_size="all" if most is None else most,
                train_workers=0,
                min_train_samples_per_app=0,
                disable_label_encoding=True,
            )
        )
        table = opened.get_train_df(flatten_ppi=False)
        names = tuple(name for name in table.columns if name not in (_PACKETS, _SERVICE))
        return CesnetFlows(
            np.stack([np.asarray(packets, np.float32) for packets in table[_PACKETS]]),
            table[list(names)].to_numpy(np.float32),
            names,
            tuple(map(str, table[_SERVICE])),
        )

    def _kind(self) -> Any:
        if self.name not in CESNET_SETS:
            raise RecipeError(f"CESNET has no set {self.name!r}. Known: {', '.join(CESNET_SETS)}.")
        try:
            return getattr(import_module("cesnet_datazoo.datasets"), self.name)
        except ImportError:
            raise MissingExtra(f"Cesnet {self.name}", "cesnet") from None

    def _open(self) -> Any:
        return self._kind()(str(self.folder), size=self.size, silent=True)
