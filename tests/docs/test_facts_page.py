"""The page of facts names keys, metrics and charts that exist, and the figures of the scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sim.analysis.run import run
from sim.report.registry import all_charts
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load

from .pages import ROOT, text_of

PAGE = text_of(ROOT / "docs" / "facts.md")
NEIGHBOURHOOD = ROOT / "tests" / "scenario" / "tiny" / "neighbourhood.yaml"
LATER = {"S8", "S9", "S10"}
NOT_METRICS = {"tier", "zone", "community"}
"""Groups that the column of metrics names."""


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


ROWS = {row[0]: row[1:] for row in map(cells, re.findall(r"^\| S\d+ .*$", PAGE, re.MULTILINE))}
FIGURES = dict(re.findall(r"^\| ([\d,]+) \| `([^`]+)` \|$", PAGE, re.MULTILINE))


@pytest.fixture(scope="module")
def default() -> Inputs:
    return load(ROOT / "scenarios" / "cangqian.yaml", need_level=False)


def found(node: Any, path: list[str]) -> Iterator[Any]:
    """Whatever stands at a path; `<...>` stands for any name."""
    if not path:
        yield node
    elif isinstance(node, Mapping):
        first, *rest = path
        for name in node if first.startswith("<") else {first} & set(node):
            yield from found(node[name], rest)


def test_all_systems_of_the_article_are_there() -> None:
    assert list(ROWS) == [f"S{i}" for i in range(1, 12)]
    for number, (_, *columns, assumed) in ROWS.items():
        assert assumed
        assert all((column == "—") == (number in LATER) for column in columns), number
    assert all("siting" in ROWS[number][-1] for number in LATER)


def test_every_key_exists(default: Inputs) -> None:
    keys = [key for row in ROWS.values() for key in named(row[1]) if "/" not in key]
    assert len(keys) > 20
    for key in keys:
        assert list(found(default.resolved, key.split("."))), key
        if "<" in key:
            assert len(list(found(default.resolved, key.split(".")))) == 3


def test_every_metric_is_written() -> None:
    written = set(run(load(NEIGHBOURHOOD, replications=2), jobs=1).summary["metric"])
    metrics = {m for row in ROWS.values() for m in named(row[2])} - NOT_METRICS
    assert len(metrics) > 20
    assert metrics <= written


def test_every_chart_exists_and_is_named() -> None:
    assert {chart for row in ROWS.values() for chart in named(row[3])} == set(all_charts())


def test_figures_are_those_of_the_scenario(default: Inputs) -> None:
    assert len(FIGURES) == 9
    for figure, key in FIGURES.items():
        assert list(found(default.resolved, key.split("."))) == [int(figure.replace(",", ""))]
    assert len(default.tables.venues) == 219
