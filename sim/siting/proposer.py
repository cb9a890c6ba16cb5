"""The planner: proposes plans in the planning model, and says what it promises of any plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.diverse import best_plans
from optimise.siting.planner.greedy import greedy_plan
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.solution import PlanSolution
from optimise.siting.planner.solve import best_plan
from optimise.siting.planner.value import worth_of
from sim.scenario.schema.siting import Siting
from sim.siting.asking import Asking
from sim.siting.effects import Effects, Pair
from sim.siting.estimate import Estimate
from sim.siting.ground import Ground
from sim.siting.loop import Proposal, Times
from sim.siting.planning import Meaning, aim_of, planning_problem

__all__ = ["Planner"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

NEARLY = 1e-6
"""Relative gap at which value and bound are said to meet."""


@dataclass(frozen=True, slots=True)
class Planner:
    """The planning model under one demand and some effects; gains are over no moves at all.

    Attributes
    ----------
    today, today_served
        Value without moves, and (O, K) what is served.
    plain
        The model without effects; None: this one has none.
    """

    siting: Siting
    problem: Problem
    meaning: Meaning
    today: float
    today_served: F64
    workers: int
    plain: Planner | None = None

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
    ) -> Planner:
        """Build the model."""
        problem, meaning = planning_problem(ground, asking, estimate, siting.aim, budget, effects)
        none = np.zeros(len(problem.moves.cost), dtype=np.int64)
        worth = worth_of(problem, none, aim_of(siting.aim))
        served = meaning.served(worth.shares)
        plain = None
        if effects != Effects():
            plain = cls.of(ground, asking, estimate, siting, budget, Effects(), workers)
        return cls(siting, problem, meaning, worth.value, served, workers, plain)

    def propose(self) -> list[Proposal]:
        """The best plans that differ as much as the scenario asks, the best first."""
        found = best_plans(
            self.problem,
            aim_of(self.siting.aim),
            self.siting.plans,
            self.siting.differ_by,
            time_limit=self.siting.time_limit_seconds * self.siting.plans,
            workers=self.workers,
        )
        return [self.proposal(plan) for plan in found if plan.status != "infeasible"]

    def best(self, start: Times | None = None) -> Proposal:
        """The best plan; no worse than `start`, whose moves that may not be made are left out."""
        moves = self.problem.moves
        known = None if start is None else np.clip(np.array(start), moves.fixed, moves.most)
        found = best_plan(
            self.problem,
            aim_of(self.siting.aim),
            time_limit=self.siting.time_limit_seconds,
            workers=self.workers,
            start=known,
        )
        return self.proposal(found)

    def known(self, times: Times, bound: float) -> Proposal:
        """A plan that is known from elsewhere, with what the model says of it."""
        plan = np.array(times, dtype=np.int64)
        value = self.gain(times)
        met = value >= bound - NEARLY * abs(bound)
        promised = (self.plain or self).promised(plan)
        status = "optimal" if met else "feasible"
        return Proposal(times, value, max(bound, value), status, promised)

    def without(self, site: str) -> Planner:
        """The same if nothing may be done at a site, or with a link."""
        moves = self.problem.moves
        catalogue = self.meaning.ground.catalogue
        here = np.array([m.site == site for m in catalogue.moves])
        fewer = replace(
            moves, most=np.where(here, 0, moves.most), fixed=np.where(here, 0, moves.fixed)
        )
        return replace(self, problem=replace(self.problem, moves=fewer))

    def greedy(self) -> Times:
        """What adding the best move for its money, again and again, comes to."""
        limit = self.siting.time_limit_seconds
        times = greedy_plan(self.problem, aim_of(self.siting.aim), time_limit=limit)
        moves = self.problem.moves
        return tuple((moves.fixed if times is None else times).tolist())

    def proposal(self, plan: PlanSolution) -> Proposal:
        """A solution as gains over today."""
        return Proposal(
            times=tuple(plan.times.tolist()),
            value=plan.value - self.today,
            bound=plan.bound - self.today,
            status=plan.status,
            promised=(self.plain or self).promised(plan.times),
            trace=tuple((s, v - self.today, b - self.today) for s, v, b in plan.trace),
        )

    def gain(self, times: Times) -> float:
        """Gain of any plan over today."""
        worth = worth_of(self.problem, np.array(times, dtype=np.int64), aim_of(self.siting.aim))
        return worth.value - self.today

    def worst(self, times: Times) -> float:
        """Share that the worst-off group is served under a plan."""
        return worth_of(
            self.problem, np.array(times, dtype=np.int64), aim_of(self.siting.aim)
        ).worst

    def within(self, budget: float) -> Planner:
        """The same with another budget."""
        return replace(self, problem=replace(self.problem, budget=budget))

    def promised(self, times: I64) -> dict[Pair, float]:
        """Gain by (site, kind), told as the simulation tells it.

        What an origin gains of a kind belongs to what is new and serves it; what others gain goes
        to all of the kind in proportion.
        """
        shares = worth_of(self.problem, times, aim_of(self.siting.aim)).shares
        gain = self.meaning.served(shares) - self.today_served
        new = self.meaning.served_new(shares)
        promised: dict[Pair, float] = {}
        for k, kind in enumerate(self.meaning.ground.world.kinds):
            mine = {pair: use for pair, use in new.items() if pair[1] == kind}
            if not mine or gain[:, k].sum() <= 0:
                continue
            total = np.sum(list(mine.values()), axis=0)
            direct = {
                pair: float(gain[:, k] @ np.divide(u, total, out=0 * u, where=total > 0))
                for pair, u in mine.items()
            }
            use = {pair: float(u.sum()) / float(total.sum()) for pair, u in mine.items()}
            rest = float(gain[:, k] @ (total <= 0))
            promised |= {pair: direct[pair] + rest * use[pair] for pair in mine}
        return {pair: value for pair, value in promised.items() if value > 0}
