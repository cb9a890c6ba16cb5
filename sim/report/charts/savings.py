"""What would saving cost? Use lost against yuan saved a year, closing hour after hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.report.charts.savings_plot import MOST_ZONES, SavingsData, ZoneSavings, plot
from sim.report.charts.values import Value, behind, spoken, titled, values_of
from sim.report.data import RunResults
from sim.report.finding import Finding
from sim.report.registry import chart
from sim.report.words import leaders, percent, short

__all__ = ["SavingsData", "ZoneSavings", "analyse", "plot"]

YUAN, HOURS, SHARE = "savings_yuan", "savings_person_hours_lost", "savings_use_lost_share"
GROUP = "zone*step"
CLOSED, CLOSED_GROUP = "savings_closures", "zone*step*what"
TARGET = "saved_yuan_per_year"


@chart("savings", plot)
def analyse(results: RunResults) -> list[SavingsData]:
    """Follow the steps of each zone to what it is said to have saved."""
    share = not results.select(SHARE, GROUP).empty
    lost = values_of(results, SHARE if share else HOURS, GROUP)
    yuan = values_of(results, YUAN, GROUP)
    levels = [k for k, v in yuan.items() if v.known and k in lost and lost[k].known]
    zones = list(dict.fromkeys(level.split("*")[0] for level in levels))
    targets = values_of(results, TARGET, "zone")
    found = [
        _zone(results, zone, sorted(k for k in levels if k.split("*")[0] == zone), yuan, lost,
              targets.get(zone, Value(np.nan)).mean)
        for zone in zones
    ]  # fmt: skip
    found = [zone for zone in found if zone.yuan[-1] > 0]
    if not found:
        return []
    order = sorted(found, key=lambda z: np.isnan(z.target))
    shown, others = order[:MOST_ZONES], order[MOST_ZONES:]
    bands = "; bands: intervals" if results.context.n_replications > 1 else ""
    names = [(YUAN, GROUP), (HOURS, GROUP), (SHARE, GROUP), (CLOSED, CLOSED_GROUP)]
    finding = Finding(
        name="savings",
        title=_title(results, shown, share),
        subtitle=f"What-if: closing step by step, least recorded use per yuan first{bands}",
        table=behind(results, [*names, (TARGET, "zone")]),
        note=". ".join(
            part
            for part in (
                _counted(results),
                "Grey lines: other zones" if others else "",
                _credits(results, [zone.zone for zone in shown if zone.target > 0]),
            )
            if part
        ),
    )
    return [SavingsData(finding, tuple(shown), tuple(others), share)]


def _counted(results: RunResults) -> str:
    """Say what use counts as lost, and what is lost too but known only as an assumption."""
    share = results.context.off_platform_share
    assumed = f" (assumed: {percent(share)} of open hours)" if share else ""
    return (
        "Recorded use of venues: booked, activities, drop-in; as if nobody went elsewhere; "
        f"not counted: off-platform use{assumed}"
    )


def _credits(results: RunResults, zones: Sequence[str]) -> str:
    """Who says that so much was saved; all at once where it is the same."""
    said = [results.context.credits.get(f"zones.{zone}.{TARGET}", "") for zone in zones]
    found = [words for words in dict.fromkeys(said) if words]
    return f"Savings stated by: {'; '.join(found)}" if found else ""


def _zone(
    results: RunResults,
    zone: str,
    levels: Sequence[str],
    yuan: Mapping[str, Value],
    lost: Mapping[str, Value],
    target: float,
) -> ZoneSavings:
    saved = np.array([0.0, *(yuan[k].mean for k in levels)])
    values = np.array([(0.0,) * 3, *((v.mean, v.low, v.high) for k in levels if (v := lost[k]))])
    if np.isnan(values).any():
        values[0, 1:] = np.nan
    reached = np.flatnonzero(saved >= target) if target > 0 else np.array([], dtype=int)
    at = int(reached[0]) if len(reached) else len(saved) - 1
    steps = {level.split("*")[1] for level in levels[:at]}
    rows = results.select(CLOSED, CLOSED_GROUP)
    closed: pd.Series[float] = pd.Series(dtype=float)
    if not rows.empty:
        mine = rows[(rows["zone"] == zone) & rows["step"].isin(list(steps))]
        closed = mine.groupby("what")["mean"].sum().sort_values(ascending=False, kind="stable")
    counts = tuple((str(what), round(number)) for what, number in closed.items())
    label = results.label("zone", zone)
    return ZoneSavings(zone, label, saved, values, target, at, counts)


def _title(results: RunResults, zones: Sequence[ZoneSavings], share: bool) -> str:
    """Say what the savings stated would cost; name a zone where intervals tell it apart."""
    once = ", in one replication" if results.context.n_replications == 1 else ""
    aimed = [zone for zone in zones if zone.target > 0]
    reached = [zone for zone in aimed if zone.reached]

    def words(value: float) -> str:
        return f"{percent(value)} of recorded use" if share else f"{spoken(value)} person-hours"

    def its(value: float) -> str:
        return f"{percent(value)} of its recorded use" if share else words(value)

    if not aimed:
        zone = max(zones, key=lambda z: float(z.yuan[-1]))
        saved, cost = spoken(float(zone.yuan[-1])), words(zone.cost.mean)
        return titled(
            f"Closing hours saves up to {saved} yuan a year, losing {cost}{once}",
            f"Closing hours saves {saved} yuan, loses {cost}{once}",
        )
    if not reached:
        return f"No zone reaches the savings stated by closing hours{once}"
    if len(reached) < len(aimed):
        some = f"{len(reached)} of {len(aimed)} zones"
        return f"Closing hours reaches the savings stated in {some}{once}"
    table = pd.DataFrame(
        [(z.zone, z.cost.mean, z.cost.low, z.cost.high) for z in reached],
        columns=["level", "mean", "low", "high"],
    )
    lead = leaders(table)
    if len(reached) > 1 and lead.certain and len(lead.levels) == 1:
        first = next(z for z in reached if z.zone == lead.levels[0])
        target = spoken(first.target)
        return titled(
            f"Saving {target} yuan a year would cost {short(first.label)} {its(lead.mean)}",
            f"Saving {target} yuan a year would cost one zone {its(lead.mean)}",
        )
    low = percent(table["mean"].min(), sign=False) if share else spoken(float(table["mean"].min()))
    if len(reached) == 1:
        return f"Saving {spoken(reached[0].target)} yuan would cost {its(lead.mean)}{once}"
    if not share:
        return f"The savings stated would cost up to {words(lead.mean)}{once}"
    return f"The savings stated would cost zones {low}–{words(lead.mean)}{once}"
