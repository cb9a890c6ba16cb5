"""Words that every layer uses."""

from __future__ import annotations

from collections.abc import Sequence

NOT_REACHED = "The precision asked for was not reached within the cap on replications."


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


def small(label: str) -> str:
    """A label within a sentence: it begins with a capital by itself."""
    return label[:1].lower() + label[1:]
