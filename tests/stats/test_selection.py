"""KN: its constants, a decision by hand, the probability of a correct selection."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.stats.selection import KimNelson, Selection, kn_constants


def select(values, delta, confidence=0.95, first_stage=10, **other):
    values = np.asarray(values, dtype=float)
    kn = KimNelson(values.shape[1], delta, confidence, first_stage, **other)
    for row in values:
        kn.add(row)
        if kn.finished:
            break
    return kn.result()


def test_constants_solve_the_papers_equation():
    for k, n0, confidence in [(2, 10, 0.95), (5, 24, 0.9), (10, 10, 0.99)]:
        eta, h2 = kn_constants(k, n0, confidence)
        left = (1 + 2 * eta) ** (-(n0 - 1) / 2) / 2
        assert left == pytest.approx((1 - confidence) / (k - 1))
        assert h2 == 2 * eta * (n0 - 1)
    # by hand: k = 2, n0 = 3, alpha = 1/4: 1 / (1 + 2 eta) = 1/2, so eta = 1/2 and h2 = 2
    assert kn_constants(2, 3, 0.75) == pytest.approx((0.5, 2))


def test_a_decision_by_hand():
    """Differences -1, 1, 3: S2 = 4, h2 = 2, delta = 1, so W(r) = max(0, (8 - r) / 2r).

    At r = 3 the mean difference 1 is above W = 5/6. With differences 0, 2, -2 and then 0 it is
    0, ..., never above W before r = 8, where the sign decides.
    """
    first = np.array([-1.0, 1.0, 3.0])
    got = select(np.column_stack([first, np.zeros(3)]), 1, 0.75, 3)
    assert (got.best, got.n, got.eliminated_at) == (0, 3, (None, 3))
    later = np.array([0.0, 2.0, -2.0, 0, 0, 0, 0, 0.1])
    got = select(np.column_stack([np.zeros(8), later]), 1, 0.75, 3)
    assert (got.best, got.n, got.eliminated_at) == (1, 8, (8, None))
    open_still = select(np.column_stack([np.zeros(7), later[:7]]), 1, 0.75, 3)
    assert (open_still.best, open_still.finished, open_still.survivors) == (None, False, (0, 1))


def slippage(k, confidence, trials, seed, common=2.0):
    """(correct selections, replications) with the best better by exactly delta = 1."""
    rng = np.random.default_rng(seed)
    correct = used = 0
    for _ in range(trials):
        kn = KimNelson(k, 1.0, confidence)
        while not kn.finished:
            row = rng.normal(size=k) * 1.5 + common * rng.normal()
            row[k - 1] += 1.0
            kn.add(row)
        got = kn.result()
        correct += got.best == k - 1
        used += got.n
    return correct, used / trials


@pytest.mark.parametrize(("k", "confidence", "trials"), [(2, 0.75, 1500), (5, 0.8, 500)])
def test_probability_of_correct_selection_in_the_slippage_configuration(k, confidence, trials):
    correct, _ = slippage(k, confidence, trials, seed=k)
    error = math.sqrt(trials * confidence * (1 - confidence))
    assert (correct - trials * confidence) / error > -4
    assert correct < trials  # it may err, so the test can see it err too often


def test_what_replications_have_in_common_costs_nothing():
    _, without = slippage(3, 0.9, 150, seed=1, common=0.0)
    _, with_common = slippage(3, 0.9, 150, seed=1, common=50.0)
    assert with_common == pytest.approx(without, rel=0.15)


def test_the_order_of_columns_and_the_direction_do_not_matter():
    rng = np.random.default_rng(3)
    x = np.array([0, 0.2, 0.1, 0.5]) + rng.normal(size=(400, 4))
    got = select(x, 0.2)
    assert got.best == 3
    turned = select(x[:, ::-1], 0.2)
    assert turned.best == 0
    assert turned.eliminated_at == got.eliminated_at[::-1]
    assert select(-x, 0.2, larger_is_better=False) == got


def test_what_was_eliminated_needs_no_value_and_gaps_are_left_out():
    rng = np.random.default_rng(3)
    x = np.array([0, 0.3, 0.4]) + rng.normal(size=(400, 3))
    whole = select(x, 0.2)
    gone = whole.eliminated_at[0]
    assert gone < whole.n
    x[gone:, 0] = np.nan
    assert select(x, 0.2) == whole
    gap = np.insert(x, 5, [0, np.nan, 0], axis=0)
    got = select(gap, 0.2)
    assert (got.left_out, got.n, got.best) == (1, whole.n, whole.best)


def test_what_is_told_after_the_end_is_ignored():
    kn = KimNelson(2, 1.0, at_most=10)
    for row in np.random.default_rng(0).normal(size=(10, 2)) * 9:
        kn.add(row)
    before = kn.result()
    assert before.finished
    assert kn.add([99.0, 0.0]) == before.survivors
    assert kn.result() == before


def test_at_the_cap_nothing_is_claimed_that_was_not_shown():
    rng = np.random.default_rng(7)
    noisy = select(rng.normal(size=(30, 3)), 0.05, at_most=30)
    assert (noisy.best, noisy.finished, noisy.survivors) == (None, True, (0, 1, 2))
    assert noisy.apart > 0.05


def test_how_far_apart_survivors_may_be():
    """Two: the paired t interval -1, 1, 3 (mean 1, error 2 / sqrt 3) at the cap."""
    got = select([[0, -1], [0, 1], [0, 3]], 0.1, 0.95, 3, at_most=3)
    assert got.survivors == (0, 1)
    assert got.apart == pytest.approx(1 + 4.302652730 * 2 / math.sqrt(3))
    assert select([[0, -1], [0, 1]], 0.1, 0.95, 3).apart is None  # not at the end yet
    third = [[0, -1, 99], [0, 1, 99], [0, 3, 99]]  # the worst goes at once, but it was a choice
    got = select(third, 0.1, 0.95, 3, at_most=3, larger_is_better=False)
    assert got.survivors == (0, 1)
    quantile = stats.t.ppf(1 - 0.05 / 3 / 2, 2)
    assert got.apart == pytest.approx(1 + quantile * 2 / math.sqrt(3))


def test_the_bound_at_the_cap_holds_with_the_confidence_asked_for():
    rng = np.random.default_rng(11)
    means = np.array([0.0, 0.3, 0.6])
    held = 0
    for _ in range(600):
        got = select(means + rng.normal(size=(12, 3)), 0.1, 0.8, at_most=12)
        kept = means[list(got.survivors)]
        held += got.apart is None or np.ptp(kept) <= got.apart
    assert (held - 600 * 0.8) / math.sqrt(600 * 0.8 * 0.2) > -4


def test_the_same_system_twice_ties():
    x = np.random.default_rng(2).normal(size=(20, 1))
    got = select(np.column_stack([x, x, x - 5]), 0.5)
    assert (got.best, got.finished, got.survivors, got.n) == (None, True, (0, 1), 10)
    assert got.apart == 0


def test_one_system_is_the_best_at_once():
    got = KimNelson(1, 0.1).result()
    assert (got.best, got.finished, got.n, got.apart) == (0, True, 0, None)


def test_wrong_parameters_are_refused():
    for wrong in ((0, 0.1), (2, 0.0), (2, math.nan), (2, 0.1, 0.5), (2, 0.1, 0.95, 1)):
        with pytest.raises(ValueError, match=r"needed|confidence"):
            KimNelson(*wrong)
    with pytest.raises(ValueError, match="at_most"):
        KimNelson(2, 0.1, at_most=9)
    with pytest.raises(ValueError, match="2 values"):
        KimNelson(2, 0.1).add([1.0, 2.0, 3.0])


def told(values, *parameters, **more):
    """A procedure that was told all rows, ended or not."""
    values = np.asarray(values, dtype=float)
    kn = KimNelson(values.shape[1], *parameters, **more)
    for row in values:
        kn.add(row)
    return kn


def test_parameters_at_their_limits():
    kn_constants(2, 2, 0.501)
    kn_constants(4, 2, 0.251)
    KimNelson(1, 1e-9, confidence=0.0, first_stage=0)  # nothing to choose
    KimNelson(2, 0.1, first_stage=2, at_most=2)


@pytest.mark.parametrize(
    ("k", "n0", "confidence", "said"),
    [
        (1, 10, 0.95, "at least 2"),
        (2, 1, 0.95, "at least 2"),
        (2, 10, 0.5, "between 1/2"),
        (4, 10, 0.25, "between 1/4"),
        (2, 10, 1.0, "between 1/2"),
    ],
)
def test_constants_beyond_them(k, n0, confidence, said):
    with pytest.raises(ValueError, match=said):
        kn_constants(k, n0, confidence)
    if k > 1:
        with pytest.raises(ValueError, match=said):
            KimNelson(k, 0.1, confidence, n0)


def test_refusals_name_what_is_needed():
    for systems, delta in ((0, 0.1), (2, 0.0), (2, -1.0), (1, 0.0)):
        with pytest.raises(ValueError, match=f"delta above 0, not {systems}, {delta}"):
            KimNelson(systems, delta)
    with pytest.raises(ValueError, match="first stage of 10"):
        KimNelson(2, 0.1, at_most=9)
    with pytest.raises(ValueError, match=r"2 values expected, got shape \(3,\)"):
        KimNelson(2, 0.1).add([1.0, 2.0, 3.0])


def test_the_whole_answer_step_by_step():
    """Differences -1, 1, 3 (S2 = 4, reach 8 for delta 1), with a gap in between."""
    kn = KimNelson(2, 1.0, 0.75, 3)

    def state(best, survivors, gone, n, left_out):
        return Selection(best, best is not None, survivors, gone, None, n, left_out, 1.0, 0.75, 3)

    assert kn.result() == state(None, (0, 1), (None, None), 0, 0)
    assert kn.add([-1, 0]) == kn.add([math.nan, 5]) == kn.add([4, math.nan]) == (0, 1)
    assert kn.result() == state(None, (0, 1), (None, None), 1, 2)
    assert kn.add([1, 0]) == (0, 1)
    assert kn.add([3, 0]) == (0,)
    assert kn.result() == state(0, (0,), (None, 3), 3, 2)


def test_equal_means_at_the_end_of_the_reach():
    """Differences 0, 2, -2 and nothing more: at 8 the widths are 0, nobody is beaten, all is said.

    Between them may lie (t of 7 degrees of freedom) sqrt(8 / 7 / 8).
    """
    values = np.column_stack([np.zeros(8), [0, 2, -2, 0, 0, 0, 0, 0]])
    assert not told(values[:7], 1.0, 0.75, 3).finished
    got = told(values, 1.0, 0.75, 3).result()
    assert (got.best, got.finished, got.survivors, got.n) == (None, True, (0, 1), 8)
    assert got.apart == pytest.approx(stats.t.ppf(0.875, 7) * math.sqrt(1 / 7))


def test_the_width_by_hand_before_and_after_the_reach():
    """Differences 0, 2, -2, so W(4) = 4/8, W(6) = 2/12, and 0 from 8 on, in favour of none.

    Sums of 2 + 0.1 and 1 + 0.1 are just enough at 4 and 6; 0.1 less each is not.
    """
    first = [0, 2, -2]
    for later, beaten in (
        ([2.1], True), ([1.9], False), ([0, 0, 1.1], True), ([0, 0, 0.9], False)
    ):  # fmt: skip
        rows = np.array([*first, *later], dtype=float)
        for sign in (1, -1):
            kn = told(np.column_stack([sign * rows, np.zeros(len(rows))]), 1.0, 0.75, 3)
            assert kn.survivors == (((0,) if sign > 0 else (1,)) if beaten else (0, 1))


def test_a_pair_past_its_reach_waits_for_the_others():
    """0 and 1 never differ (reach 0) and stay in, though 2 is still too near to both to say."""
    noisy = np.array([0.0, 2, -2, 0])
    values = np.column_stack([np.zeros(4), np.zeros(4), noisy])
    kn = told(values, 1.0, 0.75, 3)
    assert kn.survivors == (0, 1, 2)
    assert not kn.finished


def test_systems_that_are_always_nothing_tie():
    got = told(np.zeros((3, 3)), 1.0, 0.75, 3).result()
    assert (got.best, got.finished, got.survivors, got.apart) == (None, True, (0, 1, 2), 0)


def test_rounding_beats_nobody():
    """0.1 + 0.2 is above 0.3 by the last digit, in both directions."""
    pair = np.tile([0.1 + 0.2, 0.3], (3, 1))
    for values in (pair, -pair, pair[:, ::-1]):
        got = told(values, 1.0, 0.75, 3).result()
        assert (got.finished, got.survivors) == (True, (0, 1))


def test_a_difference_that_never_varied_is_taken_for_known():
    """By rounding only in the first stage, of numbers near 1e6: 0.1 decides at once."""
    x = -1e6 * np.random.default_rng(1).random(10)
    got = told(np.column_stack([x, x + 0.1]), 50.0).result()
    assert (got.best, got.n) == (1, 10)
    varied = told(np.column_stack([x, x + 0.1 + 0.1 * np.arange(10) % 2]), 0.01).result()
    assert varied.best is None


def test_the_unit_of_measure_does_not_matter():
    x = np.array([0, 0.4, 0.5]) + np.random.default_rng(5).normal(size=(60, 3))
    whole = told(x, 0.3, at_most=60).result()
    assert any(n is not None for n in whole.eliminated_at)
    for scale in (1e-9, 1e9):
        got = told(scale * x, scale * 0.3, at_most=60).result()
        assert (got.best, got.survivors) == (whole.best, whole.survivors)
        assert got.eliminated_at == whole.eliminated_at


def test_variances_are_of_the_first_stage():
    """S2 with n - 1: differences 1, -1 give 2; h2 = 2 eta with eta = (4 - 1) / 2 and n0 = 2.

    Reach 6 for delta 1, and W(2) = 4/4 = 1, W(3) = 3/6, W(4) = 2/8.
    """
    assert kn_constants(2, 2, 0.75) == pytest.approx((1.5, 3))
    first = [1.0, -1.0]
    for later, gone in (([1.6], 3), ([1.4], None), ([0, 1.1], 4), ([0, 0.9], None)):
        rows = np.array([*first, *later])
        got = told(np.column_stack([np.zeros(len(rows)), rows]), 1.0, 0.75, 2).result()
        assert got.eliminated_at == (gone, None)


def test_how_far_apart_the_survivors_of_many_may_be():
    """Three of five are left: the pair that may be farthest, jointly over all ten pairs.

    Which of a pair comes first does not matter.
    """
    rng = np.random.default_rng(8)
    x = np.column_stack([rng.normal(size=(6, 3)) * [1, 2, 1] + [0, 0.2, 0.5], np.full((6, 2), -90)])
    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 3, 1], [2, 3, 1, 4, 0]):
        got = told(x[:, order], 0.5, 0.9, 6, at_most=6).result()
        kept = x[:, order][:, list(got.survivors)]
        assert kept.shape == (6, 3)
        widest = 0.0
        for i, j in ((0, 1), (0, 2), (1, 2)):
            apart = kept[:, i] - kept[:, j]
            half = stats.t.ppf(1 - 0.1 / 10 / 2, 5) * apart.std(ddof=1) / math.sqrt(6)
            widest = max(widest, abs(apart.mean()) + half)
        assert got.apart == pytest.approx(widest)
