"""Where no `rule` is written the default one holds, in files, in children and in `--set`."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import tiny

from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems
from sim.scenario.schema.activities import Activities, Elsewhere, Published

from .test_scenario_extends import merged

NAME = "neighbourhood.yaml"
WRITTEN = "  rooms: {rule: published, days_ahead: 14, shift_minutes: 60}\n"


def rooms(folder: Path, written: str, *sets: str) -> object:
    """How sessions get rooms, with this line in the scenario and these settings over it."""
    text = (folder / NAME).read_text("utf-8")
    assert text.count(WRITTEN) == 1
    (folder / "own.yaml").write_text(text.replace(WRITTEN, written), "utf-8")
    return load("own.yaml", sets=sets).scenario.activities.rooms


def test_the_default_of_the_schema() -> None:
    assert Activities().rooms == Published(days_ahead=28, shift_minutes=120)


@pytest.mark.parametrize(
    ("written", "sets", "expected"),
    [
        ("", (), Published()),
        ("", ("activities.rooms.days_ahead=7",), Published(days_ahead=7)),
        ("", ("activities.rooms.days_ahead={value: 7, source: data}",), Published(days_ahead=7)),
        ("", ("activities.rooms.rule=elsewhere",), Elsewhere()),
        ("  rooms: {}\n", (), Published()),
        ("  rooms: {days_ahead: 21}\n", (), Published(days_ahead=21)),
        ("  rooms: {shift_minutes: 30}\n", ("activities.rooms.days_ahead=7",),
         Published(days_ahead=7, shift_minutes=30)),
        ("  rooms: {shift_minutes: 30}\n", ("activities.rooms.rule=elsewhere",), Elsewhere()),
        ("  rooms: {shift_minutes: 30}\n", ("activities.rooms={rule: published, days_ahead: 9}",),
         Published(days_ahead=9, shift_minutes=30)),
        ("  rooms: {rule: elsewhere}\n", ("activities.rooms.days_ahead=7",),
         Elsewhere(days_ahead=7)),
        ("  rooms: {rule: elsewhere, days_ahead: 7}\n", ("activities.rooms.rule=published",),
         Published()),
    ],
)  # fmt: skip
def test_rooms_without_a_rule(
    written: str, sets: tuple[str, ...], expected: object, folder: Path
) -> None:
    """A setting keeps the rule that is there; another rule drops what belonged to the former."""
    assert rooms(folder, written, *sets) == expected


@pytest.mark.parametrize(
    ("written", "sets", "key", "words"),
    [
        ("", ("activities.rooms.days_ahed=7",), "activities.rooms.days_ahed", "unknown key"),
        ("", ("activities.rooms.days_ahead=-1",), "activities.rooms.days_ahead", "too small"),
        ("  rooms: {rule: elsewhere}\n", ("activities.rooms.shift_minutes=7",),
         "activities.rooms.shift_minutes", "unknown key"),
        ("", ("activities.rooms.rule=",), "activities.rooms.rule", "is empty (null)"),
        ("", ("activities.rooms.rule=publishd",), "activities.rooms.rule", "no rule known here"),
        # distributions have no rule by default: it would be the wrong one more often than not
        ("", ("activities.kinds.talk.company.mean=2",), "activities.kinds.talk.company",
         "missing key `rule`"),
    ],
)  # fmt: skip
def test_what_is_wrong_without_a_rule(
    written: str, sets: tuple[str, ...], key: str, words: str, folder: Path
) -> None:
    with pytest.raises(ScenarioProblems) as caught:
        rooms(folder, written, *sets)
    (problem,) = caught.value.problems
    assert (problem.key, words in problem.message) == (key, True), problem.message


@pytest.mark.parametrize(
    ("parent", "child", "expected"),
    [
        ({"days_ahead": 3}, {"shift_minutes": 5}, {"days_ahead": 3, "shift_minutes": 5}),
        ({"days_ahead": 3}, {"rule": "elsewhere"}, {"rule": "elsewhere"}),
        ({"rule": "elsewhere", "days_ahead": 3}, {"days_ahead": 4},
         {"rule": "elsewhere", "days_ahead": 4}),
    ],
)  # fmt: skip
def test_merging_without_a_rule(
    parent: dict[str, object], child: dict[str, object], expected: dict[str, object]
) -> None:
    found = merged(f"activities: {{rooms: {parent}}}", f"activities: {{rooms: {child}}}")
    assert found == {"activities": {"rooms": expected}}


def test_a_number_below_a_parents_rule_replaces_that_number() -> None:
    """What a key takes is known from the parent's rule: the former source is not kept."""
    party = "kinds: {a: {party: {rule: gamma, mean: {value: 3, source: data, note: x}}}}"
    child = "kinds: {a: {party: {mean: {value: 4}}}}"
    assert merged(party, child) == {
        "kinds": {"a": {"party": {"rule": "gamma", "mean": {"value": 4}}}}
    }


def test_a_series_is_checked_against_rooms_where_no_rule_is_written(folder: Path) -> None:
    """The default rule takes rooms, so a series without one is a mistake."""
    with pytest.raises(ScenarioProblems, match="the largest room of Grand Hall"):
        rooms(folder, "  rooms: {days_ahead: 9}\n", "activities.series.choir.capacity=31")


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
