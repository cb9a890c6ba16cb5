"""Tiny random problems, and their best plans by trying every one."""

from itertools import product

import numpy as np
from scipy.optimize import linprog

from optimise.siting.problem import Aim, Classes, Facilities, Moves, Problem, ServiceOptions


def tiny(seed: int) -> Problem:
    """Few classes, facilities and moves; ties, zeros, fixed moves, links and conversions."""
    rng = np.random.default_rng(seed)
    D, F, B, M, S = (int(n) for n in rng.integers([1, 1, 1, 1, 1], [6, 5, 3, 6, 3]))
    G = int(rng.integers(0, 3))
    whole = rng.random() < 0.5  # whole numbers tie

    def draw(low: float, high: float, size: int | tuple[int, int]) -> np.ndarray:
        drawn = rng.uniform(low, high, size)
        return np.round(drawn) if whole else drawn

    rooms = rng.choice(3, F, p=[0.6, 0.25, 0.15])
    gives, takes = np.full(M, -1), np.full(M, -1)
    link = np.zeros(M, bool)
    for m in range(M):
        kind = rng.choice(["open", "convert", "close", "link"], p=[0.6, 0.15, 0.1, 0.15])
        link[m] = kind == "link"
        if kind in ("open", "convert"):
            gives[m] = rng.integers(F)
        if kind in ("convert", "close"):
            takes[m] = rng.integers(F)
    most = rng.choice([0, 1, 2, 3], M, p=[0.05, 0.55, 0.3, 0.1])
    fixed = np.where(rng.random(M) < 0.1, np.minimum(most, 1), 0)
    pairs = [(d, f) for d in range(D) for f in range(F) if rng.random() < 0.6]
    links = np.flatnonzero(link)
    with_link = [(d, f, -1) for d, f in pairs]
    with_link += [
        (d, f, int(rng.choice(links))) for d, f in pairs if len(links) and rng.random() < 0.4
    ]
    with_link.sort(key=lambda o: o[0])
    P = len(with_link)
    columns = np.array(with_link, dtype=np.int64).reshape(P, 3)
    of_band = rng.integers(0, B, D)
    classes = Classes(draw(0, 9, D), draw(0, 2, D), rng.integers(-1, G, D))
    served, minute = some_value(seed)
    return Problem(
        classes,
        Facilities(rooms, (rooms > 0)[:, None] * draw(0, 8, (F, B))),
        Moves(
            cost=np.where(takes >= 0, draw(-2, 3, M), draw(0, 4, M)),
            most=most,
            site=rng.integers(-1, S, M),
            area=draw(-1, 3, M),
            gives=gives,
            gives_hours=(gives >= 0)[:, None] * draw(0, 8, (M, B)),
            takes=takes,
            takes_hours=(takes >= 0)[:, None] * draw(0, 2, (M, B)),
            fixed=fixed,
        ),
        ServiceOptions(
            columns[:, 0],
            columns[:, 1],
            of_band[columns[:, 0]],
            rng.uniform(0.1, 1.0, P).round(1),
            draw(0, 2, P),
            served * classes.worth[columns[:, 0]] - minute * (minutes := draw(1, 30, P)),
            minutes <= 15,
            columns[:, 2],
        ),
        float(rng.choice([0.0, 2.0, 4.0, 7.0, np.inf])),
        np.where(rng.random(S) < 0.3, np.inf, draw(0, 6, S)),
        G,
    )


def some_value(seed: int) -> tuple[float, float]:
    """Weight of the worth of a wish served, and what each walking minute takes off."""
    rng = np.random.default_rng([7, seed])
    return float(rng.choice([0.0, 1.0, 1.0])), float(rng.choice([0.0, 0.02, 0.1]))


def some_aim(seed: int) -> Aim:
    """Some part of the aim on its own or several at once."""
    rng = np.random.default_rng([8, seed])
    return Aim(
        uncovered=float(rng.choice([0.0, 0.5])),
        worst=float(rng.choice([0.0, 0.0, 0.6])),
    )


def every_plan(problem: Problem) -> list[np.ndarray]:
    """All allowed moves, by the words of `Problem`."""
    moves, plans = problem.moves, []
    for each in product(*(range(f, m + 1) for f, m in zip(moves.fixed, moves.most, strict=True))):
        times = np.array(each, dtype=np.int64)
        rooms, hours = after(problem, times)
        area = [(moves.area * times)[moves.site == s].sum() for s in range(len(problem.floor))]
        if (
            moves.cost @ times <= problem.budget + 1e-9
            and (np.array(area) <= problem.floor + 1e-9).all()
            and (rooms >= 0).all()
            and (hours >= -1e-9).all()
        ):
            plans.append(times)
    return plans


def after(problem: Problem, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rooms and hours after the moves, one move at a time."""
    rooms, hours = problem.facilities.rooms.copy(), problem.facilities.hours.copy()
    moves = problem.moves
    for m, n in enumerate(times):
        if moves.gives[m] >= 0:
            rooms[moves.gives[m]] += n
            hours[moves.gives[m]] += n * moves.gives_hours[m]
        if moves.takes[m] >= 0:
            rooms[moves.takes[m]] -= n
            hours[moves.takes[m]] -= n * moves.takes_hours[m]
    return rooms, hours


def value_by_words(problem: Problem, times: np.ndarray, aim: Aim) -> float:
    """Value of moves by a linear program written from the words of `Problem` and `Aim`."""
    c, o = problem.classes, problem.options
    rooms, hours = after(problem, times)
    P, D, (F, B) = len(o.asked), len(c.wishes), hours.shape
    open_ = np.array(
        [
            rooms[f] >= 1 and (k < 0 or times[k] >= 1)
            for f, k in zip(o.facility, o.link, strict=True)
        ],
        dtype=bool,
    )
    come = c.wishes[o.of_class] * o.asked
    gain = come * o.value
    total = (c.wishes * c.worth).sum()
    matrix, limit = np.zeros((D + F * B, P + 1)), np.concatenate([np.ones(D), hours.ravel()])
    for p in range(P):
        matrix[o.of_class[p], p] = 1.0
        matrix[D + o.facility[p] * B + o.band[p], p] = come[p] * o.hours[p]
    fair = 0.0
    for g in range(problem.groups):
        asked = (c.wishes * c.worth)[c.group == g].sum()
        if asked > 0:
            fair = aim.worst * total
            served = np.where(c.group[o.of_class] == g, come * c.worth[o.of_class], 0.0) / asked
            matrix = np.vstack([matrix, np.append(-served, 1.0)])
            limit = np.append(limit, 0.0)
    bounds = [(0, 1 if is_open else 0) for is_open in open_] + [(0, 1)]
    limit = np.maximum(limit, 0.0)
    found = linprog(-np.append(gain, fair), A_ub=matrix, b_ub=limit, bounds=bounds)
    near = {int(d) for d in o.of_class[open_ & o.near]}
    lost = sum(c.wishes[d] for d in range(D) if d not in near)
    return float(-found.fun) - aim.uncovered * lost
