"""Refusals in the planner's model: Erlang's formula, tuned to today; and draws that are settled."""

from __future__ import annotations

import numpy as np
import pytest

from sim.siting.moves.offers import siting_of
from sim.siting.planning import tastes
from sim.siting.planning.planner import Planner
from sim.siting.planning.tastes import crowding, erlang_b
from sim.siting.planning.wishes import WishSampler

from .small_world import offered
from .test_planning_model import grounded


@pytest.mark.parametrize(
    ("servers", "load", "exact"),
    [(5, 4, 0.199067), (10, 5, 0.018385), (10, 8, 0.121661), (30, 25, 0.052603)],
)
def test_erlangs_formula(servers: int, load: float, exact: float) -> None:
    assert erlang_b(servers, np.array([load]))[0] == pytest.approx(exact, abs=5e-7)


def test_as_many_are_refused_as_today() -> None:
    """Over today's centres the model refuses the simulation's share; more rooms refuse fewer."""
    _, ground, estimate = grounded()
    asking = WishSampler(ground)
    tried = 0
    for kind in range(len(ground.world.kinds)):
        wishes = estimate.wishes[:, :, kind]
        drawn = asking.draw(kind, wishes, wishes.sum() / 4000)
        told = asking.distastes(drawn, kind)
        found = crowding(ground, asking, drawn, kind, float(estimate.hours[kind]), told)
        today = [i for i, f in enumerate(ground.facilities) if f.kind == kind and f.rooms]
        distaste = np.array([asking.distaste(drawn, i, ground.km) for i in today])
        asks = np.flatnonzero((distaste < 1).any(axis=0))
        # Each is at the centre that it likes best; all rooms of its kind there count.
        last = {ground.facilities[i].centre: i for i in today}
        liked = distaste[:, asks].argmin(axis=0)
        at = [last[ground.facilities[today[i]].centre] for i in liked]
        share = np.average(found[at, drawn.band[asks]], weights=drawn.wishes[asks])
        assert share == pytest.approx(ground.refused[kind], abs=1e-6), kind
        tried += 1
        for i in today:
            more = [
                j
                for j, f in enumerate(ground.facilities)
                if (f.centre, f.kind, f.rooms) == (ground.facilities[i].centre, kind, 0)
            ]
            assert all((found[j] <= found[i] + 1e-12).all() for j in more)
    assert tried


def test_settled_draws_change_no_gain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving out what does not matter leaves every plan's gain as it is."""
    _, ground, estimate = grounded()
    asking, siting = WishSampler(ground), siting_of(grounded()[0])

    def planner() -> Planner:
        return Planner.from_data(ground, asking, estimate, siting, 1e9)

    short = planner()
    monkeypatch.setattr(tastes, "_ROUNDS", 0)
    long = planner()
    assert len(short.problem.options.asked) < len(long.problem.options.asked)
    for m in range(len(offered().moves)):
        times = tuple(int(i == m) for i in range(len(offered().moves)))
        assert short.gain(times) == pytest.approx(long.gain(times), abs=1e-6)
