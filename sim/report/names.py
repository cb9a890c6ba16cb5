"""File names out of names of things."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["file_names", "slug"]

LONGEST = 50  # characters of three bytes, of the 255 that a file name may have


def slug(name: str) -> str:
    """Part of a file name that every system takes; letters of any script stay."""
    return re.sub(r"[^\w]+", "-", name, flags=re.UNICODE).strip("-").lower() or "none"


def file_names(names: Iterable[str]) -> dict[str, str]:
    """Part of a file name for each name, no two the same; clashes are numbered in order."""
    out: dict[str, str] = {}
    used: set[str] = set()
    for name in dict.fromkeys(names):
        part = slug(name)[:LONGEST]
        free, n = part, 1
        while free in used:
            n += 1
            free = f"{part}-{n}"
        used.add(free)
        out[name] = free
    return out
