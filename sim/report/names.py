"""File names out of names of things."""

from __future__ import annotations

import re

__all__ = ["slug"]


def slug(name: str) -> str:
    """Part of a file name that every system takes; letters of any script stay."""
    return re.sub(r"[^\w]+", "-", name, flags=re.UNICODE).strip("-").lower() or "none"
