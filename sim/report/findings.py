"""Who or what leads, in a sentence: the same for pictures, documents and terminals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.messages import joined, known, say
from sim.report.document.content import Figure, Source
from sim.report.numbers import figure_words, number_parts
from sim.report.words import leaders, once

NOWHERE = Source("", (), "")


@dataclass(frozen=True, slots=True)
class Lead:
    """A sentence on who or what leads.

    Attributes
    ----------
    levels
        The leader and all whom intervals cannot tell from it, best first.
    figures
        Their figures, in the same order.
    """

    text: str
    levels: tuple[str, ...]
    figures: tuple[Figure, ...]


def lead(
    key: str,
    figures: Mapping[str, Figure],
    name: Callable[[str], str],
    *,
    largest: bool = True,
    most: int | None = None,
    **values: Any,
) -> Lead:
    """Say which level leads, as far as the intervals tell.

    The message is `key` where one level leads, `key.tied` where several lead the others together,
    `key.once` where there are no intervals (without that message: `key`, with an addition that it
    is one replication), `key.none` where nothing stands out, `key.zero` (without that message:
    `key.none`) where all are 0. Each may hold {name} or {names}, {figure} with its interval and
    {share} without.

    Parameters
    ----------
    name
        Name of a level.
    largest
        Whether the largest leads, or the smallest.
    most
        More levels than that are not told: nothing stands out then.
    values
        What else the messages hold.
    """
    found = leaders(ranked(figures), largest)
    told = tuple(figures[level] for level in found.levels)
    names = [name(level) for level in found.levels]
    values |= {"name": "".join(names[:1]), "names": joined(names)}
    if told:
        values |= {"figure": figure_words(told[0]), "share": number_parts(told[0])[0]}
    if not any(figure.value for figure in figures.values()):
        text = known(f"{key}.zero", "", **values) or say(f"{key}.none", **values)
    elif len(figures) > 1 and len(told) == 1 and not found.certain:
        text = known(f"{key}.once", "", **values) or say(key, **values) + once(1)
    elif not found.certain or len(told) > (most or len(told)):
        text = say(f"{key}.none", **values)
    else:
        text = say(key if len(told) == 1 else f"{key}.tied", **values)
    return Lead(text, found.levels, told)


def ranked(figures: Mapping[str, Figure]) -> pd.DataFrame:
    """Figures as rows for `sim.report.words.leaders`: level, mean, low, high."""
    rows = [(level, f.value, f.low, f.high) for level, f in figures.items()]
    return pd.DataFrame(rows, columns=["level", "mean", "low", "high"])


def figures_of(rows: pd.DataFrame, unit: str = "share") -> dict[str, Figure]:
    """Figures of rows with level, mean, low and high; those without a mean are left out."""
    columns = (rows[name].tolist() for name in ("level", "mean", "low", "high"))
    return {
        str(level): Figure(mean, unit, NOWHERE, low, high)
        for level, mean, low, high in zip(*columns, strict=True)
        if mean == mean
    }
