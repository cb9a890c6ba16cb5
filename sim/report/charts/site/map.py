"""Maps before and after on one scale: minutes on foot, catchments, sites, what opens, links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.messages import say
from sim.report.charts.site.map_data import Dot, MapData, Pin, Way
from sim.report.charts.site.map_plot import plot_map
from sim.report.charts.site.results import SiteResults
from sim.report.charts.values import ceiling, titled
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding
from sim.report.site.places import PageData
from sim.report.site.words import Label, moves_words
from sim.siting import outcome
from sim.words import capital

F64 = npt.NDArray[np.float64]

When = Literal["before", "after"]

FEW = 3
"""Walks of a link that are drawn as the link itself; of more it is known only whom it helps."""


@picture("map-before", of=SiteResults)
def map_before(results: SiteResults) -> Drawing:
    """Today: who walks how long, to which centre."""
    page_data, context, label = results.page_data, results.context, results.label
    mean = _mean(page_data.outcome.today)
    finding = Finding(
        name="map-before",
        title=say("walks.today", mean=mean),
        subtitle=say("walks.subtitle"),
        table=map_table(page_data),
        note=say("walks.note"),
    )
    data = _data(page_data, label, "before")
    return finding, lambda page: plot_map(page, data, context)


@picture("map-after", of=SiteResults)
def map_after(results: SiteResults) -> Drawing:
    """Draw the recommended plan on the scale and extent of `map_before`."""
    page_data, context, label = results.page_data, results.context, results.label
    before, after = _mean(page_data.outcome.today), _mean(page_data.outcome.after)
    plan = label("plan", page_data.plan.label)
    walk = say("walks.mean", before=before, after=after)
    finding = Finding(
        name="map-after",
        title=titled(
            say("walks.opens", plan=capital(plan), opened=_opened(page_data), walk=walk),
            say("walks.with", plan=plan, walk=walk),
        ),
        subtitle=say("walks.subtitle"),
        table=map_table(page_data),
        note=say("walks.note"),
    )
    data = _data(page_data, label, "after")
    return finding, lambda page: plot_map(page, data, context)


def map_table(page_data: PageData) -> pd.DataFrame:
    """Homes with minutes and centre before and after."""
    found = page_data.outcome
    homes, today, after = found.homes, found.today, found.after
    return pd.DataFrame(
        {
            "home": homes.names,
            "community": homes.communities,
            "lon": homes.lonlat[:, 0],
            "lat": homes.lonlat[:, 1],
            "people": homes.people,
            "wishes": today.wishes,
            "minutes_before": today.minutes,
            "minutes_after": after.minutes,
            "centre_before": _centres(today),
            "centre_after": _centres(after),
        }
    )


def _centres(view: outcome.View) -> list[str]:
    return [view.places[c].name if c >= 0 else "" for c in view.catchment.tolist()]


def _mean(view: outcome.View) -> float:
    """Minutes of the mean wish that has a suitable centre."""
    weight = np.where(np.isnan(view.minutes), 0.0, view.wishes)
    if not weight.sum():
        return float("nan")
    return float(np.nansum(view.minutes * weight) / weight.sum())


def _opened(page_data: PageData) -> str:
    sites = [s for s in page_data.sites if s.rooms]
    rooms = sum(s.rooms for s in sites)
    if not rooms:
        return say("walks.no-room")
    return say("walks.rooms", n=rooms, sites=len(sites))


def _data(page_data: PageData, label: Label, when: When) -> MapData:
    found = page_data.outcome
    view = found.today if when == "before" else found.after
    xy = page_data.today if when == "before" else page_data.after
    was, now = _centres(found.today), _centres(view)
    dots = tuple(
        Dot(
            x=float(page_data.homes[o, 0]),
            y=float(page_data.homes[o, 1]),
            people=int(found.homes.people[o]),
            name=label("place", name),
            wishes=float(view.wishes[o]),
            minutes=float(view.minutes[o]),
            gain=float(found.today.minutes[o] - view.minutes[o]),
            to=None if view.catchment[o] < 0 else tuple(xy[view.catchment[o]].tolist()),
            moved=was[o] != now[o],
        )
        for o, name in enumerate(found.homes.names)
    )
    centres = tuple(
        (float(x), float(y), place.tier)
        for (x, y), place in zip(xy.tolist(), view.places, strict=True)
        if place.status != "new"
    )
    everything = np.vstack(
        [
            page_data.homes,
            page_data.today,
            page_data.site_xy,
            *(n.xy.reshape(-1, 2) for n in page_data.links),
        ]
    )
    both = np.concatenate([found.today.minutes, found.after.minutes])
    known = both[~np.isnan(both)]
    return MapData(
        after=when == "after",
        dots=dots,
        centres=centres,
        candidates=tuple(
            (float(x), float(y))
            for (x, y), s in zip(page_data.site_xy.tolist(), page_data.sites, strict=True)
            if not s.site.exists and (when == "before" or s.status == "candidate")
        ),
        pins=_pins(page_data, label) if when == "after" else (),
        ways=tuple(_ways(page_data, when)),
        all_xy=everything,
        most=ceiling(float(known.max())) if len(known) else 1.0,
    )


def _ways(page_data: PageData, when: When) -> Iterator[Way]:
    """Walks that links shorten; of a link with many of them only if it opens."""
    for link in page_data.links:
        opened, few = link.opened and when == "after", len(link.xy) <= FEW
        if few or opened:
            for (x0, y0), (x1, y1) in link.xy.tolist():
                yield Way((x0, x1), (y0, y1), opened, few)


def _pins(page_data: PageData, label: Label) -> tuple[Pin, ...]:
    """Sites where something is done, then links, in order of what they cost."""
    pins = [
        Pin(float(x), float(y), label("place", s.site.name), moves_words(s.moves, label), s.status,
            s.cost.base)
        for (x, y), s in zip(page_data.site_xy.tolist(), page_data.sites, strict=True)
        if s.moves
    ]  # fmt: skip
    pins += [
        Pin(*_middle(n.xy), label("place", n.name), say("site.link"), "link", n.cost.base)
        for n in page_data.links
        if n.opened
    ]
    return tuple(sorted(pins, key=lambda p: (-p.cost, p.name)))


def _middle(lines: F64) -> tuple[float, float]:
    """Middle of the walks that a link shortens; NaN where their positions are not known."""
    if not len(lines):
        return float("nan"), float("nan")
    x, y = np.median(lines.mean(axis=1), axis=0).tolist()
    return x, y
