"""Levers that are written wrongly are named with their line and key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import Parts

from advise.towns import lever, short_of_hours
from sim.advise.levers import levers_of
from sim.scenario.differences import input_differences
from sim.scenario.loading import load, read
from sim.scenario.problems import InputProblem, ScenarioProblems


def problems(parts: Parts, folder: Path) -> tuple[InputProblem, ...]:
    with pytest.raises(ScenarioProblems) as caught:
        levers_of(read(parts.write(folder)), [])
    return caught.value.problems


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"opening.clsoe": "22:00"}, "Did you mean `close`?"),
        ({"opening.close": "25:99"}, "opening.close"),
        ({"opening.kinds": "[court]"}, "court"),
        ({"zones.Y.opening.close": "22:00"}, "zones.Y"),
        ({"experiment.seed": 3}, "a lever changes supply, access and rules, not `experiment`"),
        ({"demand.multiplier": 2}, "changes who wishes what"),
        ({"policy.window.release": "weekly"}, "needs `at`"),
    ],
)
def test_a_wrong_setting(settings: dict[str, Any], said: str, tmp_path: Path) -> None:
    found = problems(short_of_hours(more=lever(settings)), tmp_path)
    text = " ".join(problem.render() for problem in found)
    assert said in text
    assert all(p.key.startswith("advise.levers.more.sizes.all.set") for p in found)
    assert all(p.file.endswith("test.yaml") and p.line > 1 for p in found)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"once": -5}, "once"),
        ({"excludes": ["less"]}, "excludes"),
        ({"needs": ["mor"]}, "Did you mean `more`?"),
        ({"life_years": 0}, "life_years"),
        ({"costs": 3}, "costs"),
    ],
)
def test_a_wrong_lever(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    once = changes.pop("once", 0.0)
    parts = short_of_hours(more=lever({"opening.close": "13:00"}, once, **changes))
    text = " ".join(problem.render() for problem in problems(parts, tmp_path))
    assert said in text


def test_settings_that_only_hold_together(tmp_path: Path) -> None:
    both = {"policy.window.at": "8:00", "policy.window.release": "weekly"}
    parts = short_of_hours(week=lever(both)).set(experiment__warm_up_days=10)
    levers = levers_of(read(parts.write(tmp_path)), [])
    assert levers.inputs(frozenset([0])).scenario.policy.window.release == "weekly"


def test_cost_exclusion_and_need(tmp_path: Path) -> None:
    ranged = {"value": 100, "range": [50, 400]}
    parts = short_of_hours(
        late=lever({"opening.close": "13:00"}, 0.0, needs=["early"]),
        later=lever({"opening.close": "14:00"}),
        early=lever({"opening.open": "8:00"}, excludes=["idle"]),
        idle=lever({"policy.waitlist": "{}"}),
    )
    size = parts.scenario["advise"]["levers"]["idle"]["sizes"]["all"]
    size |= {"once": ranged, "yearly": 10, "saves_yearly": 30}
    levers = levers_of(read(parts.write(tmp_path)), [])
    at = {choice.lever: i for i, choice in enumerate(levers.choices)}
    cost = levers.cost([at["idle"]])
    assert (cost.low, cost.base, cost.high) == (30, 80, 380)
    assert not levers.allowed(frozenset([at["late"], at["later"]]))  # the same key
    assert not levers.allowed(frozenset([at["early"], at["idle"]]))
    assert not levers.allowed(frozenset([at["late"]]))
    assert levers.allowed(frozenset([at["late"], at["early"]]))


def test_what_is_fixed_is_part_of_doing_nothing(tmp_path: Path) -> None:
    parts = short_of_hours(
        early=lever({"opening.open": "8:00"}, 100, fixed=True),
        late=lever({"opening.close": "13:00"}, 100, needs=["early"]),
        other=lever({"opening.open": "7:00"}, 100),
        clash=lever({"policy.waitlist": "{}"}, 1, excludes=["early"]),
    )
    levers = levers_of(read(parts.write(tmp_path)), [])
    assert [c.lever for c in levers.choices] == ["late"]  # what fixed ones bar is no choice
    assert levers.sets == ("opening.open=8:00",)
    assert levers.allowed(frozenset([0]))
    changes = input_differences(levers.inputs(frozenset([0])), load(levers.base.path)).keys
    assert set(changes) == set(input_differences(levers.base, load(levers.base.path)).keys)


def test_what_is_fixed_and_excludes_each_other(tmp_path: Path) -> None:
    parts = short_of_hours(
        early=lever({"opening.open": "8:00"}, fixed=True, excludes=["late"]),
        late=lever({"opening.close": "13:00"}, fixed=True, needs=["other"]),
        other=lever({"policy.waitlist": "{}"}),
    )
    found = problems(parts, tmp_path)
    assert {p.key for p in found} == {"advise.levers.late.fixed"}
    text = " ".join(p.render() for p in found)
    assert "`late` and `early` exclude each other, both are fixed" in text
    assert "needs `other`, which is not fixed" in text


def test_a_file_of_levers_is_laid_over(tmp_path: Path) -> None:
    path = short_of_hours(early=lever({"opening.open": "8:00"})).write(tmp_path)
    more = tmp_path / "levers.yaml"
    more.write_text('advise: {levers: {late: {sizes: {all: {set: {opening.close: "13:00"}}}}}}\n')
    levers = levers_of(read(path, alternatives=[more]), [])
    assert [c.lever for c in levers.choices] == ["early", "late"]
    assert levers.inputs(frozenset([1])).changed == ("opening.close=13:00",)


def test_levers_that_do_not_hold_together_are_kept_apart(tmp_path: Path) -> None:
    """A week that opens at once and a longer window reach beyond the warm-up only together."""
    week = {"policy.window.at": "8:00", "policy.window.release": "weekly"}
    parts = short_of_hours(
        week=lever(week),
        longer=lever({"policy.window.opens_days_ahead": 9}),
        late=lever({"opening.close": "13:00"}),
    ).set(experiment__warm_up_days=10)
    levers = levers_of(read(parts.write(tmp_path)), [])
    at = {choice.lever: i for i, choice in enumerate(levers.choices)}
    both, whole = frozenset([at["week"], at["longer"]]), frozenset(at.values())
    assert not levers.apart
    assert levers.holds(whole - {at["longer"]})
    assert not levers.holds(whole)
    assert levers.apart == {both}
    assert not levers.allowed(whole)
