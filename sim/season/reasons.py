"""Why a request did not get what it asked for, and what would give way, in words and names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optimise.slots.problem import Problem
from optimise.slots.reasons.explanation import Explanation, ForcedSession, explain, unmet_requests
from optimise.slots.reasons.timetable import PresentTimetable, Row
from optimise.slots.reasons.wishes import Holder, Wish
from optimise.slots.solution import Solution
from sim.season.plan import SeasonProblem
from sim.season.timetable import clock

COLUMNS = (
    "request",
    "group",
    "got",
    "wanted",
    "reason",
    "by",
    "forced",
    "gives_way",
    "others_lose",
    "it_gains",
    "proven",
)
"""Columns of `reasons.csv`, which has a line for each wish."""
_LIST = "; "
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class ProblemNames:
    """Names of the numbers of a problem.

    Parameters
    ----------
    requests, groups
        Of each request.
    venues
        Of each venue.
    """

    problem: Problem
    requests: tuple[str, ...]
    groups: tuple[str, ...]
    venues: tuple[str, ...]

    def hours(self, weekday: int, begin: int, end: int) -> str:
        """Cells of a weekday as `Wed 18:00-19:30`."""
        step = self.problem.season.step
        return f"{_DAYS[weekday]} {clock(begin * step)}-{clock(end * step)}"

    def session(self, row: Row) -> str:
        """A session as `Wed 18:00-19:30 in Court 3`."""
        _, venue, weekday, start, length = row
        return f"{self.hours(weekday, start, start + length)} in {self.venues[venue]}"

    def wish(self, wish: Wish) -> str:
        """A wish as `Wed 18:00-21:00 in Court 3 (first choice)`."""
        asked, w = self.problem.requests, wish.window
        bounds = (
            int(asked.window_weekday[w]),
            int(asked.window_begin[w]),
            int(asked.window_end[w]),
        )
        choice = "first" if wish.choice == 1 else "second"
        return f"{self.hours(*bounds)} in {self.venues[wish.venue]} ({choice} choice)"

    def minutes(self, cells: float) -> str:
        """A stretch of time in minutes."""
        return f"{cells * self.problem.season.step:g} minutes"


@dataclass(frozen=True, slots=True)
class Reason:
    """Obstacles to one wish.

    Parameters
    ----------
    words
        A line.
    by
        Names of the requests that are in the way.
    """

    wanted: str
    words: str
    by: tuple[str, ...] = ()


def reasons_of(names: ProblemNames, found: Explanation) -> Iterator[Reason]:
    """One reason a wish, the first choice first."""
    for wish in found.wishes:
        parts = [_rule(names, found.goal.request, wish)] if wish.rule else list(_way(names, wish))
        if not parts:
            parts = ["nothing is in the way, but it counts less than what the request has"]
        by = dict.fromkeys(names.requests[holder.row[0]] for holder in wish.holders)
        yield Reason(names.wish(wish), _LIST.join(parts), tuple(by))


def _rule(names: ProblemNames, request: int, wish: Wish) -> str:
    venues, asked = names.problem.venues, names.problem.requests
    name = names.venues[wish.venue]
    lost = 0.0 if wish.lost is None else wish.lost
    return {
        "kind": f"{name} is of another kind",
        "capacity": f"{name} holds {venues.capacity[wish.venue]} people, "
        f"{asked.party[request]} come",
        "equipment": f"{name} lacks equipment that is needed",
        "window": f"no session of {names.minutes(asked.shortest[request])} begins in that stretch",
        "hours": f"{name} is not open then",
        "closed": f"{name} is closed then on {lost:.0%} of the dates, "
        f"{asked.lost_share[request]:.0%} may be lost",
        "kept": f"{name} is kept for residents then",
        "rejected": "the planner has ruled it out",
    }[wish.rule or ""]


def _way(names: ProblemNames, wish: Wish) -> Iterator[str]:
    """Sessions of the timetable that are in the way."""
    assert wish.row is not None
    for holder in wish.holders:
        yield _held(names, wish.row, holder)
    for row in wish.own_rows:
        spacing = int(names.problem.requests.spacing[row[0]])
        same = row[2] == wish.row[2]
        yield f"it has {names.session(row)}" + (
            " that day" if same else f", less than {spacing} days apart"
        )
    if wish.shortage is not None:
        left, needed = wish.shortage.left, wish.shortage.needed
        yield (
            f"groups may hold {names.minutes(left)} more of the prime time of "
            f"{names.venues[wish.venue]} and {names.minutes(needed)} are needed: "
            "the rest is kept for residents"
        )


def _held(names: ProblemNames, row: Row, holder: Holder) -> str:
    weight = names.problem.requests.weight
    other, mine = holder.row[0], row[0]
    shares = ", which shares rooms with it," if holder.row[1] != row[1] else ""
    between = " with the time between sessions" if holder.changeover else ""
    why = (
        "locked by the planner"
        if holder.locked
        else f"priority {weight[other]:g}, here {weight[mine]:g}"
    )
    return (
        f"{names.session(holder.row)}{shares} is held{between} by "
        f"{names.requests[other]} of {names.groups[other]} ({why})"
    )


def reason_rows(names: ProblemNames, found: Explanation) -> list[tuple[str, ...]]:
    """Lines of `reasons.csv` for one request, in the order of `COLUMNS`."""
    request, forced = found.goal.request, found.forced
    start = (names.requests[request], names.groups[request], _got(names, found))
    end = ("",) * 5
    if forced is not None:
        end = (
            names.session(forced.row),
            _LIST.join(_losers(names, forced)),
            str(forced.lost),
            str(forced.gained),
            "yes" if forced.proven else "no",
        )
    return [
        (*start, reason.wanted, reason.words, _LIST.join(reason.by), *end)
        for reason in reasons_of(names, found)
    ]


def _got(names: ProblemNames, found: Explanation) -> str:
    got = f"{len(found.goal.got)} of {found.goal.asked}"
    sessions = _LIST.join(map(names.session, found.goal.got))
    return f"{got}: {sessions}" if sessions else got


def _losers(names: ProblemNames, forced: ForcedSession) -> Iterator[str]:
    for request, before, after in forced.losers:
        yield f"{names.requests[request]} of {names.groups[request]}: {after} instead of {before}"


OPTIMISED = "optimised"
"""The method whose timetables are worth most: only of these, and where worth alone decides, a
search can say what gives way."""


class SeasonReasons:
    """Why requests of a season did not get what they asked for.

    Parameters
    ----------
    solution
        Of the plan's problem.
    work
        What one search may take.

    Attributes
    ----------
    searches
        Whether what gives way is searched for.
    """

    def __init__(self, plan: SeasonProblem, solution: Solution, work: float = 3.0) -> None:
        self.searches = plan.allocation.method.rule == OPTIMISED and not plan.aims.order
        self._present = PresentTimetable(
            plan.problem,
            solution.assignment,
            solution.bound if self.searches else None,
            solution.certificate if self.searches else None,
            work,
        )
        self.names = ProblemNames(
            plan.problem,
            tuple(row.request for row in plan.rows),
            tuple(row.group for row in plan.rows),
            plan.venues,
        )

    @property
    def work(self) -> float:
        """Work of all searches so far."""
        return self._present.done

    def unmet_requests(self) -> tuple[int, ...]:
        """Requests with fewer sessions than asked for, or with sessions of second choice."""
        return unmet_requests(self._present)

    def rows(self, request: int, *, force: bool = True) -> list[tuple[str, ...]]:
        """Lines of `reasons.csv` for one request, in the order of `COLUMNS`."""
        return reason_rows(self.names, explain(self._present, request, force=force))
