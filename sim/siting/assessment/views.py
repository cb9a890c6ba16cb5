"""Worlds as maps and tables show them, and what a search shows without further work."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from sim.arrays import F64, Bools
from sim.scenario.inputs import Inputs
from sim.siting.assessment.judge import TODAY, BudgetPlans
from sim.siting.figures import Figure, figure
from sim.siting.outcome import (
    Coverage,
    GainPrice,
    GroupGain,
    Homes,
    JudgedPlan,
    MapCentre,
    SitingOutcome,
    UnmetWishes,
    View,
)
from sim.siting.planning.tally import BY, Column
from sim.siting.planning.today import REASONS
from sim.siting.search.loop import SitingContext
from sim.siting.search.simulate import PlanRun, Simulator
from sim.stats.paired import family_confidence
from sim.world.world import World, build_world

METRES = (300.0, 500.0, 1000.0)
"""Radii of the 5-10-15-minute circles on the map of GB 50180, in straight lines."""


def homes_of(world: World) -> Homes:
    """Where people are."""
    origins = world.origins
    return Homes(
        names=origins.names,
        communities=tuple(world.communities[c] for c in origins.community),
        lonlat=origins.lonlat,
        people=origins.people.sum(axis=1),
    )


def view_of(label: str, simulator: Simulator, run: PlanRun) -> View:
    """A world in figures by origin."""
    rows = simulator.groups.rows_of(run.rows, "origin").mean(axis=0) / simulator.years
    near, known = rows[:, Column.NEAR], rows[:, Column.NEAR_KNOWN]
    best = run.best.argmax(axis=1)
    return View(
        label=label,
        places=tuple(_places(simulator.inputs, run.inputs)),
        wishes=rows[:, Column.WISHES],
        asked=rows[:, Column.ASKED],
        met=rows[:, Column.MET],
        minutes=np.where(known > 0, near / np.maximum(known, 1e-300), np.nan),
        catchment=np.where(run.best.sum(axis=1) > 0, best, -1).astype(np.int64),
    )


def _places(today: Inputs, inputs: Inputs) -> Iterator[MapCentre]:
    before, after = _rooms(today), _rooms(inputs)
    known = {row.centre for row in today.tables.centres}
    for row in inputs.tables.centres:
        rooms = after.get(row.centre, Counter())
        same = row.centre in known and rooms == before.get(row.centre, Counter())
        yield MapCentre(
            name=row.centre,
            lon=row.lon,
            lat=row.lat,
            tier=row.tier,
            status="kept" if same else "changed" if row.centre in known else "new",
            rooms=dict(sorted(rooms.items())),
        )


def _rooms(inputs: Inputs) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for row in inputs.tables.venues:
        found.setdefault(row.centre, Counter())[row.kind] += 1
    return found


def group_gains(
    simulator: Simulator, today: PlanRun, plan: PlanRun, confidence: float
) -> tuple[GroupGain, ...]:
    """Compare shares of wishes met by group, paired over replications."""
    n = min(len(today.rows), len(plan.rows))
    levels = [(by, level) for by in BY for level in simulator.groups.groupings[by].levels]
    before, after = (
        np.concatenate([simulator.groups.rows_of(rows[:n], by) for by in BY], axis=1)
        for rows in (today.rows, plan.rows)
    )
    wishes = before[..., Column.WISHES]
    some = np.flatnonzero(wishes.sum(axis=0) > 0)
    joint = family_confidence(confidence, max(1, len(some)))
    shares = [
        np.divide(
            rows[..., Column.MET], wishes, out=np.full(wishes.shape, np.nan), where=wishes > 0
        )
        for rows in (before, after)
    ]
    found = []
    for i in some.tolist():
        apart = shares[1][:, i] - shares[0][:, i]
        jointly = figure(apart, joint)
        met = (after[:, i, Column.MET] - before[:, i, Column.MET]) / simulator.years
        found.append(
            GroupGain(
                group=levels[i][0],
                level=levels[i][1],
                wishes=float(wishes[:, i].mean()) / simulator.years,
                before=figure(shares[0][:, i], confidence),
                after=figure(shares[1][:, i], confidence),
                difference=figure(apart, confidence),
                met=figure(met, confidence),
                joint_low=jointly.low,
                joint_high=jointly.high,
            )
        )
    return tuple(found)


def unmet_wishes(
    world: World, reasons: F64, years: float, confidence: float
) -> tuple[UnmetWishes, ...]:
    """Why wishes end without a room today.

    Parameters
    ----------
    reasons
        (R, K, 8) wishes of the counting window by kind and `latent.REASONS`.
    """
    return tuple(
        UnmetWishes(kind, stage, reason, figure(reasons[:, k, r] / years, confidence))
        for k, kind in enumerate(world.kinds)
        for r, (stage, reason) in enumerate(REASONS)
        if reasons[:, k, r].any()
    )


def coverage(today: Inputs, plan: Inputs) -> tuple[Coverage, ...]:
    """Shares of people who may use a room within the standard's minutes and metres."""
    before, after = build_world(today), build_world(plan)
    limits: list[tuple[float, Literal["minutes", "m"]]] = [
        *((limit, "minutes") for limit in before.scenario.travel.distance_bands),
        *((limit, "m") for limit in METRES),
    ]
    return tuple(
        Coverage(kind, limit, unit, *(_share(w, kind, limit, unit) for w in (before, after)))
        for kind in ("any", *before.kinds)
        for limit, unit in limits
    )


def _share(world: World, kind: str, limit: float, unit: str) -> float:
    """Share of people with a room that they may use within a limit."""
    people = world.origins.people
    kinds = range(len(world.kinds)) if kind == "any" else [world.kinds.index(kind)]
    inside = np.zeros(people.shape, dtype=bool)
    for k in kinds:
        inside |= _inside(world, k, limit, unit)
    return float((people * inside).sum() / max(people.sum(), 1))


def _inside(world: World, kind: int, limit: float, unit: str) -> Bools:
    """(O, S) whether people have a room of a kind within a limit."""
    pool, km = world.reach.pool[kind], world.reach.km[kind]
    if unit == "minutes":
        pace = np.array([1000 / 60 / s.metres_per_second for s in world.scenario.segments.values()])
        return np.asarray(km.min(axis=1)[:, None] * pace[None] <= limit)
    centre = world.pools.centre[pool] if len(world.pools.centre) else np.zeros_like(pool)
    away = world.centres.xy[centre] - world.origins.xy[:, None, :]
    metres = np.where(pool >= 0, 1000.0 * np.hypot(away[..., 0], away[..., 1]), np.inf)
    near = metres.min(axis=1) <= limit
    return np.broadcast_to(near[:, None], (len(near), len(world.segments)))


def siting_outcome(context: SitingContext, judged: BudgetPlans) -> SitingOutcome:
    """Figures known without further work; what would change the plan is probed by others."""
    simulator, level = context.simulator, context.effort.confidence
    best, world = judged.best, context.simulator.model.world
    today, run = judged.runs[simulator.no_moves], judged.runs[best.times]
    return SitingOutcome(
        catalogue=context.catalogue,
        plans=judged.plans,
        turns=judged.searched.climbed.turns,
        unit=context.siting.aim.count,
        guarantee=judged.judgement.guarantee,
        homes=homes_of(world),
        today=view_of(TODAY, simulator, today),
        after=view_of(best.label, simulator, run),
        budget=judged.searched.budget,
        confidence=level,
        unasked=unmet_wishes(world, context.today.reasons, simulator.years, level),
        gains=group_gains(simulator, today, run, level),
        coverage=coverage(context.inputs, run.inputs),
        prices=_prices(context, best),
    )


def _prices(context: SitingContext, plan: JudgedPlan) -> tuple[GainPrice, ...]:
    """Yuan a year for each unit gained a year."""
    if not any(plan.times):
        return ()
    unit = context.siting.aim.count
    gained = {
        "request served": plan.metrics["served"],
        "minute saved": plan.metrics["minutes"],
        unit.removesuffix("s").replace("_", "-"): plan.metrics[
            "person_hours" if unit == "person_hours" else "met"
        ],
    }
    return tuple(_price(of, plan, gain) for of, gain in gained.items())


def _price(unit: str, plan: JudgedPlan, gain: Figure) -> GainPrice:
    cost = plan.cost

    def each(yuan: float, number: float) -> float:
        if math.isnan(number):
            return math.nan
        return yuan / number if number > 0 else math.inf

    yuan = Figure(
        each(cost.base, gain.mean), each(cost.base, gain.high), each(cost.base, gain.low), gain.n
    )
    return GainPrice(unit, yuan, each(cost.low, gain.mean), each(cost.high, gain.mean))


def with_labels(judged: BudgetPlans, found: SitingOutcome) -> SitingOutcome:
    """Name the plans of the frontier that were judged by their labels."""
    known = {p.times: p for p in reversed(judged.plans)}
    points = [
        replace(p, plan=known[p.times].label, simulated=known[p.times].gain)
        if p.times in known
        else p
        for p in found.frontier
    ]
    return replace(found, frontier=tuple(points))
