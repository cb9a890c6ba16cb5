"""Expected turnout: against plain sums over Poisson numbers and plain integrals over popularity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import plain
from scipy import integrate, stats

from sim.studies.totals import Turnout

FLAT = {"weekday": {"8-20": 1}, "weekend": {"8-20": 1}}


def turnout(folder: Path, **kind: object) -> Turnout:
    parts = plain(7)
    parts.origin("home").centre("here").rooms("here", 1)
    own = {"venue_kinds": ["room"], "starts": FLAT, "appeal": {"person": 1}, **kind}
    parts.set(activities={"kinds": {"dance": own}, "sign_up": {"at_least": 4}})
    return Turnout(parts.load(folder).scenario)


def by_sum(mean: float, capacity: int, least: float) -> float:
    """E[min(N, capacity); N >= least], term by term."""
    n = np.arange(0, 400)
    came = np.where(np.minimum(n, capacity) >= least, np.minimum(n, capacity), 0)
    return float((stats.poisson.pmf(n, mean) * came).sum())


@pytest.mark.parametrize("mean", [0.0, 0.5, 3.0, 12.0, 80.0])
@pytest.mark.parametrize("capacity", [1, 10, 30])
def test_turnout_given_popularity(mean: float, capacity: int, tmp_path: Path) -> None:
    """Few cancel, many are turned away; those in between come."""
    found = turnout(tmp_path).given(np.array([mean]), np.zeros(1, int), np.array([capacity]))
    assert found[0] == pytest.approx(by_sum(mean, capacity, 4), abs=1e-9)


@pytest.mark.parametrize(("cv", "session_cv"), [(0.5, 0.0), (0.0, 0.3), (1.0, 0.0)])
@pytest.mark.parametrize("mean", [2.0, 9.0, 25.0])
def test_turnout_over_popularities(
    mean: float, cv: float, session_cv: float, tmp_path: Path
) -> None:
    """The average over a gamma, as scipy integrates it: to a thousandth of the places."""
    one = turnout(tmp_path, popularity_cv=cv, session_cv=session_cv)
    shape = max(cv, session_cv) ** -2

    def at(g: float) -> float:
        return by_sum(mean * g, 15, 4) * stats.gamma.pdf(g, shape, scale=1 / shape)

    exact = integrate.quad(at, 0, 12, limit=200)[0]
    found = one.on_average(np.array([mean]), np.zeros(1, int), np.array([15]))
    assert found[0] == pytest.approx(exact, abs=0.015)


def test_company_takes_places(tmp_path: Path) -> None:
    """With one companion each, half as many sign-ups fill a session and two reach four people."""
    company = {"rule": "constant", "value": 1}
    found = turnout(tmp_path, company=company).given(
        np.array([6.0]), np.zeros(1, int), np.array([20])
    )
    assert found[0] == pytest.approx(2 * by_sum(6.0, 10, 2), abs=1e-9)
