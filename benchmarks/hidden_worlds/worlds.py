"""Hidden worlds: a small town that everybody sees, what is true of its people, what is believed.

Truth and belief are both a `Behaviour`. The planner is given the town and the belief; the truth
only ever reaches it as bookings (`planner_view`). Every draw is keyed by the world's number and by
what it is for, so a world stays what it is whatever else is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sim.streams import key_of

__all__ = [
    "BELIEF", "HOURS_A_WEEK", "KINDS", "LENGTH_HOURS", "LOADS", "SEGMENTS", "Behaviour",
    "Candidate", "Centre", "Compound", "Town", "World", "draw_world", "origin_rates",
]  # fmt: skip

Group = Literal["hidden", "placebo"]
Table = tuple[tuple[float, ...], ...]

SEGMENTS = ("young", "family", "older")
KINDS = ("court", "room", "study")
LENGTH_HOURS = {"court": 1.25, "room": 1.5, "study": 1.5}
"""Mean hours of a wish; the writer's distributions have these means."""
HOURS_A_WEEK = 13.0 * 7
LOADS = (0.25, 0.6, 1.2)
"""Wished room-hours over open ones of today's rooms: slack, busy, overrun."""
BENDS = (0.5, 1.0, 2.0, 4.0)
"""Shapes of decay: steep at once, the planner's own, late, nearly a wall."""
SPREADS = (0.2, 0.6, 1.0)
"""Log spread of how much compounds alike in the census differ in what they wish."""
PLACEBO_LOAD = 0.03
"""Of the worlds in which nothing is ever full."""
WEEKS = {"hidden": (3, 8), "placebo": (26, 104)}
"""Of a simulated window and of the history; where little happens it takes longer to see it."""


@dataclass(frozen=True, slots=True)
class Compound:
    """Where people live; `people` by segment, as the census counts them."""

    name: str
    community: str
    lon: float
    lat: float
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Centre:
    """Rooms that are there; `rooms` by kind."""

    name: str
    tier: str
    community: str
    lon: float
    lat: float
    rooms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where rooms may be opened."""

    name: str
    tier: str
    community: str
    lon: float
    lat: float
    area_m2: float
    kinds: tuple[str, ...]
    rent: float


@dataclass(frozen=True, slots=True)
class Town:
    """What everybody sees."""

    compounds: tuple[Compound, ...]
    centres: tuple[Centre, ...]
    candidates: tuple[Candidate, ...]
    budget: float


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What people do.

    Attributes
    ----------
    rates
        (segment, kind) wishes a week of 1,000 people.
    factors
        (compound,) on the people of each: the census does not tell who books.
    curves
        (segment, 7) weights of weekday mornings, afternoons and evenings, of the same at weekends,
        and of a weekend day.
    tilts
        (kind, 3) factors on mornings, afternoons and evenings.
    off_platform
        Share of open hours taken by use that no booking shows.
    """

    per_minute: float
    bend: float
    outside: float
    nest: float
    log_rooms: float
    tiers: Mapping[str, float]
    max_minutes: float
    rates: Table
    factors: tuple[float, ...]
    curves: Table
    tilts: Table
    off_platform: float
    day_cv: float


@dataclass(frozen=True, slots=True)
class World:
    """A town, its truth, and what its planner believes before it looks at any booking.

    Attributes
    ----------
    small
        Small enough to try every plan.
    weeks, history_weeks
        Of a simulated window, and of the bookings that the planner sees.
    """

    number: int
    group: Group
    load: float
    small: bool
    town: Town
    truth: Behaviour
    belief: Behaviour
    weeks: int
    history_weeks: int


BELIEF = Behaviour(
    per_minute=-0.1, bend=1.0, outside=-0.5, nest=0.6, log_rooms=0.5, tiers={}, max_minutes=30.0,
    rates=((60.0, 15.0, 30.0), (40.0, 35.0, 25.0), (8.0, 60.0, 20.0)),
    factors=(),
    curves=(
        (5, 15, 80, 25, 40, 35, 1.4),
        (10, 20, 70, 35, 40, 25, 1.8),
        (45, 40, 15, 45, 40, 15, 1.0),
    ),
    tilts=((1, 1, 1),) * 3,
    off_platform=0.2, day_cv=0.1,
)  # fmt: skip


def _rng(number: int, group: str, what: str) -> np.random.Generator:
    return np.random.default_rng(key_of("hidden world", group, number, what))


def draw_world(number: int, group: Group) -> World:
    """The world of a number: loads, shapes of decay and spreads take turns.

    Every third world is small enough to try every plan.
    """
    small = number % 3 == 2
    town = _town(_rng(number, group, "town"), small)
    belief = replace(BELIEF, factors=(1.0,) * len(town.compounds))
    if group == "placebo":
        load = PLACEBO_LOAD
        belief = replace(belief, rates=((30.0, 30.0, 30.0),) * 3, off_platform=0.0)
        truth = belief
    else:
        load = LOADS[number // 3 % 3]
        bend, spread = BENDS[number % 4], SPREADS[(number // 9 + number) % 3]
        truth = _truth(_rng(number, group, "truth"), belief, bend, spread)
    truth = _at_load(town, truth, load)
    if group == "placebo":
        belief = truth
    return World(number, group, load, small, town, truth, belief, *WEEKS[group])


def origin_rates(town: Town, behaviour: Behaviour) -> np.ndarray:
    """(compound, kind) wishes a week."""
    people = np.array([c.people for c in town.compounds], dtype=float)
    scaled = people * np.array(behaviour.factors)[:, None] / 1000.0
    return np.asarray(scaled @ np.array(behaviour.rates))


def _at_load(town: Town, behaviour: Behaviour, load: float) -> Behaviour:
    """The same with rates at which wished hours are so many times the open ones."""
    lengths = np.array([LENGTH_HOURS[k] for k in KINDS])
    wished = float((origin_rates(town, behaviour) @ lengths).sum())
    open_ = HOURS_A_WEEK * sum(sum(c.rooms) for c in town.centres)
    rates = np.array(behaviour.rates) * load * open_ / wished
    return replace(behaviour, rates=tuple(map(tuple, rates.tolist())))


def _truth(rng: np.random.Generator, belief: Behaviour, bend: float, spread: float) -> Behaviour:
    """A behaviour that differs from the belief in everything that can differ."""
    rates = np.array(belief.rates) * rng.lognormal(0.0, 0.5, (3, 3))
    curves = np.array(belief.curves) * rng.lognormal(0.0, 0.4, (3, 7))
    return Behaviour(
        per_minute=-float(np.exp(rng.uniform(np.log(0.05), np.log(0.2)))),
        bend=bend,
        outside=float(rng.uniform(-1.5, 0.5)),
        nest=float(rng.uniform(0.3, 1.0)),
        log_rooms=float(rng.uniform(0.0, 1.0)),
        tiers={"subdistrict": float(rng.uniform(-0.5, 0.5))},
        max_minutes=float(rng.uniform(20.0, 40.0)),
        rates=tuple(map(tuple, rates.tolist())),
        factors=tuple(rng.lognormal(0.0, spread, len(belief.factors)).tolist()),
        curves=tuple(map(tuple, curves.tolist())),
        tilts=tuple(map(tuple, rng.lognormal(0.0, 0.3, (3, 3)).tolist())),
        off_platform=float(rng.uniform(0.0, 0.4)),
        day_cv=float(rng.uniform(0.0, 0.3)),
    )


def _town(rng: np.random.Generator, small: bool) -> Town:
    """A town of three or four communities in a square of some 2.4 km."""
    communities = 3 if small else 4
    middles = np.array([[-0.6, -0.6], [0.6, -0.5], [-0.5, 0.6], [0.6, 0.6]])[:communities]

    def near(c: int, spread: float) -> tuple[float, float]:
        x, y = middles[c] + rng.normal(0.0, spread, 2)
        return round(120.0 + x / 96.3, 6), round(30.0 + y / 111.2, 6)

    compounds = []
    for i in range(9 if small else 12):
        c = i % communities
        lon, lat = near(c, 0.35)
        total, mix = rng.uniform(600, 3000), rng.dirichlet((4.0, 4.0, 3.0))
        people = tuple(int(n) for n in np.round(total * mix))
        compounds.append(Compound(f"Compound {i + 1}", f"Community {c + 1}", lon, lat, people))
    centres = []
    for i in range(2 if small else 3):
        lon, lat = near(i, 0.25)
        rooms = tuple(int(n) for n in rng.integers(0 if i else 1, 3, 3))
        tier = "subdistrict" if i == 0 else "community"
        name = f"Centre {i + 1}"
        centres.append(Centre(name, tier, f"Community {i + 1}", lon, lat, rooms))
    candidates = []
    for i in range(5 if small else 10):
        c = (i + 1) % communities
        lon, lat = near(c, 0.4)
        kinds = tuple(sorted(rng.choice(KINDS, 2, replace=False).tolist()))
        area, rent = float(rng.choice((130, 200, 260))), round(float(rng.uniform(0.5, 2.0)), 2)
        tier = "subdistrict" if rng.random() < 0.6 else "community"
        community, name = f"Community {c + 1}", f"Site {i + 1}"
        candidates.append(Candidate(name, tier, community, lon, lat, area, kinds, rent))
    budget = 200_000.0 if small else 290_000.0
    return Town(tuple(compounds), tuple(centres), tuple(candidates), budget)
