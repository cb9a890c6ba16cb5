"""Siting problems of generated worlds: candidates, new compounds, fixed activities, an upgrade.

Candidates lie in compounds, in idle floors and beside centres; rents and capital are assumptions.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

import numpy as np

from sim.made_up.draws import Point, households, lonlat, point_of, points_around, uniforms
from sim.made_up.tables import Files, Row, row
from sim.scenario.derived.openings import Week, joined, venue_weeks
from sim.scenario.derived.samplers import sampler
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.read.files import shipped_folder
from sim.scenario.schema.activities import ActivityKind
from sim.scenario.schema.base import whole_label
from sim.scenario.schema.siting import HandoverRow
from sim.scenario.schema.tables import OriginRow, VenueRow
from sim.scenario.tables import Tables
from sim.season.timetable import clock
from sim.stats.apportion import apportion
from sim.world.calendar import day_shapes

SMALL = "activity_room; meeting_room; table_tennis; children_room; reading_room; art_room"
INDOORS = (
    "activity_room; meeting_room; hall; dance_studio; badminton_court; table_tennis; "
    "children_room; reading_room; co_working; art_room"
)
Rent = tuple[float, float, float]
NO_RENT, GROUND, UPPER, OFFICE, LAND = (
    (0.0, 0.0, 0.0),
    (2.0, 1.5, 3.0),
    (1.1, 0.8, 1.5),
    (3.0, 1.5, 4.1),
    (0.2, 0.1, 0.4),
)
"""Rents in yuan a square metre and day: base, low, high; no citable source but for grade-A offices
(4.1 on average in Hangzhou, of which a quarter stands empty)."""
NEW_COMPOUNDS, RING_KM = 8, (0.8, 1.5)
"""Rings around the middles of communities: farther out than the compounds that are there."""
HANDOVERS_FROM, HANDOVER_DAYS = dt.date(2026, 3, 1), 1_460
"""Handovers spread over four years from here (assumption)."""
BEFORE, AFTER = 92.07, 130.87
"""m2 of community service facilities per 100 households, before the upgrade and after."""
CORRIDORS = 1.25
"""Floor area with corridors over that of rooms (assumption)."""
PEOPLE, TRIES, GRID = 14, 20, 30
"""People at a session: the article's 39,122 participations over 2,731 activities; hours drawn for a
block until one has a free room; minutes of a cell that a block takes."""


def site_cangqian(seed: int) -> Files:
    """Candidates, new compounds and fixed activities in the default world."""
    inputs = _shipped("cangqian")
    handovers = _handovers(inputs.tables, seed)
    return {
        "origins": _planned_origins(inputs.tables, handovers),
        "candidates": _candidates(inputs.tables, handovers, (24, 10, 3, 5), seed),
        "handovers": handovers,
        "activities": _blocks(inputs, seed),
    }


def site_district(seed: int) -> Files:
    """Candidates and fixed activities in the whole district."""
    inputs = _shipped("district")
    return {
        "candidates": _candidates(inputs.tables, [], (300, 36, 20, 40), seed),
        "activities": _blocks(inputs, seed),
    }


def before_after(seed: int) -> Files:
    """Rooms before the upgrade of the default world, and the floor area that it brought."""
    tables = _shipped("cangqian").tables
    new = _added_rooms(tables, seed)
    area: dict[str, float] = {}
    for v in tables.venues:
        if v.venue in new:
            area[v.centre] = area.get(v.centre, 0.0) + v.area_m2
    centres = {c.centre: c for c in tables.centres}
    source = "synthetic; floor area of rooms that the upgrade is taken to have brought"
    return {
        "venues": [
            row(
                "venues",
                v.venue, v.centre, v.kind, v.capacity, f"{v.area_m2:g}", v.access, v.hours,
                v.slot_minutes, v.drop_in, v.source or "",
            )
            for v in tables.venues
            if v.venue not in new
        ],
        "candidates": [
            candidate(
                name, (c.lon, c.lat), c.tier, c.community, m2 * CORRIDORS, source,
                compound=c.compound or "",
            )
            for name, m2 in area.items()
            for c in [centres[name]]
        ],
    }  # fmt: skip


def _shipped(name: str) -> Inputs:
    return load(shipped_folder() / f"{name}.yaml", need_level=False)


def _added_rooms(tables: Tables, seed: int) -> frozenset[str]:
    """Names of the indoor rooms that the upgrade brought.

    Bookable floor area is taken to have grown as all community service area did, alike in every
    kind: of each kind rooms are taken in a keyed order until its share of area is reached.
    """
    by_kind: dict[str, list[VenueRow]] = {}
    for venue in tables.venues:
        if venue.kind != "basketball_court":  # not among the indoor spaces that were upgraded
            by_kind.setdefault(venue.kind, []).append(venue)
    found: set[str] = set()
    for venues in by_kind.values():
        wanted = (1 - BEFORE / AFTER) * sum(v.area_m2 for v in venues)
        area = 0.0
        for venue in sorted(venues, key=lambda v: uniforms(seed, "upgrade", v.venue, 1)[0]):
            if area + venue.area_m2 / 2 <= wanted:  # taken where that comes nearer to the share
                found.add(venue.venue)
                area += venue.area_m2
    return frozenset(found)


def candidate(
    site: str,
    where: Point,
    tier: str,
    community: str,
    area: float,
    source: str,
    *,
    kinds: str = "",
    rent: Rent = NO_RENT,
    capital: int = 0,
    access: str = "",
    compound: str = "",
) -> Row:
    """Make a row of `candidates.csv`; a rent of nothing is left empty."""
    costs = (cost or "" for cost in rent)
    whose = (tier, community, compound, access)
    return row("candidates", site, *where, *whose, round(area), kinds, *costs, capital, source)


def _candidates(
    tables: Tables, handovers: list[Row], numbers: tuple[int, int, int, int], seed: int
) -> list[Row]:
    """Rows of `candidates.csv`.

    Parameters
    ----------
    handovers
        New compounds: each hands over rooms for its people.
    numbers
        Candidates in compounds, parks and centres, and courts; the largest places come first.
    """
    people: dict[str, int] = {}
    for group in tables.people:
        people[group.origin] = people.get(group.origin, 0) + group.people
    homes = [o for o in tables.origins if o.type in ("compound", "village") and o.origin in people]
    homes.sort(key=lambda o: (-people[o.origin], o.origin))
    works = [o for o in tables.origins if o.type == "workplace"]
    works.sort(key=lambda o: (-people.get(o.origin, 0), o.origin))
    upper = [c for c in tables.centres if c.tier == "subdistrict"]
    compounds, parks, centres, courts = numbers

    def size(name: str, least: float, span: float) -> float:
        return least + span * uniforms(seed, "candidate", name, 1)[0]

    def beside(o: OriginRow, name: str, purpose: str, km: float) -> Point:
        """A point up to so far from an origin, to tell sites apart that share it."""
        u = uniforms(seed, f"{purpose} place", name, 2)
        angle, away = 2 * math.pi * u[0], km * (0.4 + 0.6 * u[1])
        return lonlat((away * math.cos(angle), away * math.sin(angle)), (o.lon, o.lat))

    def made(what: str) -> str:
        return f"synthetic; {what}; assumption"

    nearest = {
        c.community: next((o for o in homes if o.community == c.community), None)
        for c in tables.communities
    }
    return [
        *(
            candidate(
                f"{o.origin}·架空层", beside(o, o.origin, "candidate", 0.05), "compound",
                o.community, size(o.origin, 110, 130), made("open ground floor of a compound"),
                kinds=SMALL, capital=400, compound=o.origin,
            )
            for o in homes[:compounds]
        ),
        *(
            candidate(
                f"{new.compound}·配套用房", (new.lon, new.lat), "compound", new.community,
                size(new.compound, 200, 250), made("rooms that a new compound hands over"),
                kinds=f"{SMALL}; dance_studio", capital=200, compound=new.compound,
            )
            for new in map(HandoverRow.model_validate, handovers)
        ),
        *(
            candidate(
                f"{name}·沿街闲置用房", beside(o, o.origin, "community", 0.25), "community", name,
                size(name, 320, 380), made("idle ground floor of a community"), kinds=INDOORS,
                rent=GROUND, capital=300,
            )
            for name, o in nearest.items()
            if o is not None
        ),
        *(
            candidate(
                f"{o.origin}·空置楼层", beside(o, o.origin, "candidate", 0.1), "subdistrict",
                o.community, size(o.origin, 800, 1200), made("idle office floor of a park"),
                kinds=INDOORS, rent=OFFICE, capital=200, access="public",
            )
            for o in works[:parks]
        ),
        *(
            candidate(
                c.centre, (c.lon, c.lat), "subdistrict", c.community, size(c.centre, 300, 300),
                made("spare upper floor of a centre"), kinds=INDOORS, rent=UPPER, access="public",
            )
            for c in upper[:centres]
        ),
        *(
            candidate(
                f"{o.origin}旁·球场用地", beside(o, o.origin, "court", 0.3), "community",
                o.community, 1100, made("idle land beside a compound"), kinds="basketball_court",
                rent=LAND, access="public",
            )
            for o in _edges(homes, courts)
        ),
    ]  # fmt: skip


def _edges(homes: Sequence[OriginRow], number: int) -> list[OriginRow]:
    """Homes that are farthest from each other, the largest first."""
    middle = (homes[0].lon, homes[0].lat)
    points = {o.origin: point_of(o.lon, o.lat, middle) for o in homes}
    left, chosen = list(homes), list[OriginRow]()

    def room(origin: OriginRow) -> float:
        away = (math.dist(points[origin.origin], points[c.origin]) for c in chosen)
        return round(min(away, default=math.inf), 9)

    while left and len(chosen) < number:
        chosen.append(max(left, key=room))
        left.remove(chosen[-1])
    return chosen


def _handovers(tables: Tables, seed: int) -> list[Row]:
    """Rows of `handovers.csv`: compounds at the edges, each in the community that is nearest.

    Of points around community centres the one farthest from all that is there is taken, again and
    again, so far as it lies between the outermost origins.
    """
    middle = (tables.origins[0].lon, tables.origins[0].lat)
    taken = [point_of(o.lon, o.lat, middle) for o in tables.origins]
    zone_of = {c.community: c.zone for c in tables.communities}
    low, high = ([end(p[i] for p in taken) for i in (0, 1)] for end in (min, max))
    inside = [
        (c.community, point)
        for c in tables.centres
        if c.tier == "community"
        for point in points_around(
            point_of(c.lon, c.lat, middle),
            RING_KM,
            uniforms(seed, "handover place", c.community, 24),
        )
        if all(low[i] <= point[i] <= high[i] for i in (0, 1))
    ]
    source = (
        "synthetic; no real estate; households lognormal as in Hangzhou's compounds 2019, "
        "dates assumed"
    )
    rows: list[Row] = []
    for n in range(NEW_COMPOUNDS):
        community, point = max(
            inside, key=lambda o: round(min(math.dist(o[1], q) for q in taken), 9)
        )
        taken.append(point)
        name = f"{zone_of[community][:2]}新{n + 1}号小区"
        u = uniforms(seed, "handover", name, 2)
        size = round(households(u[0], 0.5, 600, 2_400))
        day = HANDOVERS_FROM + dt.timedelta(days=round(HANDOVER_DAYS * (n + u[1]) / NEW_COMPOUNDS))
        where = lonlat(point, middle)
        rows.append(row("handovers", name, community, *where, size, day.isoformat(), source))
    return rows


def _planned_origins(tables: Tables, handovers: list[Row]) -> list[Row]:
    """Rows of `origins.csv`: those that are there, then new compounds, with nobody in them yet."""
    return [
        row(
            "origins",
            o.origin, o.type, o.community, o.lon, o.lat, o.presence, o.households, o.source or "",
        )
        for o in tables.origins
    ] + [
        row(
            "origins",
            h["compound"], "compound", h["community"], h["lon"], h["lat"], "always", 0,
            f"planned, handed over {h['handover']}; {h['source']}",
        )
        for h in handovers
    ]  # fmt: skip


Taken = set[tuple[str, int, int]]
"""Venue, weekday and minute of every half hour that is taken."""
Rooms = Sequence[tuple[VenueRow, Week]]


def _blocks(inputs: Inputs, seed: int) -> list[Row]:
    """Make a weekly block for each session a week, so that plans do not move activities about.

    Zones' shares follow their people and `programme`, hours the curves of the kind, lengths its
    distribution. A block takes the first free room in the order of the table, of the kind that is
    best for it: so the programme is held in the larger centres (assumption).
    """
    scenario = inputs.scenario
    spec, window = scenario.activities, scenario.window
    a_week = spec.sessions * 7 / ((window.last - window.first).days + 1)
    weights = _weights(inputs)
    counts = apportion(list(weights.values()), round(a_week))
    zone_of = {c.community: c.zone for c in inputs.tables.communities}
    zone_at = {c.centre: zone_of[c.community] for c in inputs.tables.centres}
    weeks = list(venue_weeks(scenario, inputs.tables))
    taken: Taken = set()
    rows: list[Row] = []
    for (zone, name), count in zip(weights, counts, strict=True):
        rooms = [(venue, week) for venue, week in weeks if zone_at[venue.centre] == zone]
        for i in range(count):
            request = f"{zone}-{name}-{i + 1}"
            block = _placed(request, spec.kinds[name], rooms, taken, seed)
            if block is not None:
                venue, day, start, end = block
                rows.append(
                    row(
                        "activities",
                        request, whole_label(spec.kinds[name].label) or name, venue, day + 1,
                        clock(start), clock(end), window.first.isoformat(),
                        window.last.isoformat(), PEOPLE, 1,
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
    request: str, kind: ActivityKind, rooms: Rooms, taken: Taken, seed: int
) -> tuple[str, int, int, int] | None:
    """Venue, weekday, start and end of a block; None if no drawn hour has a free room."""
    u = uniforms(seed, "fixed block", request, TRIES + 1)
    minutes = float(sampler(kind.duration_minutes).ppf(np.array([u[0]]))[0])
    length = max(GRID, GRID * round(minutes / GRID))
    shapes = day_shapes(kind.starts)
    week = np.cumsum(np.concatenate([shapes[0]] * 5 + [shapes[1]] * 2))
    for mark in u[1:]:
        hour = int(np.searchsorted(week, mark * week[-1], side="right"))
        day, start = hour // 24, hour % 24 * 60
        venue = next(_free(kind, rooms, day, (start, start + length), taken), None)
        if venue is not None:
            taken |= {(venue, day, t) for t in range(start, start + length, GRID)}
            return venue, day, start, start + length
    return None


def _free(
    kind: ActivityKind, rooms: Rooms, day: int, span: tuple[int, int], taken: Taken
) -> Iterator[str]:
    """Rooms that are open, large enough and free, the best kind first."""
    for wanted in kind.venue_kinds:
        for venue, week in rooms:
            if (
                venue.kind == wanted
                and venue.capacity >= PEOPLE
                and any(s <= span[0] and span[1] <= e for s, e in joined(week[day]))
                and not any((venue.venue, day, t) in taken for t in range(*span, GRID))
            ):
                yield venue.venue
