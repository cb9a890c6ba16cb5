"""The savings what-if of zones, and a scenario that carries it out.

What would have to close to save what operators say they saved; a run of the scenario can check it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.measure.closing import BLOCKS, Stock, zone_stock
from sim.scenario.read.yaml_reader import quoted
from sim.scenario.schema.place import Closure
from sim.stats.intervals import Interval, share_intervals, t_interval
from sim.world.calendar import runs
from sim.world.places import TIERS
from sim.world.world import World
from sim.zones.savings import SavingStep, cheapest_plan, least_lost

_COLUMNS = [
    "zone",
    "step",
    "what",
    "name",
    "tier",
    "kind",
    "days",
    "hours",
    "saves_yuan_year",
    "cumulative_yuan_year",
    "person_hours_lost_year",
    "ci_low",
    "ci_high",
    "n",
    "share_of_zone_use",
]


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """The closures by which a zone could save the sum stated.

    Attributes
    ----------
    target, saved, most
        Yuan a year: asked for, saved by the plan, saved by closing everything.
    lost
        Person-hours a year that were used in what is closed.
    least
        Person-hours that any plan loses at least; NaN if the target is out of reach.
    use
        Person-hours a year used in the zone.
    """

    zone: str
    target: float
    saved: float
    most: float
    lost: Interval
    least: float
    use: float
    steps: tuple[SavingStep, ...]
    stock: Stock

    @property
    def area_saved(self) -> float:
        """Yuan a year of the area of venues closed wholly."""
        return sum(float(self.stock.area[s.candidate.wholly].sum()) for s in self.steps)

    @property
    def reached(self) -> bool:
        """Whether the target can be saved at all."""
        return self.saved >= self.target * (1 - 1e-9)


def plan_savings(world: World, used: F64, confidence: float) -> tuple[ZonePlan, ...]:
    """Plans of the zones that have a `saved_yuan_per_year`.

    Parameters
    ----------
    used
        (n, V, N_BLOCKS) person-hours of bookings and activities in the counting window by
        replication, venue and block (`closing.by_block`).
    """
    plans = []
    for z, name in enumerate(world.zones):
        target = world.scenario.zones[name].saved_yuan_per_year
        if target is None:
            continue
        stock = zone_stock(world, z, used)
        steps = cheapest_plan(stock, target)
        lost = np.sum([s.lost for s in steps], axis=0) if steps else np.zeros(len(used))
        plans.append(
            ZonePlan(
                zone=name,
                target=target,
                saved=sum(s.saves for s in steps),
                most=stock.saving(*stock.all_closed()),
                lost=_interval(lost, confidence),
                least=least_lost(stock, target),
                use=float(stock.used.sum(axis=(1, 2)).mean()),
                steps=steps,
                stock=stock,
            )
        )
    return tuple(plans)


def _interval(values: F64, confidence: float) -> Interval:
    """Interval of what cannot be negative."""
    plain = t_interval(values, confidence)
    low = max(plain.low, 0.0) if plain.n > 1 else plain.low
    return Interval(plain.mean, low, plain.high, plain.n)


def savings_frame(world: World, plans: Sequence[ZonePlan], confidence: float) -> pd.DataFrame:
    """The rows of `savings.csv`: one a step."""
    rows = [row for plan in plans for row in _rows(world, plan, confidence)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _rows(world: World, plan: ZonePlan, confidence: float) -> Iterator[dict[str, object]]:
    saved = 0.0
    for number, step in enumerate(plan.steps, start=1):
        made, venues = step.candidate, world.venues
        hours = made.venue < 0
        closed = plan.stock.venues[made.closed.any(axis=1)]
        kinds = dict.fromkeys(world.kinds[k] for k in venues.kind[closed])
        lost = _interval(step.lost, confidence)
        saved += step.saves
        yield {
            "zone": plan.zone,
            "step": number,
            "what": "hours" if hours else "venue",
            "name": world.centres.names[made.centre] if hours else venues.names[closed[0]],
            "tier": TIERS[world.centres.tier[made.centre]],
            "kind": "; ".join(kinds),
            "days": BLOCKS[made.block].days if hours else "all",
            "hours": BLOCKS[made.block].hours if hours else "all",
            "saves_yuan_year": step.saves,
            "cumulative_yuan_year": saved,
            "person_hours_lost_year": lost.mean,
            "ci_low": lost.low,
            "ci_high": lost.high,
            "n": lost.n,
            "share_of_zone_use": lost.mean / plan.use if plan.use > 0 else 0.0,
        }


def savings_summary(plans: Sequence[ZonePlan], confidence: float) -> pd.DataFrame:
    """Rows for `summary.csv`: yuan saved and use lost after each step, and what it closes."""
    lines: list[tuple[object, ...]] = []
    for plan in plans:
        saved, lost = 0.0, np.zeros(len(plan.stock.used))
        for number, step in enumerate(plan.steps, start=1):
            saved, lost = saved + step.saves, lost + step.lost
            level = f"{plan.zone}*{number:03d}"
            so_far = _interval(lost, confidence)
            known = (so_far.mean, so_far.low, so_far.high, so_far.n)
            part = _share(lost, plan.stock.used.sum(axis=(1, 2)), confidence)
            each = ("zone*step", level)
            lines += [
                ("savings_yuan", *each, saved, saved, saved, so_far.n, "yuan"),
                ("savings_person_hours_lost", *each, *known, "person_hours"),
                ("savings_use_lost_share", *each, *part, "share"),
                ("savings_closures", "zone*step*what", f"{level}*{_closure_words(step)}",
                 1.0, 1.0, 1.0, so_far.n, "count"),
            ]  # fmt: skip
        least = (plan.least, np.nan, np.nan, plan.lost.n)
        lines.append(("savings_least_lost", "zone", plan.zone, *least, "person_hours"))
    columns = ["metric", "group", "level", "mean", "ci_low", "ci_high", "n", "unit"]
    return pd.DataFrame(lines, columns=columns).astype({"n": np.int64})


def _share(lost: F64, used: F64, confidence: float) -> tuple[float, float, float, int]:
    """Mean, interval and n of the share of use that is lost, replication by replication."""
    of = share_intervals(lost[:, None], used[:, None], confidence)
    return float(of.mean[0]), float(of.low[0]), float(of.high[0]), int(of.n[0])


def _closure_words(step: SavingStep) -> str:
    """Closures of a step, in a few words."""
    if step.candidate.venue >= 0:
        return "rooms closed wholly"
    block = BLOCKS[step.candidate.block]
    return f"centres {block.days} {block.hours}"


def closures_yaml(world: World, plans: Sequence[ZonePlan], base: str) -> str:
    """A scenario that extends `base` and carries the plans out, so that a run can check them.

    Venues are named, not centres, so that drop-in places there stay open. A list replaces the
    parent's, so its closures are repeated. The area cost of venues closed wholly stays in the
    scenario's costs: the venues are closed there, not gone; a comment says how much it is.
    """
    whole, blocks = _closed(plans)
    area = sum(p.area_saved for p in plans)
    names = world.venues.names
    first, last = world.calendar.date(0), world.calendar.date(world.n_days - 1)
    lines = [_closure_line(c) for c in world.scenario.calendar.closures]
    if whole:
        listed = ", ".join(quoted(names[v]) for v in whole)
        lines.append(f"    - {{from: {first}, until: {last}, venues: [{listed}], reason: savings}}")
    for b, venues in blocks.items():
        listed = ", ".join(quoted(names[v]) for v in venues if v not in whole)
        hours = f"{BLOCKS[b].start}:00-{BLOCKS[b].end}:00"
        named = f"&block{b} [{listed}]"
        for start, end in _stretches(world, BLOCKS[b].weekend) if listed else ():
            dates = f"from: {start}, until: {end}"
            lines.append(f'    - {{{dates}, venues: {named}, hours: "{hours}", reason: savings}}')
            named = f"*block{b} "
    head = (
        f"# Closures that would save {sum(p.saved for p in plans):,.0f} yuan a year.",
        f"# {area:,.0f} yuan of them are the area of venues closed wholly: still in the costs of",
        "# this scenario, because the venues are closed here, not given up.",
        f"# Put this file beside {base} to run it; what `--set` changed for the run is not in it.",
        f"name: {quoted(world.scenario.name + '-savings')}",
        f"extends: {quoted(base)}",
        "calendar:",
        "  closures:" if lines else "  closures: []",
    )
    return "\n".join((*head, *lines)) + "\n"


def _closed(plans: Sequence[ZonePlan]) -> tuple[list[int], dict[int, list[int]]]:
    """Venues closed wholly, and by block those closed in it."""
    whole: list[int] = []
    blocks: dict[int, list[int]] = {}
    for plan in plans:
        for step in plan.steps:
            made = step.candidate
            venues = plan.stock.venues[made.closed.any(axis=1)].tolist()
            (whole if made.venue >= 0 else blocks.setdefault(made.block, [])).extend(venues)
    return whole, dict(sorted(blocks.items()))


def _stretches(world: World, weekend: bool) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last date of every run of weekdays, or of weekend days, that can be booked.

    Nobody books the last days of the horizon; closures there would only be doubted.
    """
    inside = (world.calendar.weekday >= 5) == weekend
    inside[world.calendar.count_until + math.ceil(world.scenario.opens_days_ahead) :] = False
    for start, end in runs(inside):
        yield world.calendar.date(start), world.calendar.date(end - 1)


def _closure_line(closure: Closure) -> str:
    """A closure of the parent, as YAML on one line."""
    parts = [f"from: {closure.first}", f"until: {closure.last}"]
    for key in ("venues", "centres", "kinds"):
        named = getattr(closure, key)
        if named:
            parts.append(f"{key}: [{', '.join(quoted(n) for n in named)}]")
    if closure.hours is not None:
        parts.append(f'hours: "{closure.hours}"')
    if closure.reason:
        parts.append(f"reason: {quoted(closure.reason)}")
    return f"    - {{{', '.join(parts)}}}"
