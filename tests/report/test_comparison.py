"""Charts of a comparison: the figures behind them are those of the tables, and titles follow."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from side_by_side import busy, loaded, made_up

from sim.messages import speaking
from sim.report.charts.comparison.forest import forest, mark_values, use_and_cost
from sim.report.charts.comparison.results import (
    ComparisonResults,
    ComparisonTables,
    comparison_labels,
)
from sim.report.charts.comparison.who_gains import who_gains
from sim.report.context import chart_context, venues_words
from sim.report.drawing import draw_all
from sim.report.fonts import choose_font
from sim.report.page import Finding, Page, lay_out
from sim.scenario.inputs import Inputs
from sim.studies.compare import ComparisonRuns
from sim.studies.differences import differences, fairness, figures, gains

LINES = [
    ("person_hours_venues", "all", "all"),
    ("operating_cost_year", "all", "all"),
    ("served_share", "all", "all"),
    ("met_share", "all", "all"),
    ("served_share", "segment", "adult"),
    ("served_share", "segment", "elder"),
    ("served_share", "zone", "North"),
    ("served_share", "tier", "community"),
    ("served_share", "distance_band", "0-5 min"),
    ("served_share", "distance_band", "none"),
    ("person_hours", "all", "all"),
]
MEANS = {
    "today": [0.9, 0.4, 0.5, 0.3, 0.5, 0.5, 0.5, 0.5, 0.5, np.nan, 0.2],
    "up": [0.95, 0.4, 0.55, 0.33, 0.65, 0.48, 0.5, 0.52, 0.5, np.nan, 0.2],
    "down": [0.5, 0.2, 0.4, 0.3, 0.45, 0.2, 0.5, 0.5, 0.5, np.nan, 0.2],
}


@cache
def three() -> list[Inputs]:
    experiment = {"experiment__primary": ["served_share", "met_share"]}
    with TemporaryDirectory() as folder:
        return loaded(Path(folder), busy(), **dict.fromkeys(MEANS, experiment))


def comparison(n: int = 6, noise: float = 0.0001, unlike: bool = False) -> ComparisonRuns:
    """Three scenarios with known means; the same noise in all but for a little of its own."""
    rng = np.random.default_rng(2)
    common = rng.normal(0, 0.02, (1, n, 1))
    values = np.array(list(MEANS.values()))[:, None, :] + common
    values = values + rng.normal(0, noise, values.shape)
    whole = np.where(np.isnan(values), 0, 1000.0)
    apart = ((), (), ("demand.multiplier",)) if unlike else None
    return made_up(three(), np.nan_to_num(values) * whole, whole, LINES, apart)


def tables(done: ComparisonRuns) -> ComparisonTables:
    return ComparisonTables(
        differences(done), gains(done, "served_share"), fairness(done), figures(done)
    )


def results(done: ComparisonRuns) -> ComparisonResults:
    """With the tables that the forest and the groups are drawn from."""
    empty = pd.DataFrame()
    drawn = ComparisonTables(differences(done), gains(done, "served_share"), empty, empty)
    return ComparisonResults.from_tables(done, drawn)


def test_forest_shows_the_primary_rows_of_the_table() -> None:
    """Its CSV holds the rows of comparison.csv, unchanged, policies x primary metrics."""
    done = comparison()
    table = differences(done)
    found = forest(results(done))[0]
    at = table["metric"].isin(["served_share", "met_share"]) & (table["group"] == "all")
    pd.testing.assert_frame_equal(found.table, table[at])
    assert len(found.table) == 4
    assert found.title == "With up 5 points more are served than with today, with down 10 fewer"


def test_forest_names_nobody_where_it_may_be_chance() -> None:
    """Noise as large as the differences; one replication; other residents."""
    done = comparison(noise=0.2)
    title = forest(results(done))[0].title
    assert title == "No scenario differs clearly from today on requests that got a slot"
    single = comparison(n=1)
    title = forest(results(single))[0].title
    assert title == "One replication cannot rank scenarios by requests that got a slot"
    mixed = comparison(unlike=True)
    assert forest(results(mixed))[0].note.endswith("Not paired, other residents: down")


def test_nothing_beside_the_panels_is_cut_or_printed_over_another() -> None:
    """Three metrics with long names; a narrow axis to hundreds of thousands."""
    done = comparison()
    long = "first_choice_share"
    names = done.names.replace({"metric": {"person_hours": long}})
    shown = results(replace(done, names=names, primary=(*done.primary, long)))
    finding, draw = forest(shown)
    page = lay_out(finding, shown.context)
    draw(page)
    texts = [text.get_text() for text in page.figure.texts]
    assert not [text for text in texts if text.endswith(("…", "..."))]
    ax = page.axes(0, 0, 1.6, 1)
    ax.set_xlim(-337_000, 337_000)
    mark_values(page, ax, 337_000, 1.6)
    page.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
    assert len(boxes) == 2
    assert boxes[0].x1 < boxes[1].x0


def test_who_gains_shows_the_table_of_gains() -> None:
    """Its CSV is gains.csv; the title names the largest gain and loss among groups."""
    done = comparison()
    table = gains(done, "served_share")
    found = who_gains(results(done))[0]
    pd.testing.assert_frame_equal(found.table, results(done).context.arranged(table))
    assert (
        found.title
        == "gains most: adult, 15.0 points under up; loses most: elder, 30.0 points under down"
    )
    noise = comparison(noise=0.2)
    found = who_gains(results(noise))[0]
    assert found.title == "No group gains or loses beyond chance"


def test_use_beside_the_cost_of_all_rooms_is_that_of_all_rooms() -> None:
    """Activities, clubs and drop-in count too: closed rooms lose more than their bookings."""
    done = comparison()
    found = use_and_cost(ComparisonResults.from_tables(done, tables(done)))[0]
    use = found.table[found.table["metric"] != "operating_cost_year"]
    assert set(use["metric"]) == {"person_hours_venues"}
    assert dict(zip(use["scenario"], use["value"], strict=True)) == pytest.approx(
        {"today": 0.9, "up": 0.05, "down": -0.4}, abs=0.02
    )
    assert found.title.startswith("down: ")


@pytest.mark.parametrize(("yuan", "panels"), [(0.0, 1), (5.0, 2)])
def test_costs_have_a_panel_only_where_they_differ(yuan: float, panels: int) -> None:
    """Rules alone cost nothing: of zeros everywhere there is no picture."""
    done = comparison()
    made = tables(done)
    shown = made.figures.copy()
    cost = shown["metric"] == "operating_cost_year"
    shown.loc[cost, "value"] = np.where(shown.loc[cost, "scenario"] == "up", yuan, 0.0)
    drawn = ComparisonResults.from_tables(done, replace(made, figures=shown))
    finding, draw = use_and_cost(drawn)
    page = lay_out(finding, drawn.context)
    draw(page)
    assert len(page.figure.axes) == panels
    assert ("yuan" in finding.subtitle) == (panels == 2)


def test_the_footer_has_the_venues_of_all_scenarios() -> None:
    """Closed rooms are not counted as the baseline's: fewest to most."""
    some = three()[0]
    venues = some.tables.venues
    fewer = replace(some, tables=replace(some.tables, venues=venues[:1]))
    assert venues_words([some, some]) == f"{len(venues)} venues"
    assert venues_words([some, fewer]) == f"1 to {len(venues)} venues"


def test_labels_of_groups() -> None:
    """Bands say how they are walked; other groups as in the charts of a run."""
    label = comparison_labels(chart_context(three()[0], 3))
    assert label("distance_band", "0-5 min") == "0-5 min on foot"
    assert label("distance_band", "none") == label("tier", "none") == "no suitable room open"
    assert "community" in label("tier", "community")


@pytest.mark.usefixtures("coarse")
@pytest.mark.slow
@pytest.mark.parametrize(("n", "unlike"), [(1, False), (6, True)])
def test_pictures_are_drawn(n: int, unlike: bool, tmp_path: Path) -> None:
    """PNG, SVG and CSV of both; CSVs equal the tables as written."""
    done = comparison(n=n, unlike=unlike)
    paths = draw_all(ComparisonResults.from_tables(done, tables(done)), tmp_path)
    assert {p.name for p in paths} == {
        f"{name}.{ending}"
        for name in ("forest", "use-and-cost", "who-gains")
        for ending in ("png", "svg", "csv")
    }
    drawn = pd.read_csv(tmp_path / "forest.csv", encoding="utf-8-sig")
    table = differences(done)
    rows = table[table["metric"].isin(["served_share", "met_share"]) & (table["group"] == "all")]
    assert drawn["difference"].to_numpy() == pytest.approx(rows["difference"].to_numpy())
    assert drawn["adjusted_low"].to_numpy() == pytest.approx(
        rows["adjusted_low"].to_numpy(float), nan_ok=True
    )


def test_large_values_of_an_axis_are_said_in_the_unit_of_the_language() -> None:
    """Yuan stood as 200,000 in Chinese too."""
    for language, words in (("en", "-200 k"), ("zh", "-20 万")):
        families = list(choose_font().families)
        with speaking(language), mpl.rc_context({"font.family": families}):
            page = Page(Finding("a", "b", "c", pd.DataFrame()))
            ax = page.axes(0, 0, 6, 2)
            ax.set_xlim(-250_000, 250_000)
            mark_values(page, ax, 250_000, 6)
            assert words in [text.get_text() for text in ax.get_xticklabels()]
