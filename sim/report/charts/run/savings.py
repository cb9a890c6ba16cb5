"""Hours and rooms that would have to close to save so much, and what users lose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.messages import clauses, listed, say, sentences
from sim.report.answer import Column
from sim.report.charts.table import TableChart
from sim.report.charts.values import amount, bars, mean_only, measures, spoken, titled
from sim.report.context import RunResults
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding
from sim.report.words import interval, leaders, once, percent, short

MOST_ZONES = 9
MOST_BLOCKS = 2
NO_BREAK = "\u00a0"
ROOMS, CENTRES = "rooms closed wholly", "centres "
"""How `savings_closures` calls a venue closed for good, and begins a block of a centre's hours."""
YUAN, HOURS, SHARE = "savings_yuan", "savings_person_hours_lost", "savings_use_lost_share"
GROUP = "zone*step"
CLOSED, CLOSED_GROUP = "savings_closures", "zone*step*what"
TARGET = "saved_yuan_per_year"


@picture("savings", of=RunResults)
def savings(results: RunResults) -> Drawing | None:
    """A row a zone: the step that first reaches what it is said to have saved, or the last."""
    share = not results.select(SHARE, GROUP).empty
    lost = SHARE if share else HOURS
    frame = _frame(results, lost)
    if frame.empty:
        return None
    shown = frame.head(MOST_ZONES)
    left = len(frame) - len(shown)
    aimed = [str(zone) for zone in shown.loc[shown["target"] > 0, "zone"]]
    finding = Finding(
        name="savings",
        title=_title(results, shown.rename(columns={"zone": "level"}), share),
        subtitle=clauses(say("savings.subtitle"), bars(results)),
        table=frame,
        note=sentences(
            _counted(results),
            say("league.left", n=left) if left else "",
            _credits(results, aimed),
        ),
    )
    columns = (
        Column("target", say("savings.target"), write=mean_only),
        Column("yuan", say("savings.axis"), write=mean_only),
        Column("lost", say("savings.lost" if share else "savings.lost.hours"),
               write=interval if share else amount, draw="dots", times=100 if share else 1),
        Column("closed", say("savings.closed"), left=True),
    )  # fmt: skip
    labels = [results.label("zone", zone) for zone in shown["zone"]]
    return finding, TableChart(shown, labels, columns).plot


def _frame(results: RunResults, lost: str) -> pd.DataFrame:
    """Zone, target, the step reached with yuan and use lost, closures; zones with targets first."""
    steps = measures(results, GROUP, (YUAN, lost)).dropna(subset=[YUAN, lost])
    if steps.empty:
        return steps
    steps[["zone", "step"]] = steps["level"].str.split("*", expand=True)
    steps = steps.sort_values("step", kind="stable")
    targets = results.select(TARGET, "zone").set_index("level")["mean"]
    rows = []
    for zone in dict.fromkeys(measures(results, GROUP, (YUAN,))["level"].str.split("*").str[0]):
        mine = steps[steps["zone"] == zone]
        if mine.empty or not mine[YUAN].iloc[-1] > 0:
            continue
        target = float(targets.get(zone, np.nan))
        enough = mine[mine[YUAN] >= target] if target > 0 else mine[:0]
        at = (enough if len(enough) else mine[-1:]).iloc[0]
        rows.append(
            {
                "zone": zone, "target": target, "step": at["step"], "yuan": at[YUAN],
                "lost": at[lost], "lost_low": at[f"{lost}_low"], "lost_high": at[f"{lost}_high"],
                "closed": sentences(*closed_words(_closures(results, zone, at["step"]))),
            }
        )  # fmt: skip
    found = pd.DataFrame(rows)
    return found.sort_values("target", key=lambda t: t.isna(), kind="stable") if rows else found


def _closures(results: RunResults, zone: str, last: str) -> list[tuple[str, int]]:
    """What is closed up to a step, and how often, the most frequent first."""
    rows = results.select(CLOSED, CLOSED_GROUP)
    if rows.empty:
        return []
    mine = rows[(rows["zone"] == zone) & (rows["step"] <= last)]
    closed = mine.groupby("what")["mean"].sum().sort_values(ascending=False, kind="stable")
    return [(str(what), round(number)) for what, number in closed.items()]


def closed_words(closed: Sequence[tuple[str, int]]) -> list[str]:
    """Closures in a few sentences: rooms, then blocks of hours of centres by number."""
    rooms = sum(number for what, number in closed if what == ROOMS)
    blocks = [(w.removeprefix(CENTRES), n) for w, n in closed if w.startswith(CENTRES)]
    others = [f"{w} ({n:,})" for w, n in closed if w != ROOMS and not w.startswith(CENTRES)]
    parts = [say("savings.rooms", n=rooms)] if rooms else []
    if blocks:
        number = sum(n for _, n in blocks)
        parts.append(say("savings.blocks", n=number, blocks=_by_days(blocks)))
    return [*parts, listed(others)] if others else parts


def _by_days(blocks: Sequence[tuple[str, int]]) -> str:
    """The most frequent blocks as `Mon-Fri 12-18 (6), 6-12 (4)`: days once, each with its hours."""
    of_days: dict[str, list[str]] = {}
    for block, number in blocks[:MOST_BLOCKS]:
        days, _, hours = block.partition(" ")
        of_days.setdefault(_days(days), []).append(f"{hours}{NO_BREAK}({number:,})")
    words = clauses(*(f"{days} {listed(hours)}" for days, hours in of_days.items()))
    more = sum(number for _, number in blocks[MOST_BLOCKS:])
    return words + say("savings.more", n=more) if more else words


def _days(days: str) -> str:
    """`Mon-Fri` in the language."""
    return "-".join(say(f"day.{day}") for day in days.split("-"))


def _counted(results: RunResults) -> str:
    """Say what use counts as lost, and what is lost too but known only as an assumption."""
    share = results.context.off_platform_share
    counted = say("savings.counted")
    if not share:
        return counted
    return say("in-brackets", words=counted, more=say("savings.assumed", share=percent(share)))


def _credits(results: RunResults, zones: Sequence[str]) -> str:
    """Name the sources of the sums saved; all at once where they are the same."""
    said = [results.context.credits.get(f"zones.{zone}.{TARGET}", "") for zone in zones]
    found = [words for words in dict.fromkeys(said) if words]
    return say("savings.stated", credits=clauses(*found)) if found else ""


def _title(results: RunResults, zones: pd.DataFrame, share: bool) -> str:
    """Say what the savings stated would cost; name a zone where intervals tell it apart."""
    alone = once(results.context.n_replications)
    aimed = zones[zones["target"] > 0]
    reached = aimed[aimed["yuan"] >= aimed["target"]]

    def words(value: float, key: str = "savings.of-use") -> str:
        return say(key, share=percent(value)) if share else say("person-hours", n=spoken(value))

    def its(value: float) -> str:
        return words(value, "savings.of-its-use")

    if aimed.empty:
        zone = zones.sort_values("yuan", ascending=False, kind="stable").iloc[0]
        saved, cost = spoken(float(zone["yuan"])), words(float(zone["lost"]))
        return titled(
            say("savings.closing", saved=saved, cost=cost) + alone,
            say("savings.closing.short", saved=saved, cost=cost) + alone,
        )
    if reached.empty:
        return say("savings.none-reached") + alone
    if len(reached) < len(aimed):
        return say("savings.some-reached", some=len(reached), n=len(aimed)) + alone
    ends = {"lost": "mean", "lost_low": "low", "lost_high": "high"}
    table = reached[["level", *ends]].rename(columns=ends)
    lead = leaders(table)
    if len(reached) > 1 and lead.certain and len(lead.levels) == 1:
        first = reached[reached["level"] == lead.levels[0]].iloc[0]
        costs = {"target": spoken(float(first["target"])), "cost": its(lead.mean)}
        return titled(
            say("savings.costs", name=short(results.label("zone", lead.levels[0])), **costs),
            say("savings.costs.one", **costs),
        )
    low = percent(table["mean"].min(), sign=False) if share else spoken(float(table["mean"].min()))
    if len(reached) == 1:
        target = spoken(float(reached["target"].iloc[0]))
        return say("savings.cost", target=target, cost=its(lead.mean)) + alone
    if not share:
        return say("savings.up-to", cost=words(lead.mean)) + alone
    return say("savings.zones", low=low, cost=words(lead.mean)) + alone
