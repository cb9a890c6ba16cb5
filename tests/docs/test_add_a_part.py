"""The examples of "add a part" are run as they stand: part, metric, chart, key and term work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import tiny

from sim.booking.catalogue import PARTS
from sim.measure import service
from sim.measure.groups import Grouping
from sim.measure.service import service_metrics
from sim.metrics import METRICS
from sim.report import drawing
from sim.report.drawing import RunResults, all_charts
from sim.siting.planning.aim import TERMS, MetWishes, met_value, worth
from sim.siting.planning.tally import COLUMNS, SiteGroups
from sim.studies.run import run

from .pages import ROOT, blocks

PAGE = ROOT / "docs" / "how-to" / "add-a-part.md"


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page's examples define; whatever they register is taken back afterwards."""
    all_charts(RunResults)  # those loaded later would be taken back with the page's
    monkeypatch.setattr(drawing, "_CHARTS", dict(drawing._CHARTS))
    for registry in (PARTS, METRICS, TERMS):
        for name in ("largest_party", "limited_share", "visits"):
            monkeypatch.setitem(registry, name, None)
            monkeypatch.delitem(registry, name)
    names: dict[str, Any] = {"__name__": "add_a_part"}
    for number, (info, text) in enumerate(blocks(PAGE)):
        assert info == "python"
        exec(compile(text, f"{PAGE.name}:{number}", "exec", dont_inherit=True), names)
    monkeypatch.setattr(service, "SERVICE", service_metrics())
    return names


def test_what_the_page_adds_works_together(added: dict[str, Any], tmp_path: Path) -> None:
    """The part refuses large parties, the metric counts them, the chart says whose they are."""
    summary = run(tiny().set(experiment__replications=1).load(tmp_path), jobs=1).summary
    limited, by_reason = (
        summary[(summary["metric"] == metric) & (summary["level"].isin(level))]["mean"].iloc[0]
        for metric, level in (("limited_share", ["all"]), ("refused_share", ["limit"]))
    )
    assert limited == pytest.approx(by_reason)
    assert 0 < limited < 1
    assert "who-is-limited" in all_charts(RunResults)
    rows = summary[(summary["metric"] == "limited_share") & (summary["group"] == "segment")]
    results = type("Results", (), {"select": lambda _, metric, group: rows})()
    finding, _ = added["who_is_limited"](results)
    assert "segment elder" in finding.title
    assert isinstance(finding.table, pd.DataFrame)


def test_the_term_counts_where_plans_are_made_and_where_they_are_simulated(
    added: dict[str, Any],
) -> None:
    """Three wishes met, of which a model and a simulation say the same."""
    aim = added["AimWithVisits"](served=1.0, minutes=0.1, visits=5.0)
    met = MetWishes(worth=np.array([2.0, 4.0, 4.0]), minutes=np.array([10.0, 0.0, 5.0]))
    assert met_value(aim, met).sum() == pytest.approx(10 - 1.5 + 15)
    row = dict.fromkeys(COLUMNS, 0.0) | {"met": 3, "met_hours": 10, "walk": 15}
    groups = SiteGroups({"all": Grouping(("all",), np.zeros(1, dtype=np.int64))})
    rows = np.array([[list(row.values())]])
    assert worth(aim, groups, rows, years=0.5) == pytest.approx([2 * (10 - 1.5 + 15)])
