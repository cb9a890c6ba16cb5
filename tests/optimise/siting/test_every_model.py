"""What holds for all siting models: what they refuse, take, return, and leave alone."""

import json
import pickle
import signal
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp

from optimise.siting import (
    check,
    facility_location,
    maximal_covering,
    p_centre,
    p_median,
    set_cover,
)

COST = np.array([[1.0, 2, 3], [4, 5, 6]])
COVERS = np.array([[True, False, True], [False, True, True]])
GIVEN = {
    p_median: {"cost": COST, "p": 1, "weights": [1.0, 2]},
    p_centre: {"cost": COST, "p": 1},
    maximal_covering: {"covers": COVERS, "p": 1, "weights": [1.0, 2]},
    set_cover: {"covers": COVERS, "opening_cost": [1.0, 2, 3]},
    facility_location: {
        "cost": COST,
        "demand": [1.0, 2],
        "capacity": [3.0, 3, 3],
        "opening_cost": [1.0, 1, 1],
        "single_source": False,
    },
}
BEYOND = 10**400
ONE_MASKED = np.ma.masked_array([1.0, 1, 1], mask=[True, False, False])

OPTIONS = [
    ("fixed_open", None),
    ("fixed_open", 0),
    ("time_limit", BEYOND),
    ("time_limit", True),
    ("time_limit", np.timedelta64(1, "s")),
    ("time_limit", np.complex128(1)),
    ("workers", "two"),
    ("seed", np.True_),
]
AMOUNTS = [
    ("cost", [[BEYOND, 1, 1]] * 2),
    ("cost", COST + 1j),
    ("cost", [["1", "2", "3"]] * 2),
    ("cost", np.ma.masked_array(COST, COST > 4)),
    ("covers", [["a", "b", "c"]] * 2),
    ("weights", [BEYOND, 1]),
    ("weights", [1e308, 1e308]),
    ("demand", [1e308, 1e308]),
    ("capacity", [[1], 2, 3]),
    ("capacity", ["1", "2", "3"]),
    ("capacity", [1j, 1, 1]),
    ("capacity", ONE_MASKED),
    ("opening_cost", [BEYOND, 1, 1]),
    ("opening_cost", ONE_MASKED),
    ("single_source", "no"),
    ("single_source", np.array([1, 2])),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("name", "value"), OPTIONS)
@pytest.mark.parametrize("solve", GIVEN)
def test_a_malformed_option_is_a_value_error_that_names_it(solve, name, value):
    with pytest.raises(ValueError, match=name):
        solve(**GIVEN[solve] | {name: value})


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("name", "value"), AMOUNTS)
def test_malformed_input_is_a_value_error_that_names_it(name, value):
    solvers = [solve for solve, given in GIVEN.items() if name in given]
    assert solvers
    for solve in solvers:
        with pytest.raises(ValueError, match=name):
            solve(**GIVEN[solve] | {name: value})


def test_costs_too_large_to_be_summed():
    for solve in (p_median, facility_location):
        with pytest.raises(ValueError, match=r"cost .*too large to be summed"):
            solve(**GIVEN[solve] | {"cost": np.full((2, 3), 1e308)})
    assert p_centre(np.full((2, 3), 1e308), 1).value == 1e308


@pytest.mark.parametrize(
    "form",
    [
        lambda c: c.astype(np.float16),
        lambda c: c.astype(">i4"),
        lambda c: c.astype(object),
        np.asfortranarray,
        lambda c: np.repeat(c, 2, axis=0)[::2],
        lambda c: sp.csr_array((c.ravel().astype(int), np.tile([0, 1, 2], 2), [0, 3, 6])),
        sp.dok_array,
        sp.bsr_array,
    ],
)
def test_covers_in_any_form(form):
    assert maximal_covering(form(COVERS), 1).chosen == (2,)
    assert set_cover(form(COVERS)).chosen == (2,)


def test_solutions_are_plain_data_and_the_checker_finds_nothing():
    for solve, given in GIVEN.items():
        before = pickle.dumps(given)
        found = solve(**given, fixed_open=np.array([1], dtype=np.int8), workers=1)
        assert pickle.dumps(given) == before
        assert getattr(check, solve.__name__)(found, **given, fixed_open=(1,)).faults == ()
        assert json.loads(json.dumps([found.value, found.chosen, found.trace])) is not None
        assert found.trace[-1][1:] == (found.value, found.bound)
        assert pickle.loads(pickle.dumps(found)).chosen == found.chosen
        assert found in [found]  # compared as objects: arrays have no truth
        assert hash(found)


def test_a_point_of_weight_0_is_served_by_its_nearest_site():
    cost = np.array([[5.0, 1, 9], [1, 5, 9], [9, 9, 0]])
    found = p_median(cost, 2, [1.0, 0, 1])
    assert found.chosen == (1, 2)
    assert found.assignment.tolist() == [1, 1, 2]


def test_nobody_covered_is_no_fault():
    nowhere = np.zeros((3, 2), dtype=bool)
    assert check.maximal_covering(maximal_covering(nowhere, 1), nowhere, 1).faults == ()


def test_no_bound_in_a_trace_excludes_the_value():
    """Sums in another order: the bound was 1.4, the value 1.4000000000000001."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        covers, weights = rng.random((10, 6)) < 0.3, rng.choice([0.1, 0.2, 0.3, 0.7], 10)
        found = maximal_covering(covers, 2, weights)
        assert all(bound >= found.value for *_, bound in found.trace)


CTRL_C = """
import os, signal, threading
import numpy as np
from optimise.siting import maximal_covering
covers = np.random.default_rng(3).random((300, 200)) < 0.05
threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
maximal_covering(covers, 15, np.random.default_rng(4).random(300), time_limit=4.0, workers=1)
"""


def test_ctrl_c_is_pythons():
    """SCIP answered it, said so on standard output, and the search went on."""
    done = subprocess.run(
        [sys.executable, "-c", CTRL_C], capture_output=True, text=True, timeout=60, check=False
    )
    assert "KeyboardInterrupt" in done.stderr
    assert done.stdout == ""
    assert done.returncode in (-signal.SIGINT, 130)
