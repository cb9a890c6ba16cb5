"""What is probably not meant about activities: nobody is drawn, or no room ever holds them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from sim.scenario.derived.openings import DAY, Openings, Stretch, Week, joined, longest
from sim.scenario.derived.ranges import RARE, highest, lowest, percent, share_above
from sim.scenario.read.nodes import dotted
from sim.scenario.schema.activities import ActivityKind, Published, Series
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import DAYS, minutes_of
from sim.scenario.tables import Tables


def activity_notices(scenario: Scenario, tables: Tables, openings: Openings) -> Iterator[str]:
    """Sentences about kinds of activities and series."""
    used = _used(scenario)
    for name, kind in used.items():
        if not any(rate > 0 for rate in kind.appeal.values()):
            yield f"activities.kinds.{name}: no rate above 0 in `appeal`, so nobody comes."
    yield from _nobody_beyond(scenario, used)
    yield from _outside_the_dates(scenario)
    yield from _always_cancelled(scenario, used)
    rooms = scenario.activities.rooms
    if not isinstance(rooms, Published) or not used:
        return
    for name, kind in used.items():
        fit = [(row, week) for row, week in openings if row.kind in kind.venue_kinds]
        if fit:
            yield from _too_large(name, kind, fit)
            yield from _too_long(name, kind, fit, scenario.grid_minutes)
    yield from _no_room_in_a_zone(scenario, tables)
    yield from _closed_at_the_start(scenario, openings, rooms.shift_minutes)
    yield from _residents_first(scenario, rooms.days_ahead)


def _used(scenario: Scenario) -> dict[str, ActivityKind]:
    """Kinds of which there are sessions."""
    activities = scenario.activities
    named = {series.kind for series in activities.series.values()}
    return {
        name: kind
        for name, kind in activities.kinds.items()
        if name in named or (activities.sessions and kind.weight > 0)
    }


def _nobody_beyond(scenario: Scenario, used: dict[str, ActivityKind]) -> Iterator[str]:
    """Overbooking that changes nothing."""
    rule = scenario.policy.overbooking
    if rule is None:
        return
    if not used:
        yield "policy.overbooking: there are no activities whose sessions could take more people."
    elif rule.share == 0 and rule.at_most_people:
        yield (
            "policy.overbooking.share: it is 0, so nobody signs up beyond the places, whatever "
            "`at_most_people` is."
        )


def _too_large(name: str, kind: ActivityKind, fit: Openings) -> Iterator[str]:
    largest = max(row.capacity for row, _ in fit)
    share = share_above(kind.capacity, largest + 0.5)
    if share >= RARE:
        yield (
            f"activities.kinds.{name}.capacity: {percent(share)} of sessions take more people than "
            f"the largest room of its kinds holds ({largest} people)."
        )


def _too_long(name: str, kind: ActivityKind, fit: Openings, grid: int) -> Iterator[str]:
    minutes = max(map(longest, {week for _, week in fit}))
    share = share_above(kind.duration_minutes, minutes + grid / 2)  # rounded to the grid
    if share >= RARE:
        yield (
            f"activities.kinds.{name}.duration_minutes: {percent(share)} of sessions are longer "
            f"than the longest opening of a room of its kinds ({minutes:g} minutes)."
        )


def _no_room_in_a_zone(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Kinds that a zone with people puts on without a room for them."""
    if not scenario.activities.sessions:
        return
    zone_of = {row.community: row.zone for row in tables.communities}
    home = {row.origin: zone_of[row.community] for row in tables.origins}
    peopled = {home[row.origin] for row in tables.people if row.people}
    centre_zone = {row.centre: zone_of[row.community] for row in tables.centres}
    built = {(centre_zone[row.centre], row.kind) for row in tables.venues}
    for zone, own in scenario.zones.items():
        if zone not in peopled or own.programme_weight == 0:
            continue
        for name, kind in scenario.activities.kinds.items():
            planned = kind.weight * own.programme.get(name, 1.0) > 0
            if planned and not any((zone, of_kind) in built for of_kind in kind.venue_kinds):
                yield (
                    f"activities.kinds.{name}: the zone {zone} has no room of its kinds "
                    f"({', '.join(kind.venue_kinds)}); `zones.{zone}.programme: {{{name}: 0}}` "
                    "plans none there."
                )


def _outside_the_dates(scenario: Scenario) -> Iterator[str]:
    """Series that end before the simulated dates or begin after the counted ones."""
    window = scenario.window
    first = window.first - dt.timedelta(days=scenario.experiment.warm_up_days)
    for name, series in scenario.activities.series.items():
        early = series.last is not None and series.last < first
        if early or (series.first is not None and series.first > window.last):
            yield (
                f"activities.series.{name}: it lies wholly outside the dates ({first} until "
                f"{window.last})."
            )


def _always_cancelled(scenario: Scenario, used: dict[str, ActivityKind]) -> Iterator[str]:
    """Kinds and series that never take as many people as must sign up for a session."""
    activities = scenario.activities
    own = {name: row.capacity for name, row in activities.series.items() if row.capacity}
    by_kind = {row.kind for name, row in activities.series.items() if name not in own}
    most: dict[str, float | None] = {
        f"kinds.{name}": highest(kind.capacity)
        for name, kind in used.items()
        if name in by_kind or (activities.sessions and kind.weight > 0)
    }
    least, rule = activities.sign_up.at_least, scenario.policy.overbooking
    for key, people in {**most, **{f"series.{name}": size for name, size in own.items()}}.items():
        if people is None:
            continue
        takes = max(1, round(people))
        takes += 0 if rule is None else rule.beyond(takes)
        if takes < least:
            yield (
                f"activities.{key}.capacity: a session takes at most {takes} people, but "
                f"`activities.sign_up.at_least` is {least}, so all are cancelled."
            )


def _closed_at_the_start(scenario: Scenario, openings: Openings, shift: int) -> Iterator[str]:
    """Series for which no room that would hold them is open."""
    for name, series in scenario.activities.series.items():
        kind = scenario.activities.kinds[series.kind]
        people = lowest(kind.capacity) if series.capacity is None else series.capacity
        minutes = series.duration_minutes or lowest(kind.duration_minutes)
        start = minutes_of(series.start) + DAYS.index(series.weekday) * DAY
        weeks = [
            week
            for row, week in openings
            if row.centre == series.centre
            and row.kind in kind.venue_kinds
            and row.capacity >= people
        ]
        if weeks and not any(_holds(week, start, minutes, shift) for week in weeks):
            yield (
                f"activities.series.{name}: no room of {series.centre} for it is open on "
                f"{series.weekday} at {series.start} for {minutes:g} minutes"
                f"{f', or {shift} minutes earlier or later' if shift else ''}"
                f"{_open_on(weeks, series)}."
            )


def _holds(week: Week, start: int, minutes: float, shift: int) -> bool:
    if minutes <= longest(week) == math.inf:
        return True
    usual = [(s + d * DAY, e + d * DAY) for d in range(-7, 14) for s, e in week[d % 7]]
    return any(
        min(until, start + shift + minutes) - max(since, start - shift) >= minutes
        for since, until in joined(usual)
    )


def _open_on(weeks: Sequence[Week], series: Series) -> str:
    day: list[Stretch] = [s for week in weeks for s in week[DAYS.index(series.weekday)]]
    if not day:
        return " (closed all day)"
    since, until = min(s for s, _ in day), max(e for _, e in day)
    return f" (open {since // 60}:{since % 60:02d} until {until // 60}:{until % 60:02d})"


def _residents_first(scenario: Scenario, days_ahead: float) -> Iterator[str]:
    """Programmes published when residents may have booked the rooms already."""
    for key, window in scenario.windows.items():
        opening = f"{dotted(key)}.opens_days_ahead"
        ahead = window.longest_days(scenario.batch_days)
        if ahead > days_ahead:
            yield (
                f"activities.rooms.days_ahead: sessions are published {days_ahead:g} days ahead, "
                f"but residents may book {ahead:.4g} days ahead "
                f"(`{opening}`): they book first, and sessions take what is left."
            )
