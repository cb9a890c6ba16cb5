"""Cohort metrics: what became of the wishes whose time of asking lies in the counting window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64
from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.measure.collector import Collector
from sim.measure.groups import HOURS_OF_WEEK, FirstChoices, Grouping, Groups, first_choices
from sim.metrics import METRICS
from sim.model import History, Model

NOT_ASKED_REASONS = {
    NotAsked.TOO_FAR: "too far",
    NotAsked.CLOSED_THEN: "closed then",
    NotAsked.NO_SUCH_KIND: "no such kind",
    NotAsked.RATHER_NOT: "rather not",
}
REFUSED_REASONS = {
    Outcome.FULL: "full",
    Outcome.WINDOW: "window",
    Outcome.LIMIT: "limit",
    Outcome.SUSPENDED: "suspended",
}


class STATUS:
    """One code per wish; every service metric is a sum of some of them."""

    NOT_ASKED = {reason: i for i, reason in enumerate(NOT_ASKED_REASONS)}
    REFUSED = {reason: 4 + i for i, reason in enumerate(REFUSED_REASONS)}
    WAITING = 8
    BOOKED = 9
    """9 + 3 x (not the first choice) + (0 used, 1 cancelled, 2 no-show)."""
    COUNT = 15


def _pick(*codes: int) -> F64:
    chosen = np.zeros(STATUS.COUNT)
    chosen[list(codes)] = 1.0
    return chosen


ALL = _pick(*range(STATUS.COUNT))
NOT_ASKED = _pick(*STATUS.NOT_ASKED.values())
REFUSED = _pick(*STATUS.REFUSED.values())
REQUESTS = ALL - NOT_ASKED
BOOKINGS = _pick(*range(STATUS.BOOKED, STATUS.COUNT))


@dataclass(frozen=True, slots=True)
class ServiceMetric:
    """A metric of wishes: `top` codes counted, over `bottom` codes for a share."""

    name: str
    top: F64
    bottom: F64 | None = None

    def fractions(self, table: F64) -> tuple[F64, F64]:
        """Numerator and denominator per level of a (levels, STATUS.COUNT) table."""
        top = table @ self.top
        bottom = np.ones(len(table)) if self.bottom is None else table @ self.bottom
        return top, bottom


FATES = {
    "wishes": ALL,
    "not asked": NOT_ASKED,
    "requests": REQUESTS,
    "refused": REFUSED,
    "bookings": BOOKINGS,
    "first choice": _pick(9, 10, 11),
    "used": _pick(9, 12),
    "cancelled": _pick(10, 13),
    "no-show": _pick(11, 14),
    **{name: _pick(STATUS.NOT_ASKED[reason]) for reason, name in NOT_ASKED_REASONS.items()},
    **{name: _pick(STATUS.REFUSED[reason]) for reason, name in REFUSED_REASONS.items()},
}
"""Codes of wishes by what became of them, by the names that `Metric.of_wishes` gives."""


def service_metrics() -> tuple[ServiceMetric, ...]:
    """The catalogue's metrics of wishes, counts before shares."""
    found = [m for m in METRICS.values() if m.of_wishes]
    found.sort(key=lambda metric: metric.form != "total")
    return tuple(ServiceMetric(m.name, *(FATES[name] for name in m.of_wishes)) for m in found)


SERVICE = service_metrics()
"""Metrics of every group of wishes."""


def reason_shares() -> tuple[tuple[str, str, int, F64], ...]:
    """(metric, reason, status code, denominator codes) of the shares by reason."""
    not_asked = tuple(
        ("not_asked_share", name, STATUS.NOT_ASKED[code], ALL)
        for code, name in NOT_ASKED_REASONS.items()
    )
    refused = tuple(
        ("refused_share", name, STATUS.REFUSED[code], REQUESTS)
        for code, name in REFUSED_REASONS.items()
    )
    return not_asked + refused


_HOURLY = ("wishes", "requests", "refused", "asked_share", "served_share", "refused_share")
_HOURLY_BY_KIND = ("wishes", "refused", "served_share")
_REASONS = reason_shares()


def wish_status(history: History) -> I64:
    """(wishes,) code of `STATUS` of every wish."""
    of_reason = np.zeros(len(NotAsked), dtype=np.int64)
    for reason, code in STATUS.NOT_ASKED.items():
        of_reason[reason] = code
    of_outcome = np.full(len(Outcome), STATUS.WAITING, dtype=np.int64)
    of_outcome[Outcome.BOOKED] = STATUS.BOOKED
    for outcome, code in STATUS.REFUSED.items():
        of_outcome[outcome] = code
    status = of_reason[history.wishes.reason]
    fate = history.cancelled + 2 * history.no_show + 3 * (history.attempt > 0)
    booked = history.outcome == Outcome.BOOKED
    status[history.asked] = of_outcome[history.outcome] + np.where(booked, fate, 0)
    return status


def add_service(
    out: Collector,
    model: Model,
    groups: Groups,
    history: History,
    first: FirstChoices | None = None,
) -> F64:
    """Add every metric of wishes for every group.

    Parameters
    ----------
    first
        First choices to group by; without them those of the replication itself.

    Returns
    -------
    (cells, STATUS.COUNT) array
        Wishes of the counting window by what became of them.
    """
    calendar = model.world.calendar
    cohort = np.flatnonzero(calendar.counts(history.wishes.wished_at))
    wishes = history.wishes
    status = wish_status(history)[cohort]
    cell = wishes.cell[cohort].astype(np.int64)
    first = first_choices(groups, wishes) if first is None else first
    pool, band = first.pool[cohort], first.band[cohort]
    start = wishes.start[cohort].astype(np.int64)
    walk = wishes.walk_minutes[cohort].astype(np.float64)
    how, peak = groups.slot["hour_of_week"].code[start], groups.slot["peak"].code[start]
    n_cells, n_pools = len(model.plan.cells.rate), len(groups.pool["tier"].code)
    by_cell = status_table(peak * n_cells + cell, 2 * n_cells, status).reshape(
        2, n_cells, STATUS.COUNT
    )
    by_pool = status_table(pool, n_pools, status)
    everything = by_cell.sum(axis=0)
    for name, grouping in groups.cell.items():
        _add(out, name, grouping, grouping.summed(everything))
        if name in ("all", "kind", "zone"):
            by_peak = np.stack([grouping.summed(part) for part in by_cell], axis=1)
            product = "peak" if name == "all" else f"{name}*peak"
            levels = tuple(
                p if name == "all" else f"{level}*{p}"
                for level in grouping.levels
                for p in groups.slot["peak"].levels
            )
            _add(out, product, Grouping(levels, grouping.code), by_peak.reshape(-1, STATUS.COUNT))
    for name, grouping in groups.pool.items():
        if name != "kind":
            _add(out, name, grouping, grouping.summed(by_pool))
    _add_reasons(out, groups, everything, by_pool)
    _add_hours(out, groups, cell, pool, how, status)
    _add(
        out,
        "distance_band",
        Grouping(groups.bands, band),
        status_table(band, len(groups.bands), status),
    )
    numbers = model.plan.rooms_at_once
    if numbers[-1] > 1:
        at_once = Grouping(tuple(map(str, numbers)), np.searchsorted(numbers, wishes.rooms[cohort]))
        table = status_table(at_once.code, len(numbers), status)
        _add(out, "rooms_at_once", at_once, table)
    _add_walking(out, groups, cell, pool, walk)
    return np.asarray(everything, dtype=np.float64)


def status_table(code: I64, n: int, status: I64) -> F64:
    """(n, STATUS.COUNT) counts."""
    flat = np.bincount(code * STATUS.COUNT + status, minlength=n * STATUS.COUNT)
    return flat.reshape(n, STATUS.COUNT).astype(np.float64)


def _add(
    out: Collector,
    name: str,
    grouping: Grouping,
    table: F64,
    only: tuple[str, ...] | None = None,
) -> None:
    for metric in SERVICE:
        if only is not None and metric.name not in only:
            continue
        top, bottom = metric.fractions(table)
        out.add(metric.name, name, grouping.levels, top, bottom)


def _add_reasons(out: Collector, groups: Groups, by_cell: F64, by_pool: F64) -> None:
    """Shares by reason, for all, by kind, zone, segment and tier."""
    named = [(n, groups.cell[n], by_cell) for n in ("all", "kind", "zone", "segment", "origin")]
    named.append(("tier", groups.pool["tier"], by_pool))
    for name, grouping, table in named:
        rows = grouping.summed(table)
        for metric in ("not_asked_share", "refused_share"):
            chosen = [r for r in _REASONS if r[0] == metric]
            top = np.stack([rows[:, code] for _, _, code, _ in chosen], axis=1)
            bottom = np.stack([rows @ of for _, _, _, of in chosen], axis=1)
            reasons = tuple(r[1] for r in chosen)
            if name == "all":
                levels, product = reasons, "reason"
            else:
                levels = tuple(f"{level}*{r}" for level in grouping.levels for r in reasons)
                product = f"{name}*reason"
            out.add(metric, product, levels, top, bottom)


def _add_hours(out: Collector, groups: Groups, cell: I64, pool: I64, how: I64, status: I64) -> None:
    """Add metrics by hour of the week, also of each tier and kind."""
    week = groups.slot["hour_of_week"]
    for name, code in (
        ("all", np.zeros_like(how)),
        ("tier", groups.pool["tier"].code[pool]),
        ("kind", groups.cell["kind"].code[cell]),
    ):
        of = groups.pool[name] if name == "tier" else groups.cell[name]
        table = status_table(code * 168 + how, len(of.levels) * 168, status)
        if name == "all":
            _add(out, "hour_of_week", week, table, _HOURLY)
        else:
            levels = tuple(f"{level}*{h}" for level in of.levels for h in HOURS_OF_WEEK)
            only = _HOURLY_BY_KIND if name == "kind" else _HOURLY
            _add(out, f"{name}*hour_of_week", Grouping(levels, code), table, only)


def _add_walking(out: Collector, groups: Groups, cell: I64, pool: I64, walk: F64) -> None:
    """Walking minutes to the best suitable centre, of all wishes that have one."""
    known = ~np.isnan(walk)
    minutes = np.where(known, walk, 0.0)
    names = ("all", "zone", "kind", "segment", "community", "origin")
    for source, code, wanted in ((groups.cell, cell, names), (groups.pool, pool, ("tier",))):
        n = len(source[wanted[0]].code)
        top = np.bincount(code, weights=minutes, minlength=n)
        bottom = np.bincount(code, weights=known, minlength=n)
        for name in wanted:
            grouping = source[name]
            out.add(
                "wish_walk_minutes",
                name,
                grouping.levels,
                grouping.summed(top),
                grouping.summed(bottom),
            )
