"""Who signs up for which session, and when: drawn for many sessions at a time.

The number of a session's sign-ups is Poisson by inversion and each has its own key, so a higher
level of appeal adds sign-ups and changes none. Nobody signs up for one session twice.

Some who sign up do not come, so a session may admit more people than it has places. If more come
than there are places, they are let in in the order in which they signed up, as sign-ups are
admitted: each with all company or not at all. So the last to sign up are turned away first, but a
smaller party may still fit where a larger one does not. (Assumed: doors could go by arrival too.
Without company that changes who is turned away, not how many.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64, Bools, each_step
from sim.compiled import compiled
from sim.order import beyond
from sim.programme.plan import ProgrammePlan
from sim.programme.sessions import ProgrammeRecord, Sessions
from sim.scenario.schema.policy import Overbooking
from sim.streams import child_keys, key_of, mix, uniforms
from sim.variates import gamma_by_key, poisson_ppf

_PARTICIPANT, _WHO = (key_of("purpose", p) for p in ("participant", "who signs up"))


@dataclass(frozen=True, slots=True)
class Participants:
    """Participants of a replication, group by group: the first people of each.

    Attributes
    ----------
    first
        (groups + 1,) where each group starts.
    upto
        (P,) activity summed up to and including each participant.
    """

    first: I64
    upto: F64

    def who(self, group: I64, keys: U64) -> I64:
        """Number in the group of who signs up, drawn in proportion to activity."""
        low, high = self.first[group], self.first[group + 1]
        below = np.where(low > 0, self.upto[low - 1], 0.0)
        mark = below + uniforms(keys, _WHO) * (self.upto[high - 1] - below)
        return np.minimum(beyond(self.upto, low, high, mark), high - 1) - low


def draw_participants(plan: ProgrammePlan, root: int) -> Participants:
    """Draw the participants of a replication by name."""
    number = plan.participants
    first = np.concatenate([[0], np.cumsum(number)])
    within = np.arange(first[-1]) - np.repeat(first[:-1], number)
    group = mix(plan.world.people.keys ^ np.uint64(root)) ^ np.uint64(_PARTICIPANT)
    keys = child_keys(np.repeat(group, number), within)
    shape = np.full(len(keys), plan.activities.activity_shape)
    return Participants(first=first, upto=np.cumsum(gamma_by_key(keys, shape)))


DAY_MINUTES = 24 * 60.0
MOST_COMPANY = 1e6
_COUNT, _SEGMENT, _ORIGIN, _LEAD, _COMPANY = (
    key_of("purpose", p)
    for p in ("sign-ups", "sign-up segment", "sign-up origin", "sign-up lead", "sign-up company")
)


@dataclass(frozen=True, slots=True)
class SignUps:
    """Sign-ups of some sessions; arrays of equal length, session by session.

    Attributes
    ----------
    session
        Index of the session.
    key
        Key of the sign-up.
    group, number
        Group of people, and which of its people.
    time
        Minutes of the horizon.
    company
        People brought along.
    expected, interested
        Of the sessions asked for: mean of sign-ups at popularity 1, and the number drawn before
        those who sign up twice are left out.
    """

    session: I64
    key: U64
    group: I64
    number: I64
    time: F64
    company: I64
    expected: F64
    interested: I64


def _rates(plan: ProgrammePlan, kind: I64, spot: I64) -> F64:
    """(n, S) people of each segment drawn, at level and popularity 1."""
    if plan.activities.participants == 0:
        return np.zeros((len(kind), len(plan.world.segments)))
    return np.asarray(plan.appeal[kind] * plan.crowd.mass[spot])


def draw_sign_ups(
    plan: ProgrammePlan, people: Participants, sessions: Sessions, at: I64, start: I64, spot: I64
) -> SignUps:
    """Draw the sign-ups of some sessions.

    Parameters
    ----------
    at
        (n,) indices of the sessions.
    start, spot
        (n,) start slot given, and the spot of the crowd where each is held.
    """
    kind = sessions.kind[at]
    running = np.cumsum(_rates(plan, kind, spot), axis=1)
    total = running[:, -1]
    mean = plan.interest * sessions.popularity[at] * total
    counts = poisson_ppf(uniforms(sessions.key[at], _COUNT), mean)
    row, number = each_step(counts)
    key = child_keys(sessions.key[at[row]], number)
    mark = np.minimum(uniforms(key, _SEGMENT) * total[row], np.nextafter(total[row], 0.0))
    segment = (running[row] <= mark[:, None]).sum(axis=1)
    origin = plan.crowd.origin(spot[row], segment, uniforms(key, _ORIGIN))
    group = plan.world.people.numbers[origin, segment]
    who = people.who(group, key)
    once = _once(row, people.first[group] + who, int(people.first[-1]))
    row, key, group, who = row[once], key[once], group[once], who[once]
    return SignUps(
        session=at[row],
        key=key,
        group=group,
        number=who,
        time=_times(plan, key, start[row], sessions.published[at[row]]),
        company=_company(plan, key, kind[row]),
        expected=np.asarray(plan.interest * total),
        interested=counts,
    )


def _once(row: I64, person: I64, people: int) -> I64:
    """Indices of the first sign-up of every person for every session; sessions are in order."""
    once = np.empty(len(row), dtype=bool)
    _note_first(row, person, np.full(people, -1), once)
    return np.flatnonzero(once)


@compiled
def _note_first(row: I64, person: I64, latest: I64, first: Bools) -> None:
    for i in range(len(row)):
        first[i] = latest[person[i]] != row[i]
        latest[person[i]] = row[i]


def _times(plan: ProgrammePlan, key: U64, start: I64, published: F64) -> F64:
    lead = np.clip(plan.lead.ppf(uniforms(key, _LEAD)), 0.0, plan.lead.upper)
    return np.asarray(np.maximum(start * float(plan.world.grid) - lead * DAY_MINUTES, published))


def _company(plan: ProgrammePlan, key: U64, kind: I64) -> I64:
    company = np.zeros(len(key), dtype=np.int64)
    for k, one in enumerate(plan.kinds):
        if one.company.upper > 0:
            at = np.flatnonzero(kind == k)
            drawn = np.rint(one.company.ppf(uniforms(key[at], _COMPANY)))
            company[at] = np.clip(drawn, 0.0, MOST_COMPANY).astype(np.int64)
    return company


def most_signed_up(rule: Overbooking | None, capacity: I64) -> I64:
    """(n,) people who may be signed up for sessions at a time: the places, and some beyond.

    Parameters
    ----------
    rule
        None: as many as there are places.
    capacity
        (n,) places of each session.
    """
    if rule is None:
        return capacity
    beyond = [rule.beyond(places) for places in capacity.tolist()]
    return np.asarray(capacity + np.array(beyond, dtype=np.int64))


def at_the_door(record: ProgrammeRecord, comes: Bools) -> Bools:
    """Per sign-up whether the person comes and finds no place.

    Parameters
    ----------
    comes
        Per sign-up whether the person sets out for the session and gets to its door; True only for
        the admitted of sessions held. A person who is elsewhere at the time does not come, so
        this has to be known before.
    """
    size, session = 1 + record.company, record.session
    places = record.sessions.capacity
    heads = np.bincount(session[comes], weights=size[comes], minlength=len(places))
    turned_away = np.zeros(len(comes), dtype=bool)
    # sign-ups of a session follow each other in order of time; only too full ones are looked at
    at = np.flatnonzero(comes & (heads > places)[session])
    free: list[int] = places.tolist()
    rows = zip(at.tolist(), session[at].tolist(), size[at].tolist(), strict=True)
    for i, s, people in rows:
        if people > free[s]:
            turned_away[i] = True
        else:
            free[s] -= people
    return turned_away
