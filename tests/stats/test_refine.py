"""What is simulated next: tolerances, brackets and cells by hand."""

import math
from itertools import pairwise

import numpy as np
import pytest

from sim.stats.refine import Fall, RefinementPlan, first_fall, next_multipliers, tolerance

NAN = np.nan
X = np.arange(6.0)
BENT = np.array([20, 19, 17, 13, 8.5, -1.5])
"""Slopes -1, -2, -4, -4.5, -10, so second differences -1, -2, -0.5, -5.5 at 1 to 4."""


def test_bends_of_the_two_neighbouring_points_and_no_others():
    """Below 15 in the cell from 2 to 3, at half of it: 2 x 1/2 x 1/2 / (2 x 4) with |y''| = 2."""
    assert first_fall(X, BENT, 15) == Fall(2.5, 2, 3, 0.0625)
    back = np.array([30, 20, 15.5, 11.5, 9.5, 8.5])  # bent by 5.5, 0.5, 2, 1
    assert first_fall(X, back, 13.5) == Fall(2.5, 2, 3, 0.0625)


def test_in_the_first_and_the_last_cell_there_is_one_neighbour():
    """Below 19.5 at 1/2, y'' = -1 at 1: 1/4 / 2; below 3.5 at 4.5, y'' = -5.5: 5.5 / 4 / 20."""
    assert first_fall(X, BENT, 19.5) == Fall(0.5, 0, 1, 0.125)
    assert first_fall(X, BENT, 3.5) == Fall(4.5, 4, 5, 0.06875)


def test_points_need_not_be_evenly_apart():
    """Slopes -1, -2, -6 over cells of 1, 2 and 1: y'' = 2 (-1) / 3 and 2 (-4) / 3.

    Below 6 at 1 + 3/2: 8/3 x 3/2 x 1/2 / (2 x 2) = 1/2.
    """
    got = first_fall(np.array([0.0, 1, 3, 4]), np.array([10.0, 9, 5, -1]), 6)
    assert (got.at, got.left, got.right) == (2.5, 1, 3)
    assert got.error == pytest.approx(0.5)


def test_the_error_is_at_most_the_way_to_the_farther_point():
    """Slope -0.1 after -99: the chord is no guide. Below 0.93 at 1.7 and 0.97 at 1.3 of 1 to 2."""
    x, y = np.arange(3.0), np.array([100, 1, 0.9])
    assert first_fall(x, y, 0.93).error == pytest.approx(0.7)
    assert first_fall(x, y, 0.97).error == pytest.approx(0.7)


def test_two_points_alone_bound_it():
    got = first_fall(np.array([2.0, 6.0]), np.array([4.0, 0.0]), 3.0)
    assert got == Fall(3.0, 2.0, 6.0, 3.0)
    assert first_fall(np.array([2.0, 6.0]), np.array([4.0, 0.0]), 1.0).error == 3.0


def test_below_from_the_start_or_never():
    assert first_fall(X, BENT, 20.5) == Fall(-np.inf, -np.inf, 0.0, 0.0)
    assert first_fall(X, BENT, -1.5) == Fall(np.inf, 5.0, np.inf, 0.0)


def test_only_the_first_fall_counts():
    bent = np.array([20, 10, 15, 5, 4, 3.0])
    assert first_fall(X, bent, 12).at == pytest.approx(0.8)
    assert first_fall(X, bent, 10).at == pytest.approx(2.5)  # equal is not below


def test_unknown_points_are_passed_over():
    """As if they had not been tried, also as neighbours."""
    y = np.array([NAN, *BENT[:3], NAN, *BENT[3:], NAN])
    x = np.array([-1, 0, 1, 2, 2.7, 3, 4, 5, 9])
    assert first_fall(x, y, 15) == first_fall(X, BENT, 15)
    assert first_fall(x, y, -9).left == 5
    assert first_fall(x, y, 99).right == 0
    assert first_fall(X, np.full(6, NAN), 1.0) is None


INF = math.inf


def fall(at, error=0.0, left=0.0, right=1.0):
    return Fall(at, left, right, error)


ABOVE, BELOW = fall(INF, 0.0, 1.0, INF), fall(-INF, 0.0, -INF, 0.0)
"""Curves that never fall below the target, and that start below it."""


def test_plans_at_their_limits():
    """Ends of start may be the limits; one multiplier may be enough, and the cap no more."""
    RefinementPlan(start=(2.0,), smallest=2.0, largest=2.0, at_most=1)
    RefinementPlan(start=(1.0, 8.0), smallest=0.001, largest=8.0, at_most=2, half_width=0.001)
    RefinementPlan(step=1.001, accuracy=0.001, resolution=0.001)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": ()}, "ascending"),
        ({"start": (1.0, 1.0, 2.0)}, "ascending"),
        ({"start": (2.0, 1.0, 3.0)}, "ascending"),
        ({"start": (1.0, 200.0)}, "largest"),
        ({"smallest": 1.5}, "smallest"),
        ({"smallest": 0.0}, "smallest"),
        ({"step": 1.0}, "step"),
        ({"accuracy": 0.0}, "accuracy"),
        ({"resolution": 0.0}, "resolution"),
        ({"half_width": 0.0}, "half_width"),
        ({"half_width": -1.0}, "half_width"),
        ({"at_most": 3}, "allow the 4 multipliers"),
    ],
)
def test_plans_beyond_them(wrong, said):
    with pytest.raises(ValueError, match=said):
        RefinementPlan(**wrong)


def test_tolerance_by_hand():
    """A tenth of the half-width in log m, of 0.1 where an end is open; 0.002 at least."""
    plan = RefinementPlan(accuracy=0.1, resolution=0.002)
    middle = fall(0.5)
    assert tolerance((fall(0.2), middle, fall(0.8)), plan) == pytest.approx(0.03)
    assert tolerance((fall(0.49), middle, fall(0.51)), plan) == 0.002
    for ends in ((BELOW, fall(0.8)), (fall(0.2), ABOVE), (BELOW, ABOVE)):
        assert tolerance((ends[0], middle, ends[1]), plan) == pytest.approx(0.01)
    assert tolerance((None, middle, None), plan) == 0.002
    assert tolerance((None, middle, ABOVE), plan) == 0.002
    assert tolerance((BELOW, middle, None), plan) == 0.002
    coarse = RefinementPlan(accuracy=0.5, resolution=0.05)
    assert tolerance((fall(0.2), middle, fall(0.8)), coarse) == pytest.approx(0.15)
    assert tolerance((None, middle, None), coarse) == 0.05


TRIED = np.array([1.0, 2.0, 4.0, 8.0])


def test_brackets_widen_until_the_whole_band_has_crossed():
    plan = RefinementPlan(smallest=0.3, largest=37.0)
    inside = fall(0.5)
    assert next_multipliers(TRIED, [(inside, inside, ABOVE)], plan) == [16.0]
    assert next_multipliers(TRIED, [(BELOW, inside, inside)], plan) == [0.5]
    assert next_multipliers(TRIED, [(BELOW, BELOW, BELOW)], plan) == [0.5]
    assert next_multipliers(TRIED, [(BELOW, inside, ABOVE)], plan) == [0.5, 16.0]
    # what the lower band does above, or the upper one below, does not matter
    assert next_multipliers(TRIED, [(ABOVE, inside, inside)], plan) == []
    assert next_multipliers(TRIED, [(inside, inside, BELOW)], plan) == []
    # one group is enough; a group without values asks for nothing
    nothing = (None, None, None)
    both = [nothing, (inside,) * 3, (inside, inside, ABOVE)]
    assert next_multipliers(TRIED, both, plan) == [16.0]
    assert next_multipliers(TRIED, [nothing], plan) == []


def test_without_bands_the_mean_is_bracketed():
    plan = RefinementPlan(smallest=0.3, largest=37.0)
    assert next_multipliers(TRIED, [(None, ABOVE, None)], plan) == [16.0]
    assert next_multipliers(TRIED, [(None, BELOW, None)], plan) == [0.5]


def test_brackets_end_at_the_limits():
    plan = RefinementPlan(smallest=0.3, largest=37.0)
    open_band = [(BELOW, fall(0.5), ABOVE)]
    assert next_multipliers(np.array([0.5, 20.0]), open_band, plan) == [0.3, 37.0]
    assert next_multipliers(np.array([0.3, 37.0]), open_band, plan) == []
    assert next_multipliers(TRIED, open_band, RefinementPlan(step=3.0, smallest=0.3)) == [
        0.3333,
        24.0,
    ]


def test_the_cap_counts_what_was_tried():
    open_band = [(BELOW, fall(0.5), ABOVE)]
    assert next_multipliers(TRIED, open_band, RefinementPlan(smallest=0.3, at_most=4)) == []
    assert next_multipliers(TRIED, open_band, RefinementPlan(smallest=0.3, at_most=5)) == [0.5]
    assert next_multipliers(TRIED, open_band, RefinementPlan(smallest=0.3, at_most=6)) == [
        0.5,
        16.0,
    ]


def test_cells_with_too_large_an_error_worst_first():
    """Errors 0.02, 0.06 and 0.04 where 0.01 is allowed, in three cells; then as the cap allows."""
    cells = np.log(TRIED)
    one, two, three = (
        fall(cells[i] + 0.3, error, cells[i], cells[i + 1])
        for i, error in enumerate((0.02, 0.06, 0.04))
    )
    group = [
        (fall(0.4), one, fall(0.6)),
        (fall(0.4), two, fall(0.6)),
        (fall(0.4), three, fall(0.6)),
    ]
    at = [round(m * math.exp(0.3), 3) for m in (1, 2, 4)]
    assert next_multipliers(TRIED, group, RefinementPlan()) == at
    assert next_multipliers(TRIED, group, RefinementPlan(at_most=6)) == at[1:]
    assert next_multipliers(TRIED, group, RefinementPlan(at_most=5)) == at[1:2]


def test_equally_bad_cells_come_from_below():
    x = np.log(TRIED)
    low, high = (fall(x[i] + 0.3, 0.04, x[i], x[i + 1]) for i in (0, 2))
    groups = [(fall(0.4), f, fall(0.6)) for f in (high, low)]
    assert next_multipliers(TRIED, groups, RefinementPlan(at_most=5)) == [1.35]


def test_an_error_just_allowed_is_allowed():
    band = fall(0.5), fall(1.5)
    close = tolerance((band[0], fall(1.0), band[1]), RefinementPlan())
    tried = np.exp([0.0, 1.0, 2.0])
    for error, asked in ((close, False), (close * 1.001, True)):
        falls = [(band[0], fall(1.2, error, 1.0, 2.0), band[1])]
        assert bool(next_multipliers(tried, falls, RefinementPlan())) == asked


def test_a_cell_goes_by_the_worst_of_its_groups():
    """Allowed are 0.01 and 0.05: an error of 0.03 in the first is worse than 0.1 in the second."""
    cell = {"left": 0.0, "right": 2.0}
    first = (fall(0.9, 0.0), fall(1.0, 0.03, **cell), fall(1.1, 0.0))
    second = (fall(0.5, 0.0), fall(0.8, 0.1, **cell), fall(1.5, 0.0))
    tried = np.exp([0.0, 2.0])
    for groups in ([first, second], [second, first]):
        assert next_multipliers(tried, groups, RefinementPlan()) == [2.718]


def test_new_points_keep_a_tenth_of_the_cell_away_from_its_ends():
    """A cell from 0 to 2: crossings at 0.05 and 1.95 are looked at from 0.2 and 1.8."""
    tried = np.exp([0.0, 2.0])
    for at, m in ((0.05, 1.221), (1.95, 6.05), (1.0, 2.718)):
        falls = [(fall(at, 0.5, 0.0, 2.0),) * 3]
        assert next_multipliers(tried, falls, RefinementPlan()) == [m]


def test_no_point_is_tried_twice():
    """To four digits a point may be one of the cell's ends, or that of another cell."""
    x = np.log([1.0, 1.0003])
    assert next_multipliers(np.exp(x), [(fall(x[0], 0.1, *x),) * 3], RefinementPlan()) == []
    x = np.log([0.99996, 1.00001, 1.00004])
    falls = [(fall(a, 0.1, a, b),) * 3 for a, b in pairwise(x)]
    assert next_multipliers(np.exp(x), falls, RefinementPlan()) == [1.0]
