"""Which inputs are drawn, from what, and what is said where ranges are impossible together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import tiny

from sim.messages import catalogue
from sim.scenario.draws import draw_plan, drawn_numbers, patched, points
from sim.scenario.loading import read
from sim.scenario.problems import ScenarioProblems
from sim.scenario.read.files import shipped_folder
from sim.stats.given_data import indices

from .towns import doubts


def plan_of(folder: Path, **changes: Any) -> Any:
    return draw_plan(read(tiny().set(**changes).write(folder)))


def test_what_is_drawn_and_what_is_held(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, costs={"yuan_per_m2_year": doubts(30, 20, 40)})
    assert [d.name for d in plan.dimensions] == [
        "off_platform.share", "segments.elder.metres_per_second",
    ]  # fmt: skip
    assert [p.key for p in plan.idle] == ["costs.yuan_per_m2_year"]
    assert "segments.adult.adopters" in {p.key for p in plan.fixed}


@pytest.mark.parametrize(
    ("distribution", "middle"),
    [("uniform", 0.35), ("log_uniform", (0.1 * 0.6) ** 0.5), ("triangular", None)],
)
def test_distributions(distribution: str, middle: float | None, tmp_path: Path) -> None:
    share = doubts(0.2, 0.1, 0.6, distribution=distribution)
    inputs = tiny().set(off_platform__share=share).load(tmp_path)
    drawn = drawn_numbers(inputs)["off_platform.share"]
    values = np.array([drawn.at(u) for u in np.linspace(0, 1, 2001)])
    assert (np.diff(values) >= 0).all()
    assert (values[0], values[-1]) == pytest.approx((0.1, 0.6))
    if middle is None:  # a triangle's mean
        assert values.mean() == pytest.approx((0.1 + 0.2 + 0.6) / 3, abs=1e-3)
    else:
        assert drawn.at(0.5) == pytest.approx(middle)


def test_whole_numbers_lie_on_the_grid_and_are_alike(tmp_path: Path) -> None:
    parts = tiny().set(off_platform__block_minutes=doubts(120, 60, 180))
    drawn = drawn_numbers(parts.load(tmp_path))["off_platform.block_minutes"]
    values = [drawn.at((i + 0.5) / 500) for i in range(500)]
    numbers, counts = np.unique(values, return_counts=True)
    assert numbers.tolist() == [60, 90, 120, 150, 180]
    assert (counts == 100).all()


def test_a_tie_moves_as_one(tmp_path: Path) -> None:
    changes = {
        "segments__adult__metres_per_second": doubts(1.2, 1, 1.4),
        "sensitivity": {"ties": {"speeds": ["segments.*.metres_per_second"]}},
    }
    plan = plan_of(tmp_path, **changes)
    assert [d.name for d in plan.dimensions] == ["off_platform.share", "speeds"]
    inputs = tiny().set(**changes).load(tmp_path)
    tied = plan.dimensions[1]
    segments = patched(inputs, dict.fromkeys(tied.keys, 0.25)).scenario.segments
    assert segments["adult"].metres_per_second == pytest.approx(1.1)
    assert segments["elder"].metres_per_second == pytest.approx(0.8)


def test_a_longer_window_gets_its_warm_up(tmp_path: Path) -> None:
    """The window [7, 30] of a scenario with 7 days of warm-up is no contradiction."""
    window = {"opens_days_ahead": doubts(7, 7, 30)}
    inputs = tiny().set(policy__window=window).load(tmp_path)
    far = patched(inputs, {"policy.window.opens_days_ahead": 1.0})
    assert far.scenario.experiment.warm_up_days == 30
    assert inputs.scenario.experiment.warm_up_days == 7


WRONG: list[tuple[dict[str, Any], str, str]] = [
    (
        {"off_platform__share": doubts(0.2, 0, 0.3, distribution="log_uniform")},
        "off_platform.share.range", "above 0",
    ),
    (
        {"off_platform__share": doubts(0.2, 0, 0.3, distribution="normal")},
        "off_platform.share.distribution", "no distribution",
    ),
    (
        {"sensitivity": {"ties": {"x": ["segments.*.spede"]}}},
        "sensitivity.ties.x", "no number with a range",
    ),
    (
        {"sensitivity": {"ties": {"x": ["off_platform.*"], "y": ["off_platform.share"]}}},
        "sensitivity.ties.y", "tied twice",
    ),
    (
        {"sensitivity": {"worlds": {"people": ["nowhere.yaml"]}}},
        "sensitivity.worlds.people", "no file nowhere.yaml",
    ),
    (  # each end is possible by itself; not 12 at least with 8 at most
        {
            "kinds__activity_room__party": {
                "rule": "poisson", "mean": 6, "min": doubts(2, 1, 12), "max": doubts(15, 8, 20),
            }
        },
        "kinds.activity_room.party", "ranges allow",
    ),
    (
        {"off_platform__share": doubts(0.2, 0, 1.2)},
        "off_platform.share.range", "beyond what the value may be",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "key", "words"), WRONG, ids=[key for _, key, _ in WRONG])
def test_what_is_wrong_is_said_at_its_place(
    changes: dict[str, Any], key: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioProblems) as raised:
        plan_of(tmp_path, **changes)
    problem = raised.value.problems[0]
    assert problem.key == key
    assert words in problem.message
    lines = (tmp_path / "test.yaml").read_text("utf-8").splitlines()
    assert f'"{key.split(".")[-1]}"' in "".join(lines[problem.line - 2 : problem.line + 1])


def test_points_fill_every_range() -> None:
    u = points(5, 1, 0, 64)
    for block in (u[:32], u[32:]):
        counts = [np.histogram(column, bins=32, range=(0, 1))[0] for column in block.T]
        assert (np.array(counts) == 1).all()


@pytest.mark.parametrize("n", [64, 96, 256])
def test_an_effect_is_not_seen_in_other_inputs(n: int) -> None:
    """As it was with a Sobol sequence: at 64 draws a second input explained 64 %."""
    u = points(37, 1, 0, n)
    others = np.delete(
        np.array([indices(u, u[:, j]).index for j in range(37)]), range(0, 37**2, 38)
    )
    correlations = np.corrcoef(u.T)[~np.eye(37, dtype=bool)]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(n)
    assert others.max() < 30 / n  # the largest of 1,332, each about chi-squared over n


@pytest.mark.parametrize("name", ["cangqian", "policies/neighbours-first", "policies/zhuzhou"])
def test_what_a_shipped_scenario_draws_is_called_in_words(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.scenario.draws._impossible", lambda *_: [])  # takes seconds
    found = draw_plan(read(shipped_folder() / f"{name}.yaml")).dimensions
    assert {f"input.{d.name}" for d in found} <= {*catalogue()}
