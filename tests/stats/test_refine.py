"""What is simulated next: tolerances, brackets and cells by hand."""

import math
from itertools import pairwise

import numpy as np
import pytest

from sim.stats.refine import Fall, RefinementPlan, next_multipliers, tolerance

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
