"""The catalogue of metrics decides who tells what; `docs/how-to/add-a-part.md` adds one."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from builders import tiny

from sim.cli.verbs.run import HEADLINES
from sim.measure import service
from sim.measure.service import FATES, SERVICE, ServiceMetric
from sim.metrics import METRICS
from sim.scenario.schema.experiment import Primary
from sim.scenario.schema.money import SubsidyMetric
from sim.studies.run import run
from sim.zones.league import MEASURES


def test_filters_of_the_catalogue() -> None:
    """Whoever chooses among metrics takes those whose row says so."""
    rows = METRICS.values()
    assert set(get_args(Primary)) == {m.name for m in rows if m.primary} >= {"served_share"}
    assert set(get_args(SubsidyMetric)) == {m.name for m in rows if m.subsidy} >= {"nearness"}
    assert set(MEASURES) == {m.name for m in rows if m.league} >= {"mean_walk_minutes"}
    assert set(HEADLINES) == {m.name for m in rows if m.headline} >= {"wishes"}


def test_a_metric_of_wishes_has_the_form_that_it_is_counted_in() -> None:
    """A count over nothing is a total, a count over a count a share."""
    for metric in SERVICE:
        assert METRICS[metric.name].form == ("total" if metric.bottom is None else "share")


def test_a_metric_that_is_not_in_the_catalogue_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has no row has no unit."""
    monkeypatch.setattr(service, "SERVICE", (*SERVICE, ServiceMetric("of_nothing", FATES["used"])))
    with pytest.raises(KeyError, match="of_nothing"):
        run(tiny().set(experiment__replications=1).load(tmp_path), jobs=1)
