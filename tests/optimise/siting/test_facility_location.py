"""Facility location against all sets of sites tried, under relabelling, and on malformed input."""

import numpy as np
import pytest

from optimise.siting import check, facility_location

from .small_facilities import draw, least

RANDOM = 200


@pytest.fixture(scope="module")
def small():
    """Arguments, least cost by trying all, and our solution."""
    drawn = [draw(seed) for seed in range(RANDOM)]
    return [(given, least(**given), facility_location(**given)) for given in drawn]


def test_every_kind_of_small_instance_occurs(small):
    infeasible = [np.isinf(best) for _, best, _ in small]
    assert 20 < sum(infeasible) < RANDOM - 100
    for key in ("p", "single_source", "fixed_open"):
        assert 20 < sum(bool(given[key]) for given, _, _ in small) < RANDOM - 20
    assert {s.prover == "multipliers" for _, _, s in small if s.status == "optimal"} == {
        True,
        False,
    }


def test_least_cost_as_by_trying_all(small):
    for given, best, solution in small:
        if np.isinf(best):
            assert solution.status == "infeasible"
            assert solution.why
            assert np.isnan([solution.value, solution.bound]).all()
            assert solution.chosen == ()
        else:
            assert solution.status == "optimal"
            assert solution.value == pytest.approx(best, abs=1e-7)
            assert solution.bound == solution.value
        assert check.facility_location(solution, **given).faults == ()


def test_certificates_never_exceed_the_least_cost(small):
    for given, best, solution in small:
        if solution.certificate is not None:
            assert solution.certificate.bound <= best + 1e-6
            assert check.facility_location(solution, **given).proven <= best + 1e-6


def test_losses_alone_prove_a_plan():
    """No single site may be part of a better plan, though the prices' bound is below the value."""
    given = draw(2393)  # found by trying
    solution = facility_location(**given)
    assert solution.prover.startswith("losses")
    assert (solution.status, solution.value) == ("optimal", pytest.approx(least(**given)))
    assert check.facility_location(solution, **given).faults == ()


def test_a_fixed_site_that_leaves_no_room_for_the_one_in_reach():
    narrow = {"cost": [[np.inf, 1.0], [2.0, 2.0]], "p": 1, "fixed_open": (0,)}
    solution = facility_location(**BASE | narrow)
    assert solution.status == "infeasible"
    assert "no plan fits with at most 1 open sites" in solution.why


def test_relabelling_changes_labels_only(small):
    rng = np.random.default_rng(1)
    for given, best, _ in small[:60]:
        if np.isinf(best):
            continue
        site, point = rng.permutation(len(given["capacity"])), rng.permutation(len(given["demand"]))
        moved = given | {
            "cost": given["cost"][point][:, site],
            "demand": given["demand"][point],
            "capacity": given["capacity"][site],
            "opening_cost": given["opening_cost"][site],
            "fixed_open": tuple(int(np.flatnonzero(site == j)[0]) for j in given["fixed_open"]),
        }
        assert facility_location(**moved).value == pytest.approx(best, abs=1e-7)


def test_more_room_and_more_sites_never_cost_more(small):
    for given, best, _ in small[60:120]:
        larger = facility_location(**given | {"capacity": given["capacity"] + 2.0})
        more = facility_location(**given | {"p": None})
        for wider in (larger, more):
            assert np.isinf(best) or wider.value <= best + 1e-7


def test_the_same_call_gives_the_same_plan(small):
    given, _, solution = small[0]
    again = facility_location(**given)
    assert (again.value, again.chosen) == (solution.value, solution.chosen)


BASE = {
    "cost": [[1.0, 2.0], [3.0, 4.0]],
    "demand": [1.0, 2.0],
    "capacity": [3.0, 3.0],
    "opening_cost": [5.0, 5.0],
}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cost": [[1.0, np.nan], [3.0, 4.0]]}, r"cost\[0, 1\]"),
        ({"cost": [1.0, 2.0]}, "demand points x sites"),
        ({"cost": [[1.0, -np.inf], [3.0, 4.0]]}, r"cost\[0, 1\]"),
        ({"demand": [1.0]}, r"demand has shape \(1,\)"),
        ({"demand": [1.0, np.inf]}, r"demand\[1\]"),
        ({"demand": [1.0, -1.0]}, r"demand\[1\]"),
        ({"capacity": [3.0, np.nan]}, r"capacity\[1\]"),
        ({"capacity": [3.0, -1.0]}, r"capacity\[1\]"),
        ({"opening_cost": [np.inf, 1.0]}, r"opening_cost\[0\]"),
        ({"p": 0}, "p is 0"),
        ({"p": 3}, "p is 3"),
        ({"p": 1.5}, "p is 1.5"),
        ({"fixed_open": (2,)}, "names 2"),
        ({"fixed_open": (0, 1), "p": 1}, "more than p = 1"),
        ({"time_limit": 0.0}, "time_limit is 0"),
        ({"workers": 0}, "workers is 0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_malformed_input_says_where(wrong, words):
    with pytest.raises(ValueError, match=words):
        facility_location(**BASE | wrong)


@pytest.mark.parametrize(
    ("narrow", "words"),
    [
        (
            {"demand": [4.0, 4.5]},
            "demand is 8.5, but all sites together have capacity 6: 2.5 short",
        ),
        ({"p": 1, "demand": [2.0, 2.0]}, "but the 1 sites that p allows together have capacity 3"),
        ({"cost": [[1.0, 2.0], [np.inf, np.inf]]}, "no site can reach demand point 1"),
        (
            {"cost": [[1.0, np.inf], [2.0, np.inf]], "demand": [2.0, 2.5]},
            "demand point 0, 1: together 4.5, but in their reach is only site 0 with capacity 3",
        ),
        (
            {"single_source": True, "demand": [4.0, 1.0]},
            "demand point 0 needs 4 at one site, but the largest in its reach has capacity 3",
        ),
        (
            {"cost": np.ones((3, 2)), "demand": [2.0, 2.0, 2.0], "single_source": True},
            "no plan fits with one site for each demand point",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_words(narrow, words):
    solution = facility_location(**BASE | narrow)
    assert solution.status == "infeasible"
    assert words in solution.why


def test_infinite_capacity_and_no_demand():
    endless = facility_location(**BASE | {"capacity": [np.inf, np.inf], "demand": [0.0, 7.0]})
    assert (endless.value, endless.chosen) == (9.0, (0,))
    assert endless.assignment.toarray().tolist() == [[1.0, 0.0], [1.0, 0.0]]


def test_split_demand_pays_in_proportion():
    given = {
        "cost": [[0.0, 8.0]],
        "demand": [4.0],
        "capacity": [3.0, 3.0],
        "opening_cost": [1.0, 1.0],
    }
    solution = facility_location(**given)
    assert solution.value == pytest.approx(1 + 1 + 8 / 4)
    assert solution.assignment.toarray() == pytest.approx(np.array([[0.75, 0.25]]))


def test_time_limit_is_kept_with_a_plan_and_a_bound():
    """An instance that takes far longer; what there is at the end is checked."""
    rng = np.random.default_rng(5)
    demand = rng.integers(5, 36, 150).astype(float)
    given = {
        "cost": rng.random((150, 40)) * 10 * demand[:, None],
        "demand": demand,
        "capacity": rng.integers(100, 300, 40).astype(float),
        "opening_cost": rng.integers(500, 900, 40).astype(float),
        "single_source": True,
    }
    solution = facility_location(**given, time_limit=0.8)
    assert solution.seconds < 1.8
    assert solution.status == "feasible"
    assert 0 < solution.gap < 0.2
    assert check.facility_location(solution, **given).faults == ()


def test_the_package_gives_the_function_not_the_module():
    import optimise.siting.facility_location

    assert optimise.siting.facility_location is facility_location
    assert callable(facility_location)
