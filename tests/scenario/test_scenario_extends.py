"""How a child and its parents become one scenario."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems
from sim.scenario.read.chain import merge
from sim.scenario.read.files import shipped_folder
from sim.scenario.read.nodes import MappingNode, plain
from sim.scenario.read.overlays import setting
from sim.scenario.read.yaml_reader import parse_text
from sim.scenario.schema.scenario import Scenario


def tree(text: str) -> MappingNode:
    node = parse_text(text, "x.yaml", Path())
    assert isinstance(node, MappingNode)
    return node


def merged(parent: str, child: str) -> object:
    return plain(merge(tree(parent), tree(child), Scenario))


PARTY = "kinds: {a: {party: {rule: gamma, mean: 3, cv: 1}}}"


@pytest.mark.parametrize(
    ("parent", "child", "expected"),
    [
        ("demand: {multiplier: 1, intensity: 2}", "demand: {multiplier: 3}",
         {"demand": {"multiplier": 3, "intensity": 2}}),
        ("travel: {distance_bands: [5, 10]}", "travel: {distance_bands: [7]}",
         {"travel": {"distance_bands": [7]}}),
        (PARTY, "kinds: {a: {party: {mean: 4}}}",
         {"kinds": {"a": {"party": {"rule": "gamma", "mean": 4, "cv": 1}}}}),
        (PARTY, "kinds: {a: {party: {rule: gamma, mean: 4}}}",
         {"kinds": {"a": {"party": {"rule": "gamma", "mean": 4, "cv": 1}}}}),
        (PARTY, "kinds: {a: {party: {rule: constant, value: 4}}}",
         {"kinds": {"a": {"party": {"rule": "constant", "value": 4}}}}),
        ("choice: {outside: -1}", "choice: {rule: nested_logit, nest: 0.5}",
         {"choice": {"outside": -1, "rule": "nested_logit", "nest": 0.5}}),
        ("choice: {outside: -1}", "choice: {rule: other, nest: 0.5}",
         {"choice": {"rule": "other", "nest": 0.5}}),
        ("demand: {fit: a}", "demand: {level: 2}", {"demand": {"level": 2}}),
        ("demand: {level: 2}", "demand: {fit: a}", {"demand": {"fit": "a"}}),
        ("demand: {level: 2}", "demand: {fit: null}", {"demand": {"level": 2, "fit": None}}),
        ("demand: {multiplier: {value: 1, source: data, note: x}}", "demand: {multiplier: 2}",
         {"demand": {"multiplier": 2}}),
        ("demand: {multiplier: {value: 1, source: data, note: x}}", "demand: {multiplier: {value: 2}}",
         {"demand": {"multiplier": {"value": 2}}}),
        ("demand: {multiplier: {value: 1, source: data}}", "demand: {multiplier: {range: [0, 2]}}",
         {"demand": {"multiplier": {"value": 1, "source": "data", "range": [0, 2]}}}),
        ("kinds: {a: {party: {rule: constant, value: 4}}}", "kinds: {a: {party: {value: 5}}}",
         {"kinds": {"a": {"party": {"rule": "constant", "value": 5}}}}),
        ("experiment: {replications: {precision: 0.1, at_most: 9}}", "experiment: {replications: 5}",
         {"experiment": {"replications": 5}}),
        ("experiment: {replications: {precision: 0.1, at_most: 9}}",
         "experiment: {replications: {value: 5, source: data}}",
         {"experiment": {"replications": {"value": 5, "source": "data"}}}),
        ("calibration: {bookings: 5}", "calibration: null", {"calibration": None}),
        ("zones: {a: {operator: x}, b: {operator: y}}", "zones: {a: null}",
         {"zones": {"b": {"operator": "y"}}}),
        ("kinds: {a: {label: {zh: 甲, en: A}}}", "kinds: {a: {label: {en: B}}}",
         {"kinds": {"a": {"label": {"zh": "甲", "en": "B"}}}}),
        ("kinds: {a: {label: {zh: 甲, en: A}}}", "kinds: {a: {label: B}}",
         {"kinds": {"a": {"label": "B"}}}),
        ("kinds: {a: {label: 甲}}", "kinds: {a: {label: {en: B}}}",
         {"kinds": {"a": {"label": {"en": "B"}}}}),
        ("zones: {a: {operator: x}}", "zones: {b: null}",
         {"zones": {"a": {"operator": "x"}, "b": None}}),
    ],
)  # fmt: skip
def test_merging(parent: str, child: str, expected: object) -> None:
    assert merged(parent, child) == expected


def test_a_setting_is_a_child_of_the_file() -> None:
    node = setting("a.b.c={x: [1, 2.5, yes, true, ~]}", Path())
    assert plain(node) == {"a": {"b": {"c": {"x": [1, 2.5, "yes", True, None]}}}}


def test_a_chain_and_paths_relative_to_the_file_that_names_them(folder: Path) -> None:
    deep = folder / "scenarios" / "deep"
    deep.mkdir(parents=True)
    for path in folder.glob("*.*"):
        path.rename(folder / "scenarios" / path.name)
    (deep / "child.yaml").write_text("extends: ../tiny.yaml\nname: child\ndemand: {fit: x}\n")
    (deep / "levels.yaml").write_text(
        "x: {level: 2, fit_hash: '', bookings: 0, half_width: 0, replications: 0, seed: 1,"
        " window: [2026-03-02, 2026-03-15], scenario: child.yaml}\n"
    )
    (deep / "more.csv").write_text("community,zone,source\nPine,North,x\nWillow,North,x\n")
    (deep / "grandchild.yaml").write_text(
        "extends: child\nname: grandchild\nworld: {communities: more.csv}\n"
    )
    inputs = load("scenarios/deep/grandchild.yaml")
    assert inputs.level == 2
    assert {c.zone for c in inputs.tables.communities} == {"North"}
    assert len(inputs.tables.venues) == 6
    assert inputs.scenario.name == "grandchild"
    assert "placeholder" in inputs.notices[0]


def test_what_a_parent_is_called_its_child_is_not(folder: Path) -> None:
    """Kinds keep the names that the parent gives them; the scenario itself is another one."""
    text = (folder / "tiny.yaml").read_text("utf-8")
    (folder / "tiny.yaml").write_text(f"label: {{zh: 小, en: Small}}\n{text}", "utf-8")
    (folder / "child.yaml").write_text("extends: tiny.yaml\nname: child\n")
    assert load("tiny.yaml").resolved["label"] == {"zh": "小", "en": "Small"}
    assert load("child.yaml").resolved["label"] == ""


def test_without_a_folder_called_scenarios_paths_do_not_climb(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "child.yaml").write_text("extends: ../tiny.yaml\n")
    with pytest.raises(ScenarioProblems, match="may not climb above"):
        load("deep/child.yaml")


@pytest.mark.skipif(
    not (shipped_folder() / "cangqian.yaml").is_file(), reason="nothing is shipped yet"
)
@pytest.mark.parametrize("name", ["cangqian", "cangqian.yaml"])
def test_a_shipped_scenario_by_its_bare_name(folder: Path, name: str) -> None:
    (folder / "mine.yaml").write_text(f"extends: {name}\nname: mine\n")
    assert load("mine.yaml", need_level=False).scenario.name == "mine"
    (folder / "cangqian.yaml").write_text(f"extends: {name}\nname: same-name\n")
    assert load("cangqian.yaml", need_level=False).scenario.name == "same-name"


def test_aliases_are_written_out() -> None:
    assert plain(tree("a: &x {b: 1}\nc: *x\n")) == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("-3", -3), ("0o17", 15), ("0x1f", 31), ("1e3", 1000.0), (".5", 0.5),
        ("1.", 1.0), ("true", True), ("no", "no"), ("on", "on"), ("~", None), ("Null", None),
        ("2026-03-02", "2026-03-02"), ("12:30", "12:30"), ("1_000", "1_000"), ("8-18", "8-18"),
        ("'12'", "12"), ("!!str 12", "12"), ("007", 7), ('""', ""),
    ],
)  # fmt: skip
def test_scalars_by_yaml_1_2(text: str, value: object) -> None:
    found = plain(tree(f"a: {text}\n"))["a"]  # type: ignore[index]
    assert found == value
    assert type(found) is type(value)
