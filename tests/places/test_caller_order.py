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
    key, stream = np.arange(500, dtype=np.uint64), np.arange(500) % 7
    ordered = np.empty_like(key), np.empty_like(time), np.empty_like(stream)
    filled = np.zeros(501, dtype=np.int64)
    begin, end = float(time.min()) + spread * 0.1, float(time.max())
    n = module._sort(begin, end, key, time, stream, filled, *ordered)
    own = np.flatnonzero((time >= begin) & (time < end))
    right = own[np.argsort(time[own], kind="stable")]
    assert n == len(right) < 500
    assert ordered[0][:n].tolist() == right.tolist()
    assert ordered[1][:n].tolist() == time[right].tolist()
    assert ordered[2][:n].tolist() == stream[right].tolist()
