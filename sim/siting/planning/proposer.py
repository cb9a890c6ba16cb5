"""The planner: proposes plans in the planning model, and says what it promises of any plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.greedy import greedy_plan
from optimise.siting.planner.moving import allowed
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.search import best_plan, best_plans, near_plans
from optimise.siting.planner.separate import Separate
from optimise.siting.planner.solution import Aim, Cut, PlanSolution
from optimise.siting.planner.value import worth_of
from optimise.solver import Effort
from sim.scenario.schema.siting import Siting
from sim.siting.offered.catalogue import Pair, Times
from sim.siting.planning.asking import Asking
from sim.siting.planning.effects import Effects
from sim.siting.planning.ground import Ground
from sim.siting.planning.problem import Meaning, aim_of, planning_problem
from sim.siting.planning.proposal import Proposal
from sim.siting.simulated.estimate import Estimate

__all__ = ["Planner", "Promise"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

NEARLY = 1e-6
"""Relative gap at which value and bound are said to meet."""
PROPOSING, PROVING = 8, 40
"""Nodes of a search for a plan that is to be simulated, and for what is said of the last one."""
ENOUGH = 0.003
"""Part of the gain by which a plan that is to be simulated may be below the best: simulations
tell it from the best no better."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the model promises of a plan, without effects.

    Attributes
    ----------
    pairs
        Gain by (site, kind) of what is new.
    taken, rest
        Rooms taken of each kind, and what is gained of those kinds beside new rooms.
    """

    pairs: dict[Pair, float]
    taken: dict[str, int]
    rest: dict[str, float]


@dataclass(frozen=True, slots=True)
class Planner:
    """The planning model under one demand and some effects; gains are over no moves at all.

    Plans are chosen for some drawn wishes. What is expected of them is told of others, more of
    them, drawn anew: those for which a plan is the best flatter it (Kleywegt et al. 2002).

    Attributes
    ----------
    today, today_served
        Value without moves, and (O, K) what is served.
    anew, plain
        The model of wishes drawn anew, and the same without effects; None: this one is it.
    cuts
        What ended searches of this model, and of those made from it.
    """

    siting: Siting
    problem: Problem
    meaning: Meaning
    today: float
    today_served: F64
    workers: int
    anew: Planner | None = None
    plain: Planner | None = None
    cuts: set[Cut] = field(default_factory=set)

    @classmethod
    def of(
        cls,
        ground: Ground,
        asking: Asking,
        estimate: Estimate,
        siting: Siting,
        budget: float,
        effects: Effects,
        workers: int = 2,
        *,
        anew: bool = False,
        around: Times | None = None,
    ) -> Planner:
        """Build the model."""
        problem, meaning = planning_problem(
            ground, asking, estimate, siting.aim, budget, effects, anew, around
        )
        none = np.zeros(len(problem.moves.cost), dtype=np.int64)
        worth = worth_of(problem, none, aim_of(siting.aim))
        served = meaning.served(worth.shares)
        return cls(siting, problem, meaning, worth.value, served, workers)

    @classmethod
    def proposing(
        cls,
        ground: Ground,
        asking: Asking,
        estimate: Estimate,
        siting: Siting,
        budget: float,
        effects: Effects,
        workers: int = 2,
        around: Times | None = None,
    ) -> Planner:
        """The model, and with it those that tell what plans are worth for wishes drawn anew."""
        found, anew, plain = (
            cls.of(
                ground, asking, estimate, siting, budget, some, workers, anew=other, around=around
            )
            for some, other in ((effects, False), (effects, True), (Effects(), True))
        )
        return replace(found, anew=anew, plain=plain)

    def propose(self, known: Sequence[Times] = ()) -> list[Proposal]:
        """The best plans that differ as much as the scenario asks, the best first.

        Parameters
        ----------
        known
            Plans to be no worse than; none: greedy's.
        """
        plans = self._known(known) or self._known([self.greedy()])
        most = max(worth_of(self.problem, n, self._aim).value for n in plans) - self.today
        found = best_plans(
            self.problem,
            self._aim,
            self.siting.plans,
            self.siting.differ_by,
            self._effort(PROPOSING, ENOUGH * max(most, 0.0)),
            known=plans,
        )
        return [self.proposal(plan) for plan in found if plan.status != "infeasible"]

    def best(self, known: Sequence[Times] = ()) -> Proposal:
        """The best plan; no worse than those that are known, or greedy's if there are none."""
        plans = self._known(known) or self._known([self.greedy()])
        return self.proposal(best_plan(self.problem, self._aim, self._effort(PROVING), known=plans))

    @property
    def _aim(self) -> Aim:
        return aim_of(self.siting.aim)

    def _effort(self, nodes: int, gap: float = 0.0) -> Effort:
        return Effort(nodes=nodes, seconds=self.siting.time_limit_seconds, gap=gap)

    def _known(self, plans: Sequence[Times]) -> list[I64]:
        """Plans that may be made, without moves that may not."""
        clipped = [np.array(self.clipped(times), dtype=np.int64) for times in plans]
        return [times for times in clipped if allowed(self.problem, times)]

    def clipped(self, times: Times) -> Times:
        """A plan with no move more or less often than may be."""
        moves = self.problem.moves
        return tuple(np.clip(np.array(times), moves.fixed, moves.most).tolist())

    def affords(self, times: Times) -> bool:
        """Whether a plan can be carried out within the budget."""
        return allowed(self.problem, np.array(times, dtype=np.int64))

    def near(
        self, centre: Times, radii: Sequence[int], slope: F64, unlike: Sequence[Times]
    ) -> list[Times]:
        """The best plans within some numbers of moves, (M,) slope added to what moves gain."""
        found = near_plans(
            self.problem,
            self._aim,
            np.array(centre, dtype=np.int64),
            radii,
            self._effort(PROPOSING, ENOUGH * max(self.gain(centre), 0.0)),
            slope=slope,
            unlike=[np.array(times, dtype=np.int64) for times in unlike],
            differ_by=self.siting.differ_by,
        )
        self.cuts.add(found.cut)
        return [tuple(times.tolist()) for times in found.plans]

    def may(self, times: Times) -> bool:
        """Whether a plan can be carried out, whatever it costs and however large it is."""
        free = np.full(len(self.problem.floor), np.inf)
        unlimited = replace(self.problem, budget=np.inf, floor=free)
        return allowed(unlimited, np.array(times, dtype=np.int64))

    def known(self, times: Times, bound: float) -> Proposal:
        """A plan that is known from elsewhere, with what the model says of it."""
        plan = np.array(times, dtype=np.int64)
        value = self.gain(times)
        met = value >= bound - NEARLY * abs(bound)
        told = (self.plain or self).promised(plan)
        return Proposal(
            times=times,
            value=value,
            bound=max(bound, value),
            status="optimal" if met else "feasible",
            promised=told.pairs,
            taken=told.taken,
            rest=told.rest,
            estimate=(self.anew or self).gain(times),
        )

    def without(self, site: str) -> Planner:
        """The same if nothing may be done at a site, or with a link."""
        moves = self.problem.moves
        catalogue = self.meaning.ground.catalogue
        here = np.array([m.site == site for m in catalogue.moves])
        fewer = replace(
            moves, most=np.where(here, 0, moves.most), fixed=np.where(here, 0, moves.fixed)
        )
        return replace(self, problem=replace(self.problem, moves=fewer))

    def greedy(self, worth: Separate | None = None, start: Times | None = None) -> Times:
        """What adding the best move for its money, again and again, comes to.

        Parameters
        ----------
        worth
            As `greedy_plan` takes it.
        start
            Plan to begin with, where it may be made.
        """
        begin = None if start is None else np.array(self.clipped(start), dtype=np.int64)
        times = greedy_plan(self.problem, self._aim, worth=worth, start=begin)
        return tuple((self.problem.moves.fixed if times is None else times).tolist())

    def separate(self) -> Separate:
        """What plans are worth, part by part; the same for every budget."""
        return Separate(self.problem, self._aim)

    def proposal(self, plan: PlanSolution) -> Proposal:
        """A solution as gains over today."""
        self.cuts.add(plan.cut)
        bound = plan.bound - self.today
        return replace(
            self.known(tuple(plan.times.tolist()), bound),
            value=plan.value - self.today,
            bound=bound,
            status=plan.status,
            seconds=plan.seconds,
            cut=plan.cut,
        )

    def gain(self, times: Times) -> float:
        """Gain of any plan over today."""
        worth = worth_of(self.problem, np.array(times, dtype=np.int64), self._aim)
        return worth.value - self.today

    def worst(self, times: Times) -> float:
        """Share that the worst-off group is served under a plan."""
        return worth_of(self.problem, np.array(times, dtype=np.int64), self._aim).worst

    def within(self, budget: float) -> Planner:
        """The same with another budget."""
        return replace(self, problem=replace(self.problem, budget=budget))

    def promised(self, times: I64) -> Promise:
        """Gain by (site, kind), told as the simulation tells it.

        What an origin gains of a kind belongs to what is new and serves it; what others gain goes
        to all of the kind in proportion, or stands apart where rooms of the kind are taken.
        """
        shares = worth_of(self.problem, times, self._aim).shares
        gain = self.meaning.served(shares) - self.today_served
        new, taken = self.meaning.served_new(shares), self._taken(times)
        pairs: dict[Pair, float] = {}
        rests: dict[str, float] = {}
        for k, kind in enumerate(self.meaning.ground.world.kinds):
            mine = {pair: use for pair, use in new.items() if pair[1] == kind}
            total = np.sum(list(mine.values()), axis=0) if mine else np.zeros(len(gain))
            rest = float(gain[:, k] @ (total <= 0))
            if kind in taken:
                rests[kind], rest = rest, 0.0
            for pair, use in mine.items():
                own = gain[:, k] @ np.divide(use, total, out=0 * use, where=total > 0)
                pairs[pair] = float(own) + rest * float(use.sum()) / float(total.sum())
        return Promise({pair: v for pair, v in pairs.items() if v > 0}, taken, rests)

    def _taken(self, times: I64) -> dict[str, int]:
        """Rooms that a plan closes or converts, by kind."""
        found: Counter[str] = Counter()
        for move, n in zip(self.meaning.ground.catalogue.moves, times.tolist(), strict=True):
            if n and move.was:
                found[move.was] += n
        return dict(found)
