"""Tables and values in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["NOTICE", "Cells", "code", "flow", "table"]

NOTICE = "<!-- Written by docs/generate.py (`make docs`); do not edit by hand. -->"
Cells = tuple[str, ...]


def table(head: Cells, rows: Sequence[Cells]) -> str:
    """Markdown table; pipes in cells are escaped."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def code(text: str) -> str:
    """Text as code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def flow(value: Any) -> str:
    """Write a value as YAML would in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
