"""The programme of activities as fixed weekly blocks, so that plans do not move it about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.made_up.shape import uniforms
from sim.made_up.tables import Row, row
from sim.scenario.derived.openings import Week, joined, venue_weeks
from sim.scenario.derived.samplers import sampler
from sim.scenario.inputs import Inputs
from sim.scenario.schema.activities import ActivityKind
from sim.scenario.schema.base import whole_label
from sim.scenario.schema.tables import VenueRow
from sim.season.timetable import clock
from sim.stats.apportion import apportion
from sim.world.calendar import day_shapes

PEOPLE = 14
"""People at a session: the article's 39,122 participations over 2,731 activities."""
TRIES = 20
"""Hours drawn for a block until one has a free room."""
GRID = 30
Taken = set[tuple[str, int, int]]
"""Venue, weekday and minute of every half hour that is taken."""


def block_rows(inputs: Inputs, seed: int) -> list[Row]:
    """Make a weekly block for each session a week, by zone and kind as in the programme.

    Zones' shares follow their people and `programme`, hours the curves of the kind, lengths its
    distribution. A block takes the first free room in the order of the table, of the kind that is
    best for it: so the programme is held in the larger centres (assumption).
    """
    scenario = inputs.scenario
    spec, window = scenario.activities, scenario.window
    a_week = spec.sessions * 7 / ((window.last - window.first).days + 1)
    weights = _weights(inputs)
    counts = apportion(list(weights.values()), round(a_week))
    weeks = list(venue_weeks(scenario, inputs.tables))
    zone_of = {c.community: c.zone for c in inputs.tables.communities}
    zone_at = {c.centre: zone_of[c.community] for c in inputs.tables.centres}
    taken: Taken = set()
    rows: list[Row] = []
    for (zone, name), count in zip(weights, counts, strict=True):
        rooms = [(venue, week) for venue, week in weeks if zone_at[venue.centre] == zone]
        for i in range(count):
            request = f"{zone}-{name}-{i + 1}"
            found = _placed(request, spec.kinds[name], rooms, taken, seed)
            if found is not None:
                room, day, start, end = found
                rows.append(
                    row(
                        "activities",
                        request, whole_label(spec.kinds[name].label) or name, room.venue,
                        day + 1, clock(start), clock(end),
                        window.first.isoformat(), window.last.isoformat(), PEOPLE, 1,
                    )
                )  # fmt: skip
    return rows


def _weights(inputs: Inputs) -> dict[tuple[str, str], float]:
    """(zone, kind) -> sessions, relative to the others."""
    tables, scenario = inputs.tables, inputs.scenario
    zone_of = {c.community: c.zone for c in tables.communities}
    zone_at = {o.origin: zone_of[o.community] for o in tables.origins}
    people = dict.fromkeys(scenario.zones, 0)
    for group in tables.people:
        people[zone_at[group.origin]] += group.people
    return {
        (zone, name): people[zone] * own.programme_weight * kind.weight * own.programme.get(name, 1)
        for zone, own in scenario.zones.items()
        for name, kind in scenario.activities.kinds.items()
    }


def _placed(
    request: str,
    kind: ActivityKind,
    rooms: Sequence[tuple[VenueRow, Week]],
    taken: Taken,
    seed: int,
) -> tuple[VenueRow, int, int, int] | None:
    """Room, weekday, start and end of a block; None if no drawn hour has a free room."""
    u = uniforms(seed, "fixed block", request, TRIES + 1)
    minutes = float(sampler(kind.duration_minutes).ppf(np.array([u[0]]))[0])
    length = max(GRID, GRID * round(minutes / GRID))
    shapes = day_shapes(kind.starts)
    week = np.cumsum(np.concatenate([shapes[0]] * 5 + [shapes[1]] * 2))
    for mark in u[1:]:
        hour = int(np.searchsorted(week, mark * week[-1], side="right"))
        day, start = hour // 24, hour % 24 * 60
        for room in _free(kind, rooms, day, start, start + length, taken):
            taken |= {(room.venue, day, t) for t in range(start, start + length, GRID)}
            return room, day, start, start + length
    return None


def _free(
    kind: ActivityKind,
    rooms: Sequence[tuple[VenueRow, Week]],
    day: int,
    start: int,
    end: int,
    taken: Taken,
) -> Iterator[VenueRow]:
    """Rooms that are open, large enough and free, the best kind first."""
    for wanted in kind.venue_kinds:
        for venue, week in rooms:
            if (
                venue.kind == wanted
                and venue.capacity >= PEOPLE
                and any(s <= start and end <= e for s, e in joined(week[day]))
                and not any((venue.venue, day, t) in taken for t in range(start, end, GRID))
            ):
                yield venue
