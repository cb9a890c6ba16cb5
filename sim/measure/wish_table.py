"""One row a wish: who, what, when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.arrays import F64, I64
from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.measure.service import NOT_ASKED_REASONS, REFUSED_REASONS
from sim.model import History, Model


def wish_table(model: Model, history: History) -> pd.DataFrame:
    """All wishes of a replication, in order of asking; times are local (Asia/Shanghai)."""
    world, wishes, cells = model.world, history.wishes, model.plan.cells
    cell = wishes.cell.astype(np.int64)
    origin, segment = cells.origin[cell], cells.segment[cell]
    booker = history.bookers.drawn_for(wishes.key, origin, segment, wishes.layer.astype(np.int64))
    venue, start, attempt, length = _by_wish(history)
    zero, never = np.datetime64(world.calendar.first, "s"), np.full(len(wishes), np.nan)
    minute = np.timedelta64(60, "s")
    preferred = zero + wishes.start * world.grid * minute
    given = np.where(venue >= 0, zero + start * world.grid * minute, np.datetime64("NaT"))
    several = model.plan.rooms_at_once != (1,)
    centre = np.append(world.pools.centre, -1)[wishes.best]  # the last: none suitable
    table = pd.DataFrame(
        {
            "wish": [f"{k:016x}" for k in wishes.key.tolist()],
            "booker": [f"{k:016x}" for k in history.bookers.key[booker].tolist()],
            "household": [f"{k:016x}" for k in history.bookers.household[booker].tolist()],
            "origin": _named(world.origins.names, origin),
            "segment": _named(world.segments, segment),
            "kind": _named(world.kinds, cells.kind[cell]),
            "wished_at": zero + _seconds(wishes.wished_at),
            "asked_at": zero + _seconds(_of_requests(wishes.wished_at, history, history.asked_at)),
            "decided_at": zero + _seconds(_of_requests(never, history, history.decided_at)),
            "preferred_start": preferred,
            "duration_minutes": wishes.duration * world.grid,
            "party_size": wishes.party,
            **({"rooms_at_once": wishes.rooms} if several else {}),
            "lead_days": wishes.lead,
            "first_choice_centre": _named(world.centres.names, centre),
            "walk_minutes": wishes.walk_minutes,
            "outcome": _outcomes(history),
            "reason": _reasons(history),
            "venue": _named(world.venues.names, venue),
            **({"more_venues": _more_venues(model, history)} if several else {}),
            "start": given,
            "end": given + (length * world.grid) * minute,
            "attempt": np.where(venue >= 0, attempt, -1),
            "cancelled_at": _cancelled_at(history, zero),
        }
    )
    return table.iloc[np.lexsort((wishes.key, wishes.wished_at))].reset_index(drop=True)


def _more_venues(model: Model, history: History) -> list[str]:
    """Rooms of a booking beyond the first, separated by commas; empty otherwise."""
    names = model.world.venues.names
    found = [""] * len(history.wishes)
    for wish, rooms in zip(history.asked.tolist(), history.more_rooms.tolist(), strict=True):
        found[wish] = ", ".join(names[v] for v in rooms if v >= 0)
    return found


def _cancelled_at(history: History, zero: np.datetime64) -> npt.NDArray[np.datetime64]:
    """Time of giving up a booking; missing where none was given up."""
    when = np.full(len(history.wishes), np.datetime64("NaT"), dtype="datetime64[s]")
    at = history.asked[history.cancelled]
    when[at] = zero + _seconds(history.gives_up[history.cancelled])
    return when


def _seconds(minutes: F64) -> npt.NDArray[np.timedelta64]:
    """Whole seconds; none of no number."""
    return np.asarray(np.floor(minutes * 60).astype("timedelta64[s]"))


def _of_requests(values: F64, history: History, of_request: F64) -> F64:
    """Values of wishes, with those of requests in their place."""
    result = values.copy()
    result[history.asked] = of_request
    return result


def _named(names: Sequence[str], code: npt.NDArray[np.integer]) -> pd.Series[str]:
    """Names by code, -1 for none."""
    kinds = pd.CategoricalDtype(list(names))
    return pd.Series(pd.Categorical.from_codes(code.tolist(), dtype=kinds))


def _by_wish(history: History) -> tuple[I64, I64, I64, I64]:
    """Venue (-1 none), start, attempt and slots held of every wish."""
    n = len(history.wishes)
    venue, start, attempt = np.full(n, -1), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    length = np.zeros(n, dtype=np.int64)
    booked = history.outcome == Outcome.BOOKED
    venue[history.asked] = np.where(booked, history.venue, -1)
    start[history.asked], attempt[history.asked] = history.start, history.attempt
    length[history.asked] = history.length
    return venue, start, attempt, length


OUTCOMES = ("not asked", "refused", "waiting", "used", "cancelled", "no-show")


def _outcomes(history: History) -> pd.Series[str]:
    code = np.zeros(len(history.wishes), dtype=np.int64)
    booked = history.outcome == Outcome.BOOKED
    fate = np.where(history.cancelled, 4, np.where(history.no_show, 5, 3))
    waiting = history.outcome == Outcome.WAITING
    code[history.asked] = np.where(booked, fate, np.where(waiting, 2, 1))
    return _named(OUTCOMES, code)


def _reasons(history: History) -> pd.Series[str]:
    """Why not asked or refused; empty otherwise."""
    names = [*NOT_ASKED_REASONS.values(), *REFUSED_REASONS.values()]
    of_wish = np.full(len(NotAsked), -1)
    for reason, name in NOT_ASKED_REASONS.items():
        of_wish[reason] = names.index(name)
    of_request = np.full(len(Outcome), -1)
    for outcome, name in REFUSED_REASONS.items():
        of_request[outcome] = names.index(name)
    code = of_wish[history.wishes.reason]
    code[history.asked] = of_request[history.outcome]
    return _named(names, code)
