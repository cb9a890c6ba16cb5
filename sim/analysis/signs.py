"""Differences in words."""

from __future__ import annotations

__all__ = ["signed"]


def signed(points: float, digits: int = 1) -> str:
    """A difference with its sign; what is shown as zero has none."""
    text = f"{points:+.{digits}f}"
    return text[1:] if float(text) == 0 else text
