"""Orders and places in sorted numbers are those of `numpy.lexsort` and `numpy.searchsorted`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from as_python import as_python

from sim import order


@pytest.fixture(params=[False, True], ids=["compiled", "python"])
def module(request: pytest.FixtureRequest) -> Any:
    return as_python("sim.order") if request.param else order


@pytest.mark.parametrize("different", [1, 3, 60, 10**9])
@pytest.mark.parametrize("number", [0, 1, 2, 1500])
def test_the_same_order_as_lexsort(module: Any, number: int, different: int) -> None:
    """Few different numbers or none equal: ties of one, two and all three; floats and keys."""
    rng = np.random.default_rng(number + different)
    first = rng.integers(-different, different, number)
    then = rng.integers(0, min(different, 9), number).astype(np.float64)
    last = rng.integers(0, 5, number).astype(np.uint64) << np.uint64(61)
    assert module.ordered(first, then).tolist() == np.lexsort((then, first)).tolist()
    three = module.ordered(first / 3, first, last)
    assert three.tolist() == np.lexsort((last, first, first / 3)).tolist()
    three = module.ordered(first, then, last)
    assert three.tolist() == np.lexsort((last, then, first)).tolist()


def test_the_same_entry_as_bisection(module: Any) -> None:
    """In stretches of any length, for marks on edges too."""
    rng = np.random.default_rng(1)
    edges = np.sort(rng.integers(0, 40, 100)).astype(np.float64)
    low = rng.integers(0, 101, 800)
    high = np.minimum(low + rng.integers(0, 60, 800), 100)
    mark = rng.integers(-2, 43, 800) / rng.choice([1.0, 2.0], 800)
    found = module.beyond(edges, low, high, mark).tolist()
    stretches = zip(low.tolist(), high.tolist(), mark.tolist(), strict=True)
    assert found == [a + int(np.searchsorted(edges[a:b], m, side="right")) for a, b, m in stretches]
