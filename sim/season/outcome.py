"""What a timetable gives to every request, and what it changes since last season."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from optimise.slots.problem import Sessions
from sim.season.plan import Row, SeasonProblem
from sim.season.timetable import Session

LIST = ";"


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """Wishes of one request and its sessions; the columns of `outcome.csv`.

    Parameters
    ----------
    hours_asked, hours_got
        A week; asked at most.
    first_choice
        Sessions in stretches of the first choice.
    venue_rank
        Places of its venues in the request's order, 1 the first; empty where it named none.
    walk_minutes
        Mean over its sessions; None without one.
    held_share
        Mean share of its dates on which the venue is open; None without a session.
    note
        Why no venue can ever serve it.
    """

    request: str
    group: str
    segment: str
    zone: str
    kind: str
    priority: float
    sessions_asked: int
    sessions_got: int
    hours_asked: float
    hours_got: float
    first_choice: int
    venue_rank: str
    walk_minutes: float | None
    held_share: float | None
    venues: str
    note: str

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Columns of `outcome.csv`."""
        return tuple(field.name for field in fields(cls))

    def row(self) -> tuple[object, ...]:
        """The outcome as a line of `outcome.csv`."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class Changes:
    """Sessions since last season, of requests that had any.

    Parameters
    ----------
    before
        Sessions that requests of this season had last season.
    kept
        Of them, those that stay as they were.
    new
        Sessions of the same requests that they did not have.
    """

    before: int
    kept: int
    new: int


@dataclass(frozen=True, slots=True)
class AllocatedTimetable:
    """A timetable in names with what it gives to every request.

    Parameters
    ----------
    sessions
        By request in the order of the table, then weekday and start.
    outcomes
        One a request, in the order of the table.
    """

    sessions: tuple[Session, ...]
    outcomes: tuple[RequestOutcome, ...]
    changes: Changes


def allotted(plan: SeasonProblem, assignment: Sessions) -> AllocatedTimetable:
    """Translate sessions in numbers back into names."""
    rows = sorted(assignment.rows(), key=lambda row: (row[0], row[2], row[3]))
    which = plan.placements.find(assignment)
    index = dict(zip(plan.placements.sessions(which).ordered(), which.tolist(), strict=True))
    sessions = [plan.session(row, int(plan.placements.choice[index[row]])) for row in rows]
    of: dict[int, list[Row]] = {}
    for row in rows:
        of.setdefault(row[0], []).append(row)
    outcomes = [_outcome(plan, r, of.get(r, ()), index) for r in range(len(plan.rows))]
    return AllocatedTimetable(tuple(sessions), tuple(outcomes), changes_of(plan, rows))


def _outcome(
    plan: SeasonProblem, r: int, got: Sequence[Row], index: Mapping[Row, int]
) -> RequestOutcome:
    row, step = plan.rows[r], plan.problem.season.step
    placements = plan.placements.select(np.array([index[one] for one in got], dtype=np.int64))
    ranks = sorted(set((placements.rank + 1).tolist())) if row.venues else []
    return RequestOutcome(
        request=row.request,
        group=row.group,
        segment=row.segment,
        zone=plan.world.zones[int(plan.problem.requests.zone[r])],
        kind=row.kind,
        priority=row.priority,
        sessions_asked=row.sessions,
        sessions_got=len(got),
        hours_asked=row.sessions * row.longest / 60,
        hours_got=sum(one[4] for one in got) * step / 60,
        first_choice=int((placements.choice == 1).sum()),
        venue_rank=LIST.join(map(str, ranks)),
        walk_minutes=round(float(placements.walk.mean()), 1) if got else None,
        held_share=round(float(placements.held.mean()), 4) if got else None,
        venues=LIST.join(dict.fromkeys(plan.venues[one[1]] for one in got)),
        note=plan.unservable.get(r, ""),
    )


def changes_of(plan: SeasonProblem, rows: Sequence[Row]) -> Changes:
    """Differences from last season's timetable."""
    before = set(plan.problem.last_season.rows())
    had = {row[0] for row in before}
    now = {row for row in rows if row[0] in had}
    return Changes(before=len(before), kept=len(before & now), new=len(now - before))
