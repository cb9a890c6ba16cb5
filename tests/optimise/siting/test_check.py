"""The checker finds what is wrong with a solution, whichever model it is of."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from optimise.siting import check
from optimise.siting.solution import Certificate, SitingSolution

COST = np.array([[0.0, 4.0, 9.0], [2.0, 5.0, 1.0], [7.0, 1.0, 3.0], [6.0, 2.0, 2.0]])
WEIGHTS = np.array([3.0, 1.0, 2.0, 1.0])
COVERS = COST <= 2
FEES = np.array([2.0, 3.0, 2.0])
FACILITY = {
    "cost": COST,
    "demand": np.array([2.0, 1.0, 2.0, 1.0]),
    "capacity": np.array([3.0, 4.0, 9.0]),
    "opening_cost": FEES,
}


def solution(value, chosen, assignment, kind=None, bound=None, **more):
    """Optimal, with a certificate whose prices are of this kind."""
    proof = (
        None if kind is None else Certificate(kind, {"price": np.array(more.pop("price"))}, bound)
    )
    plain = {
        "bound": value,
        "status": "optimal",
        "seconds": 0.1,
        "trace": ((0.0, value, value),),
        "prover": "a solver",
        "certificate": proof,
    }
    shares = np.array(assignment) if isinstance(assignment, list) else assignment
    return SitingSolution(value=value, chosen=chosen, assignment=shares, **plain | more)


# Each: what checks it, the model's other arguments, and a plan worked out by hand.
MEDIAN = (
    check.p_median,
    {"cost": COST, "p": 2, "weights": WEIGHTS},
    solution(6.0, (0, 1), [0, 0, 1, 1], "assignment", 6.0, price=[8.0, 3.0, 8.0, 3.0]),
)
CENTRE = (
    check.p_centre,
    {"cost": COST, "p": 2},
    solution(2.0, (0, 1), [0, 0, 1, 1], "centre", 2.0, price=[1.0, 1.0, 1.0, 0.0]),
)
COVERING = (
    check.maximal_covering,
    {"covers": COVERS, "p": 1, "weights": WEIGHTS},
    solution(4.0, (0,), [0, 0, -1, -1], "covering", 4.0, price=[3.0, 1.0, 2.0, 1.0]),
)
SET_COVER = (
    check.set_cover,
    {"covers": COVERS, "opening_cost": FEES},
    solution(5.0, (0, 1), [0, 0, 1, 1], "set_cover", 5.0, price=[2.0, 0.0, 3.0, 0.0]),
)
SHARED = (
    check.facility_location,
    FACILITY,
    solution(
        10.0,
        (0, 1),
        sp.csr_array(np.array([[1.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]])),
        "facility",
        7.0,
        price=[2.0, 1.0, 2.0, 2.0],
    ),
)
WHOLE = (
    check.facility_location,
    FACILITY | {"single_source": True},
    solution(10.0, (0, 1), [0, 0, 1, 1], "facility", 7.0, price=[2.0, 1.0, 2.0, 2.0]),
)
MODELS = [MEDIAN, CENTRE, COVERING, SET_COVER, SHARED, WHOLE]


@pytest.mark.parametrize(("checks", "given", "plan"), MODELS)
def test_a_right_solution_has_no_fault(checks, given, plan):
    checked = checks(plan, **given)
    assert checked.faults == ()
    assert (checked.value, checked.proven) == (plan.value, plan.certificate.bound)


@pytest.mark.parametrize(("checks", "given", "plan"), MODELS)
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"value": 5.5}, "value is 5.5"),
        ({"value": np.nan}, "value is nan"),
        ({"chosen": (1, 0)}, "not ascending"),
        ({"chosen": (0, 1, 7)}, "sites are numbered 0 to 2"),
        ({"status": "best"}, "status best"),
        ({"trace": ((0.0, 9.0, 20.0), (1.0, 12.0, 1.0))}, "trace"),
        ({"trace": ((1.0, 9.0, 9.0), (0.0, 9.0, 9.0))}, "trace"),
        ({"assignment": None}, "assignment is not"),
        ({"certificate": None, "prover": "multipliers"}, "no multipliers"),
        ({"certificate": Certificate("other", {}, 1.0)}, "of kind other"),
    ],
)
def test_a_wrong_solution_is_found_out(checks, given, plan, wrong, words):
    faults = checks(replace(plan, **wrong), **given).faults
    assert any(words in fault for fault in faults), faults


def faults_of(model, given=None, **wrong):
    """What the checker says of a plan with these parts replaced."""
    checks, arguments, plan = model
    return "; ".join(checks(replace(plan, **wrong), **arguments | (given or {})).faults)


def with_prices(model, price, bound):
    return replace(model[2].certificate, multipliers={"price": np.array(price)}, bound=bound)


@pytest.mark.parametrize("model", [MEDIAN, CENTRE, SET_COVER, SHARED, WHOLE])
def test_a_bound_above_a_value_is_found_out(model):
    assert "crosses value" in faults_of(model, bound=model[2].value + 1, status="feasible")
    assert "optimal, but" in faults_of(model, bound=model[2].value - 1)


def test_a_bound_below_what_is_covered_is_found_out():
    assert "crosses value" in faults_of(COVERING, bound=3.0, status="feasible")
    assert "optimal, but" in faults_of(COVERING, bound=5.0)


@pytest.mark.parametrize("model", [MEDIAN, CENTRE, COVERING])
def test_more_sites_than_allowed_and_a_closed_one_that_was_fixed(model):
    assert "are open" in faults_of(model, {"p": len(model[2].chosen) - 1})
    assert "sites [2] are not open" in faults_of(model, {"fixed_open": (2,)})


def test_fixed_sites_of_the_others_and_p_of_facilities():
    assert "sites [2] are not open" in faults_of(SET_COVER, {"fixed_open": (2,)})
    assert "sites [2] are not open" in faults_of(WHOLE, {"fixed_open": (2,)})
    assert "2 sites are open, 1 allowed" in faults_of(SHARED, {"p": 1})


@pytest.mark.parametrize("model", [MEDIAN, CENTRE, WHOLE])
def test_wrong_service_is_found_out(model):
    assert "closed site" in faults_of(model, assignment=np.array([0, 0, 2, 1]))
    assert "served by nobody" in faults_of(model, assignment=np.array([0, 0, -1, 1]))
    far = COST.copy()
    far[0, 0] = np.inf
    assert "out of reach" in faults_of(model, {"cost": far})
    assert "assignment is not" in faults_of(model, assignment=np.array([0.0, 0, 1, 1]))


def test_a_farther_site_than_the_nearest_is_found_out():
    said = faults_of(MEDIAN, assignment=np.array([0, 1, 1, 1]), value=9.0, bound=9.0)
    assert "nearest" in said


def test_wrong_covering_is_found_out():
    assert "than are covered" in faults_of(COVERING, assignment=np.array([0, 0, 0, -1]))
    assert "than are covered" in faults_of(COVERING, assignment=np.array([0, -1, -1, -1]))
    said = faults_of(SET_COVER, assignment=np.array([0, 0, 0, 1]))
    assert "does not cover it" in said
    less = faults_of(SET_COVER, chosen=(0,), assignment=np.array([0, 0, -1, -1]), value=2.0)
    assert "points [2, 3] are not covered" in less


def test_wrong_shares_are_found_out():
    def shares(rows):
        return sp.csr_array(np.array(rows, dtype=float))

    right = SHARED[2].assignment.toarray().tolist()
    assert "sum to 1" in faults_of(SHARED, assignment=shares([*right[:3], [0, 0.5, 0]]))
    assert "negative" in faults_of(SHARED, assignment=shares([*right[:3], [-0.5, 1.5, 0]]))
    assert "closed site" in faults_of(SHARED, assignment=shares([*right[:3], [0, 0, 1]]))
    assert "site 0 serves 4" in faults_of(SHARED, assignment=shares([*right[:3], [1, 0, 0]]))
    assert "capacity is 2" in faults_of(WHOLE, {"capacity": np.array([2.0, 4.0, 9.0])})


def test_false_certificates_are_found_out():
    for model, price in (
        (MEDIAN, [8.0, 1, 8, 1]),
        (SHARED, [1.0, 1, 2, 2]),
        (SET_COVER, [1.0, 0, 3, 0]),
    ):
        said = faults_of(model, certificate=with_prices(model, price, model[2].certificate.bound))
        assert "the multipliers prove" in said
    assert "0 and the weight" in faults_of(
        COVERING, certificate=with_prices(COVERING, [4.0, 0, 0, 0], 4.0)
    )
    assert "negative" in faults_of(
        SET_COVER, certificate=with_prices(SET_COVER, [-1.0, 0, 0, 0], 4.0)
    )
    assert "finite" in faults_of(MEDIAN, certificate=with_prices(MEDIAN, [np.inf, 0, 0, 0], 4.0))
    assert "the multipliers prove -inf" in faults_of(
        CENTRE, certificate=with_prices(CENTRE, [1.0, 0, 0, 0], 2.0)
    )


def test_a_bound_that_the_multipliers_do_not_reach_is_not_theirs():
    assert "not proven by the multipliers" in faults_of(SHARED, prover="multipliers")


def test_whole_numbers_round_a_bound():
    checks, given, plan = MEDIAN
    proof = with_prices(MEDIAN, [8.0, 3.0, 8.0, 1.5], 5.5)
    checked = checks(replace(plan, certificate=proof, prover="multipliers"), **given)
    assert (checked.proven, checked.faults) == (6.0, ())
    given = given | {"cost": COST + 0.25}
    assert checks(replace(plan, certificate=proof), **given).proven != 6.0


def test_infeasible_solutions():
    nothing = SitingSolution(
        np.nan, np.nan, "infeasible", (), np.full(4, -1), 0.1, (), "", why="too far"
    )
    far = np.full((4, 3), np.inf)
    assert check.p_median(nothing, far, 2).faults == ()
    assert "there is a plan" in str(check.p_median(nothing, COST, 3).faults)
    assert "there is a plan" in str(check.maximal_covering(nothing, COVERS, 1).faults)
    assert "there is a plan" in str(check.set_cover(nothing, COVERS).faults)
    room = FACILITY | {"capacity": np.full(3, np.inf)}
    assert "there is a plan" in str(check.facility_location(nothing, **room).faults)
    loud = replace(nothing, value=1.0, bound=1.0, chosen=(1,), why="")
    assert len(check.p_median(loud, far, 2).faults) == 4


@pytest.mark.parametrize("model", MODELS)
def test_figures_that_are_none_and_solutions_out_of_form(model):
    assert "crosses" in faults_of(model, bound=np.nan, status="feasible")
    assert "seconds" in faults_of(model, seconds=-1.0)
    assert "does not end with" in faults_of(model, trace=((0.0, 99.0, -99.0),))
    assert "in the trace" in faults_of(model, trace=((5.0, model[2].value, model[2].bound),))
    assert "not a float" in faults_of(model, value=None)
    assert "not a tuple" in faults_of(model, chosen=list(model[2].chosen))
    assert "not a tuple" in faults_of(model, trace=None)
    assert "chosen names" in faults_of(model, chosen=tuple(map(float, model[2].chosen)))
    assert "certificate" in faults_of(
        model, certificate=replace(model[2].certificate, multipliers=None)
    )


def test_false_claims_that_there_is_no_plan():
    nothing = SitingSolution(
        np.nan, np.nan, "infeasible", (), np.full(4, -1), 0.1, (), "", why="too far"
    )
    for checks in (check.p_median, check.p_centre):
        assert "there is a plan" in str(checks(nothing, COST, 1).faults)
    assert "there is a plan" in str(check.facility_location(nothing, **FACILITY).faults)
    few = FACILITY | {"capacity": np.ones(3)}
    assert check.facility_location(nothing, **few).faults == ()
