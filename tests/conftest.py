"""What every test may ask for."""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# The machine that runs the tests may be slow and shared: a slow example is no failure, and every run tries the same.
settings.register_profile(
    "packetclip", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("packetclip")

# Nothing in a test asks the internet for a model.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@pytest.fixture(autouse=True)
def _seeded() -> None:
    random.seed(20250)
    np.random.seed(20250)  # noqa: NPY002 - libraries below us still draw from it


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of captures that lies beside the repository where it was developed."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here: this test needs captures that are not part of the repository")
    return folder


@pytest.fixture(scope="session")
def example() -> Path:
    """The capture that ships with the repository."""
    path = ROOT / "example" / "office.pcap.zst"
    if not path.is_file():
        pytest.skip(f"{path} is not here yet")
    return path


@pytest.fixture(scope="session")
def default_model() -> Path:
    """The model that ships with the package."""
    folder = ROOT / "src" / "packetclip" / "model" / "default"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here yet: make model builds it")
    return folder
