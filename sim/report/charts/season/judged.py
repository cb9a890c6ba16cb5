"""What clubs gain and what residents lose: a row a timetable, against one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from sim.messages import say, sentences
from sim.report.answer import Column
from sim.report.charts.table import TableChart
from sim.report.context import ChartContext
from sim.report.drawing import Drawing, picture
from sim.report.fonts import FontChoice
from sim.report.page import Finding
from sim.studies.comparison_words import noun
from sim.words import signed

HOURS = "season_hours"
MOST = 16
"""Timetables drawn."""


@dataclass(frozen=True, eq=False)
class JudgedSeason:
    """Data of the chart.

    Parameters
    ----------
    table
        `judged.csv`.
    names
        Scenario -> what the timetable is called, the proposed one first, no clubs not among them.
    baseline, none
        Scenarios that the others are compared with.
    metric
        What is told of residents, a share: a primary metric.
    """

    charts: ClassVar[str] = "season"

    table: pd.DataFrame
    names: Mapping[str, str]
    baseline: str
    none: str
    metric: str
    context: ChartContext

    def drawable(self, font: FontChoice) -> JudgedSeason:
        """Give the same with names that can all be drawn, without what every timetable changes."""
        own = ("name=", "timetable.blocks=")
        kept = tuple(text for text in self.context.changed if not text.startswith(own))
        context = replace(self.context, changed=kept)
        levels = judged_points(self)[["group", "level"]]
        return replace(self, context=context.drawable(font, levels))


def judged_points(judged: JudgedSeason) -> pd.DataFrame:
    """Rows of `judged.csv` behind the chart: hours of clubs, and residents' metric, of all."""
    table = judged.table
    both = table["metric"].isin((HOURS, judged.metric)) & (table["group"] == "all")
    here = (table["baseline"] == judged.baseline) | (
        (table["baseline"] == judged.none) & (table["scenario"] == judged.baseline)
    )
    return table[both & here].reset_index(drop=True)


@picture("clubs-and-residents", of=JudgedSeason)
def judged_drawing(judged: JudgedSeason) -> Drawing:
    """A row a timetable: hours of clubs, and residents' metric in points, against one of them."""
    points = judged_points(judged)
    what = noun(judged.metric)
    base = judged.names[judged.baseline]
    frame = _frame(judged, points)
    finding = Finding(
        name="clubs-and-residents",
        title=_title(judged, points),
        subtitle=say("judged.subtitle", what=what, base=base),
        table=frame,
        note=sentences(say("judged.lines"), say("judged.fit")),
    )
    columns = (
        Column("hours", say("judged.clubs"), write=_hours),
        Column("points", say("judged.residents", what=what), write=_points, draw="dots",
               times=100),
    )  # fmt: skip
    shown = pd.concat([frame[:-1].head(MOST), frame[-1:]])
    against = [
        say("judged.against", base=judged.names.get(name, say("judged.no-clubs")))
        for name in shown["baseline"]
    ]
    labels = [judged.names[name] for name in shown["scenario"]]
    return finding, TableChart(shown, labels, columns, against).plot


def _frame(judged: JudgedSeason, points: pd.DataFrame) -> pd.DataFrame:
    """Each timetable against the baseline, and the baseline against no clubs."""
    pairs = [(name, judged.baseline) for name in judged.names if name != judged.baseline]
    rows = []
    for scenario, baseline in [*pairs, (judged.baseline, judged.none)]:
        row = _pick(points, judged.metric, scenario, baseline)
        rows.append(
            {
                "scenario": scenario,
                "baseline": baseline,
                "hours": float(_pick(points, HOURS, scenario, baseline)["difference"]),
                "points": float(row["difference"]),
                "points_low": float(row["adjusted_low"]),
                "points_high": float(row["adjusted_high"]),
            }
        )
    return pd.DataFrame(rows)


def _hours(mean: float, *_: float) -> str:
    return f"{'+' if mean > 0 else ''}{_plain(mean)}"


def _points(mean: float, low: float, high: float) -> str:
    if np.isnan(low):
        return signed(100 * mean, 2)
    ends = say("from-to", first=signed(100 * low, 2), last=signed(100 * high, 2))
    return say("in-brackets", words=signed(100 * mean, 2), more=ends)


def _pick(points: pd.DataFrame, metric: str, scenario: str, baseline: str) -> pd.Series[float]:
    at = (points["metric"] == metric) & (points["scenario"] == scenario)
    return points[at & (points["baseline"] == baseline)].iloc[0]


def _title(judged: JudgedSeason, points: pd.DataFrame) -> str:
    """Effect of the proposed timetable; where that is the baseline, its effect on residents."""
    proposed = next(iter(judged.names))
    base = judged.none if proposed == judged.baseline else judged.baseline
    hours = float(_pick(points, HOURS, proposed, base)["difference"])
    other = say("judged.no-clubs") if base == judged.none else judged.names[base]
    verb = _residents(_pick(points, judged.metric, proposed, base))
    said = {"name": judged.names[proposed], "other": other, "residents": verb}
    if round(hours, 1) == 0:
        return say("judged.as-many", **said)
    more = "judged.more" if hours > 0 else "judged.fewer"
    return say(more, hours=_plain(abs(hours)), **said)


def _plain(hours: float) -> str:
    """Hours with a decimal where there is one."""
    return f"{hours:,.1f}".removesuffix(".0")


def _residents(row: pd.Series[float]) -> str:
    """Effect on residents, as far as the joint interval goes."""
    points = 100 * float(row["difference"])
    low, high = float(row["adjusted_low"]), float(row["adjusted_high"])
    if np.isnan(points) or np.isnan(low):
        return say("judged.unknown")
    if low > 0 or high < 0:
        return say("judged.gain" if points > 0 else "judged.lose", points=f"{abs(points):.2g}")
    return say("judged.unclear")
