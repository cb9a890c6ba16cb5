"""Every metric and group that a run writes is documented, and nothing else is."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from sim.measure.service import NOT_ASKED_REASONS, REFUSED_REASONS
from sim.measure.visits import REASONS
from sim.metrics import METRICS
from sim.scenario.loading import load
from sim.studies.run import Run, run

from .pages import ROOT, text_of

PAGE = text_of(ROOT / "docs" / "reference" / "results.md")
TINY = ROOT / "tests" / "scenario" / "tiny"
SUBJECTS = (
    "wishes", "policy parts", "hours", "clubs", "people", "activities", "places", "points", "money",
    "zones",
)  # fmt: skip


def section(title: str) -> str:
    """Text below a heading, up to the next one."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def named_in(text: str) -> set[str]:
    """Names in the first column of a section's tables."""
    first = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    return {name for cell in first for name in re.findall(r"`([^`]+)`", cell)}


def units_in(text: str) -> dict[str, str]:
    """Unit by metric of a section's tables; a line of two metrics has two units or one of both."""
    units, at = dict[str, str](), 0
    for row in text.splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if row.startswith(("| metric", "| reason")):
            at = cells.index("unit") if "unit" in cells else 0
        elif row.startswith("| `") and at:
            names, given = re.findall(r"`([^`]+)`", cells[0]), cells[at].split(", ")
            units |= dict(zip(names, given if len(given) > 1 else given * len(names), strict=True))
    return units


TWO = "kinds.badminton_court.rooms_at_once={1: 3, 2: 1}"


@pytest.fixture(scope="module")
def tiny() -> Run:
    """A world with bookings only, some of two courts at once."""
    return run(load(TINY / "tiny.yaml", replications=1, sets=[TWO]), jobs=1, with_wishes=True)


@pytest.fixture(scope="module")
def whole() -> Run:
    """A world in which everything occurs."""
    sets = (
        TWO,
        "policy.overbooking.share=0.2",
        "policy.selection={rule: points}",
        "policy.overrides=[{kinds: [activity_room], selection: {rule: optimised}}]",
        "experiment.warm_up_days=8",
        "policy.auto_release={}",
        "timetable={blocks: timetable.csv, unused_share: 0.2}",
    )
    return run(load(TINY / "neighbourhood.yaml", sets=sets, replications=2), jobs=1)


def test_every_metric_is_documented_and_every_documented_one_written(whole: Run) -> None:
    documented = set[str]().union(*(named_in(section(f"Metrics of {s}")) for s in SUBJECTS))
    reasons = {*NOT_ASKED_REASONS.values(), *REFUSED_REASONS.values(), *REASONS}
    assert reasons <= documented
    assert documented - reasons == set(whole.summary["metric"])


def test_metrics_of_parts_that_a_scenario_has_not_are_absent(tiny: Run) -> None:
    subjects = ("policy parts", "clubs", "activities", "places", "points")
    absent = set[str]().union(*(named_in(section(f"Metrics of {s}")) for s in subjects))
    assert set(tiny.summary["metric"]).isdisjoint(absent)


def test_every_group_is_documented_and_every_documented_one_written(tiny: Run, whole: Run) -> None:
    text = section("Groups")
    products = re.findall(r"`(\w+(?:\*\w+)+)`", text)
    written = set(whole.summary["group"])
    assert set(tiny.summary["group"]) <= written
    assert set(products) == {g for g in written if "*" in g}
    parts = {part for group in written for part in group.split("*")}
    assert named_in(text) == parts


def test_units_of_the_page_and_of_what_is_written_are_those_of_the_catalogue(whole: Run) -> None:
    page = {m: u for s in SUBJECTS for m, u in units_in(section(f"Metrics of {s}")).items()}
    unlike = {m.name: page.get(m.name) for m in METRICS.values() if m.unit != page.get(m.name)}
    assert unlike == {"nearness": None}  # of walks, made for a subsidy only
    written = dict(whole.summary[["metric", "unit"]].drop_duplicates().itertuples(index=False))
    assert set(METRICS) - set(written) == {"nearness"}
    assert {m: METRICS[m].unit for m in written if m in METRICS}.items() <= written.items()


def test_units_are_documented(whole: Run) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith("| `unit` |"))
    assert all(unit in row for unit in whole.summary["unit"].unique())


def test_columns_of_the_tables_are_documented(tiny: Run) -> None:
    assert named_in(section("summary.csv")) == set(tiny.summary.columns)
    assert tiny.wishes is not None
    assert named_in(section("requests.parquet")) == set(tiny.wishes.columns)
    row = next(line for line in PAGE.splitlines() if line.startswith("| `replications.parquet`"))
    assert all(f"`{column}`" in row for column in next(tiny.replications()).columns)


@pytest.mark.parametrize("table", ["league", "subsidy", "savings"])
def test_columns_of_the_tables_of_zones_are_documented(whole: Run, table: str) -> None:
    written = getattr(whole.judged, table)
    assert isinstance(written, pd.DataFrame)
    assert named_in(section(f"{table}.csv")) == set(written.columns)


def test_measures_of_the_league_are_documented(whole: Run) -> None:
    league = section("league.csv")
    row = next(line for line in league.splitlines() if line.startswith("| `measure` |"))
    measures = set(whole.judged.league["measure"])
    assert {m for m in measures if not m.endswith("_adjusted")} <= set(re.findall(r"`(\w+)`", row))
    assert {"served_share_adjusted", "met_share_adjusted"} <= measures


@pytest.mark.parametrize(
    ("group", "part"), [("points_source", 0), ("centre*use", 1), ("percentile", 0)]
)
def test_levels_that_no_scenario_names_are_documented(whole: Run, group: str, part: int) -> None:
    levels = whole.summary.loc[whole.summary["group"] == group, "level"]
    found = {level.split("*")[part] for level in levels}
    if group == "percentile":
        found = {min(found), max(found)}
    assert all(f"`{level}`" in PAGE for level in found)


def test_outcomes_are_documented(tiny: Run) -> None:
    assert tiny.wishes is not None
    outcome = tiny.wishes["outcome"].dtype
    assert isinstance(outcome, pd.CategoricalDtype)
    assert all(f"`{name}`" in section("requests.parquet") for name in outcome.categories)
