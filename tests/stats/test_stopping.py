"""The stopping rule: its logic by hand, what its look-ahead is for."""

import numpy as np
import pytest

from sim.stats.intervals import share_intervals, t_interval, t_quantile
from sim.stats.stopping import StoppingRule


def covered_share(values, truth, rule):
    """Share of intervals, after the rule has stopped, that contain the truth; a row each."""
    hits = []
    for row in values:
        got = t_interval(row[: rule.first_done(row)])
        hits.append(got.low <= truth <= got.high)
    return np.mean(hits)


def test_stops_when_small_for_look_ahead_more():
    rule = StoppingRule(precision=0.5, at_most=100)
    steady = np.tile([0.9, 1.1], 50)
    assert rule.first_done(steady) == 10
    assert not rule.done(steady[:9])
    jump = steady.copy()
    jump[7] = 9.0
    assert not rule.done(jump[:10])


def test_first_done_is_the_first_for_which_done_holds():
    rule = StoppingRule(precision=0.3, at_most=60)
    for x in np.random.default_rng(2).normal(size=(20, 60)):
        first = next(n for n in range(1, 61) if rule.done(x[:n]))
        assert rule.first_done(x) == first


def test_look_ahead_starts_again_after_a_failure():
    rule = StoppingRule(precision=0.5, minimum=5, look_ahead=5, at_most=100)
    x = np.tile([0.9, 1.1], 50)
    x[6] = 2.8
    wide = [n for n in range(5, 100) if t_interval(x[:n]).half_width > 0.5]
    assert 7 in wide
    assert rule.first_done(x) == max(wide) + 6


def test_cap_and_minimum():
    noise = np.random.default_rng(1).normal(size=30)
    assert StoppingRule(precision=1e-6, at_most=20).first_done(noise) == 20
    assert StoppingRule(precision=1e-6, at_most=40).first_done(noise) is None
    assert StoppingRule(precision=1.0, at_most=5).first_done(np.zeros(9)) == 5


def test_all_metrics_must_be_small_and_what_never_occurs_is_no_bar():
    rule = StoppingRule(precision=0.5, at_most=50)
    good = np.tile([0.9, 1.1], 10)
    wild = np.tile([-9.0, 9.0], 10)
    assert rule.done(np.column_stack([good, good]))
    assert not rule.done(np.column_stack([good, wild]))
    assert rule.done(np.column_stack([good, np.full(20, np.nan)]))
    once = np.full(20, np.nan)
    once[0] = 1
    assert not rule.done(np.column_stack([good, once]))


def test_nothing_seen_yet_is_not_certainty():
    """Ten replications of 3 requests, none refused: the share may still be 10 %."""
    zero, three = np.zeros(10), np.full(10, 3)
    rule = StoppingRule(precision=0.02)
    assert rule.done(zero)
    assert not rule.done(zero, three)
    assert rule.done(zero, 100 * three)


def test_needed_is_near_what_it_takes():
    rule = StoppingRule(precision=0.1, at_most=1_000)
    x = np.random.default_rng(5).normal(0, 1, size=1_000)
    took = rule.first_done(x)
    assert took is not None
    assert abs(rule.needed(x[:100]) - took) < 0.4 * took
    assert rule.needed(x[:1]) == 10
    assert rule.needed(x[:took]) == took
    assert StoppingRule(precision=1e-9, at_most=60).needed(x[:20]) == 60


def test_shares_all_the_way():
    """`first_done` and `needed` look at shares as `done` does, at the rule's own confidence."""
    rng = np.random.default_rng(8)
    whole = rng.integers(3, 9, size=(60, 2))
    part = rng.binomial(whole, [0.3, 0.05])
    rule = StoppingRule(precision=0.06, confidence=0.8, at_most=60)
    half = [share_intervals(part[:n], whole[:n], 0.8).half_width.max() for n in range(1, 61)]
    first = next(n for n in range(10, 61) if max(half[n - 6 : n]) <= 0.06)
    wider = share_intervals(part[:first], whole[:first]).half_width.max()
    assert first < 60
    assert wider > 0.06  # at 95 %
    assert rule.first_done(part, whole) == first
    assert rule.done(part[:first], whole[:first])
    assert rule.needed(part[:first], whole[:first]) == first
    assert rule.first_done(part[: first - 1], whole[: first - 1]) is None
    zero, three = np.zeros(60), np.full(60, 3)
    strict = StoppingRule(precision=0.02, at_most=60)
    assert strict.first_done(zero) == 10
    assert strict.first_done(zero, three) > 30
    assert strict.needed(zero[:10], three[:10]) == 60


def test_small_enough_is_small_enough():
    """A half-width of exactly the precision will do, at the rule's confidence."""
    x = np.tile([0.0, 1.0], 3)
    half = t_interval(x, 0.8).half_width
    rule = StoppingRule(precision=half, confidence=0.8, minimum=6, look_ahead=0, at_most=9)
    assert rule.done(x)
    assert rule.first_done(x) == 6
    assert not StoppingRule(half, 0.81, minimum=6, look_ahead=0, at_most=9).done(x)


def test_needed_by_hand():
    """The smallest n at which the spread seen so far would do, and the look-ahead."""
    x = np.tile([-1.0, 1.0], 4)
    rule = StoppingRule(precision=0.25, at_most=500)
    spread = x.std(ddof=1)
    enough = next(n for n in range(2, 500) if t_quantile(0.95, n - 1) * spread / n**0.5 <= 0.25)
    assert rule.needed(x) == enough + 5
    exactly = float(t_quantile(0.95, 29) * spread / 30**0.5)
    assert StoppingRule(precision=exactly * (1 + 1e-12), at_most=500).needed(x) == 30 + 5
    assert StoppingRule(precision=exactly * (1 - 1e-12), at_most=500).needed(x) == 31 + 5


def test_needed_is_at_least_what_the_rule_asks_for():
    rule = StoppingRule(precision=5.0, at_most=40)
    assert rule.needed([1.0]) == 10
    assert rule.needed([1.0, 2.0]) == 10  # small at once, but the minimum is still ahead
    assert rule.needed([[np.nan], [np.nan]]) == 10
    assert StoppingRule(5.0, minimum=2, look_ahead=3).needed([1.0, 1.01]) == 5
    assert StoppingRule(0.01).needed([-1.0, 1.0]) == 200  # two replications say something
    few = StoppingRule(precision=1e-9, at_most=7)
    assert few.needed([1.0]) == few.needed([1.0, 2.0, 3.0]) == 7


@pytest.mark.parametrize(
    "right",
    [
        {"minimum": 2, "look_ahead": 0},
        {"minimum": 5, "at_most": 5, "look_ahead": 0},
        {"confidence": 0.01},
        {"confidence": 0.99},
    ],
)
def test_possible_rules_are_accepted(right):
    assert StoppingRule(precision=1e-9, **right).at_most >= 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"precision": 0},
        {"precision": 1, "confidence": 95},
        {"precision": 1, "confidence": 0},
        {"precision": 1, "confidence": 1},
        {"precision": 1, "at_most": 3},
        {"precision": 1, "minimum": 1},
        {"precision": 1, "look_ahead": -1},
    ],
)
def test_impossible_rules_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must|needed"):
        StoppingRule(**wrong)


def test_without_look_ahead_the_coverage_is_lower():
    """What the look-ahead is for; how well the rule itself covers is in tests/verification."""
    x = np.random.default_rng(22).normal(0.5, 0.05, size=(1_000, 100))
    bare = StoppingRule(precision=0.03, minimum=3, look_ahead=0)
    held = StoppingRule(precision=0.03)
    low, right = covered_share(x, 0.5, bare), covered_share(x, 0.5, held)
    assert low < 0.93 <= right
