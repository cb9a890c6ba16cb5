"""What is said to break first: by hand, with and without intervals."""

from __future__ import annotations

from math import nan

import pandas as pd
import pytest

from sim.report.headroom import GroupFall, fallen, first_words, times


def said(*rows: GroupFall) -> str:
    return first_words(list(rows), 0.8, lambda _, level: level)


ALL = GroupFall("all", "all", 1.5, 1.4, 1.6)
HALL = GroupFall("kind", "Hall", 0.7, 0.6, 0.9)
NORTH = GroupFall("zone", "North", 3.0, 2.8, 3.2)
SOUTH = GroupFall("zone", "South", 3.1, 2.9, 3.3)
COURT = GroupFall("kind", "Court", 9.0, 8.0, 10.0)
SURE = GroupFall("kind", "Room", nan, 100.0, nan)
NONE = GroupFall("tier", "compound", nan, nan, 0.5)


def test_one_that_stands_apart_is_first() -> None:
    """All is no group that breaks, though it falls earlier."""
    words = "zone North falls below 80 % first, at 3.0 (2.8–3.2) times today's demand"
    assert said(ALL, COURT, NORTH) == words


def test_what_cannot_be_told_apart_is_named_together() -> None:
    """Intervals overlap: neither is first."""
    assert said(NORTH, SOUTH, COURT).startswith("zone North or zone South falls below 80 % first")
    third = GroupFall("kind", "Room", 3.15, nan, 3.5)
    assert said(NORTH, SOUTH, third).startswith("zone North or 2 other groups fall below")


def test_what_is_below_today_comes_before_what_is_next() -> None:
    words = said(COURT, HALL, NONE)
    assert words.startswith("compound centres and hall already miss 80 % today; court falls")
    assert "next, at 9.0 (8.0–10.0) times" in words


def test_many_are_counted_so_that_a_title_holds_them() -> None:
    below = [GroupFall("kind", name, 0.7, 0.6, 0.9) for name in ("Hall", "Room", "Studio")]
    near = [GroupFall("zone", name, 3.0, 2.8, 3.2) for name in ("North", "South", "West", "East")]
    words = "3 groups already miss 80 % today; 4 more are close, the first at 3.0 (2.8–3.2) times"
    assert said(COURT, *below, *near) == f"{words} today's demand"


def test_below_today_is_said_only_if_all_of_the_interval_is() -> None:
    near = GroupFall("kind", "Hall", 0.9, 0.7, 1.2)
    assert said(near) == "hall falls below 80 % first, at 0.9 (0.7–1.2) times today's demand"
    wide = GroupFall("kind", "Hall", nan, nan, 7.0)
    assert said(wide).endswith("first, at less than 7.0 times today's demand")


def test_nothing_falls() -> None:
    words = "No tier, zone or kind falls below 80 % served up to 100 times today's demand"
    assert said(ALL, SURE) == words
    assert said(HALL, SURE).endswith("; nothing else falls up to 100 times today's demand")


def test_one_replication_has_no_interval() -> None:
    alone = GroupFall("kind", "Hall", 2.0, nan, nan)
    assert said(alone, COURT) == "hall falls below 80 % first, at 2.0 times today's demand"
    assert GroupFall("kind", "Hall", 0.9, nan, nan).today


def test_rows_of_the_table() -> None:
    """Empty cells are what they mean; other targets are left out."""
    columns = ["group", "level", "target", "multiplier", "ci_low", "ci_high", "n"]
    table = pd.DataFrame(
        [("kind", "a", 0.8, nan, 100.0, nan, 5), ("kind", "b", 0.8, nan, nan, 0.5, 5),
         ("kind", "c", 0.8, 2.0, nan, 3.0, 5), ("kind", "a", 0.9, 1.0, 0.9, 1.1, 5)],
        columns=columns,
    )  # fmt: skip
    a, b, c = fallen(table, 0.8)
    assert (a.never, a.below, a.words) == (True, False, "more than 100")
    assert (b.never, b.below, b.words) == (False, True, "less than 0.5")
    assert (c.never, c.below, c.words) == (False, False, "2.0 (up to 3.0)")


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.123, "0.12"), (0.999, "1.0"), (6.24, "6.2"), (12.34, "12.3"), (31, "31")],
)
def test_multipliers_as_people_read_them(value: float, words: str) -> None:
    assert times(value) == words
