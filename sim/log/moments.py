"""What is read off a log directly, with intervals: leads, lengths, parties, fates, bookers.

Bookings of a week share its weather and holidays, so intervals come from resampling weeks.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd

from sim.arrays import F64, I64, Bools
from sim.log.records import BLOCK, BookingLog

FEW = 10
"""Cells of fewer people than this are not reported."""
RESAMPLES = 400
LEAD_BANDS = (0, 1, 2, 5, 8, 15, np.inf)
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def hidden(people: F64) -> Bools:
    """Which cells must not be reported: those of few people, and a second one in its row or column.

    Without the second one the first could be had from the total. Empty cells tell of nobody.

    Parameters
    ----------
    people
        (n,) or (rows, columns).
    """
    small = (people > 0) & (people < FEW)
    if people.ndim == 1:
        return np.asarray(_with_second(small[None], people[None])[0])
    while True:
        more = _with_second(_with_second(small, people).T, people.T).T
        if (more == small).all():
            return more
        small = more


def _with_second(small: Bools, people: F64) -> Bools:
    """Hide the smallest other cell of rows in which just one is hidden."""
    small = small.copy()
    for row in np.flatnonzero(small.sum(axis=1) == 1):
        others = np.flatnonzero(~small[row] & (people[row] > 0))
        if len(others):
            small[row, others[np.argmin(people[row, others])]] = True
    return small


def moments_of(log: BookingLog, seed: int = 1) -> pd.DataFrame:
    """What can be read off a log.

    Returns
    -------
    DataFrame
        `moment`, `level`, `value`, `low`, `high` (95 %), `n`; nothing of what is not recorded, and
        nothing of fewer than `FEW` bookings.
    """
    people = log.by_people
    week = (people.days + 3) // 7
    rows = [
        _row(moment, level, values, pick, statistic, seed)
        for moment, level, values, pick, statistic in _readings(log, people, week)
    ]
    table = pd.DataFrame(rows, columns=["moment", "level", "value", "low", "high", "n"])
    return table[table["n"] >= FEW].reset_index(drop=True)


Values = F64 | I64 | Bools
Reading = tuple[str, str, F64, I64, Callable[[F64], float]]


def _readings(log: BookingLog, people: BookingLog, week: I64) -> list[Reading]:
    """Moment, level, values, their weeks, and the statistic."""
    readings: list[Reading] = []

    def add(
        moment: str, level: str, values: Values, of: Bools, how: Callable[[F64], float]
    ) -> None:
        readings.append((moment, level, values[of].astype(np.float64), week[of], how))

    lead, every = people.lead_days, np.ones(len(people), dtype=bool)
    timed = ~np.isnan(lead) if people.has_times else ~every
    for q in QUANTILES:
        how = _quantile(q)
        add("lead days", f"{q:.0%}", lead, timed, how)
        add("duration minutes", f"{q:.0%}", people.minutes, every, how)
        add("party", f"{q:.0%}", people.party, ~np.isnan(people.party), how)
    for name, of, among in (
        ("cancelled share", people.is_cancelled, every),
        ("no-show share", people.is_missed, ~people.is_cancelled),
    ):
        if of.any():  # else they are not recorded
            add(name, "all", of, among, _mean)
            for low, high in pairwise(LEAD_BANDS):
                band = among & timed & (lead >= low) & (lead < high)
                add(name, f"{low:g} to {high:g} days ahead", of, band, _mean)
    known = people.booker >= 0
    add(
        "share of the busiest tenth",
        "bookers",
        people.booker.astype(np.float64),
        known,
        busiest_tenth,
    )
    blocks = log.where(log.status == BLOCK)
    if len(blocks):
        hours = blocks.minutes / 60.0
        blocked = (blocks.days + 3) // 7
        readings.append(("block hours", "mean", hours, blocked, _mean))
    return readings


def _row(
    moment: str, level: str, values: F64, week: I64, how: Callable[[F64], float], seed: int
) -> tuple[str, str, float, float, float, int]:
    """One moment with its interval, weeks resampled."""
    if len(values) < FEW:
        return moment, level, np.nan, np.nan, np.nan, len(values)
    order = np.argsort(week, kind="stable")
    values = values[order]
    pieces = np.split(values, np.flatnonzero(np.diff(week[order])) + 1)
    rng = np.random.default_rng(seed)
    drawn = [
        how(np.concatenate([pieces[i] for i in rng.integers(0, len(pieces), len(pieces))]))
        for _ in range(RESAMPLES if len(pieces) > 1 else 0)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (np.nan, np.nan)
    return moment, level, how(values), float(low), float(high), len(values)


def _mean(values: F64) -> float:
    return float(values.mean())


def _quantile(q: float) -> Callable[[F64], float]:
    return lambda values: float(np.quantile(values, q))


def busiest_tenth(bookers: F64 | I64) -> float:
    """Share of bookings that the busiest tenth of the bookers make."""
    each = np.sort(np.unique(bookers, return_counts=True)[1])
    return float(each[-max(1, len(each) // 10) :].sum() / len(bookers))
