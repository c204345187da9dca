"""A digest of source code by what it means: figures of other code are not the same figures."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

__all__ = ["digest_of"]

PACKAGE: Final = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=256)
def digest_of(places: Sequence[str]) -> str:
    """Of files and folders of the package: programs without comments and documentation, and knowledge in TOML."""
    digest = hashlib.sha256()
    at = [PACKAGE / place for place in places]
    for path in sorted({path for place in at for path in (place, *place.rglob("*"))}):
        if path.suffix == ".py" and "oracle" not in path.as_posix():
            digest.update(_meaning(path.read_text(encoding="utf-8")).encode())
        elif path.suffix == ".toml":
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _meaning(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            texts = [line for line in body if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)]
            node.body = [line for line in body if line not in texts]  # type: ignore[attr-defined]
    return ast.dump(tree)
