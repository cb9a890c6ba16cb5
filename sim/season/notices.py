"""What is allowed in a season but probably not meant, and what plays no part."""

from __future__ import annotations

from collections.abc import Iterator

from sim.season.plan import Plan

__all__ = ["notices_of"]


def notices_of(plan: Plan) -> Iterator[str]:
    """Sentences that the user should see."""
    for request, words in plan.unservable.items():
        yield f"{plan.rows[request].request}: {words}"
    if plan.unknown:
        yield (
            f"{plan.unknown} of last season's sessions play no part: their request or venue is "
            "not there now, or they lie off the grid"
        )
    allocation, rule = plan.allocation, plan.allocation.method.rule
    there_before = len(plan.problem.last_season) > 0
    if there_before and allocation.worth.as_last_season == 0:
        yield "`allocation.worth.as_last_season` is 0: to stay where one was is worth nothing"
    if rule == "last_season" and not there_before:
        yield "method `last_season`, but no session of last season is known: all go by `asked_on`"
    if rule in ("first_come", "last_season") and all(row.asked_on is None for row in plan.rows):
        yield f"method `{rule}`, but no request says `asked_on`: who has more priority goes first"
    if plan.aims.order and rule != "optimised":
        yield f"`allocation.objective` plays no part in method `{rule}`"
