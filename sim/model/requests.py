"""From wishes that are asked to requests: when they are made, and what the booker would do."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import F64, I32, I64, U64, Bools
from sim.booking.catalogue import asks_who
from sim.booking.layout import BookableRooms
from sim.booking.requests import Askers, Requests
from sim.booking.timing import SLACK, settle_asking
from sim.demand.bookers import Bookers
from sim.demand.plan import DemandPlan
from sim.demand.sampling import Wishes
from sim.model.whereabouts import booker_index
from sim.order import ordered
from sim.scenario.schema.policy import Cap, Policy
from sim.streams import key_of, uniforms
from sim.world.places import TIERS

_ASKS_FOR_LESS = key_of("purpose", "asks for less")


def asked_durations(
    rooms: BookableRooms, key: U64, rules: I64, start: I64, duration: I64, taken: I64
) -> I64:
    """Slots asked for: of those who ask for less, as many as the caps allow a booking by itself.

    Parameters
    ----------
    key, rules, start, duration, taken
        (n,) of the requests: key, set of rules, preferred start, length wished, in slots, and
        rooms at once.
    """
    share = rooms.responses.asks_for_less
    caps = [(n, cap) for n, r in enumerate(rooms.book.sets) for cap in r.limits.hours]
    if not caps or share == 0:
        return duration
    bends = uniforms(key, _ASKS_FOR_LESS) < share
    is_peak = rooms.peak[np.clip(start, 0, len(rooms.peak) - 1)]
    asked = duration.copy()
    for number, cap in caps:
        most = int((cap.at_most * 60.0 + SLACK) // rooms.grid) // taken
        holds = bends & (rules == number) & _counts(cap, is_peak) & (most >= 1)
        asked = np.where(holds, np.minimum(asked, most), asked)
    return asked


def _counts(cap: Cap, is_peak: Bools) -> Bools:
    """Whether each start falls under a cap."""
    if cap.when == "always":
        return np.ones(len(is_peak), dtype=bool)
    return is_peak if cap.when == "peak" else ~is_peak


_GIVES_UP, _WHEN, _NO_SHOW, _AVOIDS, _INSTEAD = (
    key_of("purpose", p)
    for p in ("gives up", "gives up when", "no-show", "avoids penalty", "instead")
)


def intentions(
    plan: DemandPlan,
    rooms: BookableRooms,
    key: U64,
    rules: I64,
    lead: F64,
    served: F64,
    begins: F64,
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


def _late_cancel(rules: Policy) -> float:
    """Minutes before the start from which giving up is penalised like not turning up."""
    no_shows = rules.limits.no_shows
    return 0.0 if no_shows is None else float(no_shows.late_cancel_minutes)


_TAKES = key_of("purpose", "takes an offer")


def add_offers(rooms: BookableRooms, requests: Requests, askers: Askers) -> Requests:
    """The requests with further centres and starts, of those who would take what is offered.

    Offered are the next centres in the booker's own order: only those better than not asking.
    """
    pools, others, shift = requests.pools, requests.others.copy(), requests.shift.copy()
    offered = [(n, r.overflow) for n, r in enumerate(rooms.book.sets) if r.overflow is not None]
    if not offered or not len(requests):
        return requests
    takes = uniforms(askers.key, _TAKES) < rooms.responses.takes_offer
    pools = pools.copy()
    for number, overflow in offered:
        at = np.flatnonzero(takes & (askers.rules == number))
        if overflow.tiers and overflow.other_venues:
            allowed = np.array([TIERS[t] in overflow.tiers for t in rooms.tier], dtype=bool)
            pools[at] = _of_tiers(pools[at], others[at], allowed)
        others[at] += overflow.other_venues
        shift[at] = np.maximum(shift[at], overflow.shift_minutes // rooms.grid)
    return replace(requests, pools=pools, others=others, shift=shift)


def _of_tiers(pools: I32, own: I64, allowed: Bools) -> I32:
    """Pools with those beyond the booker's own that are not offered taken out."""
    width = pools.shape[1]
    mine = np.arange(width)[None, :] <= own[:, None]
    kept = (pools >= 0) & (mine | allowed[np.maximum(pools, 0)])
    order = np.argsort(~kept, axis=1, kind="stable")
    shown = np.where(kept, pools, np.int32(-1))
    return np.take_along_axis(shown, order, axis=1)


_SHIFT, _OTHERS = (key_of("purpose", p) for p in ("shift", "others"))
DAY_MINUTES = 1440.0


@dataclass(frozen=True, slots=True)
class MadeRequests:
    """Requests in order of their first decision; `asked` are the indices of their wishes."""

    asked: I64
    requests: Requests
    askers: Askers


def make_requests(
    plan: DemandPlan,
    rooms: BookableRooms,
    wishes: Wishes,
    asked: I64,
    ranked: I32,
    bookers: Bookers,
) -> MadeRequests:
    """The requests of wishes that are asked.

    Parameters
    ----------
    asked
        Indices of the wishes.
    ranked
        Their pools in order of preference.
    """
    grid = plan.world.grid
    key, wished = wishes.key[asked], wishes.wished_at[asked]
    start = wishes.start[asked].astype(np.int64)
    rules = np.array(rooms.rules_of, dtype=np.int64)[ranked[:, 0]]
    times = settle_asking(rooms.timings, rooms.responses, rules, key, wished, start)
    # in order of serving: the desk then walks its lists from front to back, as caches like it
    order = ordered(times.first_decision, key)
    asked, start, rules = asked[order], start[order], rules[order]
    key, wished = key[order], wished[order]
    ask, served = times.asked_at[order], times.first_decision[order]
    begins: F64 = np.asarray(start * float(grid))
    lead = wishes.lead[asked].astype(np.float64)
    lead = np.where(ask == wished, lead, (begins - ask) / DAY_MINUTES)
    gives_up, no_show = intentions(plan, rooms, key, rules, lead, served, begins)
    origin = plan.cells.origin[wishes.cell[asked]]
    wished_slots = wishes.duration[asked].astype(np.int64)
    taken = wishes.rooms[asked].astype(np.int64)
    requests = Requests(
        asked_at=ask,
        start=start,
        duration=asked_durations(rooms, key, rules, start, wished_slots, taken),
        party=wishes.party[asked].astype(np.int64),
        rooms=taken,
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
        first_decision=served,
        batch=times.batch[order],
        screened=times.screened[order],
        no_show=no_show,
        segment=plan.cells.segment[wishes.cell[asked]],
        origin=origin,
        booker=booker,
        household=household,
    )
    return MadeRequests(asked, add_offers(rooms, requests, askers), askers)


def _people(
    plan: DemandPlan, rooms: BookableRooms, wishes: Wishes, asked: I64, bookers: Bookers
) -> tuple[I64, I64]:
    """Numbers of the bookers and of their households, where a rule asks who somebody is."""
    nobody = np.zeros(0, dtype=np.int64)
    if not any(asks_who(rules, rooms) for rules in rooms.book.sets):
        return nobody, nobody
    who = booker_index(plan, bookers, wishes, asked)
    _, household = np.unique(bookers.household, return_inverse=True)
    return who, household[who].astype(np.int64)


def no_requests(plan: DemandPlan) -> tuple[Requests, Askers]:
    """Nobody asks for anything."""
    none, never = np.zeros(0, dtype=np.int64), np.zeros(0)
    requests = Requests(
        asked_at=never,
        start=none,
        duration=none,
        party=none,
        rooms=none,
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
        first_decision=never,
        batch=none,
        screened=flags.astype(np.uint8),
        no_show=flags,
        segment=none,
        origin=none,
        booker=none,
        household=none,
    )
    return requests, askers
