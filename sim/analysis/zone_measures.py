"""Measures by which zones are compared, replication by replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.collect import Row
from sim.analysis.costs import YEAR_DAYS
from sim.metrics import METRICS
from sim.stats.intervals import Intervals, linearised, share_intervals, t_intervals
from sim.world.world import World

__all__ = ["ZoneMeasure", "zone_heads", "zone_measures"]

F64 = npt.NDArray[np.float64]
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
        plain = t_intervals(self.linearised, confidence)
        exact = plain.high - plain.low <= 1e-12 * np.abs(plain.mean)
        low = np.where(exact, plain.mean, np.maximum(plain.low, 0.0))
        return Intervals(plain.mean, low, np.where(exact, plain.mean, plain.high), plain.n)


def zone_heads(world: World) -> F64:
    """(Z,) people who live, work or study at the origins of each zone.

    Who lives in one zone and works in another counts in both, as in the table of people.
    """
    people = world.origins.people.sum(axis=1)
    return np.bincount(world.origins.zone, people, len(world.zones)).astype(np.float64)


def zone_measures(
    world: World, rows: Sequence[Row], values: Sequence[F64]
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


def _by_zone(rows: Sequence[Row], values: Sequence[F64]) -> Tables:
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
