"""How much growth a scenario takes: where served shares fall below targets, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import I64
from sim.experiment.replicate import Engine
from sim.scenario.inputs import Inputs
from sim.stats.refine import Crossing, RefinementPlan
from sim.stats.search import CrossingSearch, Curves
from sim.studies.multiples import DemandMultiples

SMALLEST, LARGEST = 0.5, 100.0
"""Multipliers of today's demand between which is searched: what falls below half of today's has no
headroom, and by how much would say little."""
START = (1.0, 2.0, 4.0, 8.0)
MOST = 24
"""Multipliers tried at most: a minute of computing each at the largest."""


@dataclass(frozen=True, eq=False, slots=True)
class Headroom:
    """Crossings and curves of one scenario.

    Attributes
    ----------
    inputs
        The scenario; its own multiplier plays no part.
    targets
        Shares, in the order asked for.
    lines
        (L,) group and level of those that were ever asked for.
    crossings
        [line][target].
    curves
        Columns by line.
    n
        Replications at each multiplier.
    """

    inputs: Inputs
    targets: tuple[float, ...]
    lines: tuple[tuple[str, str], ...]
    crossings: tuple[tuple[Crossing, ...], ...]
    curves: Curves
    n: int

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.inputs.scenario.name

    @property
    def confidence(self) -> float:
        """Confidence of every interval by itself."""
        return self.inputs.scenario.experiment.interval_confidence

    @property
    def tried(self) -> tuple[float, float]:
        """Smallest and largest multiplier tried."""
        return float(self.curves.multipliers[0]), float(self.curves.multipliers[-1])

    def table(self) -> pd.DataFrame:
        """Rows of `headroom.csv`: by line, then by target.

        Never below the target: `multiplier` is empty, and `ci_low` is the largest tried (or where
        the lower band falls, if it does). Below at the smallest tried already: `multiplier` is
        empty, and `ci_high` is the smallest tried.
        """
        rows = [
            (group, level, target, *self._ends(line, at))
            for line, (group, level) in enumerate(self.lines)
            for at, target in enumerate(self.targets)
        ]
        columns = ["group", "level", "target", "multiplier", "ci_low", "ci_high", "n"]
        table = pd.DataFrame(rows, columns=columns)
        ends = ["multiplier", "ci_low", "ci_high"]
        return table.astype(dict.fromkeys(ends, np.float64))

    def curve_table(self) -> pd.DataFrame:
        """Mean share and interval by line and multiplier; shares stay in [0, 1]."""
        curves, m = self.curves, len(self.curves.multipliers)
        parts = [
            pd.DataFrame(
                {
                    "group": group,
                    "level": level,
                    "multiplier": curves.multipliers,
                    "mean": curves.mean[:, line],
                    "ci_low": np.maximum(curves.low[:, line], 0.0),
                    "ci_high": np.minimum(curves.high[:, line], 1.0),
                    "n": curves.n[:, line],
                },
                index=range(m),
            )
            for line, (group, level) in enumerate(self.lines)
        ]
        return pd.concat(parts, ignore_index=True)

    def _ends(self, line: int, at: int) -> tuple[float | None, float | None, float | None, int]:
        found = self.crossings[line][at]
        low, high = found.ci_low, found.ci_high
        if found.multiplier is None and low is None and high is None:  # without an interval
            means = self.curves.mean[:, line]
            first = means[np.isfinite(means)][0]
            low, high = (None, self.tried[0]) if first < self.targets[at] else (self.tried[1], None)
        return found.multiplier, low, high, found.n


def plan_for(largest: float = LARGEST) -> RefinementPlan:
    """Plan to look from today on by factors of 2, up to `largest`, and below where needed."""
    start = tuple(m for m in START if m <= largest) or (largest,)
    return RefinementPlan(
        start=start,
        smallest=min(SMALLEST, largest),
        largest=largest,
        accuracy=0.2,
        resolution=0.01,
        at_most=MOST,
    )


def find_headroom(
    inputs: Inputs, targets: Sequence[float], engine: Engine, *, plan: RefinementPlan | None = None
) -> Headroom:
    """Search for the multipliers at which the served shares of all groups fall below targets.

    All multipliers have the same seed and replications, so that a curve shows the same residents
    and, as demand grows, more of them.

    Raises
    ------
    EngineProblem
        If replications cannot be computed; what is finished is in the store.
    ValueError
        If a target is no share above 0.
    """
    plan = plan or plan_for()
    runs = DemandMultiples(inputs, engine)
    number = runs.enough(plan.start[0])
    lines, k = runs.lines, len(targets)
    confidence = inputs.scenario.experiment.interval_confidence
    search = CrossingSearch(np.tile(np.array(targets), len(lines)), number, confidence, plan)
    while wanted := search.ask():
        for asked, (top, bottom) in runs.results(wanted):
            shares = np.repeat(top, k, axis=1), np.repeat(bottom, k, axis=1)
            search.add(asked.multiplier, *shares, first=asked.first)
    curves, crossings = search.curves(), search.crossings()
    known = [i for i in range(len(lines)) if np.isfinite(curves.mean[:, i * k]).any()]
    return Headroom(
        inputs=inputs,
        targets=tuple(targets),
        lines=tuple(lines[i] for i in known),
        crossings=tuple(tuple(crossings[i * k : (i + 1) * k]) for i in known),
        curves=_of_lines(curves, np.array(known, dtype=np.int64) * k),
        n=search.replications,
    )


def _of_lines(curves: Curves, columns: I64) -> Curves:
    return Curves(
        curves.multipliers,
        curves.mean[:, columns],
        curves.low[:, columns],
        curves.high[:, columns],
        curves.n[:, columns],
    )
