"""Replications of one scenario at many multipliers of its demand, each computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sim.analysis.collect import Row
from sim.analysis.recipe import SERVED, Replicated
from sim.analysis.run import Precise
from sim.experiment.replicate import Engine, replicate
from sim.experiment.study import Each, Progress, Stop, Study, fixed_number
from sim.experiment.work import BUILT
from sim.scenario.growth import at_multiplier
from sim.scenario.inputs import Inputs
from sim.scenario.schema.experiment import Precision
from sim.stats.refine import Wanted

__all__ = ["Multiplied"]

F64 = npt.NDArray[np.float64]


class Multiplied:
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
        self._studies: dict[float, Study[Replicated]] = {}
        self._known: dict[float, list[Replicated]] = {}
        self._rows: tuple[Row, ...] = ()
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
        rows: list[Row] = []
        stop: Stop[Replicated] = fixed_number(1)
        if isinstance(spec, Precision):
            stop = Precise(spec, rows, ("served_share",))
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
        self._engine.progress = _shifted(self._progress, others, later)
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


def _shifted(progress: Progress | None, done: int, later: int) -> Progress | None:
    """Progress of a part, counted with what is done elsewhere and comes later."""
    if progress is None:
        return None
    return lambda mine, expected: progress(done + mine, done + expected + later)
