"""Words that every layer uses."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """`1 move`, `1,200 moves`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def joined(names: Sequence[str]) -> str:
    """Join names: `a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def signed(points: float, digits: int = 1, thousands: str = "") -> str:
    """A difference with its sign; what is shown as zero has none."""
    text = f"{points:+{thousands}.{digits}f}"
    return text if text.strip("+-0.") else text[1:]


def capital(words: str) -> str:
    """Words as they begin a sentence."""
    return words[:1].upper() + words[1:]


def padded(words: str, width: int) -> str:
    """Words and so many spaces that they take `width` columns of a terminal; Chinese takes two."""
    return words + " " * max(0, width - columns_of(words))


def columns_of(words: str) -> int:
    """Columns of a terminal that words take."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in words)
    return len(words) + wide


def small(label: str) -> str:
    """A label within a sentence: it begins with a capital by itself."""
    return label[:1].lower() + label[1:]
