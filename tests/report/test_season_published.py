"""The contract of a published season: dates, shares of the season, hours of prime time."""

import datetime as dt

import numpy as np
import pytest

from sim.report.charts.season.blocks import blocks_of, prime_hours, table_of
from sim.season.published import PublishedRequest

from .season_week import FIRST, GROUPS, PRIME, cells, place, season, session

DAY = dt.timedelta(days=1)
HALL, EAST = "礼堂", "礼堂·东半场"
HALF, MAY = dt.date(2026, 4, 30), dt.date(2026, 5, 1)


def counted(week, sessions):
    """Share of weeks by cell, date after date."""
    taken = np.zeros((7, week.cells))
    dates = np.zeros(7)
    for i in range((week.last - week.first).days + 1):
        date = week.first + i * DAY
        dates[date.weekday()] += 1
        row = np.zeros(week.cells, dtype=bool)
        for s in sessions:
            if s.weekday == date.isoweekday() and s.first <= date <= s.last:
                row[s.start // week.step : s.end // week.step] = True
        taken[date.weekday()] += row
    return taken / dates[:, None]


def test_shares_of_the_season_are_those_counted_date_by_date():
    rng = np.random.default_rng(3)
    sessions = []
    for i in range(60):
        low, high = sorted(rng.integers(-20, 150, 2).tolist())
        start = int(rng.integers(0, 46)) / 2
        sessions.append(
            session(HALL, int(rng.integers(1, 8)), start, start + 1, f"g{i}",
                    first=FIRST + low * DAY, last=FIRST + high * DAY)
        )  # fmt: skip
    week = season([place(HALL)], sessions)
    assert 0 < week.taken(sessions).min(initial=2, where=counted(week, sessions) > 0) < 1
    np.testing.assert_allclose(week.taken(sessions), counted(week, sessions), rtol=0, atol=1e-12)


def test_dates_leave_out_what_is_lost():
    item = session(HALL, 3, 18, 20, first=dt.date(2026, 3, 5), last=dt.date(2026, 3, 25))
    week = season([place(HALL)], [item], lost={item: frozenset({dt.date(2026, 3, 18)})})
    assert week.dates(item) == (dt.date(2026, 3, 11), dt.date(2026, 3, 25))
    assert not week.lasts_whole_season(item)
    assert week.lasts_whole_season(session(HALL, 3, 18, 20))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"places": [place("A"), place("A")]}, "a venue stands twice"),
        ({"sessions": [session("B", 1, 9, 10)]}, "unknown venue: B"),
        ({"asked": [PublishedRequest("other", "g", "s", "z", 60)]}, "unknown request: r-Choir"),
        ({"asked": [PublishedRequest("r-Choir", "g", "s", "z", 60)] * 2}, "a request stands twice"),
        ({"prime": PRIME[:, :24]}, "shape"),
        ({"step": 60}, "shape"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, says):
    given = {"places": [place("A")], "sessions": [session("A", 1, 9, 10, "Choir")], **changes}
    with pytest.raises(ValueError, match=says):
        season(**given)


def hall():
    """A hall with its half; two groups share an evening over the season."""
    places = [
        place(HALL, centre=HALL, units=("east", "west")),
        place(EAST, centre=HALL, units=("east",)),
    ]
    sessions = [
        session(HALL, 1, 18, 20, GROUPS[0], last=HALF),
        session(HALL, 1, 18, 20, GROUPS[3], 2, first=MAY),
        session(HALL, 1, 16, 19, GROUPS[5], first=dt.date(2026, 6, 1)),
        session(EAST, 2, 17, 21),
        session(HALL, 6, 9, 12, GROUPS[5]),
    ]
    return season(places, sessions)


def test_prime_hours_count_part_of_a_season_in_part_and_shared_rooms_apart():
    week = hall()
    found = prime_hours(week, week.places[:1])
    # Mondays: 9 until April and 9 from May, five of them with the choir until 19:00 too
    assert found.open == 5 * 4 + 2 * 12
    assert found.given == pytest.approx(2 + 3)
    assert found.beside == 3  # Tuesday 18-21
    assert found.left == pytest.approx(36)
    assert found.groups == 3
    both = prime_hours(week, week.places)
    assert both.given == pytest.approx(2 + 3 + 3)
    assert both.beside == pytest.approx(3 + 5)  # the half is taken by the hall


def test_without_prime_time_all_open_hours_count():
    week = season([place(HALL, open=cells(([0], 9, 12)))], [session(HALL, 1, 9, 10)])
    found = prime_hours(week, week.places)
    assert (found.open, found.given, found.prime) == (3, 1, False)


def test_blocks_at_the_same_time_stand_side_by_side():
    blocks = [b for b in blocks_of(hall(), hall().places[0]) if b.session and b.day == 0]
    assert {(b.session.group, b.start, b.lane, b.lanes) for b in blocks} == {
        (GROUPS[5], 16 * 60, 0, 3), (GROUPS[0], 18 * 60, 1, 3), (GROUPS[3], 18 * 60, 2, 3)
    }  # fmt: skip


def test_a_block_that_begins_when_another_ends_takes_its_lane():
    times = {"a": (16, 19), "b": (18, 21), "c": (19, 20)}
    week = season([place(HALL)], [session(HALL, 1, *t, name) for name, t in times.items()])
    blocks = [b for b in blocks_of(week, week.places[0]) if b.session]
    assert [(b.session.group, b.lane, b.lanes) for b in blocks] == [
        ("a", 0, 2), ("b", 1, 2), ("c", 0, 2)
    ]  # fmt: skip


def test_the_table_holds_every_session_and_all_hours_kept_and_closed():
    week = hall()
    table = table_of(week, week.places[:1])
    own = table[table["use"].isin(["session", "second choice"])]
    listed = set(own[["request", "weekday", "start", "end", "from", "until"]].itertuples(
        index=False, name=None))  # fmt: skip
    rows = [s.row() for s in week.sessions if s.venue == HALL]
    assert listed == {(r[0], r[3], r[4], r[5], r[6], r[7]) for r in rows}
    assert own.set_index("group").loc[GROUPS[3], "use"] == "second choice"
    assert own.set_index("group").loc[GROUPS[0], "held"] == 9
    (near,) = table[table["use"] == "room taken by another venue"].itertuples()
    assert (near.weekday, near.start, near.end) == (2, "17:00", "21:00")

    def total(use):
        rows = table[table["use"] == use]
        times = [
            (s.split(":"), e.split(":")) for s, e in zip(rows["start"], rows["end"], strict=True)
        ]
        return sum(int(e[0]) - int(s[0]) + (int(e[1]) - int(s[1])) / 60 for s, e in times)

    assert total("closed") == 7 * 11
    assert total("kept") == 2 + 3
