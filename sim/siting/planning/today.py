"""Today simulated, for the planner: latent wishes, why they end without a room, and free hours.

Latent wishes are all that arise, those not asked and those refused among them: what census weights
and counts of bookings cannot see. A replication is told in arrays of fixed size, and replications
are added up, so memory does not grow with their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.booking.requests import Outcome
from sim.experiment.study import Recipe
from sim.measure.groups import Groups, build_groups
from sim.measure.service import NOT_ASKED_REASONS, REFUSED_REASONS, STATUS, wish_status
from sim.measure.sessions import club_slots, session_slots
from sim.model import History, Model
from sim.siting.planning.tally import CellTally, TallyContext, prepare, tally
from sim.world.calendar import Calendar
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Bands:
    """Hour bands: stretches of the week in which rooms of a kind are scarce alike.

    Attributes
    ----------
    names
        Such as ``weekday 18-22``.
    of_hour
        (168,) band of each hour of the week, Monday 0:00 first.
    """

    names: tuple[str, ...]
    of_hour: I64


@dataclass(frozen=True, slots=True)
class Estimate:
    """Wishes that would be asked if a suitable room stood next door, or less if unknown.

    Attributes
    ----------
    wishes
        (O, S, K, B) a year, by origin, segment, kind and hour band.
    hours, party
        (K,) mean room-hours and people of a wish.
    """

    wishes: F64
    hours: F64
    party: F64


EVENING = 18
NAMES = ("weekday day", "weekday evening", "weekend day", "weekend evening")


def week_bands() -> Bands:
    """Days until 18:00 and evenings, of weekdays and of weekends.

    Rooms are scarce in weekday evenings and on weekends; finer bands would let the planner's
    model forbid what bookers do in truth: shift by an hour.
    """
    hour, day = np.arange(168) % 24, np.arange(168) // 24
    return Bands(NAMES, (2 * (day >= 5) + (hour >= EVENING)).astype(np.int64))


def band_of_slots(world: World, bands: Bands) -> I64:
    """(T,) band of each slot of the horizon."""
    day = np.repeat(np.arange(world.n_days), world.slots)
    hour = np.tile(np.arange(world.slots) * world.grid // 60, world.n_days)
    return np.asarray(bands.of_hour[world.calendar.weekday[day] * 24 + hour])


REASONS: tuple[tuple[Literal["not asked", "refused"], str], ...] = (
    *(("not asked", name) for name in NOT_ASKED_REASONS.values()),
    *(("refused", name) for name in REFUSED_REASONS.values()),
)
"""Stage and reason of each column of `Latent.reasons`."""
_CODES = [*STATUS.NOT_ASKED.values(), *STATUS.REFUSED.values()]
DAYS_A_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Latent:
    """Wishes that today's simulation shows to the planner, in the counting window; sums add up.

    Attributes
    ----------
    wishes, booked
        (O, S, K, B) wishes that arose, and those that got a room.
    hour
        (K, 168) wishes by hour of the week of the preferred start.
    sizes
        (K, 4) wishes, room-hours and person-hours of all wishes; person-hours squared.
    fate
        (K, 2) booked and used.
    reasons
        (K, 8) wishes by `REASONS`.
    free, open
        (V, B) hours of each room free for bookers, and open.
    """

    wishes: F64
    booked: F64
    hour: F64
    sizes: F64
    fate: F64
    reasons: F64
    free: F64
    open: F64

    def __add__(self, other: Latent) -> Latent:
        """Sum of both."""
        return Latent(*(getattr(self, n) + getattr(other, n) for n in self.__slots__))


@dataclass(frozen=True, slots=True)
class Today:
    """A replication of today: what plans are compared with, and what the planner knows.

    Attributes
    ----------
    latent
        None once it was added to a total.
    """

    tally: CellTally
    latent: Latent | None


@dataclass(frozen=True, slots=True)
class TodayContext:
    """The part that is the same in every replication."""

    tally_context: TallyContext
    groups: Groups
    bands: Bands
    band: I64
    counted: Bools


def years_of(calendar: Calendar) -> float:
    """Length of the counting window in years."""
    return (calendar.count_until - calendar.count_from) / DAYS_A_YEAR


def prepare_today(model: Model) -> TodayContext:
    """Groups and bands of the slots."""
    groups, bands = build_groups(model), week_bands()
    band = band_of_slots(model.world, bands)
    return TodayContext(prepare(model), groups, bands, band, groups.counted)


def measure_today(context: TodayContext, history: History) -> Today:
    """Tally a replication of today."""
    return Today(tally(context.tally_context, history), _latent(context, history))


TODAY: Recipe[TodayContext, Today] = Recipe(prepare_today, measure_today, visits="none")
"""Tallies and what the planner knows, of replications without visits and points."""


def _latent(context: TodayContext, history: History) -> Latent:
    model, wishes = context.tally_context.model, history.wishes
    world, cells = model.world, model.plan.cells
    n_kinds, n_bands = len(world.kinds), len(context.bands.names)
    counted = world.calendar.counts(wishes.wished_at)
    cohort = np.flatnonzero(counted)
    cell = wishes.cell[cohort].astype(np.int64)
    start = wishes.start[cohort].astype(np.int64)
    kind = cells.kind[cell]
    at_once = wishes.rooms[cohort].astype(np.float64)
    length = wishes.duration[cohort] * at_once * (world.grid / 60.0)
    hours = length * (wishes.party[cohort] / at_once)
    status = wish_status(history)[cohort]
    got = np.isin(status, np.arange(STATUS.BOOKED, STATUS.COUNT))
    asked = history.asked[counted[history.asked] & (history.outcome == Outcome.BOOKED)]
    shape = len(world.origins.names), len(world.segments), n_kinds, n_bands
    flat = np.ravel_multi_index(
        (cells.origin[cell], cells.segment[cell], kind, context.band[start]), shape
    )
    week = context.groups.slot["hour_of_week"].code[start]
    used = np.isin(status, [STATUS.BOOKED, STATUS.BOOKED + 3])

    def by_kind(weights: F64 | None = None) -> F64:
        return np.bincount(kind, weights=weights, minlength=n_kinds).astype(np.float64)

    assert len(asked) == got.sum()
    by_status = np.bincount(kind * STATUS.COUNT + status, minlength=n_kinds * STATUS.COUNT).reshape(
        n_kinds, STATUS.COUNT
    )
    open_, free = _room_hours(context, history)
    n = int(np.prod(shape))
    return Latent(
        wishes=np.bincount(flat, minlength=n).reshape(shape).astype(np.float64),
        booked=np.bincount(flat[got], minlength=n).reshape(shape).astype(np.float64),
        hour=np.bincount(kind * 168 + week, minlength=n_kinds * 168)
        .reshape(n_kinds, 168)
        .astype(np.float64),
        sizes=np.stack([by_kind(), by_kind(length), by_kind(hours), by_kind(hours**2)], axis=1),
        fate=np.stack([by_kind(got.astype(float)), by_kind(used.astype(float))], axis=1),
        reasons=by_status[:, _CODES].astype(np.float64),
        free=free,
        open=open_,
    )


def _room_hours(context: TodayContext, history: History) -> tuple[F64, F64]:
    """(V, B) open hours of each room in the counting window, and those nobody but bookers has."""
    model = context.tally_context.model
    world, n_bands = model.world, len(context.bands.names)
    is_open = world.opening.is_open[world.venues.profile] & context.counted
    free = is_open & ~history.off_platform.reshape(is_open.shape)
    if history.programme is not None:
        session, slot = session_slots(history.programme)
        free[history.programme.venue[session], slot] = False
    if model.clubs.spec is not None:
        venue, slot, _ = club_slots(model, context.groups, history)
        free[venue, slot] = False
    per_slot = world.grid / 60.0

    def by_band(rows: Bools) -> F64:
        counts = [np.bincount(context.band[row], minlength=n_bands) for row in rows]
        return np.array(counts, dtype=np.float64).reshape(-1, n_bands) * per_slot

    return by_band(is_open), by_band(free)


def latent_estimate(total: Latent, replications: int, years: float) -> Estimate:
    """Wishes a year as simulated, with those not asked and those refused."""
    return Estimate(total.wishes / (replications * years), *sizes_of(total))


def sizes_of(total: Latent) -> tuple[F64, F64]:
    """(K,) mean room-hours of a wish, and people: the person-hours of one over its room-hours."""
    number = np.maximum(total.sizes[:, 0], 1.0)
    hours = total.sizes[:, 1] / number
    return hours, total.sizes[:, 2] / np.maximum(total.sizes[:, 1], 1e-300)
