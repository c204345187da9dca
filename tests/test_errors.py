from __future__ import annotations

import inspect

import pytest

from packetclip import errors
from packetclip.errors import MissingExtra, PacketclipError, UsageError

CLASSES = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, Exception)]


def test_every_class_is_exported_and_descends_from_the_root() -> None:
    assert sorted(cls.__name__ for cls in CLASSES) == errors.__all__
    assert all(issubclass(cls, PacketclipError) for cls in CLASSES)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    parents: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        name = line.lstrip(" │├└─").split(" ")[0]
        if name not in errors.__all__:
            continue
        depth = (len(line) - len(line.lstrip(" │├└─"))) // 4 - 1
        parents[depth:] = [name]
        drawn[name] = parents[depth - 1] if depth else "Exception"
    assert drawn == {cls.__name__: cls.__bases__[0].__name__ for cls in CLASSES}


@pytest.mark.parametrize("cls", CLASSES)
def test_only_wrong_usage_leaves_with_two(cls: type[PacketclipError]) -> None:
    assert cls.exit_code == (2 if issubclass(cls, UsageError) else 1)


def test_a_missing_extra_names_the_line_that_installs_it() -> None:
    assert "pip install 'packetclip[train]'" in str(MissingExtra("fit", "train"))
