"""Callers of a batch are put in order of time, compiled or not."""

from __future__ import annotations

import numpy as np
import pytest
from as_python import as_python

from sim.places import draws


@pytest.mark.parametrize("python", [False, True])
@pytest.mark.parametrize("spread", [3 * 1440.0, 2.0])
def test_order_of_time(spread: float, python: bool) -> None:
    """Spread over days or crowded in two minutes, some at the same moment."""
    module = as_python("sim.places.draws") if python else draws
    rng = np.random.default_rng(7)
    time = 1440.0 + rng.random(500) * spread
    time[100:150] = time[:50]
    order, ordered = np.empty(500, dtype=np.int64), np.full(500, -np.inf)
    module._sort(1440.0, time, np.zeros(3 * 1440 + 1, dtype=np.int64), order, ordered)
    assert ordered.tolist() == np.sort(time).tolist()
    assert time[order].tolist() == ordered.tolist()
    assert sorted(order.tolist()) == list(range(500))
