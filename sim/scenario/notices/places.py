"""What is probably not meant about places, hours, money, clubs' blocks and sites.

Such as places that are closed when people come, blocks nobody counts and sites nobody reaches.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence

from sim.scenario.checks.siting import nearest_words, reached
from sim.scenario.derived.distances import EARTH_KM, farthest_km
from sim.scenario.derived.openings import DAY, Openings, Stretch, Week, any_open, moved_ends, weeks
from sim.scenario.derived.ranges import like
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.demand import Curve
from sim.scenario.schema.place import Opening, ZoneOpening
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import DAYS
from sim.scenario.tables import Tables

_WEEKDAYS = 5


def place_notices(scenario: Scenario, tables: Tables, openings: Openings) -> Iterator[str]:
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


def _shared_places(scenario: Scenario, openings: Openings) -> Iterator[Opened]:
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


def zone_notices(scenario: Scenario, tables: Tables, openings: Openings) -> Iterator[str]:
    """Sentences about hours that are moved, savings and subsidies."""
    yield from _never_open(scenario, tables, openings)
    yield from _opening_of_nothing(scenario, tables)
    if scenario.subsidy.amount > 0 and not scenario.subsidy.rules:
        yield "subsidy.amount: there are no `subsidy.rules`, so it is not split."
    costs = scenario.costs
    rates = costs.yuan_per_m2_year, costs.yuan_per_m2_open_hour
    if not any((*rates, *costs.yuan_per_centre_open_hour.values())):
        for name, zone in scenario.zones.items():
            if zone.saved_yuan_per_year:
                yield (
                    f"zones.{name}.saved_yuan_per_year: `costs` are all 0, so there is nothing "
                    "to save on."
                )


def _never_open(scenario: Scenario, tables: Tables, openings: Openings) -> Iterator[str]:
    """Hours that leave hours of the table no open moment."""
    plain = weeks(tables.hours)
    zone_of = {row.community: row.zone for row in tables.communities}
    centres = {row.centre: row for row in tables.centres}
    closed: dict[tuple[str, str], int] = {}
    for row, week in openings:
        if any(plain[row.hours]) and not any(week):
            centre = centres[row.centre]
            zone = zone_of[centre.community]
            own = moved_ends(Opening(), scenario.zones[zone].opening, centre, row.kind)
            key = f"zones.{zone}.opening" if own != (None, None) else "opening", row.hours
            closed[key] = closed.get(key, 0) + 1
    for (moving, hours), number in closed.items():
        which = "1 venue" if number == 1 else f"{number} venues"
        yield (
            f"{moving}: {which} with hours {hours} would never be open: these hours "
            "leave nothing of those in the table."
        )


def _opening_of_nothing(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Hours of all zones that no venue keeps: none is of these tiers, kinds and centres."""
    general = scenario.opening
    if general.opens is None and general.closes is None:
        if general.tiers or general.kinds or general.centres:
            yield "opening: neither `open` nor `close` is given, so it changes nothing."
        return
    centres = {row.centre: row for row in tables.centres}
    own = ZoneOpening()
    if all(
        moved_ends(general, own, centres[row.centre], row.kind) == (None, None)
        for row in tables.venues
    ):
        yield "opening: no venue is of these tiers, kinds and centres, so it changes nothing."


NO_ROWS = "timetable.blocks: the table has no rows, so no club has a room."


def timetable_notices(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Sentences about blocks that count for nothing, and rooms that never go back."""
    spec, window = scenario.timetable, scenario.window
    if spec is None:
        return
    rows = tables.timetable
    if not rows:
        yield NO_ROWS
    outside = [row for row in rows if not row.has_date(window.first, window.last)]
    if outside:
        yield (
            f"timetable.blocks: {len(outside)} of {len(rows)} blocks have no date in the counting "
            f"window ({window.first} until {window.last}), so none of their hours is counted: "
            f"{outside[0].request} ({outside[0].first} until {outside[0].last})"
            f"{' and others' if len(outside) > 1 else ''}."
        )
    if spec.release_unused and spec.unused_share == 0:
        yield "timetable.release_unused: `unused_share` is 0, so nothing is ever given back."


_MOST_NAMED = 5
_SHIFT_KM = 0.3
_SHIFTED = 5
"""Number of compound sites from which on a shift differs from chance."""


def siting_notices(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Sentences about candidates."""
    if scenario.siting is None or not tables.candidates:
        return
    yield from _unreached(scenario, tables)
    yield from _shifted(tables)
    if scenario.siting.robust != "base" and not (scenario.siting.outlooks or scenario.siting.path):
        yield f"siting.robust: {scenario.siting.robust}, but there are no outlooks and no path."


def _unreached(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Name places whose people no candidate serves."""
    found = reached(scenario, tables)
    limit = farthest_km(list(scenario.segments.values()), scenario.travel)
    alone = [o for o in found.inhabited if found.km[o].min() > limit]
    for o in alone[:_MOST_NAMED]:
        words = nearest_words(found, o, int(found.km[o].argmin()))
        yield f"siting.candidates: nobody of {found.origins[o].origin} can reach any; {words}."
    if len(alone) > _MOST_NAMED:
        yield f"siting.candidates: nor can those of {len(alone) - _MOST_NAMED} more origins."


def _shifted(tables: Tables) -> Iterator[str]:
    """Sites in compounds that all lie off their compound in one direction.

    A shift of GCJ-02 or BD-09 against WGS-84 (in Hangzhou 0.5 and 1.1 km) cannot be told from
    coordinates alone, only against places that are known.
    """
    homes = {row.origin: row for row in tables.origins}
    sites = [r for r in tables.candidates if r.compound in homes and r.tier == "compound"]
    away = []
    for row in sites:
        home = homes[str(row.compound)]
        scale = math.radians(1) * EARTH_KM
        east = (row.lon - home.lon) * scale * math.cos(math.radians(home.lat))
        away.append((east, (row.lat - home.lat) * scale))
    if len(away) < _SHIFTED:
        return
    east, north = (statistics.median(axis) for axis in zip(*away, strict=True))
    alike = [p for p in away if math.hypot(p[0] - east, p[1] - north) < _SHIFT_KM / 2]
    if math.hypot(east, north) > _SHIFT_KM and len(alike) > 0.8 * len(away):
        yield (
            f"siting.candidates: {len(alike)} of {len(away)} sites in compounds lie "
            f"{1000 * abs(east):,.0f} m {'east' if east > 0 else 'west'} and "
            f"{1000 * abs(north):,.0f} m {'north' if north > 0 else 'south'} of their compound: "
            "are these GCJ-02 or BD-09 coordinates? The world's are read as WGS-84."
        )
