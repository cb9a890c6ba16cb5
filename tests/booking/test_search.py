"""The compiled search gives what the same functions give as Python, to the byte."""

from __future__ import annotations

from types import ModuleType
from unittest import mock

import numpy as np
import pytest
from as_python import as_python

import sim.compiled
from sim.booking import decisions, search
from sim.booking.parts.caps import NO_CAPS
from sim.model import timeline

from .test_alternatives import WORLDS, scene


def loop_as_python() -> ModuleType:
    """The loop that decides requests, and all that it calls, without numba."""
    modules = {name: as_python(name) for name in ("sim.booking.search", "sim.booking.parts.caps")}
    with mock.patch.dict("sys.modules", modules):
        return as_python("sim.booking.decisions")


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_outcomes_as_in_python(name: str) -> None:
    """Requests and cancellations at once; sessions and offers one by one."""
    ours, theirs = scene(name, 3, 200), scene(name, 3, 200)
    tables = [opened.counter.desk.tables for opened in (ours, theirs)]
    python = as_python("sim.booking.search")
    line, nobody = timeline(ours.counter), np.zeros(len(ours.requests), dtype=np.uint8)
    n, plain = len(line.times), loop_as_python()
    for module, loop, t in zip((search, python), (decisions, plain), tables, strict=True):
        assert loop.decide(0, n, nobody, *t, *NO_CAPS, *line) == n
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
