"""What a siting result is shown from: homes, centres, sites and links on one plane."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.scenario.tables import Tables
from sim.siting.figures import Figure
from sim.siting.moves.catalogue import Catalogue, Move, Site, Yuan
from sim.siting.outcome import JudgedPlan, SitingOutcome, View
from sim.world.places import local_km

F64 = npt.NDArray[np.float64]
LonLat = tuple[float, float]
Lines = Sequence[tuple[LonLat, LonLat]]

UNKNOWN = Figure(math.nan, math.nan, math.nan, 0)


@dataclass(frozen=True, slots=True)
class SiteOnPage:
    """A site of the catalogue, with what the recommended plan does there.

    Attributes
    ----------
    status
        ``opened`` (rooms open, whether or not some were there), ``changed`` (rooms converted only),
        ``closed``, ``existing`` (a centre where nothing is done), ``candidate`` (nothing there).
    moves
        (times, move) of the recommended plan.
    cost
        Of them, a year.
    adds
        Simulated gain that goes when it is left out of the plan; NaN where it was not simulated.
    """

    site: Site
    status: str
    moves: tuple[tuple[int, Move], ...]
    cost: Yuan
    adds: Figure

    @property
    def rooms(self) -> int:
        """Rooms that the plan opens here."""
        return sum(times for times, move in self.moves if move.what == "open")


@dataclass(frozen=True, slots=True)
class Link:
    """A passage that shortens walks.

    Attributes
    ----------
    lines
        Walks that it shortens, as pairs of (lon, lat); empty where they are not known.
    xy
        (L, 2, 2) the same in km: line, end, coordinate.
    opened
        Whether the recommended plan opens it.
    """

    name: str
    lines: tuple[tuple[LonLat, LonLat], ...]
    xy: F64
    opened: bool
    cost: Yuan
    adds: Figure


@dataclass(frozen=True, slots=True)
class PageData:
    """Everything that is drawn and written; km are on one plane around the homes.

    Attributes
    ----------
    homes
        (O, 2) km.
    today, after
        (P, 2) km of the places of either view.
    sites, links
        In the catalogue's order.
    site_xy
        (S, 2) km of the sites.
    """

    outcome: SitingOutcome
    homes: F64
    today: F64
    after: F64
    sites: tuple[SiteOnPage, ...]
    site_xy: F64
    links: tuple[Link, ...]

    @property
    def plan(self) -> JudgedPlan:
        """The recommended one."""
        return self.outcome.recommended


def page_data(outcome: SitingOutcome, links: Mapping[str, Lines] | None = None) -> PageData:
    """Put homes, places, sites and links on one plane.

    Parameters
    ----------
    links
        Lines of a link by its name, as pairs of (lon, lat).
    """
    plan = outcome.recommended
    lonlat = outcome.homes.lonlat
    middle = float(lonlat[:, 0].mean()), float(lonlat[:, 1].mean())
    adds = {part.site: part.simulated for part in outcome.left_out}
    sites = tuple(
        _site(site, outcome.catalogue, plan.times, adds) for site in outcome.catalogue.sites
    )
    return PageData(
        outcome=outcome,
        homes=local_km(lonlat[:, 0], lonlat[:, 1], middle),
        today=_places(outcome.today, middle),
        after=_places(outcome.after, middle),
        sites=sites,
        site_xy=_plane([(s.site.lon, s.site.lat) for s in sites], middle),
        links=_links(outcome.catalogue, plan.times, links or {}, adds, middle),
    )


def link_lines(tables: Tables, catalogue: Catalogue) -> dict[str, list[tuple[LonLat, LonLat]]]:
    """Walks that each link shortens, from home to centre or candidate, as far as both are known."""
    places = {row.origin: (row.lon, row.lat) for row in tables.origins}
    centres = {row.centre: (row.lon, row.lat) for row in tables.centres}
    centres |= {site.name: (site.lon, site.lat) for site in catalogue.sites}
    found: dict[str, list[tuple[LonLat, LonLat]]] = {}
    for walk in tables.walks:
        if walk.link and walk.origin in places and walk.centre in centres:
            line = (places[walk.origin], centres[walk.centre])
            found.setdefault(walk.link, []).append(line)
    return found


def _plane(points: Sequence[LonLat], middle: LonLat) -> F64:
    lonlat = np.array(points, dtype=np.float64).reshape(-1, 2)
    return local_km(lonlat[:, 0], lonlat[:, 1], middle)


def _places(view: View, middle: LonLat) -> F64:
    return _plane([(p.lon, p.lat) for p in view.places], middle)


def _site(
    site: Site, catalogue: Catalogue, times: tuple[int, ...], adds: Mapping[str, Figure]
) -> SiteOnPage:
    here = tuple(
        n if move.site == site.name and move.what != "link" else 0
        for n, move in zip(times, catalogue.moves, strict=True)
    )
    moves = tuple((n, m) for n, m in zip(here, catalogue.moves, strict=True) if n)
    return SiteOnPage(
        site=site,
        status=_status(site, moves),
        moves=moves,
        cost=catalogue.cost(here),
        adds=adds.get(site.name, UNKNOWN),
    )


def _status(site: Site, moves: tuple[tuple[int, Move], ...]) -> str:
    done = {move.what for _, move in moves}
    if "open" in done:
        return "opened"
    if "convert" in done:
        return "changed"
    if "close" in done:
        return "closed"
    return "existing" if site.exists else "candidate"


def _links(
    catalogue: Catalogue,
    times: tuple[int, ...],
    lines: Mapping[str, Lines],
    adds: Mapping[str, Figure],
    middle: LonLat,
) -> tuple[Link, ...]:
    found = []
    for n, move in zip(times, catalogue.moves, strict=True):
        if move.what != "link":
            continue
        mine = tuple(lines.get(move.site, ()))
        ends = [end for line in mine for end in line]
        found.append(
            Link(
                name=move.site,
                lines=mine,
                xy=_plane(ends, middle).reshape(-1, 2, 2),
                opened=n > 0,
                cost=move.cost,
                adds=adds.get(move.site, UNKNOWN),
            )
        )
    return tuple(found)
