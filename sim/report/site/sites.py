"""Sites and links as a table and for QGIS: sites.csv, plan.geojson."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from sim.report.files import atomic_write
from sim.report.site.places import Link, PageData, SiteOnPage
from sim.report.tables import plain, write_csv
from sim.siting.figures import Figure
from sim.siting.moves.catalogue import Move, Yuan
from sim.siting.outcome import MapCentre, View

COLUMNS = (
    "site", "plan", "status", "tier", "community", "access", "kind", "what", "rooms", "rooms_today",
    "rooms_after", "area", "area_available", "cost", "cost_low", "cost_high", "gain", "gain_low",
    "gain_high", "lon", "lat", "source",
)  # fmt: skip
"""Columns of sites.csv; the properties in plan.geojson are the same without lon and lat."""


def write_site_tables(page_data: PageData, folder: Path) -> list[Path]:
    """Write plan.geojson and sites.csv; the files written.

    A row (a feature) a site of the catalogue, a centre of today that it does not name, and a link.
    `gain` is what is lost, simulated, when the plan leaves the site out.
    """
    table = pd.DataFrame(site_rows(page_data), columns=list(COLUMNS))
    text = json.dumps(geojson(page_data), indent=1, ensure_ascii=False, allow_nan=False)
    path = folder / "plan.geojson"
    atomic_write(path, f"{text}\n".encode())
    return [path, write_csv(folder / "sites.csv", table)]


def site_rows(page_data: PageData) -> list[dict[str, Any]]:
    """Sites, then centres that only today's world names, then links; cells empty where unknown."""
    named = {s.site.name for s in page_data.sites}
    rows = [_site(page_data, s) for s in page_data.sites]
    rows += [_centre(page_data, p) for p in page_data.outcome.today.places if p.name not in named]
    return rows + [_link(page_data, link) for link in page_data.links]


def geojson(page_data: PageData) -> dict[str, Any]:
    """A FeatureCollection (RFC 7946): WGS-84, longitude first; links whose lines are known."""
    links = {link.name: link for link in page_data.links}
    features = []
    for row in site_rows(page_data):
        if row["tier"] == "link":
            geometry = _lines(links[row["site"]])
        else:
            geometry = {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
        if geometry is None:
            continue
        properties = {k: plain(v) for k, v in row.items() if k not in ("lon", "lat")}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "name": f"{page_data.plan.label}", "features": features}


def _site(page_data: PageData, site: SiteOnPage) -> dict[str, Any]:
    s = site.site
    return {
        **_bare(page_data, s.name, s.tier, s.lon, s.lat),
        "status": site.status,
        "community": s.community,
        "access": s.access,
        "kind": "; ".join(_kind(times, move) for times, move in site.moves),
        "what": "; ".join(dict.fromkeys(move.what for _, move in site.moves)),
        "rooms": site.rooms,
        "area": sum(times * move.area_m2 for times, move in site.moves),
        "area_available": s.area_m2 if math.isfinite(s.area_m2) else math.nan,
        **(_money(site.cost, site.adds) if site.moves else {}),
        "source": s.source,
    }


def _kind(times: int, move: Move) -> str:
    """`badminton_court x 2`, `hall > badminton_court`, `hall closed`."""
    many = f" x {times}" if times > 1 else ""
    if move.what == "close":
        return f"{move.was} closed{many}"
    return f"{move.was} > {move.kind}{many}" if move.what == "convert" else f"{move.kind}{many}"


def _centre(page_data: PageData, place: MapCentre) -> dict[str, Any]:
    row = _bare(page_data, place.name, place.tier, place.lon, place.lat)
    return {**row, "status": "existing", "kind": "; ".join(place.rooms)}


def _link(page_data: PageData, link: Link) -> dict[str, Any]:
    lon = lat = math.nan
    if link.lines:
        ends = [end for line in link.lines for end in line]
        lon, lat = (sum(end[i] for end in ends) / len(ends) for i in (0, 1))
    return {
        **_bare(page_data, link.name, "link", lon, lat),
        "status": "opened" if link.opened else "candidate",
        "kind": "link",
        "what": "link" if link.opened else "",
        **_money(link.cost, link.adds),
    }


def _bare(page_data: PageData, name: str, tier: str, lon: float, lat: float) -> dict[str, Any]:
    """Columns that every row has; the rest is empty."""
    empty = dict.fromkeys(("community", "access", "kind", "what", "source"), "")
    numbers = dict.fromkeys(
        (
            "area",
            "area_available",
            "cost",
            "cost_low",
            "cost_high",
            "gain",
            "gain_low",
            "gain_high",
        ),
        math.nan,
    )
    return {
        **empty,
        **numbers,
        "site": name,
        "plan": page_data.plan.label,
        "tier": tier,
        "rooms": 0,
        "rooms_today": _rooms(page_data.outcome.today, name),
        "rooms_after": _rooms(page_data.outcome.after, name),
        "lon": lon,
        "lat": lat,
    }


def _money(cost: Yuan, adds: Figure) -> dict[str, float]:
    return {
        "cost": cost.base,
        "cost_low": cost.low,
        "cost_high": cost.high,
        "gain": adds.mean,
        "gain_low": adds.low,
        "gain_high": adds.high,
    }


def _rooms(view: View, name: str) -> int:
    """Rooms of a centre; 0 where there is none of that name."""
    return next((sum(p.rooms.values()) for p in view.places if p.name == name), 0)


def _lines(link: Link) -> dict[str, Any] | None:
    lines = [[list(end) for end in line] for line in link.lines]
    if not lines:
        return None
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}
