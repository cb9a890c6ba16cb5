"""Overflow: who finds one group of units busy tries the next."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import lil_array
from scipy.sparse.linalg import spsolve

from .loss import erlang_b

__all__ = ["kosten", "routed"]

F64 = npt.NDArray[np.float64]


def kosten(units: int, load: float) -> tuple[float, float]:
    """Mean and variance of the number busy in an unlimited group behind `units` (Kosten 1937).

    Nobody moves back. The mean is also the number of requests that overflow per mean service time;
    the variance holds for exponential service times (Riordan's form, in Wilkinson 1956).
    """
    mean = load * erlang_b(units, load)
    return mean, mean * (1 - mean + load / (units + 1 - load + mean))


def routed(
    sizes: Sequence[int], loads: Sequence[float], routes: Sequence[Sequence[int]]
) -> tuple[F64, F64]:
    """Share refused of each origin, and mean number busy of each group.

    Parameters
    ----------
    sizes
        Units of each group.
    loads, routes
        Of each origin: its load, and the groups it tries in order; refused beyond the last.

    Notes
    -----
    Exponential service times of mean 1; the Markov chain of the numbers busy is solved as it
    stands, so the product of (size + 1) must be some thousands at most.
    """
    states = list(itertools.product(*(range(size + 1) for size in sizes)))
    number = {state: i for i, state in enumerate(states)}
    flow = lil_array((len(states), len(states)))
    refused = np.zeros((len(routes), len(states)))

    def jump(i: int, to: tuple[int, ...], rate: float) -> None:
        flow[number[to], i] += rate
        flow[i, i] -= rate

    for i, state in enumerate(states):
        for group, busy in enumerate(state):
            if busy:
                jump(i, (*state[:group], busy - 1, *state[group + 1 :]), busy)
        for origin, (load, route) in enumerate(zip(loads, routes, strict=True)):
            group = next((g for g in route if state[g] < sizes[g]), -1)
            if group < 0:
                refused[origin, i] = 1.0
            else:
                jump(i, (*state[:group], state[group] + 1, *state[group + 1 :]), load)
    flow[0, :] = 1.0  # one balance equation follows from the rest; instead: probabilities sum to 1
    p = spsolve(flow.tocsc(), np.eye(len(states))[0])
    return refused @ p, np.array(states).T @ p
