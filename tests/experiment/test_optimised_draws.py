"""Runs with optimised draws: the same bytes whoever computes them, and what they say of gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import model_of, tiny

from sim.experiment.local import Local
from sim.model import Model, simulate
from sim.studies.run import run

from .played import inputs_for, played

CROWDED: dict[str, Any] = {
    "demand__multiplier": 5,
    "grid_minutes": 30,
    "experiment__warm_up_days": 8,
    "policy__selection": {"rule": "optimised", "days_ahead": 1, "work": 0.0002},
}
"""Batches too large for the work allowed: search is cut short in some."""


def crowded(folder: Path) -> Model:
    return model_of(tiny().set(**CROWDED), folder)


@pytest.mark.slow
def test_the_same_bytes_from_one_process_and_from_two(tmp_path: Path) -> None:
    """Where the search stops does not depend on who searches, nor on what ran before."""
    inputs = inputs_for(tmp_path, 2, **CROWDED)
    alone = played(inputs)
    assert played(inputs, Local(2))[:2] == alone[:2]


def test_draws_and_their_gaps_are_counted(tmp_path: Path) -> None:
    """By hand from what the replications note; only batches decided in the window count."""
    model = crowded(tmp_path)
    histories = [simulate(model, 1, k) for k in range(2)]
    inside = [
        [d for d in h.decided if model.world.calendar.counts(np.array([d.time]))[0]]
        for h in histories
    ]
    assert all(0 < len(found) < len(h.decided) for found, h in zip(inside, histories, strict=True))
    unproven = [sum(d.value < d.bound for d in found) for found in inside]
    assert 0 < sum(unproven) < sum(map(len, inside))
    every = [d for found in inside for d in found]
    gap = 1 - sum(d.value for d in every) / sum(d.bound for d in every)
    done = run(inputs_for(tmp_path / "run", 2, experiment__seed=1, **CROWDED), jobs=1)
    table = means_of(done.summary)
    assert table["draws"] == np.mean([len(found) for found in inside])
    assert table["draws_not_proven"] == pytest.approx(np.mean(unproven))
    assert table["draw_gap"] == pytest.approx(gap)


def means_of(summary: Any) -> dict[str, float]:
    """Means of the metrics of all."""
    own = summary[summary["group"] == "all"]
    return dict(zip(own["metric"], own["mean"], strict=True))


def test_other_rules_have_no_draws(tmp_path: Path) -> None:
    done = run(inputs_for(tmp_path, 1), jobs=1)
    assert not {m for m in done.summary["metric"] if m.startswith("draw")}
