"""A made-up outcome of `linli site` on Cangqian: real names and places, invented figures.

Sixty candidates, moves of every kind, a plan that opens, converts, closes and links, rivals, three
turns, a frontier. The worlds of today and of the plan are really built, so minutes are real.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from sim.report.context import ChartContext, chart_context
from sim.report.site.places import UNKNOWN, PageData, page_data
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.schema.tables import CentreRow, VenueRow
from sim.siting.figures import Figure
from sim.siting.moves.catalogue import Catalogue, Move, Site, Yuan
from sim.siting.outcome import (
    Coverage,
    GainPrice,
    GroupGain,
    Homes,
    JudgedPlan,
    LeftOutSite,
    MapCentre,
    NearbyPlan,
    OutlookRank,
    Point,
    Ruling,
    Score,
    SearchTurn,
    SitingOutcome,
    UnmetWishes,
    View,
)
from sim.world.places import TIERS
from sim.world.world import World, build_world

SCENARIO = Path(__file__).parents[3] / "scenarios" / "cangqian.yaml"
KINDS = ("badminton_court", "activity_room", "reading_room", "meeting_room")
HOSTILE = '<b>&"暮云"</b>'
"""A name that breaks pages which do not escape."""
CANDIDATES = 60
OPENED = ((3, 0, 2), (11, 1, 1), (19, 0, 1), (19, 2, 1), (27, 3, 2), (40, 1, 1), (52, 0, 1))
"""(candidate, kind, rooms) of the recommended plan."""


def figure(mean: float, half: float, n: int = 10) -> Figure:
    return Figure(mean, mean - half, mean + half, n)


def yuan(base: float) -> Yuan:
    return Yuan(base, round(0.7 * base), round(1.45 * base))


@lru_cache(maxsize=1)
def inputs() -> Inputs:
    return load(SCENARIO)


def candidate(number: int) -> str:
    """Name of a candidate site, after the origin beside it; numbered from 1."""
    origins = inputs().tables.origins
    return f"{origins[(number - 1) % len(origins)].origin}备选{number}"


def _sites(today: Inputs) -> tuple[Site, ...]:
    rng = np.random.default_rng(8)
    origins = today.tables.origins
    sites = []
    for i in range(CANDIDATES):
        o = origins[i % len(origins)]
        east, north = rng.normal(0, 0.0012, 2).tolist()
        lon, lat = o.lon + east, o.lat + north
        name = candidate(i + 1) if i != OPENED[1][0] else HOSTILE
        tier = ("community", "compound", "subdistrict")[i % 3]
        access = {"community": "community", "compound": "compound"}.get(tier, "public")
        sites.append(
            Site(name, lon, lat, tier, o.community, o.origin, access,
                 300.0 + 10 * i, KINDS, exists=False, source="made up")
        )  # fmt: skip
    for c in today.tables.centres[:6]:
        sites.append(
            Site(c.centre, c.lon, c.lat, c.tier, c.community, c.compound, "public", 900.0,
                 KINDS, exists=True, source="made up")
        )  # fmt: skip
    return tuple(sites)


def _catalogue(today: Inputs) -> tuple[Catalogue, tuple[int, ...]]:
    """Sites and moves, and how often the recommended plan makes each."""
    sites = _sites(today)
    chosen = {(site, kind): n for site, kind, n in OPENED}
    moves, times = [], []
    for s, site in enumerate(sites[:CANDIDATES]):
        for k, kind in enumerate(KINDS):
            cost = yuan(42_000.0 + 9_000 * k + 300 * s)
            moves.append(Move("open", site.name, kind, "", 8 + 6 * k, 120 - 20 * k, cost, 3, 0, ""))
            times.append(chosen.get((s, k), 0))
    there = sites[CANDIDATES].name
    moves += [
        Move("convert", there, "badminton_court", "hall", 6, 0.0, yuan(15_000), 1, 0, ""),
        Move("close", sites[CANDIDATES + 1].name, "", "hall", 0, -300.0, yuan(-20_000), 1, 0, ""),
        Move("link", "五常港人行桥", "", "", 0, 0.0, yuan(60_000), 1, 0, ""),
        Move("link", "地下通道", "", "", 0, 0.0, yuan(220_000), 1, 0, ""),
    ]
    return Catalogue(sites, tuple(moves)), (*times, 1, 1, 1, 0)


def _built(today: Inputs, catalogue: Catalogue, times: tuple[int, ...]) -> World:
    """The world with what is opened (closures and conversions do not matter for minutes here)."""
    sites = {s.name: s for s in catalogue.sites}
    centres, venues = {}, []
    for n, move in zip(times, catalogue.moves, strict=True):
        if move.what != "open" or not n:
            continue
        site = sites[move.site]
        name = move.site.replace("*", "").replace("/", "")
        centres[name] = CentreRow(
            centre=name, tier=site.tier, community=site.community, compound=site.compound,
            lon=site.lon, lat=site.lat, source="made up",
        )  # fmt: skip
        venues += [
            VenueRow(
                venue=f"{name} {move.kind} {i}", centre=name, kind=move.kind,
                capacity=move.capacity, area_m2=move.area_m2, access="public",
                hours="subdistrict-full", slot_minutes=60, source="made up",
            )
            for i in range(n)
        ]  # fmt: skip
    tables = replace(
        today.tables,
        centres=(*today.tables.centres, *centres.values()),
        venues=(*today.tables.venues, *venues),
    )
    return build_world(replace(today, tables=tables))


def _plans(catalogue: Catalogue, times: tuple[int, ...]) -> tuple[JudgedPlan, ...]:
    """The recommended plan, four others that move one opening on, and three rivals."""
    none = (0,) * len(times)
    rows = [
        ("plan 2", 0, 58_400, 59_100, "feasible", 51_800, 1_900, 1),
        ("plan 1", 4, 59_000, 59_100, "feasible", 50_100, 2_000, 2),
        ("plan 3", 8, 57_200, 59_100, "feasible", 49_400, 1_800, 3),
        ("greedy", 12, 55_000, np.nan, "", 47_300, 2_100, 4),
        ("plan 4", 16, 56_900, 59_100, "feasible", 46_000, 2_300, 5),
        ("census p-median", 40, 31_000, np.nan, "", 21_500, 1_700, 6),
        ("today", None, 0, np.nan, "", 0, 0, 7),
    ]
    plans = []
    for label, on, value, bound, status, gain, half, rank in rows:
        mine = none if on is None else tuple(np.roll(times[:-4], on).tolist()) + times[-4:]
        gains = figure(gain, half) if half else Figure(0.0, np.nan, np.nan, 10)
        metrics = {
            "served": figure(gain / 3.1, max(half, 1) / 3.1),
            "minutes": figure(gain / 1.7, max(half, 1) / 1.4),
        }
        plans.append(
            JudgedPlan(label, mine, catalogue.cost(mine), value, bound, status, gains, metrics,
                       rank)
        )  # fmt: skip
    return tuple(plans)


def _turns(times: tuple[int, ...]) -> tuple[SearchTurn, ...]:
    rows = [(66_000, 67_500, 47_900, 2_400), (60_300, 60_900, 51_200, 2_200),
            (58_400, 59_100, 51_800, 1_900)]  # fmt: skip
    turns = []
    for number, (value, bound, simulated, half) in enumerate(rows, start=1):
        gains = figure(simulated, half)
        turns.append(SearchTurn(number, times, value, bound, gains, simulated - value, value, 7.5))
    near = NearbyPlan(4, times, 52_600.0, figure(50_100, 1_500), -2_500.0)
    turns[1] = replace(turns[1], near=near)
    return tuple(turns)


def _gains(world: World) -> tuple[GroupGain, ...]:
    rng = np.random.default_rng(3)
    levels = {
        "all": ("all",),
        "community": world.communities,
        "segment": world.segments,
        "tier": (*TIERS, "none"),
        "distance_band": ("0-5 min", "5-10 min", "10-15 min", "over 15 min", "none"),
        "kind": world.kinds,
    }
    rows = []
    for group, names in levels.items():
        for i, level in enumerate(names):
            base, gain = 0.35 + 0.4 * rng.random(), 0.09 * (i % 5) / 5 - 0.008
            half, wishes = 0.006 + 0.01 * rng.random(), 2_000.0 + 900 * i
            rows.append(
                GroupGain(
                    group, level, wishes, figure(base, 0.02), figure(base + gain, 0.02),
                    figure(gain, half), figure(gain * wishes, half * wishes),
                    gain - 1.7 * half, gain + 1.7 * half,
                )
            )  # fmt: skip
    return tuple(rows)


def _frontier(times: tuple[int, ...]) -> tuple[Point, ...]:
    points = []
    for i in range(20):
        budget = 60_000.0 * (i + 1)
        value = 66_000 * (1 - np.exp(-budget / 380_000))
        plan = {4: "plan 1", 9: "plan 2", 16: "plan 3"}.get(i, "")
        simulated = figure(0.88 * value, 1_900) if plan else UNKNOWN
        points.append(
            Point("cost", budget, times, yuan(0.97 * budget), value, value * (1 + 0.003 * i),
                  "feasible", 0.3, plan, simulated)
        )  # fmt: skip
    for i in range(6):
        points.append(
            Point("worst", 600_000.0, times, yuan(582_000), 58_400 - 900.0 * i * i,
                  59_100 - 800.0 * i * i, "feasible", 0.31 + 0.02 * i, "", UNKNOWN)
        )  # fmt: skip
    return tuple(points)


def _left_out(catalogue: Catalogue) -> tuple[LeftOutSite, ...]:
    names = list(dict.fromkeys(catalogue.sites[s].name for s, _, _ in OPENED))
    return tuple(
        LeftOutSite(
            site, 2_600.0 - 400 * i, 2_900.0 - 380 * i,
            (f"activity_room at {candidate(31 + i)}", f"reading_room at {candidate(46)}"),
            figure(9_800 - 1_700 * i, 1_200),
        )
        for i, site in enumerate([*names, "五常港人行桥"])
    )  # fmt: skip


def _outlooks() -> tuple[OutlookRank, ...]:
    """Where demand is doubled another plan is ahead, by more than chance."""
    names = ("45,000 households", "60,000 households", "80,000 households", "demand x 2", "更老龄")
    plans = ("plan 2", "plan 1", "plan 3", "plan 4")
    rows = []
    for o, outlook in enumerate(names):
        order = list(plans) if o != 3 else [plans[1], plans[0], *plans[2:]]
        for rank, plan in enumerate(order, start=1):
            best, behind = 52_000 * (0.8 + 0.25 * o), 1_900.0 * (rank - 1)
            rows.append(
                OutlookRank(
                    outlook, plan, best - 2_100.0 * rank, best, rank,
                    figure(0.9 * best - behind, 1_500.0),
                    figure(behind, 1_200.0 if rank > 1 else 0.0), 5 - rank,
                )
            )  # fmt: skip
    return tuple(rows)


def ruling() -> Ruling:
    """By the weighted mean plan 2 is ahead of plan 1, perhaps by chance; alone plan 1 would be."""
    rows = (("plan 2", 50_900, 0, 0), ("plan 1", 50_100, 800, 1_100), ("today", 0, 50_900, 900))
    scores = tuple(
        Score(plan, rank, figure(value, 1_300), figure(behind, half))
        for rank, (plan, value, behind, half) in enumerate(rows, start=1)
    )
    return Ruling(
        "expected", "plan 2", "plan 1", scores, figure(400, 300), figure(800, 700), "plan 3",
        60_000.0, 61_000.0, "feasible",
        ("Over 5 outlooks plan 2 leads.", "Alone plan 1 is first instead.", "It is within 1.6 %."),
    )  # fmt: skip


def _view(label: str, world: World, wishes: np.ndarray) -> View:
    """Minutes of a mean walker to the nearest rooms of the kinds wished, at most 30."""
    pace = np.mean([1000 / 60 / s.metres_per_second for s in world.scenario.segments.values()])
    weight = np.zeros((len(wishes), len(world.centres.names)))
    minutes = np.full(wishes.shape, 30.0)
    for k in range(wishes.shape[1]):
        near = world.reach.pool[k][:, 0]
        ok = np.flatnonzero(near >= 0)
        minutes[ok, k] = np.minimum(world.reach.km[k][ok, 0] * pace, 30.0)
        weight[ok, world.pools.centre[near[ok]]] += wishes[ok, k]
    total = wishes.sum(axis=1)
    rooms: list[dict[str, int]] = [{} for _ in world.centres.names]
    for v, c in enumerate(world.venues.centre):
        kind = world.kinds[world.venues.kind[v]]
        rooms[c][kind] = rooms[c].get(kind, 0) + 1
    n = len(inputs().tables.centres)
    places = tuple(
        MapCentre(
            name, *world.centres.lonlat[c].tolist(), TIERS[world.centres.tier[c]],
            "new" if c >= n else "kept", rooms[c],
        )
        for c, name in enumerate(world.centres.names)
    )  # fmt: skip
    mean = np.divide((wishes * minutes).sum(axis=1), total, out=np.full(len(total), np.nan),
                     where=total > 0)  # fmt: skip
    share = 0.5 if label == "today" else 0.55
    caught = np.where(weight.max(axis=1) > 0, weight.argmax(axis=1), -1)
    return View(label, places, total, 0.8 * total, share * total, mean, caught)


@lru_cache(maxsize=1)
def found() -> SitingOutcome:
    today = inputs()
    world = build_world(today)
    catalogue, times = _catalogue(today)
    weights = np.random.default_rng(5).random(len(world.kinds)) + 0.2
    wishes = world.origins.people.sum(axis=1)[:, None] * weights[None] * 0.4
    origins = world.origins
    limits = ((5, "minutes"), (10, "minutes"), (15, "minutes"), (300, "m"), (500, "m"), (1000, "m"))
    return SitingOutcome(
        catalogue=catalogue,
        plans=_plans(catalogue, times),
        turns=_turns(times),
        unit="person_hours",
        guarantee="Kim and Nelson's procedure: with 95 % confidence the best, or within 500 of it",
        homes=Homes(
            origins.names,
            tuple(world.communities[c] for c in origins.community),
            origins.lonlat,
            origins.people.sum(axis=1),
        ),
        today=_view("today", world, wishes),
        after=_view("plan 2", _built(today, catalogue, times), wishes),
        budget=600_000.0,
        confidence=0.95,
        unasked=(
            UnmetWishes("badminton_court", "refused", "full", figure(9_100, 300)),
            UnmetWishes("activity_room", "not asked", "too far", figure(7_700, 200)),
        ),
        gains=_gains(world),
        coverage=tuple(
            Coverage("any", float(limit), unit, 0.4 + 0.05 * i, 0.42 + 0.055 * i)
            for i, (limit, unit) in enumerate(limits)
        ),
        prices=(
            GainPrice("request served", figure(35.1, 1.4), 24.6, 50.9),
            GainPrice("minute saved", figure(19.2, 1.1), 13.4, 27.8),
            GainPrice("person-hour", figure(11.3, 0.4), 7.9, 16.4),
        ),
        frontier=_frontier(times),
        left_out=_left_out(catalogue),
        outlooks=_outlooks(),
    )


def links() -> dict[str, tuple[tuple[tuple[float, float], tuple[float, float]], ...]]:
    lon, lat = found().homes.lonlat[7].tolist()
    return {
        "五常港人行桥": (((lon, lat), (lon + 0.012, lat + 0.004)),),
        "地下通道": (((lon - 0.01, lat), (lon - 0.01, lat - 0.01)),),
    }


@lru_cache(maxsize=1)
def seen() -> PageData:
    return page_data(found(), links())


def context() -> ChartContext:
    return chart_context(inputs(), 10)
