"""Why a request did not get what it asked for, and what gives way if it must get it.

A timetable that is worth most leaves somebody out because others are worth more, or because a rule
of one session bars what is asked. Each wish has its obstacles; then the session that costs others
least is forced and the timetable searched again: what others have less then is what gives way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimise.slots.placements import Impossible
from optimise.slots.prices import day_sets
from optimise.slots.problem import Problem
from optimise.slots.reasons.timetable import ForcedTimetable, PresentTimetable, Row, rows_of
from optimise.slots.reasons.wishes import Occupancy, UnmetGoal, Wish, wishes_of

_TRIES = 3
"""Sessions that are forced until one serves the request."""


@dataclass(frozen=True, slots=True)
class ForcedSession:
    """Losses of others if a session must be in the timetable.

    Parameters
    ----------
    row
        The session: of those it asked for beside what it keeps, the one that costs least at the
        prices of time.
    kept
        Sessions of the request that are forced with it.
    cost, least_cost
        What the timetable is worth less then, at most and at least; equal if both are proven best.
    gained
        What the request itself gains: others together lose that and the cost.
    losers
        Requests that are worth less then, with their weighted minutes now and then.
    """

    row: Row
    kept: tuple[Row, ...]
    cost: int
    least_cost: int
    gained: int
    losers: tuple[tuple[int, int, int], ...]

    @property
    def lost(self) -> int:
        """Loss of all others together, at most."""
        return self.cost + self.gained

    @property
    def proven(self) -> bool:
        """Whether no timetable with the session costs others less."""
        return self.cost == self.least_cost


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
        What gives way to it; None if that was not searched, or if nothing that is tried serves it.
    """

    goal: UnmetGoal
    wishes: tuple[Wish, ...]
    forced: ForcedSession | None


def goal_of(present: PresentTimetable, request: int) -> UnmetGoal | None:
    """The part of a request that is missing; None if nothing is."""
    asked, got = present.problem.requests, present.rows_of(request)
    sessions = int(asked.sessions[request])
    if len(got) < sessions:
        return UnmetGoal(request, "session", sessions, got, len(got))
    second = [row for row in got if present.choices[row] > 1]
    good = len(got) - len(second)
    if not second or good >= _most_first(present.problem, request):
        return None
    given_up = min(second, key=lambda row: (present.values[row], row))
    return UnmetGoal(request, "first choice", sessions, got, good, given_up)


def _most_first(problem: Problem, request: int) -> int:
    """Sessions of first choice that a request could have by its own stretches and spacing."""
    asked = problem.requests
    windows = slice(int(asked.window_first[request]), int(asked.window_first[request + 1]))
    days = asked.window_weekday[windows][asked.window_choice[windows] == 1]
    sets = day_sets(int(asked.sessions[request]), int(asked.spacing[request]))
    return int(sets[~np.delete(sets, days, axis=1).any(axis=1)].sum(axis=1).max())


def unmet_requests(present: PresentTimetable) -> tuple[int, ...]:
    """Requests that lack sessions, or sessions of first choice where they asked for more."""
    requests = range(len(present.problem.requests))
    return tuple(r for r in requests if goal_of(present, r) is not None)


def explain(present: PresentTimetable, request: int, *, force: bool = True) -> Explanation:
    """Say why a request lacks sessions, or sessions of first choice, and what would give way.

    Parameters
    ----------
    force
        Whether to search for what gives way, if the timetable has prices to begin with.

    Raises
    ------
    ValueError
        If it has all it asked for.
    """
    goal = goal_of(present, request)
    if goal is None:
        raise ValueError(f"request {request} has what it asked for")
    forced = _forced(present, goal) if force and present.can_force else None
    return Explanation(goal, wishes_of(present, goal), forced)


def _forced(present: PresentTimetable, goal: UnmetGoal) -> ForcedSession | None:
    """Force the session that costs least at the prices of time, beside those it keeps.

    Where none is possible beside them: the first by which the request, moved as a whole, gets more.
    """
    columns, losses = present.losses(goal.request)
    placements = present.placements.select(columns)
    rows, choices = rows_of(present.placements, columns), placements.choice.tolist()
    moves = np.asarray(Occupancy(present.problem, goal.kept).too_near(placements).any(axis=1))
    wanted = [at for at, row in enumerate(rows) if goal.is_wanted(row, choices[at])]
    wanted.sort(key=lambda at: (losses[at], rows[at]))
    beside = [at for at in wanted if not moves[at]]
    kept = goal.kept if beside else ()
    for at in (beside or wanted)[:_TRIES]:
        try:
            found = present.force(goal.request, (*kept, rows[at]))
        except Impossible:  # as many sessions of the request are locked as it may have
            continue
        if _served(present, goal, found) > goal.good:
            return _session(present, goal, rows[at], kept, found)
    return None


def _served(present: PresentTimetable, goal: UnmetGoal, found: ForcedTimetable) -> int:
    """Sessions of a timetable that count towards a goal."""
    mine = found.chosen[present.placements.request[found.chosen] == goal.request]
    return int(np.isin(present.placements.choice[mine], goal.choices).sum())


def _session(
    present: PresentTimetable,
    goal: UnmetGoal,
    row: Row,
    kept: tuple[Row, ...],
    found: ForcedTimetable,
) -> ForcedSession:
    after = present.worth_by_request(found.chosen)
    return ForcedSession(
        row=row,
        kept=kept,
        cost=found.present_bound - found.value,
        least_cost=found.present - found.bound,
        gained=int(after[goal.request] - present.worth[goal.request]),
        losers=tuple(
            (request, int(present.worth[request]), int(after[request]))
            for request in found.requests
            if after[request] < present.worth[request] and request != goal.request
        ),
    )
