"""Numbers and claims in words."""

import numpy as np
import pandas as pd
import pytest

from sim.report.words import count, hours_phrase, interval, joined, leaders, percent, short


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"), (0.0004, "<0.1 %"), (0.0213, "2.1 %"), (0.0994, "9.9 %"), (0.0996, "10 %"),
        (0.4449, "44 %"), (0.998, ">99 %"), (1, "100 %"), (np.nan, "–"),
    ],
)  # fmt: skip
def test_percent(share, words):
    assert percent(share) == words


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (0.081, "0.081"), (6.43, "6.4"), (1272.4, "1,272")]
)
def test_count(value, words):
    assert count(value) == words


def test_interval_is_left_out_where_there_is_none():
    assert interval(0.5, 0.45, 0.55) == "50 % (45–55)"
    assert interval(0.5, np.nan, np.nan) == "50 %"
    assert interval(0.5, 0.5, 0.5) == "50 %"


def test_joined():
    assert [joined(list("abc")[:n]) for n in (0, 1, 2, 3)] == ["", "a", "a and b", "a, b and c"]


def frame(*rows):
    return pd.DataFrame(rows, columns=["level", "mean", "low", "high"])


def test_leader_stands_apart_only_with_a_separate_interval():
    apart = leaders(frame(("a", 3, 2.8, 3.2), ("b", 2, 1.8, 2.2)))
    assert (apart.levels, apart.certain) == (("a",), True)
    tied = leaders(frame(("a", 3, 2.1, 3.9), ("b", 2, 1.8, 2.2), ("c", 1, 0.9, 1.1)))
    assert (tied.levels, tied.certain) == (("a", "b"), True)
    nobody = leaders(frame(("a", 3, 1, 5), ("b", 2, 1, 3)))
    assert not nobody.certain


def test_lowest_leads_when_asked():
    got = leaders(frame(("a", 3, 2.8, 3.2), ("b", 2, 1.8, 2.2)), largest=False)
    assert got.levels == ("b",)


def test_without_intervals_nothing_is_certain():
    got = leaders(frame(("a", 3, np.nan, np.nan), ("b", 2, np.nan, np.nan)))
    assert (got.levels, got.certain) == (("a",), False)
    assert leaders(frame(("a", np.nan, np.nan, np.nan))).levels == ()


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (["Sat-19"], "on Sat at 19:00"),
        (["Sat-19", "Sat-20"], "on Sat between 19:00 and 21:00"),
        (["Mon-18", "Fri-20"], "on weekdays between 18:00 and 21:00"),
        (["Sat-09", "Sun-10"], "at weekends between 09:00 and 11:00"),
        (["Mon-09", "Sun-10"], "between 09:00 and 11:00"),
    ],
)
def test_hours_phrase(levels, words):
    assert hours_phrase(levels) == words


def test_short_names_for_titles():
    assert short("badminton court 羽毛球场") == "badminton court"
    assert short("community (社区级)") == "community"
    assert short("羽毛球场") == "羽毛球场"
    assert short("E区羽毛球场") == "E区羽毛球场"
    assert len(short("小区" * 20 + "7号")) < 16
    assert short("小区" * 20 + "7号").endswith("7号")
