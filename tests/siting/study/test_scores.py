"""Scores, exhaustive search, resuming, and tables: against hand-made numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.hidden_worlds import study
from benchmarks.hidden_worlds.report import BEGIN, END, write_page, write_report
from benchmarks.hidden_worlds.results import CONTENDERS, Difference, Found, read, subsets, trend
from benchmarks.hidden_worlds.scoring import affordable, best_of_all, score
from benchmarks.hidden_worlds.study import run, todo
from benchmarks.hidden_worlds.worlds import draw_world
from benchmarks.hidden_worlds.writing import scenario_of
from sim.booking.requests import Outcome
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.model import build_model, simulate
from sim.siting.moves.application import apply_plan
from sim.siting.moves.catalogue import Catalogue, Move, Site, Yuan
from sim.siting.moves.offers import catalogue_of, siting_of
from sim.siting.search.simulate import Simulator


def test_scores_by_hand(tmp_path: Path) -> None:
    """Gain and worst-off share from the histories themselves."""
    world = draw_world(8, "hidden")
    inputs = scenario_of(tmp_path, world.town, world.truth, weeks=2)
    model, catalogue = build_model(inputs), catalogue_of(inputs)
    plan = tuple(int(i < 2) for i in range(len(catalogue.moves)))
    with Engine(Local(1)) as engine:
        simulator = Simulator(inputs, model, catalogue, siting_of(inputs).aim, engine)
        found = score(simulator, [plan, plan], 1000.0, 3, 3)
    met, wished = np.zeros((2, 3)), np.zeros((2, 3))
    per_rep = np.zeros((2, 3))
    for p, times in enumerate((simulator.no_moves, plan)):
        there = build_model(apply_plan(inputs, catalogue, times))
        for r in range(3):
            h = simulate(there, 3, r)
            counted = there.world.calendar.counts(h.wishes.wished_at)
            community = there.world.origins.community[there.plan.cells.origin[h.wishes.cell]]
            used = (h.outcome == Outcome.BOOKED) & ~h.cancelled & ~h.no_show & counted[h.asked]
            hours = h.length * h.wishes.party[h.asked]
            met[p] += np.bincount(community[h.asked[used]], hours[used], 3)
            every = h.wishes.duration * h.wishes.party
            wished[p] += np.bincount(community[counted], every[counted], 3)
            per_rep[p, r] = hours[used].sum()
    gain = (per_rep[1] - per_rep[0]) * 365 / 14
    assert found[plan].gain == pytest.approx(gain.mean())
    assert found[plan].error == pytest.approx(gain.std(ddof=1) / np.sqrt(3))
    assert found[plan].worst == pytest.approx((met[1] / wished[1]).min())
    assert found[simulator.no_moves].gain == 0.0


def _move(site: str, cost: float, area: float, most: int = 1) -> Move:
    yuan = Yuan(cost, cost, cost)
    return Move("open", site, "room", "", 5, area, yuan, most, 0, "")


def _site(name: str, area: float) -> Site:
    return Site(name, 120.0, 30.0, "community", "C", None, "public", area, ("room",), False, "")


def test_plans_that_nothing_can_be_added_to() -> None:
    """Money for 10: 4 + 6, 4 + 4 (floor for two of them), 6 alone needs a 4; never 4 x 3."""
    sites = (_site("A", 100.0), _site("B", 60.0))
    moves = (_move("A", 4.0, 50.0, most=3), _move("B", 6.0, 60.0), _move("B", 11.0, 60.0))
    found = affordable(Catalogue(sites, moves), 10.0)
    assert sorted(found) == [(1, 1, 0), (2, 0, 0)]


@dataclass
class _Fake:
    """A simulator in which luck favours one plan at first sight."""

    calls: list[tuple[int, int]]

    def run(self, plans: list[tuple[int, ...]], seed: int, n: int) -> list[Any]:
        self.calls.append((len(plans), seed))
        lucky = len(self.calls) == 1
        values = [10.0 if lucky and p == (3,) else float(p[0]) for p in plans]
        return [type("Run", (), {"rows": np.full(n, v)}) for v in values]

    def worth(self, rows: Any) -> Any:
        return rows


def test_exhaustive_search_looks_twice() -> None:
    """The lucky one is found out in the second look, with other seeds."""
    fake = _Fake([])
    plans = [(i,) for i in range(8)]
    assert best_of_all(fake, plans, 5, 2, 4, 3) == (7,)  # type: ignore[arg-type]
    assert fake.calls == [(8, 5), (3, 6)]


def test_finished_worlds_are_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A world that fails leaves no file; the next run measures it and none of the others."""
    seen: list[int] = []

    def measured(world: Any) -> dict[str, Any]:
        seen.append(world.number)
        if world.number == 2 and seen.count(2) == 1:
            raise RuntimeError("lights out")
        return {"group": world.group, "number": world.number}

    monkeypatch.setattr(study, "measured", measured)
    with pytest.raises(RuntimeError, match="lights out"):
        run(todo(4, 1, tmp_path), tmp_path, 1)
    assert seen == [0, 1, 2]
    (tmp_path / "hidden-003.part").write_text("{", encoding="utf-8")  # as if killed in writing
    assert todo(4, 1, tmp_path) == [("hidden", 2), ("hidden", 3), ("placebo", 0)]
    run(todo(4, 1, tmp_path), tmp_path, 1)
    assert seen == [0, 1, 2, 2, 3, 0]
    assert todo(4, 1, tmp_path) == []
    assert len(read(tmp_path).worlds) == 5


def _world(number: int, group: str = "hidden", **gains: float) -> dict[str, Any]:
    plans = {
        label: {"gain": gains.get(label, 4.0), "worst": 0.2, "own": 1.0, "times": [], "moves": ""}
        for label in CONTENDERS
        if label != "g" or "g" in gains
    }
    plans["e"]["worst"] = 0.25
    return {
        "group": group, "number": number, "load": number % 2 + 1.0, "small": "g" in gains,
        "bend": 1.0, "correlation": number / 10, "decay_error": number / 20, "bookings": 9,
        "loop": {"ended": "agreed", "promised": [1.0]}, "plans": plans,
    }  # fmt: skip


def test_differences_by_hand() -> None:
    found = Found((_world(0, d=5.0, e=10.0, g=12.0), _world(1, d=8.0, e=6.0), _world(2)))
    np.testing.assert_allclose(found.scale(), [10.0, 8.0, 4.0])
    np.testing.assert_allclose(found.step("d", "e", "gain"), [50.0, -25.0, 0.0])
    np.testing.assert_allclose(found.step("d", "e", "worst"), 5.0)
    np.testing.assert_allclose(found.reference("gain"), [12.0, 4.0, 4.0])
    one = Difference.of(np.array([50.0, -25.0, 0.0]))
    assert (one.wins, one.losses, one.n) == (1, 1, 3)
    half = 4.302653 * np.std([50, -25, 0], ddof=1) / np.sqrt(3)
    assert (one.mean, one.low) == pytest.approx((25 / 3, 25 / 3 - half))
    slope = trend(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 4.0]))
    error = np.sqrt((1 / 36 + 4 / 36 + 1 / 36) / 2)
    assert (slope.mean, slope.high) == pytest.approx((1.5, 1.5 + 12.706205 * error), rel=1e-6)


def test_tables_figure_and_page(tmp_path: Path) -> None:
    """Every subset shares out all worlds; tables land between the marks of the page."""
    worlds = [_world(i, d=5.0 + i, e=6.0, **({"g": 9.0} if i % 3 == 2 else {})) for i in range(9)]
    worlds += [_world(i, "placebo") for i in range(3)]
    for w in worlds:
        name = f"{w['group']}-{w['number']:03d}.json"
        (tmp_path / name).write_text(json.dumps(w), encoding="utf-8")
    hidden = read(tmp_path).where(group="hidden")
    parts = {name: len(mine.worlds) for name, mine in subsets(hidden)}
    assert sum(n for name, n in parts.items() if name.startswith("load")) == 9
    assert sum(n for name, n in parts.items() if name.startswith("error")) == 9
    assert parts["small worlds"] == 3
    assert {p.name for p in write_report(tmp_path)} == {
        "worlds.csv", "contenders.csv", "steps.csv", "trends.csv", "steps.png",
    }  # fmt: skip
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_page(tmp_path, page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| all hidden worlds | d to e | " in text
