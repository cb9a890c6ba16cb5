"""Small random covering instances, and their best plans by trying every one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

Bool = npt.NDArray[np.bool_]
F64 = npt.NDArray[np.float64]


def covers_at_random(rng: np.random.Generator) -> Bool:
    """A few points and sites; some points covered by none, some sites alike."""
    points, sites = rng.integers(1, 13), rng.integers(1, 8)
    covers = rng.random((points, sites)) < rng.choice((0.15, 0.3, 0.6))
    if sites > 2 and rng.random() < 0.3:
        covers[:, 1] = covers[:, 0]
    return covers


def weights_at_random(rng: np.random.Generator, number: int) -> F64:
    """Ties, zeros, or real numbers."""
    if rng.random() < 0.5:
        return rng.integers(0, 4, number).astype(float)
    return rng.random(number) * 10


def fixed_at_random(rng: np.random.Generator, sites: int, most: int) -> tuple[int, ...]:
    """Nothing in half of the cases."""
    if rng.random() < 0.5:
        return ()
    return tuple(rng.permutation(sites)[: rng.integers(0, most + 1)].tolist())


def plans(sites: int, sizes: range, fixed: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every set of sites of these sizes that has the fixed ones in it."""
    return [
        plan for size in sizes for plan in combinations(range(sites), size) if {*fixed} <= {*plan}
    ]


def assert_serves(covers: Bool, chosen: tuple[int, ...], assignment: npt.NDArray[np.int64]) -> None:
    """Each point has an open site that covers it, or there is none."""
    some = covers[:, list(chosen)].any(axis=1)
    assert ((assignment >= 0) == some).all()
    at = np.flatnonzero(some)
    assert covers[at, assignment[at]].all()
    assert set(assignment[at].tolist()) <= set(chosen)
