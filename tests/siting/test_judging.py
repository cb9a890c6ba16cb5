"""The order of plans after the last word."""

from __future__ import annotations

import numpy as np

from sim.siting.assessment.judge import ranked
from sim.stats.selection import KimNelson


def test_who_was_eliminated_early_may_be_better_than_who_is_still_in() -> None:
    """A plan that trails the best alike in every replication is told from it long before one that
    is far worse, but differently in each."""
    rng = np.random.default_rng(1)
    selecting = KimNelson(3, delta=0.5, first_stage=10, at_most=20)
    values = []
    while not selecting.result().finished:
        best = 100.0 + rng.normal()
        values.append([best, best - 5.0 + 0.01 * rng.normal(), 60.0 + 60 * rng.normal()])
        row = np.full(3, np.nan)
        row[list(selecting.survivors)] = np.array(values[-1])[list(selecting.survivors)]
        selecting.add(row)
    found = selecting.result()
    assert found.survivors == (0, 2)
    assert found.eliminated_at[1] is not None
    assert ranked(np.mean(values, axis=0).tolist(), found) == (0, 1, 2)


def test_the_first_is_still_in_whatever_the_means_say() -> None:
    """Means of those eliminated are of fewer replications."""
    selecting = KimNelson(2, delta=0.5, first_stage=10)
    noise = np.random.default_rng(2).normal(size=10)
    for extra in noise:
        selecting.add(np.array([1.0 + extra, 9.0 + extra]))
    found = selecting.result()
    assert found.best == 1
    assert ranked([2.0, 1.0], found) == (1, 0)
    assert ranked([2.0, 1.0], None) == (0, 1)
