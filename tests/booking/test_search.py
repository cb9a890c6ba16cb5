"""The compiled search gives what the same functions give as Python, to the byte."""

from __future__ import annotations

from functools import partial
from types import ModuleType
from unittest import mock

import numpy as np
import pytest
from as_python import as_python
from one_by_one import ask_for_rooms, takes_room

import sim.compiled
from sim.booking import decisions, search
from sim.booking.parts.caps import NO_CAPS
from sim.model import timeline
from sim.programme.process import RoomsWanted

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


@pytest.mark.parametrize("name", WORLDS)
def test_rooms_of_sessions_as_if_tried_one_by_one(name: str) -> None:
    """Sixty sessions, each with up to five rooms and three starts to try, some of other days."""
    ours, theirs, r = scene(name, 3, 200), scene(name, 3, 200), np.random.default_rng(1)
    desks = [opened.counter.desk for opened in (ours, theirs)]
    (venues, slots), day = desks[0].busy.shape, int(desks[0].tables.clock[search.SLOTS])
    steps = r.choice([1, 2, 4], venues)
    for desk in desks:
        desk.tables.room[:, search.START_SLOTS] = steps
    rooms, planned = r.integers(0, venues, (60, 5)), r.integers(0, slots // day, 60) * day
    planned += r.integers(day // 4, day, 60)
    columns = r.integers(0, 6, 60), planned, np.full(60, 2), np.array([0, 2, day // 2, -2])
    wanted = RoomsWanted(rooms, *columns)
    got = desks[0].take_rooms(wanted)
    expected = ask_for_rooms(wanted, day, steps, partial(takes_room, desks[1]))
    assert (np.array(got) == np.array(expected)).all()
    assert (desks[0].busy == desks[1].busy).all()
    assert 0 < (got[0] >= 0).sum() < 60
    assert (got[1] != planned).any()


def test_numba_compiles_the_search() -> None:
    """Without it the tests above would compare Python with itself."""
    assert hasattr(search.place, "py_func") == sim.compiled.JIT
