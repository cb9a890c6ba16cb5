"""Who gains? Share of wishes met before and after, a row a group, sorted by gain."""

from __future__ import annotations

import math

import pandas as pd

from sim.messages import clauses, say
from sim.report.answer import Column
from sim.report.charts.site.results import SiteResults
from sim.report.charts.table import TableChart
from sim.report.charts.values import titled
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding
from sim.report.words import percent, short
from sim.siting.outcome import GroupGain
from sim.words import signed

MOST = {"community": 6, "segment": 5, "tier": 3, "distance_band": 4}
"""Groups, and how many rows of each are drawn; of more the middle ones are left out."""


@picture("gains-by-group", of=SiteResults)
def gains(results: SiteResults) -> Drawing | None:
    """Groups before and after, largest gain first; the title counts the group with most levels."""
    by_group = {group: _rows(results, group) for group in MOST}
    by_group = {group: rows for group, rows in by_group.items() if len(rows) > 1}  # else everybody
    if not by_group:
        return None
    frame = pd.concat([gains_table(rows) for rows in by_group.values()], ignore_index=True)
    frame["clear"] = (frame["joint_low"] > 0) | (frame["joint_high"] < 0)
    place = frame.groupby("group").cumcount()
    number = frame.groupby("group")["level"].transform("size")
    half = frame["group"].map(MOST) // 2
    shown = frame[(place < frame["group"].map(MOST) - half) | (place >= number - half)]
    left = len(frame) - len(shown)
    plan = results.label("plan", results.page_data.plan.label)
    finding = Finding(
        name="gains-by-group",
        title=_title(by_group, results),
        subtitle=say("gains.subtitle", plan=plan),
        table=frame,
        note=clauses(say("gains.note"), say("gains.left", n=left) if left else ""),
    )
    columns = (
        Column("after", say("gains.both"), say("gains.met"), _shares, "dots", times=100,
               ends=(0, 100), second="before"),
        Column("difference", say("gains.difference"), say("gains.of-hundred"), _points, "dots",
               times=100, clear="clear"),
    )  # fmt: skip
    labels = [_name(results, group, level) for group, level in
              zip(shown["group"], shown["level"], strict=True)]  # fmt: skip
    groups = [say(f"dimension.{group}") for group in shown["group"]]
    return finding, TableChart(shown, labels, columns, groups).plot


def _name(results: SiteResults, group: str, level: str) -> str:
    if level == "none":
        return say("site.nowhere")
    return band_name(level) if group == "distance_band" else results.label(group, level)


def _shares(after: float, *_: float) -> str:
    return percent(after)


def _points(mean: float, low: float, high: float) -> str:
    """Points of a hundred with their interval."""
    if math.isnan(low):
        return signed(100 * mean)
    ends = say("from-to", first=signed(100 * low), last=signed(100 * high))
    return say("in-brackets", words=signed(100 * mean), more=ends)


def band_name(level: str) -> str:
    """Minutes on foot in words: `5-10 min`, `over 20 min`."""
    over = level.startswith("over ")
    minutes = level.removeprefix("over ").removesuffix(" min")
    return say(f"walk.{'over' if over else 'between'}", minutes=minutes)


def gains_table(rows: list[GroupGain]) -> pd.DataFrame:
    """Everything of the groups' gains as a table."""
    return pd.DataFrame(
        [
            {
                "group": r.group,
                "level": r.level,
                "wishes": r.wishes,
                "before": r.before.mean,
                "after": r.after.mean,
                "difference": r.difference.mean,
                "difference_low": r.difference.low,
                "difference_high": r.difference.high,
                "joint_low": r.joint_low,
                "joint_high": r.joint_high,
                "more_met": r.met.mean,
                "more_met_low": r.met.low,
                "more_met_high": r.met.high,
                "n": r.difference.n,
            }
            for r in rows
        ]
    )


def _rows(results: SiteResults, group: str) -> list[GroupGain]:
    """Levels with wishes, largest gain first; `none` (no suitable centre) counts as a level."""
    mine = [g for g in results.page_data.outcome.gains if g.group == group]
    known = [g for g in mine if not math.isnan(g.difference.mean)]
    return sorted(known, key=lambda g: (-g.difference.mean, g.level))


def _title(by_group: dict[str, list[GroupGain]], results: SiteResults) -> str:
    """Count who gains and loses beyond chance, jointly over all levels; name the first."""
    group = max(by_group, key=lambda g: len(by_group[g]))
    rows = by_group[group]

    def name(level: str) -> str:
        return short(_name(results, group, level))

    said = {"many": say(f"gains-of.{group}"), "n": len(rows)}
    up = [r for r in rows if r.joint_low > 0]
    down = [r for r in rows if r.joint_high < 0]
    if not up and not down:
        return say("gains.none", **said)
    last = name(down[-1].level) if down else ""
    if not up:
        return say("gains.lose", some=len(down), name=last, **said)
    points = signed(100 * up[0].difference.mean)
    gain = say("gains.gain", some=len(up), name=name(up[0].level), **said)
    if not down:
        return titled(say("gains.points", gain=gain, points=points), gain)
    lose = say("gains.losers", n=len(down))
    return titled(clauses(gain, say("gains.most", lose=lose, name=last)), clauses(gain, lose))
