"""Why a request did not get what it asked for, and what would have served it.

A timetable that is worth most leaves somebody out because others are worth more, or because a rule
of one session bars what is asked. Both are told by wish. What would help is tried in the problem
itself: the arrays of the request are changed and the touched part is searched again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from optimise.slots.placements import Impossible
from optimise.slots.reasons.changes import Change, OtherVenues, apply_change
from optimise.slots.reasons.goal import ExplainedGoal, goal_of
from optimise.slots.reasons.remedies import (
    FOUND,
    ChangeVerdict,
    free_places,
    free_remedy,
    outbidding_weight,
    searched_remedy,
)
from optimise.slots.reasons.timetable import ChangedTimetable, PresentTimetable, Row
from optimise.slots.reasons.wishes import Occupancy, Wish, wishes_of

Depth = Literal["look", "help", "all"]
_TRIES = 3
"""Sessions whose lock is tried."""


@dataclass(frozen=True, slots=True)
class ForcedSession:
    """Losses of others if a session must be in the timetable.

    Parameters
    ----------
    row
        The session: of those it asked for beside what it keeps, the one that costs least at the
        prices of time.
    cost, least_cost
        What the timetable is worth less then, at most and at least; equal if both are proven best.
    gained
        What the request itself gains: others together lose that and the cost.
    losers
        Requests that are worth less then, with their weighted minutes now and then.
    """

    row: Row
    cost: int
    least_cost: int
    gained: int
    losers: tuple[tuple[int, int, int], ...]

    @property
    def lost(self) -> int:
        """Loss of all others together, at most."""
        return self.cost + self.gained


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request did not get what it asked for.

    Parameters
    ----------
    goal
        What it has, asked for and lacks.
    wishes
        What stands in the way of each wish, the first choice first.
    forced
        Cost of giving it what it lacks all the same; None where it is not possible beside what it
        keeps.
    remedies
        Changes that would give it what it lacks: the smallest by which the request bends itself,
        if there is one, the least weight, a lock; last those that only the optimum found bears
        out.
    """

    goal: ExplainedGoal
    wishes: tuple[Wish, ...]
    forced: ForcedSession | None
    remedies: tuple[ChangeVerdict, ...]

    @property
    def remedy(self) -> ChangeVerdict | None:
        """The smallest change."""
        return self.remedies[0] if self.remedies else None


def unmet_requests(present: PresentTimetable) -> tuple[int, ...]:
    """Requests that lack sessions, or sessions of first choice where they asked for more."""
    requests = range(len(present.problem.requests))
    return tuple(r for r in requests if goal_of(present, r) is not None)


def explain(
    present: PresentTimetable,
    request: int,
    elsewhere: OtherVenues | None = None,
    depth: Depth = "all",
) -> Explanation:
    """Say why a request lacks sessions, or sessions of first choice, and what would help.

    Parameters
    ----------
    elsewhere
        Venues besides those it names.
    depth
        ``look`` at the timetable only: no change is verified, as where it is not the best one;
        ``help``: the smallest change, and what the request costs others only where it cannot be
        helped without harm; ``all``: that in any case.

    Raises
    ------
    ValueError
        If it has all it asked for.
    """
    goal = goal_of(present, request)
    if goal is None:
        raise ValueError(f"request {request} has what it asked for")
    wishes, elsewhere = wishes_of(present, goal), elsewhere or OtherVenues()
    if depth == "look":
        return Explanation(goal, wishes, None, tuple(free_places(present, goal, elsewhere)[:1]))
    remedy = free_remedy(present, goal, elsewhere) or searched_remedy(present, goal, elsewhere)
    remedies = [remedy] if remedy is not None else []
    if depth == "help" and remedy is not None and remedy.harmless and not _tied(goal, remedy):
        return Explanation(goal, wishes, None, tuple(remedies))
    locked = _locked(present, goal)
    if locked is None:
        return Explanation(goal, wishes, None, tuple(remedies))
    change, resolved = locked
    weight = outbidding_weight(present, goal, resolved)
    remedies += [weight] if weight is not None else []
    remedies.append(ChangeVerdict.of_lock(change, resolved))
    remedies.sort(key=lambda one: _tied(goal, one))
    return Explanation(goal, wishes, _forced(present, goal, change.row, resolved), tuple(remedies))


def _tied(goal: ExplainedGoal, remedy: ChangeVerdict) -> bool:
    """Whether timetables as good as the one found miss the goal, as far as is known."""
    provable = goal.can_be_ruled_out or remedy.change.kind == "priority"
    return remedy.verified == FOUND and provable


def _locked(
    present: PresentTimetable, goal: ExplainedGoal
) -> tuple[Change, ChangedTimetable] | None:
    """The session that costs least at the prices of time, locked beside those it keeps.

    Where none is possible beside them: the first by which the request, moved as a whole, gets more.
    """
    columns, losses = present.losses(goal.request)
    placements = present.placements.select(columns)
    rows, choices = present.sessions(columns), placements.choice.tolist()
    moves = np.asarray(Occupancy(present.problem, goal.kept).too_near(placements).any(axis=1))
    wanted = [at for at, row in enumerate(rows) if goal.is_wanted(row, choices[at])]
    wanted.sort(key=lambda at: (losses[at], rows[at]))
    beside = [at for at in wanted if not moves[at]]
    for at in (beside or wanted)[:_TRIES]:
        change = Change("lock", 0, rows[at], kept=goal.kept if beside else ())
        try:
            found = present.resolve(apply_change(present.problem, change), goal.request)
        except Impossible:  # as many sessions of the request are locked as it may have
            continue
        if goal.reached(found):
            others = tuple(row for row in found.rows_of(goal.request) if row != change.row)
            return replace(change, kept=others), found
    return None


def _forced(
    present: PresentTimetable, goal: ExplainedGoal, row: Row, resolved: ChangedTimetable
) -> ForcedSession:
    losers = []
    for request in resolved.requests:
        before = sum(present.values[one] for one in present.rows_of(request))
        after = resolved.worth_of(request)
        if after < before and request != goal.request:
            losers.append((request, before, after))
    mine = sum(present.values[one] for one in goal.got)
    return ForcedSession(
        row=row,
        cost=resolved.present_bound - resolved.value,
        least_cost=resolved.present - resolved.bound,
        gained=resolved.worth_of(goal.request) - mine,
        losers=tuple(losers),
    )
