"""Fit a scenario to a log: level by kind and tier, the curve over the week, the season, leads.

Simulated moments on common random numbers: the same estimator of asking reads the log and
replications of the scenario, and every part of the scenario is moved by the ratio of what both
say, until they agree. So what the estimator cannot see (rooms that staff hold back, people who
shift to the next hour) biases both sides alike. What is not hidden by full hours is read off:
lengths, parties, cancellations, no-shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from sim.arrays import F64, I64
from sim.experiment.replicate import run_replications
from sim.experiment.study import Recipe, fixed_number
from sim.log.rates import (
    DAY_NAMES,
    LEAD_EDGES,
    AskingRates,
    asking_rates,
    months_of,
    usual_hours,
)
from sim.log.records import BookingLog
from sim.log.recovery import log_interval, pool
from sim.log.shapes import moved, with_fates, with_uses
from sim.log.simulated import LogReader, build_reader, read_replication
from sim.log.window import over_log
from sim.model import History, build_model
from sim.scenario.inputs import Inputs
from sim.scenario.schema.distributions import Histogram
from sim.scenario.schema.scenario import Scenario

REPLICATIONS = 4
ROUNDS = 8
RESAMPLES = 40
CLOSE, OF_WIDTH = 0.01, 0.25
"""Log gap of the level at which the search ends: this, or a share of the log's own half-width."""


@dataclass(frozen=True, slots=True)
class LogFit:
    """A scenario fitted to a log.

    Attributes
    ----------
    level
        Factor on all wishes, apart from the shapes.
    scenario
        The scenario with fitted shapes, its level 1 times `level`.
    parts
        `part`, `name`, `value`, `low`, `high`, `plain` (had bookings been demand), `own` (weight
        of the cells' own record, 1: not pooled).
    cells
        Rooms and hours that fill on some days, with their bounds.
    timed
        Whether the log says when bookings were made.
    reached
        Whether simulated asking agrees with the log's.
    """

    level: float
    scenario: Scenario
    parts: pd.DataFrame
    cells: pd.DataFrame
    timed: bool
    reached: bool


@dataclass(frozen=True, slots=True)
class _Simulated:
    """A replication as a log, and what no log has.

    Attributes
    ----------
    asked
        (K, 2, 24) requests of a day, by preferred start.
    wished
        (K, D) wishes for each day.
    """

    log: BookingLog
    asked: F64
    wished: F64


def _measure(reader: LogReader, history: History) -> _Simulated:
    world = reader.model.world
    wishes, days = history.wishes, reader.frame.days
    kind = reader.model.plan.cells.kind[wishes.cell.astype(np.int64)]
    day, slot = np.divmod(wishes.start.astype(np.int64), world.slots)
    day -= world.calendar.count_from
    inside = (day >= 0) & (day < days)
    wished = np.zeros((len(world.kinds), days))
    np.add.at(wished, (kind[inside], day[inside]), 1.0)
    wish = history.asked[inside[history.asked]]
    asked = np.zeros((len(world.kinds), 2, 24))
    weekend = reader.weekend.astype(np.int64)
    np.add.at(asked, (kind[wish], weekend[day[wish]], slot[wish] * world.grid // 60), 1.0)
    asked /= np.maximum(np.bincount(weekend, minlength=2), 1)[:, None]
    return _Simulated(read_replication(reader, history), asked, wished)


def expected_by_day(reader: LogReader) -> F64:
    """(K, D) wishes for each day that a model expects."""
    plan, first = (
        reader.model.plan,
        reader.model.world.calendar.count_from + reader.model.plan.offset,
    )
    rates = np.zeros((len(reader.frame.kinds), len(plan.profiles.day)))
    np.add.at(rates, (plan.cells.kind, plan.cells.profile), plan.cells.rate * plan.volume)
    return np.asarray(rates @ plan.profiles.day[:, first : first + reader.frame.days])


READ: Recipe[LogReader, _Simulated] = Recipe(build_reader, _measure, bookings_only=True)


def fit_to_log(
    inputs: Inputs,
    log: BookingLog,
    notify: Callable[[str], None] = lambda words: None,
    *,
    replications: int = REPLICATIONS,
    jobs: int | None = None,
) -> LogFit:
    """Fit a scenario's demand to a log of its venues."""
    inputs = over_log(inputs, log)
    log = log.by_people
    reader = build_reader(build_model(inputs))
    hours = usual_hours(log, reader.frame)
    logged = asking_rates(log, reader.frame, reader.weekend, hours, RESAMPLES)
    target, own = pooled_rates(logged)
    scenario = with_fates(inputs.scenario, log, reader.frame)
    level = inputs.level * scenario.demand.multiplier
    demand = scenario.demand.model_copy(update={"multiplier": 1.0, "level": 1.0, "fit": None})
    scenario = scenario.model_copy(update={"demand": demand})
    days = np.array([(~reader.weekend).sum(), reader.weekend.sum()]) / len(reader.weekend)
    gap = np.inf
    close = max(CLOSE, OF_WIDTH * float(np.log(_factor(logged, days, 1.0))))
    for number in range(ROUNDS):
        now = replace(inputs, scenario=scenario, level=level)
        made, asked, logs = _simulated(now, replications, jobs, hours, log.has_times)
        gap = float(np.log(_total(target, days) / max(_total(made.rate, days), 1e-9)))
        notify(f"round {number + 1}: level {level:.4f}, asking {np.expm1(gap):+.1%} to go")
        if number >= 2 and abs(gap) < close:  # shapes need a few rounds too
            break
        scenario = moved(scenario, logged, target, made, days, reader.frame)
        scenario = with_uses(scenario, log, logs, reader.frame)
        level *= float(np.exp(np.clip(gap, -1.5, 1.5)))
    plain = level * _total(logged.plain, days) / max(_total(target, days), 1e-9)
    return LogFit(
        level=level,
        scenario=scenario,
        parts=_parts(
            (level, plain, scenario),
            np.where(made.rate > 0, asked * target / np.maximum(made.rate, 1e-12), 0.0),
            own,
            log,
            logged,
            days,
            float(np.sqrt(1.0 + 1.0 / replications)),
        ),
        cells=logged.cells.sort_values("days_full", ascending=False).reset_index(drop=True),
        timed=log.has_times,
        reached=abs(gap) < close,
    )


def _total(rate: F64, days: F64) -> float:
    return float((rate.sum(axis=(0, 2)) * days).sum())


def _simulated(
    inputs: Inputs, n: int, jobs: int | None, hours: I64, timed: bool
) -> tuple[AskingRates, F64, list[BookingLog]]:
    """Asking as the same estimator reads it off replications, and as it was: means over them."""
    model = build_model(inputs)
    reader = build_reader(model)
    results = run_replications(
        inputs, READ, fixed_number(n), model=model, prepared=reader,
        seed=inputs.scenario.experiment.seed, jobs=jobs,
    )  # fmt: skip
    logs = [r.log for r in results]
    if not timed:
        logs = [replace(x, made=np.full(len(x), np.datetime64("NaT", "m"))) for x in logs]
    found = [asking_rates(x, reader.frame, reader.weekend, hours) for x in logs]
    rate, plain, tier, month, lead, asked = (
        np.mean([getattr(f, name) for f in of], axis=0)
        for of, names in (
            (found, ("rate", "plain", "tier", "month", "lead")),
            (results, ("asked",)),
        )
        for name in names
    )
    # a few replications have more or fewer wishes than their model expects: days differ
    wished, expected = np.mean([r.wished for r in results], axis=0), expected_by_day(reader)
    weekend = reader.weekend.astype(np.int64)
    luck = np.stack(
        [_shares(wished[:, weekend == d].sum(axis=1), expected[:, weekend == d].sum(axis=1))
         for d in range(2)], axis=1
    )  # fmt: skip
    of_month = months_of(reader.frame)
    monthly = np.stack([np.bincount(of_month, x.sum(axis=0), 12) for x in (wished, expected)])
    mean = replace(
        found[0],
        rate=rate / luck[:, :, None],
        plain=plain,
        tier=tier,
        month=month / _shares(monthly[0], monthly[1]),
        lead=lead,
    )
    return mean, asked / luck[:, :, None], logs


def _shares(some: F64, of: F64) -> F64:
    return np.divide(some, of, out=np.ones_like(of), where=(some > 0) & (of > 0))


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


def _factor(logged: AskingRates, days: F64, more: float) -> float:
    """Upper end over the mean of all asking; its log is `more` times as wide."""
    mean = np.array(_total(logged.rate, days))
    draws = (logged.draws.sum(axis=(1, 3)) * days).sum(axis=1)
    return float((log_interval(mean, draws, logged.weeks)[1] / mean) ** more)


def _parts(
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
    wide = _factor(logged, days, more)
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
