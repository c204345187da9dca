"""Recipes: TOML on disk, frozen dataclasses inside. A misspelt key is an error, never a default."""

from __future__ import annotations

import dataclasses
import json
import tomllib
import types
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from packetclip.errors import RecipeError

T = TypeVar("T")


def read_recipe(path: Path | str, kind: type[T]) -> T:
    """The recipe in a TOML file as a ``kind``, a frozen dataclass. Raises RecipeError with the key's full name."""
    path = Path(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"The recipe {path} cannot be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"The recipe {path} is not TOML: {error}.") from error
    try:
        return from_table(kind, table)
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from error


def output_of(recipe: Path) -> Path:
    """Where what comes of a recipe goes unless the user says otherwise: ``runs/lab`` for ``recipes/lab.toml``."""
    return Path("runs") / recipe.stem


def from_table(kind: type[T], table: dict[str, Any], where: str = "") -> T:
    """A dataclass from a table of plain values; what the table leaves out keeps its default. Raises RecipeError.

    Understood: int, float (also written without a point), str, bool, tables for dataclasses, arrays for tuples of any
    of these, strings of a ``Literal``, ``dict[str, Any]`` for a table that someone else reads, and ``X | None``.
    """
    hints = get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in fields:
            close = get_close_matches(key, fields, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise RecipeError(f"there is no {_name(where, key)}.{hint} Known: {', '.join(fields)}.")
    for name, field in fields.items():
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required and name not in table:
            raise RecipeError(f"{_name(where, name)} is missing; it has no default.")
    return kind(**{key: _value(hints[key], value, _name(where, key)) for key, value in table.items()})


def to_toml(recipe: Any, where: str = "") -> str:
    """A dataclass as TOML that :func:`from_table` reads back to an equal one."""
    lines: list[str] = []
    tables: list[str] = []
    values = (
        recipe if isinstance(recipe, dict) else {f.name: getattr(recipe, f.name) for f in dataclasses.fields(recipe)}
    )
    for name, value in values.items():
        full = _name(where, name)
        if dataclasses.is_dataclass(value) or isinstance(value, dict):
            tables.append(f"\n[{full}]\n{to_toml(value, full)}")
        elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
            tables.extend(f"\n[[{full}]]\n{to_toml(item, full)}" for item in value)
        elif value is not None:
            lines.append(f"{name} = {_plain(value)}\n")
    return "".join([*lines, *tables])


def _plain(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)  # TOML's strings, integers and booleans are JSON's


def _value(hint: Any, value: Any, where: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [part for part in get_args(hint) if part is not type(None)]
        return _value(inner[0], value, where)
    if origin is Literal:
        if value not in get_args(hint):
            raise RecipeError(f"{where} is {value!r}; known: {', '.join(map(str, get_args(hint)))}.")
        return value
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise RecipeError(f"{where} must be a table; it is {value!r}.")
        return from_table(hint, value, where)  # type: ignore[arg-type]
    if origin is tuple:
        if not isinstance(value, list):
            raise RecipeError(f"{where} must be an array; it is {value!r}.")
        return tuple(_value(get_args(hint)[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is dict or hint is dict:
        if not isinstance(value, dict):
            raise RecipeError(f"{where} must be a table; it is {value!r}.")
        return value
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:  # a bool is no int here
        raise RecipeError(f"{where} must be {_KINDS.get(hint, hint)}; it is {value!r}.")
    return value


_KINDS = {int: "a whole number", float: "a number", str: "a string", bool: "true or false"}


def _name(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
