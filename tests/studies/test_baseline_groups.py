"""Groups of a comparison are the baseline's, so that a total lies among its parts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from builders import tiny
from side_by_side import compared, loaded
from whole_town.town import town

from sim.model import build_model, simulate
from sim.studies.compare import ComparisonRuns
from sim.studies.differences import differences, gains
from sim.studies.gains import build_gain_meter, measure_gains
from sim.studies.recipe import BESIDE, MEASURED, measured_beside
from sim.studies.side_by_side import lines_of

F64 = npt.NDArray[np.float64]
SUPPLY = {
    "late": {"zones__South__opening": {"open": "06:00", "close": "26:00"}},
    "late-and-short": {
        "zones__South__opening": {"open": "06:00", "close": "26:00"},
        "policy__window__opens_days_ahead": 2,
    },
    "slow": {"travel__detour": 2.5},
}


@cache
def done() -> ComparisonRuns:
    """Longer hours in a zone, the same with a shorter window, and longer ways."""
    with TemporaryDirectory() as folder:
        parts = tiny().set(demand__multiplier=10, experiment__replications=6)
        return compared(loaded(Path(folder), parts, today={}, **SUPPLY))


@pytest.mark.parametrize("group", ["tier", "distance_band", "segment", "zone", "kind"])
def test_the_same_wishes_are_in_a_group_in_every_scenario(group: str) -> None:
    """Wishes of each level: equal to the baseline's in every replication."""
    lines = done().lines_of("wishes", group)
    wishes = done().top[:, :, lines]
    assert (wishes == wishes[:1]).all()
    assert (wishes[0].sum(axis=0) > 0).sum() > 1
    assert wishes.sum(axis=2) == pytest.approx(done().top[:, :, done().lines_of("wishes")[0]])


@pytest.mark.parametrize("group", ["tier", "distance_band", "segment", "zone", "kind"])
def test_a_total_lies_among_its_parts(group: str) -> None:
    """Wishes met: the change of all is the weighted mean of the groups', and between them.

    In every replication, and in the ratios of totals that are shown.
    """
    found = done()
    parts, whole = found.lines_of("met_share", group), found.lines_of("met_share")
    top, bottom = found.top[:, :, parts], found.bottom[:, :, parts]
    share = np.divide(top, bottom, out=np.zeros(top.shape), where=bottom > 0)
    everyone = found.top[:, :, whole[0]] / found.bottom[:, :, whole[0]]
    shown, shown_all = (found.ratios(lines).mean(axis=1) for lines in (parts, whole))
    wishes = bottom[0].sum(axis=0, keepdims=True)
    for scenario in found.others:
        _lies_among(everyone[scenario] - everyone[0], share[scenario] - share[0], bottom[0])
        _lies_among(shown_all[scenario] - shown_all[0], (shown[scenario] - shown[0])[None], wishes)


def _lies_among(total: F64, apart: F64, wishes: F64) -> None:
    """(n,) changes of all: means of (n, levels) changes weighted by wishes, and between them."""
    weight = wishes / wishes.sum(axis=1, keepdims=True)
    assert (weight * apart).sum(axis=1) == pytest.approx(total)
    some = np.where(wishes > 0, apart, np.nan)
    assert (np.nanmin(some, axis=1) <= total + 1e-12).all()
    assert (total <= np.nanmax(some, axis=1) + 1e-12).all()


def test_first_choices_do_move() -> None:
    """The scenarios' own groups would not hold the same wishes: the case is not an empty one."""
    found = done()
    late = found.scenarios[1].scenario.name
    assert late == "late"
    own = pd.DataFrame([(r.metric, r.group) for r in found.rows[1]], columns=["metric", "group"])
    at = np.cumsum([0, *(len(r.levels) for r in found.rows[1])])
    row = own.index[(own["metric"] == "wishes") & (own["group"] == "tier")][0]
    mine = np.stack([v[0, at[row] : at[row + 1]] for v in found.values[1][: found.n]])
    lines = found.lines_of("wishes", "tier")
    assert not np.array_equal(mine[:, : len(lines)], found.top[1][:, lines])


def test_shares_of_wishes_lead_where_supply_differs() -> None:
    """The primary metric where none is named; named ones, and other rules, are left alone."""
    found = done()
    assert (found.primary, found.leading) == (("met_share",), "met_share")
    table = differences(found)
    assert set(table.dropna(subset=["adjusted_low"])["metric"]) == {"met_share"}
    assert set(gains(found, "met_share")["metric"]) == {"met_share"}
    with TemporaryDirectory() as folder:
        rules = {"policy__window__opens_days_ahead": 2}
        some = loaded(Path(folder), tiny().set(experiment__replications=1), today={}, short=rules)
        assert (compared(some).primary, compared(some).leading) == (
            ("served_share",),
            "served_share",
        )
    with TemporaryDirectory() as folder:
        named = tiny().set(experiment__replications=1, experiment__primary=["served_share"])
        some = loaded(Path(folder), named, today={}, late=SUPPLY["late"])
        assert compared(some).primary == ("served_share",)


@pytest.mark.parametrize("longer", [False, True])
def test_figures_of_a_lean_replication(longer: bool, tmp_path: Path) -> None:
    parts = town()
    base = parts.load(tmp_path / "base")
    inputs = parts.load(tmp_path / "base", sets=["opening.close=23:00"]) if longer else base
    model, beside = build_model(inputs), base if longer else None
    meter = build_gain_meter(model, beside)
    mine = measure_gains(meter, simulate(model, 1, 0, points=False, rooms_only=True))
    recipe = measured_beside(base) if longer else MEASURED
    prepared = recipe.prepare(model)
    whole = recipe.measure(prepared, simulate(model, 1, 0)).values
    assert recipe.names is not None
    # lines by the baseline's first choices stand behind the scenario's own
    known = {
        (metric, group.removeprefix(BESIDE), level): column
        for (metric, group, level, *_), column in zip(
            lines_of(recipe.names(prepared)), whole.T, strict=True
        )
    }
    lines = [line[:3] for line in lines_of(meter.rows)]
    assert {metric for metric, *_ in lines} == {"met_share", "served_share", "person_hours_venues"}
    np.testing.assert_allclose(mine, np.stack([known[line] for line in lines], axis=1), rtol=1e-12)
    places = simulate(model, 1, 0).places
    assert places is not None  # and some of the use is without booking
    assert places.person_minutes[model.world.places.venue >= 0].sum() > 0
