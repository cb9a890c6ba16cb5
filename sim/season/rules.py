"""Season rules from the scenario's words to arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import cast

import numpy as np
import numpy.typing as npt

from optimise.slots.rules.first_come import FirstCome
from optimise.slots.rules.greedy import Greedy
from optimise.slots.rules.last_season import LastSeason
from optimise.slots.rules.priority_order import PriorityOrder
from optimise.slots.rules.rounds import Account, HoursInRounds
from optimise.slots.rules.rule import Rule, queue
from sim.scenario.schema import allocation_method as schema
from sim.scenario.schema.base import hours_of
from sim.season.classes import class_of, hours_of_classes
from sim.season.membership import accounts_of
from sim.season.plan import Plan
from sim.streams import keys_of

__all__ = ["RULES", "rule_of"]

I64 = npt.NDArray[np.int64]


def rule_of(plan: Plan) -> Rule:
    """The rule that the scenario names; not for `optimised`, which is none."""
    return RULES[plan.allocation.method.rule](plan)


def _greedy(plan: Plan) -> Rule:
    return Greedy(queue(_asked(plan), _lots(plan)))


def _first_come(plan: Plan) -> Rule:
    return FirstCome(_asked(plan), _lots(plan))


def _last_season(plan: Plan) -> Rule:
    return LastSeason(_asked(plan), _lots(plan))


def _priority_order(plan: Plan) -> Rule:
    """Bands: 0 by day, 1 at all other times."""
    method = cast("schema.PriorityOrder", plan.allocation.method)
    step = plan.problem.season.step
    band = np.ones((7, plan.problem.season.cells), dtype=np.int64)
    first, last = hours_of(method.daytime.hours)
    band[:5, first * 60 // step : last * 60 // step] = 0
    orders = (method.daytime.order, method.evening.order)
    by_priority = [-plan.problem.requests.weight] if method.within == "priority" else []
    return PriorityOrder(
        band=band,
        rank=np.stack([class_of(plan.rows, method.classes, order) for order in orders]),
        turn=queue(*by_priority, _asked(plan), _lots(plan)),
        likes=hours_of_classes(plan.rows, method.classes, method.likes, step),
    )


def _hours_by_level(plan: Plan) -> Rule:
    method = cast("schema.HoursByLevel", plan.allocation.method)
    season, count = plan.problem.season, len(plan.rows)
    hours = np.array([*method.hours.values(), method.others])
    of = class_of(plan.rows, method.classes, method.hours)
    account = Account(
        group=np.arange(count),
        cells=(hours[of] * 60).astype(np.int64) // season.step,
        counted=np.ones((7, season.cells), dtype=bool),
    )
    return HoursInRounds(
        accounts=(account,),
        turn=queue(_asked(plan), _lots(plan)),
        hours=hours_of_classes(plan.rows, method.classes, method.only_within, season.step),
    )


def _hours_by_membership(plan: Plan) -> Rule:
    method = cast("schema.HoursByMembership", plan.allocation.method)
    turn, step = queue(_asked(plan), _lots(plan)), plan.problem.season.step
    return HoursInRounds(
        accounts=accounts_of(plan, method, turn),
        turn=turn,
        hours=hours_of_classes(plan.rows, method.classes, method.only_within, step),
    )


RULES: dict[str, Callable[[Plan], Rule]] = {
    "greedy": _greedy,
    "first_come": _first_come,
    "last_season": _last_season,
    "priority_order": _priority_order,
    "hours_by_level": _hours_by_level,
    "hours_by_membership": _hours_by_membership,
}
"""By `allocation.method.rule`."""


def _asked(plan: Plan) -> I64:
    """Day of asking of each request; those without come after all others."""
    return np.array([(row.asked_on or dt.date.max).toordinal() for row in plan.rows])


def _lots(plan: Plan) -> I64:
    """Lot of each request, by its name and the season: another season, another order of equals."""
    season = plan.allocation.season.first.isoformat()
    keys = keys_of(f"lot of the season from {season}", tuple(row.request for row in plan.rows))
    return (keys >> np.uint64(1)).astype(np.int64)
