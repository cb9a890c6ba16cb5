"""What was fitted, part by part, with intervals: the log's, widened by what replications add."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from sim.arrays import F64
from sim.log.rates import DAY_NAMES, LEAD_EDGES, AskingRates
from sim.log.records import BookingLog
from sim.log.recovery import log_interval, pool
from sim.scenario.schema.distributions import Histogram
from sim.scenario.schema.scenario import Scenario


def total_asking(rate: F64, days: F64) -> float:
    """Requests of a day, from (K, 2, 24) rates and the shares of weekdays and weekend days."""
    return float((rate.sum(axis=(0, 2)) * days).sum())


def pooled_rates(logged: AskingRates) -> tuple[F64, F64]:
    """(K, 2, 24) rates, each kind's week pooled towards that of all kinds; weight of its own.

    How strongly is decided by the data (random effects), so a kind with many bookings keeps its
    curve and a rare one takes that of all.
    """
    rate, own = logged.rate.copy(), np.ones(len(logged.rate))
    shape = logged.rate.sum(axis=0)
    for k in range(len(rate)):
        if rate[k].sum() <= 0 or len(rate) == 1:
            continue
        prior = shape / shape.sum() * rate[k].sum()
        cells = (logged.rate[k].ravel(), logged.low[k].ravel(), logged.high[k].ravel())
        pooled, weight = pool(*cells, prior.ravel())
        open_ = (logged.rate[k] > 0).ravel()
        pooled = np.where(open_, pooled, 0.0)
        rate[k] = (pooled * rate[k].sum() / max(pooled.sum(), 1e-12)).reshape(2, 24)
        own[k] = float((weight * cells[0]).sum() / cells[0].sum())
    return rate, own


def level_factor(logged: AskingRates, days: F64, more: float) -> float:
    """Upper end over the mean of all asking; its log is `more` times as wide."""
    mean = np.array(total_asking(logged.rate, days))
    draws = (logged.draws.sum(axis=(1, 3)) * days).sum(axis=1)
    return float((log_interval(mean, draws, logged.weeks)[1] / mean) ** more)


def fitted_parts(
    fit: tuple[float, float, Scenario],
    requests: F64,
    own: F64,
    log: BookingLog,
    logged: AskingRates,
    days: F64,
    more: float,
) -> pd.DataFrame:
    """What was fitted: level, requests of a day by kind, shares of a day by hour, lead times.

    Parameters
    ----------
    fit
        Level, level had bookings been demand, fitted scenario.
    requests
        (K, 2, 24) of a day.
    more
        Intervals are of the relative width that the log's rates have, times this: a few
        replications add noise of their own.
    """
    level, plain, scenario = fit
    wide = level_factor(logged, days, more)
    rows: list[tuple[object, ...]] = [
        ("level", "all", level, level / wide, level * wide, plain, 1.0)
    ]

    def add(
        part: str, name: str, value: float, mean: float, draws: F64, naive: float, w: float
    ) -> None:
        high = float(log_interval(np.array(mean), draws, logged.weeks)[1])
        factor = (high / mean) ** more
        rows.append((part, name, value, value / factor, value * factor, naive, w))

    for k, name in enumerate(scenario.kinds):
        value, mean, naive = (
            float(a[k].sum(axis=1) @ days) for a in (requests, logged.rate, logged.plain)
        )
        if mean > 0:
            draws = logged.draws[:, k].sum(axis=2) @ days
            add("kind", name, value, mean, draws, naive, float(own[k]))
    week, mean_week, plain_week = (a.sum(axis=0) for a in (requests, logged.rate, logged.plain))
    draws_week = logged.draws.sum(axis=1)
    for d, hour in zip(*np.nonzero(mean_week), strict=True):
        value, mean, naive = (float(a[d, hour] / a[d].sum()) for a in (week, mean_week, plain_week))
        draws = draws_week[:, d, hour] / draws_week[:, d].sum(axis=1)
        add("hour", f"{DAY_NAMES[d]} {hour:02d}", value, mean, draws, naive, 1.0)
    return pd.DataFrame(
        [*rows, *_lead_parts(scenario, log, logged, more)],
        columns=["part", "name", "value", "low", "high", "plain", "own"],
    )


def _lead_parts(
    scenario: Scenario, log: BookingLog, logged: AskingRates, more: float
) -> Iterator[tuple[object, ...]]:
    """Shares of wishes asked within so many days, as fitted; binomial intervals (Wilson)."""
    leads = scenario.demand.lead_days
    if not isinstance(leads, Histogram) or not log.has_times or not logged.leads:
        return
    every = np.histogram(log.lead_days, LEAD_EDGES)[0].cumsum() / len(log)
    fitted = np.cumsum(leads.weights) / np.sum(leads.weights)
    number = round(logged.leads / more**2)
    for edge, value, share, naive in zip(
        leads.edges[1:-1], fitted, logged.lead.cumsum(), every, strict=False
    ):
        sure = binomtest(round(share * number), number).proportion_ci(0.95, "wilson")
        ends = (value + sure.low - share, value + sure.high - share)
        yield ("lead", f"within {edge:g} days", value, *ends, naive, 1.0)
