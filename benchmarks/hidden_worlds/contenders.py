"""Plans of one and the same planning model, solver, budget and candidates; demand differs.

(a) census, (b) census x segment rates, (c) bookings, (d) the planner's simulated latent demand in
one pass, (e) the closed loop, judged by the planner's own simulation, (f) the true latent demand.
Only (f) is given the truth. (a) to (c) have the bookings' number, kinds and hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.hidden_worlds.calibrating import calibrated
from benchmarks.hidden_worlds.planner_view import View
from benchmarks.hidden_worlds.worlds import KINDS
from benchmarks.hidden_worlds.writing import scenario_of
from sim.experiment.replicate import Engine
from sim.siting.assessment.judge import fresh_seed
from sim.siting.moves.catalogue import Times
from sim.siting.planning.planner import ProposedPlan
from sim.siting.planning.today import Estimate, week_bands
from sim.siting.search.loop import ClimbedPlans, SitingContext, SitingEffort, siting_context

__all__ = ["JUDGED", "LOOP", "Desk", "bookings_demand", "census_demand", "desk_of", "rates_demand"]

F64 = npt.NDArray[np.float64]
WEEKS_A_YEAR = 365.0 / 7.0
JUDGED = 3
"""Plans of the loop that get a last word with fresh seeds."""


@dataclass(frozen=True, slots=True)
class Looking:
    """How hard the loop looks."""

    turns: int = 6
    plans: int = 3
    search: int = 12
    judge: int = 24


LOOP = Looking()


@dataclass(frozen=True, slots=True)
class Desk:
    """A planner at work: its calibrated simulation, and the planning model on its ground."""

    view: View
    context: SitingContext
    seed: int

    def plan(self, estimate: Estimate) -> ProposedPlan:
        """The best plan under a demand, in one pass."""
        return self.context.planner(self.view.town.budget, estimate).best()

    def climbed(self) -> ClimbedPlans:
        """The closed loop."""
        return self.context.search(self.view.town.budget, lambda turn: None).climbed

    def judged(self, plans: Sequence[Times]) -> Times:
        """The best of some plans in the planner's own simulation, with fresh seeds."""
        simulator = self.context.simulator
        runs = simulator.run(plans, fresh_seed(self.seed), LOOP.judge)
        worth = [float(simulator.worth(run.rows).mean()) for run in runs]
        return plans[int(np.argmax(worth))]

    def demands(self) -> dict[str, Estimate]:
        """Demand as (a) to (d) have it; a+ is the census with the number of (d)."""
        like = self.context.estimate
        census = census_demand(self.view, like)
        number = like.wishes.sum((0, 1, 3)) / np.maximum(census.wishes.sum((0, 1, 3)), 1e-300)
        return {
            "a": census,
            "a+": replace(census, wishes=census.wishes * number[:, None]),
            "b": rates_demand(self.view, like),
            "c": bookings_demand(self.view, like),
            "d": like,
        }


def desk_of(view: View, folder: Path, engine: Engine, seed: int) -> Desk:
    """Calibrate, simulate today, lay the ground."""
    behaviour = calibrated(view, folder, engine, seed)
    inputs = scenario_of(
        folder, view.town, behaviour, weeks=view.weeks, turns=LOOP.turns, plans=LOOP.plans
    )
    effort = SitingEffort(LOOP.search, LOOP.judge, LOOP.turns, seed, 0.95, workers=1)
    return Desk(view, siting_context(inputs, engine, effort), seed)


def bookings_demand(view: View, like: Estimate) -> Estimate:
    """Bookings as they were made; segments, which they do not tell, as in the census."""
    people = _people(view)
    share = people / people.sum(axis=1, keepdims=True)
    return _estimate(share[:, :, None, None] * _booked(view)[:, None], like)


def census_demand(view: View, like: Estimate) -> Estimate:
    """People x one rate."""
    people = _people(view)
    share = (people / people.sum())[:, :, None, None]
    return _estimate(share * _booked(view).sum(axis=0), like)


def rates_demand(view: View, like: Estimate) -> Estimate:
    """People x the rates that the planner believes of each segment and kind."""
    wished = _people(view)[:, :, None] * np.array(view.belief.rates)
    share = wished / wished.sum(axis=(0, 1))
    estimate = share[..., None] * _booked(view).sum(axis=0)
    return _estimate(estimate, like)


def _people(view: View) -> F64:
    return np.array([c.people for c in view.town.compounds], dtype=np.float64)


def _booked(view: View) -> F64:
    """(O, K, B) bookings a year."""
    seen = view.bookings.by_band(week_bands(), len(view.town.compounds), len(KINDS))
    return np.asarray(seen * WEEKS_A_YEAR)


def _estimate(wishes: F64, like: Estimate) -> Estimate:
    return Estimate(np.asarray(wishes), like.hours, like.party)
