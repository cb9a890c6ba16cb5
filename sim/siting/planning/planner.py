"""The planning model: from demand and places to a problem, its best plans, and what any is worth.

How many of a class ask is the nested logit of the simulation: with today's centres, and where it
looks to something new, with that beside them (see `wishes`). Whatever a class looks to is charged
with all its wishes, so every wish served takes its hours in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimise.siting.greedy import Separate, greedy_plan
from optimise.siting.problem import (
    Aim,
    Classes,
    Cut,
    Facilities,
    Moves,
    PlanSolution,
    Problem,
    ServiceOptions,
)
from optimise.siting.program import allowed
from optimise.siting.search import best_plan, near_plans
from optimise.siting.value import worth_of
from optimise.solver import Effort
from sim.arrays import F64, I64
from sim.scenario.schema.siting import SiteAim, Siting
from sim.siting.moves.catalogue import Times
from sim.siting.planning.aim import aim_of
from sim.siting.planning.data import PlanningData
from sim.siting.planning.tastes import joined, tastes
from sim.siting.planning.today import Estimate
from sim.siting.planning.wishes import WishSampler

NEARLY = 1e-6
"""Relative gap at which value and bound are said to meet."""
NODES = 8
"""Nodes of a search of the planning model."""
ENOUGH = 0.003
"""Part of the gain by which a plan that is to be simulated may be below the best: simulations
tell it from the best no better."""


DRAWS, FRESH_DRAWS, FEWEST = 20_000, 60_000, 2_000
"""Wishes drawn for all classes together, about: at most to plan for, at most to say what plans are
worth, and at least. Between them as many as there are in a year, or `RATE` times as many."""
RATE = 3.0


@dataclass(frozen=True, slots=True)
class ProposedPlan:
    """A plan and what the planning model says of it: gains over today, a year.

    Attributes
    ----------
    estimate
        Gain of wishes drawn anew: `value` is that of the wishes for which the plan was chosen,
        which flatters it.
    seconds
        Of the search; NaN where the plan was known.
    """

    times: Times
    value: float
    bound: float
    status: str
    estimate: float
    seconds: float = float("nan")


@dataclass(frozen=True, slots=True)
class Planner:
    """The planning model under one demand; gains are over no moves at all.

    Plans are chosen for some drawn wishes. What is expected of them is told of others, more of
    them, drawn anew: those for which a plan is the best flatter it (Kleywegt et al. 2002).

    Attributes
    ----------
    today
        Value without moves.
    fresh
        The model of wishes drawn anew; None: this one tells what is expected.
    cuts
        What ended searches of this model, and of those made from it.
    """

    siting: Siting
    data: PlanningData
    problem: Problem
    today: float
    workers: int
    fresh: Planner | None = None
    cuts: set[Cut] = field(default_factory=set)

    @classmethod
    def from_data(
        cls,
        data: PlanningData,
        sampler: WishSampler,
        estimate: Estimate,
        siting: Siting,
        budget: float,
        workers: int = 2,
        *,
        fresh_wishes: bool = False,
    ) -> Planner:
        """Build the model, of the wishes drawn first or anew."""
        problem = planning_problem(data, sampler, estimate, siting.aim, budget, fresh_wishes)
        none = np.zeros(len(problem.moves.cost), dtype=np.int64)
        worth = worth_of(problem, none, aim_of(siting.aim))
        return cls(siting, data, problem, worth.value, workers)

    def best(self, known: Sequence[Times] = ()) -> ProposedPlan:
        """The best plan; no worse than those that are known, or greedy's if there are none.

        Its status is ``infeasible`` if no plan may be made.
        """
        plans = self._known(known) or self._known([self.greedy()])
        return self.proposal(best_plan(self.problem, self._aim, self._effort(), known=plans))

    @property
    def _aim(self) -> Aim:
        return aim_of(self.siting.aim)

    def _effort(self, gap: float = 0.0) -> Effort:
        return Effort(nodes=NODES, seconds=self.siting.time_limit_seconds, gap=gap)

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

    @property
    def radii(self) -> Sequence[int]:
        """Moves within which plans near one are looked for: as many as plans, each twice as far."""
        return [self.siting.differ_by * 2**n for n in range(self.siting.plans)]

    @property
    def move_groups(self) -> I64:
        """(M,) moves with the same number do the same to rooms of the same kinds."""
        what = [(m.what, m.was, m.kind) for m in self.data.catalogue.moves]
        number = {each: n for n, each in enumerate(dict.fromkeys(what))}
        return np.array([number[each] for each in what], dtype=np.int64)

    def best_near(
        self, centre: Times, radii: Sequence[int], slope: F64, unlike: Sequence[Times]
    ) -> list[Times]:
        """The best plans within some numbers of moves, (M,) slope added to what moves gain."""
        found = near_plans(
            self.problem,
            self._aim,
            np.array(centre, dtype=np.int64),
            radii,
            self._effort(ENOUGH * max(self.gain(centre), 0.0)),
            slope=slope,
            unlike=[np.array(times, dtype=np.int64) for times in unlike],
            differ_by=self.siting.differ_by,
        )
        self.cuts.add(found.cut)
        return [tuple(times.tolist()) for times in found.plans]

    def allows(self, times: Times) -> bool:
        """Whether a plan can be carried out, whatever it costs and however large it is."""
        free = np.full(len(self.problem.floor), np.inf)
        unlimited = replace(self.problem, budget=np.inf, floor=free)
        return allowed(unlimited, np.array(times, dtype=np.int64))

    def known_plan(self, times: Times, bound: float) -> ProposedPlan:
        """A plan that is known from elsewhere, with what the model says of it."""
        value = self.gain(times)
        met = value >= bound - NEARLY * abs(bound)
        return ProposedPlan(
            times=times,
            value=value,
            bound=max(bound, value),
            status="optimal" if met else "feasible",
            estimate=self.expected(times),
        )

    def without_site(self, site: str) -> Planner:
        """A planner that may do nothing at a site, or with a link."""
        moves = self.problem.moves
        here = np.array([m.site == site for m in self.data.catalogue.moves])
        fewer = replace(
            moves, most=np.where(here, 0, moves.most), fixed=np.where(here, 0, moves.fixed)
        )
        return replace(self, problem=replace(self.problem, moves=fewer))

    def greedy(self, worth: Separate | None = None, start: Times | None = None) -> Times:
        """Value of adding the best move for its money, again and again.

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
        """Values of plans, part by part; the same for every budget."""
        return Separate(self.problem, self._aim)

    def proposal(self, plan: PlanSolution) -> ProposedPlan:
        """A solution as gains over today."""
        self.cuts.add(plan.cut)
        times = tuple(plan.times.tolist())
        return ProposedPlan(
            times=times,
            value=plan.value - self.today,
            bound=plan.bound - self.today,
            status=plan.status,
            estimate=self.expected(times),
            seconds=plan.seconds,
        )

    def gain(self, times: Times) -> float:
        """Gain of any plan over today."""
        worth = worth_of(self.problem, np.array(times, dtype=np.int64), self._aim)
        return worth.value - self.today

    def expected(self, times: Times) -> float:
        """Gain of any plan over today, of wishes drawn anew where there are such."""
        return (self.fresh or self).gain(times)

    def worst(self, times: Times) -> float:
        """Share that the worst-off group is served under a plan."""
        return worth_of(self.problem, np.array(times, dtype=np.int64), self._aim).worst

    def with_budget(self, budget: float) -> Planner:
        """A planner with another budget."""
        return replace(self, problem=replace(self.problem, budget=budget))


def planning_problem(
    data: PlanningData,
    sampler: WishSampler,
    estimate: Estimate,
    aim: SiteAim,
    budget: float,
    fresh_wishes: bool = False,
) -> Problem:
    """The planner's problem under a demand.

    Classes are drawn wishes, of one origin, kind and band each; those that take to the same places
    are one. Segments are only told apart where the aim looks at them.

    Parameters
    ----------
    sampler
        Of this data.
    fresh_wishes
        Of other wishes, and more of them: to say what a plan chosen for some is worth.
    """
    worth = data.kept.copy()
    if aim.count == "person_hours":
        worth *= estimate.hours * estimate.party
    segments = len(data.world.segments)
    parts = [[s] for s in range(segments)] if aim.group == "segment" else [list(range(segments))]
    total = float(estimate.wishes.sum())
    most, rate = (FRESH_DRAWS, RATE) if fresh_wishes else (DRAWS, 1.0)
    number = np.clip(rate * total, FEWEST, most)
    each = max(float(np.einsum("oskb,k->", estimate.wishes, worth)), 1e-9) / number
    found = [
        tastes(data, sampler, estimate, aim, kind, part, each / worth[kind], int(fresh_wishes))
        for kind in range(len(worth))
        for part in enumerate(parts)
        if worth[kind] > 0
    ]
    origin, kind, part, wishes, options = joined(found, aim, worth)
    group = _groups(data, aim, part, origin)
    classes = Classes(wishes, worth[kind], group)
    hours = _hours(data, classes, options)
    return Problem(
        classes=classes,
        facilities=Facilities(
            rooms=np.array([f.rooms for f in data.facilities], dtype=np.int64), hours=hours
        ),
        moves=_moves(data, hours),
        options=options,
        budget=budget,
        floor=np.array([s.area_m2 for s in data.catalogue.sites], dtype=np.float64),
        groups=int(group.max(initial=-1)) + 1,
    )


def _groups(data: PlanningData, aim: SiteAim, part: I64, origin: I64) -> I64:
    """(D,) group whose share counts; none where the aim does not look at the worst-off."""
    if not aim.worst:
        return np.full(len(origin), -1)
    if aim.group == "segment":
        return part
    origins = data.world.origins
    code = origins.community if aim.group == "community" else origins.zone
    _, dense = np.unique(code[origin], return_inverse=True)
    return dense.astype(np.int64)


def _hours(data: PlanningData, classes: Classes, options: ServiceOptions) -> F64:
    """(F, B) free hours of today; of rooms that may be taken no more than who needs them takes.

    Where a plan may take several rooms the model misses none before the last is gone. With hours
    that are just enough for those who take to no room that stays, each room taken turns its part
    of them away.
    """
    hours = np.array([f.hours * (f.rooms > 0) for f in data.facilities])
    taken = np.array([f.takable and f.rooms > 1 for f in data.facilities])
    stays = np.array([f.rooms > 0 and not f.takable for f in data.facilities])
    first = options.link < 0
    safe = np.zeros(len(classes.wishes), dtype=bool)
    safe[options.of_class[stays[options.facility] & first]] = True
    mine = np.flatnonzero(taken[options.facility] & first & ~safe[options.of_class])
    load = classes.wishes[options.of_class[mine]] * options.asked[mine] * options.hours[mine]
    needed = np.zeros_like(hours)
    np.add.at(needed, (options.facility[mine], options.band[mine]), load)
    hours[taken] = np.minimum(hours[taken], needed[taken])
    return hours


def _moves(data: PlanningData, hours: F64) -> Moves:
    """The catalogue's moves in numbers.

    Parameters
    ----------
    hours
        (F, B) of today's rooms.
    """
    moves, facilities = data.catalogue.moves, data.facilities
    site = {s.name: i for i, s in enumerate(data.catalogue.sites)}
    none = np.zeros(len(data.bands.names))
    gives_hours, takes_hours = [], []
    for new, old in zip(data.gives, data.takes, strict=True):
        gives_hours.append(none if new < 0 else facilities[new].hours)
        takes_hours.append(none if old < 0 else hours[old] / facilities[old].rooms)
    return Moves(
        cost=np.array([m.cost.base for m in moves], dtype=np.float64),
        most=np.array([m.most for m in moves], dtype=np.int64),
        site=np.array([site.get(m.site, -1) if m.area_m2 else -1 for m in moves], dtype=np.int64),
        area=np.array([m.area_m2 for m in moves], dtype=np.float64),
        gives=np.array(data.gives, dtype=np.int64),
        gives_hours=np.array(gives_hours).reshape(len(moves), -1),
        takes=np.array(data.takes, dtype=np.int64),
        takes_hours=np.array(takes_hours).reshape(len(moves), -1),
        fixed=np.array([m.fixed for m in moves], dtype=np.int64),
    )
