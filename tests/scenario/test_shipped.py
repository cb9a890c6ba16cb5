"""Shipped scenarios: nothing in them is doubted, and their levels are those of their inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.inputs import Inputs
from sim.scenario.levels import read_levels
from sim.scenario.loading import load
from sim.scenario.read.files import shipped_folder

SHIPPED = sorted(p for p in shipped_folder().rglob("*.yaml") if p.name != "levels.yaml")
BALLOTS = (
    "neighbours-first", "optimised-daily", "points-for-peak", "singapore-activesg", "weekly-ballot",
)  # fmt: skip
"""Shipped rules that decide before most people ask, after cities where people ask earlier."""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.relative_to(shipped_folder()).as_posix())
def test_no_doubts_and_a_fresh_level(path: Path) -> None:
    inputs = load(path, need_level=False)
    check_notices(path, inputs)
    check_level(path, inputs)


def check_notices(path: Path, inputs: Inputs) -> None:
    said = ["what-if", "placeholder", *(["A large run"] if "district" in path.name else [])]
    said += ["the warm-up is 21 days"] if path.stem in ("hong-kong-lcsd", "zhuzhou") else []
    said += ["made after the decision"] if path.stem in BALLOTS else []
    assert all(any(words in n for words in said) for n in inputs.notices)


def check_level(path: Path, inputs: Inputs) -> None:
    """Every scenario that names a fit of its own has one, of these inputs, within tolerance."""
    scenario = inputs.scenario
    if scenario.calibration is None or scenario.demand.fit != scenario.name:
        return
    assert inputs.levels_path is not None
    entry = read_levels(inputs.levels_path)[scenario.name]
    assert entry.fit_hash == inputs.fit_hash, "stale: run `make calibrate`"
    assert entry.level == inputs.level
    target = scenario.calibration
    assert abs(entry.bookings / target.bookings - 1) <= target.tolerance
    for goal, level, total in (
        (target.participations, entry.interest, entry.participations),
        (target.redemptions, entry.errands, entry.redemptions),
    ):
        assert (goal is None) == (level is None) == (total is None)
        if goal is not None and total is not None:
            assert abs(total / goal - 1) <= target.tolerance
    assert (inputs.interest, inputs.errands) == (entry.interest or 1.0, entry.errands or 1.0)
    assert entry.half_width <= target.half_width
    assert (entry.scenario, entry.window) == (
        path.name,
        (scenario.window.first, scenario.window.last),
    )
    assert not [n for n in inputs.notices if "level" in n]
