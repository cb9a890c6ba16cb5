"""Search for plans within a budget: propose, simulate, climb from the best plan simulated so far.

Today is simulated once, and the planning model made from it. Its best plan and those of rivals who
do not simulate are where climbing begins; what is kept is the best *simulated* plan of all turns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from optimise.siting.problem import Cut
from sim.arrays import F64
from sim.experiment.replicate import Engine
from sim.model import build_model
from sim.scenario.inputs import Inputs
from sim.scenario.schema.siting import Siting
from sim.siting.figures import figure
from sim.siting.moves.catalogue import Catalogue, Times
from sim.siting.moves.offers import catalogue_of, siting_of
from sim.siting.outcome import NearbyPlan, SearchTurn
from sim.siting.planning.data import PlanningData, planning_data
from sim.siting.planning.planner import Planner, ProposedPlan
from sim.siting.planning.today import Estimate, latent_estimate, week_bands
from sim.siting.planning.wishes import WishSampler
from sim.siting.search.climbing import Climber, ClimbingStep, Simulate, best_simulated
from sim.siting.search.rivals import census_p_median
from sim.siting.search.simulate import Simulator, TodayRun

CENSUS, GREEDY = "census p-median", "greedy"


@dataclass(frozen=True, slots=True)
class SitingEffort:
    """Replications, turns and threads that a search may use.

    Attributes
    ----------
    search, judge
        Replications while searching, and at most in the final comparison.
    turns
        Of climbing, at most.
    workers
        Threads of a solver.
    """

    search: int
    judge: int
    turns: int
    seed: int
    confidence: float
    workers: int = 2


@dataclass(frozen=True, slots=True)
class ClimbedPlans:
    """Result of climbing.

    Attributes
    ----------
    gains
        (R,) of every plan simulated that may be recommended, in the order in which they came up.
    ended
        ``settled``: no plan near the best one was better; ``turns``: there were no more turns.
    """

    turns: tuple[SearchTurn, ...]
    gains: Mapping[Times, F64]
    ended: Literal["settled", "turns"]

    def best(self, number: int) -> tuple[Times, ...]:
        """Plans with the largest simulated gain, ties in the order in which they came up."""
        return tuple(sorted(self.gains, key=lambda t: -float(self.gains[t].mean()))[:number])


@dataclass(frozen=True, slots=True)
class FoundPlans:
    """Plans found within a budget.

    Attributes
    ----------
    planner
        The planning model with this budget.
    bound
        No plan gains more in it.
    plans
        The best simulated, the best first.
    rivals
        By label; what they propose may be one of the plans.
    """

    budget: float
    planner: Planner
    bound: float
    climbed: ClimbedPlans
    plans: tuple[Times, ...]
    rivals: Mapping[str, Times]


@dataclass(frozen=True, slots=True)
class SitingContext:
    """Today as simulated, and what the planning model is made of.

    Attributes
    ----------
    cuts
        What ended searches of planning models.
    """

    inputs: Inputs
    siting: Siting
    catalogue: Catalogue
    simulator: Simulator
    today: TodayRun
    data: PlanningData
    sampler: WishSampler
    estimate: Estimate
    effort: SitingEffort
    cuts: set[Cut] = field(default_factory=set)

    def planner(self, budget: float, estimate: Estimate | None = None) -> Planner:
        """The planning model; of today's simulated demand or another one."""
        known = self.estimate if estimate is None else estimate
        made = Planner.from_data(
            self.data, self.sampler, known, self.siting, budget, self.effort.workers
        )
        return replace(made, cuts=self.cuts)

    def fair(self, budget: float) -> Planner:
        """The model with groups told apart, whatever the aim says of the worst-off."""
        aim = self.siting.aim.model_copy(update={"worst": max(self.siting.aim.worst, 1.0)})
        return replace(self, siting=self.siting.model_copy(update={"aim": aim})).planner(budget)

    def simulate(self, plans: Sequence[Times]) -> list[F64]:
        """(R,) gains of plans over today, under the residents for whom they are searched."""
        runs = self.simulator.run(plans, self.effort.seed, self.effort.search) if plans else []
        return [self.simulator.gains(self.today.run, run) for run in runs]

    def search(self, budget: float, on_turn: Callable[[SearchTurn], None]) -> FoundPlans:
        """The best plan of the planning model, rivals' plans, and what climbing from them finds.

        Raises
        ------
        ValueError
            If there is no plan at all.
        """
        planner = self.planner(budget)
        rivals = {CENSUS: census_p_median(self.data, budget), GREEDY: planner.greedy()}
        fresh = Planner.from_data(
            self.data, self.sampler, self.estimate, self.siting, budget, fresh_wishes=True
        )  # fmt: skip
        planner = replace(planner, fresh=fresh)
        known = tuple(dict.fromkeys(rivals.values()))
        first, effort = planner.best(known), self.effort
        if first.status == "infeasible":
            raise ValueError("no plan can be made within the budget")
        climbed = climb(
            planner, self.simulate, first, known, effort.turns, effort.confidence, on_turn
        )  # fmt: skip
        best = climbed.best(self.siting.plans)
        return FoundPlans(budget, planner, first.bound, climbed, best, rivals)


def siting_context(
    inputs: Inputs,
    engine: Engine,
    effort: SitingEffort,
    catalogue: Catalogue | None = None,
    cuts: set[Cut] | None = None,
) -> SitingContext:
    """Simulate today, and read off it what the planning model is made of.

    Parameters
    ----------
    catalogue, cuts
        Of the scenario itself, for one of its outlooks.
    """
    siting, catalogue = siting_of(inputs), catalogue or catalogue_of(inputs)
    model = build_model(inputs)
    simulator = Simulator(inputs, model, catalogue, siting.aim, engine)
    today = simulator.today(effort.search, effort.seed)
    data = planning_data(inputs, model, catalogue, week_bands(), today.latent, effort.search)
    return SitingContext(
        inputs=inputs,
        siting=siting,
        catalogue=catalogue,
        simulator=simulator,
        today=today,
        data=data,
        sampler=WishSampler(data),
        estimate=latent_estimate(today.latent, effort.search, simulator.years),
        effort=effort,
        cuts=set() if cuts is None else cuts,
    )


def climb(
    model: Planner,
    simulate: Simulate,
    first: ProposedPlan,
    rivals: Sequence[Times],
    turns: int,
    confidence: float = 0.95,
    on_turn: Callable[[SearchTurn], None] = lambda turn: None,
) -> ClimbedPlans:
    """Simulate the model's best plan and rivals', then plans near the best one while they gain.

    Each plan is simulated once. A turn tells of a plan (in the first turn the model's best, then
    the best simulated so far) and of the step from the best that promised most.

    Parameters
    ----------
    first
        The model's best plan.
    confidence
        Of intervals.
    on_turn
        Called with every turn.
    """
    plans = list(dict.fromkeys((first.times, *rivals)))
    gains = dict(zip(plans, simulate(plans), strict=True))
    climber, turns_made = Climber(model, simulate), list[SearchTurn]()
    for number in range(1, turns + 1):
        centre = best_simulated(gains)
        steps = climber.climb(gains, first.times)
        new = [step.times for step in steps]
        gains.update(zip(new, simulate(new), strict=True))
        known = first if number == 1 else _known(model, centre, first)
        turns_made.append(_turn(number, known, gains, steps, confidence))
        on_turn(turns_made[-1])
        if best_simulated(gains) == centre:
            return ClimbedPlans(tuple(turns_made), gains, "settled")
    return ClimbedPlans(tuple(turns_made), gains, "turns")


def _known(model: Planner, times: Times, first: ProposedPlan) -> ProposedPlan:
    """The best plan simulated so far, as the model has it."""
    return replace(
        first,
        times=times,
        value=model.gain(times),
        estimate=model.expected(times),
        seconds=math.nan,
    )


def _turn(
    number: int,
    plan: ProposedPlan,
    gains: Mapping[Times, F64],
    steps: Sequence[ClimbingStep],
    confidence: float,
) -> SearchTurn:
    """Report of a turn: on the plan, and on the step that promised most."""
    mean = figure(gains[plan.times], confidence)
    return SearchTurn(
        number=number,
        times=plan.times,
        estimate=plan.estimate,
        bound=plan.bound,
        simulated=mean,
        difference=mean.mean - plan.estimate,
        value=plan.value,
        seconds=plan.seconds,
        near=_nearby(gains, max(steps, key=_expected(gains)), confidence) if steps else None,
    )


def _expected(gains: Mapping[Times, F64]) -> Callable[[ClimbingStep], float]:
    """Expected value of a step: the simulated gain of the plan from which it leads."""
    return lambda step: float(gains[step.centre].mean()) + step.extra


def _nearby(gains: Mapping[Times, F64], step: ClimbingStep, confidence: float) -> NearbyPlan:
    mean, estimate = figure(gains[step.times], confidence), _expected(gains)(step)
    return NearbyPlan(
        moves=step.moves,
        times=step.times,
        estimate=estimate,
        simulated=mean,
        difference=mean.mean - estimate,
    )
