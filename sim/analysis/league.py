"""The league table of zones 片区赛马: places with intervals, and how often chance alone moves them.

Intervals of places hold for all zones of a measure at once, with the run's confidence; over
several measures together they do not. They are of the simulation: what the inputs leave open is
not in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.analysis.zone_measures import ZoneMeasure
from sim.metrics import METRICS
from sim.stats.ranks import rank_intervals

__all__ = ["MEASURES", "LeagueRow", "league", "league_frame", "league_summary"]

MEASURES = tuple(metric.name for metric in METRICS.values() if metric.league)
"""What zones are ranked by, in the order of the table."""


@dataclass(frozen=True, slots=True)
class LeagueRow:
    """A zone's place by one measure.

    Attributes
    ----------
    mean, ci_low, ci_high
        Value and interval over replications.
    rank, rank_low, rank_high
        Place by the mean (1 the best) and its interval, jointly for all zones.
    share_of_periods_in_place
        Share of simulated periods in which the zone holds the place it has by the mean.
    n
        Replications in which the measure is known.
    derived
        Whether the measure stands only here, not among the metrics of a replication.
    """

    measure: str
    zone: str
    mean: float
    ci_low: float
    ci_high: float
    unit: str
    rank: float
    rank_low: float
    rank_high: float
    share_of_periods_in_place: float
    n: int
    derived: bool


def league(
    zones: tuple[str, ...], measures: Mapping[str, ZoneMeasure], confidence: float
) -> tuple[LeagueRow, ...]:
    """Rank all zones by every measure that is known."""
    rows: list[LeagueRow] = []
    for name in MEASURES:
        if name in measures:
            rows += _ranked(zones, measures[name], confidence)
    return tuple(rows)


def _ranked(zones: tuple[str, ...], measure: ZoneMeasure, confidence: float) -> list[LeagueRow]:
    value = measure.intervals(confidence)
    place = rank_intervals(
        measure.linearised, confidence, higher_is_better=measure.higher_is_better
    )
    return [
        LeagueRow(
            measure=measure.name,
            zone=zone,
            mean=float(value.mean[z]),
            ci_low=float(value.low[z]),
            ci_high=float(value.high[z]),
            unit=measure.unit,
            rank=float(place.rank[z]),
            rank_low=float(place.low[z]),
            rank_high=float(place.high[z]),
            share_of_periods_in_place=float(place.in_place[z]),
            n=int(value.n[z]),
            derived=measure.derived,
        )
        for z, zone in enumerate(zones)
    ]


def league_frame(rows: tuple[LeagueRow, ...]) -> pd.DataFrame:
    """The rows of `league.csv`."""
    columns = [f for f in LeagueRow.__slots__ if f != "derived"]
    table = pd.DataFrame([{c: getattr(row, c) for c in columns} for row in rows], columns=columns)
    places = ["rank", "rank_low", "rank_high"]
    return table.astype(dict.fromkeys(places, "Int64"))


def league_summary(rows: tuple[LeagueRow, ...]) -> pd.DataFrame:
    """Rows for `summary.csv`: `rank` by zone*measure, and measures that stand nowhere else."""
    lines = [_line("rank", "zone*measure", f"{r.zone}*{r.measure}", r, place=True) for r in rows]
    lines += [_line(r.measure, "zone", r.zone, r, place=False) for r in rows if r.derived]
    columns = ["metric", "group", "level", "mean", "ci_low", "ci_high", "n", "unit"]
    return pd.DataFrame(lines, columns=columns).astype({"n": np.int64})


def _line(
    metric: str, group: str, level: str, row: LeagueRow, *, place: bool
) -> tuple[object, ...]:
    if place:
        return (metric, group, level, row.rank, row.rank_low, row.rank_high, row.n, "index")
    return (metric, group, level, row.mean, row.ci_low, row.ci_high, row.n, row.unit)
