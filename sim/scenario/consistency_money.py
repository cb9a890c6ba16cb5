"""Whether targets, points and subsidy can be met: who earns nothing can spend nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sim.scenario.nodes import MappingNode, dotted
from sim.scenario.partial import Data, named_parts, part, setting_of, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.references import names_at
from sim.scenario.schema.activities import ActivityKind
from sim.scenario.schema.money import SubsidyRule
from sim.scenario.schema.points import Points

__all__ = ["points", "subsidy", "targets"]

_ROUNDING = 1e-9


def targets(data: Data, merged: MappingNode) -> list[Problem]:
    """Check that what the levels are fitted to is not zero whatever the level.

    Multipliers have no say: switching a part off by one is a what-if on a fitted scenario.
    """
    problems = []
    for name, why in (("participations", _nobody_comes), ("redemptions", _nothing_taken)):
        none = f"`calibration.{name}: null`"
        target = value_at(data, "calibration", name)
        if isinstance(target, (int, float)) and not isinstance(target, bool) and target > 0:
            key = ("calibration", name)
            place = value_place(merged, *key)
            problems += [
                at(place, dotted(key), f"cannot be met: {words}", (none, *instead))
                for words, *instead in why(data)
            ]
    return problems


def _any_sessions(data: Data) -> bool:
    series = value_at(data, "activities", "series")
    return setting_of(data, "activities", "sessions") != 0 or bool(series)


def _nobody_comes(data: Data) -> Iterator[tuple[str, str]]:
    """Yield what is 0, and what may be given instead."""
    if not _any_sessions(data):
        yield (
            "`activities.sessions` is 0 and there are no `activities.series`",
            "`activities.sessions` above 0 or a series",
        )
        return
    kinds = value_at(data, "activities", "kinds")
    held = named_parts(data, ActivityKind, "activities", "kinds")
    whole = isinstance(kinds, Mapping) and len(held) == len(kinds) > 0
    if whole and not any(_above_0(kind.appeal.values()) for kind in held.values()):
        yield "no kind in `activities.kinds` has an `appeal` above 0", "a kind with one"
    if setting_of(data, "activities", "participants") == 0:
        yield "`activities.participants` is 0", "`activities.participants` above 0"
    if setting_of(data, "activities", "sign_up", "no_show") == 1:
        yield "`activities.sign_up.no_show` is 1", "`activities.sign_up.no_show` below 1"


def _above_0(numbers: Iterable[float]) -> bool:
    return any(number > 0 for number in numbers)


def _nothing_taken(data: Data) -> Iterator[tuple[str, str]]:
    """Yield what is 0, and what may be given instead."""
    rules = part(Points, value_at(data, "points") or {})
    if rules is None:
        return
    if not rules.goods:
        yield "`points.goods` is 0", "`points.goods` and `points.merchants` of at least 1"
    if not rules.trips_per_year:
        yield "`points.trips_per_year` is 0", "`points.trips_per_year` above 0"
    by_taking_part = rules.per_participation and rules.members and _any_sessions(data)
    by_using = rules.per_use and rules.members
    rates = _above_0(rules.volunteering_per_1000.values())
    by_volunteering = rules.per_volunteering and rules.volunteers and rates
    if not (by_taking_part or by_using or by_volunteering):
        yield (
            "nothing earns points (`per_participation`, `per_use`, `per_volunteering`)",
            "one of these above 0, with people who earn by it",
        )


def points(data: Data, merged: MappingNode) -> list[Problem]:
    """Check that there are merchants where there are goods, and goods where there are merchants."""
    merchants, goods = (setting_of(data, "points", name) for name in ("merchants", "goods"))
    if merchants is None or goods is None or bool(merchants > 0) == bool(goods > 0):
        return []
    given, other = ("goods", "merchants") if goods > 0 else ("merchants", "goods")
    key = ("points", given)
    message = f"{max(goods, merchants):g} {given}, but `points.{other}` is 0"
    allowed = (f"0, or `points.{other}` of at least 1",)
    return [at(value_place(merged, *key), dotted(key), message, allowed)]


def subsidy(data: Data, merged: MappingNode) -> list[Problem]:
    """Check that floors and caps leave a split: the zones' shares add up to the whole."""
    zones = names_at(merged, "zones")
    if not zones:
        return []
    number = len(zones)
    problems = []
    for name, rule in named_parts(data, SubsidyRule, "subsidy", "rules").items():
        key = ("subsidy", "rules", name)
        if rule.floor * number > 1 + _ROUNDING:
            message = f"{number} zones of at least {rule.floor:g} are more than the whole"
            bound = f"at most {1 / number:.4g}"
            problems.append(_share(merged, (*key, "floor"), message, bound))
        if rule.cap * number < 1 - _ROUNDING:
            message = f"{number} zones of at most {rule.cap:g} are less than the whole"
            bound = f"at least {1 / number:.4g}"
            problems.append(_share(merged, (*key, "cap"), message, bound))
    return problems


def _share(merged: MappingNode, key: tuple[str, ...], message: str, allowed: str) -> Problem:
    return at(value_place(merged, *key), dotted(key), message, (allowed,))
