"""Every metric and group that a run writes is documented, and nothing else is."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from sim.analysis.metrics import NOT_ASKED_REASONS, REFUSED_REASONS
from sim.analysis.run import Run, run
from sim.scenario.loading import load

from .pages import ROOT, text_of

PAGE = text_of(ROOT / "docs" / "reference" / "results.md")
TINY = ROOT / "tests" / "scenario" / "tiny" / "tiny.yaml"


def section(title: str) -> str:
    """Text below a heading, up to the next one."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def named_in(text: str) -> set[str]:
    """Names in the first column of a section's tables."""
    first = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    return {name for cell in first for name in re.findall(r"`([^`]+)`", cell)}


@pytest.fixture(scope="module")
def tiny() -> Run:
    return run(load(TINY, replications=1), jobs=1, with_wishes=True)


def test_every_metric_is_documented_and_every_documented_one_written(tiny: Run) -> None:
    documented = set[str]()
    for kind in ("wishes", "hours", "people"):
        documented |= named_in(section(f"Metrics of {kind}"))
    reasons = {*NOT_ASKED_REASONS.values(), *REFUSED_REASONS.values()}
    assert reasons <= documented
    assert documented - reasons == set(tiny.summary["metric"])


def test_every_group_is_documented_and_every_documented_one_written(tiny: Run) -> None:
    text = section("Groups")
    products = re.findall(r"`(\w+\*\w+)`", text)
    written = set(tiny.summary["group"])
    assert set(products) == {g for g in written if "*" in g}
    parts = {part for group in written for part in group.split("*")}
    assert named_in(text) == parts


def test_units_are_documented(tiny: Run) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `unit` |"))
    assert all(unit in row for unit in tiny.summary["unit"].unique())


def test_columns_of_the_tables_are_documented(tiny: Run) -> None:
    assert named_in(section("summary.csv")) == set(tiny.summary.columns)
    assert tiny.wishes is not None
    assert named_in(section("requests.parquet")) == set(tiny.wishes.columns)
    row = next(line for line in PAGE.splitlines() if line.startswith("| `replications.parquet`"))
    assert all(f"`{column}`" in row for column in next(tiny.replications()).columns)


def test_outcomes_are_documented(tiny: Run) -> None:
    assert tiny.wishes is not None
    outcome = tiny.wishes["outcome"].dtype
    assert isinstance(outcome, pd.CategoricalDtype)
    assert all(f"`{name}`" in section("requests.parquet") for name in outcome.categories)
