"""Replications of one scenario at many multipliers of its demand, each computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

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
from sim.stats.refine import Wanted
from sim.studies.recipe import SERVED, ReplicationValues
from sim.studies.run import PrecisionRule


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


GROUPS = ("all", "peak", "tier", "zone", "kind")
"""Groups of requests, as everywhere: tier of the first choice, zone of the origin."""


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
