"""However short the time: an end in time, a plan if one can be had, and no claim that is not so."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
import scipy.sparse as sp

from optimise.siting import check, facility_location, maximal_covering, p_centre, p_median
from optimise.siting.covering.relaxation import covering_prices
from optimise.siting.reach import reaching


def lines():
    """The 1,080 lines of the affine space of 81 points, each reached from its three points.

    It takes 61 points to meet them all (a cap has 20 at most: G. Pellegrino 1970), and hours to
    show by branching that 60 are too few.
    """
    points = list(product(range(3), repeat=4))
    number = {point: at for at, point in enumerate(points)}
    found = set()
    for one, other in combinations(points, 2):
        third = tuple((-a - b) % 3 for a, b in zip(one, other, strict=True))
        found.add(tuple(sorted((number[one], number[other], number[third]))))
    cost = np.full((len(found), len(points)), np.inf)
    for at, line in enumerate(sorted(found)):
        cost[at, line] = 1.0 + at % 5
    return cost


LINES = lines()
NOTHING = np.zeros(len(LINES))


def facilities(cost, p, **options):
    """No scarcity and free sites: facility location as a p-median."""
    given = (cost, NOTHING, np.ones(81), np.zeros(81), p)
    return facility_location(*given, **options)


@pytest.mark.parametrize("solve", [p_median, p_centre, facilities])
def test_no_plan_known_is_not_infeasible(solve):
    found = solve(LINES, 60, fixed_open=(5,), time_limit=0.02)
    assert (found.status, found.value) == ("feasible", np.inf)
    assert "no plan" in found.why
    assert np.isfinite(found.bound)
    assert 5 in found.chosen
    assert len(found.chosen) <= 60
    assert found.trace == ()
    assert found.seconds < 1.02


def test_what_is_said_of_no_known_plan_is_checked():
    found = p_median(LINES, 60, time_limit=0.02)
    assert (found.assignment == -1).any()
    assert check.p_median(found, LINES, 60).faults == ()
    assert "why no plan" in str(check.p_median(replace(found, why=""), LINES, 60).faults)
    false = replace(found, bound=2 * found.bound)
    assert "not proven" in str(check.p_median(false, LINES, 60).faults)
    found = p_centre(LINES, 60, time_limit=0.02)
    assert check.p_centre(found, LINES, 60).faults == ()
    found = facilities(LINES, 60, time_limit=0.02)
    given = (LINES, NOTHING, np.ones(81), np.zeros(81), 60)
    assert check.facility_location(found, *given).faults == ()
    nobody = replace(found, status="unknown")
    assert "status unknown" in str(check.facility_location(nobody, *given).faults)


@pytest.mark.parametrize("solve", [p_median, p_centre])
def test_a_plan_is_found_though_the_time_is_up(solve):
    found = solve(LINES, 61, time_limit=0.02)
    assert found.value == (3240 if solve is p_median else 5)
    assert len(found.chosen) <= 61
    assert found.seconds < 1.02


def test_a_single_source_plan_is_found_though_the_time_is_up():
    rng = np.random.default_rng(0)
    demand = rng.integers(10, 40, 40).astype(float)
    capacity = np.full(10, np.ceil(demand.sum() / 10) + 2)
    given = (rng.random((40, 10)), demand, capacity, np.ones(10), None, True)
    found = facility_location(*given, time_limit=0.001)
    assert found.status != "infeasible"
    assert np.isfinite(found.value)
    assert check.facility_location(found, *given).faults == ()


def test_what_p_sites_reach_with_fixed_ones():
    reached = np.array([[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 1, 0]], dtype=bool)
    fixed = np.array([False, False, False, True])
    assert set(reaching(reached, fixed, 3, 1.0).sites.tolist()) == {0, 1, 3}
    assert "it takes 3 or more" in reaching(reached, fixed, 2, 1.0).why


def test_interior_point_does_not_begin_without_time():
    """HiGHS knows no limit if reading the program takes it up: 3 s where 0.01 were given."""
    covers = sp.random_array((2000, 1000), density=0.05, random_state=1, format="csr")
    covers.data[:] = 1.0
    assert covering_prices(covers, np.ones(2000), 20, seconds=0.05) is None


@pytest.mark.parametrize("workers", [1, 2])
def test_covering_ends_in_time_where_there_is_none(workers):
    rng = np.random.default_rng(1)
    covers = rng.random((2000, 1000)) < 0.05
    found = maximal_covering(covers, 20, rng.random(2000), time_limit=0.01, workers=workers)
    assert found.seconds < 1.01
    assert 0 < found.value <= found.bound


def test_centres_end_in_time_where_there_is_none():
    at = np.random.default_rng(1).random((1500, 2))
    away = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    found = p_centre(away, 40, time_limit=0.01)
    assert found.seconds < 1.01
    assert 0 <= found.bound <= found.value < 1
