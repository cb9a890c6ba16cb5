"""Calendars: read back, every date one by one; lines as RFC 5545 wants them."""

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr

from sim.report.season.ics import calendar, write_calendars

from .season_week import FIRST, GROUPS, full_venue, place, season, session

HALL, ROOM = "和合邻里中心·礼堂", "西溪;室, 二楼"
PLACES = [place(HALL), place(ROOM, centre="西溪")]
DAY = dt.timedelta(days=1)


def events(week, sessions=None):
    content = calendar(week, "春季 spring", week.sessions if sessions is None else sessions)
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


def expanded(event):
    """Starts of an event in local time, by dateutil's own reading of its rule."""
    start = event["DTSTART"].dt
    lost = event.get("EXDATE")
    gone = {when.dt for when in lost.dts} if lost else set()
    if "RRULE" not in event:
        return [start]
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=start)
    return [when for when in rule if when not in gone]


def held(session, lost=frozenset()):
    """The dates of a session, day after day."""
    days = [session.first + i * DAY for i in range((session.last - session.first).days + 1)]
    return [d for d in days if d.isoweekday() == session.weekday and d not in lost]


CASES = {
    "whole season": (session(HALL, 1, 18, 20), ()),
    "sunday": (session(HALL, 7, 9, 10.5), ()),
    "from the middle of a week": (session(HALL, 2, 18, 20, first=dt.date(2026, 4, 1)), ()),
    "until the day itself": (session(HALL, 3, 18, 20, last=dt.date(2026, 4, 29)), ()),
    "one date": (session(HALL, 5, 8, 9, first=dt.date(2026, 5, 1), last=dt.date(2026, 5, 7)), ()),
    "until midnight": (session(HALL, 5, 22, 24), (dt.date(2026, 5, 1),)),
    "before dawn": (session(HALL, 4, 0, 1), (dt.date(2026, 4, 2), dt.date(2026, 4, 9))),
    "first and last lost": (session(HALL, 1, 7, 9), (FIRST, dt.date(2026, 6, 29))),
    "two in the middle": (session(HALL, 6, 7, 9), (dt.date(2026, 4, 4), dt.date(2026, 5, 2))),
}


@pytest.mark.parametrize("case", CASES)
def test_every_date_is_there_and_no_other(case):
    item, lost = CASES[case]
    week = season(PLACES, [item], lost={item: frozenset(lost)})
    (event,) = events(week)
    found = expanded(event)
    assert [when.date() for when in found] == held(item, frozenset(lost))
    assert {when.utcoffset() for when in found} == {8 * dt.timedelta(hours=1)}
    assert {when.hour * 60 + when.minute for when in found} == {item.start}
    assert event["DTEND"].dt - event["DTSTART"].dt == dt.timedelta(minutes=item.end - item.start)
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"


def test_a_session_that_is_never_held_has_no_event():
    item = session(HALL, 1, 18, 20)
    week = season(PLACES, [item], lost={item: frozenset(held(item))})
    assert events(week) == []


def test_words_come_back_as_they_were():
    group = "棋牌社; 桥牌, \\ 象棋\n第二组"
    item = session(ROOM, 1, 18, 20, group, 2, request="R-1", party_size=8)
    (event,) = events(season(PLACES, [item]))
    assert event["SUMMARY"] == group
    assert event["LOCATION"] == f"{ROOM}, 西溪"
    assert event["DESCRIPTION"] == "Request R-1: 8 people, second choice"


def test_lines_end_with_crlf_and_are_folded_between_characters():
    names = ["社" * n + "a" * (n % 4) for n in range(18, 60)]
    items = [session(HALL, 1, i / 2, i / 2 + 0.5, name) for i, name in enumerate(names, 1)]
    week = season(PLACES, items)
    content = calendar(week, "x", week.sessions)
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    for line in lines:
        assert b"\n" not in line
        assert b"\r" not in line
        assert len(line) <= 75
        line.decode("utf-8")  # no character is split
    assert sum(line.startswith(b" ") for line in lines) > 40
    assert [str(e["SUMMARY"]) for e in events(week)] == names


def test_zone_is_that_of_china_since_its_last_summer_time():
    content = calendar(season(PLACES, [session(HALL, 1, 18, 20)]), "x", [])
    (zone,) = icalendar.Calendar.from_ical(content).walk("VTIMEZONE")
    (part,) = zone.subcomponents
    before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
    change = part["DTSTART"].dt.replace(tzinfo=dt.timezone(before))
    there = ZoneInfo(str(zone["TZID"]))
    assert (change - dt.timedelta(seconds=1)).astimezone(there).utcoffset() == before
    for later in (dt.timedelta(0), 180 * DAY, 3650 * DAY, 12_700 * DAY):
        assert (change + later).astimezone(there).utcoffset() == after


def test_names_of_events_are_stable_and_differ():
    items = full_venue(HALL)
    week = season(PLACES, items)
    names = [str(event["UID"]) for event in events(week)]
    assert len(set(names)) == len(items)
    closed = season(PLACES, items[::-1], lost={items[0]: frozenset(held(items[0])[:1])})
    assert [str(event["UID"]) for event in events(closed)] == names
    moved = season(PLACES, [session(HALL, 1, 9, 11.5, GROUPS[0])])
    assert str(events(moved)[0]["UID"]) not in names


def test_the_same_season_gives_the_same_bytes():
    items = full_venue(HALL)
    one, two = (season(PLACES, order) for order in (items, items[::-1]))
    assert calendar(one, "x", one.sessions) == calendar(two, "x", two.sessions)


def test_a_calendar_for_all_and_each_venue_centre_and_group(tmp_path):
    items = [session(HALL, 1, 18, 20, "合唱团 A/B"), session(ROOM, 2, 18, 20, "合唱团 A.B"),
             session(ROOM, 4, 18, 20, "合唱团 A/B")]  # fmt: skip
    paths = write_calendars(season(PLACES, items), tmp_path)
    assert sorted(p.relative_to(tmp_path).as_posix() for p in paths) == sorted([
        "all.ics", "venue/和合邻里中心-礼堂.ics", "venue/西溪-室-二楼.ics",
        "centre/和合邻里中心.ics", "centre/西溪.ics",
        "group/合唱团-a-b.ics", "group/合唱团-a-b-2.ics",
    ])  # fmt: skip
    counts = {}
    for path in paths:
        read = icalendar.Calendar.from_ical(path.read_bytes())
        counts[str(read["X-WR-CALNAME"])] = len(read.walk("VEVENT"))
    assert counts == {"spring": 3, HALL: 1, ROOM: 2, "和合邻里中心": 1, "西溪": 2,
                      "合唱团 A/B": 2, "合唱团 A.B": 1}  # fmt: skip
