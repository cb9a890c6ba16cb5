"""Guide tables find what bisection finds."""

from __future__ import annotations

import numpy as np
import pytest

from sim.places.durations import STEPS, entry, lookup_in


@pytest.mark.parametrize("units", [1, 5])
@pytest.mark.parametrize("entries", [0, 1, 7, 5000])
def test_the_same_as_bisection(units: int, entries: int) -> None:
    """Also where entries are equal or crowd in one step, and for marks on entries and steps."""
    rng = np.random.default_rng(entries + units)
    spread = rng.random(entries) * units
    crowd = units / 2 + rng.random(entries) / STEPS / 4
    edges = np.sort(np.concatenate([spread, crowd, spread[: entries // 2], np.arange(units)]))
    steps = np.arange(units * STEPS + 1) / STEPS
    marks = np.concatenate([rng.random(5_000) * units, edges, steps, crowd])
    table = lookup_in(edges, units)
    found = [entry(table, mark) for mark in marks.tolist()]
    assert found == np.searchsorted(edges, marks, side="left").tolist()
