"""Overbooking: how many may sign up beyond the places, and who is turned away at the door.

Some who sign up do not come, so a session may admit more people than it has places. If more come
than there are places, they are let in in the order in which they signed up, as sign-ups are
admitted: each with all company or not at all. So the last to sign up are turned away first, but a
smaller party may still fit where a larger one does not. (Assumed: doors could go by arrival too.
Without company that changes who is turned away, not how many.)
"""

from __future__ import annotations

import numpy as np

from sim.arrays import I64, Bools
from sim.programme.record import ProgrammeRecord
from sim.scenario.schema.policy import Overbooking


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
