"""A bound from prices and the instance alone, by weak duality, without a solver.

For any nonnegative prices of time, no timetable is worth more than what all time costs plus, for
each request, the most that its best allowed sessions are worth beyond the price of the time they
take. Like `check`, this shares no code with the solver.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from benchmarks.slots_check import faults_of_one, overlap, value_of_one
from optimise.slots.problem import Problem
from optimise.slots.solution import Certificate

__all__ = ["bound_by"]

Row = tuple[int, int, int, int, int]


def bound_by(problem: Problem, certificate: Certificate) -> float:
    """The bound that the prices prove.

    Raises
    ------
    ValueError
        If a price is negative.
    """
    if certificate.cell.min(initial=0) < 0 or certificate.share.min(initial=0) < 0:
        raise ValueError("prices must not be negative")
    spare = np.repeat(problem.venues.prime_cap[:, None], certificate.share.shape[1], axis=1)
    locks = problem.locks.rows()
    bound = 0.0
    for lock in locks:
        bound += value_of_one(problem, lock)
        units, during, prime = _takes(problem, certificate, lock)
        spare[np.ix_(units, during)] -= prime
    bound += float(certificate.cell.sum() + (certificate.share * spare).sum())
    return bound + sum(
        _best(problem, certificate, request, locks) for request in range(len(problem.requests))
    )


def _best(problem: Problem, certificate: Certificate, request: int, locks: list[Row]) -> float:
    """Most that a request's sessions beside its locks are worth beyond their prices."""
    asked = problem.requests
    mine = [lock[2] for lock in locks if lock[0] == request]
    spacing, left = int(asked.spacing[request]), int(asked.sessions[request]) - len(mine)
    best: dict[int, float] = {}
    for row in _sessions(problem, request):
        if any(_near(row[2], day, spacing) for day in mine):
            continue
        if any(overlap(problem, row, lock) for lock in locks):
            continue
        margin = value_of_one(problem, row) - _price(problem, certificate, row)
        best[row[2]] = max(best.get(row[2], 0.0), margin)
    most = 0.0
    for number in range(1, left + 1):
        for days in combinations(best, number):
            if not any(_near(a, b, spacing) for a, b in combinations(days, 2)):
                most = max(most, sum(best[day] for day in days))
    return most


def _near(one: int, other: int, spacing: int) -> bool:
    return min((one - other) % 7, (other - one) % 7) < spacing


def _sessions(problem: Problem, request: int) -> set[Row]:
    """Every session that the rules of one session allow, tried one by one."""
    asked, season = problem.requests, problem.season
    found: set[Row] = set()
    options = range(asked.option_first[request], asked.option_first[request + 1])
    windows = range(asked.window_first[request], asked.window_first[request + 1])
    for venue in {int(asked.option_venue[o]) for o in options}:
        for window in windows:
            day, end = int(asked.window_weekday[window]), int(asked.window_end[window])
            for start in range(int(asked.window_begin[window]), end):
                if start % season.start_step:
                    continue
                for length in range(int(asked.shortest[request]), end - start + 1):
                    row = (request, venue, day, start, length)
                    if row not in found and not faults_of_one(problem, row):
                        found.add(row)
    return found


def _takes(
    problem: Problem, certificate: Certificate, row: Row
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Units and epochs that a session takes time of, and its prime cells."""
    venues, asked, cuts = problem.venues, problem.requests, certificate.cuts
    units = venues.units[venues.unit_first[row[1]] : venues.unit_first[row[1] + 1]]
    during = (cuts[:-1] <= asked.last_date[row[0]]) & (cuts[1:] > asked.first_date[row[0]])
    prime = int(venues.prime[row[2], row[3] : row[3] + row[4]].sum())
    return units, np.flatnonzero(during), prime


def _price(problem: Problem, certificate: Certificate, row: Row) -> float:
    units, during, prime = _takes(problem, certificate, row)
    stop = row[3] + row[4] + int(problem.venues.changeover[row[1]])
    cells = certificate.cell[units][:, row[2]][:, during, row[3] : stop]
    return float(cells.sum() + prime * certificate.share[np.ix_(units, during)].sum())
