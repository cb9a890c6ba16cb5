"""Numbers and claims in words."""

import numpy as np
import pandas as pd
import pytest

from sim.report.words import (
    count,
    hours_box,
    hours_phrase,
    interval,
    interval_ends,
    leaders,
    percent,
    scope_words,
    short,
    stretch,
)
from sim.words import joined


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"), (0.0004, "<0.1 %"), (0.0213, "2.1 %"), (0.0994, "9.9 %"), (0.0996, "10 %"),
        (0.4449, "44 %"), (0.9889, "99 %"), (0.998, "99.8 %"), (0.9996, ">99.9 %"), (1, "100 %"),
        (np.nan, "–"),
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


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((0, 0, 0.0003), "0 %"), ((0, 0, 0.002), "0 % (0–0.2)"), ((0.0002, 0, 0.0004), "<0.1 %"),
        ((0.002, 0.0003, 0.004), "0.2 % (0–0.4)"), ((0.998, 0.994, 0.9996), "99.8 % (99.4–100)"),
        ((1, 0.9999, 1), "100 %"), ((0.92, 0.918, 0.922), "92 % (92–92)"),
    ],
)  # fmt: skip
def test_intervals_next_to_the_ends_read_as_numbers(limits, words):
    assert interval(*limits) == words


def test_fine_limits_have_a_decimal_where_they_would_be_equal():
    assert interval_ends(0.459, 0.461) == "46–46"
    assert interval_ends(0.459, 0.461, fine=True) == "45.9–46.1"
    assert interval_ends(0, 0.0002, fine=True) == "0–0.1"


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


def test_a_stretch_stands_out_only_where_it_fills_its_phrase():
    known = [f"{day}-{hour:02d}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
             for hour in range(8, 22)]  # fmt: skip
    rows = frame(*[(level, 1.0, 0.9, 1.1) for level in known])

    def lead(*levels):
        high = rows["level"].isin(levels)
        return leaders(rows.assign(**{c: rows[c] + high for c in ("mean", "low", "high")}))

    evenings = [f"{day}-{hour}" for day in ("Mon", "Tue", "Wed", "Thu") for hour in (18, 19)]
    assert set(stretch(lead(*evenings), known)) == {*evenings, "Fri-18", "Fri-19"}
    assert stretch(lead("Mon-08", "Sun-21"), known) == ()
    assert stretch(lead("Mon-08", "Tue-21"), known) == ()
    assert stretch(leaders(rows), known) == ()
    assert stretch(lead("Sat-19"), known) == ("Sat-19",)
    assert hours_box(["Sat-19", "Sun-20"]) == ("Sat-19", "Sat-20", "Sun-19", "Sun-20")
    assert hours_box(["Sat-19", "Sat-20"]) == ("Sat-19", "Sat-20")
    assert len(hours_box(["Mon-19", "Sat-20"])) == 14


def test_here_names_the_only_replication():
    assert (scope_words(1), scope_words(2)) == ("in one replication", "in this scenario")


def test_short_names_for_titles():
    assert short("badminton court 羽毛球场") == "badminton court"
    assert short("community (社区级)") == "community"
    assert short("羽毛球场") == "羽毛球场"
    assert short("E区羽毛球场") == "E区羽毛球场"
    assert len(short("小区" * 20 + "7号")) < 16
    assert short("小区" * 20 + "7号").endswith("7号")
