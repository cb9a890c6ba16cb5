"""From what was found and two worlds to places on a map: homes, sites and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim.report.siting.evidence import Evidence
from sim.siting.catalogue import Move, Site
from sim.siting.outcome import Found, JudgedPlan
from sim.world.places import TIERS, local_km
from sim.world.world import World

__all__ = ["Home", "Link", "Seen", "SeenSite", "Walk", "see", "walks"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Walk:
    """Minutes on foot from a home to the nearest rooms it may use, mean over the kinds it wishes.

    Attributes
    ----------
    minutes
        NaN where nothing is wished.
    centre
        Centre that is nearest for most wishes; empty without any in reach.
    """

    minutes: float
    centre: str


@dataclass(frozen=True, slots=True)
class Home:
    """An origin, today and with the recommended plan."""

    name: str
    community: str
    zone: str
    lon: float
    lat: float
    x_km: float
    y_km: float
    people: int
    wishes: float
    before: Walk
    after: Walk


@dataclass(frozen=True, slots=True)
class SeenSite:
    """A place where rooms are or might be.

    Attributes
    ----------
    status
        `existing` (nothing changes), `candidate` (nothing there, nothing opened), `opened`
        (rooms open, whether or not some were there), `changed` (only converted), `closed`.
    moves
        (how often, move) of the recommended plan here.
    """

    name: str
    tier: str
    community: str
    access: str
    lon: float
    lat: float
    x_km: float
    y_km: float
    area_m2: float
    status: str
    moves: tuple[tuple[int, Move], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Link:
    """A passage that shortens walks, as a line of (lon, lat) points.

    Attributes
    ----------
    ends
        Empty where its position is not known.
    opened
        Whether the recommended plan opens it.
    """

    name: str
    ends: tuple[tuple[float, float], ...]
    opened: bool = False
    xy_km: tuple[tuple[float, float], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that is drawn and written.

    Attributes
    ----------
    reach_minutes
        Farther rooms count as this far.
    """

    found: Found
    evidence: Evidence
    homes: tuple[Home, ...]
    sites: tuple[SeenSite, ...]
    links: tuple[Link, ...]
    reach_minutes: float

    @property
    def plan(self) -> JudgedPlan:
        """The recommended one."""
        return next(p for p in self.found.plans if p.rank == 1)


def see(
    found: Found,
    evidence: Evidence,
    before: World,
    after: World,
    wishes: F64,
    links: Sequence[Link] = (),
) -> Seen:
    """Put homes, sites and links on one plane.

    Parameters
    ----------
    before, after
        Worlds of today and of the recommended plan; their origins are the same.
    wishes
        (O, K) a year, by origin and kind, in the order of the worlds.
    links
        The catalogue's links whose position is known; `opened` is put in here.
    """
    plan = next(p for p in found.plans if p.rank == 1)
    moves: dict[str, list[tuple[int, Move]]] = {}
    for times, move in zip(plan.times, found.catalogue.moves, strict=True):
        if times:
            moves.setdefault(move.site, []).append((times, move))
    today, then = walks(before, wishes), walks(after, wishes)
    middle = _middle(before)
    return Seen(
        found=found,
        evidence=evidence,
        homes=tuple(_homes(before, wishes, today, then)),
        sites=tuple(_sites(found, before, moves, middle)),
        links=tuple(_link(link, bool(moves.get(link.name)), middle) for link in links),
        reach_minutes=before.scenario.travel.max_minutes,
    )


def walks(world: World, wishes: F64) -> list[Walk]:
    """Minutes and centre of every origin; what is farther than the limit counts as the limit.

    Minutes are those of a mean walker among the origin's people, whatever the mode used.
    """
    limit = float(world.scenario.travel.max_minutes)
    pace = _pace(world)
    n = len(world.origins.names)
    minutes = np.full(wishes.shape, limit)
    weight = np.zeros((n, len(world.centres.names)))
    at = np.arange(n)
    for k in range(wishes.shape[1]):
        near = world.reach.pool[k][:, 0]
        known = near >= 0
        km = world.reach.km[k][:, 0].astype(np.float64)
        minutes[known, k] = np.minimum(km[known] * pace[known], limit)
        weight[at[known], world.pools.centre[near[known]]] += wishes[known, k]
    total = wishes.sum(axis=1)
    mean = np.divide(
        (wishes * minutes).sum(axis=1), total, out=np.full(n, np.nan), where=total > 0
    )
    most = weight.argmax(axis=1)
    return [
        Walk(float(mean[o]), world.centres.names[most[o]] if weight[o, most[o]] > 0 else "")
        for o in range(n)
    ]


def _pace(world: World) -> F64:
    """(O,) minutes a kilometre of the mean walker; of all people where nobody lives."""
    speeds = [s.metres_per_second for s in world.scenario.segments.values()]
    pace = 1000.0 / 60.0 / np.array(speeds)
    people = world.origins.people.astype(np.float64)
    total = people.sum(axis=1)
    everyone = float(people.sum(axis=0) @ pace / max(people.sum(), 1.0))
    mean = np.full(len(total), everyone)
    return np.divide(people @ pace, total, out=mean, where=total > 0)


def _homes(world: World, wishes: F64, today: list[Walk], then: list[Walk]) -> list[Home]:
    origins = world.origins
    return [
        Home(
            name=name,
            community=world.communities[origins.community[o]],
            zone=world.zones[origins.zone[o]],
            lon=float(origins.lonlat[o, 0]),
            lat=float(origins.lonlat[o, 1]),
            x_km=float(origins.xy[o, 0]),
            y_km=float(origins.xy[o, 1]),
            people=int(origins.people[o].sum()),
            wishes=float(wishes[o].sum()),
            before=today[o],
            after=then[o],
        )
        for o, name in enumerate(origins.names)
    ]


def _sites(
    found: Found,
    world: World,
    moves: dict[str, list[tuple[int, Move]]],
    middle: tuple[float, float],
) -> list[SeenSite]:
    """Sites of the catalogue, then centres of today that it does not name."""
    named = {site.name for site in found.catalogue.sites}
    centres = world.centres
    rest = [
        Site(
            name=name,
            lon=float(centres.lonlat[c, 0]),
            lat=float(centres.lonlat[c, 1]),
            tier=TIERS[centres.tier[c]],
            community=world.communities[centres.community[c]],
            compound=None,
            access="",
            area_m2=0.0,
            kinds=(),
            exists=True,
            source="",
        )
        for c, name in enumerate(centres.names)
        if name not in named
    ]
    seen = []
    for site in (*found.catalogue.sites, *rest):
        here = tuple(moves.get(site.name, ()))
        x, y = _plane(site.lon, site.lat, middle)
        seen.append(
            SeenSite(
                name=site.name,
                tier=site.tier,
                community=site.community,
                access=site.access,
                lon=site.lon,
                lat=site.lat,
                x_km=x,
                y_km=y,
                area_m2=site.area_m2,
                status=_status(site, here),
                moves=here,
                source=site.source,
            )
        )
    return seen


def _status(site: Site, moves: tuple[tuple[int, Move], ...]) -> str:
    done = {move.what for _, move in moves}
    if "open" in done:
        return "opened"
    if "convert" in done:
        return "changed"
    if "close" in done:
        return "closed"
    return "existing" if site.exists else "candidate"


def _link(link: Link, opened: bool, middle: tuple[float, float]) -> Link:
    return Link(link.name, link.ends, opened, tuple(_plane(*end, middle) for end in link.ends))


def _middle(world: World) -> tuple[float, float]:
    """(lon, lat) of the world's plane, found again from an origin's position on it."""
    lon, lat = world.origins.lonlat[0]
    x, y = world.origins.xy[0]
    south = float(lat - y / local_km(np.array(0.0), np.array(1.0), (0.0, 0.0))[1])
    per_degree = float(local_km(np.array(1.0), np.array(south), (0.0, south))[0])
    return float(lon - x / per_degree), south


def _plane(lon: float, lat: float, middle: tuple[float, float]) -> tuple[float, float]:
    x, y = local_km(np.array(lon), np.array(lat), middle)
    return float(x), float(y)
