"""Sentences, names and numbers in the language of a document."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sim.messages import MYRIADS, Language, catalogue, said
from sim.report.document.content import Figure
from sim.words import signed

LIMITS = {"ci_low": ">", "ci_high": "<"}
"""Columns of multiples of demand that are limits of what was tried."""


class Messages:
    """What a document says, in its language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, key: str, **values: Any) -> str:
        """Give the message with its values; a message that is not there is an error."""
        return said(key, self.language, values)

    def known(self, key: str, other: str) -> str:
        """Give a message that may not be there, or else another text."""
        return self.say(key) if key in catalogue() else other

    def of(self, key: str, what: str, **values: Any) -> str:
        """Give the message for something particular, or else that for anything."""
        particular = f"{key}.{what}"
        return self.say(particular if particular in catalogue() else key, **values)

    def joined(self, names: Sequence[str]) -> str:
        """Join names as a sentence does."""
        if len(names) < 2:
            return "".join(names)
        comma, last = ("、", "和") if self.language == "zh" else (", ", " and ")
        return f"{comma.join(names[:-1])}{last}{names[-1]}"

    def sentences(self, parts: Sequence[str]) -> str:
        """Set sentences one after the other."""
        return ("" if self.language == "zh" else " ").join(parts)

    def figure(self, figure: Figure) -> str:
        """A number as far as its interval bears it, with the interval."""
        number, ends = self.parts(figure)
        if not ends:
            return number
        return f"{number}（{ends}）" if self.language == "zh" else f"{number} ({ends})"

    def size(self, figure: Figure) -> str:
        """A difference without its sign, where a verb says it."""
        low, high = sorted((abs(figure.low), abs(figure.high)))
        return self.figure(replace(figure, value=abs(figure.value), low=low, high=high)).replace(
            "+", ""
        )

    def parts(self, figure: Figure) -> tuple[str, str]:
        """The number, and its interval, which is empty where there is none."""
        scale = _scale(figure, self.language)
        digits = _digits(figure, scale)
        unit = " %" if figure.unit == "share" and not figure.is_change else ""
        unit = "%" if unit and self.language == "zh" else "万" if scale == 1e-4 else unit
        limit = LIMITS.get(figure.source.column, "") if figure.unit == "times" else ""
        number = f"{limit}{self._number(figure.value, figure, scale, digits)}{unit}"
        if not figure.half_width:
            return number, ""
        ends = [self._number(end, figure, scale, digits) for end in (figure.low, figure.high)]
        between = "至" if self.language == "zh" else " to "
        return number, between.join(ends) + "万" * (scale == 1e-4)

    def _number(self, value: float, figure: Figure, scale: float, digits: int) -> str:
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


def _scale(figure: Figure, language: Language) -> float:
    """By what a number is multiplied to be shown."""
    if figure.unit in ("share", "points"):
        return 100.0
    return 1e-4 if language == "zh" and abs(figure.value) >= MYRIADS else 1.0


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
