"""Seeded instances of the planner's model: a made-up town with people, centres and candidates.

Communities of some four compounds lie in a square; candidates and centres of three tiers lie
beside them. A compound's rooms serve its own people, a community's its community, a subdistrict's
everyone who walks no farther than `REACH`. Who has farther to walk asks less often (logistic in
minutes). Centres of today have a few rooms each with free hours; their rooms may be converted,
and links shorten some walks. Figures are made up, in the range of the scenarios that ship.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.siting.problem import Classes, Facilities, Moves, Problem, ServiceOptions

__all__ = ["CANGQIAN", "DISTRICT", "Shape", "draw"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

REACH = 30.0
_MINUTES_PER_KM = 16.0
_KM2_PER_COMPOUND = 0.6
_COMPOUNDS_PER_COMMUNITY = 4
_TIERS = np.array([0.4, 0.35, 0.25])
"""Shares of compound, community and subdistrict rooms among sites."""
_PEOPLE = 3000.0
STANDARD = 15.0
"""Minutes within which a room is near."""
_WISHES = 3.0
"""A year and person, beyond what is booked today."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Size and seed of an instance.

    Parameters
    ----------
    origins, candidates, centres, kinds, bands
        How many; compounds, sites to build at, sites of today.
    links
        How many walks-shortening links may be built.
    rooms
        Budget in mean rooms.
    minute
        Worth taken off a wish served for each walking minute.
    """

    origins: int
    candidates: int
    centres: int
    kinds: int = 12
    bands: int = 6
    links: int = 4
    rooms: float = 30.0
    seed: int = 1
    minute: float = 0.0


CANGQIAN = Shape(origins=45, candidates=60, centres=60)
DISTRICT = Shape(origins=404, candidates=500, centres=219, links=20, rooms=250.0)


@dataclass(frozen=True, slots=True)
class _Town:
    """Where everything is; sites are candidates, then centres."""

    community: I64
    minutes: F64
    """(origins, sites)."""
    allowed: Bool
    """(origins, sites)."""
    kinds: Bool
    """(sites, kinds) that a site may have."""


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What rooms of each kind are like."""

    wish: F64
    """Room-hours of one."""
    area: F64
    cost: F64
    open: F64
    """(kinds, bands) room-hours a year."""
    curve: F64
    """(kinds, bands) shares of wishes."""
    popular: F64


def draw(shape: Shape) -> Problem:
    """Draw an instance; equal shapes give equal arrays."""
    rng = np.random.default_rng([shape.seed, shape.origins, shape.candidates, shape.kinds])
    town, kinds = _town(rng, shape), _kinds(rng, shape)
    sites = shape.candidates + shape.centres
    number = np.arange(sites * shape.kinds).reshape(sites, shape.kinds)
    facilities = _facilities(rng, shape, town, kinds)
    moves, floor = _moves(rng, shape, town, kinds, facilities.rooms, number)
    classes = _classes(rng, shape, town, kinds)
    can = facilities.rooms > 0
    can[moves.gives[moves.gives >= 0]] = True
    first_link = len(moves.cost) - shape.links
    options = _options(rng, shape, town, kinds, can.reshape(sites, shape.kinds), first_link)
    budget = shape.rooms * float(kinds.cost.mean())
    groups = int(town.community.max()) + 1
    return Problem(classes, facilities, moves, options, budget, floor, groups)


def _town(rng: np.random.Generator, shape: Shape) -> _Town:
    communities = max(1, shape.origins // _COMPOUNDS_PER_COMMUNITY)
    side = float(np.sqrt(shape.origins * _KM2_PER_COMPOUND))
    middle = rng.uniform(0, side, (communities, 2))
    community = np.arange(shape.origins) % communities
    home = middle[community] + rng.normal(0, 0.5, (shape.origins, 2))
    sites = shape.candidates + shape.centres
    beside = rng.integers(0, shape.origins, sites)
    tier = rng.choice(3, size=sites, p=_TIERS)
    where = home[beside] + rng.normal(0, 1, (sites, 2)) * np.array([0.1, 0.3, 0.6])[tier][:, None]
    km = np.abs(home[:, None] - where[None]).sum(axis=2)
    minutes = np.maximum(1.0, _MINUTES_PER_KM * km)
    allowed = minutes <= REACH
    allowed &= (tier != 0) | (np.arange(shape.origins)[:, None] == beside)
    allowed &= (tier != 1) | (community[:, None] == community[beside])
    return _Town(community, minutes, allowed, rng.random((sites, shape.kinds)) < 0.8)


def _kinds(rng: np.random.Generator, shape: Shape) -> _Kinds:
    kinds, bands = shape.kinds, shape.bands
    area = rng.uniform(30, 200, kinds)
    return _Kinds(
        wish=rng.choice([1.0, 1.5, 2.0], size=kinds),
        area=area,
        cost=np.round(20_000 + 800 * area + rng.uniform(0, 30_000, kinds), -2),
        open=np.round(rng.uniform(400, 1100, bands)) * rng.uniform(0.8, 1.0, (kinds, 1)),
        curve=rng.dirichlet(np.geomspace(0.5, 4.0, bands), kinds),
        popular=rng.dirichlet(np.full(kinds, 3.0)),
    )


def _facilities(rng: np.random.Generator, shape: Shape, town: _Town, kinds: _Kinds) -> Facilities:
    """Rooms of today, up to two of a kind, with a tenth to six tenths of their hours free."""
    sites = len(town.kinds)
    rooms = rng.choice(3, size=(sites, shape.kinds), p=[0.7, 0.2, 0.1]) * town.kinds
    rooms[: shape.candidates] = 0
    free = rng.uniform(0.1, 0.6, (sites, shape.kinds, 1))
    hours = rooms[:, :, None] * free * kinds.open
    return Facilities(rooms.ravel().astype(np.int64), hours.reshape(-1, shape.bands))


def _classes(rng: np.random.Generator, shape: Shape, town: _Town, kinds: _Kinds) -> Classes:
    people = _PEOPLE * np.exp(rng.normal(0, 0.5, shape.origins))
    taste = kinds.popular * np.exp(rng.normal(0, 0.3, (shape.origins, shape.kinds)))
    wishes = _WISHES * people[:, None, None] * taste[:, :, None] * kinds.curve
    each = shape.kinds * shape.bands
    return Classes(
        wishes=np.round(wishes.ravel(), 1),
        worth=np.tile(np.repeat(kinds.wish, shape.bands), shape.origins),
        group=np.repeat(town.community, each).astype(np.int64),
    )


def _moves(
    rng: np.random.Generator,
    shape: Shape,
    town: _Town,
    kinds: _Kinds,
    rooms: I64,
    number: I64,
) -> tuple[Moves, F64]:
    """Rooms of allowed kinds at candidates, conversions and closures at centres, links."""
    site, kind = np.nonzero(town.kinds[: shape.candidates])
    there = rooms.reshape(number.shape)
    at, was = np.nonzero(there)
    new = (was + rng.integers(1, max(2, shape.kinds), len(was))) % shape.kinds
    some = rng.random(len(was)) < 0.5
    changes = np.flatnonzero(some & (new != was))
    shut = np.flatnonzero(~some & (rng.random(len(was)) < 0.2))
    old = np.concatenate([at[changes], at[shut]])
    lost = np.concatenate([was[changes], was[shut]])
    none, links = np.full(len(shut), -1), shape.links
    into = np.concatenate([number[at[changes], new[changes]], none])
    bands = np.zeros((links, shape.bands))
    lost_hours = kinds.open[lost] * 0.1
    new_hours = np.where(into[:, None] >= 0, kinds.open[into % shape.kinds], 0.0)
    moves = Moves(
        cost=np.concatenate(
            [
                np.round(kinds.cost[kind] * rng.uniform(0.8, 1.2, len(kind)), -2),
                np.round(np.where(into >= 0, 0.4, -0.3) * kinds.cost[lost], -2),
                np.round(rng.uniform(1, 4, links) * kinds.cost.mean(), -2),
            ]
        ),
        most=np.concatenate([np.full(len(site), 3), there[old, lost], np.ones(links, np.int64)]),
        site=np.concatenate([site, old, np.full(links, -1)]),
        area=np.concatenate([kinds.area[kind], 0.0 * old, np.zeros(links)]),
        gives=np.concatenate([number[site, kind], into, np.full(links, -1)]),
        gives_hours=np.concatenate([kinds.open[kind], new_hours, bands]),
        takes=np.concatenate([np.full(len(site), -1), number[old, lost], np.full(links, -1)]),
        takes_hours=np.concatenate([0.0 * kinds.open[kind], lost_hours, bands]),
        fixed=np.zeros(len(site) + len(old) + links, dtype=np.int64),
    )
    return moves, np.round(rng.uniform(150, 900, len(number)))


def _options(
    rng: np.random.Generator, shape: Shape, town: _Town, kinds: _Kinds, can: Bool, first_link: int
) -> ServiceOptions:
    """All that is within reach; a link shortens some walks of over ten minutes by up to twelve."""
    origin, site, kind = np.nonzero(town.allowed[:, :, None] & can[None])
    minutes, link = town.minutes[origin, site], np.full(len(origin), -1)
    for number in range(shape.links):
        pair = rng.random(town.minutes.shape) < 0.05
        walks = np.flatnonzero(pair[origin, site] & (link == -1) & (minutes > 10))
        shorter = np.maximum(5.0, minutes[walks] - rng.uniform(4, 12))
        origin, site = np.append(origin, origin[walks]), np.append(site, site[walks])
        kind, minutes = np.append(kind, kind[walks]), np.append(minutes, shorter)
        link = np.append(link, np.full(len(walks), first_link + number))
    band = np.tile(np.arange(shape.bands), len(origin))
    origin, site, kind, minutes, link = (
        np.repeat(column, shape.bands) for column in (origin, site, kind, minutes, link)
    )
    of_class = (origin * shape.kinds + kind) * shape.bands + band
    order = np.argsort(of_class, kind="stable")
    half = rng.uniform(9, 18, shape.kinds)[kind]
    return ServiceOptions(
        of_class=of_class[order],
        facility=(site * shape.kinds + kind)[order],
        band=band[order],
        asked=(1.0 / (1.0 + np.exp((minutes - half) / 4.0)))[order],
        hours=kinds.wish[kind][order],
        value=(kinds.wish[kind] - shape.minute * minutes)[order],
        near=(minutes <= STANDARD)[order],
        link=link[order],
    )
