"""Numbers as text: as many digits as the interval bears, in the language that is spoken."""

from __future__ import annotations

import math
from dataclasses import replace

from sim.messages import MYRIADS, chinese
from sim.report.document.content import Figure, Source
from sim.words import signed

LIMITS = {"ci_low": ">", "ci_high": "<"}
"""Columns of multiples of demand that are limits of what was tried."""


def figure_words(figure: Figure) -> str:
    """A number as far as its interval bears it, with the interval."""
    number, ends = number_parts(figure)
    if not ends:
        return number
    return f"{number}（{ends}）" if chinese() else f"{number} ({ends})"


def size_words(figure: Figure) -> str:
    """A difference without its sign, where a verb says it."""
    low, high = sorted((abs(figure.low), abs(figure.high)))
    size = replace(figure, value=abs(figure.value), low=low, high=high)
    return figure_words(size).replace("+", "")


def share_words(share: float, low: float = math.nan, high: float = math.nan) -> str:
    """A share in percent as far as its interval bears it, without the interval."""
    return number_parts(Figure(share, "share", Source("", (), ""), low, high))[0]


def number_parts(figure: Figure) -> tuple[str, str]:
    """The number, and its interval, which is empty where there is none."""
    scale = _scale(figure)
    digits = _digits(figure, scale)
    unit = " %" if figure.unit == "share" and not figure.is_change else ""
    unit = "%" if unit and chinese() else "万" if scale == 1e-4 else unit
    limit = LIMITS.get(figure.source.column, "") if figure.unit == "times" else ""
    number = f"{limit}{_number(figure.value, figure, scale, digits)}{unit}"
    if not figure.half_width:
        return number, ""
    ends = [_number(end, figure, scale, digits) for end in (figure.low, figure.high)]
    return number, ("至" if chinese() else " to ").join(ends) + "万" * (scale == 1e-4)


def _number(value: float, figure: Figure, scale: float, digits: int) -> str:
    if math.isnan(value):
        return "–"
    shown = round(value * scale, digits) + 0.0
    if figure.is_change:
        return signed(shown, max(digits, 0), ",").replace("-", "−")
    if figure.unit == "share" and 0 < value < 0.0005:
        return "<0.1"
    if figure.unit == "share" and not figure.half_width and 0.9995 <= value < 1:
        return ">99.9"
    return f"{shown:,.{max(digits, 0)}f}"


def _scale(figure: Figure) -> float:
    """By what a number is multiplied to be shown."""
    if figure.unit in ("share", "points"):
        return 100.0
    return 1e-4 if chinese() and abs(figure.value) >= MYRIADS else 1.0


def _digits(figure: Figure, scale: float) -> int:
    """Decimals that the interval bears: its half width has one digit; negative ones are zeros."""
    half = figure.half_width * scale
    if half:
        most = 1 if scale == 100.0 else 2 if figure.value < 10 or scale < 1 else 0
        borne = -math.floor(math.log10(half))
        if figure.value and not figure.is_change:  # one digit of a number itself is always told
            borne = max(borne, -math.floor(math.log10(abs(figure.value * scale))))
        return min(most, borne)
    if scale == 1e-4:
        return 2
    value = abs(figure.value * scale)
    if figure.unit == "index":
        return 2
    whole = figure.unit in ("count", "months") and figure.value == round(figure.value)
    return 0 if whole or value >= 10 or value == 0 else 1
