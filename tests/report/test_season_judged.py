"""The chart of clubs and residents: what it says, and that its table is what it shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.report import theme
from sim.report.charts.season.judged import JudgedSeason, _apart, judged_drawing
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


def test_points_and_lines_are_the_table() -> None:
    finding, plot = judged_drawing(judged(table()))
    assert len(finding.table) == 6  # neither bookings nor the proposed one against no clubs
    page = Page(finding)
    plot(page)
    (ax,) = page.figure.axes
    points = [line.get_xydata()[0].tolist() for line in ax.lines if line.get_marker() == "o"]
    assert points == [pytest.approx([80.5, -1]), [0, 0]]
    bars = [c.get_segments()[0][:, 1].tolist() for c in ax.collections]
    assert bars == [pytest.approx([-2, -0.5]), pytest.approx([-0.1, 0.1])]
    assert {t.get_text() for t in ax.texts} == set(NAMES.values())
    low, high = ax.get_ylim()
    inch = (high - low) / (ax.get_position().height * theme.HEIGHT)
    beside = {t.get_text(): t.xyann[1] for t in ax.texts}
    assert abs(beside["greedy"] - beside["first come"]) >= 0.28 * inch  # one on the other
    assert beside["optimised"] == pytest.approx(-1)
    written = " ".join(t.get_text() for t in page.figure.texts)
    for words in ("optimised: clubs +80.5 hours", "residents -1.00 points (-2.00 to -0.50)",
                  "first come: clubs +1,000 hours", "residents -4.00 points"):  # fmt: skip
        assert words in written


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


def test_labels_are_pushed_apart_within_limits() -> None:
    assert _apart(np.array([0.0, 0.0, 5.0]), 1.0, -9, 9).tolist() == [-0.5, 0.5, 5.0]
    assert _apart(np.array([0.0, 1.0, 3.0]), 1.0, -9, 9).tolist() == [0.0, 1.0, 3.0]
    assert _apart(np.array([8.0, 8.0, 8.0]), 1.0, -9, 9).tolist() == [7.0, 8.0, 9.0]
    assert _apart(np.zeros(2), 1.0, 0, 9).tolist() == [0.0, 1.0]


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
    right = [t.get_position()[1] for t in page.figure.texts if t.get_position()[0] > 0.5]
    assert min(right) > page.bottom / theme.HEIGHT - 0.01
    assert min(abs(a - b) for i, a in enumerate(right) for b in right[:i]) > 0.02
