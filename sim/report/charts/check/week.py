"""When do people book: the hours of the week, logged beside simulated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.messages import say
from sim.report import theme
from sim.report.charts.check.results import CheckResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.report.words import DAYS


@picture("check_week", of=CheckResults)
def week(results: CheckResults) -> Drawing | None:
    """Share of bookings by hour of the week with the band of simulated weeks."""
    rows = results.found.rows
    table = rows[(rows["aspect"] == "hour of the week")].copy()
    if table.empty:
        return None
    day = table["level"].str[:3].map(DAYS.index)
    table["hour"] = 24 * day + table["level"].str[4:].astype(int)
    table = table.sort_values("hour").reset_index(drop=True)
    off = table[(table["observed"] < table["band_low"]) | (table["observed"] > table["band_high"])]
    finding = Finding(
        name="check_week",
        title=_title(results, off),
        subtitle=say("check.week"),
        table=table,
        note=say("check.week.note"),
    )
    return finding, lambda page: _plot(page, table)


def _title(results: CheckResults, off: pd.DataFrame) -> str:
    verdicts = results.found.verdicts.set_index("aspect")
    if verdicts["right"].get("hour of the week") == "yes":
        return say("check.week.right")
    if off.empty:
        return say("check.week.everywhere")
    worst = off.iloc[int(off["z"].abs().argmax())]
    few = worst["observed"] > worst["simulated"]
    seen, made = (f"{100 * worst[key]:.1f}" for key in ("observed", "simulated"))
    day, hour = say(f"day.{worst['level'][:3]}"), int(worst["level"][4:])
    said = {"day": day, "hour": hour, "until": hour + 1, "made": made, "seen": seen}
    return say("check.week.few" if few else "check.week.many", **said)


def _plot(page: Page, table: pd.DataFrame) -> None:
    left, foot, head = 0.65, 0.55, 0.4
    ax = page.axes(left, foot, page.width - left, page.height - foot - head)
    every = pd.DataFrame({"hour": np.arange(168)}).merge(table, on="hour", how="left")
    figures = 100 * every[["band_low", "band_high", "simulated", "observed"]]
    ax.fill_between(
        every["hour"], figures["band_low"], figures["band_high"],
        color=theme.BAND, step="mid", linewidth=0,
    )  # fmt: skip
    ax.step(every["hour"], figures["simulated"], where="mid", color=theme.PALETTE[0], linewidth=1.5)
    inside = (every["observed"] >= every["band_low"]) & (every["observed"] <= every["band_high"])
    for chosen, colour in ((inside, theme.INK), (~inside, theme.HIGHLIGHT)):
        ax.plot(every["hour"][chosen], figures["observed"][chosen], "o", color=colour, markersize=4)
    ax.set(
        xlim=(-1, 168),
        xticks=np.arange(7) * 24 + 12,
        xticklabels=[say(f"day.{day}") for day in DAYS],
    )
    ax.set_ylim(bottom=0)
    ax.tick_params(length=0)
    ax.set_xticks(np.arange(8) * 24 - 0.5, minor=True)
    ax.grid(axis="y")
    ax.grid(axis="x", which="minor")
    top = page.height - head + 0.12
    for part, colour in (
        ("band", theme.PALETTE[0]), ("dots", theme.INK), ("outside", theme.HIGHLIGHT),
    ):  # fmt: skip
        words = say(f"check.week.{part}")
        page.text(left, top, words, theme.SMALL, colour)
        left += page.width_of(words, theme.SMALL) + 0.4
