"""Whatever stands in the files: problems with places, never anything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems

from .fuzz import check_problems, failures

TINY = Path(__file__).parent.parent / "scenario" / "tiny"
NEIGHBOURHOOD = "neighbourhood.yaml"


def paths(node: Any, path: str = "") -> Iterator[str]:
    """Dotted keys of a scenario, those of mappings too."""
    if path:
        yield path
    for key, value in node.items() if isinstance(node, dict) else ():
        yield from paths(value, f"{path}.{key}" if path else str(key))


KEYS = sorted(paths(load(TINY / NEIGHBOURHOOD).resolved))
ODD = [
    "", "0", "1", "-1", "0.4", "3000", "1e9", "1e999", ".nan", "x", "'1'", "true", "[]", "[1]",
    "[x]", "[[x]]", "{}", "{a: 1}", "{1: 1}", "{a: {b: 1}}", "{rule: x}", "{rule: constant}",
    "{value: 1}", "{rule: elsewhere}", "{rule: constant, value: 1000}", "2026-03-02", "19:10",
    "24:00", "11-13", "13-11", "gym", "talk", "Grand Hall", "elder", "Mon", "compound",
]  # fmt: skip


def outcome(sets: tuple[str, ...]) -> None:
    try:
        load(TINY / NEIGHBOURHOOD, sets=sets)
    except ScenarioProblems as found:
        check_problems(found)


def test_damaged_files() -> None:
    assert list(failures(1, range(60))) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 2000, 250))
def test_two_thousand_damaged_scenarios(first: int) -> None:
    assert list(failures(2, range(first, first + 250))) == []


def test_a_failing_case_says_how_to_run_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also proves that the checks see what they are for."""
    monkeypatch.setattr("bad_inputs.fuzz.validated", lambda path, sets: 1 / 0)
    (text,) = failures(5, range(7, 8))
    assert "ZeroDivisionError" in text
    assert "--seed 5 --first 7 --cases 1" in text


@settings(max_examples=50)
@given(st.text(max_size=60) | st.builds("{}={}".format, st.text(max_size=20), st.text(max_size=20)))
def test_garbage_on_the_command_line(text: str) -> None:
    outcome((text,))


@settings(max_examples=40)
@given(
    st.lists(
        st.builds("{}={}".format, st.sampled_from(KEYS), st.sampled_from(ODD)),
        min_size=1,
        max_size=3,
    )
)
def test_odd_values_at_every_key(texts: list[str]) -> None:
    outcome(tuple(texts))
