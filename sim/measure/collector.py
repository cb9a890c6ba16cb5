"""Collects the metrics of one replication under their names."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.arrays import F64
from sim.metrics import METRICS, Form


@dataclass(frozen=True, slots=True)
class MetricRow:
    """Names of a stretch of metric values: one metric, one group, its levels."""

    metric: str
    group: str
    levels: tuple[str, ...]

    @property
    def unit(self) -> str:
        """Unit of the metric."""
        return METRICS[self.metric].unit

    @property
    def form(self) -> Form:
        """How the metric is averaged."""
        return METRICS[self.metric].form


@dataclass(slots=True)
class Collector:
    """Gathers stretches of values."""

    rows: list[MetricRow] = field(default_factory=list)
    top: list[F64] = field(default_factory=list)
    bottom: list[F64] = field(default_factory=list)

    def add(
        self,
        metric: str,
        group: str,
        levels: tuple[str, ...],
        top: F64,
        bottom: F64 | None = None,
    ) -> None:
        """Add the values of a metric for all levels of a group."""
        self.rows.append(MetricRow(metric, group, levels))
        self.top.append(np.asarray(top, dtype=np.float64).ravel())
        below = np.ones(len(levels)) if bottom is None else bottom
        self.bottom.append(np.asarray(below, dtype=np.float64).ravel())
