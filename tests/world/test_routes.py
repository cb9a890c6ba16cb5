"""Kilometres to centres: straight lines, walks that are known, links that are open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import Parts, tiny

from sim.places.rates import visits_a_week
from sim.programme.rooms import build_crowd
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.season.arrays import homes_of
from sim.studies.run import run
from sim.world.reach import build_reach, build_routes
from sim.world.world import World, build_world

HEAD = "origin,centre,metres,link,source\n"
AROUND = "Pine Court,Grand Hall,2200,,assumption\n"
BRIDGE = "Pine Court,Grand Hall,500,bridge,assumption\n"
LONGER = "Willow Court,Grand Hall,5000,bridge,assumption\n"


def loaded(folder: Path, rows: str = "", links: str = "[]", parts: Parts | None = None) -> Inputs:
    """The tiny world with walks."""
    path = (tiny() if parts is None else parts).write(folder)
    sets = [f"travel.links={links}"]
    if rows:
        (folder / "walks.csv").write_text(HEAD + rows, "utf-8")
        sets.append("world.walks=walks.csv")
    return load(path, sets=sets)


def made(folder: Path, rows: str = "", links: str = "[]", parts: Parts | None = None) -> World:
    return build_world(loaded(folder, rows, links, parts))


def km_between(world: World, origin: str, centre: str, kind: str = "badminton_court") -> float:
    """From the candidate table; infinite where the centre is not in it."""
    o = world.origins.names.index(origin)
    k = world.kinds.index(kind)
    at = [world.centres.names[c] for c in world.pools.centre[world.reach.pool[k][o]]]
    there = world.reach.pool[k][o] >= 0
    found = [
        d for d, c, ok in zip(world.reach.km[k][o], at, there, strict=True) if ok and c == centre
    ]
    return float(found[0]) if found else float("inf")


def test_without_walks_it_is_detour_times_the_straight_line(tmp_path: Path) -> None:
    world = made(tmp_path)
    straight = np.hypot(*(world.origins.xy[0] - world.centres.xy[0]))
    assert km_between(world, "Pine Court", "Grand Hall") == pytest.approx(straight * 1.35, rel=1e-6)
    one = np.arange(3)[:, None]
    km = np.linspace(0.1, 2, 9).reshape(3, 3)
    assert (world.routes.km(one, one.T, km) == km * 1.35).all()


def test_a_walk_around_a_barrier_replaces_the_estimate(tmp_path: Path) -> None:
    plain, around = made(tmp_path / "a"), made(tmp_path / "b", AROUND)
    assert km_between(around, "Pine Court", "Grand Hall") == pytest.approx(2.2)
    for origin in ("Willow Court", "Willow Works"):
        same = [km_between(w, origin, "Grand Hall") for w in (plain, around)]
        assert same[0] == same[1]


def test_a_link_counts_only_while_it_is_open_and_only_shortens(tmp_path: Path) -> None:
    rows = AROUND + BRIDGE + LONGER
    closed = made(tmp_path / "a", rows)
    opened = made(tmp_path / "b", rows, "[bridge]")
    assert km_between(closed, "Pine Court", "Grand Hall") == pytest.approx(2.2)
    assert km_between(opened, "Pine Court", "Grand Hall") == pytest.approx(0.5)
    willow = [km_between(w, "Willow Court", "Grand Hall") for w in (closed, opened)]
    assert willow[0] == willow[1] < 5


def test_no_set_of_links_lengthens_a_walk_and_more_links_never_do(tmp_path: Path) -> None:
    """Random rows: whatever is opened, no kilometre grows; each link shortens something."""
    inputs = loaded(tmp_path)
    world = build_world(inputs)
    travel = inputs.scenario.travel
    pairs = np.arange(3)[:, None], np.arange(3)[None, :]
    straight = np.hypot(*(world.origins.xy[:, None] - world.centres.xy[None]).transpose(2, 0, 1))
    shorter = set()
    for seed in range(4):
        rng = np.random.default_rng(seed)
        rows = [
            f"{o},{c},{rng.uniform(600, 3000):.0f},{link},assumption\n"
            for o in world.origins.names
            for c in world.centres.names
            for link in ("", "one", "two", "three")
            if rng.uniform() < 0.6
        ]
        walks = loaded(tmp_path / f"w{seed}", "".join(rows)).tables.walks
        before = np.full((3, 3), np.inf)
        for links in ([], ["one"], ["one", "three"], ["one", "two", "three"]):
            opened = travel.model_copy(update={"links": links})
            km = build_routes(walks, world.origins, world.centres, opened).km(*pairs, straight)
            assert (km <= before).all()
            shorter.update({len(links)} if (km < before).any() else ())
            before = km
    assert shorter == {0, 1, 2, 3}


def test_a_walk_brings_centres_into_reach_and_out_of_it(tmp_path: Path) -> None:
    """Nearest first by road, not by the straight line; beyond the limit it is no candidate."""
    far = "Pine Court,Grand Hall,9000,,assumption\nPine Court,Grand Hall,600,bridge,assumption\n"
    closed, opened = made(tmp_path / "a", far), made(tmp_path / "b", far, "[bridge]")
    assert km_between(closed, "Pine Court", "Grand Hall") == float("inf")
    assert km_between(opened, "Pine Court", "Grand Hall") == pytest.approx(0.6)
    for world in (closed, opened):
        for km in world.reach.km:
            assert (np.diff(np.where(np.isfinite(km), km, 1e9), axis=1) >= 0).all()


def test_all_who_ask_how_far_get_the_same_answer(tmp_path: Path) -> None:
    """Choice of centres, walks of groups, and drop-in places of the centre."""
    place = {"name": "Seats", "community": "Pine", "centre": "Grand Hall", "hours": "long"}
    kind = {
        "visits_per_1000": {"adult": 100},
        "curve": {"weekday": {"8-20": 1}, "weekend": {"8-20": 1}},
        "stay_minutes": {"rule": "constant", "value": 60},
    }
    parts = tiny().set(dropin={"kinds": {"seats": kind}})
    parts.place(**place, lon=120.0040, lat=30.2820)
    cases = (("", "[]"), (AROUND + BRIDGE, "[]"), (BRIDGE, "[bridge]"))
    worlds = [made(tmp_path / str(n), *case, parts) for n, case in enumerate(cases)]
    plain, around, bridge = worlds
    hall = [w.venues.names.index("Court 1") for w in worlds]
    walk = [
        homes_of(w, ["Pine Court"], ["adult"]).walk[0, v] for w, v in zip(worlds, hall, strict=True)
    ]
    assert walk[1] == pytest.approx(2.2 / 1.25 / 60 * 1000)
    assert walk[2] == pytest.approx(0.5 / 1.25 / 60 * 1000)
    visits = [visits_a_week(w, 0, np.array([0]))[:, 0] for w in worlds]
    at = (plain.people.origin == 0) & (plain.people.segment == 0)
    assert visits[1][at] < visits[0][at]
    assert visits[2][at] > visits[0][at]
    masses = [
        build_crowd(w, [(w.centres.names.index("Grand Hall"), "public")], -0.1).mass.sum()
        for w in worlds
    ]
    assert masses[1] < masses[0] < masses[2]
    assert (visits[1][plain.people.origin != 0] == visits[0][plain.people.origin != 0]).all()
    assert km_between(around, "Pine Court", "Grand Hall") > km_between(
        bridge, "Pine Court", "Grand Hall"
    )


def test_minutes_of_uses_are_those_of_the_walk(tmp_path: Path) -> None:
    """Everybody has 1,250 m to the only courts: 16 min 40 s at 1.25 m/s."""
    names = ("Pine Court", "Willow Court", "Willow Works")
    rows = "".join(f"{name},Grand Hall,1250,,assumption\n" for name in names)
    rates = {"adult": {"badminton_court": 40}}
    parts = tiny().set(demand__wishes_per_1000=rates, experiment__replications=1)
    summary = run(loaded(tmp_path, rows, parts=parts), jobs=1).summary
    of_all = summary[(summary.metric == "mean_walk_minutes") & (summary.group == "all")]
    assert float(of_all["mean"].iloc[0]) == pytest.approx(1250 / 1.25 / 60, rel=1e-6)


def test_reach_of_the_default_world_is_as_fast_as_without_walks(tmp_path: Path) -> None:
    """Without walks no array is looked up: the table's kilometres are those of before."""
    inputs = loaded(tmp_path)
    world = build_world(inputs)
    assert len(world.routes.pair) == 0
    assert world.routes.by_origin() == {}
    pools, reach = build_reach(
        world.origins, world.centres, world.venues, list(inputs.scenario.segments.values()),
        inputs.scenario.travel, [1] * len(world.kinds), world.routes,
    )  # fmt: skip
    assert pools.rooms == world.pools.rooms
    assert all((a == b).all() for a, b in zip(reach.km, world.reach.km, strict=True))
