"""Whether sessions can be put on, drop-in use fits the world, and targets and money can be met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from sim.scenario.checks.draft import Draft
from sim.scenario.problems import InputProblem
from sim.scenario.read.nodes import Key
from sim.scenario.schema.activities import Activities, ActivityKind, Published, Series
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.distributions import lowest
from sim.scenario.schema.place import CountingWindow, Zone
from sim.scenario.schema.scenario import Scenario

_SESSIONS = ("activities", "sessions")
_USUAL = (15, 20, 30, 40, 45, 60, 90, 120)
"""Lengths of turns in minutes that are offered where one does not fit."""


def series(draft: Draft) -> Iterator[InputProblem]:
    """The centre of a series has a room of its kinds that holds it."""
    activities = draft.scenario.activities
    if isinstance(activities.rooms, Published):
        for name, row in activities.series.items():
            yield from _rooms(draft, name, row, activities.kinds[row.kind])


def _rooms(draft: Draft, name: str, row: Series, kind: ActivityKind) -> Iterator[InputProblem]:
    """Say which room is missing, or by how much the largest is too small."""
    largest: dict[str, int] = {}
    for venue in draft.tables.venues:
        if venue.kind in kind.venue_kinds:
            largest[venue.centre] = max(venue.capacity, largest.get(venue.centre, 0))
    people = lowest(kind.capacity) if row.capacity is None else row.capacity
    rooms = " or ".join(kind.venue_kinds)
    enough = tuple(centre for centre, capacity in largest.items() if capacity >= people)
    key: tuple[Key, ...] = ("activities", "series", name, "centre")
    if row.centre not in largest:
        message = f"{row.centre} has no room of a kind in which {row.kind} is held ({rooms})"
        yield draft.problem(key, message, *enough)
    elif largest[row.centre] < people:
        message = f"the largest room of {row.centre} for {row.kind} ({rooms}) holds "
        message += f"{largest[row.centre]} people, a session takes {people:g}"
        if row.capacity is not None:
            key = (*key[:-1], "capacity")
            enough = (f"at most {largest[row.centre]}, or another centre",)
        yield draft.problem(key, message, *enough)


def programme(draft: Draft) -> Iterator[InputProblem]:
    """A zone with people, a kind and a counted day have a weight above 0 together.

    Holidays are left out: their dates take long to load.
    """
    activities = draft.scenario.activities
    if not activities.sessions or not activities.multiplier:
        return
    zones = _peopled(draft)
    kinds = {name: kind for name, kind in activities.kinds.items() if kind.weight > 0}
    for what, instead in (
        *_no_site(zones, kinds),
        *_no_day(draft.scenario.window, activities.season, _put_on(zones, kinds)),
    ):
        message = f"{activities.sessions:g} sessions, but {what}"
        yield draft.problem(_SESSIONS, message, "0", instead)


def _peopled(draft: Draft) -> dict[str, Zone]:
    """Zones with people."""
    tables = draft.tables
    zone_of = {row.community: row.zone for row in tables.communities}
    home = {row.origin: zone_of[row.community] for row in tables.origins}
    peopled = {home[row.origin] for row in tables.people if row.people}
    return {name: zone for name, zone in draft.scenario.zones.items() if name in peopled}


def _no_site(
    zones: Mapping[str, Zone], kinds: Mapping[str, ActivityKind]
) -> Iterator[tuple[str, str]]:
    """Say what is 0 in all zones with people, and what may be given."""
    planning = [name for name, zone in zones.items() if zone.programme_weight > 0]
    if zones and not planning:
        what = "`programme_weight` is 0 in every zone with people"
        yield what, f"`programme_weight` above 0 in {_some(zones)}"
    elif zones and not _put_on(zones, kinds):
        what = (
            f"`programme` is 0 for every kind with a weight ({', '.join(kinds)}) in "
            f"{_some(planning)}"
        )
        if len(planning) < len(zones):
            what += ", and no other zone with people has a `programme_weight`"
        yield what, f"a factor above 0 in `zones.{planning[0]}.programme`"


def _no_day(
    window: CountingWindow, season: Mapping[int, float], planned: Mapping[str, ActivityKind]
) -> Iterator[tuple[str, str]]:
    """Say what is 0 on all days counted, and what may be given."""
    number = min((window.last - window.first).days + 1, 366)  # a year has them all
    dates = [window.first + dt.timedelta(days=day) for day in range(number)]
    days = [date for date in dates if season.get(date.month, 1.0) != 0]
    if not days:
        months = _some(sorted({date.month for date in dates}))
        what = "`activities.season` is 0 in every month counted"
        yield what, f"`activities.season` above 0 in {months}"
        return
    weekends = {date.weekday() >= 5 for date in days}
    if not planned or any(_starts(kind, w) for kind in planned.values() for w in weekends):
        return
    which = "weekend" if weekends.pop() else "weekday"  # all alike, or a kind would start
    what = f"no kind that is put on ({', '.join(planned)}) starts on a {which}"
    what += ", and no other days with sessions are counted"
    name, kind = next(iter(planned.items()))
    if which == "weekend" and sum(kind.starts.weekend.values()) > 0:
        yield what, f"`activities.kinds.{name}.starts.weekend_day` above 0"
    else:
        yield what, f"`activities.kinds.{name}.starts.{which}` with a weight above 0"


def _put_on(
    zones: Mapping[str, Zone], kinds: Mapping[str, ActivityKind]
) -> dict[str, ActivityKind]:
    """Kinds that some zone puts on."""
    planning = [zone for zone in zones.values() if zone.programme_weight > 0]
    return {
        name: kind
        for name, kind in kinds.items()
        if any(zone.programme.get(name, 1.0) > 0 for zone in planning)
    }


def _starts(kind: ActivityKind, weekend: bool) -> bool:
    starts = kind.starts
    if weekend:
        return sum(starts.weekend.values()) * starts.weekend_day > 0
    return sum(starts.weekday.values()) > 0


def _some(names: Iterable[object]) -> str:
    """Join names by `or`, as any of them would do."""
    return " or ".join(map(str, names))


def shared_venues(draft: Draft) -> Iterator[InputProblem]:
    """It is said as what kind of place a venue with `drop_in` is used.

    A scenario without any kind of place has no drop-in: there the column says nothing.
    """
    dropin = draft.scenario.dropin
    for record, row in draft.rows("venues") if dropin.venues or dropin.kinds else ():
        if row.drop_in == "yes" and row.kind not in dropin.venues:
            use = f"as what a {row.kind} is used without booking"
            message = f"yes, but `dropin.venues` does not say {use}"
            allowed = ("no", f"an entry {row.kind} in `dropin.venues`")
            yield draft.cell("venues", record, "drop_in", message, allowed)


def turns(draft: Draft) -> Iterator[InputProblem]:
    """Hours in turns hold whole turns: the last one must end when they do."""
    for name, kind in draft.scenario.dropin.kinds.items():
        rule = kind.turns
        start, end = hours_of(rule.hours) if rule is not None else (0, 0)
        stretch = (end - start) * 60
        if rule is not None and stretch % rule.minutes:
            key = ("dropin", "kinds", name, "turns", "minutes")
            if not draft.is_written(key):
                key = (*key[:-1], "hours")
            message = f"{rule.hours} holds no whole number of turns of {rule.minutes} minutes"
            yield draft.problem(key, message, *(str(m) for m in _USUAL if stretch % m == 0))


_ROUNDING = 1e-9


def targets(draft: Draft) -> Iterator[InputProblem]:
    """Check that no total that a level is fitted to is zero whatever the level.

    Multipliers have no say: switching a part off by one is a what-if on a fitted scenario.
    """
    target, scenario = draft.scenario.calibration, draft.scenario
    if target is None:
        return
    reasons: dict[str, Iterator[tuple[str, str]]] = {}
    if target.participations is not None:
        reasons["participations"] = _nobody_comes(scenario.activities)
    if target.redemptions is not None:
        reasons["redemptions"] = _nothing_taken(scenario)
    for name, whys in reasons.items():
        for words, instead in whys:
            none = f"`calibration.{name}: null`"
            yield draft.problem(("calibration", name), f"cannot be met: {words}", none, instead)


def _any_sessions(activities: Activities) -> bool:
    return bool(activities.sessions or activities.series)


def _nobody_comes(activities: Activities) -> Iterator[tuple[str, str]]:
    """Yield what is 0, and what may be given instead."""
    if not _any_sessions(activities):
        yield (
            "`activities.sessions` is 0 and there are no `activities.series`",
            "`activities.sessions` above 0 or a series",
        )
        return
    if not any(rate > 0 for kind in activities.kinds.values() for rate in kind.appeal.values()):
        yield "no kind in `activities.kinds` has an `appeal` above 0", "a kind with one"
    if activities.participants == 0:
        yield "`activities.participants` is 0", "`activities.participants` above 0"
    if activities.sign_up.no_show == 1:
        yield "`activities.sign_up.no_show` is 1", "`activities.sign_up.no_show` below 1"


def _nothing_taken(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield what is 0, and what may be given instead."""
    rules = scenario.points
    if not rules.goods:
        yield "`points.goods` is 0", "`points.goods` and `points.merchants` of at least 1"
    if not rules.trips_per_year:
        yield "`points.trips_per_year` is 0", "`points.trips_per_year` above 0"
    acts = any(rate > 0 for rate in rules.volunteering_per_1000.values())
    earned = (
        rules.per_participation and rules.members and _any_sessions(scenario.activities),
        rules.per_use and rules.members,
        rules.per_volunteering and rules.volunteers and acts,
    )
    if not any(earned):
        yield (
            "nothing earns points (`per_participation`, `per_use`, `per_volunteering`)",
            "one of these above 0, with people who earn by it",
        )


def points(draft: Draft) -> Iterator[InputProblem]:
    """Check that there are merchants where there are goods, and the reverse."""
    merchants, goods = draft.scenario.points.merchants, draft.scenario.points.goods
    if bool(merchants) != bool(goods):
        given, other = ("goods", "merchants") if goods else ("merchants", "goods")
        message = f"{max(goods, merchants)} {given}, but `points.{other}` is 0"
        yield draft.problem(("points", given), message, f"0, or `points.{other}` of at least 1")


def subsidy(draft: Draft) -> Iterator[InputProblem]:
    """Floors and caps leave a split: the zones' shares add up to the whole."""
    number = len(draft.scenario.zones)
    for name, rule in draft.scenario.subsidy.rules.items():
        key = ("subsidy", "rules", name)
        if rule.floor * number > 1 + _ROUNDING:
            message = f"{number} zones of at least {rule.floor:g} are more than the whole"
            yield draft.problem((*key, "floor"), message, f"at most {1 / number:.4g}")
        if rule.cap * number < 1 - _ROUNDING:
            message = f"{number} zones of at most {rule.cap:g} are less than the whole"
            yield draft.problem((*key, "cap"), message, f"at least {1 / number:.4g}")


CHECKS = (series, programme, shared_venues, turns, targets, points, subsidy)
