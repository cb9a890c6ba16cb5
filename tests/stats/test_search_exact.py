"""What a search asks for and reads, step by step and by formula."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.stats.refine import RefinementPlan, Wanted
from sim.stats.search import CrossingSearch

NAN = np.nan


def told(search, curve):
    """Tell everything that is asked for now: curve(multiplier, first, last)."""
    for w in search.ask():
        search.add(w.multiplier, curve(w.multiplier, w.first, w.last), first=w.first)
    return search


def test_targets():
    assert CrossingSearch(1.0, 1).targets.tolist() == [1.0]
    for wrong in (0.0, -0.1, 1.1, [0.5, 0.0], [[0.5]], [NAN]):
        with pytest.raises(ValueError, match="targets are shares above 0 and at most 1"):
            CrossingSearch(wrong, 3)
    with pytest.raises(ValueError, match="at least 1 replication is needed, not 0"):
        CrossingSearch(0.5, 0)


def test_what_is_missing_is_asked_for_in_runs():
    """Of five replications at 1 and 3: the second and the last two told, then all of 3."""
    search = CrossingSearch([0.9], 5, plan=RefinementPlan(start=(1.0, 3.0)))
    assert search.ask() == search.ask() == [Wanted(1.0, 0, 5), Wanted(3.0, 0, 5)]
    search.add(1.0, [[0.5]], first=1)
    search.add(1.0, [[0.5], [0.4]], first=3)
    assert search.ask() == [Wanted(1.0, 0, 1), Wanted(1.0, 2, 3), Wanted(3.0, 0, 5)]
    search.add(3.0, [[0.5]] * 5)
    assert search.ask() == [Wanted(1.0, 0, 1), Wanted(1.0, 2, 3)]
    assert search.curves().multipliers.tolist() == [3.0]


def test_curves_are_t_intervals_by_multiplier_and_group():
    """Of shares of totals; also told in pieces and out of order; of nothing is left out."""
    rng = np.random.default_rng(3)
    search = CrossingSearch([0.9, 0.8], 4, 0.8, RefinementPlan(start=(1.0, 2.0)))
    search.ask()
    part = {m: rng.integers(1, 9, (4, 2)).astype(float) for m in (1.0, 2.0)}
    whole = {m: part[m] + rng.integers(1, 9, (4, 2)) for m in part}
    part[2.0][1, 1] = whole[2.0][1, 1] = 0
    for m in (2.0, 1.0):
        for first in (2, 0):
            rows = slice(first, first + 2)
            search.add(m, part[m][rows], whole[m][rows], first=first)
    curves = search.curves()
    assert curves.multipliers.tolist() == [1.0, 2.0]
    for i, m in enumerate((1.0, 2.0)):
        for g in range(2):
            a, b = (x[m][whole[m][:, g] > 0, g] for x in (part, whole))
            share = a.sum() / b.sum()
            x = share + (a - share * b) / b.mean()
            half = stats.t.ppf(0.9, len(x) - 1) * x.std(ddof=1) / math.sqrt(len(x))
            got = curves.mean[i, g], curves.low[i, g], curves.high[i, g]
            assert got == pytest.approx((x.mean(), x.mean() - half, x.mean() + half))
            assert curves.n[i, g] == len(x)


@pytest.mark.filterwarnings("error")
def test_shares_of_one_and_of_nothing():
    """1 of 1, 0 of 1 and nothing of nothing: a half of two."""
    search = CrossingSearch([0.9], 3, plan=RefinementPlan(start=(1.0,)))
    search.ask()
    search.add(1.0, [[1], [0], [0]], [[1], [1], [0]])
    curves = search.curves()
    assert (curves.mean.item(), curves.n.item()) == (0.5, 2)


def test_before_anything_is_told_nothing_is_known():
    search = CrossingSearch([0.9, 0.5], 3)
    search.ask()
    search.add(1.0, [[0.5, 0.5]])
    curves = search.curves()
    for part in (curves.mean, curves.low, curves.high, curves.n):
        assert part.shape == (0, 2)
    assert [c.multiplier for c in search.crossings()] == [None, None]


def test_without_denominators_a_replication_is_one():
    """All served in three, of which one has no value: two units at 80 %, below which 0.1^(1/2)."""
    search = CrossingSearch([0.9, 0.5], 3, 0.8, RefinementPlan(start=(1.0,)))
    search.ask()
    search.add(1.0, [[1, 0], [NAN, 0], [1, 0]])
    curves = search.curves()
    assert curves.low[0].tolist() == pytest.approx([0.1 ** (1 / 2), 0])
    assert curves.high[0].tolist() == pytest.approx([1, 1 - 0.1 ** (1 / 3)])
    assert curves.n[0].tolist() == [2, 3]


def test_one_replication_leaves_no_limit():
    search = CrossingSearch([0.9, 0.5], 1, plan=RefinementPlan(start=(1.0,)))
    search.ask()
    search.add(1.0, [[30, 0]], [[30, 30]])
    curves = search.curves()
    assert np.isnan([curves.low, curves.high]).all()


def test_all_or_none_served_elsewhere_counts_where_it_says_as_much():
    """All of 20, 60, 40 served at 1, 2, 3 but not at 4; none of 10, 50, 30 of another at 2, 3, 4.

    All at a larger multiplier says as much of a smaller one, none at a smaller of a larger one.
    """
    search = CrossingSearch([0.9, 0.5], 2, plan=RefinementPlan(start=(1.0, 2.0, 3.0, 4.0)))
    search.ask()
    all_of = {1.0: 10, 2.0: 30, 3.0: 20, 4.0: 500}
    none_of = {1.0: 700, 2.0: 5, 3.0: 25, 4.0: 15}
    for m in all_of:
        served = [[all_of[m] - (m == 4) * 9, 7 * (m == 1)], [all_of[m], 8 * (m == 1)]]
        search.add(m, served, [[all_of[m], none_of[m]]] * 2)
    curves = search.curves()
    assert curves.low[:3, 0] == pytest.approx([0.025 ** (1 / n) for n in (60, 60, 40)])
    assert curves.high[1:, 1] == pytest.approx([1 - 0.025 ** (1 / n) for n in (10, 50, 50)])
    assert curves.high[:3, 0].tolist() == [1, 1, 1]
    assert curves.low[1:, 1].tolist() == [0, 0, 0]


def test_refusals_say_what_was_expected():
    search = CrossingSearch([0.9, 0.8], 3, plan=RefinementPlan(start=(1.0,)))
    search.ask()
    for values, of, first, said in (
        ([0.5, 0.5], None, 0, r"replications x 2 groups expected, got \(2,\)"),
        ([[0.5]], None, 0, r"got \(1, 1\)"),
        ([[1, 2]], [[3]], 0, r"shapes differ: \(1, 2\) and \(1, 1\)"),
        ([[0.5, -0.1]], None, 0, "between 0 and 1"),
        ([[0.5, 1.1]], None, 0, "between 0 and 1"),
        ([[3, 1]], [[2, 2]], 0, "between 0 and 1"),
        ([[0.5, 0.5]], None, -1, "replications 0 to 2 were asked for"),
        ([[0.5, 0.5]], None, 3, "replications 0 to 2 were asked for"),
        ([[0.5, 0.5]] * 2, None, 2, "replications 0 to 2 were asked for"),
    ):
        with pytest.raises(ValueError, match=said):
            search.add(1.0, values, of, first)
    with pytest.raises(ValueError, match=r"multiplier 3.0 was not asked for"):
        search.add(3.0, [[0.5, 0.5]])
    search.add(1.0, [[0.0, 1.0]] * 2, first=1)
    assert search.ask() == [Wanted(1.0, 0, 1)]


SPREAD = np.array([[-1.0], [1], [-1], [1]])
HALF = stats.t.ppf(0.975, 3) * math.sqrt(4 / 3 / 4)
"""Half-width of the mean of `SPREAD`."""


def line(scale):
    """0.9 at 2, falling by 0.1 a unit of log m, with parallel bands: what is read is exact."""

    def curve(m, first, last):
        return 0.9 - 0.1 * np.log(m / 2) + scale * np.resize(SPREAD, (last, 1))[first:last]

    return curve


@pytest.mark.parametrize(
    ("ratio", "most", "wanted"),
    [
        (0.999, 99, 4),
        (1.1, 99, 5),
        (1.3, 99, 7),
        (1.41, 99, 8),
        (3.0, 99, 8),
        (3.0, 6, 6),
        (3, 4, 4),
    ],
)
def test_replications_grow_with_the_square_of_the_width_but_not_more_than_twofold(
    ratio, most, wanted
):
    """4 x 1.1^2 = 4.84, 4 x 1.3^2 = 6.76, 4 x 1.41^2 = 7.95; at most 8, and at most the cap."""
    scale = 0.001
    x = scale * HALF / 0.1
    width = math.sinh(x)  # (2 e^x - 2 e^-x) / (2 x 2)
    plan = RefinementPlan(start=(1.0, 2.0, 4.0), half_width=width / ratio, most_replications=most)
    search = told(CrossingSearch([0.9], 4, plan=plan), line(scale))
    (got,) = search.crossings()
    assert got.half_width == pytest.approx(width)
    more = search.ask()
    assert search.replications == wanted
    expected = [Wanted(m, 4, wanted) for m in (1.0, 2.0, 4.0)] if wanted > 4 else []
    assert more == expected
    told(search, line(scale))
    assert search.crossings()[0].n == wanted


def test_without_a_wish_or_without_an_interval_nothing_is_added():
    search = told(CrossingSearch([0.9], 4, plan=RefinementPlan(start=(1.0, 2.0, 4.0))), line(0.001))
    assert search.ask() == []
    plan = RefinementPlan(start=(1.0, 2.0, 4.0), largest=4.0, half_width=1e-6)
    search = told(CrossingSearch([0.9], 4, plan=plan), lambda m, a, b: np.full((b - a, 1), 0.95))
    assert search.ask() == []  # an open interval is not waited for
    assert search.replications == 4


def test_the_widest_of_the_groups_decides():
    """Two groups of widths 1 and 1.3 wished for, a third without a crossing."""
    scale = 0.001
    width = math.sinh(scale * HALF / 0.1)

    def curve(m, first, last):
        one, two = line(scale)(m, first, last), line(1.3 * scale)(m, first, last)
        return np.column_stack([one, two, np.full(last - first, NAN)])

    plan = RefinementPlan(start=(1.0, 2.0, 4.0), half_width=width, most_replications=99)
    search = told(CrossingSearch([0.9] * 3, 4, plan=plan), curve)
    search.ask()
    assert search.replications == 7
