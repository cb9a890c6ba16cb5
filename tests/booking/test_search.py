"""The compiled search gives what the same functions give as Python, to the byte."""

from __future__ import annotations

import numpy as np
import pytest
from as_python import as_python

import sim.compiled
from sim.booking import search
from sim.model import timeline

from .test_alternatives import WORLDS, scene


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_outcomes_as_in_python(name: str) -> None:
    """Requests and cancellations at once; sessions and offers one by one."""
    ours, theirs = scene(name, 3, 200), scene(name, 3, 200)
    tables = [opened.counter.desk.tables for opened in (ours, theirs)]
    times, codes = timeline(ours.counter)
    for module, t in zip((search, as_python("sim.booking.search")), tables, strict=True):
        assert module.serve(t, times, codes, 0, len(times)) == len(times)
        for i in range(40):
            pool, start = int(t.asks[i, search.POOLS]), int(t.given[search.START, i])
            module.offer(t, i, pool, start + 2, 2, float(start * 30 - 600), bool(i % 2))
            group = np.array([0, 1, 2, -1])
            module.take(t.busy, t.keeper, t.clock, group, i % 2, i % 3, i % 3, start, 2)
    assert (tables[0].given == tables[1].given).all()
    assert (tables[0].busy == tables[1].busy).all()
    assert len(np.unique(tables[0].given[search.OUTCOME])) == 2


def test_numba_compiles_the_search() -> None:
    """Without it the tests above would compare Python with itself."""
    assert hasattr(search.place, "py_func") == sim.compiled.JIT
