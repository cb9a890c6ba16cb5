"""What a request lacks in a timetable."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimise.slots.placements import placements_of
from optimise.slots.prices import day_sets
from optimise.slots.problem import Problem, Sessions
from optimise.slots.reasons.changes import single_request, with_values
from optimise.slots.reasons.timetable import ChangedTimetable, PresentTimetable, Row


@dataclass(frozen=True, slots=True)
class ExplainedGoal:
    """One session more, or one more of first choice.

    Parameters
    ----------
    kind
        ``session`` or ``first choice``.
    asked
        Most sessions a week.
    got
        Its sessions.
    good
        Sessions that count towards the goal: all, or those of first choice.
    given_up
        The session of second choice that is worth least: it would go for one of first choice.
    """

    request: int
    kind: str
    asked: int
    got: tuple[Row, ...]
    good: int
    given_up: Row | None = None

    @property
    def choices(self) -> tuple[int, ...]:
        """Choices of the windows that would do."""
        return (1, 2) if self.kind == "session" else (1,)

    @property
    def new_choice(self) -> int:
        """Choice of a window that the request did not ask for."""
        return self.choices[-1]

    @property
    def kept(self) -> tuple[Row, ...]:
        """Sessions that stay when it gets what it lacks."""
        return tuple(row for row in self.got if row != self.given_up)

    def is_wanted(self, row: Row, choice: int) -> bool:
        """Whether a session would be one towards the goal."""
        return row not in self.got and choice in self.choices

    def reached(self, found: ChangedTimetable) -> bool:
        """Whether a timetable gives more than the present one."""
        mine = found.rows_of(self.request)
        return sum(found.choice_of(row) in self.choices for row in mine) > self.good

    @property
    def can_be_ruled_out(self) -> bool:
        """Whether a problem can say so: not for some but not all sessions of first choice."""
        return self.kind == "session" or not self.good

    def ruled_out(self, problem: Problem) -> Problem | None:
        """A problem with those timetables that miss the goal; None if the arrays cannot say so."""
        if self.kind == "session":
            return with_values(problem, self.request, sessions=self.good)
        if not self.can_be_ruled_out:
            return None
        mine = placements_of(single_request(problem, self.request))
        wanted = mine.sessions(np.flatnonzero(mine.choice == 1)).rows()
        rejected = [(self.request, *row[1:]) for row in wanted]
        return replace(
            problem, rejections=Sessions.from_rows([*problem.rejections.rows(), *rejected])
        )


def goal_of(present: PresentTimetable, request: int) -> ExplainedGoal | None:
    """The part of a request that is missing; None if nothing is."""
    asked, got = present.problem.requests, present.rows_of(request)
    sessions = int(asked.sessions[request])
    if len(got) < sessions:
        return ExplainedGoal(request, "session", sessions, got, len(got))
    second = [row for row in got if present.choices[row] > 1]
    good = len(got) - len(second)
    if not second or good >= _most_first(present.problem, request):
        return None
    given_up = min(second, key=lambda row: (present.values[row], row))
    return ExplainedGoal(request, "first choice", sessions, got, good, given_up)


def _most_first(problem: Problem, request: int) -> int:
    """Sessions of first choice that a request could have by its own stretches and spacing."""
    asked = problem.requests
    windows = slice(int(asked.window_first[request]), int(asked.window_first[request + 1]))
    days = asked.window_weekday[windows][asked.window_choice[windows] == 1]
    sets = day_sets(int(asked.sessions[request]), int(asked.spacing[request]))
    return int(sets[~np.delete(sets, days, axis=1).any(axis=1)].sum(axis=1).max())
