"""How much growth a scenario takes: where served shares fall below targets, group by group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import F64, I64
from sim.booking.requests import Outcome
from sim.experiment.replicate import Engine, replicate
from sim.experiment.study import Each, Stop, Study, fixed_number, shifted
from sim.experiment.work import BUILT
from sim.measure.collector import MetricRow
from sim.measure.groups import Grouping, Groups, build_groups
from sim.model import History, Model
from sim.scenario.inputs import Inputs, at_multiplier
from sim.scenario.schema.experiment import Precision
from sim.stats.refine import Crossing, RefinementPlan, Wanted
from sim.stats.search import CrossingSearch, Curves
from sim.studies.recipe import SERVED, ReplicationValues
from sim.studies.run import PrecisionRule

SMALLEST, LARGEST = 0.5, 100.0
"""Multipliers of today's demand between which is searched: what falls below half of today's has no
headroom, and by how much would say little."""
START = (1.0, 2.0, 4.0, 8.0)
GROUPS = ("all", "peak", "tier", "zone", "kind")
"""Groups of requests, as everywhere: tier of the first choice, zone of the origin."""
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


class DemandMultiples:
    """Studies by multiplier, with what is known of each.

    Parameters
    ----------
    inputs
        The scenario; its own multiplier plays no part.
    engine
        Who computes and who keeps; its progress goes on over all calls.
    """

    def __init__(self, inputs: Inputs, engine: Engine) -> None:
        self._inputs, self._engine = inputs, engine
        self._studies: dict[float, Study[ReplicationValues]] = {}
        self._known: dict[float, list[ReplicationValues]] = {}
        self._rows: tuple[MetricRow, ...] = ()
        self._progress = engine.progress

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Group and level of each value, once there are results; without requests of no centre."""
        return tuple((r.group, v) for r in self._rows for v in r.levels)

    def enough(self, multiplier: float) -> int:
        """How many replications each multiplier gets, from the scenario's `experiment`.

        A number, or as many as the precision of the served share of all needs at `multiplier`.
        """
        spec = self._inputs.scenario.experiment.replications
        rows: list[MetricRow] = []
        stop: Stop[ReplicationValues] = fixed_number(1)
        if isinstance(spec, Precision):
            stop = PrecisionRule(spec, rows, ("served_share",))
        self._opened(multiplier)
        found = replicate(
            [self._studies[multiplier]],
            Each([stop]),
            self._engine,
            named=lambda _, names: rows.extend(names),
        )
        self._rows = tuple(found.names[0])
        self._known[multiplier] = found.results[0]
        return len(found.results[0]) if isinstance(spec, Precision) else spec

    def results(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, tuple[F64, F64]]]:
        """(replications, lines) numerators and denominators of each piece of work wanted.

        So many multipliers at a time as a process keeps models.
        """
        for low in range(0, len(wanted), BUILT):
            part = wanted[low : low + BUILT]
            self._compute(part, sum(w.last - w.first for w in wanted[low + BUILT :]))
            for piece in part:
                values = self._known[piece.multiplier][piece.first : piece.last]
                both = np.stack([r.values for r in values])
                yield piece, (both[:, 0], both[:, 1])

    def _compute(self, wanted: Sequence[Wanted], later: int) -> None:
        for piece in wanted:
            self._opened(piece.multiplier)
        known = [self._known[w.multiplier] for w in wanted]
        mine = {id(k) for k in known}
        others = sum(len(k) for k in self._known.values() if id(k) not in mine)
        self._engine.progress = shifted(self._progress, others, later)
        found = replicate(
            [self._studies[w.multiplier] for w in wanted],
            Each([fixed_number(max(w.last, len(k))) for w, k in zip(wanted, known, strict=True)]),
            self._engine,
            done=known,
        )
        self._engine.progress = self._progress
        for piece, values in zip(wanted, found.results, strict=True):
            self._known[piece.multiplier] = values

    def _opened(self, multiplier: float) -> None:
        if multiplier not in self._studies:
            seed = self._inputs.scenario.experiment.seed
            grown = at_multiplier(self._inputs, multiplier)
            self._studies[multiplier] = Study(grown, SERVED, seed)
            self._known[multiplier] = []


@dataclass(frozen=True, slots=True)
class ServedMeter:
    """The part of measuring that no replication changes."""

    model: Model
    groups: Groups
    rows: tuple[MetricRow, ...]


def build_served(model: Model) -> ServedMeter:
    """Prepare to measure replications of a model."""
    groups = build_groups(model)
    rows = tuple(MetricRow("served_share", name, _grouping(groups, name).levels) for name in GROUPS)
    return ServedMeter(model, groups, rows)


def measure_served(meter: ServedMeter, history: History) -> F64:
    """(2, levels of all groups) requests that got a slot, and requests.

    The same figures as the metric `served_share` of `service.add_service`.
    """
    wishes = history.wishes
    counted = meter.model.world.calendar.counts(wishes.wished_at[history.asked])
    which, booked = history.asked[counted], history.outcome[counted] == Outcome.BOOKED
    top, bottom = [], []
    for grouping, code in _coded(meter, history, which):
        n = len(grouping.levels)
        top.append(np.bincount(code[booked], minlength=n))
        bottom.append(np.bincount(code, minlength=n))
    return np.stack([np.concatenate(top), np.concatenate(bottom)]).astype(np.float64)


def _grouping(groups: Groups, name: str) -> Grouping:
    if name == "peak":
        return groups.slot["peak"]
    return groups.pool["tier"] if name == "tier" else groups.cell[name]


def _coded(meter: ServedMeter, history: History, which: I64) -> Iterator[tuple[Grouping, I64]]:
    """Each group and the level of every request counted."""
    wishes, n_pools = history.wishes, len(meter.model.world.pools.rooms)
    best = wishes.best[which].astype(np.int64)
    by = {
        "peak": wishes.start[which].astype(np.int64),
        "tier": np.where(best >= 0, best, n_pools),
    }
    cell = wishes.cell[which].astype(np.int64)
    for name in GROUPS:
        grouping = _grouping(meter.groups, name)
        yield grouping, grouping.code[by.get(name, cell)]


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
