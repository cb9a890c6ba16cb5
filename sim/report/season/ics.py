"""A season's timetable as calendars (RFC 5545): one event a session, every week."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from sim.report.files import atomic_write
from sim.report.words import file_names
from sim.season.published import SeasonWeek, chronological
from sim.season.timetable import Session

ZONE = ZoneInfo("Asia/Shanghai")
PRODUCT = "-//linli//timetable//EN"
FOLDERS = ("venue", "centre", "group")


def write_calendars(week: SeasonWeek, folder: Path) -> list[Path]:
    """Write `all.ics` and one calendar for each venue, centre and group with sessions.

    Parameters
    ----------
    folder
        Where they go; those of venues, centres and groups into folders of that name.
    """
    centre = {p.name: p.centre for p in week.places}
    path = folder / "all.ics"
    atomic_write(path, calendar(week, week.name, week.sessions))
    paths = [path]
    for kind in FOLDERS:
        found: dict[str, list[Session]] = {}
        for s in chronological(week.sessions):
            name = {"venue": s.venue, "centre": centre[s.venue], "group": s.group}[kind]
            found.setdefault(name, []).append(s)
        for name, part in file_names(sorted(found)).items():
            path = folder / kind / f"{part}.ics"
            atomic_write(path, calendar(week, name, found[name]))
            paths.append(path)
    return paths


def calendar(week: SeasonWeek, name: str, sessions: Iterable[Session]) -> bytes:
    """Give a calendar of sessions; the same timetable gives the same bytes.

    A session that is never held, because its venue is closed on all its dates, is left out.
    """
    out = Calendar()
    out.add("prodid", PRODUCT)
    out.add("version", "2.0")
    out.add("calscale", "GREGORIAN")
    out.add("method", "PUBLISH")
    out.add("x-wr-calname", name)
    out.add_component(_zone())
    centre = {p.name: p.centre for p in week.places}
    for session in chronological(sessions):
        dates = week.dates(session)
        if dates:
            out.add_component(_event(week, session, dates, centre[session.venue]))
    return bytes(out.to_ical())


def _event(week: SeasonWeek, session: Session, dates: tuple[dt.date, ...], centre: str) -> Event:
    """One weekly event from the first date held until the last, without those lost between."""
    first, last = dates[0], dates[-1]
    event = Event()
    event.add("uid", _uid(week, session))
    event.add("dtstamp", dt.datetime.combine(week.first, dt.time(), dt.UTC))
    event.add("dtstart", _moment(first, session.start))
    event.add("dtend", _moment(first, session.end))
    if first < last:
        until = _moment(last, session.start).astimezone(dt.UTC)  # RFC 5545, 3.3.10: in UTC
        event.add("rrule", {"freq": "weekly", "until": until})
    span = range(0, (last - first).days + 1, 7)
    lost = {first + dt.timedelta(days=d) for d in span}.difference(dates)
    if lost:
        event.add("exdate", [_moment(date, session.start) for date in sorted(lost)])
    event.add("summary", session.group)
    event.add("location", f"{session.venue}, {centre}")
    choice = ", second choice" if session.choice == 2 else ""
    event.add("description", f"Request {session.request}: {session.party_size} people{choice}")
    return event


def _moment(date: dt.date, minutes: int) -> dt.datetime:
    """Local time; 24:00 is midnight of the next day."""
    return dt.datetime.combine(date, dt.time(), ZONE) + dt.timedelta(minutes=minutes)


def _uid(week: SeasonWeek, session: Session) -> str:
    """Name of an event by its content, so that a calendar read again adds nothing twice."""
    content = "\0".join(map(str, (week.name, week.first, week.last, *session.row())))
    return f"{hashlib.sha256(content.encode()).hexdigest()[:32]}@linli"


def _zone() -> Timezone:
    """Time of China since its last summer time ended, in 1991."""
    standard = TimezoneStandard()
    standard.add("dtstart", dt.datetime(1991, 9, 15, 2))
    standard.add("tzoffsetfrom", dt.timedelta(hours=9))
    standard.add("tzoffsetto", dt.timedelta(hours=8))
    standard.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    zone.add_component(standard)
    return zone
