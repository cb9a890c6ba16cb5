"""What the loop asks of a searcher: the model's best plans, those near one, and simulations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.siting.offered.catalogue import Times
from sim.siting.planning.effects import Effects
from sim.siting.planning.proposal import Proposal
from sim.siting.planning.proposer import Planner
from sim.siting.searching.climbing import best_of
from sim.siting.simulated.gains import Simulated

if TYPE_CHECKING:
    from sim.siting.searching.searcher import Searcher

__all__ = ["Turns"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(slots=True)
class Turns:
    """What the loop asks of a searcher, from turn to turn.

    Rivals' plans are simulated in the first turn too: what they show is learnt from, and the model
    is made around the best plan, whoever proposed it.

    Attributes
    ----------
    simulated
        All plans so far, and those that were only tried around the best one.
    plans
        Those that may be recommended: a search that time ends is no excuse for less.
    planner, bound
        Of the last proposals.
    """

    searcher: Searcher
    budget: float
    rivals: tuple[Times, ...]
    simulated: dict[Times, Simulated] = field(default_factory=dict)
    plans: list[Times] = field(default_factory=list)
    planner: Planner | None = None
    bound: float = math.nan

    def propose(self, effects: Effects) -> Sequence[Proposal]:
        """The best plans under some effects, no worse than those that are known already."""
        first = self.planner is None
        known = list(dict.fromkeys((*self.rivals, *self.plans)))
        planner = self.searcher.planner(self.budget, effects, around=self._best())
        self.planner, found = planner, planner.propose(known)
        if not found:
            return found
        self.bound = found[0].bound
        others = [t for t in self.rivals if first and t not in {p.times for p in found}]
        return self._noted([*found, *(planner.known(times, self.bound) for times in others)])

    def simulate(self, plans: Sequence[Times]) -> Sequence[Simulated]:
        """Simulate plans that were not simulated yet."""
        simulator, effort = self.searcher.simulator, self.searcher.effort
        new = [times for times in plans if times not in self.simulated]
        runs = simulator.run(new, effort.seed, effort.search) if new else []
        for times, run in zip(new, runs, strict=True):
            self.simulated[times] = simulator.against(self.searcher.today.run, run)
        return [self.simulated[times] for times in plans]

    @property
    def radii(self) -> Sequence[int]:
        """As many as there are plans, each twice the one before."""
        siting = self.searcher.siting
        return [siting.differ_by * 2**n for n in range(siting.plans)]

    @property
    def alike(self) -> I64:
        """By what is done to rooms of which kinds."""
        what = [(m.what, m.was, m.kind) for m in self.searcher.catalogue.moves]
        number = {each: n for n, each in enumerate(dict.fromkeys(what))}
        return np.array([number[each] for each in what], dtype=np.int64)

    def may(self, times: Times) -> bool:
        """Whether a plan can be carried out."""
        return self._model.may(times)

    def gain(self, times: Times) -> float:
        """What the model says."""
        return self._model.gain(times)

    def best(
        self, centre: Times, radii: Sequence[int], slope: F64, unlike: Sequence[Times]
    ) -> Sequence[Proposal]:
        """The best plans near one."""
        found = self._model.near(centre, radii, slope, unlike)
        return self._noted([self._model.known(times, self.bound) for times in found])

    @property
    def _model(self) -> Planner:
        assert self.planner is not None
        return self.planner

    def _noted(self, proposals: list[Proposal]) -> list[Proposal]:
        self.plans += [p.times for p in proposals]
        return proposals

    def _best(self) -> Times | None:
        """The best plan simulated so far, if it gains at all."""
        known = {t: self.simulated[t] for t in self.plans if t in self.simulated}
        best = best_of(known) if known else None
        return best if best is not None and float(known[best].gain.mean()) > 0 else None
