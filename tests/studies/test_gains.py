"""What measures are judged by is what a run measures, of a replication with less in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from whole_town.town import town

from sim.model import build_model, simulate
from sim.studies.gains import build_gain_meter, measure_gains
from sim.studies.recipe import BESIDE, MEASURED, measured_beside
from sim.studies.side_by_side import lines_of


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
