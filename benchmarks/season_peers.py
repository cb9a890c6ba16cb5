"""Two CP-SAT models of the weekly slot problem, as others would write it.

`helsinki`: the model that the City of Helsinki's booking system had from January 2021 to June 2023
(tilavarauspalvelu-core, module `allocation`): for each way to serve a wish an optional interval of
fixed length, NoOverlap in each unit, at most so many events a week, the sum of minutes times score.
Widened only as far as this problem needs: intervals for all placements, NoOverlap for each unit,
weekday and epoch, scores of placements, and the rules that it has not (days apart, the share of
prime time) as linear rows.

`plain`: a Boolean for each placement, at most one of those that meet, with the greedy timetable as
a hint.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from optimise.slots.blocks import Block, fill
from optimise.slots.programs import rows_of

__all__ = ["PEERS", "Searched", "search"]

I64 = npt.NDArray[np.int64]
Model = tuple[cp_model.CpModel, list[cp_model.IntVar]]


@dataclass(frozen=True, slots=True)
class Searched:
    """One search: its timetables as they were found.

    Attributes
    ----------
    log
        Seconds since the problem was given, and weighted minutes.
    chosen
        Placements of the last one (numbers in the block).
    """

    log: tuple[tuple[float, int], ...]
    chosen: I64
    bound: int
    status: str
    seconds: float

    def time_to(self, value: int) -> float | None:
        """Seconds until a timetable of at least this value; None: there was none."""
        return next((at for at, worth in self.log if worth >= value), None)


def helsinki(block: Block) -> Model:
    """Optional intervals of fixed length, NoOverlap per unit, weekday and epoch."""
    model, taken = _begun(block)
    units, during = block.units_of(), block.epochs_of()
    there: dict[tuple[int, int, int], list[cp_model.IntervalVar]] = defaultdict(list)
    prime: dict[tuple[int, int], list[int]] = defaultdict(list)
    columns = (block.venue, block.weekday, block.range_of, block.start, block.stop, block.prime)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for at, (venue, day, span, start, stop, cells) in enumerate(rows):
        interval = model.new_optional_fixed_size_interval_var(start, stop - start, taken[at], "")
        for unit in units[venue]:
            for epoch in during[span]:
                there[unit, day, epoch].append(interval)
                if cells:
                    prime[unit, epoch].append(at)
    for intervals in there.values():
        model.add_no_overlap(intervals)
    weights = block.prime.tolist()
    for (unit, epoch), members in prime.items():
        held = cp_model.LinearExpr.weighted_sum(
            [taken[m] for m in members], [weights[m] for m in members]
        )
        model.add(held <= int(block.spare[unit, epoch]))
    _weeks(block, model, taken)
    return model, taken


def plain(block: Block) -> Model:
    """At most one of the placements that meet in a cell; greedy hint."""
    model, taken = _begun(block)
    rows = rows_of(block, np.arange(len(block)))
    first, members, weights = rows.matrix.indptr, rows.matrix.indices, rows.matrix.data
    for row, limit in enumerate(rows.limit.tolist()):
        part = slice(int(first[row]), int(first[row + 1]))
        some = [taken[m] for m in members[part].tolist()]
        if limit == 1 and (weights[part] == 1).all():
            model.add_at_most_one(some)
        else:
            scale = weights[part].astype(int).tolist()
            model.add(cp_model.LinearExpr.weighted_sum(some, scale) <= int(limit))
    greedy = set(fill(block, np.argsort(-block.value, kind="stable")).tolist())
    for at, variable in enumerate(taken):
        model.add_hint(variable, at in greedy)
    return model, taken


PEERS: dict[str, Callable[[Block], Model]] = {"Helsinki's model": helsinki, "plain CP-SAT": plain}


def search(block: Block, peer: str, began: float, limit: float, workers: int) -> Searched:
    """Build and solve a model.

    Parameters
    ----------
    began
        When the problem was given, on the clock of `time.monotonic`; building counts.
    limit
        Seconds from then.
    """
    model, taken = PEERS[peer](block)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = max(0.1, limit - (time.monotonic() - began))
    log = _Log(began)
    status = solver.solve(model, log)
    values = [solver.boolean_value(variable) for variable in taken] if log.seen else []
    return Searched(
        log=tuple(log.seen),
        chosen=np.flatnonzero(values),
        bound=int(solver.best_objective_bound),
        status=solver.status_name(status).lower(),
        seconds=time.monotonic() - began,
    )


class _Log(cp_model.CpSolverSolutionCallback):
    """Seconds and value of each timetable found."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self.seen: list[tuple[float, int]] = []
        self._began = began

    def on_solution_callback(self) -> None:
        self.seen.append((time.monotonic() - self._began, round(self.objective_value)))


def _begun(block: Block) -> Model:
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(len(block))]
    model.maximize(cp_model.LinearExpr.weighted_sum(taken, block.value.astype(int).tolist()))
    return model, taken


def _weeks(block: Block, model: cp_model.CpModel, taken: list[cp_model.IntVar]) -> None:
    """At most so many sessions a week of each request, on days apart."""
    days: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = zip(block.request.tolist(), block.weekday.tolist(), strict=True)
    for at, (request, day) in enumerate(rows):
        days[request][day].append(at)
    for request, of_day in days.items():
        for day in of_day:
            near = range(int(block.spacing[request]))
            model.add_at_most_one(
                [taken[m] for gap in near for m in of_day.get((day + gap) % 7, ())]
            )
        every = [taken[m] for members in of_day.values() for m in members]
        model.add(cp_model.LinearExpr.sum(every) <= int(block.sessions[request]))
