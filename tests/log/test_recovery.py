"""Demand is recovered where hours sell out, by the times of booking."""

from __future__ import annotations

import numpy as np
import pytest

from log.logs import log_of
from sim.arrays import F64
from sim.log.recovery import Sales, log_interval, pool, rates_of
from sim.log.sales import LoggedHours, OfferedRooms, logged_hours

TOWNS = 60
ROOMS = 4
PUBLISHED = {  # mean, cv of the day effect: plain, full weeks left out, time open, likelihood, sd
    (3, 0.0): (0.90, 0.65, 1.01, 1.03, 0.09),
    (5, 0.5): (0.64, 0.39, 0.89, 1.01, 0.11),
    (8, 0.0): (0.49, 0.33, 0.99, 1.01, 0.08),
    (8, 0.5): (0.46, 0.26, 0.83, 0.99, 0.10),
    (16, 0.5): (0.25, 0.14, 0.80, 1.01, 0.10),
}
"""Estimate over truth of one hour with four rooms in 52 weeks, as measured beforehand."""


def sold(mean: float, cv: float, seed: int) -> Sales:
    """Weeks in which requests arrive as a Poisson process until the rooms are taken."""
    rng = np.random.default_rng(seed)
    shape = (TOWNS, 52)
    effect = rng.gamma(cv**-2, cv**2, shape) if cv else np.ones(shape)
    asked = rng.poisson(mean * effect)
    full_at: F64 = np.ones(shape)
    some = asked >= ROOMS  # the fourth of n uniform times
    full_at[some] = rng.beta(ROOMS, asked[some] - ROOMS + 1)
    return Sales(np.minimum(asked, ROOMS).astype(np.float64), full_at)


@pytest.mark.parametrize(("mean", "cv"), PUBLISHED)
def test_table_of_estimates_is_reproduced(mean: int, cv: float) -> None:
    """All four estimators agree with the published table within its noise and ours."""
    sales = sold(mean, cv, seed=1)
    plain, some_free, cautious, likely, _ = PUBLISHED[mean, cv]
    rates = [
        rates_of(Sales(y[None], t[None]))[0][0]
        for y, t in zip(sales.bookings, sales.open_share, strict=True)
    ]
    free = np.where(sales.open_share >= 1.0, sales.bookings, np.nan)
    found = {
        plain: sales.plain,
        some_free: np.nanmean(free[(~np.isnan(free)).any(axis=1)], axis=1),
        cautious: sales.cautious,
        likely: rates,
    }
    for published, values in found.items():
        ratio = np.asarray(values) / mean
        error = np.sqrt(2 * ratio.var(ddof=1) / TOWNS + 0.005**2)  # both tables' noise, rounding
        assert abs(ratio.mean() - published) < 3.3 * error, (published, ratio.mean())


@pytest.mark.slow
def test_shape_is_shared_and_intervals_hold_the_truth() -> None:
    """Cells of a group share the day effect; their 95 % intervals are neither loose nor tight."""
    rng = np.random.default_rng(3)
    truth = np.array([1.0, 3.0, 5.0, 9.0])
    held = []
    for _ in range(20):
        effect = rng.gamma(4.0, 0.25, (4, 52))
        asked = rng.poisson(truth[:, None] * effect)
        full = np.where(asked >= 4, rng.beta(4, np.maximum(asked - 3, 1)), 1.0)
        sales = Sales(np.minimum(asked, 4.0), full)
        rate, shape = rates_of(sales)
        draws = [
            rates_of(Sales(sales.bookings[:, w], sales.open_share[:, w]), shape)[0]
            for w in rng.integers(0, 52, (40, 52))
        ]
        low, high = log_interval(rate, np.array(draws), 52)
        held.append((low <= truth) & (truth <= high))
    assert 67 <= np.sum(held) <= 80  # binomial(80, .95), z within 3.3; cells are independent


def test_pooling_draws_in_what_is_weak() -> None:
    """A cell with a wide interval moves to the shape of its like; a firm one hardly."""
    rate = np.array([10.0, 12.0, 30.0, 30.0])
    width = np.array([1.1, 1.1, 1.1, 4.0])
    pooled, own = pool(rate, rate / width, rate * width, np.full(4, 10.0))
    assert own[2] > 0.9 > 0.6 > own[3]
    assert pooled[2] == pytest.approx(30.0, rel=0.05)
    assert pooled[3] < 27.0


def test_time_open_is_read_off_the_log() -> None:
    """Two rooms: full from the second booking on, open again after a cancellation."""
    log = log_of(
        ["a,2026-03-02T09:00,2026-03-06T18:00,2026-03-06T19:00,kept,",
         "b,2026-03-04T18:00,2026-03-06T18:00,2026-03-06T19:00,cancelled,2026-03-05T18:00",
         "a,2026-03-05T10:00,2026-03-06T10:00,2026-03-06T11:00,kept,",
         "a,2026-03-03T10:00,2026-03-06T12:00,2026-03-06T13:00,kept,",
         "a,2026-03-04T22:00,2026-03-06T14:00,2026-03-06T15:00,kept,",
         "a,2026-03-06T15:00,2026-03-06T16:00,2026-03-06T17:00,kept,"]
    )  # fmt: skip
    first = int(np.datetime64("2026-03-06", "D").astype(int))
    rooms = OfferedRooms(np.array([0, 0]), first, np.ones((2, 24), dtype=bool), np.array([1]))
    hours = logged_hours(log, rooms)
    share = hours.open_share()[0, 0]
    assert hours.bookings[0, 0, [10, 18]].tolist() == [1, 2]
    # the clock: how far ahead bookings were made in hours that never filled
    assert hours.leads == pytest.approx([1 / 24, 1, 5 / 3, 37 / 12])
    assert share[18] == pytest.approx(1.0 - 2 / 4)  # from two days to one
    assert share[10] == 1.0


def test_a_longer_use_needs_the_hours_after_it() -> None:
    """Where uses take two hours, a booking at 18:00 blocks starts at 17:00 as well."""
    log = log_of(["a,2026-03-05T18:00,2026-03-06T18:00,2026-03-06T20:00,kept,"])
    first = int(np.datetime64("2026-03-06", "D").astype(int))
    rooms = OfferedRooms(np.array([0, -1]), first, np.ones((2, 24), dtype=bool), np.array([2]))
    share = logged_hours(log, rooms).open_share()[0, 0]
    assert (np.flatnonzero(share < 1.0)).tolist() == [17, 18, 19]


def test_clock_is_read_off_the_days_that_are_drawn() -> None:
    """Asking on the first day is done early, on the second late: the clock follows the weights."""
    hours = LoggedHours(
        bookings=np.ones((1, 2, 24)),
        sold_out=np.arange(48).reshape(1, 2, 24) == 0,
        shut=np.array([0]),
        since=np.array([3.0]),
        until=np.array([0.0]),
        leads=np.array([1.0, 2.0, 4.0, 5.0]),
        lead_day=np.array([1, 1, 0, 0]),
    )
    shares = [hours.open_share(np.array(w))[0, 0, 0] for w in ([1, 1], [2, 0], [0, 2], [3, 1])]
    assert shares == pytest.approx([0.5, 1.0, 0.125, 0.75])  # 0.125: half an asking of four
    assert hours.open_share()[0, 0, 1] == 1.0
