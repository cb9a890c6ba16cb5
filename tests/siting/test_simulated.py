"""Tallies against the metrics of a run, paired gains, and the last word on plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.measure.meter import build_meter, measure
from sim.model import build_model, simulate
from sim.siting.assessment.judge import SelectionRule, fresh_seed
from sim.siting.assessment.views import coverage, group_gains, view_of
from sim.siting.moves.application import apply_plan
from sim.siting.moves.offers import siting_of
from sim.siting.planning.tally import COLUMNS, CellTally, Column, prepare, site_groups, tally
from sim.siting.search.simulate import Simulator

from .small_world import offered, small

OPENED = tuple(int(m.what == "open") for m in offered().moves)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    inputs = small()
    with Engine(Local(1)) as engine:
        yield Simulator(inputs, build_model(inputs), offered(), siting_of(inputs).aim, engine)


@pytest.mark.parametrize("times", [OPENED, tuple(0 for _ in OPENED)], ids=["opened", "today"])
def test_tallies_are_the_metrics_of_a_run(times: tuple[int, ...]) -> None:
    """Wishes, requests, bookings, uses and walking, also by kind, as `linli run` counts them."""
    model = build_model(apply_plan(small(), offered(), times))
    history = simulate(model, 1, 0)
    meter = build_meter(model)
    values, at = measure(meter, history), 0
    known: dict[tuple[str, str, str], tuple[float, float]] = {}
    for row in meter.rows:
        for level in row.levels:
            known[row.metric, row.group, level] = float(values[0, at]), float(values[1, at])
            at += 1
    groups = site_groups(build_model(small()))
    rows = groups.grouped(tally(prepare(model), history)).rows
    for group in ("all", "kind", "segment", "community"):
        found = groups.rows_of(rows, group)
        for level, mine in zip(groups.groupings[group].levels, found, strict=True):
            for metric, column in (
                ("wishes", Column.WISHES),
                ("requests", Column.ASKED),
                ("bookings", Column.BOOKED),
                ("used", Column.MET),
            ):
                assert mine[column] == known[metric, group, level][0], (metric, group, level)
            walk = known["wish_walk_minutes", group, level]
            assert mine[Column.NEAR] == pytest.approx(walk[0])
            assert mine[Column.NEAR_KNOWN] == walk[1]
    assert rows.shape[1] == len(COLUMNS)
    everybody = groups.rows_of(rows, "all")[0]
    for group in groups.groupings:
        np.testing.assert_allclose(groups.rows_of(rows, group).sum(axis=0), everybody)


def test_gains_are_paired_and_told_of_groups(simulator: Simulator) -> None:
    """Today gains nothing over itself; what groups gain adds up; maps show what is new."""
    today = simulator.today(3, 1)
    plan, nothing = simulator.run([OPENED, simulator.no_moves], 1, 3)
    assert not simulator.gains(today.run, nothing).any()
    gains = simulator.gains(today.run, plan)
    assert gains.mean() > 0
    told = group_gains(simulator, today.run, plan, 0.95)
    by = {group: sum(g.met.mean for g in told if g.group == group) for group in ("all", "segment")}
    assert by["segment"] == pytest.approx(by["all"])
    assert all(g.joint_low <= g.difference.low for g in told if g.difference.n > 1)
    before, after = view_of("a", simulator, today.run), view_of("b", simulator, plan)
    np.testing.assert_array_equal(before.wishes, after.wishes)
    assert after.met.sum() > before.met.sum()
    assert {p.status for p in before.places} == {"kept"}
    opened = {m.site for m in offered().moves if m.what == "open"}
    assert {p.name for p in after.places if p.status != "kept"} == opened


def test_many_plans_are_run_by_some_at_a_time(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same runs as all at once, and progress that is told of all of them."""
    plans = [simulator.no_moves, OPENED, simulator.no_moves, OPENED, OPENED]
    whole = simulator.run(plans, 1, 2)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr("sim.siting.search.simulate.BUILT", 2)
    monkeypatch.setattr(simulator._engine, "progress", lambda *at: told.append(at))
    parts = simulator.run(plans, 1, 2)
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one.rows, other.rows)
        np.testing.assert_array_equal(one.best, other.best)
    done = [at for at, _ in told]
    assert done == sorted(done)
    assert {expected for _, expected in told} == {done[-1]} == {2 * len(plans)}
    simulator.run(plans[:1], 1, 1)
    assert told[-1] == (1, 1)


def test_seeds_of_the_last_word_are_fresh(simulator: Simulator) -> None:
    assert fresh_seed(1) not in (1, fresh_seed(2))
    first, last = (simulator.run([OPENED], seed, 1)[0] for seed in (1, fresh_seed(1)))
    assert first.rows[0].sum() != last.rows[0].sum()


def test_rooms_cover_who_may_use_them() -> None:
    """More rooms never cover fewer; wider limits never cover fewer; shares are of people."""
    rows = coverage(small(), apply_plan(small(), offered(), OPENED))
    assert all(0 <= r.before <= r.after <= 1 for r in rows)
    assert any(r.after > r.before for r in rows)
    for kind in {r.kind for r in rows}:
        for unit in ("minutes", "m"):
            mine = [r.before for r in rows if (r.kind, r.unit) == (kind, unit)]
            assert mine == sorted(mine)
    whole = {(r.limit, r.unit): r.before for r in rows if r.kind == "any"}
    assert all(r.before <= whole[r.limit, r.unit] for r in rows)


@dataclass
class Worths:
    """Stands in for the simulator: a replication's worth is its only number."""

    def worth(self, rows: np.ndarray) -> np.ndarray:
        return rows[:, 0, 0]


def judged_until_done(
    means: Sequence[float], number: int, delta: float
) -> tuple[SelectionRule, list]:
    """Replicate as the rule wants; contenders' worths are their means and noise in common."""
    rng = np.random.default_rng(5)
    common = rng.normal(0, 50, number)
    rule = SelectionRule(Worths(), len(means), delta, number)  # type: ignore[arg-type]
    none = np.zeros((0, 0))
    results: list[list[CellTally]] = [[] for _ in means]
    while wanted := rule.wanted(results):
        for i in wanted:
            worth = means[i] + common[len(results[i])] + rng.normal(0, 3)
            results[i].append(CellTally(np.full((1, 1), worth), none))
    return rule, results


def test_all_are_replicated_alike_until_the_selection_ends() -> None:
    """Who is clearly worse is out after the first stage, and still told of as many replications."""
    rule, results = judged_until_done([0.0, 100.0, 99.5, 10.0], 200, 1.0)
    assert rule.procedure is not None
    found = rule.procedure.result()
    assert found.finished
    assert found.best == 1
    assert found.eliminated_at[0] == found.eliminated_at[3] == 10
    assert 20 < found.n < 200
    assert [len(r) for r in results] == [found.n] * 4
    few, results = judged_until_done([0.0, 100.0], 4, 2.0)
    assert few.procedure is None
    assert [len(r) for r in results] == [4, 4]
