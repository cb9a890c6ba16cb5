"""Who signs up for which session, and when: drawn for many sessions at a time.

The number of a session's sign-ups is Poisson by inversion and each has its own key, so a higher
level of appeal adds sign-ups and changes none. Nobody signs up for one session twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, each_step
from sim.programme.participants import Participants
from sim.programme.plan import ProgrammePlan
from sim.programme.sessions import Sessions
from sim.streams import U64, child_keys, key_of, uniforms
from sim.variates import poisson_ppf
from sim.world.people import person_ids

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
    once = _once(row, person_ids(group, who))
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


def _once(row: I64, person: I64) -> I64:
    """Indices of the first sign-up of every person for every session, in order."""
    order = np.lexsort((person, row))
    again = (np.diff(row[order]) == 0) & (np.diff(person[order]) == 0)
    repeats = order[1:][again]
    kept = np.ones(len(row), dtype=bool)
    kept[repeats] = False
    return np.flatnonzero(kept)


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
