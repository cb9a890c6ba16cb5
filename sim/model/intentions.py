"""Who would give a booking up or not turn up, and what penalties change of it."""

from __future__ import annotations

import numpy as np

from sim.arrays import F64, I64, U64, Bools
from sim.booking.layout import Rooms
from sim.booking.rules import Rules
from sim.demand.plan import Plan
from sim.streams import key_of, uniforms

_GIVES_UP, _WHEN, _NO_SHOW, _AVOIDS, _INSTEAD = (
    key_of("purpose", p)
    for p in ("gives up", "gives up when", "no-show", "avoids penalty", "instead")
)


def intentions(
    plan: Plan, rooms: Rooms, key: U64, rules: I64, lead: F64, served: F64, begins: F64
) -> tuple[F64, Bools]:
    """When each booker would give a booking up (infinite: never), and whether they stay away.

    Parameters
    ----------
    key, rules
        Of the requests: keys, and sets of rules.
    lead
        Days from asking to the preferred start.
    served, begins
        Time of the first decision and preferred start, minutes of the horizon.
    """
    demand = plan.world.scenario.demand
    cancels = uniforms(key, _GIVES_UP) < demand.cancellation.share
    when = np.clip(plan.cancel_when.ppf(uniforms(key, _WHEN)), 0.0, 1.0)
    gives_up = np.where(cancels, served + when * (begins - served), np.inf)
    chance = demand.no_show.base + demand.no_show.per_lead_day * lead
    stays_away = uniforms(key, _NO_SHOW) < np.minimum(chance, demand.no_show.at_most)
    sets = rooms.book.sets
    penal = np.array([s.limits.no_shows is not None for s in sets], dtype=bool)[rules]
    if not penal.any():
        return gives_up, stays_away
    late = np.array([_late_cancel(s) for s in sets])[rules]
    avoids = penal & stays_away & (uniforms(key, _AVOIDS) < rooms.responses.avoids_penalty)
    instead = avoids & (uniforms(key, _INSTEAD) < rooms.responses.cancels_instead)
    # who gives up to avoid a penalty does so in time
    ahead = np.maximum(rooms.responses.cancels_hours_ahead * 60.0, late)
    shortly = np.maximum(begins - ahead, served)
    gives_up = np.where(instead, np.minimum(gives_up, shortly), gives_up)
    return gives_up, stays_away & ~avoids


def _late_cancel(rules: Rules) -> float:
    """Minutes before the start from which giving up is penalised like not turning up."""
    no_shows = rules.limits.no_shows
    return 0.0 if no_shows is None else float(no_shows.late_cancel_minutes)
