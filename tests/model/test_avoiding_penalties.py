"""Bookers who avoid a penalty: in the shares stated, by turning up or by giving up in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from builders import model_of, tiny

from sim.model import OpenedReplication, open_replication


def opened(folder: Path, no_shows: dict[str, Any] | None, **responses: float) -> OpenedReplication:
    """The tiny world in which nobody cancels by nature and half would not turn up."""
    folder.mkdir()
    parts = tiny().set(
        demand__multiplier=30,
        demand__no_show={"base": 0.5},
        demand__cancellation={"share": 0},
        demand__responses=responses,
    )
    if no_shows is not None:
        parts.set(policy__limits={"no_shows": no_shows})
    return open_replication(model_of(parts, folder), 1, 0)


def test_shares(tmp_path: Path) -> None:
    """0.4 of no-shows avoid it, 0.7 of these by giving up: z-scores of the binomials."""
    free = opened(tmp_path / "free", None, avoids_penalty=0.4, cancels_instead=0.7)
    fined = opened(tmp_path / "fined", {}, avoids_penalty=0.4, cancels_instead=0.7)
    would, does = free.askers.no_show, fined.askers.no_show
    assert np.array_equal(free.askers.key, fined.askers.key)
    assert not (does & ~would).any()
    avoid, n = would & ~does, would.sum()
    assert n > 3000
    assert abs(avoid.sum() - 0.4 * n) / np.sqrt(n * 0.4 * 0.6) < 4
    instead = np.isfinite(fined.requests.gives_up)
    assert not (instead & ~avoid).any()
    m = avoid.sum()
    assert abs(instead.sum() - 0.7 * m) / np.sqrt(m * 0.7 * 0.3) < 4
    assert np.isinf(free.requests.gives_up).all()


def test_they_give_up_in_time(tmp_path: Path) -> None:
    """Three hours ahead, a day where later costs a strike, and never before booking."""
    everybody = {"avoids_penalty": 1, "cancels_instead": 1, "cancels_hours_ahead": 3}
    for late, ahead in ((0, 180.0), (60, 180.0), (1440, 1440.0)):
        found = opened(tmp_path / str(late), {"late_cancel_minutes": late}, **everybody)
        begins = found.requests.start * 30.0
        gives_up = np.isfinite(found.requests.gives_up)
        assert not found.askers.no_show.any()
        expected = np.maximum(begins - ahead, found.askers.first_decision)[gives_up]
        assert np.array_equal(found.requests.gives_up[gives_up], expected)
        assert (expected == begins[gives_up] - ahead).any()
