"""What is probably not meant about places: nobody goes, there is none, or it is closed then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.scenario.notices.words import like
from sim.scenario.openings import DAY, Stretch, Week, any_open, weeks
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.demand import Curve
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import DAYS, VenueRow
from sim.scenario.tables import Tables

_WEEKDAYS = 5


def of_dropin(
    scenario: Scenario, tables: Tables, openings: Sequence[tuple[VenueRow, Week]]
) -> Iterator[str]:
    """Sentences about kinds of places and places."""
    places = [*_own_places(tables), *_shared_places(scenario, openings)]
    built = {kind for _, kind, _, _ in places}
    for name, kind in scenario.dropin.kinds.items():
        if name not in built:
            message = "no place is of this kind, nor any venue with `drop_in`"
            yield f"dropin.kinds.{name}: {message}{like(name, built)}"
        elif not any(rate > 0 for rate in kind.visits_per_1000.values()):
            yield f"dropin.kinds.{name}: no rate above 0 in `visits_per_1000`, so nobody goes."
    yield from _idle_sharing(scenario, tables)
    yield from _closed_when_people_come(scenario, places)
    yield from _no_turns(scenario, places)


Opened = tuple[str, str, str, Week]
"""Name, kind, name of the hours, week (of school terms and of school holidays together)."""


def _own_places(tables: Tables) -> Iterator[Opened]:
    plain = weeks(tables.hours)
    for row in tables.places:
        usual, holidays = plain[row.hours], plain[row.school_holiday_hours or row.hours]
        week = tuple(a + b for a, b in zip(usual, holidays, strict=True))
        yield row.place, row.kind, row.hours, week


def _shared_places(
    scenario: Scenario, openings: Sequence[tuple[VenueRow, Week]]
) -> Iterator[Opened]:
    for row, week in openings:
        if row.drop_in == "yes" and row.kind in scenario.dropin.venues:
            yield row.venue, scenario.dropin.venues[row.kind], row.hours, week


def _idle_sharing(scenario: Scenario, tables: Tables) -> Iterator[str]:
    shared = {row.kind for row in tables.venues if row.drop_in == "yes"}
    for kind in scenario.dropin.venues:
        if kind not in shared:
            message = "no venue of this kind has `drop_in` yes"
            yield f"dropin.venues.{kind}: {message}{like(kind, shared)}"


def _closed_when_people_come(scenario: Scenario, places: Sequence[Opened]) -> Iterator[str]:
    """Hours that never overlap the curve of the kind, with the places that keep them."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, kind, hours, week in places:
        if not _meet(week, scenario.dropin.kinds[kind].curve):
            found.setdefault((kind, hours), []).append(name)
    for (kind, hours), names in found.items():
        which = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        yield (
            f"dropin.kinds.{kind}.curve: people never come while {which} is open (hours {hours})."
        )


def _meet(week: Week, curve: Curve) -> bool:
    """Whether a week has an open moment in which the curve is above 0."""
    weekday = _hours(curve.weekday)
    weekend = _hours(curve.weekend) if curve.weekend_day > 0 else []
    for day, stretches in enumerate(week):
        today = weekday if day < _WEEKDAYS else weekend
        after = weekday if day < _WEEKDAYS - 1 or DAYS[day] == "Sun" else weekend
        wanted = [*today, *((start + DAY, end + DAY) for start, end in after)]
        if any(a < d and c < b for a, b in stretches for c, d in wanted):
            return True
    return False


def _hours(bands: dict[str, float]) -> list[Stretch]:
    found = []
    for band, weight in bands.items():
        start, end = (hour * 60 for hour in hours_of(band))
        if weight > 0:
            found.append((start, end))
    return found


def _no_turns(scenario: Scenario, places: Sequence[Opened]) -> Iterator[str]:
    """Hours in turns in which no place of the kind is open."""
    for name, kind in scenario.dropin.kinds.items():
        own = [week for _, of_kind, _, week in places if of_kind == name]
        if kind.turns is None or not own:
            continue
        start, end = (hour * 60 for hour in hours_of(kind.turns.hours))
        if not any(any_open(week, start, end) for week in own):
            message = f"no place of this kind is open in these hours ({kind.turns.hours})"
            yield f"dropin.kinds.{name}.turns: {message}."


def expected_visits(scenario: Scenario, tables: Tables) -> float:
    """At most so many visits a replication has: everybody present and next door, no season."""
    per_1000: dict[str, float] = {}
    for kind in scenario.dropin.kinds.values():
        for segment, rate in kind.visits_per_1000.items():
            per_1000[segment] = per_1000.get(segment, 0.0) + rate
    weekly = sum(per_1000.get(row.segment, 0.0) * row.people / 1000 for row in tables.people)
    days = (scenario.window.last - scenario.window.first).days + 1
    weeks_simulated = (days + scenario.experiment.warm_up_days) / 7
    return weekly * weeks_simulated * scenario.dropin.multiplier
