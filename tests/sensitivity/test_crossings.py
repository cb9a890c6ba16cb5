"""Crossings in draws, from shares whose fall below a target is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.scenario.loading import load
from sim.sensitivity.crossings import GRID, crossed
from sim.sensitivity.findings import Findings
from sim.sensitivity.study import Sensitivity
from sim.sensitivity.words import figure

from .towns import doubtful

FALLS = np.array([0.02, 0.03, 0.1, 0.2, 0.5])
"""By which the share falls with each doubling, in each draw; it is 1 at half of today's."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    inputs = load(doubtful(tmp_path_factory.mktemp("town")))
    doublings = np.log2(GRID) + 1
    shares = np.maximum(1 - FALLS[:, None] * doublings, 0)[..., None]
    base = np.repeat(100 * (1 - 0.05 * doublings)[:, None], 4, axis=1)[..., None]
    return Sensitivity(
        of="headroom",
        scenarios=(inputs,) * len(GRID),
        dimensions=(),
        u=np.empty((len(FALLS), 0)),
        fit=np.zeros((len(FALLS), 5)),
        reached=np.ones(len(FALLS), dtype=bool),
        refitted=True,
        lines=(("served_share", "all", "all"),),
        base_top=base,
        base_bottom=np.full_like(base, 100.0),
        ratios=shares,
        noise=np.full_like(shares, 0.0001),
    )


def test_a_share_that_falls_with_each_doubling_falls_below_where_it_must(
    asked: Sensitivity,
) -> None:
    found = crossed(asked)
    assert [metric for metric, _, _ in found.lines] == ["headroom_80", "headroom_90"]
    exact = 0.5 * 2 ** (np.array([[0.2], [0.1]]) / FALLS)
    assert pytest.approx(np.clip(exact, GRID[0], GRID[-1])) == found.ratios[:, 0].T
    assert found.plain is not None
    assert found.base_top.shape == (1, asked.base_top.shape[1], 2)  # as many replications
    assert found.plain.mean == pytest.approx([0.5 * 2**4, 0.5 * 2**2])


def test_luck_in_shares_is_luck_in_crossings(asked: Sensitivity) -> None:
    """One hundredth more of a share that falls by a tenth a doubling moves it by a tenth of one."""
    noise = crossed(asked).noise[2, 0]
    at = crossed(asked).ratios[2, 0]
    assert np.sqrt(noise) == pytest.approx(at * np.log(2) * 0.01 / 0.1)


def test_words_say_where_it_lies_beyond_what_was_asked(asked: Sensitivity) -> None:
    findings = Findings(crossed(asked), "served_share")
    words = figure(findings, findings.figure_drivers[0])
    assert words.startswith("Headroom until 80% are served: 8.0 times today's demand")
    assert "0.7 to 32 or more in 90% of draws" in words


def test_a_group_that_nobody_asks_for_has_no_headroom(asked: Sensitivity) -> None:
    nobody = replace(
        asked,
        ratios=np.full_like(asked.ratios, np.nan),
        base_top=np.zeros_like(asked.base_top),
        base_bottom=np.zeros_like(asked.base_bottom),
    )
    table = Findings(crossed(nobody), "served_share").intervals
    assert table[["mean", "assumption_low"]].isna().all(axis=None)
    assert (table["draws"] == 0).all()
