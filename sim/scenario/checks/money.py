"""Whether targets, points and subsidy can be met: who earns nothing can spend nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.draft import Draft
from sim.scenario.problems import InputProblem
from sim.scenario.schema.activities import Activities
from sim.scenario.schema.scenario import Scenario

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


CHECKS = (targets, points, subsidy)
