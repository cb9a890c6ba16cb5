"""The chart of clubs and residents: what it says, and that its table is what it shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.report import theme
from sim.report.charts.season.judged import JudgedSeason, judged_drawing
from sim.report.context import ChartContext
from sim.report.drawing import draw_all
from sim.report.page import Page

COLUMNS = ("scenario", "baseline", "metric", "difference", "adjusted_low", "adjusted_high")
NAMES = {"s-optimised": "optimised", "s-first_come": "first come", "s-greedy": "greedy"}
BASE, NONE = "s-first_come", "s-no-clubs"
CONTEXT = ChartContext("s", "S", dt.date(2026, 1, 5), dt.date(2026, 2, 1), 9, "2 venues", "abc")


def table(*, low: float = -0.02, high: float = -0.005) -> pd.DataFrame:
    """Optimised: 80.5 hours and -1 point; greedy: nothing; first come itself: 1,000 and -4."""
    rows = [
        ("s-optimised", BASE, "season_hours", 80.5, np.nan, np.nan),
        ("s-optimised", BASE, "served_share", -0.01, low, high),
        ("s-greedy", BASE, "season_hours", 0.0, np.nan, np.nan),
        ("s-greedy", BASE, "served_share", 0.0, -0.001, 0.001),
        (BASE, NONE, "season_hours", 1000.0, np.nan, np.nan),
        (BASE, NONE, "served_share", -0.04, -0.05, -0.03),
        ("s-optimised", NONE, "season_hours", 1080.5, np.nan, np.nan),
        ("s-optimised", NONE, "served_share", -0.05, -0.06, -0.04),
        ("s-optimised", BASE, "bookings", -9.0, np.nan, np.nan),
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.assign(group="all", level="all", ci_low=0.0, ci_high=0.0, n=9, paired="yes")


def judged(rows: pd.DataFrame, names: dict[str, str] | None = None) -> JudgedSeason:
    return JudgedSeason(rows, names or NAMES, BASE, NONE, "served_share", CONTEXT)


def test_rows_are_the_table() -> None:
    finding, plot = judged_drawing(judged(table()))
    rows = finding.table.set_index(["scenario", "baseline"])
    assert rows.index.tolist() == [
        ("s-optimised", BASE), ("s-greedy", BASE), (BASE, NONE),
    ]  # fmt: skip
    assert rows["hours"].tolist() == [80.5, 0, 1000]
    assert rows.loc[("s-optimised", BASE), "points_low"] == -0.02
    page = Page(finding)
    plot(page)
    written = {t.get_text() for t in page.figure.texts}
    assert {"optimised", "+80.5", "-1.00 (-2.00 to -0.50)", "first come", "+1,000"} <= written
    assert {"Against first come", "Against no clubs"} <= written


def test_titles_claim_what_intervals_allow() -> None:
    def title(rows: pd.DataFrame, names: dict[str, str] | None = None) -> str:
        return judged_drawing(judged(rows, names))[0].title

    more = "optimised: clubs get 80.5 hours a week more than first come; residents"
    assert title(table()) == f"{more} lose 1 points"
    assert title(table(low=0.001, high=0.02)).startswith(more)
    assert title(table(low=-0.03, high=0.01)) == f"{more} no clear change"
    assert title(table(low=np.nan, high=np.nan)) == f"{more} not known"
    first = {BASE: "first come", "s-greedy": "greedy"}
    assert title(table(), first) == (
        "first come: clubs get 1,000 hours a week more than no clubs; residents lose 4 points"
    )
    greedy = {"s-greedy": "greedy", BASE: "first come"}
    assert "as many hours as first come" in title(table(), greedy)


@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("number", [1, 7])
def test_few_and_many_timetables_fit(number: int, tmp_path: Path) -> None:
    rows = table()
    mine = rows[rows["scenario"] == "s-optimised"]
    many = [mine.assign(scenario=f"s-{i}") for i in range(number)]
    names = {**{f"s-{i}": f"rule {i}" for i in range(number)}, BASE: "first come"}
    paths = draw_all(judged(pd.concat([rows, *many]), names), tmp_path)
    assert sorted(p.suffix for p in paths) == [".csv", ".png", ".svg"]
    finding, plot = judged_drawing(judged(pd.concat([rows, *many]), names))
    page = Page(finding)
    plot(page)
    heights = {t.get_position()[1] for t in page.figure.texts}
    assert min(heights) > page.bottom / theme.HEIGHT - 0.01
