"""Where are wishes not met? Schematic map of origins and centres, not asked and refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from matplotlib.patheffects import withStroke

from sim.messages import clauses, joined, say
from sim.report import theme
from sim.report.charts.maps import MARKERS, OTHER, extent, free_spot, scale_bar, scale_box
from sim.report.charts.values import ceiling
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import leaders, once, percent, scope_words, short

PANELS = ("not_asked_share", "refused_share")
"""Rates shown: of wishes, of requests."""
NAMED, KEYED = 3, 2  # origins in the title, at most, and below each map
FEW_ZONES = 6  # more zones have smaller names


@dataclass(frozen=True, eq=False)
class UnmetMapData:
    """Origins with rates of wishes not asked and requests refused, centres, zones' middles."""

    finding: Finding
    origins: pd.DataFrame
    centres: pd.DataFrame
    zones: pd.DataFrame
    tiers: tuple[tuple[str, str], ...]


def plot(page: Page, data: UnmetMapData) -> None:
    """Draw two maps, each with its own scale of colours: they are rates of different things."""
    gap, head, foot = 0.3, 0.32, 0.82
    width, height = (page.width - gap) / 2, page.height - head - foot
    dots = pd.concat([data.origins, data.centres])[["x_km", "y_km"]].to_numpy(dtype=float)
    view = extent(dots, width / height, tall=1.1)
    for i, metric in enumerate(PANELS):
        x = i * (width + gap)
        most = ceiling(float(data.origins[metric].max()))
        page.text(x, foot + height + 0.1, say(f"map.{metric}"), theme.BODY)
        _colour_key(page, x + width, foot + height + 0.1, most)
        ax = page.axes(x, foot, width, height)
        ax.set(xlim=view[:2], ylim=view[2:], xticks=[], yticks=[], facecolor="#FAFAFA")
        ax.spines[:].set(visible=True, color=theme.PALE)
        _origins(ax, data, metric, most)
        _centres(ax, data)
        key = say("map.most", names=clauses(*_names(page, ax, data, metric)))
        page.text(x, foot - 0.25, page.fitted(key, theme.SMALL, width))
        if i == 0:
            scale_bar(ax, view)
    _keys(page, data)


def _origins(ax: Axes, data: UnmetMapData, metric: str, most: float) -> PathCollection:
    o = data.origins.sort_values("people", ascending=False, kind="stable")
    return ax.scatter(
        o["x_km"], o["y_km"], s=_area(o["people"], data), c=o[metric], cmap=theme.SEQUENTIAL,
        norm=Normalize(0, most), edgecolors=theme.GREY, linewidths=0.8, zorder=2,
    )  # fmt: skip


def _area(people: pd.Series[float], data: UnmetMapData) -> pd.Series[float]:
    """Area of a marker, in proportion to people; smaller where there are many origins."""
    largest = max(float(data.origins["people"].max()), 1.0)
    return 30 + 620 * min(1.0, 45 / max(len(data.origins), 1)) * people.clip(lower=0) / largest


def _centres(ax: Axes, data: UnmetMapData) -> None:
    small = max(0.3, min(1.0, 120 / max(len(data.centres), 1)))
    for tier, rows in data.centres.groupby("tier", sort=True):
        marker, size = MARKERS.get(str(tier), OTHER)
        colour = theme.PALETTE[2] if marker in "*^" else theme.INK
        edge = {"edgecolors": "white", "linewidths": 0.8} if marker in "*^" else {"linewidths": 1}
        ax.scatter(
            rows["x_km"], rows["y_km"], s=small * size, marker=marker, c=colour, zorder=3, **edge
        )


def _names(page: Page, ax: Axes, data: UnmetMapData, metric: str) -> list[str]:
    """Name the zones, number the origins with most unmet wishes, return the key to these."""
    halo = [withStroke(linewidth=3, foreground="white")]
    view = (*ax.get_xlim(), *ax.get_ylim())
    per_inch = (view[1] - view[0]) / (ax.get_position().width * theme.WIDTH)
    dots = pd.concat([data.origins, data.centres])[["x_km", "y_km"]].to_numpy(dtype=float)
    middles = data.zones[["x_km", "y_km"]].to_numpy(dtype=float)
    font = theme.BODY if len(middles) <= FEW_ZONES else theme.SMALL
    names = scale_box(page, view, per_inch)
    for i, (label, reach) in enumerate(zip(data.zones["label"], data.zones["reach"], strict=True)):
        name = page.fitted(str(label), font, 2.2, middle=True)
        size = (page.width_of(name, font) * per_inch, 0.3 * per_inch)
        x, y = free_spot(dots, names, middles, i, float(reach), size, view)
        names = np.vstack([names, (x, y, *size)])
        ax.text(x, y, name, fontsize=font, color=theme.PALETTE[2], ha="center",
                va="center_baseline", zorder=5, path_effects=halo)  # fmt: skip
    top = data.origins[data.origins[metric] > 0].nlargest(KEYED, metric)
    key = []
    for i, o in enumerate(top.to_dict("records"), start=1):
        ax.text(o["x_km"], o["y_km"], f"{i}", fontsize=theme.SMALL, ha="center",
                va="center_baseline", zorder=6, path_effects=halo)  # fmt: skip
        key.append(
            f"{i} {page.fitted(str(o['label']), theme.SMALL, 1.6, middle=True)} "
            f"{percent(o[metric])}"
        )
    return key


def _colour_key(page: Page, right: float, y: float, most: float) -> None:
    """A bar of colours that ends at `right`, from 0 to a round rate."""
    end, wide = percent(most), 1.0
    x = right - page.width_of(end, theme.SMALL)
    page.text(x, y, end)
    ax = page.axes(x - wide - 0.08, y - 0.01, wide, 0.16)
    ax.imshow(np.linspace(0, 1, 64)[None], aspect="auto", cmap=theme.SEQUENTIAL, vmin=0, vmax=1)
    ax.set_axis_off()
    page.text(x - wide - 0.16, y, "0", ha="right")


def _keys(page: Page, data: UnmetMapData) -> None:
    """Explain sizes and markers in one line."""
    y, middle, x = 0.08, 0.15, 0.0
    items: list[tuple[str, float, str, str]] = [("o", 90.0, "none", say("map.origin"))]
    for tier, label in data.tiers:
        marker, size = MARKERS.get(tier, OTHER)
        items.append((marker, size, theme.PALETTE[2] if marker in "*^" else theme.INK, label))
    strip = page.axes(0, middle - 0.15, page.width, 0.3)
    strip.set(xlim=(0, page.width), ylim=(-1, 1))
    strip.set_axis_off()
    spare = page.width - x - 0.55 * len(items)
    need = sum(page.width_of(item[3], theme.SMALL) for item in items)
    for marker, size, colour, label in items:
        style = {"edgecolors": theme.GREY} if colour == "none" else {"linewidths": 1}
        strip.scatter([x + 0.1], [0], s=size, marker=marker, c=colour, **style)
        width = page.width_of(label, theme.SMALL) * min(1.0, spare / need)
        words = page.fitted(label, theme.SMALL, width + 0.01)
        page.text(x + 0.28, y, words)
        x += 0.55 + page.width_of(words, theme.SMALL)


@chart("map-unmet", plot, of=RunResults)
def analyse(results: RunResults) -> list[UnmetMapData]:
    """Join wishes by origin to places; counts are per week."""
    places = results.places
    if places.empty or "x_km" not in places.columns:
        return []
    names = places["label"] if "label" in places.columns else places["name"]
    places = places.assign(label=names)
    origins = places[places["type"] == "origin"].copy()
    rows = {m: results.select(m, "origin") for m in ("wishes", *PANELS)}
    if origins.empty or rows["not_asked_share"].empty:
        return []
    if not (rows["wishes"]["mean"].fillna(0.0) > 0).any():
        return []
    for metric, found in rows.items():
        scale = results.context.weeks if metric == "wishes" else 1.0
        origins[metric] = origins["name"].map(found.set_index("level")["mean"] / scale)
    centres = places[places["type"] == "centre"]
    tiers = [t for t in dict.fromkeys([*MARKERS, *centres["tier"]]) if (centres["tier"] == t).any()]
    columns = ["name", "zone", "x_km", "y_km", "people", "wishes", *PANELS]
    finding = Finding(
        name="map-unmet",
        title=_title(results, origins),
        subtitle=say("map.subtitle"),
        table=origins[[c for c in columns if c in origins.columns]].reset_index(drop=True),
        note=say("map.note"),
    )
    labels = tuple((t, f"{results.label('tier', t)}") for t in tiers)
    return [UnmetMapData(finding, origins, centres, _zones(results, origins), labels)]


def _zones(results: RunResults, origins: pd.DataFrame) -> pd.DataFrame:
    """Middle of each zone's origins, and how far they spread."""
    rows = []
    for zone, o in origins.groupby("zone", sort=True):
        spread = float(np.hypot(o["x_km"].std(ddof=0), o["y_km"].std(ddof=0)))
        middle = float(o["x_km"].mean()), float(o["y_km"].mean())
        if str(zone):
            rows.append((results.label("zone", str(zone)), *middle, max(spread, 0.2)))
    return pd.DataFrame(rows, columns=["label", "x_km", "y_km", "reach"])


def _title(results: RunResults, origins: pd.DataFrame) -> str:
    """Name origins only where they stand apart from the rest, in what is not asked."""
    n = results.context.n_replications
    if not origins[list(PANELS)].fillna(0.0).to_numpy().any():
        return say("map.none", scope=scope_words(n))
    label = dict(zip(origins["name"], origins["label"], strict=True))
    rows = results.select("not_asked_share", "origin")
    lead = leaders(rows[rows["level"].isin(label)])
    if lead.certain and len(lead.levels) <= NAMED and n > 1:
        names = joined([short(label[name]) for name in lead.levels])
        share = lead.share
        return say(
            "map.lead.one" if len(lead.levels) == 1 else "map.lead", names=names, share=share
        )
    spread = origins["not_asked_share"].quantile([0.1, 0.9])
    low, high = (percent(float(end), sign=False) for end in spread)
    return say("map.unclear", low=low, high=high) + once(n)
