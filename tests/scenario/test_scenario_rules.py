"""Another file's rules over a scenario: taken whole, with their name, and nothing else of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import tiny

from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems


def written(folder: Path, text: str) -> tuple[Path, Path]:
    """The tiny world with a waiting list, and a file of rules."""
    path = tiny().set(policy={"window": {"opens_days_ahead": 7}, "waitlist": {}}).write(folder)
    rules = folder / "rules.yaml"
    rules.write_text(text, encoding="utf-8")
    return path, rules


def test_the_policy_is_taken_whole(tmp_path: Path) -> None:
    """What the file does not say is the default, not what the scenario had."""
    path, rules = written(tmp_path, "policy: {window: {opens_days_ahead: 3}}\ntitle: no\n")
    plain, other = load(path), load(path, rules=rules)
    assert plain.scenario.policy.waitlist is not None
    assert other.scenario.policy.waitlist is None
    assert other.scenario.policy.window.opens_days_ahead == 3
    assert (other.scenario.name, other.scenario.title) == ("rules", plain.scenario.title)
    assert other.tables == plain.tables
    for part in ("demand", "kinds", "activities", "experiment"):
        assert other.resolved[part] == plain.resolved[part]


def test_responses_come_along(tmp_path: Path) -> None:
    """`demand.responses` of the file, and no other key of its demand."""
    text = "name: keen\ndemand: {multiplier: 9, responses: {comes_back: 0.4}}\n"
    text += "policy: {window: {opens_days_ahead: 7}}\n"
    path, rules = written(tmp_path, text)
    other = load(path, rules=rules)
    assert other.scenario.demand.responses.comes_back == 0.4
    assert other.scenario.demand.multiplier == 1
    assert other.scenario.name == "keen"


def test_a_scenario_that_extends_another_brings_its_parents_rules(tmp_path: Path) -> None:
    path, rules = written(tmp_path, "extends: parent.yaml\nname: child\n")
    parent = "name: parent\npolicy: {window: {opens_days_ahead: 2}}\n"
    (tmp_path / "parent.yaml").write_text(parent, encoding="utf-8")
    other = load(path, rules=rules)
    assert other.scenario.name == "child"
    assert other.scenario.policy.window.opens_days_ahead == 2


def test_sets_come_after_the_rules(tmp_path: Path) -> None:
    path, rules = written(tmp_path, "policy: {window: {opens_days_ahead: 3}}\n")
    other = load(path, rules=rules, sets=["policy.window.opens_days_ahead=5"])
    assert other.scenario.policy.window.opens_days_ahead == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: empty\n", "no rules to try"),
        ("policy: {window: {opens_days_ahead: -3}}\n", "rules.yaml:1:"),
    ],
)
def test_what_is_wrong_names_the_file(text: str, said: str, tmp_path: Path) -> None:
    path, rules = written(tmp_path, text)
    with pytest.raises(ScenarioProblems) as caught:
        load(path, rules=rules)
    assert said in str(caught.value)
