"""What does the model get right and wrong: one row an aspect, the worst on top."""

from __future__ import annotations

import re

import pandas as pd

from sim.messages import known, say
from sim.report import theme
from sim.report.charts.check.results import CheckResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.report.words import DAYS
from sim.words import capital

FARTHEST = re.compile(r"(?:(?P<level>.*): )?(?P<seen>\S+) logged, (?P<made>\S+) simulated")
"""What a verdict says of the level that is farthest off."""
NUMBERED = re.compile(r"(within|up to) ([\d,.]+) (\w+)")
"""A lead time or a length."""


@picture("check_verdicts", of=CheckResults)
def verdicts(results: CheckResults) -> Drawing:
    """How far each aspect is off, in multiples of what chance explains."""
    table = results.found.verdicts
    judged = table[table["right"] != ""]
    wrong = judged[judged["right"] == "no"]
    right = len(judged) - len(wrong)
    if wrong.empty:
        title = say("check.matches", n=right)
    else:
        name = aspect_name(str(wrong["aspect"].iloc[0]))
        title = say("check.differs", name=name, n=right, of=len(judged))
    finding = Finding(
        name="check_verdicts",
        title=title,
        subtitle=say("check.gap"),
        table=table,
        note=say("check.chance", n=results.found.n + 1),
    )
    return finding, lambda page: _plot(page, judged, results)


def aspect_name(aspect: str) -> str:
    """What an aspect is called in a sentence."""
    return say(f"aspect.{aspect}")


def level_name(results: CheckResults, level: str) -> str:
    """What a level of an aspect is called: an hour, a kind, a number of days."""
    if level[:3] in DAYS and level[3:4] == "-":
        return say("check.hour", day=say(f"day.{level[:3]}"), hour=int(level[4:]))
    if numbered := NUMBERED.fullmatch(level):
        return say(f"check.{numbered[1]}.{numbered[3]}", n=numbered[2])
    labels = results.context
    dimension = "tier" if level in labels.tier_labels else "kind"
    return known(f"check-level.{level}", labels.label(dimension, level))


def _farthest(results: CheckResults, words: str) -> tuple[str, str]:
    """Name of the level that is farthest off, and what stands behind it."""
    said = words.split(";")[0]
    found = FARTHEST.fullmatch(said)
    if found is None:
        return "", known(f"verdict.{said}", said)
    name = level_name(results, found["level"]) if found["level"] else ""
    return name, say(
        "check.named" if name else "check.unnamed", seen=found["seen"], made=found["made"]
    )


def _plot(page: Page, table: pd.DataFrame, results: CheckResults) -> None:
    names, words, foot = 3.0, 5.2, 0.75
    height = min((page.height - foot - 0.1) / len(table), 0.55)
    bottom = page.height - height * len(table) - 0.1
    width = page.width - names - words
    ax = page.axes(names, bottom, width, height * len(table))
    largest = max(2.0, float(table["score"].max()) * 1.1)
    ax.set(ylim=(0, len(table)), yticks=[], xlim=(0, largest))
    ax.tick_params(length=0)
    ax.grid(axis="x")
    ax.axvline(1, color=theme.INK, linewidth=1.2)
    for number, row in enumerate(table.itertuples()):
        at = len(table) - number - 0.5
        colour = theme.PALETTE[0] if row.right == "yes" else theme.HIGHLIGHT
        score = float(str(row.score))
        ax.plot([0.0, score], [at, at], color=colour, linewidth=2)
        ax.plot(score, at, "o", color=colour, markersize=8)
        y = bottom + at * height
        page.text(0, y, capital(aspect_name(str(row.aspect))), theme.SMALL, va="center_baseline")
        name, figures = _farthest(results, str(row.words))
        room = words - 0.25 - page.width_of(figures, theme.SMALL)
        said = page.fitted(name, theme.SMALL, room, middle=True) + figures
        page.text(names + width + 0.2, y, said, theme.SMALL, va="center_baseline")
    page.text(names, bottom - 0.6, say("check.left"), theme.SMALL)
