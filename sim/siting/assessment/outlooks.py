"""Demands that the future may bring, each as the scenario that it would be, and plans in them.

An outlook is a scenario of its own, with residents of its own; within it all plans and today meet
the same ones. One plan is made for all outlooks in their planning models, and all plans are
simulated in each.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimise.siting.outlooks import mixture
from optimise.siting.search import best_plan
from optimise.solver import Effort
from sim.arrays import F64
from sim.experiment.replicate import Engine
from sim.scenario.inputs import Inputs, at_multiplier
from sim.scenario.loading import load
from sim.scenario.schema.siting import GrowthPath, HandoverRow, Outlook
from sim.scenario.schema.tables import OriginRow, PeopleRow
from sim.scenario.tables import Tables
from sim.siting.assessment.judge import fresh_seed
from sim.siting.figures import figure
from sim.siting.moves.application import with_tables
from sim.siting.moves.catalogue import Times
from sim.siting.moves.offers import siting_of
from sim.siting.outcome import OutlookRank
from sim.siting.planning.aim import aim_of
from sim.siting.planning.planner import NODES, Planner
from sim.siting.search.loop import FoundPlans, SitingContext, siting_context
from sim.stats.apportion import apportion

_MULTIPLIER = "demand.multiplier"
_YEAR_DAYS = 365.25


def outlooks_of(inputs: Inputs) -> dict[str, Inputs]:
    """The scenario under each outlook, then in each year of the path (named by its number).

    Sites, segments and kinds stay; people, rates and where they live may differ. The scenario's
    own demand is none of them.

    Raises
    ------
    ScenarioProblems
        If what an outlook sets is wrong once tables are read.
    ValueError
        If the scenario has no `siting`.
    """
    siting = siting_of(inputs)
    found = {name: _outlook(inputs, outlook) for name, outlook in siting.outlooks.items()}
    if siting.path is not None:
        for year in siting.path.years:
            found[str(year)] = inputs_in_year(inputs, siting.path, year)
    return found


def weights_of(inputs: Inputs) -> dict[str, float]:
    """Weight of each outlook in the expected value, in the order of `outlooks_of`."""
    siting = siting_of(inputs)
    weights = {name: outlook.weight for name, outlook in siting.outlooks.items()}
    if siting.path is not None:
        weights |= {str(year): siting.path.weight for year in siting.path.years}
    return weights


def _outlook(inputs: Inputs, outlook: Outlook) -> Inputs:
    changed = _set(inputs, outlook.set)
    if not outlook.people:
        return changed
    people = tuple(
        row.model_copy(update={"people": round(row.people * outlook.people.get(row.segment, 1.0))})
        for row in changed.tables.people
    )
    return with_tables(changed, dataclasses.replace(changed.tables, people=people))


def _set(inputs: Inputs, keys: Mapping[str, float | int | str]) -> Inputs:
    """Set keys as the command line does; files are read again only if they must be."""
    if set(keys) <= {_MULTIPLIER}:
        return at_multiplier(inputs, float(keys[_MULTIPLIER])) if keys else inputs
    sets = (*inputs.changed, *(f"{key}={value}" for key, value in keys.items()))
    return load(inputs.path, sets=sets)


def inputs_in_year(inputs: Inputs, path: GrowthPath, year: int) -> Inputs:
    """People of new compounds who have moved in by then, and more bookers by adoption."""
    since = inputs.scenario.window.first.year if path.since is None else path.since
    factor = (1.0 + path.adoption_growth) ** (year - since)
    grown = at_multiplier(inputs, inputs.scenario.demand.multiplier * factor)
    return with_tables(grown, _settled(inputs.tables, path, year))


def _settled(tables: Tables, path: GrowthPath, year: int) -> Tables:
    """Tables with the origins of all new compounds and the people who are there by then."""
    known = {row.origin for row in tables.origins}
    new = tuple(_origin(row) for row in tables.handovers if row.compound not in known)
    more: dict[tuple[str, str], int] = {}
    mix = _mix(tables)
    for row in tables.handovers:
        share = moved_in(row.handover, year, path.move_in_years)
        people = round(row.households * share * path.people_per_household)
        parts = apportion(list(mix.values()), people) if people else []
        more |= {(row.compound, s): n for s, n in zip(mix, parts, strict=False) if n}
    people_rows = [
        row.model_copy(update={"people": row.people + more.pop((row.origin, row.segment), 0)})
        for row in tables.people
    ]
    people_rows += [
        PeopleRow(origin=origin, segment=segment, people=n, source="handovers, moved in")
        for (origin, segment), n in more.items()
    ]
    return dataclasses.replace(tables, origins=(*tables.origins, *new), people=tuple(people_rows))


def moved_in(handover: dt.date, year: int, move_in_years: float) -> float:
    """Share of a compound's flats that are lived in on 1 July of a year."""
    passed = (dt.date(year, 7, 1) - handover).days / _YEAR_DAYS
    if move_in_years == 0:
        return 1.0 if passed >= 0 else 0.0
    return min(1.0, max(0.0, passed / move_in_years))


def _mix(tables: Tables) -> dict[str, float]:
    """People by segment in the compounds that are there; without any, in all origins."""
    compounds = {row.origin for row in tables.origins if row.type == "compound"}
    rows = [row for row in tables.people if row.origin in compounds and row.people]
    mix: dict[str, float] = {}
    for row in rows or tables.people:
        mix[row.segment] = mix.get(row.segment, 0.0) + row.people
    return mix


def _origin(row: HandoverRow) -> OriginRow:
    return OriginRow(
        origin=row.compound,
        type="compound",
        community=row.community,
        lon=row.lon,
        lat=row.lat,
        households=row.households,
        source=row.source,
    )


NEARLY = 1e-9
"""Relative difference of gains that are the same."""


@dataclass(frozen=True, slots=True)
class Future:
    """An outlook: today simulated in it, and the planning model there.

    Attributes
    ----------
    weight
        Of all outlooks together 1.
    """

    name: str
    weight: float
    context: SitingContext
    planner: Planner


@dataclass(frozen=True, slots=True)
class OutlookPlan:
    """A plan made for all outlooks; weighted mean gain in their planning models, and its bound."""

    times: Times
    value: float
    bound: float
    status: str


def futures_of(context: SitingContext, searched: FoundPlans, engine: Engine) -> tuple[Future, ...]:
    """Simulate today in every outlook, and make the planning model around the best plan known."""
    weights = weights_of(context.inputs)
    total = sum(weights.values())
    futures = []
    for name, inputs in outlooks_of(context.inputs).items():
        there = siting_context(inputs, engine, context.effort, context.catalogue, context.cuts)
        planner = there.planner(searched.budget)
        share = weights[name] / total if total else 1 / len(weights)
        futures.append(Future(name, share, there, planner))
    return tuple(futures)


def plan_for_outlooks(futures: Sequence[Future], known: Sequence[Times]) -> OutlookPlan | None:
    """The plan with the largest weighted mean gain in the planning models of all outlooks.

    None where an outlook changes the rooms that are there, so that moves are not the same; where
    the aim has the worst-off group in it, which has no mean; and where no plan can be made.

    Parameters
    ----------
    known
        Plans to be no worse than.
    """
    planners = [future.planner for future in futures]
    rooms = [planner.problem.facilities.rooms for planner in planners]
    siting = planners[0].siting
    if siting.aim.worst or any(not np.array_equal(rooms[0], other) for other in rooms):
        return None
    weights = np.array([future.weight for future in futures])
    found = best_plan(
        mixture([planner.problem for planner in planners], weights),
        aim_of(siting.aim),
        Effort(nodes=NODES, seconds=siting.time_limit_seconds * len(planners)),
        known=[np.array(times, dtype=np.int64) for times in known],
    )
    planners[0].cuts.add(found.cut)
    if found.status == "infeasible":
        return None
    today = float(weights @ [planner.today for planner in planners])
    times = tuple(found.times.tolist())
    return OutlookPlan(times, found.value - today, found.bound - today, found.status)


def gains_in(future: Future, plans: Sequence[Times]) -> F64:
    """(plans, R) simulated gains over today in an outlook, on the seed of the last word."""
    there = future.context
    effort, simulator = there.effort, there.simulator
    runs = simulator.run([simulator.no_moves, *plans], fresh_seed(effort.seed), effort.search)
    worth = np.array([simulator.worth(run.rows) for run in runs])
    return np.asarray(worth[1:] - worth[0])


def outlook_ranks(
    future: Future, plans: Mapping[str, Times], gains: Mapping[Times, F64], confidence: float
) -> tuple[OutlookRank, ...]:
    """Ranks of plans in an outlook, as simulated and in its planning model.

    Parameters
    ----------
    plans
        By label; those that do something.
    gains
        (R,) of each plan there.
    """
    planner = future.planner
    best = planner.best(list(plans.values()))
    simulated = [float(gains[times].mean()) for times in plans.values()]
    modelled = [planner.gain(times) for times in plans.values()]
    first = gains[list(plans.values())[int(np.argmax(simulated))]] if plans else np.zeros(0)
    return tuple(
        OutlookRank(
            outlook=future.name,
            plan=label,
            value=value,
            best=max(best.bound, value),
            rank=_rank(mean, simulated),
            simulated=figure(gains[times], confidence),
            behind=figure(first - gains[times], confidence),
            model_rank=_rank(value, modelled),
        )
        for (label, times), mean, value in zip(plans.items(), simulated, modelled, strict=True)
    )


def _rank(value: float, values: Sequence[float]) -> int:
    return 1 + sum(other > value + NEARLY * abs(value) for other in values)
