"""Find a timetable of ITC-2019 with CP-SAT, in one model."""

from __future__ import annotations

from ortools.sat.python import cp_model

from optimise.timetabling.itc2019.instance import Instance, Timetable
from optimise.timetabling.itc2019.model import add_cost, add_meetings, add_rooms_once
from optimise.timetabling.outcome import Outcome, Solution
from optimise.timetabling.searching import Search, bound_of

__all__ = ["solve"]

PROVER = "CP-SAT on the whole model"


def solve(instance: Instance, limit: float, seed: int = 0, workers: int = 2) -> Solution[Timetable]:
    """Minimise the penalties; stops at the limit, or once the best is proven.

    Parameters
    ----------
    limit
        Wall seconds for all of it.
    seed, workers
        Of CP-SAT. The same seed may take another path where there is more than one worker.
    """
    search = Search(limit, seed, workers)
    model = cp_model.CpModel()
    choices = add_meetings(model, instance)
    add_rooms_once(model, choices)
    add_cost(model, instance, choices)
    status, solver = search.solve(model)
    bound = bound_of(solver)
    if status in ("unknown", "infeasible"):
        return Solution(None, Outcome(None, bound, PROVER, status, search.seconds))
    value = round(solver.objective_value)
    return Solution(
        choices.timetable(solver), Outcome(value, bound, PROVER, status, search.seconds)
    )
