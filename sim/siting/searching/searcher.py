"""Search for plans within a budget: today simulated, then turns of the closed loop, then rivals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from optimise.siting.planner.solution import Cut
from sim.experiment.replicate import Engine
from sim.model import build_model
from sim.scenario.inputs import Inputs
from sim.scenario.schema.siting import Siting
from sim.siting.offered.catalogue import Catalogue, Times
from sim.siting.offered.offers import catalogue_of, siting_of
from sim.siting.outcome import Turn
from sim.siting.planning.asking import Asking
from sim.siting.planning.effects import Effects
from sim.siting.planning.ground import Ground, ground_of
from sim.siting.planning.proposer import Planner
from sim.siting.searching.loop import Looped, close_the_loop
from sim.siting.searching.rivals import census_p_median
from sim.siting.searching.turns import Turns
from sim.siting.simulated.bands import week_bands
from sim.siting.simulated.estimate import Estimate
from sim.siting.simulated.latent import latent_estimate
from sim.siting.simulated.simulator import Simulator, TodayRun

__all__ = ["CENSUS", "GREEDY", "Effort", "Searched", "Searcher", "searcher"]

CENSUS, GREEDY = "census p-median", "greedy"


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look.

    Attributes
    ----------
    search, judge
        Replications while searching, and at most in the last word.
    turns
        Of the loop, at most.
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
class Searched:
    """Plans found within a budget.

    Attributes
    ----------
    plans
        By the loop, the best simulated first: the model is made around the first.
    rivals
        By label; what they propose may be one of the plans.
    """

    budget: float
    looped: Looped
    plans: tuple[Times, ...]
    rivals: dict[str, Times]

    @property
    def around(self) -> Times | None:
        """Plan around which the model is made after the last turn."""
        best = self.plans[0]
        return best if float(self.looped.simulated[best].gain.mean()) > 0 else None


@dataclass(frozen=True, slots=True)
class Searcher:
    """Today as simulated, and what the planner makes of it.

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
    ground: Ground
    asking: Asking
    estimate: Estimate
    effort: Effort
    cuts: set[Cut] = field(default_factory=set)

    def planner(
        self,
        budget: float,
        effects: Effects,
        estimate: Estimate | None = None,
        around: Times | None = None,
        *,
        alone: bool = False,
    ) -> Planner:
        """The planning model; of today's simulated demand or another one, around a plan.

        `alone`: without wishes drawn anew, which only those need who compare with simulations.
        """
        known = self.estimate if estimate is None else estimate
        workers = self.effort.workers
        ground, asking, siting = self.ground, self.asking, self.siting
        made = (
            Planner.of(ground, asking, known, siting, budget, effects, workers, around=around)
            if alone
            else Planner.proposing(ground, asking, known, siting, budget, effects, workers, around)
        )
        return replace(made, cuts=self.cuts)

    def fair(self, searched: Searched) -> Planner:
        """The model with groups told apart, whatever the aim says of the worst-off."""
        aim = self.siting.aim.model_copy(update={"worst": max(self.siting.aim.worst, 1.0)})
        siting = self.siting.model_copy(update={"aim": aim})
        effects, around = searched.looped.effects, searched.around
        return replace(self, siting=siting).planner(
            searched.budget, effects, around=around, alone=True
        )

    def search(self, budget: float, tell: Callable[[Turn], None]) -> Searched:
        """Close the loop; rivals know nothing of its corrections."""
        rivals, effort = self._rivals(budget), self.effort
        work = Turns(self, budget, tuple(dict.fromkeys(rivals.values())))
        looped = close_the_loop(
            work.propose, work.simulate, effort.turns, effort.confidence, tell, near=work
        )
        return Searched(budget, looped, looped.best(self.siting.plans), rivals)

    def _rivals(self, budget: float) -> dict[str, Times]:
        """Plans of those who do not simulate."""
        return {
            CENSUS: census_p_median(self.ground, budget),
            GREEDY: self.planner(budget, Effects(), alone=True).greedy(),
        }


def searcher(
    inputs: Inputs,
    engine: Engine,
    effort: Effort,
    catalogue: Catalogue | None = None,
    cuts: set[Cut] | None = None,
) -> Searcher:
    """Simulate today and lay the ground of the planning model.

    Parameters
    ----------
    catalogue, cuts
        Of the scenario itself, for one of its outlooks.
    """
    siting, catalogue = siting_of(inputs), catalogue or catalogue_of(inputs)
    model = build_model(inputs)
    simulator = Simulator(inputs, model, catalogue, siting.aim, engine)
    today = simulator.today(effort.search, effort.seed)
    ground = ground_of(inputs, model, catalogue, week_bands(), today.told, effort.search)
    estimate = latent_estimate(today.told, effort.search, simulator.years)
    asking = Asking(ground)
    return Searcher(
        inputs, siting, catalogue, simulator, today, ground, asking, estimate, effort,
        set() if cuts is None else cuts,
    )  # fmt: skip
