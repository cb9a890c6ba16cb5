"""The scenario of a plan is the world that the search simulated, room by room."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim.report.site.plan_scenario import write_plan_scenario
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.siting.moves.application import apply_plan
from sim.siting.moves.catalogue import Times
from sim.siting.moves.offers import catalogue_of

from .small_world import SMALL, offered

SHIPPED = "before-after", "site-cangqian", "nanteng-links"


def written(folder: Path, inputs: Inputs, times: Times) -> Inputs:
    """The plan's scenario, written and read again."""
    best = SimpleNamespace(times=times, label="plan 1")
    found = SimpleNamespace(recommended=best, catalogue=catalogue_of(inputs))
    sited: Any = SimpleNamespace(outcome=found)
    folder.mkdir(exist_ok=True)
    write_plan_scenario(folder, inputs, sited)
    return load(folder / "plan.yaml")


def renamed(inputs: Inputs) -> Inputs:
    scenario = inputs.scenario.model_copy(update={"name": f"{inputs.scenario.name}-plan"})
    return dataclasses.replace(inputs, scenario=scenario)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenarios_plan_runs_from_any_folder_as_it_was_simulated(
    name: str, tmp_path: Path
) -> None:
    """Equal inputs give equal runs: the hash is of everything that decides results, and a name."""
    inputs = load(Path("scenarios") / f"{name}.yaml")
    moves = catalogue_of(inputs).moves
    # Of every kind of move the first two that are offered.
    wanted = [m for what in ("open", "convert", "close", "link")
              for m in [m for m in moves if m.what == what][:2]]  # fmt: skip
    times = tuple(1 if m in wanted else 0 for m in moves)
    simulated = apply_plan(inputs, catalogue_of(inputs), times)
    read = written(tmp_path, inputs, times)
    assert read.input_hash == renamed(simulated).input_hash
    assert read.input_hash != renamed(inputs).input_hash


def test_ones_own_scenario_says_where_to_put_its_plan(tmp_path: Path) -> None:
    for file in SMALL.iterdir():
        shutil.copy(file, tmp_path)
    inputs = load(tmp_path / "small.yaml")
    times = tuple(min(m.most, 1) if m.what == "open" else 0 for m in offered().moves)
    read = written(tmp_path, inputs, times)
    assert "beside small.yaml" in (tmp_path / "plan.yaml").read_text(encoding="utf-8")
    assert read.input_hash == renamed(apply_plan(inputs, offered(), times)).input_hash
