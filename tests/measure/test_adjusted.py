"""Shares adjusted for who lives where: same service, other people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import Parts, model_of, plain

from sim.measure.adjusted import add_adjusted, build_standard, standardised
from sim.measure.collector import Collector
from sim.measure.groups import Groups, build_groups
from sim.measure.service import STATUS
from sim.model import Model

FULL, RATHER_NOT, USED = 4, 3, STATUS.BOOKED


def town() -> Parts:
    """North has many old and few young people, South the other way round."""
    parts = plain(7).set(zones={"North": {"operator": "A"}, "South": {"operator": "A"}})
    parts.tables["communities"] = [
        {"community": "C", "zone": "North"},
        {"community": "D", "zone": "South"},
    ]
    parts.set(
        segments={s: {"curve": "flat", "bicycle_share": 0} for s in ("old", "young")},
        demand__wishes_per_1000={"old": {"room": 7}, "young": {"room": 7}},
    )
    parts.origin("Up", {"old": 9000, "young": 1000})
    parts.origin("Down", {"old": 1000, "young": 4000}, community="D")
    return parts.centre("Hall").rooms("Hall", 1)


def table(model: Model, counts: dict[tuple[str, str], dict[int, int]]) -> np.ndarray:
    """(cells, STATUS.COUNT) with counts by origin and segment."""
    world, cells = model.world, model.plan.cells
    made = np.zeros((len(cells.rate), STATUS.COUNT))
    for (origin, segment), by in counts.items():
        at = (cells.origin == world.origins.names.index(origin)) & (
            cells.segment == world.segments.index(segment)
        )
        for status, number in by.items():
            made[at, status] = number
    return made


def collected(model: Model, groups: Groups, everything: np.ndarray) -> dict[str, list[float]]:
    out = Collector()
    add_adjusted(out, build_standard(model.plan, groups), everything)
    return {
        f"{row.metric} {row.group}": np.divide(
            top, bottom, out=np.full(len(top), np.nan), where=bottom > 0
        ).tolist()
        for row, top, bottom in zip(out.rows, out.top, out.bottom, strict=True)
    }


def served(yes: int, no: int, not_asked: int = 0) -> dict[int, int]:
    return {USED: yes, FULL: no, RATHER_NOT: not_asked}


def test_same_service_other_people(tmp_path: Path) -> None:
    """Old 80 % and young 40 % in both zones: raw shares differ, adjusted ones agree."""
    model = model_of(town(), tmp_path)
    groups = build_groups(model)
    everything = table(
        model,
        {
            ("Up", "old"): served(80, 20, 100),
            ("Up", "young"): served(4, 6, 0),
            ("Down", "old"): served(8, 2, 10),
            ("Down", "young"): served(16, 24, 0),
        },
    )
    # expected wishes: 10,000 old people of 15,000
    old, young = 2 / 3, 1 / 3
    raw = groups.cell["zone"].summed(everything)
    assert raw[:, USED] / (raw[:, USED] + raw[:, FULL]) == pytest.approx([84 / 110, 24 / 50])
    got = collected(model, groups, everything)
    assert got["served_share_adjusted zone"] == pytest.approx([0.8 * old + 0.4 * young] * 2)
    assert got["met_share_adjusted zone"] == pytest.approx([0.4 * old + 0.4 * young] * 2)
    assert got["asked_share_adjusted zone"] == pytest.approx([0.5 * old + 1.0 * young] * 2)
    assert got["served_share_adjusted_weight zone"] == pytest.approx([1, 1])
    # one operator runs both: its strata are pooled
    pooled = 88 / 110 * old + 20 / 50 * young
    assert got["served_share_adjusted operator"] == pytest.approx([pooled])


def test_strata_without_anybody_are_left_out(tmp_path: Path) -> None:
    """Nobody young asked in the North: its figure rests on the old, two thirds of the weight."""
    model = model_of(town(), tmp_path)
    groups = build_groups(model)
    everything = table(model, {("Up", "old"): served(3, 1), ("Up", "young"): {RATHER_NOT: 5}})
    got = collected(model, groups, everything)
    assert got["served_share_adjusted zone"] == pytest.approx([0.75, np.nan], nan_ok=True)
    assert got["served_share_adjusted_weight zone"] == pytest.approx([2 / 3, 0])
    assert got["met_share_adjusted zone"][0] == pytest.approx(0.75 * 2 / 3)
    assert got["met_share_adjusted_weight zone"] == pytest.approx([1, 0])


def test_all_and_none_are_exact() -> None:
    """Sums of weights in the same order: nothing above 1, nothing just below it."""
    rng = np.random.default_rng(1)
    for _ in range(200):
        weight = rng.dirichlet(np.ones(13))
        bottom = rng.integers(0, 4, (3, 13)).astype(float)
        mean, covered = standardised(bottom, bottom, weight)
        assert set(mean[covered > 0]) <= {1.0}
        none, _ = standardised(np.zeros_like(bottom), bottom, weight)
        assert set(none[covered > 0]) <= {0.0}


def test_weights_do_not_depend_on_the_level(tmp_path: Path) -> None:
    model = model_of(town(), tmp_path)
    groups = build_groups(model)
    one, ten = (build_standard(m.plan, groups).weight for m in (model, model.at_level(10)))
    assert one == pytest.approx(ten)
    assert one == pytest.approx([2 / 3, 1 / 3])
