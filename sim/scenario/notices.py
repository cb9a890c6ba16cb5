"""What a scenario may say but probably does not mean, where results would mislead because of it."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Iterator

from sim.scenario.checks.siting import nearest_words, reached
from sim.scenario.derived.distances import EARTH_KM, farthest_km
from sim.scenario.derived.openings import Openings, Week, longest, moved_ends, venue_weeks, weeks
from sim.scenario.derived.size import size_notices
from sim.scenario.inputs import synthetic_tables
from sim.scenario.read.nodes import dotted
from sim.scenario.schema.activities import Published
from sim.scenario.schema.demand import fits_hours
from sim.scenario.schema.distributions import Distribution, highest
from sim.scenario.schema.place import Opening, ZoneOpening
from sim.scenario.schema.policy import Batch, Policy
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import minutes_of
from sim.scenario.tables import Tables

RARE = 0.001  # what concerns a smaller share than this is not worth a sentence
MANY = 0.01  # of the wishes: below, the sentence would be longer than the matter is
NO_ROWS = "timetable.blocks: the table has no rows, so no club has a room."


def notices(scenario: Scenario, tables: Tables, level: float, interest: float) -> tuple[str, ...]:
    """Sentences about what is allowed but probably not meant."""
    openings = venue_weeks(scenario, tables)
    return (
        *_synthetic_world(scenario, tables),
        *_idle_people(scenario, tables),
        *_large_parties(scenario, tables),
        *_long_uses(scenario, openings),
        *_idle_closures(scenario),
        *_refused_starts(scenario, tables),
        *_activities(scenario, tables),
        *_moved_openings(scenario, tables, openings),
        *_refused_early(scenario),
        *_nobody_suspended_yet(scenario),
        *_decided_before_asked(scenario),
        *_timetable(scenario, tables),
        *_unreached(scenario, tables),
        *_shifted(scenario, tables),
        *size_notices(scenario, tables, level, interest),
    )


def _synthetic_world(scenario: Scenario, tables: Tables) -> Iterator[str]:
    synthetic = [name for name, share in synthetic_tables(tables).items() if share]
    if scenario.world.kind == "real" and synthetic:
        yield (
            f"world.kind: real, but `source` says of rows of {', '.join(synthetic)} that they are "
            "synthetic or assumed."
        )


def _idle_people(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Segments whose people do nothing at all: wish, take part, visit or volunteer."""
    present = {row.segment for row in tables.people if row.people}
    if not present:
        yield "world.people: all people are 0, so nobody wishes for anything."
    rates = [
        *(kind.appeal for kind in scenario.activities.kinds.values()),
        *(kind.visits_per_1000 for kind in scenario.dropin.kinds.values()),
        scenario.points.volunteering_per_1000,
        {name: sum(kinds.values()) for name, kinds in scenario.demand.wishes_per_1000.items()},
    ]
    for name, segment in scenario.segments.items():
        if name in present and segment.adopters and not any(r.get(name, 0) > 0 for r in rates):
            missing = "no rate above 0 in `demand.wishes_per_1000`, so its people wish for nothing"
            yield f"segments.{name}: {missing}."


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
    last = scenario.window.last + dt.timedelta(days=math.ceil(scenario.opens_days_ahead))
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


def _activities(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Sessions that no room holds, and rooms that residents book first."""
    activities = scenario.activities
    if not isinstance(activities.rooms, Published) or not activities.sessions:
        return
    for name, kind in activities.kinds.items():
        largest = max((v.capacity for v in tables.venues if v.kind in kind.venue_kinds), default=0)
        share = share_above(kind.capacity, largest + 0.5) if largest and kind.weight else 0.0
        if share >= RARE:
            yield (
                f"activities.kinds.{name}.capacity: {percent(share)} of sessions take more people "
                f"than the largest room of its kinds holds ({largest} people)."
            )
    days_ahead = activities.rooms.days_ahead
    for key, window in scenario.windows.items():
        ahead = window.longest_days(scenario.batch_days)
        if ahead > days_ahead:
            yield (
                f"activities.rooms.days_ahead: sessions are published {days_ahead:g} days ahead, "
                f"but residents may book {ahead:.4g} days ahead "
                f"(`{dotted(key)}.opens_days_ahead`): they book first, and sessions take what is "
                "left."
            )


def _moved_openings(scenario: Scenario, tables: Tables, openings: Openings) -> Iterator[str]:
    """Hours that change nothing, or leave hours of the table no open moment."""
    general = scenario.opening.opens, scenario.opening.closes
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
    if general != (None, None) and all(
        moved_ends(scenario.opening, ZoneOpening(), centres[row.centre], row.kind) == (None, None)
        for row, _ in openings
    ):
        yield "opening: no venue is of these tiers, kinds and centres, so it changes nothing."
    for (moving, hours), number in closed.items():
        which = "1 venue" if number == 1 else f"{number} venues"
        yield (
            f"{moving}: {which} with hours {hours} would never be open: these hours "
            "leave nothing of those in the table."
        )


def _refused_early(scenario: Scenario) -> Iterator[str]:
    """Windows that open later than people would ask, while nobody is said to come back."""
    for key, window in scenario.windows.items():
        opens = window.longest_days(scenario.batch_days)
        share = share_above(scenario.demand.lead_days, opens)
        if share >= MANY and not scenario.demand.responses.comes_back:
            yield (
                f"{dotted(key)}.opens_days_ahead: {percent(share)} of wishes arise earlier than "
                "that, and nobody comes back when the slot opens: `demand.responses.comes_back` "
                "is 0, so these are refused for good."
            )


def _policies(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """The policy and, as policies with these parts alone, its overrides."""
    yield "policy", policy
    for i, override in enumerate(policy.overrides):
        yield f"policy.overrides.{i}", Policy().model_copy(update=override.given)


def _nobody_suspended_yet(scenario: Scenario) -> Iterator[str]:
    """Suspensions that remember more than the warm-up, which begins without any strike."""
    warm_up = scenario.experiment.warm_up_days
    for key, policy in _policies(scenario.policy):
        rule = policy.limits.no_shows
        if rule is None:
            continue
        # what counts against somebody now began so long ago at most, one suspension looked at
        days = rule.suspend_days + (rule.within_days if rule.allowed else 0.0)
        if days > warm_up:
            yield (
                f"{key}.limits.no_shows: what happened up to {days:g} days ago may suspend, and "
                f"the warm-up is {warm_up} days: nobody has a strike when it begins, so too few "
                "are suspended in the first days counted. A longer `experiment.warm_up_days` "
                "changes nobody's wishes."
            )


def _decided_before_asked(scenario: Scenario) -> Iterator[str]:
    """Batches decided so early that most requests are made later and never meet the decision."""
    demand, overrides = scenario.demand, scenario.policy.overrides
    own = [scenario.policy.window, *(o.window or scenario.policy.window for o in overrides)]
    for (key, policy), window in zip(_policies(scenario.policy), own, strict=True):
        batch = policy.selection
        if not isinstance(batch, Batch):
            continue
        # by default a day after they open; of each day, uses at its very beginning ask latest
        days = window.opens_days_ahead - 1 if batch.days_ahead is None else batch.days_ahead
        week = range(7 if batch.draw == "weekly" else 1)
        limits = [max(0.0, days + d - minutes_of(batch.at) / 1440) for d in week]
        early = sum(share_above(demand.lead_days, limit) for limit in limits) / len(limits)
        rush = demand.responses.asks_at_opening
        met = rush + (1 - rush) * early
        if met < 0.5:
            yield (
                f"{key}.selection.days_ahead: {percent(1 - met)} of requests are made after the "
                f"decision, which falls {days:g} days ahead (`demand.lead_days`), and take what "
                "it leaves: a smaller `days_ahead` lets more of them take part."
            )


def _timetable(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Blocks that count for nothing."""
    window, rows = scenario.window, tables.timetable
    if scenario.timetable is not None and not rows:
        yield NO_ROWS
    outside = [row for row in rows if not row.has_date(window.first, window.last)]
    if outside:
        yield (
            f"timetable.blocks: {len(outside)} of {len(rows)} blocks have no date in the counting "
            f"window ({window.first} until {window.last}), so none of their hours is counted: "
            f"{outside[0].request} ({outside[0].first} until {outside[0].last})"
            f"{' and others' if len(outside) > 1 else ''}."
        )


_MOST_NAMED = 5
_SHIFT_KM = 0.3
_SHIFTED = 5
"""Number of compound sites from which on a shift differs from chance."""


def _unreached(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Name places whose people no candidate serves."""
    if scenario.siting is None or not tables.candidates:
        return
    found = reached(scenario, tables)
    limit = farthest_km(list(scenario.segments.values()), scenario.travel)
    alone = [o for o in found.inhabited if found.km[o].min() > limit]
    for o in alone[:_MOST_NAMED]:
        words = nearest_words(found, o, int(found.km[o].argmin()))
        yield f"siting.candidates: nobody of {found.origins[o].origin} can reach any; {words}."
    if len(alone) > _MOST_NAMED:
        yield f"siting.candidates: nor can those of {len(alone) - _MOST_NAMED} more origins."


def _shifted(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Sites in compounds that all lie off their compound in one direction.

    A shift of GCJ-02 or BD-09 against WGS-84 (in Hangzhou 0.5 and 1.1 km) cannot be told from
    coordinates alone, only against places that are known.
    """
    homes = {row.origin: row for row in tables.origins}
    away = []
    for row in tables.candidates if scenario.siting is not None else ():
        home = homes.get(str(row.compound))
        if home is not None and row.tier == "compound":
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


def share_above(dist: Distribution, limit: float) -> float:
    """Share of values above a limit."""
    most = highest(dist)
    if most is not None and most <= limit:
        return 0.0
    import numpy as np  # scipy takes half a second to load, and most scenarios need none here

    from sim.scenario.derived.samplers import sampler

    return 1.0 - float(sampler(dist).cdf(np.array([limit], dtype=np.float64))[0])


def percent(share: float) -> str:
    """Say a share in words, rounded."""
    return "all" if share >= 1 else f"about {max(0.1, min(99.9, 100 * share)):.2g} %"
