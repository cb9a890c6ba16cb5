"""Changes that would give a request what it lacks, each tried in the problem itself.

A change helps *in every optimum* if the best timetable that reaches the goal is worth more than
every timetable that misses it. Where a request has nothing that counts yet, those that miss it are
timetables of the unchanged problem, of which a bound is known; else the changed problem is searched
once more with the goal ruled out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimise.slots.placements import placements_of
from optimise.slots.problem import Problem
from optimise.slots.reasons.changes import (
    Change,
    ChangedPlacements,
    OtherVenues,
    apply_change,
    offers,
    single_request,
    with_options,
    with_values,
    with_windows,
    without_rejections,
)
from optimise.slots.reasons.goal import ExplainedGoal
from optimise.slots.reasons.timetable import ChangedTimetable, PresentTimetable, Row, rows_of
from optimise.slots.reasons.wishes import Occupancy

ALWAYS, FOUND = "every optimum", "the optimum found"
_PLACES, _TRIES = 3, 3
"""Sizes of which a free place is tried; searches for a change of a kind, each for a smaller one."""


@dataclass(frozen=True, slots=True)
class ChangeVerdict:
    """A change, and what the search says of it.

    Parameters
    ----------
    harmless
        The place is free in the present timetable: nobody loses.
    verified
        `ALWAYS` if every best timetable of the changed problem reaches the goal, `FOUND` if the
        one that was found does, empty if neither is proven.
    gain, gain_without
        What the best timetable known is worth more than the present one, and the most that one is
        that misses the goal; both with the change made.
    """

    change: Change
    harmless: bool
    verified: str
    gain: int
    gain_without: int

    @classmethod
    def of_lock(cls, change: Change, locked: ChangedTimetable) -> ChangeVerdict:
        """Locks are in every timetable; that there is one has been found out."""
        return cls(change, False, ALWAYS, locked.gain, locked.gain_bound)


def free_places(
    present: PresentTimetable, goal: ExplainedGoal, elsewhere: OtherVenues
) -> list[ChangeVerdict]:
    """Changes that use a place nobody holds, the smallest first; none is verified."""
    occupancy = Occupancy(present.problem, present.rows)
    if goal.given_up is not None:
        occupancy = occupancy.without_row(goal.given_up)
    less = 0 if goal.given_up is None else present.values[goal.given_up]
    found: list[ChangeVerdict] = []
    for offer in _offers(present.problem, goal, elsewhere):
        free = _free(occupancy, offer)
        gains = (offer.placements.value[free] - less).tolist()
        found += [
            ChangeVerdict(change, True, "", gain, gain)
            for change, gain in zip(offer.select(free).changes, gains, strict=True)
            if gain > 0
        ]
    return sorted(found, key=lambda one: (one.change.size, -one.gain, one.change.row))


def free_remedy(
    present: PresentTimetable, goal: ExplainedGoal, elsewhere: OtherVenues
) -> ChangeVerdict | None:
    """The smallest change that uses a place nobody holds, if it is proven to help.

    One that helps in every optimum is preferred; of each size the place worth most is tried.
    """
    best_of_size: dict[tuple[str, float], ChangeVerdict] = {}
    for place in free_places(present, goal, elsewhere):
        best_of_size.setdefault((place.change.kind, place.change.size), place)
    found: ChangeVerdict | None = None
    for place in list(best_of_size.values())[:_PLACES]:
        remedy = try_change(present, goal, place.change, place.gain, harmless=True)
        if remedy.verified == ALWAYS or (remedy.verified and not goal.can_be_ruled_out):
            return remedy
        found = found or (remedy if remedy.verified else None)
    return found


def searched_remedy(
    present: PresentTimetable, goal: ExplainedGoal, elsewhere: OtherVenues
) -> ChangeVerdict | None:
    """The smallest change by which the request outbids others, kind by kind."""
    for offer in _offers(present.problem, goal, elsewhere):
        best: ChangeVerdict | None = None
        for _ in range(_TRIES):
            found = _best_of(present, goal, offer)
            if found is None:
                break
            change, gain = found
            remedy = try_change(present, goal, change, gain)
            best = remedy if remedy.verified else best
            offer = offer.select(np.array([other.size < change.size for other in offer.changes]))
        if best is not None:
            return best
    return None


def try_change(
    present: PresentTimetable,
    goal: ExplainedGoal,
    change: Change,
    gain: int | None,
    *,
    harmless: bool = False,
) -> ChangeVerdict:
    """Find out whether a change helps.

    Parameters
    ----------
    gain
        What a timetable of the changed problem that reaches the goal is worth more than the
        present one, if one is known.
    """
    problem = apply_change(present.problem, change)
    without = _gain_without(present, goal, change, problem, gain)
    if gain is not None and without is not None and gain > without:
        return ChangeVerdict(change, harmless, ALWAYS, gain, without)
    found = present.resolve(problem, goal.request)
    reached = goal.reached(found)
    if reached and without is not None and found.gain > without:
        return ChangeVerdict(change, harmless, ALWAYS, found.gain, without)
    verified = FOUND if reached and found.value == found.bound else ""
    most = found.gain_bound if without is None else without
    return ChangeVerdict(change, harmless, verified, found.gain, most)


def _gain_without(
    present: PresentTimetable,
    goal: ExplainedGoal,
    change: Change,
    problem: Problem,
    gain: int | None,
) -> int | None:
    """The most that a timetable that misses the goal gains; None if that cannot be asked.

    Where it is less than `gain`, it is enough to know that.
    """
    unchanged = goal.kind == "session" or change.kind != "priority"
    if not goal.good and unchanged:
        value, bound = present.standing(goal.request, change.row[1])
        return bound - value
    other = goal.ruled_out(problem)
    above = None if gain is None else gain - 1
    return None if other is None else present.resolve(other, goal.request, above).gain_bound


def _offers(
    problem: Problem, goal: ExplainedGoal, elsewhere: OtherVenues
) -> Iterator[ChangedPlacements]:
    asked = problem.requests
    first, last = asked.window_first[goal.request], asked.window_first[goal.request + 1]
    mine = np.isin(asked.window_choice[first:last], goal.choices)
    return offers(problem, goal.request, mine, goal.new_choice, elsewhere, goal.kept)


def _free(
    occupancy: Occupancy, offer: ChangedPlacements
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Mark placements that nothing in a timetable excludes."""
    wanted = offer.placements
    taken = occupancy.clashes(wanted).any(axis=1) | occupancy.lacks(wanted)
    if offer.changes and offer.changes[0].kind != "spacing":
        taken |= occupancy.too_near(wanted).any(axis=1)
    return np.asarray(~taken)


def _best_of(
    present: PresentTimetable, goal: ExplainedGoal, offer: ChangedPlacements
) -> tuple[Change, int | None] | None:
    """The change that the best timetable uses if all of a kind are made at once."""
    if not offer.changes:
        return None
    value, bound = present.standing(goal.request, offer.changes[0].row[1])
    above = None if goal.good else bound - value
    found = present.resolve(_all_made(present.problem, goal, offer), goal.request, above)
    if not goal.reached(found):
        return None
    change_of = {change.row: change for change in offer.changes}
    used = [change_of[row] for row in found.rows_of(goal.request) if row in change_of]
    if not used:
        return None
    known = found.gain if len(used) == 1 else None
    return min(used, key=lambda change: (change.size, change.row)), known


def _all_made(problem: Problem, goal: ExplainedGoal, offer: ChangedPlacements) -> Problem:
    """Make all changes of a kind at once, for one session more."""
    request, changes = goal.request, offer.changes
    if goal.kind == "session":
        problem = with_values(problem, request, sessions=goal.good + 1)
    kind = changes[0].kind
    if kind in ("hour", "weekday"):
        windows = sorted({(c.row[2], c.row[3], c.row[3] + c.row[4], c.choice) for c in changes})
        return with_windows(problem, request, windows)
    if kind == "venue":
        return with_options(problem, request, sorted({(c.row[1], c.rank, c.walk) for c in changes}))
    if kind == "rejection":
        return without_rejections(problem, [change.row for change in changes])
    name = "shortest" if kind == "shorter" else "spacing"
    return with_values(problem, request, **{name: min(c.number for c in changes)})


STEP = 0.01
"""Precision to which weights are given."""
_NEWTON, _ROUNDS, _RISE = 8, 4, 0.05


def outbidding_weight(
    present: PresentTimetable, goal: ExplainedGoal, served: ChangedTimetable
) -> ChangeVerdict | None:
    """Find it by Newton steps from above.

    What others lose to a timetable that serves the request, divided by the minutes that the
    request gains, is the weight at which it draws level; the best timetable a step below may serve
    it at a lower one.

    Parameters
    ----------
    served
        A timetable that reaches the goal, of the problem with the present weight.

    Returns
    -------
    Remedy
        None if more minutes at any weight do not lead there, or no weight was proven to do.
    """
    now = float(present.problem.requests.weight[goal.request])
    best, below = None, math.inf
    for _ in range(_NEWTON):
        found = _proven(present, goal, served, below)
        if found is None or (best is not None and found.change.number >= best.change.number):
            return best
        best = found
        below = round(found.change.number - STEP, 2)
        if below <= now:
            return best
        problem = with_values(present.problem, goal.request, weight=below)
        served = present.resolve(problem, goal.request)
        if not goal.reached(served):
            return best
    return best


def _proven(
    present: PresentTimetable, goal: ExplainedGoal, served: ChangedTimetable, found_at: float
) -> ChangeVerdict | None:
    """The weight at which a timetable draws level, raised until it is proven to lead there.

    Worths are whole numbers: it may be ahead already at the weight at which it was found.
    """
    r, now = goal.request, float(present.problem.requests.weight[goal.request])
    mine = served.rows_of(r)
    others = served.gain - served.worth_of(r)
    lost = -others - sum(present.values[row] for row in goal.got)
    gained = _worth(present, r, mine, now) - _worth(present, r, goal.got, now)
    if gained <= 0:
        return None
    row = next(row for row in mine if goal.is_wanted(row, served.choice_of(row)))
    weight, found = max(now, min(now * lost / gained, found_at - STEP)), None
    for _ in range(_ROUNDS):
        weight = _above(weight)
        while others + (gain := _worth(present, r, mine, weight)) <= _more(present, goal, weight):
            weight = _above(weight)
        remedy = try_change(present, goal, Change("priority", 0, row, weight), others + gain)
        if remedy.verified == ALWAYS:
            return remedy
        found = found or (remedy if remedy.verified else None)
        weight += _RISE * (weight - now)
    return found


def _above(weight: float) -> float:
    """The next weight on the grid of steps."""
    return round((math.floor(weight / STEP + 1e-6) + 1) * STEP, 2)


def _more(present: PresentTimetable, goal: ExplainedGoal, weight: float) -> int:
    """Worth that the present sessions of a request gain at another weight."""
    now = sum(present.values[row] for row in goal.got)
    return _worth(present, goal.request, goal.got, weight) - now


def _worth(present: PresentTimetable, request: int, rows: tuple[Row, ...], weight: float) -> int:
    """Weighted minutes of sessions of a request at another weight."""
    one = with_values(single_request(present.problem, request), 0, weight=weight)
    placements = placements_of(one)
    which = np.arange(len(placements))
    values = dict(zip(rows_of(placements, which), placements.value.tolist(), strict=True))
    return sum(values[(0, *row[1:])] for row in rows)
