"""What is allowed but probably not meant: names nobody uses, sizes nothing holds, huge runs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator

from sim.scenario.inputs import Tables
from sim.scenario.problems import nearest
from sim.scenario.schema import distributions as d
from sim.scenario.schema.demand import fits_hours
from sim.scenario.schema.experiment import Precision
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.tables import DAYS, HoursRow, minutes_of, parse_days

__all__ = ["doubts", "expected_wishes"]

MANY_WISHES = 5_000_000
BYTES_A_WISH = 500
_RARE = 0.001  # what concerns fewer wishes than this is not worth a sentence
_DAY = 1440


def doubts(scenario: Scenario, tables: Tables, level: float) -> tuple[str, ...]:
    """Sentences about what is allowed but probably not meant."""
    return (
        *_unused_kinds(scenario, tables),
        *_idle_segments(scenario, tables),
        *_empty_zones(scenario, tables),
        *_large_parties(scenario, tables),
        *_long_uses(scenario, tables),
        *_idle_closures(scenario),
        *_refused_starts(scenario, tables),
        *_size(scenario, tables, level),
    )


def _like(name: str, others: Iterable[str]) -> str:
    found = nearest(name, (o for o in others if o != name))
    return f". Did you mean `{found}`?" if found is not None else "."


def _unused_kinds(scenario: Scenario, tables: Tables) -> Iterator[str]:
    built = {row.kind for row in tables.venues}
    wished = {kind for rates in scenario.demand.wishes_per_1000.values() for kind in rates}
    for kind in scenario.kinds:
        if kind not in built and kind not in wished:
            known = (k for k in scenario.kinds if k in built | wished)
            yield f"kinds.{kind}: no venue is of this kind and no rate names it{_like(kind, known)}"


def _idle_segments(scenario: Scenario, tables: Tables) -> Iterator[str]:
    people = dict.fromkeys(scenario.segments, 0)
    for row in tables.people:
        people[row.segment] += row.people
    if not any(people.values()):
        yield "world.people: all people are 0, so nobody wishes for anything."
        return
    rates = {s: sum(r.values()) for s, r in scenario.demand.wishes_per_1000.items()}
    for name, segment in scenario.segments.items():
        if segment.adopters == 0:
            continue
        used = (s for s in scenario.segments if people[s] and rates.get(s, 0) > 0)
        if not people[name]:
            yield f"segments.{name}: there are no people of this segment{_like(name, used)}"
        elif rates.get(name, 0) <= 0:
            missing = "no rate above 0 in `demand.wishes_per_1000`, so its people wish for nothing"
            yield f"segments.{name}: {missing}{_like(name, used)}"


def _empty_zones(scenario: Scenario, tables: Tables) -> Iterator[str]:
    used = dict.fromkeys(row.zone for row in tables.communities)
    for zone in scenario.zones:
        if zone not in used:
            yield f"zones.{zone}: no community lies in this zone{_like(zone, used)}"


def _share_above(dist: d.Distribution, limit: float) -> float:
    """Share of values above a limit."""
    highest = _highest(dist)
    if highest is not None and highest <= limit:
        return 0.0
    import numpy as np  # scipy takes half a second to load, and most scenarios need none here

    from sim.scenario.samplers import sampler

    return 1.0 - float(sampler(dist).cdf(np.array([limit], dtype=np.float64))[0])


def _highest(dist: d.Distribution) -> float | None:
    """Largest value, if the distribution says it itself."""
    match dist:
        case d.Constant():
            return dist.value
        case d.Uniform():
            return dist.high
        case d.Choice():
            pairs = zip(dist.values, dist.weights, strict=True)
            return max(value for value, weight in pairs if weight > 0)
        case d.Histogram():
            return dist.edges[-1]
        case _:
            return dist.max


def _large_parties(scenario: Scenario, tables: Tables) -> Iterator[str]:
    largest: dict[str, int] = {}
    for row in tables.venues:
        largest[row.kind] = max(row.capacity, largest.get(row.kind, 0))
    for kind, capacity in largest.items():
        share = _share_above(scenario.kinds[kind].party, capacity + 0.5)
        if share >= _RARE:
            yield (
                f"kinds.{kind}.party: {_percent(share)} of parties are larger than the largest "
                f"room of this kind ({capacity} people) and can be served nowhere."
            )


def _long_uses(scenario: Scenario, tables: Tables) -> Iterator[str]:
    open_for = longest_openings(tables.hours)
    longest: dict[str, int] = {}
    for row in tables.venues:
        longest[row.kind] = max(open_for.get(row.hours, 0), longest.get(row.kind, 0))
    for kind, minutes in longest.items():
        limit = minutes + scenario.grid_minutes / 2  # durations are rounded to the grid
        share = _share_above(scenario.kinds[kind].duration_minutes, limit)
        if share >= _RARE:
            yield (
                f"kinds.{kind}.duration_minutes: {_percent(share)} of uses are longer than the "
                f"longest opening of its venues ({minutes} minutes) and fit nowhere."
            )


def _percent(share: float) -> str:
    return "all" if share >= 1 else f"about {max(0.1, min(99.9, 100 * share)):.2g} %"


def longest_openings(rows: Iterable[HoursRow]) -> dict[str, int]:
    """Opening hours -> minutes of their longest stretch, midnight passed where they go on."""
    stretches: dict[tuple[str, bool], list[tuple[int, int]]] = {}
    for row in rows:
        start, end = minutes_of(row.open), minutes_of(row.close)
        for day in parse_days(row.days):
            holiday = DAYS[day] == "holiday"
            for week in (0,) if holiday else (0, 7):  # twice: Sunday may go on into Monday
                shift = 0 if holiday else (day + week) * _DAY
                stretches.setdefault((row.hours, holiday), []).append((start + shift, end + shift))
    longest: dict[str, int] = {}
    for (hours, _), found in stretches.items():
        since, until = -1, -1
        for start, end in sorted(found):
            since, until = (since, max(until, end)) if start <= until else (start, end)
            longest[hours] = max(longest.get(hours, 0), until - since)
    return longest


def _idle_closures(scenario: Scenario) -> Iterator[str]:
    """Days before the warm-up and days that nobody can book any more."""
    first = scenario.window.first - dt.timedelta(days=scenario.experiment.warm_up_days)
    ahead = math.ceil(scenario.policy.window.opens_days_ahead)
    last = scenario.window.last + dt.timedelta(days=ahead)
    for i, closure in enumerate(scenario.calendar.closures):
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


def expected_wishes(scenario: Scenario, tables: Tables, level: float) -> float:
    """Roughly how many wishes a replication has: everybody present, no season, no holiday."""
    per_1000 = {s: sum(rates.values()) for s, rates in scenario.demand.wishes_per_1000.items()}
    weekly = sum(per_1000.get(row.segment, 0.0) * row.people / 1000 for row in tables.people)
    days = (scenario.window.last - scenario.window.first).days + 1
    weeks = (days + scenario.experiment.warm_up_days) / 7
    demand = scenario.demand
    return weekly * weeks * level * demand.multiplier * demand.intensity


def _size(scenario: Scenario, tables: Tables, level: float) -> Iterator[str]:
    wishes = expected_wishes(scenario, tables, level)
    if wishes <= MANY_WISHES:
        return
    asked = scenario.experiment.replications
    number = f"up to {asked.at_most:,}" if isinstance(asked, Precision) else f"{asked:,}"
    yield (
        f"A large run: about {wishes / 1e6:,.0f} million wishes a replication, {number} "
        f"replication{'' if asked == 1 else 's'}. One replication takes about "
        f"{wishes * BYTES_A_WISH / 1e9:,.1f} GB of memory, and several run at once. A smaller "
        "`demand.multiplier`, a shorter `window`, `--replications` and `--jobs 1` make it smaller."
    )
