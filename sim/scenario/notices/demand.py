"""What is probably not meant about the world and demand: names nobody uses, sizes nothing holds."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator

from sim.scenario.derived.openings import Openings, Week, longest
from sim.scenario.derived.ranges import RARE, like, percent, share_above
from sim.scenario.inputs import synthetic_tables
from sim.scenario.schema.demand import fits_hours
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables


def demand_notices(scenario: Scenario, tables: Tables, openings: Openings) -> Iterator[str]:
    """Sentences about the world, people, kinds of rooms and closures."""
    yield from _kind_of_world(scenario, tables)
    yield from _unused_kinds(scenario, tables)
    yield from _idle_segments(scenario, tables)
    yield from _empty_zones(scenario, tables)
    yield from _large_parties(scenario, tables)
    yield from _many_rooms(scenario, tables)
    yield from _long_uses(scenario, openings)
    yield from _idle_closures(scenario)
    yield from _refused_starts(scenario, tables)


def _kind_of_world(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """A world that is called real, of rows that call themselves synthetic."""
    synthetic = [name for name, share in synthetic_tables(tables).items() if share]
    if scenario.world.kind == "real" and synthetic:
        yield (
            f"world.kind: real, but `source` says of rows of {', '.join(synthetic)} that they are "
            "synthetic or assumed."
        )


def _unused_kinds(scenario: Scenario, tables: Tables) -> Iterator[str]:
    built = {row.kind for row in tables.venues}
    wished = {kind for rates in scenario.demand.wishes_per_1000.values() for kind in rates}
    for kind in scenario.kinds:
        if kind not in built and kind not in wished:
            known = (k for k in scenario.kinds if k in built | wished)
            yield f"kinds.{kind}: no venue is of this kind and no rate names it{like(kind, known)}"


def _idle_segments(scenario: Scenario, tables: Tables) -> Iterator[str]:
    people = dict.fromkeys(scenario.segments, 0)
    for row in tables.people:
        people[row.segment] += row.people
    if not any(people.values()):
        yield "world.people: all people are 0, so nobody wishes for anything."
        return
    rates = _rates(scenario)
    for name, segment in scenario.segments.items():
        if segment.adopters == 0:
            continue
        used = (s for s in scenario.segments if people[s] and rates.get(s, 0) > 0)
        if not people[name]:
            yield f"segments.{name}: there are no people of this segment{like(name, used)}"
        elif rates.get(name, 0) <= 0:
            missing = "no rate above 0 in `demand.wishes_per_1000`, so its people wish for nothing"
            yield f"segments.{name}: {missing}{like(name, used)}"


def _rates(scenario: Scenario) -> dict[str, float]:
    """Segment -> sum of all its rates, of whatever it does; only whether it is 0 means anything."""
    by_segment = [
        *(kind.appeal for kind in scenario.activities.kinds.values()),
        *(kind.visits_per_1000 for kind in scenario.dropin.kinds.values()),
        scenario.points.volunteering_per_1000,
    ]
    rates = {s: sum(r.values()) for s, r in scenario.demand.wishes_per_1000.items()}
    for found in by_segment:
        for segment, rate in found.items():
            rates[segment] = rates.get(segment, 0.0) + rate
    return rates


def _empty_zones(scenario: Scenario, tables: Tables) -> Iterator[str]:
    used = dict.fromkeys(row.zone for row in tables.communities)
    for zone in scenario.zones:
        if zone not in used:
            yield f"zones.{zone}: no community lies in this zone{like(zone, used)}"


def _large_parties(scenario: Scenario, tables: Tables) -> Iterator[str]:
    largest: dict[str, int] = {}
    for row in tables.venues:
        largest[row.kind] = max(row.capacity, largest.get(row.kind, 0))
    for kind, capacity in largest.items():
        spec = scenario.kinds[kind]
        share = sum(
            of_wishes * share_above(spec.party, number * capacity + 0.5)
            for number, of_wishes in spec.shares_of_rooms.items()
        )
        if share >= RARE:
            yield (
                f"kinds.{kind}.party: {percent(share)} of parties are larger than the largest "
                f"room of this kind ({capacity} people) and can be served nowhere."
            )


def _many_rooms(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Wishes for more rooms at once than a centre has."""
    rooms = Counter((row.kind, row.centre) for row in tables.venues)
    for kind, spec in scenario.kinds.items():
        most = max((n for (of, _), n in rooms.items() if of == kind), default=0)
        share = sum(s for number, s in spec.shares_of_rooms.items() if number > most)
        if most and share >= RARE:
            yield (
                f"kinds.{kind}.rooms_at_once: {percent(share)} of wishes take more rooms at once "
                f"than any centre has of this kind ({most}) and can be served nowhere."
            )


def _long_uses(scenario: Scenario, openings: Openings) -> Iterator[str]:
    of_kind: dict[str, set[Week]] = {}
    for row, week in openings:
        of_kind.setdefault(row.kind, set()).add(week)
    for kind, found in of_kind.items():
        minutes = max(map(longest, found))
        limit = minutes + scenario.grid_minutes / 2  # durations are rounded to the grid
        share = share_above(scenario.kinds[kind].duration_minutes, limit)
        if share >= RARE:
            yield (
                f"kinds.{kind}.duration_minutes: {percent(share)} of uses are longer than the "
                f"longest opening of its venues ({minutes:g} minutes) and fit nowhere."
            )


def _idle_closures(scenario: Scenario) -> Iterator[str]:
    """Closures of days that nobody books in a run, and that are none of the season's."""
    first = scenario.window.first - dt.timedelta(days=scenario.experiment.warm_up_days)
    ahead = math.ceil(scenario.opens_days_ahead)
    last = scenario.window.last + dt.timedelta(days=ahead)
    season = None if scenario.allocation is None else scenario.allocation.season
    for i, closure in enumerate(scenario.calendar.closures):
        if season is not None and closure.first <= season.last and season.first <= closure.last:
            continue
        if closure.last < first or closure.first > last:
            yield (
                f"calendar.closures.{i}: {closure.first} until {closure.last} lies wholly outside "
                f"the simulated dates ({first} until {last}) and closes nothing."
            )


def _refused_starts(scenario: Scenario, tables: Tables) -> Iterator[str]:
    for name, kind in scenario.kinds.items():
        every = kind.start_minutes or scenario.grid_minutes
        rows = [row for row in tables.venues if row.kind == name]
        odd = [row for row in rows if every % row.slot_minutes]
        if not odd:
            continue
        better = math.lcm(*(row.slot_minutes for row in rows))
        advice = f"; give kinds.{name}.start_minutes: {better}" if fits_hours(better) else ""
        which = f"{odd[0].venue} offers" if len(odd) == 1 else f"{odd[0].venue} and others offer"
        yield (
            f"kinds.{name}: wishes start every {every} minutes, but {len(odd)} of {len(rows)} "
            f"venues do not offer all of these starts ({which} one every {odd[0].slot_minutes}): "
            f"at those, wishes for other starts count as closed then{advice}."
        )
