"""The generated programme: which sessions are put on, week by week.

A *line* (zone, kind, number) may put on one session a week, and every week of a line has a keyed
threshold. As many sessions are put on as the scenario wishes in the counting window: those of the
lowest thresholds there, and elsewhere all below the last of these. So the number is exact, more
sessions are the same ones and some more, and a zone or a kind added moves nothing but the bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from sim.arrays import F64, I64, U64, Bools, each_step
from sim.programme.plan import ProgrammePlan, Weeks
from sim.scenario.schema.base import Weekday
from sim.scenario.schema.tables import minutes_of
from sim.streams import child_keys, key_of, mix, uniforms

WEEKDAYS = get_args(Weekday)
GOLDEN_RATIO = (5.0**0.5 - 1.0) / 2.0
"""A line that is on in some weeks only has them as evenly spread as can be."""
MARGIN = 1.2
"""Lines are drawn up to a bar this much above the one expected, then further if need be."""

_RECURS, _PHASE, _TURN, _SESSION, _TERM, _ONE_OFF, _HOUR = (
    key_of("purpose", p)
    for p in (
        "line recurs", "line phase", "line turn", "session", "line term", "line one-off",
        "session hour",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slate:
    """Sessions of which nothing but the start is known.

    Attributes
    ----------
    site, week
        Index of the site; number of the week.
    key, wish
        Key of the session; of what it shares with the sessions of its series and term.
    weekly
        Whether it belongs to a weekly series.
    day, minute
        Day of the horizon and minute of the day of the start.
    """

    site: I64
    week: I64
    key: U64
    wish: U64
    weekly: Bools
    day: I64
    minute: I64


def draw_lines(plan: ProgrammePlan, root: int) -> Slate:
    """Sessions of the generated programme whose day lies in the horizon."""
    per_bar = _rate(plan)
    if plan.number == 0 or per_bar <= 0:
        return _slate(plan, root, 0.0)[0]
    calendar = plan.world.calendar
    bar = plan.number / per_bar * MARGIN
    while True:
        slate, threshold = _slate(plan, root, bar)
        counted = (slate.day >= calendar.count_from) & (slate.day < calendar.count_until)
        inside = threshold[counted]
        if len(inside) >= plan.number:
            last = np.partition(inside, plan.number - 1)[plan.number - 1]
            return _some(slate, threshold <= last)
        bar *= MARGIN


def _rate(plan: ProgrammePlan) -> float:
    """Expected sessions in the counting window, per unit of the bar."""
    calendar = plan.world.calendar
    days = slice(calendar.count_from, calendar.count_until)
    factor = np.bincount(calendar.weekday[days], plan.weeks.factor[days], minlength=7)
    per_kind = plan.weeks.hours.reshape(-1, 7, 24).sum(axis=2) @ factor
    kind = np.array([s.kind for s in plan.sites[: len(plan.weight)]], dtype=np.int64)
    return float((plan.weight * per_kind[kind]).sum())


def _slate(plan: ProgrammePlan, root: int, bar: float) -> tuple[Slate, F64]:
    """All sessions below a bar, with their thresholds."""
    weeks, spec = plan.weeks, plan.activities
    n_weeks = len(weeks.number)
    counts = np.ceil(plan.weight[:, None] * weeks.most[None, :] * bar).astype(np.int64).ravel()
    cell, number = each_step(counts)
    site, at = np.divmod(cell, max(1, n_weeks))
    week = weeks.number[at]
    line = child_keys(mix(plan.keys[site] ^ np.uint64(root)), number)
    weekly = uniforms(line, _RECURS) < spec.recurring
    wish = child_keys(line ^ np.uint64(_ONE_OFF), week)
    wish[weekly] = _term_keys(line[weekly], week[weekly], spec.term_weeks)
    kind = np.array([s.kind for s in plan.sites], dtype=np.int64)[site]
    hour = weeks.hour_of(kind, wish, _HOUR)
    day = weeks.day(week, hour // 24)
    turn = (uniforms(line, _TURN) + GOLDEN_RATIO * week) % 1.0
    threshold = _threshold(weeks, number + turn, plan.weight[site], day)
    key = child_keys(line ^ np.uint64(_SESSION), week)
    slate = Slate(site, week, key, wish, weekly, day, hour % 24 * 60)
    below = threshold <= bar
    return _some(slate, below), threshold[below]


def _threshold(weeks: Weeks, turn: F64, weight: F64, day: I64) -> F64:
    """Bar from which on a session is put on; infinite where never."""
    n_days = len(weeks.factor)
    inside = (day >= 0) & (day < n_days)
    expected = weight * np.where(inside, weeks.factor[np.clip(day, 0, n_days - 1)], 0.0)
    never = np.full(len(turn), np.inf)
    return np.asarray(np.divide(turn, expected, where=expected > 0, out=never))


def _some(slate: Slate, which: Bools) -> Slate:
    return Slate(
        site=slate.site[which],
        week=slate.week[which],
        key=slate.key[which],
        wish=slate.wish[which],
        weekly=slate.weekly[which],
        day=slate.day[which],
        minute=slate.minute[which],
    )


def series_slate(plan: ProgrammePlan, root: int, number: int) -> Slate:
    """Sessions of one of the named series; they are not counted among the generated ones."""
    series, weeks, calendar = plan.series[number], plan.weeks, plan.world.calendar
    site = len(plan.weight) + number
    week = weeks.number[weeks.number % series.every_weeks == 0]
    day = weeks.day(week, WEEKDAYS.index(series.weekday))
    first = 0 if series.first is None else (series.first - calendar.first).days
    last = calendar.n_days if series.last is None else (series.last - calendar.first).days
    on = (day >= max(first, 0)) & (day <= min(last, calendar.n_days - 1))
    week, day = week[on], day[on]
    line = np.broadcast_to(mix(plan.keys[[site]] ^ np.uint64(root)), week.shape)
    return Slate(
        site=np.full(len(week), site),
        week=week,
        key=child_keys(line ^ np.uint64(_SESSION), week),
        wish=_term_keys(line, week, plan.activities.term_weeks),
        weekly=np.ones(len(week), dtype=bool),
        day=day,
        minute=np.full(len(week), minutes_of(series.start)),
    )


def _term_keys(line: U64, week: I64, term_weeks: int) -> U64:
    """Keys that sessions of a line share within a term, which begins at the line's own week."""
    phase = np.floor(uniforms(line, _PHASE) * term_weeks).astype(np.int64)
    return child_keys(line ^ np.uint64(_TERM), (week + phase) // term_weeks)
