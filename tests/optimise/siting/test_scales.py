"""Amounts of any size: solvers' tolerances are absolute, but no answer may depend on units."""

from dataclasses import replace

import numpy as np
import pytest

from optimise.siting import check, facility_location, maximal_covering, p_median, set_cover
from optimise.siting.units import unit_of

RNG = np.random.default_rng(1)
AT = RNG.random((120, 2))
AWAY = np.hypot(*(AT[:, None] - AT[None]).transpose(2, 0, 1))
WEIGHTS = RNG.random(120)
COVERS = AWAY < 0.13
FACILITY = {
    "cost": AWAY[:20, 60:68],
    "demand": RNG.random(20),
    "capacity": 4 * RNG.random(8) + 2,
    "opening_cost": 2 * RNG.random(8) + 0.5,
}
SCALES = [1e-12, 1e-9, 1e-6, 1e9, 1e12]


def median(scale):
    return p_median, check.p_median, {"cost": scale * AWAY, "p": 8}


def weighted_median(scale):
    return p_median, check.p_median, {"cost": AWAY, "p": 12, "weights": scale * WEIGHTS}


def covering(scale):
    given = {"covers": COVERS, "p": 9, "weights": scale * WEIGHTS}
    return maximal_covering, check.maximal_covering, given


def cover(scale):
    return set_cover, check.set_cover, {"covers": COVERS, "opening_cost": scale * WEIGHTS}


def facility(scale):
    costs = {name: scale * FACILITY[name] for name in ("cost", "opening_cost")}
    return facility_location, check.facility_location, FACILITY | costs


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("model", [median, weighted_median, covering, cover, facility])
def test_another_unit_of_cost_gives_the_same_plan(model, scale):
    solve, _, given = model(1.0)
    plain = solve(**given)
    solve, checks, given = model(scale)
    scaled = solve(**given)
    assert scaled.status == plain.status == "optimal"
    assert scaled.value / scale == pytest.approx(plain.value, rel=1e-9)
    assert scaled.chosen == plain.chosen
    assert checks(scaled, **given).faults == ()


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("single_source", [True, False])
def test_another_unit_of_demand_gives_the_same_plan(single_source, scale, capfd):
    given = FACILITY | {"single_source": single_source}
    plain = facility_location(**given)
    given |= {name: scale * FACILITY[name] for name in ("demand", "capacity")}
    scaled = facility_location(**given)
    assert (scaled.status, scaled.chosen) == ("optimal", plain.chosen)
    assert scaled.value == pytest.approx(plain.value, rel=1e-6)
    assert check.facility_location(scaled, **given).faults == ()
    assert capfd.readouterr() == ("", "")  # HiGHS says so where demand is beyond its digits


@pytest.mark.parametrize("scale", SCALES)
def test_a_shortage_in_any_unit_is_found(scale):
    few = FACILITY | {"demand": 9 * scale * FACILITY["demand"]}
    few["capacity"] = scale * FACILITY["capacity"]
    assert "short" in facility_location(**few).why


@pytest.mark.parametrize("scale", [1.0, 1e9, 1e12])
def test_whole_costs_beyond_a_thousand_million_are_proven(scale):
    """Their relative rounding is more than 1, which proved nothing, or left no branch to divide."""
    for seed in range(30):
        rng = np.random.default_rng(seed)
        cost = rng.integers(0, 9, (rng.integers(2, 12), 8)).astype(float)
        cost[rng.random(cost.shape) < 0.2] = np.inf
        cost[:, 0] = 9
        plain, scaled = p_median(cost, 3), p_median(scale * cost, 3)
        assert (scaled.status, scaled.value) == ("optimal", scale * plain.value)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("model", [median, covering, cover, facility])
def test_the_checker_tells_small_figures_apart(model, scale):
    solve, checks, given = model(scale)
    right = solve(**given)
    more = right.value * (1 + 1e-4)
    assert "but the plan's" in str(checks(replace(right, value=more), **given).faults)
    less = right.value * (1 + 1e-4 if model is covering else 1 - 1e-4)
    assert "bound and value differ" in str(checks(replace(right, bound=less), **given).faults)


def test_units_leave_whole_and_large_amounts_alone():
    assert unit_of(np.array([0.0, 3.0])) == unit_of(np.zeros(0)) == unit_of(np.array([600.5])) == 1
    for amounts in ([3e-9, -1e-7], [0.5], [511.5]):
        assert 512 <= np.abs(amounts).max() / unit_of(np.array(amounts)) < 1024
    assert 1e12 / unit_of(np.array([1e12]), most=2.0**20) <= 2**20
