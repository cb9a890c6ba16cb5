"""Differences and lists in words."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["joined", "points_words", "signed"]


def signed(points: float, digits: int = 1, thousands: str = "") -> str:
    """A difference with its sign; what is shown as zero has none."""
    text = f"{points:+{thousands}.{digits}f}"
    return text if text.strip("+-0.") else text[1:]


def points_words(share: float) -> str:
    """A share as points of a hundred: "1 point", "0.5 points"."""
    points = 100 * share
    return f"{points:g} point{'' if points == 1 else 's'}"


def joined(names: Sequence[str]) -> str:
    """Join names: `a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
