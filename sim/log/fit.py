"""Fit a scenario to a log: level by kind and tier, the curve over the week, the season, leads.

Simulated moments on common random numbers: the same estimator of asking reads the log and
replications of the scenario, and every part of the scenario is moved by the ratio of what both
say, until they agree. So what the estimator cannot see (rooms that staff hold back, people who
shift to the next hour) biases both sides alike. What is not hidden by full hours is read off:
lengths, parties, cancellations, no-shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import F64, I64
from sim.experiment.replicate import run_replications
from sim.experiment.study import Recipe, fixed_number
from sim.log.features import LogReader, build_reader, read_replication
from sim.log.parts import fitted_parts, level_factor, pooled_rates, total_asking
from sim.log.rates import AskingRates, asking_rates, day_shares, months_of, usual_hours
from sim.log.records import BookingLog, with_log_window
from sim.log.shapes import moved, with_fates, with_uses
from sim.model import History, build_model
from sim.scenario.inputs import Inputs
from sim.scenario.read.yaml_reader import yaml_text
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
    weekend = reader.frame.weekend.astype(np.int64)
    np.add.at(asked, (kind[wish], weekend[day[wish]], slot[wish] * world.grid // 60), 1.0)
    asked /= np.maximum(np.bincount(weekend, minlength=2), 1)[:, None]
    return _Simulated(read_replication(reader, history), asked, wished)


def expected_by_day(reader: LogReader) -> F64:
    """(K, D) wishes for each day that a model expects."""
    plan = reader.model.plan
    first = reader.model.world.calendar.count_from + plan.offset
    rates = np.zeros((len(reader.frame.kinds), len(plan.profiles.day)))
    np.add.at(rates, (plan.cells.kind, plan.cells.profile), plan.cells.rate * plan.volume)
    return np.asarray(rates @ plan.profiles.day[:, first : first + reader.frame.days])


READ: Recipe[LogReader, _Simulated] = Recipe(build_reader, _measure, visits="none")


def fit_to_log(
    inputs: Inputs,
    log: BookingLog,
    notify: Callable[[str], None] = lambda words: None,
    *,
    replications: int = REPLICATIONS,
    jobs: int | None = None,
) -> LogFit:
    """Fit a scenario's demand to a log of its venues."""
    inputs = with_log_window(inputs, log)
    log = log.by_people
    reader = build_reader(build_model(inputs))
    hours = usual_hours(log, reader.frame)
    logged = asking_rates(log, reader.frame, hours, RESAMPLES)
    target, own = pooled_rates(logged)
    scenario = with_fates(inputs.scenario, log, reader.frame)
    level = inputs.level * scenario.demand.multiplier
    demand = scenario.demand.model_copy(update={"multiplier": 1.0, "level": 1.0, "fit": None})
    scenario = scenario.model_copy(update={"demand": demand})
    days = day_shares(reader.frame)
    gap = np.inf
    close = max(CLOSE, OF_WIDTH * float(np.log(level_factor(logged, days, 1.0))))
    for number in range(ROUNDS):
        now = replace(inputs, scenario=scenario, level=level)
        made, asked, logs = _simulated(now, replications, jobs, hours, log.has_times)
        gap = float(np.log(total_asking(target, days) / max(total_asking(made.rate, days), 1e-9)))
        notify(f"round {number + 1}: level {level:.4f}, asking {np.expm1(gap):+.1%} to go")
        if number >= 2 and abs(gap) < close:  # shapes need a few rounds too
            break
        scenario = moved(scenario, logged, target, made, days, reader.frame)
        scenario = with_uses(scenario, log, logs, reader.frame)
        level *= float(np.exp(np.clip(gap, -1.5, 1.5)))
    plain = level * total_asking(logged.plain, days) / max(total_asking(target, days), 1e-9)
    return LogFit(
        level=level,
        scenario=scenario,
        parts=fitted_parts(
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
    found = [asking_rates(x, reader.frame, hours) for x in logs]
    rate, plain, tier, month, lead = (
        np.mean([getattr(f, name) for f in found], axis=0)
        for name in ("rate", "plain", "tier", "month", "lead")
    )
    asked = np.mean([r.asked for r in results], axis=0)
    # a few replications have more or fewer wishes than their model expects: days differ
    wished, expected = np.mean([r.wished for r in results], axis=0), expected_by_day(reader)
    weekend = reader.frame.weekend.astype(np.int64)
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


def overlay_text(inputs: Inputs, fit: LogFit, log_name: str) -> str:
    """The YAML of `NAME-fitted`: shapes apart from the level."""
    scenario, demand = fit.scenario, fit.scenario.demand
    low, high = fit.parts.loc[fit.parts["part"] == "level", ["low", "high"]].iloc[0]
    level = {"value": _short(fit.level), "source": "data", "range": [_short(low), _short(high)]}
    bound = "" if fit.timed else "; no times of booking: a lower bound where rooms fill"
    level["note"] = log_name + bound
    used = {s.curve for s in scenario.segments.values()}
    content: dict[str, Any] = {
        "extends": inputs.path.name,
        "name": f"{inputs.scenario.name}-fitted",
        "demand": {
            "level": level,
            "multiplier": 1,
            "wishes_per_1000": {
                segment: {kind: _short(rate) for kind, rate in row.items()}
                for segment, row in demand.wishes_per_1000.items()
                if row
            },
            "curves": {n: c.model_dump() for n, c in demand.curves.items() if n in used},
            "lead_days": demand.lead_days.model_dump(exclude_none=True),
            "cancellation": {"share": demand.cancellation.share},
            "no_show": {
                "base": demand.no_show.base,
                "per_lead_day": demand.no_show.per_lead_day,
            },
        },
        "kinds": {
            name: kind.model_dump(
                include={"party", "duration_minutes", "hours", "season"}, exclude_none=True
            )
            for name, kind in scenario.kinds.items()
        },
        "choice": {"tiers": dict(scenario.choice.tiers)},
    }
    return f"# written by linli calibrate --log {log_name}\n{yaml_text(content)}"


def _short(value: float) -> float:
    return float(f"{value:.6g}")
