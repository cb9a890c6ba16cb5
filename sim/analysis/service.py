"""Cohort metrics: what became of the wishes whose time of asking lies in the counting window."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.analysis.collect import Collector
from sim.analysis.groups import HOURS_OF_WEEK, FirstChoices, Grouping, Groups, first_choices
from sim.analysis.metrics import SERVICE, STATUS, reason_shares
from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.model import History, Model

__all__ = ["add_service", "wish_status"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

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
    cohort = np.flatnonzero(calendar.counts(history.wishes.ask))
    wishes = history.wishes
    status = wish_status(history)[cohort]
    cell = wishes.cell[cohort].astype(np.int64)
    first = first_choices(groups, wishes) if first is None else first
    pool, band = first.pool[cohort], first.band[cohort]
    start = wishes.start[cohort].astype(np.int64)
    walk = wishes.walk_minutes[cohort].astype(np.float64)
    how, peak = groups.slot["hour_of_week"].code[start], groups.slot["peak"].code[start]
    n_cells, n_pools = len(model.plan.cells.rate), len(groups.pool["tier"].code)
    by_cell = _table(peak * n_cells + cell, 2 * n_cells, status).reshape(2, n_cells, STATUS.COUNT)
    by_pool = _table(pool, n_pools, status)
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
        _table(band, len(groups.bands), status),
    )
    _add_walking(out, groups, cell, pool, walk)
    return np.asarray(everything, dtype=np.float64)


def _table(code: I64, n: int, status: I64) -> F64:
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
        top, bottom = metric.of(table)
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
    """By hour of the week, also of each tier and kind."""
    week = groups.slot["hour_of_week"]
    for name, code in (
        ("all", np.zeros_like(how)),
        ("tier", groups.pool["tier"].code[pool]),
        ("kind", groups.cell["kind"].code[cell]),
    ):
        of = groups.pool[name] if name == "tier" else groups.cell[name]
        table = _table(code * 168 + how, len(of.levels) * 168, status)
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
