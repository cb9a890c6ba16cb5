"""From wishes that are asked to requests: when they are made, and what the booker would do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I32, I64
from sim.booking.asking import settle_asking
from sim.booking.layout import Rooms
from sim.booking.requests import Askers, Requests
from sim.booking.rules import Rules
from sim.demand.bookers import Bookers
from sim.demand.plan import Plan
from sim.demand.sampling import Wishes
from sim.model.asks_for_less import asked_durations
from sim.model.intentions import intentions
from sim.model.offers import add_offers
from sim.model.whereabouts import booker_index
from sim.scenario.schema.selection import Lots
from sim.streams import key_of, uniforms

_SHIFT, _OTHERS = (key_of("purpose", p) for p in ("shift", "others"))
DAY_MINUTES = 1440.0


@dataclass(frozen=True, slots=True)
class Made:
    """Requests in order of their first decision; `asked` are the indices of their wishes."""

    asked: I64
    requests: Requests
    askers: Askers


def make_requests(
    plan: Plan,
    rooms: Rooms,
    wishes: Wishes,
    asked: I64,
    ranked: I32,
    bookers: Bookers,
) -> Made:
    """The requests of wishes that are asked.

    Parameters
    ----------
    asked
        Indices of the wishes.
    ranked
        Their pools in order of preference.
    """
    grid = plan.world.grid
    key, wished = wishes.key[asked], wishes.ask[asked]
    start = wishes.start[asked].astype(np.int64)
    rules = np.array(rooms.rules_of, dtype=np.int64)[ranked[:, 0]]
    times = settle_asking(rooms.timings, rooms.responses, rules, key, wished, start)
    # in order of serving: the desk then walks its lists from front to back, as caches like it
    order = np.lexsort((key, times.served))
    asked, start, rules = asked[order], start[order], rules[order]
    key, wished = key[order], wished[order]
    ask, served = times.ask[order], times.served[order]
    begins: F64 = np.asarray(start * float(grid))
    lead = wishes.lead[asked].astype(np.float64)
    lead = np.where(ask == wished, lead, (begins - ask) / DAY_MINUTES)
    gives_up, no_show = intentions(plan, rooms, key, rules, lead, served, begins)
    origin = plan.cells.origin[wishes.cell[asked]]
    wished_slots = wishes.duration[asked].astype(np.int64)
    requests = Requests(
        ask=ask,
        start=start,
        duration=asked_durations(rooms, key, rules, start, wished_slots),
        party=wishes.party[asked].astype(np.int64),
        kind=plan.cells.kind[wishes.cell[asked]],
        pools=ranked[order],
        others=plan.others.ppf(uniforms(key, _OTHERS)).astype(np.int64),
        shift=(plan.shift.ppf(uniforms(key, _SHIFT)) // grid).astype(np.int64),
        gives_up=gives_up,
    )
    booker, household = _people(plan, rooms, wishes, asked, bookers)
    askers = Askers(
        key=key,
        rules=rules,
        served=served,
        batch=times.batch[order],
        screened=times.screened[order],
        no_show=no_show,
        segment=plan.cells.segment[wishes.cell[asked]],
        origin=origin,
        booker=booker,
        household=household,
    )
    return Made(asked, add_offers(rooms, requests, askers), askers)


def _people(
    plan: Plan, rooms: Rooms, wishes: Wishes, asked: I64, bookers: Bookers
) -> tuple[I64, I64]:
    """Numbers of the bookers and of their households, where a rule asks who somebody is."""
    nobody = np.zeros(0, dtype=np.int64)
    if not any(_asks_who(rules) for rules in rooms.book.sets):
        return nobody, nobody
    who = booker_index(plan, bookers, wishes, asked)
    _, household = np.unique(bookers.household, return_inverse=True)
    return who, household[who].astype(np.int64)


def _asks_who(rules: Rules) -> bool:
    return bool(
        rules.limits.any_holds
        or (isinstance(rules.selection, Lots) and rules.selection.past_luck > 0)
        or rules.selection.rule == "points"
    )


def no_requests(plan: Plan) -> tuple[Requests, Askers]:
    """Nobody asks for anything."""
    none, never = np.zeros(0, dtype=np.int64), np.zeros(0)
    requests = Requests(
        ask=never,
        start=none,
        duration=none,
        party=none,
        kind=none,
        pools=np.zeros((0, plan.tried), dtype=np.int32),
        others=none,
        shift=none,
        gives_up=never,
    )
    flags = np.zeros(0, dtype=bool)
    askers = Askers(
        key=np.zeros(0, dtype=np.uint64),
        rules=none,
        served=never,
        batch=none,
        screened=flags.astype(np.uint8),
        no_show=flags,
        segment=none,
        origin=none,
        booker=none,
        household=none,
    )
    return requests, askers
