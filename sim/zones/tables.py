"""What is judged over all replications: the league of zones, the subsidy, what could be saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.arrays import F64
from sim.measure.closing import read_blocks
from sim.measure.collector import MetricRow
from sim.model import Model
from sim.zones.league import ZoneMeasure, league, league_frame, league_summary, zone_measures
from sim.zones.savings_table import (
    ZonePlan,
    closures_yaml,
    plan_savings,
    savings_frame,
    savings_summary,
)
from sim.zones.subsidy import sizes_of
from sim.zones.subsidy_table import pay, subsidy_summary


@dataclass(frozen=True, slots=True)
class ZoneTables:
    """Tables of zones over all replications.

    Attributes
    ----------
    league
        The rows of `league.csv`.
    subsidy, savings
        The rows of `subsidy.csv` and `savings.csv`; None where the scenario has no such part.
    closures
        Text of a scenario that closes what `savings` lists; None without savings.
    summary
        Rows for `summary.csv`.
    """

    league: pd.DataFrame
    subsidy: pd.DataFrame | None
    savings: pd.DataFrame | None
    closures: str | None
    summary: pd.DataFrame


def judge(
    model: Model, rows: Sequence[MetricRow], values: Sequence[F64], level: float, base: str
) -> ZoneTables:
    """Rank the zones, split the subsidy, look for what could be closed.

    Parameters
    ----------
    values
        (2, values) of each replication; may lie on disk.
    level
        Confidence of intervals.
    base
        File name of the scenario, for the one that closes what could be saved.
    """
    world = model.world
    measures = zone_measures(world, rows, values)
    ranked = league(world.zones, measures, level)
    summaries = [league_summary(ranked), _targets(model)]
    subsidy = _subsidy(model, measures, len(values), level, summaries)
    plans = _plans(model, rows, values, level)
    if plans:
        summaries.append(savings_summary(plans, level))
    return ZoneTables(
        league=league_frame(ranked),
        subsidy=subsidy,
        savings=savings_frame(world, plans, level) if plans else None,
        closures=closures_yaml(world, plans, base) if plans else None,
        summary=pd.concat([s for s in summaries if len(s)], ignore_index=True),
    )


def _subsidy(
    model: Model,
    measures: dict[str, ZoneMeasure],
    n: int,
    level: float,
    summaries: list[pd.DataFrame],
) -> pd.DataFrame | None:
    spec, world = model.world.scenario.subsidy, model.world
    if not spec.rules or spec.amount <= 0:
        return None
    paid = pay(spec, world.zones, sizes_of(world), measures, n, level)
    summaries.append(subsidy_summary(paid))
    return paid.zones


def _plans(
    model: Model, rows: Sequence[MetricRow], values: Sequence[F64], level: float
) -> tuple[ZonePlan, ...]:
    if not any(z.saved_yuan_per_year for z in model.world.scenario.zones.values()):
        return ()
    return plan_savings(model.world, read_blocks(rows, values), level)


def _targets(model: Model) -> pd.DataFrame:
    """Inputs that charts compare results with."""
    scenario = model.world.scenario
    lines: list[tuple[object, ...]] = [
        ("saved_yuan_per_year", "zone", name, zone.saved_yuan_per_year, "yuan")
        for name, zone in scenario.zones.items()
        if zone.saved_yuan_per_year is not None
    ]
    target = scenario.calibration
    if target is not None and target.participations and scenario.activities.sessions:
        each = target.participations / scenario.activities.sessions
        lines.append(("calibration_participations_per_activity", "all", "all", each, "count"))
    table = pd.DataFrame(lines, columns=["metric", "group", "level", "mean", "unit"])
    table = table.assign(ci_low=table["mean"], ci_high=table["mean"], n=1)
    columns = ["metric", "group", "level", "mean", "ci_low", "ci_high", "n", "unit"]
    return table[columns].astype({"mean": float, "ci_low": float, "ci_high": float})
