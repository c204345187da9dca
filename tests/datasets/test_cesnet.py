"""CESNET's package, played by a stand-in of the same interface (cesnet-datazoo 0.2.0)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
import pytest

from packetclip.datasets import Cesnet
from packetclip.errors import MissingCapture, MissingExtra, RecipeError


@dataclass
class DatasetConfig:
    dataset: Any
    train_period_name: str
    need_val_set: bool
    need_test_set: bool
    train_size: Any
    train_workers: int
    min_train_samples_per_app: int
    disable_label_encoding: bool


class CESNET_QUIC22:  # noqa: N801 - as the package names it
    database_filename = "CESNET-QUIC22.h5"
    time_periods: ClassVar = {"W-2022-44": ["20221031"]}

    def __init__(self, data_root: str, size: str = "S", database_checks_at_init: bool = False, silent: bool = False):
        self.folder = Path(data_root) / size
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"CESNET-QUIC22-{size}.h5").touch()  # it downloads where it does not find
        self.config: DatasetConfig | None = None

    def set_dataset_config_and_initialize(self, config: DatasetConfig) -> None:
        self.config = config

    def get_train_df(self, flatten_ppi: bool = False) -> Any:
        assert self.config is not None and not flatten_ppi and self.config.disable_label_encoding
        pandas = pytest.importorskip("pandas")
        n = 3 if self.config.train_size == "all" else self.config.train_size
        packets = [np.arange(90, dtype=np.float64).reshape(3, 30)] * n
        return pandas.DataFrame({"PPI": packets, "BYTES": [5.0] * n, "DURATION": [0.5] * n, "APP": ["youtube"] * n})


@pytest.fixture
def datazoo(monkeypatch: pytest.MonkeyPatch) -> None:
    package, datasets, config = (ModuleType(f"cesnet_datazoo{end}") for end in ("", ".datasets", ".config"))
    datasets.CESNET_QUIC22 = CESNET_QUIC22  # type: ignore[attr-defined]
    config.DatasetConfig = DatasetConfig  # type: ignore[attr-defined]
    for module in (package, datasets, config):
        monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.usefixtures("datazoo")
def test_flows_of_a_period(tmp_path: Path) -> None:
    cesnet = Cesnet(tmp_path, "CESNET_QUIC22")
    with pytest.raises(MissingCapture, match=r"CESNET-QUIC22-XS\.h5 does not exist\. Fetch it first"):
        cesnet.flows("W-2022-44")
    cesnet.fetch()
    flows = cesnet.flows("W-2022-44")
    assert (flows.packets.shape, flows.packets.dtype) == ((3, 3, 30), np.float32)
    assert (flows.names, flows.statistics.tolist()) == (("BYTES", "DURATION"), [[5.0, 0.5]] * 3)
    assert flows.services == ("youtube",) * 3
    assert len(cesnet.flows("W-2022-44", most=2)) == 2
    with pytest.raises(RecipeError, match=r"no period 'W-1'\. Known: W-2022-44"):
        cesnet.flows("W-1")


def test_without_the_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cesnet_datazoo", None)
    monkeypatch.setitem(sys.modules, "cesnet_datazoo.datasets", None)
    with pytest.raises(MissingExtra, match=r"packetclip\[cesnet\]"):
        Cesnet(tmp_path, "CESNET_TLS22").fetch()
    with pytest.raises(RecipeError, match="CESNET has no set 'TLS22'"):
        Cesnet(tmp_path, "TLS22").fetch()
