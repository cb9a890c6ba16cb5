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
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from sim.arrays import F64, I64, Bools
from sim.experiment.replicate import run_replications
from sim.experiment.study import Recipe, fixed_number
from sim.log.check import over_log
from sim.log.features import Frame, build_frame
from sim.log.rates import DAY_NAMES, LEAD_EDGES, AskingRates, asking_rates, usual_hours
from sim.log.records import CANCELLED, NO_SHOW, BookingLog
from sim.log.recovery import log_interval, pool
from sim.log.simulated import simulated_log
from sim.model import History, Model, build_model
from sim.scenario.inputs import Inputs
from sim.scenario.schema.demand import Curve, Kind
from sim.scenario.schema.distributions import Choice, Histogram
from sim.scenario.schema.scenario import Scenario
from sim.world.calendar import day_shapes, spread
from sim.world.places import TIERS

Tier = Literal["subdistrict", "community", "compound"]
REPLICATIONS = 4
ROUNDS = 8
RESAMPLES = 40
CLOSE, OF_WIDTH = 0.01, 0.25
"""Log gap of the level at which the search ends: this, or a share of the log's own half-width."""
MOST = 4.0
"""Most that a weight moves by in one round."""
FEWEST = 50
"""Bookings of a kind from which its lengths and parties are taken from the log."""


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
class LogReader:
    """What reading a replication needs."""

    model: Model
    frame: Frame
    weekend: Bools


def build_reader(model: Model) -> LogReader:
    """Prepare to read replications of a model."""
    calendar = model.world.calendar
    weekend = calendar.weekend[calendar.count_from : calendar.count_until]
    return LogReader(model, build_frame(model.world), weekend)


def read_replication(reader: LogReader, history: History) -> BookingLog:
    """What the booking system has of a replication's counting window."""
    log = simulated_log(reader.model, history)
    day = log.days - reader.frame.first
    return log.where((day >= 0) & (day < reader.frame.days))


def _asked(reader: LogReader, history: History) -> F64:
    """(K, 2, 24) requests of a day, by preferred start: what no log has."""
    world = reader.model.world
    wish = history.asked
    kind = reader.model.plan.cells.kind[history.wishes.cell[wish].astype(np.int64)]
    day, slot = np.divmod(history.wishes.start[wish].astype(np.int64), world.slots)
    day -= world.calendar.count_from
    inside = (day >= 0) & (day < reader.frame.days)
    kind, day, hour = kind[inside], day[inside], slot[inside] * world.grid // 60
    asked = np.zeros((len(world.kinds), 2, 24))
    np.add.at(asked, (kind, reader.weekend[day].astype(np.int64), hour), 1.0)
    days = np.bincount(reader.weekend.astype(np.int64), minlength=2)
    return np.asarray(asked / np.maximum(days, 1)[:, None])


def _measure(reader: LogReader, history: History) -> tuple[BookingLog, F64]:
    return read_replication(reader, history), _asked(reader, history)


READ: Recipe[LogReader, tuple[BookingLog, F64]] = Recipe(build_reader, _measure, bookings_only=True)


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
        made, asked = _simulated(now, replications, jobs, hours, log.has_times)
        gap = float(np.log(_total(target, days) / max(_total(made.rate, days), 1e-9)))
        notify(f"round {number + 1}: level {level:.4f}, asking {np.expm1(gap):+.1%} to go")
        if number >= 2 and abs(gap) < close:  # shapes need a few rounds too
            break
        scenario = moved(scenario, logged, target, made, days, reader.frame)
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
) -> tuple[AskingRates, F64]:
    """Asking as the same estimator reads it off replications, and as it was: means over them."""
    model = build_model(inputs)
    reader = build_reader(model)
    results = run_replications(
        inputs, READ, fixed_number(n), model=model, prepared=reader,
        seed=inputs.scenario.experiment.seed, jobs=jobs,
    )  # fmt: skip
    logs = [log for log, _ in results]
    if not timed:
        logs = [replace(x, made=np.full(len(x), np.datetime64("NaT", "m"))) for x in logs]
    found = [asking_rates(x, reader.frame, reader.weekend, hours) for x in logs]
    mean = {
        name: np.mean([getattr(f, name) for f in found], axis=0)
        for name in ("rate", "plain", "tier", "month", "lead")
    }
    return replace(found[0], **mean), np.mean([asked for _, asked in results], axis=0)


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


def with_fates(scenario: Scenario, log: BookingLog, frame: Frame) -> Scenario:
    """Lengths, parties, cancellations and no-shows as the log has them."""
    kind = frame.kind[log.venue]
    kinds = dict(scenario.kinds)
    for k, name in enumerate(frame.kinds):
        mine = kind == k
        update: dict[str, object] = {}
        if mine.sum() >= FEWEST:
            update["duration_minutes"] = _choice(log.minutes[mine])
            party = log.party[mine & ~np.isnan(log.party)]
            if len(party) >= FEWEST:
                update["party"] = _choice(party)
        kinds[name] = kinds[name].model_copy(update=update)
    demand = scenario.demand
    cancelled = log.status == CANCELLED
    missed = (log.status == NO_SHOW) | (log.checked_in == 0)
    more: dict[str, object] = {}
    if cancelled.any():
        given = {"share": round(float(cancelled.mean()), 4)}
        more["cancellation"] = demand.cancellation.model_copy(update=given)
    if missed.any():
        among = ~cancelled & ((log.status == NO_SHOW) | (log.checked_in >= 0))
        base, slope = _no_shows(log.lead_days[among], missed[among])
        more["no_show"] = demand.no_show.model_copy(update={"base": base, "per_lead_day": slope})
    return scenario.model_copy(update={"kinds": kinds, "demand": demand.model_copy(update=more)})


def _choice(values: F64) -> Choice:
    """The values that occur, with their shares; rare ones (fewer than five) left out."""
    found, number = np.unique(values, return_counts=True)
    often = number >= min(5, number.max())
    weights = (number[often] / number[often].sum()).round(4)
    return Choice(rule="choice", values=found[often].tolist(), weights=weights.tolist())


def _no_shows(lead: F64, missed: Bools) -> tuple[float, float]:
    """Base and slope over days of lead, by least squares; no slope where leads are not known."""
    known = ~np.isnan(lead)
    if known.sum() < FEWEST:
        return round(float(missed.mean()), 4), 0.0
    slope, base = np.polyfit(lead[known], missed[known].astype(np.float64), 1)
    if slope <= 0 or base < 0:
        return round(float(missed.mean()), 4), 0.0
    return round(float(base), 4), round(float(slope), 5)


def moved(
    scenario: Scenario,
    logged: AskingRates,
    target: F64,
    made: AskingRates,
    days: F64,
    frame: Frame,
) -> Scenario:
    """Move every shape by the ratio of what log and replications say of it."""
    by_kind = _ratio(
        (target.sum(axis=2) * days).sum(axis=1), (made.rate.sum(axis=2) * days).sum(axis=1)
    )
    demand = scenario.demand
    wishes = {
        segment: {k: rate * by_kind[frame.kinds.index(k)] for k, rate in row.items()}
        for segment, row in demand.wishes_per_1000.items()
    }
    week = _ratio(target.sum(axis=0), made.rate.sum(axis=0))
    curves = {name: _curve(curve, week) for name, curve in demand.curves.items()}
    update = {"wishes_per_1000": wishes, "curves": curves}
    if logged.lead.sum() > 0:
        update["lead_days"] = _leads(scenario, logged.lead, made.lead)
    kinds = {}
    for k, name in enumerate(frame.kinds):
        mine, its = target[k].sum(axis=0), made.rate[k].sum(axis=0)
        tilt = _ratio(mine, its) / _ratio(target.sum(axis=(0, 1)), made.rate.sum(axis=(0, 1)))
        tilt[(mine <= 0) & (its <= 0)] = 1.0  # hours in which its rooms are shut tell nothing
        kinds[name] = _kind(scenario.kinds[name], tilt, _ratio(logged.month, made.month))
    tiers = dict(scenario.choice.tiers)
    step = np.log(_ratio(logged.tier, made.tier))
    step -= float(logged.tier @ step)  # on average as attractive as before: asking is not fitted
    for name in get_args(Tier):
        if logged.tier[TIERS.index(name)] > 0:
            tiers[name] = round(tiers.get(name, 0.0) + 0.7 * float(step[TIERS.index(name)]), 4)
    choice = scenario.choice.model_copy(update={"tiers": tiers})
    return scenario.model_copy(
        update={"demand": demand.model_copy(update=update), "kinds": kinds, "choice": choice}
    )


def _ratio(logged: F64, made: F64) -> F64:
    """Logged over simulated, apart from their totals; 1 where neither has any."""
    logged, made = np.nan_to_num(logged), np.nan_to_num(made)
    scale = made.sum() / max(logged.sum(), 1e-12)
    ratio = np.divide(logged * scale, made, out=np.full(made.shape, MOST), where=made > 0)
    return np.clip(np.where((logged <= 0) & (made <= 0), 1.0, ratio), 1 / MOST, MOST)


def _bands(weights: F64) -> dict[str, float]:
    return {f"{h}-{h + 1}": round(float(w), 6) for h, w in enumerate(weights)}


def _curve(curve: Curve, week: F64) -> Curve:
    """A segment's curve with its hours moved; hours without any wish get some where the log has."""
    plain = day_shapes(curve)
    least = 0.02 * plain.max() * (week >= MOST)
    fitted = np.maximum(plain, least) * week
    per_day = fitted.sum(axis=1)
    return Curve(
        weekday=_bands(fitted[0] / max(per_day[0], 1e-12)),
        weekend=_bands(fitted[1] / max(per_day[1], 1e-12)),
        weekend_day=round(float(per_day[1] / max(per_day[0], 1e-12)), 4),
    )


def _kind(kind: Kind, tilt: F64, season: F64) -> Kind:
    """A kind with its hours and months moved."""
    hours = spread(kind.hours, missing=1.0, per_hour=True) * tilt
    months = {m + 1: kind.season.get(m + 1, 1.0) * float(r) for m, r in enumerate(season)}
    return kind.model_copy(
        update={
            "hours": _bands(hours / hours.mean()),
            "season": {m: round(min(f, 100.0), 4) for m, f in months.items()},
        }
    )


def _leads(scenario: Scenario, logged: F64, made: F64) -> Histogram:
    """Lead times in bands: the log's shares at first, moved by the ratio from then on."""
    last = int(np.flatnonzero(logged > 0)[-1]) + 1
    edges = list(LEAD_EDGES[: last + 1])
    weights = logged[:last].copy()
    now = scenario.demand.lead_days
    if isinstance(now, Histogram) and now.edges == edges:
        weights = np.array(now.weights) * _ratio(logged[:last], made[:last])
    return Histogram(rule="histogram", edges=edges, weights=(weights / weights.sum()).tolist())


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
        [*rows, *_lead_parts(scenario, log, logged)],
        columns=["part", "name", "value", "low", "high", "plain", "own"],
    )


def _lead_parts(
    scenario: Scenario, log: BookingLog, logged: AskingRates
) -> Iterator[tuple[object, ...]]:
    """Shares of wishes asked within so many days, as fitted; binomial intervals (Wilson)."""
    leads = scenario.demand.lead_days
    if not isinstance(leads, Histogram) or not log.has_times or not logged.leads:
        return
    every = np.histogram(log.lead_days, LEAD_EDGES)[0].cumsum() / len(log)
    fitted = np.cumsum(leads.weights) / np.sum(leads.weights)
    for edge, value, share, naive in zip(
        leads.edges[1:-1], fitted, logged.lead.cumsum(), every, strict=False
    ):
        number = round(share * logged.leads)
        sure = binomtest(number, logged.leads).proportion_ci(0.95, "wilson")
        ends = (value + sure.low - share, value + sure.high - share)
        yield ("lead", f"within {edge:g} days", value, *ends, naive, 1.0)
