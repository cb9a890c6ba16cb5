"""Plans simulated under the same residents, summed in arrays of fixed size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.arrays import F64
from sim.experiment.replicate import Engine, replicate
from sim.experiment.study import Each, Progress, StopAll, Study, fixed_number
from sim.experiment.work import BUILT
from sim.model import Model
from sim.scenario.inputs import Inputs
from sim.scenario.schema.siting import SiteAim
from sim.siting.moves.application import apply_plan
from sim.siting.moves.catalogue import Catalogue, Times
from sim.siting.planning.aim import worth
from sim.siting.planning.tally import SITED, CellTally, SiteGroups, site_groups
from sim.siting.planning.today import TODAY, Latent, Today, years_of

_NOTHING = np.zeros((0, 0))


@dataclass(frozen=True, slots=True)
class PlanRun:
    """A plan's replications.

    Attributes
    ----------
    inputs
        The scenario with the plan carried out.
    rows
        (R, levels, COLUMNS) of the counting window, by the levels of `Simulator.groups`.
    best
        (O, N) wishes a year by origin and best centre.
    """

    inputs: Inputs
    rows: F64
    best: F64


@dataclass(frozen=True, slots=True)
class TodayRun:
    """Today's replications.

    Attributes
    ----------
    latent
        What they tell the planner, added up.
    reasons
        (R, K, 8) of each, as in `Latent`.
    """

    run: PlanRun
    latent: Latent
    reasons: F64


@dataclass(slots=True)
class _Sums:
    """Sums over the replications of a study, beside its rows."""

    best: F64
    number: int = 0

    def add(self, tally: CellTally) -> None:
        """Add a replication."""
        self.best = tally.best if self.number == 0 else self.best + tally.best
        self.number += 1


class Simulator:
    """Simulates plans of a catalogue; today's world is the plan without moves.

    Parameters
    ----------
    model
        Of today.
    """

    def __init__(
        self, inputs: Inputs, model: Model, catalogue: Catalogue, aim: SiteAim, engine: Engine
    ) -> None:
        self.inputs, self.model, self.catalogue, self.aim = inputs, model, catalogue, aim
        self.groups: SiteGroups = site_groups(model)
        self.years = years_of(model.world.calendar)
        self._engine = engine

    @property
    def no_moves(self) -> Times:
        """The plan without moves."""
        return (0,) * len(self.catalogue.moves)

    def today(self, replications: int, seed: int) -> TodayRun:
        """Replications of today, and what they tell the planner."""
        sums, latent, reasons = _Sums(_NOTHING), list[Latent](), list[F64]()

        def keep(_: int, result: Today) -> Today:
            sums.add(result.tally)
            assert result.latent is not None
            latent[:] = [result.latent if not latent else latent[0] + result.latent]
            reasons.append(result.latent.reasons)
            return Today(self._slim(result.tally), None)

        study = Study(self.inputs, TODAY, seed)
        self._engine.executor.prepare(study, self.model)
        found = replicate([study], Each([fixed_number(replications)]), self._engine, keep=keep)
        rows = [result.tally for result in found.results[0]]
        return TodayRun(self._run(self.inputs, rows, sums), latent[0], np.stack(reasons))

    def run(
        self, plans: Sequence[Times], seed: int, stop: StopAll[CellTally] | int
    ) -> list[PlanRun]:
        """Replications of plans, a number of each or until a rule has enough.

        With a number no plan waits for another, so they go by as many as have their models kept:
        to build the model of a district again takes longer than to simulate it.
        """
        if isinstance(stop, int) and len(plans) > BUILT:
            return self._run_by_some(plans, seed, stop)
        worlds = [apply_plan(self.inputs, self.catalogue, times) for times in plans]
        sums = [_Sums(_NOTHING) for _ in plans]

        def keep(plan: int, result: CellTally) -> CellTally:
            sums[plan].add(result)
            return self._slim(result)

        rule = Each([fixed_number(stop)] * len(plans)) if isinstance(stop, int) else stop
        studies = [Study(world, SITED, seed) for world in worlds]
        found = replicate(studies, rule, self._engine, keep=keep).results
        parts = zip(worlds, found, sums, strict=True)
        return [self._run(world, results, sum_) for world, results, sum_ in parts]

    def _run_by_some(self, plans: Sequence[Times], seed: int, number: int) -> list[PlanRun]:
        """Run some plans after the others; the progress shown is of all together."""
        progress, whole, runs = self._engine.progress, number * len(plans), list[PlanRun]()
        try:
            for begin in range(0, len(plans), BUILT):
                if progress is not None:
                    self._engine.progress = partial(_report_part, progress, number * begin, whole)
                runs += self.run(plans[begin : begin + BUILT], seed, number)
        finally:
            self._engine.progress = progress
        return runs

    def worth(self, rows: F64) -> F64:
        """(R,) worth by the aim, a year."""
        return worth(self.aim, self.groups, rows, self.years)

    def gains(self, today: PlanRun, plan: PlanRun) -> F64:
        """(R,) paired gains of a plan over today by the aim, a year."""
        n = min(len(today.rows), len(plan.rows))
        return self.worth(plan.rows[:n]) - self.worth(today.rows[:n])

    def _slim(self, tally: CellTally) -> CellTally:
        return CellTally(self.groups.grouped(tally).rows, _NOTHING)

    def _run(self, inputs: Inputs, tallies: Sequence[CellTally], sums: _Sums) -> PlanRun:
        each = max(sums.number, 1) * self.years
        rows = np.stack([t.rows for t in tallies])
        return PlanRun(inputs, rows, sums.best / each)


def _report_part(progress: Progress, before: int, total: int, done: int, expected: int) -> None:
    del expected
    progress(before + done, total)
