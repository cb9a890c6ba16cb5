"""Charts of a whole season: hours given by kind and hour, and who got what, against the input."""

import datetime as dt

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.text import Text

from sim.report import fonts, theme
from sim.report.charts.season import results as season
from sim.report.charts.season.totals import given_drawing, served_drawing, served_table
from sim.report.drawing import draw_all
from sim.report.page import lay_out
from sim.report.words import percent
from sim.season.published import PublishedRequest

from . import season_week as made
from .fake import DAYS, context
from .season_week import place, session

HALF = dt.date(2026, 5, 3)  # 9 of 18 weeks


def town(step=30):
    """Two courts, one open late and one closed on Mondays; a room that nobody gets."""
    late = made.cells((range(7), 9, 22.5), step=step)
    closed = made.cells((range(1, 7), 9, 22), step=step)
    none = made.cells(step=step)
    places = [
        place("court 1", open=late, kept=none),
        place("court 2", open=closed, kept=none),
        place(
            "room", kind="meeting_room", open=made.cells((range(5), 9, 18), step=step), kept=none
        ),
    ]
    sessions = [
        session("court 1", 1, 18, 20.5, "甲队"),
        session("court 1", 2, 19, 21, "乙队", 2, last=HALF),
        session("court 2", 2, 19, 20, "甲队"),
        session("court 2", 6, 9, 12, "丙队"),
        session("court 1", 7, 21, 22.5, "丙队", 2),
    ]
    asked = [
        PublishedRequest("r-甲队", "甲队", "employees", "科创未来", 360),
        PublishedRequest("r-乙队", "乙队", "older people", "科创未来", 120),
        PublishedRequest("r-丙队", "丙队", "older people", "和合万家", 270),
        PublishedRequest("r-丁队", "丁队", "students", "和合万家", 90),
    ]
    lines = {int(s.start) % step for s in sessions}
    assert lines == {0}
    prime = made.cells((range(5), 18, 22), (range(5, 7), 9, 21), step=step)
    return made.season(places, sessions, asked, step=step, prime=prime)


def drawn(drawing, week):
    finding, plot = drawing
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(theme.settings(fonts.choose_font().families))
        page = lay_out(finding, season.season_context(week, context()))
        plot(page)
        page.figure.draw_without_rendering()
    return page


def words_of(page):
    return [t.get_text() for t in page.figure.findobj(Text) if t.get_text().strip()]


@pytest.mark.parametrize("step", [15, 30])
def test_hours_given_are_those_of_the_sessions(step):
    week = town(step)
    table = given_drawing(season.SeasonResults(week, context()))[0].table
    found = {(r.kind, r.hour_of_week): (r.hours_open, r.hours_given) for r in table.itertuples()}
    court = "badminton_court"
    assert found[(court, "Mon-18")] == (1, 1)
    assert found[(court, "Mon-20")] == (1, 0.5)
    assert found[(court, "Tue-19")] == (2, 1.5)  # one court for half the season
    assert found[(court, "Tue-20")] == (2, 0.5)
    assert found[(court, "Sun-22")] == (0.5, 0.5)
    assert (court, "Mon-23") not in found
    assert ("meeting_room", "Sat-10") not in found
    given = table.groupby("kind")["hours_given"].sum()
    assert given.to_dict() == pytest.approx({court: 2.5 + 1 + 1 + 3 + 1.5, "meeting_room": 0})
    opened = table.groupby("kind")["hours_open"].sum()
    assert opened.to_dict() == pytest.approx({court: 7 * 13.5 + 6 * 13, "meeting_room": 45})
    prime = table.groupby("kind")[["prime_hours_open", "prime_hours_given"]].sum()
    assert prime.loc[court].tolist() == pytest.approx([44 + 40, 2.5 + 1 + 1 + 3])


def test_a_grid_coarser_than_an_hour_is_spread():
    places = [place("A", open=made.cells((range(7), 8, 22), step=120),
                    kept=made.cells(step=120))]  # fmt: skip
    prime = made.cells(([0], 8, 10), step=120)
    week = made.season(places, [session("A", 1, 8, 10)], step=120, prime=prime)
    table = given_drawing(season.SeasonResults(week, context()))[0].table
    hours = table.set_index("hour_of_week")["hours_given"]
    assert hours[["Mon-08", "Mon-09", "Mon-10"]].tolist() == [1, 1, 0]


def test_numbers_in_the_cells_are_those_of_the_table():
    week = town()
    finding, _ = given_drawing(season.SeasonResults(week, context()))
    page = drawn(given_drawing(season.SeasonResults(week, context())), week)
    kinds = sorted(finding.table["kind"].unique())
    for axes, days in zip(page.figure.axes[:2], (DAYS[:5], DAYS[5:]), strict=True):
        rows = finding.table[finding.table["hour_of_week"].str[:3].isin(days)]
        hour = rows["hour_of_week"].str[-2:].astype(int)
        sums = rows.groupby([rows["kind"], hour])[["hours_open", "hours_given"]].sum()
        expected = {
            (kinds.index(kind), h - 9): percent(r.hours_given / r.hours_open, sign=False)
            for (kind, h), r in sums.iterrows()
        }
        written = {}
        for text in axes.texts:
            x, y = text.get_position()
            written[(int(y), int(x))] = text.get_text()
        assert written == expected
        shut = {(int(p.get_y()), int(p.get_x())) for p in axes.patches if p.get_hatch()}
        cells = {(k, h) for k in range(2) for h in range(14)}
        assert shut == cells - set(expected)
    weekdays, weekends, _ = page.figure.axes
    assert [line.get_xdata()[0] for line in weekdays.lines] == [9, 10, 11, 12]
    assert [line.get_xdata()[0] for line in weekends.lines] == list(range(12))


def test_title_of_hours_given_names_the_kind_that_gives_most():
    finding, _ = given_drawing(season.SeasonResults(town(), context()))
    assert finding.title == "Groups get 8.9 % of prime hours"
    week = town()
    one = session("court 1", 1, 18, 20, "甲队")
    hall = session("hall", 3, 18, 20, "甲队")
    places = [*week.places, place("hall", kind="lecture_hall")]
    most = given_drawing(season.SeasonResults(made.season(places, [one, hall]), context()))[0]
    assert most.title == "Groups get 3.1 % of prime hours, lecture hall most: 4.5 %"
    nobody = made.season([place("A")], [])
    assert (
        given_drawing(season.SeasonResults(nobody, context()))[0].title
        == "Groups get no prime hours"
    )


def test_who_got_what_adds_up_by_hand():
    table = served_table(town()).set_index(["group", "level"])
    columns = ["requests", "unserved", "asked", "first", "second", "share"]
    assert table.loc[("all", "all"), columns].tolist() == pytest.approx(
        [4, 1, 14, 6.5, 3.5, 10 / 14]
    )
    assert table.loc[("segment", "older people"), columns].tolist() == pytest.approx(
        [2, 0, 6.5, 3, 3.5, 1]
    )
    assert table.loc[("segment", "students"), columns].tolist() == pytest.approx(
        [1, 1, 1.5, 0, 0, 0]
    )
    assert table.loc[("zone", "科创未来"), columns].tolist() == pytest.approx(
        [2, 0, 8, 3.5, 2, 5.5 / 8]
    )
    for group in ("segment", "zone"):
        part = table.loc[group]
        assert part[columns[:5]].sum().tolist() == pytest.approx(
            table.loc[("all", "all"), columns[:5]].tolist()
        )
        assert part["share"].is_monotonic_increasing


def test_bars_are_as_long_as_the_table_says_and_numbers_stand_at_them():
    week = town()
    drawing = served_drawing(season.SeasonResults(week, context()))
    table = drawing[0].table
    page = drawn(drawing, week)
    rules, axes = page.figure.axes
    asked, first, second = (axes.containers[i] for i in range(3))
    assert {p.get_width() for p in asked} == {1.0}
    np.testing.assert_allclose([p.get_width() for p in first], table["first"] / table["asked"])
    np.testing.assert_allclose([p.get_width() for p in second], table["second"] / table["asked"])
    np.testing.assert_allclose([p.get_x() for p in second], [p.get_width() for p in first])
    words = words_of(page)
    for word in ("All groups", "older people", "科创未来", "71 %", "100 %", "0 %", "not given"):
        assert word in words
    assert drawing[0].title == "Groups get 71 % of the hours they ask for; least: students, 0 %"
    assert rules is not axes


def test_no_interval_is_given_or_missed():
    """A timetable is no sample: nothing is said of replications."""
    week = town()
    footer = " ".join(words_of(drawn(served_drawing(season.SeasonResults(week, context())), week)))
    assert "all sessions and requests, no sample: no interval" in footer
    assert "replication" not in footer
    assert "12,340 weighted minutes, at most 2.1 % below the best (bound 12,600)" in footer


def test_many_zones_leave_the_best_served_out_of_the_picture():
    sessions = [session("A", 1 + i % 7, 8 + i // 7, 8.5 + i // 7, f"g{i:02}") for i in range(40)]
    asked = [PublishedRequest(s.request, s.group, f"s{i % 2}", f"z{i:02}", 30 * (1 + i))
             for i, s in enumerate(sessions)]  # fmt: skip
    week = made.season([place("A")], sessions, asked)
    drawing = served_drawing(season.SeasonResults(week, context()))
    assert len(drawing[0].table) == 1 + 2 + 40
    words = words_of(drawn(drawing, week))
    assert "z39" in words
    assert "z00" not in words
    assert {"s0", "s1"} <= set(words)


@pytest.mark.usefixtures("coarse")
def test_without_requests_nothing_is_said_of_who_got_what(tmp_path):
    paths = draw_all(season.SeasonResults(made.season([place("A")], []), context()), tmp_path)
    assert [p.name for p in paths] == [f"season-hours-given.{end}" for end in ("png", "svg", "csv")]
