"""Wishes drawn once for policies that are compared: the same bytes, and never another's wishes."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from builders import Parts, tiny
from model.random_world import random_world

import sim
import sim.model.build
from sim.experiment.key import demand_key
from sim.experiment.study import Study
from sim.experiment.work import PreparedStudies
from sim.model import LastDemand, build_model, simulate
from sim.scenario.inputs import Inputs
from sim.studies.recipe import WITH_WISHES

POLICIES: tuple[dict[str, Any], ...] = (
    {},
    {
        "policy__window": {"opens_days_ahead": 7, "closes_minutes_ahead": 99},
        "demand__responses": {"rush_minutes": 30},
    },
    {"policy__overflow": {"other_venues": 3, "shift_minutes": 60}},
    {"policy__window": {"opens_days_ahead": 9}},
    {"policy__window": {"opens_days_ahead": 9, "closes_minutes_ahead": 60}},
    {"policy__overflow": {"next_days": 2}},
    {
        "policy__window": {"opens_days_ahead": 7, "closes_minutes_ahead": 240},
        "demand__responses": {"comes_back": 0.5},
    },
)


def bytes_of(bench: PreparedStudies, inputs: Inputs, replication: int) -> bytes:
    """One replication, measured and with its wishes."""
    study = Study(inputs, WITH_WISHES, 5)
    codec = WITH_WISHES.codec
    assert codec is not None
    return codec.pack(bench.replicate(inputs.path, lambda: study, replication, False)[0])


def in_turn(variants: list[Inputs]) -> None:
    """Replications of all on one bench, forwards and back, are those of a bench of their own."""
    shared = PreparedStudies(len(variants))
    for replication in (0, 1):
        for inputs in variants if replication else reversed(variants):
            alone = bytes_of(PreparedStudies(), inputs, replication)
            assert bytes_of(shared, inputs, replication) == alone


def variants_of(parts: Parts, folder: Path) -> list[Inputs]:
    found = []
    for i, dotted in enumerate(POLICIES):
        place = folder / str(i)
        place.mkdir()
        found.append(parts.copy().set(experiment__warm_up_days=14, **dotted).load(place))
    return found


def test_sharing_changes_no_byte(tmp_path: Path) -> None:
    """Rules that leave wishes alone, lengthen the horizon, or make people try more centres."""
    in_turn(variants_of(tiny(), tmp_path))


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 12))]
)
def test_sharing_changes_no_byte_in_random_worlds(seed: int, tmp_path: Path) -> None:
    in_turn(variants_of(random_world(seed), tmp_path))


def test_wishes_are_drawn_once_where_they_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of seven policies 0, 1 and 6 share their wishes, and so do 3 and 4."""
    drawn = []
    sample = sim.model.build.sample_wishes

    def counting(plan: Any, root: int) -> Any:
        drawn.append(root)
        return sample(plan, root)

    monkeypatch.setattr("sim.model.build.sample_wishes", counting)
    variants, bench = variants_of(tiny(), tmp_path), PreparedStudies(8)
    for i, times in ((0, 1), (1, 1), (6, 1), (2, 2), (3, 3), (4, 3), (0, 4)):
        bytes_of(bench, variants[i], 0)
        assert len(drawn) == times, i
    bytes_of(bench, variants[0], 1)  # another replication has other wishes
    assert len(drawn) == 5


@pytest.mark.parametrize(
    "dotted",
    [
        {"demand__lead_days": {"rule": "uniform", "low": 0, "high": 3}},
        {"demand__multiplier": 2},
        {"demand__level": 1.5},
        {"window__until": "2026-03-16"},
        {"experiment__warm_up_days": 22},
        {"choice__outside": 1.5},
        {"grid_minutes": 15},
    ],
    ids=str,
)
def test_what_wishes_depend_on_is_in_their_key(dotted: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    other = tiny().set(**dotted).load(tmp_path / "a")
    assert demand_key(other) != demand_key(tiny().load(tmp_path / "b"))


def test_the_order_of_rows_is_not_in_the_key(tmp_path: Path) -> None:
    """Wishes hold numbers of origins and pools, which follow the order of names."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    turned = tiny()
    turned.tables["venues"].reverse()
    assert demand_key(turned.load(tmp_path / "a")) == demand_key(tiny().load(tmp_path / "b"))


def test_what_is_kept_cannot_be_changed(tmp_path: Path) -> None:
    """Arrays that several replications look at are read-only."""
    model = build_model(tiny().load(tmp_path))
    demand = LastDemand().of(model.plan, 7, "")
    for array in (demand.wishes.wished_at, demand.wishes.best, demand.bookers.upto, demand.ranked):
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = 0
    simulate(model, 1, 0, demand=demand)


def test_wishes_know_of_the_policy_what_is_looked_at(tmp_path: Path) -> None:
    """In world and demand two functions read it: how long the horizon is, how many are tried.

    Both show in numbers that `LastDemand` compares. A third reader needs a look at these.
    """
    del tmp_path
    root = Path(sim.__file__).parent
    readers = {
        (path.name, function.name)
        for folder in ("world", "demand")
        for path in (root / folder).rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and node.attr in ("policy", "windows", "opens_days_ahead", "responses")
    }
    assert readers == {("world.py", "tail_days"), ("plan.py", "offered_venues")}
