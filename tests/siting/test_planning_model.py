"""The planner's problem against the simulation: who may go where, how many ask, what is free."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from builders import Parts, histories, plain

from benchmarks.hidden_worlds.truth import true_estimate
from optimise.siting.problem import Problem, ServiceOptions
from sim.arrays import F64, I64
from sim.demand.choice import NotAsked
from sim.model import History, Model, build_model
from sim.scenario.inputs import Inputs
from sim.scenario.schema.siting import SiteAim
from sim.siting.moves.application import apply_plan
from sim.siting.moves.catalogue import Catalogue
from sim.siting.moves.offers import catalogue_of, siting_of
from sim.siting.planning import planner as planner_module
from sim.siting.planning import tastes
from sim.siting.planning.data import PlanningData, planning_data, reachable
from sim.siting.planning.planner import Planner
from sim.siting.planning.tastes import Tastes
from sim.siting.planning.today import (
    Estimate,
    Latent,
    latent_estimate,
    measure_today,
    prepare_today,
    week_bands,
    years_of,
)
from sim.siting.planning.wishes import WishSample, WishSampler
from sim.world.reach import travel_minutes
from sim.world.world import World, build_world

from .small_world import offered, small

R = 3


def told_of(model: Model, number: int) -> Latent:
    """Today, told by so many replications."""
    context = prepare_today(model)
    parts = [measure_today(context, h).latent for h in histories(model, number)]
    total = parts[0]
    assert total is not None
    for part in parts[1:]:
        assert part is not None
        total = total + part
    return total


@cache
def grounded() -> tuple[Inputs, PlanningData, Estimate]:
    inputs = small()
    model = build_model(inputs)
    told = told_of(model, R)
    ground = planning_data(inputs, model, offered(), week_bands(), told, R)
    return inputs, ground, latent_estimate(told, R, years_of(model.world.calendar))


@cache
def made() -> tuple[Problem, I64]:
    """The planner's problem, and the origin of each of its classes."""
    inputs, ground, estimate = grounded()
    siting, origins = siting_of(inputs), list[I64]()

    def joined(
        parts: Sequence[Tastes], aim: SiteAim, worth: F64
    ) -> tuple[I64, I64, I64, F64, ServiceOptions]:
        found = tastes.joined(parts, aim, worth)
        origins.append(found[0])
        return found

    with patch.object(planner_module, "joined", joined):
        found = planner_module.planning_problem(
            ground, WishSampler(ground), estimate, siting.aim, siting.budget_yuan_per_year
        )
    return found, origins[0]


def pairs_of(world: World) -> set[tuple[str, str, str]]:
    """(origin, centre, kind) that a wish may go to, by reach and minutes as `choose` cuts them."""
    found = set()
    segments = list(world.scenario.segments.values())
    travel = world.scenario.travel
    for k, kind in enumerate(world.kinds):
        for o, c in zip(*np.nonzero(world.reach.pool[k] >= 0), strict=True):
            km = np.array([float(world.reach.km[k][o, c])])
            best = min(
                float(travel_minutes(km, np.array([1000 / 60 / s.metres_per_second]),
                                     np.array([ride]), travel.bicycle)[1][0])
                for s in segments
                for ride in {s.bicycle_share > 0, s.bicycle_share == 1}
            )  # fmt: skip
            if best <= travel.max_minutes and world.origins.people[o].any():
                centre = world.centres.names[world.pools.centre[world.reach.pool[k][o, c]]]
                found.add((world.origins.names[o], centre, kind))
    return found


def offered_pairs(*, new: bool | None, link: int = -1) -> set[tuple[str, str, str]]:
    """(origin, centre, kind) of the problem's options."""
    (found_problem, origins), ground = made(), grounded()[1]
    options, world, found = found_problem.options, ground.world, set()
    for p in np.flatnonzero(options.link == link):
        facility = ground.facilities[options.facility[p]]
        if new is None or new == (facility.rooms == 0):
            origin = world.origins.names[origins[options.of_class[p]]]
            found.add((origin, facility.site, world.kinds[facility.kind]))
    return found


def test_eligibility_is_the_simulations() -> None:
    """Options of today's rooms are today's world's, and with each move those of its world."""
    inputs, _, _ = grounded()
    moves = offered().moves
    today = pairs_of(build_world(inputs))
    assert offered_pairs(new=False) == today
    new = offered_pairs(new=True)
    everything = today | new
    seen = 0
    for m, move in enumerate(moves):
        if move.what in ("open", "convert"):
            times = tuple(int(i == m) for i in range(len(moves)))
            there = pairs_of(build_world(apply_plan(inputs, offered(), times)))
            here = {p for p in there if p[1:] == (move.site, move.kind)}
            assert here <= everything, move.words
            assert {p for p in new if p[1:] == (move.site, move.kind)} <= here, move.words
            seen += len(here)
    assert seen > len(moves) / 2


def test_links_bring_what_their_worlds_bring() -> None:
    """An option over a link is there where the link makes the walk shorter."""
    inputs, ground, _ = grounded()
    moves = offered().moves
    links = [m for m, move in enumerate(moves) if move.what == "link"]
    assert links
    for m in links:
        times = tuple(int(i == m) for i in range(len(moves)))
        linked = build_world(apply_plan(inputs, offered(), times))
        nearer = {
            (o, linked.centres.names[c])
            for k in range(len(linked.kinds))
            for o, c in _shorter(build_world(inputs), linked, k)
        }
        names = linked.origins.names
        old = {p[:2] for p in offered_pairs(new=False, link=m)}
        assert old == {(names[o], c) for o, c in nearer}
        assert m in ground.link_km


def _shorter(before: World, after: World, kind: int) -> set[tuple[int, int]]:
    def away(world: World) -> dict[tuple[int, int], float]:
        pool, km = world.reach.pool[kind], world.reach.km[kind]
        return {
            (int(o), int(world.pools.centre[pool[o, c]])): float(km[o, c])
            for o, c in zip(*np.nonzero(pool >= 0), strict=True)
        }

    was = away(before)
    limit = after.scenario.travel.max_minutes
    return {
        pair for pair, km in away(after).items()
        if km < was.get(pair, np.inf) - 1e-6 and km < limit * 60 / 1000 * 3.3
    }  # fmt: skip


def one_centre(tmp_path: Path, second: bool, bend: float = 1.0) -> Model:
    """A home of two segments; a hall that is open by day and too small for some, maybe another."""
    parts: Parts = plain(200, grid=30)
    parts.scenario["segments"] = {
        "person": {"curve": "flat", "bicycle_share": 0.4},
        "slow": {"curve": "late", "bicycle_share": 0, "metres_per_second": 0.8},
    }
    late = {"weekday": {"0-18": 60, "18-24": 40}, "weekend": {"0-18": 40, "18-24": 60}}
    parts.scenario["demand"]["curves"]["late"] = late
    parts.origin("home", {"person": 3000, "slow": 2000})
    day = {"hours": "day", "days": "Mon-holiday", "open": "8:00", "close": "20:00"}
    parts.tables["hours"].append(day)
    room = {"hours": "day", "capacity": 4, "slot_minutes": 60}  # every other start
    parts.centre("hall", lon=120.01).rooms("hall", 1, **room)
    if second:
        parts.centre("beside", "compound", compound="home")
        parts.rooms("beside", 1, **room)
    parts.set(
        kinds__room={
            "duration_minutes": {"rule": "choice", "values": [60, 180], "weights": [1, 1]},
            "party": {"rule": "choice", "values": [2, 6], "weights": [3, 1]},
        },
        demand__wishes_per_1000={"person": {"room": 350}, "slow": {"room": 500}},
        travel={"detour": 1.3, "max_minutes": 25},
    )
    choice = {"outside": 0.5, "per_minute": -0.08, "log_rooms": 0.5, "nest": 0.6, "bend": bend}
    parts.set(choice={**choice, "tiers": {"compound": 0.3}})
    return build_model(parts.load(tmp_path))


@pytest.mark.parametrize(("second", "bend"), [(False, 1.0), (True, 1.0), (False, 2.0)])
def test_shares_asked_against_the_simulation(second: bool, bend: float, tmp_path: Path) -> None:
    """With one centre, and with two; minutes that bend: shares by segment and band, by z."""
    model = one_centre(tmp_path, second, bend)
    told = told_of(model, 1)
    history = histories(model, 1)[0]
    nothing = Catalogue((), ())
    ground = planning_data(build_inputs(tmp_path), model, nothing, week_bands(), told, 1)
    asking, wishes = WishSampler(ground), told.wishes[:, :, 0]
    drawn = asking.draw(0, wishes, wishes.sum() / 60_000)
    assert drawn.wishes.sum() == pytest.approx(wishes.sum())
    least = np.array([asking.distaste(drawn, i, ground.km) for i in range(1 + second)])
    hall = [f.centre for f in ground.facilities].index(model.world.centres.names.index("hall"))
    who = np.array(model.world.segments)[drawn.segment]
    assert set(who[np.isfinite(least[hall])]) == {"person"}  # the slow do not reach the hall
    compare_shares(model, history, drawn, least)


def compare_shares(model: Model, history: History, drawn: WishSample, distaste: np.ndarray) -> None:
    """Shares that ask, by segment and band, drawn and simulated, by z."""
    w, cells = history.wishes, model.plan.cells
    counted = model.world.calendar.counts(w.wished_at)
    band, segment = prepare_today(model).band[w.start], cells.segment[w.cell]
    asks = (distaste < 1).any(axis=0)
    for s, b in np.ndindex(2, 4):
        mine, its = counted & (segment == s) & (band == b), (drawn.segment == s) & (drawn.band == b)
        n, m = int(mine.sum()), int(its.sum())
        assert min(n, m) > 1500
        p, seen = float(asks[its].mean()), float((w.reason[mine] == NotAsked.ASKED).mean())
        assert abs(seen - p) <= 4 * np.sqrt(p * (1 - p) * (1 / n + 1 / m)), (s, b, seen, p)


def test_shares_asked_with_a_new_room_against_the_simulation(tmp_path: Path) -> None:
    """A room more of the hall, and one next door: shares asked in the worlds with them, by z."""
    one_centre(tmp_path, False)
    room = {"area_m2": 50, "capacity": 4, "fit_out_yuan_per_m2": 1}
    siting = {
        "budget_yuan_per_year": 1e6,
        "rooms": {
            "room": {**room, "operation_yuan_per_m2_year": 1, "hours": "day", "slot_minutes": 60}
        },
        "spare_m2": {"compound": 60, "community": 60},
    }
    file = tmp_path / "test.yaml"
    content = json.loads(file.read_text("utf-8")) | {"siting": siting}
    file.write_text(json.dumps(content), "utf-8")
    inputs = build_inputs(tmp_path)
    model, catalogue = build_model(inputs), catalogue_of(inputs)
    ground = planning_data(inputs, model, catalogue, week_bands(), told_of(model, 1), 1)
    assert {m.site for m in catalogue.moves} == {"hall", "home·new"}
    asking = WishSampler(ground)
    wishes = told_of(model, 1).wishes[:, :, 0]
    drawn = asking.draw(0, wishes, wishes.sum() / 60_000)
    for m in range(2):
        least = np.array([asking.distaste(drawn, i, ground.km) for i in (0, ground.gives[m])])
        times = tuple(int(i == m) for i in range(2))
        there = build_model(apply_plan(inputs, catalogue, times))
        compare_shares(there, histories(there, 1)[0], drawn, least)


def test_what_is_closed_is_missed() -> None:
    """Closing never pays in what is served; the room that somebody likes best is missed."""
    inputs, ground, estimate = grounded()
    planner = Planner.from_data(ground, WishSampler(ground), estimate, siting_of(inputs), 1e9)
    takers = [m for m, move in enumerate(offered().moves) if ground.takes[m] >= 0]
    assert takers
    missed = 0
    for m in takers:
        facility = ground.takes[m]
        rooms = min(offered().moves[m].most, ground.facilities[facility].rooms)
        none = dataclasses.replace(
            planner.problem.moves, gives=np.full(len(ground.takes), -1)
        )  # what a conversion brings is another matter
        bare = dataclasses.replace(
            planner, problem=dataclasses.replace(planner.problem, moves=none)
        )
        gains = [
            bare.gain(tuple(n if i == m else 0 for i in range(len(ground.gives))))
            for n in range(rooms + 1)
        ]
        assert gains[0] == pytest.approx(0)
        assert all(b <= a + 1e-6 for a, b in pairwise(gains))
        missed += gains[-1] < gains[0] - 1
    assert missed


def test_rules_of_access_of_single_rooms(tmp_path: Path) -> None:
    """A centre whose rooms of one kind are for all and of another for its community."""
    parts = plain(7).origin("home").origin("away", community="D")
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    parts.scenario["kinds"]["studio"] = parts.scenario["kinds"]["room"]
    parts.centre("hall").rooms("hall", 1)
    parts.rooms("hall", 1, prefix="own", kind="studio", access="community")
    model = build_model(parts.load(tmp_path))
    ground = planning_data(
        build_inputs(tmp_path), model, Catalogue((), ()), week_bands(), told_of(model, 1), 1
    )
    origins = np.array(model.world.origins.names)
    who = {
        model.world.kinds[f.kind]: set(origins[reachable(ground, f, ground.km)])
        for f in ground.facilities
    }
    assert who == {"room": {"home", "away"}, "studio": {"home"}}


def build_inputs(folder: Path) -> Inputs:
    from sim.scenario.loading import load

    return load(folder / "test.yaml")


def test_latent_wishes_against_the_expected(tmp_path: Path) -> None:
    """Simulated wishes by segment and band are the expected ones, by z; bookings are fewer."""
    model = one_centre(tmp_path, False)
    told = told_of(model, 2)
    years = years_of(model.world.calendar)
    found = latent_estimate(told, 2, years)
    exact = true_estimate(model.plan, week_bands(), found)
    number = exact.wishes * 2 * years
    some = number > 0
    z = (found.wishes * 2 * years - number)[some] / np.sqrt(number[some])
    assert some.sum() == 8
    assert np.abs(z).max() <= 4
    assert 0 < told.booked.sum() / (2 * years) < 0.5 * found.wishes.sum()


def test_kinds_that_nobody_books_today_are_worth_something() -> None:
    """A world without a court: bookings of courts are taken to be used as all others are."""
    inputs, ground, _ = grounded()
    told = told_of(ground.model, 1)
    fate = told.fate.copy()
    fate[0] = 0
    bare = dataclasses.replace(told, fate=fate)
    found = planning_data(inputs, ground.model, offered(), week_bands(), bare, 1)
    assert found.kept[0] == pytest.approx(fate[:, 1].sum() / fate[:, 0].sum())
    assert 0 < found.kept[0] < 1
    none = dataclasses.replace(told, fate=np.zeros_like(fate))
    assert (planning_data(inputs, ground.model, offered(), week_bands(), none, 1).kept == 1).all()


def test_hours_that_are_free() -> None:
    """Free hours are open hours less what the model of today takes off the platform."""
    inputs, ground, _ = grounded()
    share = inputs.scenario.off_platform.share
    told = told_of(ground.model, R)
    assert (told.free <= told.open).all()
    taken = 1 - told.free.sum() / told.open.sum()
    assert taken == pytest.approx(share, abs=0.06)
    new = [f for f in ground.facilities if f.rooms == 0]
    assert new
    assert all((f.hours >= 0).all() and f.hours.sum() > 0 for f in new)
