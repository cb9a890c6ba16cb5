"""The page of facts names keys, metrics and charts that exist, and the figures of the scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from sim.report.charts.site.results import SiteResults
from sim.report.drawing import all_charts
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.studies.run import run

from .pages import ROOT, text_of

PAGE = text_of(ROOT / "docs" / "facts.md")
NEIGHBOURHOOD = ROOT / "tests" / "scenario" / "tiny" / "neighbourhood.yaml"
SITES = {"S8", "S9", "S10"}
"""Rows of siting: their charts are those of `linli site`."""
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
        assert all(column != "—" for column in columns), number


@cache
def resolved_of(name: str) -> dict[str, object]:
    return load(ROOT / name, need_level=False).resolved


def test_every_key_exists(default: Inputs) -> None:
    seen = 0
    for row in ROWS.values():
        files = [name for name in named(row[1]) if "/" in name]
        resolved = [resolved_of(name) for name in files]
        for key in (key for key in named(row[1]) if "/" not in key):
            seen += 1
            for scenario in resolved or [default.resolved]:
                values = list(found(scenario, key.split(".")))
                assert values, key
                assert values != [None], key
                assert "<" not in key or len(values) == 3
    assert seen > 20


def test_every_metric_is_written() -> None:
    written = set(run(load(NEIGHBOURHOOD, replications=2), jobs=1).summary["metric"])
    metrics = {m for row in ROWS.values() for m in named(row[2])} - NOT_METRICS
    assert len(metrics) > 20
    assert metrics <= written


def test_every_chart_exists_and_is_named() -> None:
    of_runs = (row[3] for number, row in ROWS.items() if number not in SITES)
    assert {chart for cell in of_runs for chart in named(cell)} == set(all_charts())
    of_sites = {chart for number in SITES for chart in named(ROWS[number][3])}
    assert of_sites <= set(all_charts(SiteResults))


def test_figures_are_those_of_the_scenario(default: Inputs) -> None:
    assert len(FIGURES) == 9
    for figure, key in FIGURES.items():
        assert list(found(default.resolved, key.split("."))) == [int(figure.replace(",", ""))]
    assert len(default.tables.venues) == 219
