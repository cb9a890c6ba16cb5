"""Measures by which zones are compared, and the league table 片区赛马 of each.

It has places with intervals, and how often chance alone moves them. Intervals of places hold for
all zones of a measure at once, with the run's confidence; over several measures together they do
not. They are of the simulation: what the inputs leave open is not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.measure.collector import MetricRow
from sim.measure.costs import YEAR_DAYS
from sim.metrics import METRICS
from sim.stats.intervals import Intervals, amount_intervals, linearised, share_intervals
from sim.stats.ranks import rank_intervals
from sim.world.world import World

Tables = dict[str, tuple[F64, F64]]

_HEADS = "heads"


class _Source(NamedTuple):
    """Where a measure comes from.

    Attributes
    ----------
    above, below
        Metrics whose numerators are added, and those whose they are divided by; the first of each
        must have been counted. Nothing below: the own denominator of the first above.
    """

    name: str
    above: tuple[str, ...]
    below: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether it is a metric of a replication under another name, or its own."""
        return len(self.above) == 1 and not self.below


_IN_VENUES = ("person_hours_venues",)
_USED = ("utilisation_used", "utilisation_activities", "club_hours")
_SOURCES = (
    *(
        _Source(name, (name,))
        for name in (
            "served_share",
            "served_share_adjusted",
            "met_share",
            "met_share_adjusted",
            "used_share",
            "mean_walk_minutes",
        )
    ),
    _Source("hours_per_open_hour", _USED),
    _Source("cost_per_person_hour", ("operating_cost_venues",), _IN_VENUES),
    _Source("person_hours_per_head", _IN_VENUES, (_HEADS,)),
    _Source("participations_per_head", ("participations",), (_HEADS,)),
    _Source("visits_per_head", ("visits",), (_HEADS,)),
)


@dataclass(frozen=True, slots=True)
class ZoneMeasure:
    """A measure of all zones.

    Shares and walking are of the people who live or work in the zone, wherever they go; hours,
    cost, participations and visits are of what lies in the zone, whoever comes. Hours are those of
    recorded use in venues (bookings, activities, drop-in), and cost is that of venues and their
    staff: places of their own are run by others in part, and are measured by visits.

    Attributes
    ----------
    top, bottom
        (n, Z) the value of a replication is top / bottom, unknown where bottom is 0.
    derived
        Whether it stands only here, not among the metrics of a replication.
    """

    name: str
    unit: str
    higher_is_better: bool
    derived: bool
    top: F64
    bottom: F64

    @property
    def values(self) -> F64:
        """(n, Z) values, NaN where unknown."""
        unknown = np.full(self.top.shape, np.nan)
        return np.asarray(np.divide(self.top, self.bottom, out=unknown, where=self.bottom > 0))

    @property
    def linearised(self) -> F64:
        """(n, Z) values whose means are ratios of totals."""
        return linearised(self.top, self.bottom)

    def intervals(self, confidence: float) -> Intervals:
        """Mean and interval of every zone, by the rules of `summary.csv`."""
        if self.unit == "share":
            return share_intervals(self.top, self.bottom, confidence)
        return amount_intervals(self.top, self.bottom, confidence)


def zone_heads(world: World) -> F64:
    """(Z,) people who live, work or study at the origins of each zone.

    Who lives in one zone and works in another counts in both, as in the table of people.
    """
    people = world.origins.people.sum(axis=1)
    return np.bincount(world.origins.zone, people, len(world.zones)).astype(np.float64)


def zone_measures(
    world: World, rows: Sequence[MetricRow], values: Sequence[F64]
) -> dict[str, ZoneMeasure]:
    """Measures whose metrics were counted, by name.

    Parameters
    ----------
    values
        (2, values) of each replication; read once, one at a time.
    """
    found = _by_zone(rows, values)
    calendar = world.calendar
    years = (calendar.count_until - calendar.count_from) / YEAR_DAYS
    heads = zone_heads(world) * years
    measures = {}
    for source in _SOURCES:
        pair = _pair(found, source, heads)
        if pair is not None:
            metric = METRICS[source.name]
            measures[source.name] = ZoneMeasure(
                metric.name, metric.unit, metric.larger_is_better, not source.known, *pair
            )
    return measures


def _pair(found: Tables, source: _Source, heads: F64) -> tuple[F64, F64] | None:
    """Numerators and denominators of a measure, None where a metric was not counted."""
    if source.above[0] not in found:
        return None
    top = _sum(found, source.above)
    if not source.below:
        return top, found[source.above[0]][1]
    if source.below[0] == _HEADS:
        return top, np.broadcast_to(heads, top.shape)
    return (top, _sum(found, source.below)) if source.below[0] in found else None


def _sum(found: Tables, metrics: tuple[str, ...]) -> F64:
    """(n, Z) sum of the numerators of metrics that were counted."""
    return np.asarray(sum(found[metric][0] for metric in metrics if metric in found))


def _by_zone(rows: Sequence[MetricRow], values: Sequence[F64]) -> Tables:
    """Metric -> (n, Z) numerators and denominators by zone."""
    wanted = {name for source in _SOURCES for name in (*source.above, *source.below)}
    starts = np.cumsum([0, *(len(r.levels) for r in rows)])
    parts = {
        row.metric: slice(int(start), int(start) + len(row.levels))
        for row, start in zip(rows, starts, strict=False)
        if row.group == "zone" and row.metric in wanted
    }
    at = np.concatenate([np.arange(p.start, p.stop) for p in parts.values()] or [np.arange(0)])
    picked = np.stack([v[:, at] for v in values])
    tables: Tables = {}
    low = 0
    for metric, part in parts.items():
        high = low + part.stop - part.start
        tables[metric] = (picked[:, 0, low:high], picked[:, 1, low:high])
        low = high
    return tables


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
