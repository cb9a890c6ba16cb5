"""What to close: savings and losses by hand, against every other plan, and against the world."""

from __future__ import annotations

import datetime as dt
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from builders import Parts, plain

from sim.measure.closing import (
    BLOCKS,
    N_BLOCKS,
    Stock,
    add_blocks,
    by_block,
    read_blocks,
    zone_stock,
)
from sim.measure.collector import Collector
from sim.measure.costs import cost_of
from sim.scenario.loading import load
from sim.world.world import World, build_world
from sim.zones.savings import candidates, cheapest_plan, least_lost
from sim.zones.savings_table import closures_yaml, plan_savings, savings_frame

NIGHT = N_BLOCKS - 1
BIG, SMALL, CLUB = "big 000", "small 000", "club 000"


def town(**zone: object) -> Parts:
    """Two weeks; a hall open 8-20 with a smaller room 10-16, a club open on weekends only."""
    parts = plain(14).set(
        zones={"Z": {"operator": "O", **zone}},
        costs={
            "yuan_per_m2_year": 36.5,
            "yuan_per_m2_open_hour": 0.1,
            "yuan_per_centre_open_hour": {"subdistrict": 10, "community": 5},
        },
    )
    parts.tables["hours"] += [
        {"hours": "long", "days": "Mon-holiday", "open": "8:00", "close": "20:00"},
        {"hours": "short", "days": "Mon-holiday", "open": "10:00", "close": "16:00"},
        {"hours": "weekend", "days": "Sat-Sun", "open": "5:00", "close": "9:00"},
    ]
    parts.origin("Home", 100).centre("大厅 Hall", "subdistrict").centre("Club")
    parts.rooms("大厅 Hall", 1, prefix="big", hours="long", area_m2=100)
    parts.rooms("大厅 Hall", 1, prefix="small", hours="short", area_m2=50)
    return parts.rooms("Club", 1, prefix="club", hours="weekend", area_m2=40)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return build_world(town().load(tmp_path))


YEAR = 365 / 14


def positions(world: World, *venues: str) -> list[int]:
    """Where venues stand in the world, and in the stock of its only zone."""
    return [world.venues.names.index(venue) for venue in venues]


def test_blocks_of_the_week() -> None:
    week = np.zeros(168)
    week[[0, 5]] = 1  # Monday, before 6
    week[4 * 24 + 18] = 2  # Friday evening
    week[5 * 24 + 11] = 4  # Saturday morning
    week[6 * 24 + 12] = 8  # Sunday afternoon
    got = by_block(np.stack([week, 10 * week]))
    assert got[0].tolist() == [0, 0, 2, 4, 8, 0, 2]
    assert got[1].tolist() == (10 * got[0]).tolist()
    assert [f"{b.days} {b.hours}" for b in BLOCKS][2:4] == ["Mon-Fri 18-24", "Sat-Sun 6-12"]


def test_blocks_there_and_back(world: World) -> None:
    week = np.arange(3 * 168, dtype=float).reshape(3, 168)
    out = Collector()
    out.add("person_hours", "all", ("all",), np.array([7.0]))
    add_blocks(out, world, week)
    values = np.stack([np.concatenate(out.top), np.concatenate(out.bottom)])
    assert read_blocks(out.rows, [values, 2 * values])[1].tolist() == (2 * by_block(week)).tolist()
    assert out.rows[1].levels[:2] == ("big 000*Mon-Fri 6-12", "big 000*Mon-Fri 12-18")


def test_stock_by_hand(world: World) -> None:
    stock = zone_stock(world, 0, np.ones((2, 3, N_BLOCKS)))
    order = positions(world, BIG, SMALL, CLUB)
    assert stock.area[order] == pytest.approx([3650, 1825, 1460])
    # big: 4, 6, 2 hours on 10 weekdays and 4 weekend days, at 10 yuan an hour
    big = np.array([40, 60, 20, 16, 24, 8, 0]) * 10 * YEAR
    small = np.array([20, 40, 0, 8, 16, 0, 0]) * 5 * YEAR
    club = np.array([0, 0, 0, 12, 0, 0, 4]) * 4 * YEAR
    assert stock.energy[order] == pytest.approx(np.stack([big, small, club]))
    assert stock.used == pytest.approx(YEAR)
    patterns = {
        (tuple(np.flatnonzero(m).tolist()), int(b)): s
        for m, b, s in zip(stock.members[:, order], stock.pattern_block, stock.staff, strict=True)
    }
    hours = {
        ((0,), 0): 20, ((0, 1), 0): 20, ((0,), 1): 20, ((0, 1), 1): 40, ((0,), 2): 20,
        ((0,), 3): 8, ((0, 1), 3): 8, ((0,), 4): 8, ((0, 1), 4): 16, ((0,), 5): 8,
    }  # fmt: skip
    expected = {key: h * 10 * YEAR for key, h in hours.items()}
    expected |= {((2,), 3): 12 * 5 * YEAR, ((2,), NIGHT): 4 * 5 * YEAR}
    assert patterns == pytest.approx(expected)


def test_everything_closed_saves_all_that_is_spent(world: World) -> None:
    costs = cost_of(world)
    stock = zone_stock(world, 0, np.zeros((1, 3, N_BLOCKS)))
    spent = (costs.venue.sum() + costs.staff.sum()) * costs.per_year
    assert stock.saving(*stock.all_closed()) == pytest.approx(spent)
    assert stock.saving(*stock.none_closed()) == 0


def test_nothing_is_saved_twice(world: World) -> None:
    """A venue, then its centre's hours: together what both close, staff once."""
    stock = zone_stock(world, 0, np.ones((1, 3, N_BLOCKS)))
    closed, wholly = stock.none_closed()
    big, small = positions(world, BIG, SMALL)
    closed[big], wholly[big] = True, True
    # the big room alone: its own cost, and staff while it is open alone
    alone = 3650 + 168 * 10 * YEAR + (20 + 20 + 20 + 8 + 8 + 8) * 10 * YEAR
    assert stock.saving(closed, wholly) == pytest.approx(alone)
    closed[small, 0] = True
    assert stock.saving(closed, wholly) == pytest.approx(alone + 20 * (5 + 10) * YEAR)
    assert stock.use_lost(closed) == pytest.approx([8 * YEAR])


def test_candidates(world: World) -> None:
    made = candidates(zone_stock(world, 0, np.ones((1, 3, N_BLOCKS))))
    hours = [(world.centres.names[c.centre], c.block) for c in made if c.venue < 0]
    # the club opens in one block only
    assert hours == [("Club", 3), *(("大厅 Hall", b) for b in range(6))]
    assert [c.venue for c in made if c.venue >= 0] == positions(world, CLUB, BIG, SMALL)


def simple(area: list[float], energy: object, used: object, staff: float = 0.0) -> Stock:
    """Venues of one centre that are open together in the first two blocks."""
    e, u = np.zeros((len(area), N_BLOCKS)), np.zeros((len(area), N_BLOCKS))
    e[:, :2], u[:, :2] = energy, used
    n = len(area)
    return Stock(
        venues=np.arange(n),
        centre=np.zeros(n, dtype=np.int64),
        area=np.array(area, dtype=float),
        energy=e,
        members=np.ones((2, n), dtype=bool),
        pattern_block=np.array([0, 1]),
        staff=np.full(2, staff),
        used=u[None],
    )


def names(stock: Stock, target: float) -> list[tuple[int, int, float, float]]:
    return [
        (s.candidate.block, s.candidate.venue, s.saves, float(s.lost[0]))
        for s in cheapest_plan(stock, target)
    ]


def test_plan_by_hand() -> None:
    """Block 0 saves 40 for 4 hours, block 1 40 for 20, a venue 15 + 20 for 2 + 10."""
    stock = simple([15, 15], [[10, 10], [10, 10]], [[2, 10], [2, 10]], staff=20)
    assert names(stock, 40) == [(0, -1, 40, 4)]
    assert names(stock, 80) == [(0, -1, 40, 4), (1, -1, 40, 20)]
    assert names(stock, 65) == [(0, -1, 40, 4), (-1, 0, 25, 10)]
    assert names(stock, 0) == []
    # all there is: 30 + 40 + 40; hours first, then the venues that are closed anyway
    everything = names(stock, 1000)
    assert sum(s for _, _, s, _ in everything) == pytest.approx(110)
    assert sum(lost for _, _, _, lost in everything) == pytest.approx(24)


def test_the_last_step_is_not_larger_than_it_must_be() -> None:
    """30 are wanted: the cheapest a yuan (venue 1, 100 yuan for 50 hours) is not the cheapest."""
    stock = simple([30, 100], np.zeros((2, 2)), [[10, 10], [25, 25]])
    assert names(stock, 30) == [(-1, 0, 30, 20)]


def test_steps_not_needed_are_dropped() -> None:
    """The cheapest a yuan comes first, but the two that are needed after it reach the target."""
    stock = simple([10, 50, 60], np.zeros((3, 2)), [[1, 0], [10, 0], [13, 0]])
    assert names(stock, 100) == [(-1, 1, 50, 10), (-1, 2, 60, 13)]
    assert names(stock, 120) == [(-1, 0, 10, 1), (-1, 1, 50, 10), (-1, 2, 60, 13)]


def brute(stock: Stock, target: float) -> float:
    """Least use lost of all sets of candidates that save the target."""
    options = candidates(stock)
    least = np.inf
    for size in range(len(options) + 1):
        for chosen in combinations(options, size):
            closed, wholly = stock.none_closed()
            for c in chosen:
                closed |= c.closed
                wholly |= c.wholly
            if stock.saving(closed, wholly) >= target - 1e-6:
                least = min(least, float(stock.use_lost(closed).mean()))
    return least


def test_between_the_bound_and_every_other_plan() -> None:
    """least_lost <= best of all plans <= the plan; the plan is mostly the best."""
    rng = np.random.default_rng(6)
    best = 0
    for _ in range(40):
        stock = simple(
            rng.uniform(0, 50, 3).tolist(),
            rng.uniform(0, 30, (3, 2)),
            rng.exponential(10, (3, 2)),
            staff=float(rng.uniform(0, 40)),
        )
        most = stock.saving(*stock.all_closed())
        target = float(rng.uniform(0.1, 0.95)) * most
        plan = cheapest_plan(stock, target)
        assert sum(s.saves for s in plan) >= target - 1e-6
        lost = sum(float(s.lost[0]) for s in plan)
        exact = brute(stock, target)
        assert least_lost(stock, target) <= exact + 1e-6
        assert exact <= lost + 1e-9
        best += lost <= exact + 1e-9
    assert best >= 20


def test_bound_by_hand() -> None:
    """Half of the target's venue would do: half of its use."""
    stock = simple([100], np.zeros((1, 2)), [[6, 2]])
    assert least_lost(stock, 50) == pytest.approx(4)
    assert least_lost(stock, 100) == pytest.approx(8)
    assert np.isnan(least_lost(stock, 101))


def test_only_zones_with_a_target(tmp_path: Path) -> None:
    used = np.ones((2, 3, N_BLOCKS))
    assert plan_savings(build_world(town().load(tmp_path / "a")), used, 0.95) == ()
    world = build_world(town(saved_yuan_per_year=1e9).load(tmp_path / "b"))
    (plan,) = plan_savings(world, used, 0.95)
    assert not plan.reached
    assert plan.saved == pytest.approx(plan.most)
    assert np.isnan(plan.least)


def test_table(tmp_path: Path) -> None:
    """Nobody uses the evenings and the club: they go first, the interval is of replications."""
    world = build_world(town(saved_yuan_per_year=15_000).load(tmp_path))
    used = np.zeros((3, 3, N_BLOCKS))
    used[:, positions(world, BIG, SMALL), 0] = np.array([10, 11, 12])[:, None]
    plans = plan_savings(world, used, 0.95)
    table = savings_frame(world, plans, 0.95)
    assert table["step"].tolist() == list(range(1, len(table) + 1))
    assert table["cumulative_yuan_year"].tolist() == pytest.approx(
        table["saves_yuan_year"].cumsum().tolist()
    )
    assert table["cumulative_yuan_year"].iloc[-1] >= 15_000
    assert table["person_hours_lost_year"].tolist() == [0] * len(table)
    assert set(table["what"]) <= {"hours", "venue"}
    hours = table[table["what"] == "hours"].iloc[0]
    assert (hours["name"], hours["tier"]) == ("大厅 Hall", "subdistrict")
    (plan,) = plans
    assert plan.reached
    assert plan.lost.mean == pytest.approx(plan.least)
    everything = plan_savings(
        build_world(town(saved_yuan_per_year=1e9).load(tmp_path / "x")), used, 0.95
    )[0]
    assert everything.lost.mean == pytest.approx(22 * YEAR)
    assert everything.lost.high - everything.lost.mean == pytest.approx(
        4.302653 * 2 * YEAR / np.sqrt(3), rel=1e-6
    )
    assert everything.use == pytest.approx(22 * YEAR)


@pytest.mark.parametrize("target", [9_000, 45_000, 1e9])
def test_the_scenario_carries_the_plan_out(tmp_path: Path, target: float) -> None:
    """The closures, loaded and resolved anew, save what the plan says but for area."""
    parts = town(saved_yuan_per_year=target)
    kept = {"from": "2026-01-07", "until": "2026-01-07", "kinds": ["room"], "hours": "8:00-11:00"}
    parts.set(calendar={"country": "none", "closures": [{**kept, "reason": "a: b"}]})
    path = parts.write(tmp_path)
    before = build_world(load(path))
    rng = np.random.default_rng(3)
    plans = plan_savings(before, rng.exponential(5, (2, 3, N_BLOCKS)), 0.95)
    child = tmp_path / "child.yaml"
    child.write_text(closures_yaml(before, plans, "test.yaml"), encoding="utf-8")
    after = build_world(load(child))
    assert after.scenario.name == "plain-savings"
    assert after.scenario.calendar.closures[:1] == before.scenario.calendar.closures
    (plan,) = plans
    assert plan.steps
    costs, then = cost_of(before), cost_of(after)
    saved = (costs.energy.sum() + costs.staff.sum() - then.energy.sum() - then.staff.sum()) * YEAR
    assert saved == pytest.approx(plan.saved - plan.area_saved)
    closed, _ = plan.stock.none_closed()
    for step in plan.steps:
        closed |= step.candidate.closed
    left = zone_stock(after, 0, np.zeros((1, 3, N_BLOCKS)))
    assert (left.energy[closed] == 0).all()
    assert left.energy[~closed] == pytest.approx(plan.stock.energy[~closed])


def test_closures_end_where_booking_ends(tmp_path: Path) -> None:
    """Wishes of 20 days ahead are simulated, but nobody can book more than a day ahead."""
    parts = town(saved_yuan_per_year=9_000)
    parts.set(demand__lead_days={"rule": "constant", "value": 20})
    before = build_world(load(parts.write(tmp_path)))
    plans = plan_savings(before, np.ones((2, 3, N_BLOCKS)), 0.95)
    child = tmp_path / "child.yaml"
    child.write_text(closures_yaml(before, plans, "test.yaml"), encoding="utf-8")
    after = load(child)
    window = after.scenario.window
    assert before.calendar.date(before.n_days - 1) > window.last + dt.timedelta(days=20)
    ends = {c.last for c in after.scenario.calendar.closures if c.hours is not None}
    assert max(ends) in (window.last, window.last + dt.timedelta(days=1))
    assert not [n for n in after.notices if n.startswith("calendar.closures")]


def test_a_plan_without_steps_is_a_scenario_too(tmp_path: Path) -> None:
    path = town().write(tmp_path)
    world = build_world(load(path))
    child = tmp_path / "child.yaml"
    child.write_text(closures_yaml(world, (), "test.yaml"), encoding="utf-8")
    assert load(child).scenario.calendar.closures == []


def test_saved_grows_with_what_is_closed(world: World) -> None:
    """More closed never saves less; closing all hours does not give the area back."""
    stock = zone_stock(world, 0, np.zeros((1, 3, N_BLOCKS)))
    closed, wholly = stock.none_closed()
    before = 0.0
    for v, b in product(range(3), range(N_BLOCKS)):
        closed[v, b] = True
        now = stock.saving(closed, wholly)
        assert now >= before
        before = now
    assert before == pytest.approx(stock.saving(*stock.all_closed()) - stock.area.sum())
