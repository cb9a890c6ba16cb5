"""All sessions of a replication with what is drawn for them, and what became of the programme."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from sim.arrays import F64, I64, U8, U64, Bools
from sim.programme.lines import Slate, draw_lines, series_slate
from sim.programme.plan import ProgrammePlan
from sim.programme.rooms import likely_centres
from sim.streams import key_of, uniforms
from sim.variates import gamma_factors

DAY_MINUTES = 24 * 60
MOST_PEOPLE = 1e6
_CAPACITY, _DURATION, _POPULAR, _DRAWS = (
    key_of("purpose", p)
    for p in ("session capacity", "session duration", "series popularity", "session popularity")
)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions of a replication, in order of (publication, key); arrays of equal length.

    Attributes
    ----------
    key, wish
        Key of the session; of what it shares with the other sessions of its series and term.
    kind, zone, centre
        Indices; the centre is where the best room is until the session is published, then where
        it is held. -1: a zone without any centre.
    weekly
        Whether it belongs to a weekly series, named or generated.
    series
        Index into `activities.series`, -1 for generated sessions.
    site
        Index of the site.
    planned, start
        Start slot in the programme, and the one given (the same where no room was found).
    duration
        Slots.
    capacity
        People.
    popularity
        Factor on how many people sign up.
    published, decided
        When it is published and when it is decided, minutes of the horizon.
    """

    key: U64
    wish: U64
    kind: I64
    zone: I64
    centre: I64
    weekly: Bools
    series: I64
    site: I64
    planned: I64
    start: I64
    duration: I64
    capacity: I64
    popularity: F64
    published: F64
    decided: F64

    def __len__(self) -> int:
        return len(self.key)


def draw_sessions(plan: ProgrammePlan, root: int) -> Sessions:
    """Draw the programme of a replication by name."""
    slates = [draw_lines(plan, root)]
    slates += [series_slate(plan, root, i) for i in range(len(plan.series))]
    slate = _joined(slates)
    days_ahead = plan.activities.rooms.days_ahead
    published = np.floor(slate.day - days_ahead) * float(DAY_MINUTES)
    order = np.lexsort((slate.key, published))
    return _complete(plan, _taken(slate, order), published[order])


def deadline(plan: ProgrammePlan, start: I64, published: F64) -> F64:
    """When sessions are decided: some hours before the start, but not before they are public."""
    ahead = plan.activities.sign_up.decided_hours_ahead * 60.0
    return np.asarray(np.maximum(start * float(plan.world.grid) - ahead, published))


def _joined(slates: list[Slate]) -> Slate:
    names = (f.name for f in fields(Slate))
    return Slate(**{name: np.concatenate([getattr(s, name) for s in slates]) for name in names})


def _taken(slate: Slate, order: I64) -> Slate:
    return Slate(**{f.name: getattr(slate, f.name)[order] for f in fields(Slate)})


def _complete(plan: ProgrammePlan, slate: Slate, published: F64) -> Sessions:
    """Draw the rest: length, capacity, popularity, the likely centre."""
    world, site = plan.world, slate.site
    sites = np.array([(s.zone, s.kind) for s in plan.sites], dtype=np.int64).reshape(-1, 2)
    kind = sites[site, 1]
    duration, capacity, popularity = _drawn(plan, slate, kind)
    likely = likely_centres(world, plan.rooms, site, slate.wish, capacity)
    if plan.takes_rooms:
        largest = plan.rooms.largest[site]
        capacity = np.where(largest > 0, np.minimum(capacity, largest), capacity)
    start = slate.day * world.slots + slate.minute // world.grid
    return Sessions(
        key=slate.key,
        wish=slate.wish,
        kind=kind,
        zone=sites[site, 0],
        centre=likely,
        weekly=slate.weekly,
        series=np.maximum(site - len(plan.weight), -1),
        site=site,
        planned=start,
        start=start,
        duration=duration,
        capacity=capacity,
        popularity=popularity,
        published=published,
        decided=deadline(plan, start, published),
    )


def _drawn(plan: ProgrammePlan, slate: Slate, kind: I64) -> tuple[I64, I64, F64]:
    """Slots, people and popularity; a series keeps all but the last bit of the third."""
    grid, horizon = plan.world.grid, plan.world.n_days * plan.world.slots
    duration, capacity = np.empty(len(kind)), np.empty(len(kind))
    popularity = np.empty(len(kind))
    for k, one in enumerate(plan.kinds):
        at = np.flatnonzero(kind == k)
        wish, key = slate.wish[at], slate.key[at]
        duration[at] = one.duration.ppf(uniforms(wish, _DURATION))
        capacity[at] = one.capacity.ppf(uniforms(wish, _CAPACITY))
        popularity[at] = gamma_factors(uniforms(wish, _POPULAR), one.spec.popularity_cv)
        popularity[at] *= gamma_factors(uniforms(key, _DRAWS), one.spec.session_cv)
    for i, series in enumerate(plan.series):
        own = slate.site == len(plan.weight) + i
        duration[own] = (
            duration[own] if series.duration_minutes is None else series.duration_minutes
        )
        capacity[own] = capacity[own] if series.capacity is None else series.capacity
    slots = np.clip(np.rint(duration / grid), 1, horizon).astype(np.int64)
    return slots, np.clip(np.rint(capacity), 1, MOST_PEOPLE).astype(np.int64), popularity


class Status(IntEnum):
    """Outcome of a session."""

    HELD = 0
    NO_ROOM = 1
    """No suitable room was free when it was published: nobody could sign up."""
    CANCELLED = 2
    """Too few people had signed up when it was decided."""


class SignUpFate(IntEnum):
    """Outcome of a sign-up."""

    ADMITTED = 0
    FULL = 1
    """Not enough places left."""
    CANCELLED = 2
    """Admitted to a session that was cancelled."""
    BUSY = 3
    """Signed up already for another session at the time; takes no place."""


@dataclass(frozen=True, slots=True)
class ProgrammeRecord:
    """Sessions and sign-ups of a replication.

    Attributes
    ----------
    sessions
        With the start given and the centre where each is held.
    venue, status
        Per session: venue, -1 where none; `Status`.
    expected, interested
        Per session: people who would sign up on average at popularity 1 where it is held, and those
        who would, signed up already elsewhere or not; 0 without a room.
    session, key, group, number, time, company
        Per sign-up: session, key, group and number of the person, minutes of the horizon, people
        brought along. In order of session, then time.
    fate
        Per sign-up: `SignUpFate`.
    comes
        Whether the person is not a no-show; means something for the admitted of sessions held.
    turned_away
        Whether the person came and found no place. Nobody at first: who is turned away depends on
        who is elsewhere, and is written here in place when that is known (`sim.model.whereabouts`).
    """

    sessions: Sessions
    venue: I64
    status: U8
    expected: F64
    interested: I64
    session: I64
    key: U64
    group: I64
    number: I64
    time: F64
    company: I64
    fate: U8
    comes: Bools
    turned_away: Bools

    @property
    def came(self) -> Bools:
        """Per sign-up: admitted to a session that was held, and no no-show (let in or not)."""
        held = self.status[self.session] == Status.HELD
        return np.asarray((self.fate == SignUpFate.ADMITTED) & held & self.comes)
