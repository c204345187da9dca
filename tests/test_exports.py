"""Every room's face: two paragraphs or more, and a sorted, complete, importable ``__all__``."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "packetclip"
GROUPS = {"wire", "language"}  # hold rooms, and are none
ROOMS = sorted(
    ".".join(("packetclip", *path.parent.relative_to(PACKAGE).parts))
    for path in PACKAGE.rglob("__init__.py")
    if path.parent.relative_to(PACKAGE).as_posix() not in GROUPS
)


def _constants_then_classes_then_the_rest(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _imported(name: str) -> object:
    if name.startswith(("packetclip.learning", "packetclip.benchmark")) and find_spec("torch") is None:
        pytest.skip("torch is not installed: pip install 'packetclip[train]'")
    return import_module(name)


@pytest.mark.parametrize("name", ROOMS)
def test_all_is_sorted_and_importable(name: str) -> None:
    room = _imported(name)
    names = room.__all__  # type: ignore[attr-defined]
    assert list(names) == sorted(names, key=_constants_then_classes_then_the_rest)
    assert len(set(names)) == len(names)
    for exported in names:
        assert hasattr(room, exported), f"{name}.__all__ names {exported}, which is not there"


@pytest.mark.parametrize("name", ROOMS)
def test_docstring_says_what_it_is_and_what_it_is_not(name: str) -> None:
    doc = (_imported(name).__doc__ or "").strip()
    assert len([part for part in doc.split("\n\n") if part.strip()]) >= 2


def test_the_public_face() -> None:
    import packetclip

    assert packetclip.__all__ == ["Follow", "Ledger", "Live", "Model", "Story", "__version__", "errors", "load"]
    for name in packetclip.__all__:
        assert getattr(packetclip, name) is not None
    assert set(packetclip.__all__) <= set(dir(packetclip))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        packetclip.nothing  # noqa: B018


def test_the_version_is_the_distributions(root: Path) -> None:
    import tomllib

    import packetclip

    assert tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"] == packetclip.__version__
