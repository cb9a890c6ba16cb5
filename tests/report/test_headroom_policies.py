"""Growth that policies take: the figures are those of headroom.csv, the title says no more."""

from __future__ import annotations

import math
from math import nan

import pandas as pd

from sim.report.charts.headroom.breaks import policies

NAMED = {name: name for name in ("first", "better", "a", "b", "lost")}
COLUMNS = ("group", "level", "target", "multiplier", "ci_low", "ci_high", "n")


def table(peak: tuple[float, float, float], whole: tuple[float, float, float]) -> pd.DataFrame:
    """`headroom.csv` for two targets, of which the second is noise here."""
    rows = [
        ("all", "all", 0.9, *whole, 6), ("peak", "peak", 0.9, *peak, 6),
        ("peak", "off-peak", 0.9, *whole, 6), ("tier", "community", 0.9, *whole, 6),
        ("peak", "peak", 0.5, 99.0, 98.0, 100.0, 6),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


FIRST = table((7.0, 6.5, 7.5), (9.0, 8.5, 9.5))
BETTER = table((8.2, 8.0, 8.4), (9.5, 9.0, 10.0))
ALIKE = table((7.3, 6.9, 7.7), (9.0, 8.0, 10.0))
LOST = table((nan, nan, 0.5), (0.8, 0.7, 0.9))
NEVER = table((nan, 100.0, nan), (nan, 100.0, nan))


def test_the_figures_are_those_of_the_tables() -> None:
    """A row a scenario and group, of the target asked for, as written."""
    finding, _ = policies({"first": FIRST, "better": BETTER}, 0.9, "note", NAMED)
    assert list(finding.table.columns) == ["scenario", *COLUMNS]
    shown = finding.table.set_index(["scenario", "group"])
    assert len(shown) == 4
    assert shown.loc[("better", "peak"), "multiplier"] == 8.2
    assert shown.loc[("first", "all"), "ci_high"] == 9.5


def test_the_title_names_most_and_least_growth() -> None:
    title = policies({"first": FIRST, "better": BETTER}, 0.9, "", NAMED)[0].title
    assert title == (
        "90 % of peak requests are served up to 8.2 times today's demand under better, "
        "up to 7.0 times under first"
    )


def test_overlapping_intervals_name_nobody() -> None:
    assert "No policy clearly" in policies({"a": FIRST, "b": ALIKE}, 0.9, "", NAMED)[0].title
    assert "No policy clearly" in policies({"a": FIRST, "b": NEVER}, 0.9, "", NAMED)[0].title


def test_one_that_falls_short_today() -> None:
    title = policies({"a": FIRST, "lost": LOST}, 0.9, "", NAMED)[0].title
    assert title.endswith("and not even today under lost")
    assert math.isnan(LOST["multiplier"][1])
