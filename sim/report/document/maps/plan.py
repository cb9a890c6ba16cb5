"""A siting plan on a map: minutes on foot today and with the plan, and where it changes rooms."""

from __future__ import annotations

import math

import pandas as pd

from sim.messages import say
from sim.report.document.content import MovingMap, Spot
from sim.report.document.maps.frame import Frame, degrees

HOMES = "charts/map-after.csv"
LARGEST, SMALLEST, CENTRE, CHANGED = 22.0, 6.0, 5.0, 13.0
"""Units from the middle to the rim of the home with most people and the smallest, of a centre of
today and of a site of the plan."""
STATES = 9
MINUTES = 5
"""The darkest colour stands for a multiple of so many minutes."""


def plan_map(homes: pd.DataFrame, sites: pd.DataFrame) -> MovingMap | None:
    """Map with a frame of today and one of the plan; None where no positions are known.

    Parameters
    ----------
    homes
        Rows of `charts/map-after.csv`.
    sites
        Rows of `sites.csv`.
    """
    if homes.empty or sites.empty or not degrees(homes):
        return None
    minutes = homes[["minutes_before", "minutes_after"]].apply(pd.to_numeric)
    most = math.ceil(max(float(minutes.max().max()), 1.0) / MINUTES) * MINUTES
    frame = Frame([*degrees(homes), *degrees(sites)])
    changed = sites[~sites["status"].isin(["existing", "candidate"])]
    today = sites[sites["status"] == "existing"]
    people = pd.to_numeric(homes["people"])
    sizes = (LARGEST * (people / max(people.max(), 1)) ** 0.5).clip(lower=SMALLEST)
    spots = [
        Spot(str(name), "home", *frame.place(lon, lat), size, _state(was, most) + _state(now, most))
        for name, (lon, lat), size, was, now in zip(
            homes["home"], degrees(homes), sizes, *(minutes[c] for c in minutes), strict=True
        )
    ]
    spots += _sites(frame, today, "today", CENTRE, "99")
    spots += _sites(frame, changed, "changed", CHANGED, "09")
    keys = [("home", "2", say("map.plan.near")),
            ("home", "9", say("map.plan.far", minutes=most))]  # fmt: skip
    if any("x" in spot.states for spot in spots):
        keys.append(("home", "x", say("map.plan.nowhere")))
    keys += [("today", "9", say("map.plan.centre")), ("changed", "9", say("map.plan.site"))]
    return MovingMap(
        key="plan",
        title=say("map.plan"),
        frames=(say("map.plan.before"), say("map.plan.after", sites=len(changed))),
        shown=1,
        high=frame.high,
        spots=tuple(spots),
        names=(),
        keys=tuple(keys),
        choices=(say("map.today"), say("map.with_plan")),
    )


def _state(minutes: float, most: float) -> str:
    """The shade of a home."""
    return "x" if math.isnan(minutes) else str(round(STATES * min(minutes / most, 1.0)))


def _sites(frame: Frame, rows: pd.DataFrame, look: str, size: float, states: str) -> list[Spot]:
    rows = rows[rows["lon"] != ""]
    return [
        Spot(str(name), look, *frame.place(lon, lat), size, states)
        for name, (lon, lat) in zip(rows["site"], degrees(rows), strict=True)
    ]
