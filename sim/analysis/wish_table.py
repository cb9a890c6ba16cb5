"""One row a wish: who, what, when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.analysis.metrics import NOT_ASKED_REASONS, REFUSED_REASONS
from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.model import History, Model

__all__ = ["wish_table"]

I64 = npt.NDArray[np.int64]


def wish_table(model: Model, history: History) -> pd.DataFrame:
    """All wishes of a replication, in order of asking; times are local (Asia/Shanghai)."""
    world, wishes, cells = model.world, history.wishes, model.plan.cells
    cell = wishes.cell.astype(np.int64)
    origin, segment = cells.origin[cell], cells.segment[cell]
    booker = history.bookers.who(wishes.key, origin, segment, wishes.layer.astype(np.int64))
    venue, start, attempt = _by_wish(history)
    zero = np.datetime64(world.calendar.first, "s")
    minute = np.timedelta64(60, "s")
    preferred = zero + wishes.start * world.grid * minute
    given = np.where(venue >= 0, zero + start * world.grid * minute, np.datetime64("NaT"))
    centre = np.append(world.pools.centre, -1)[wishes.best]  # the last: none suitable
    table = pd.DataFrame(
        {
            "wish": [f"{k:016x}" for k in wishes.key.tolist()],
            "booker": [f"{k:016x}" for k in history.bookers.key[booker].tolist()],
            "household": [f"{k:016x}" for k in history.bookers.household[booker].tolist()],
            "origin": _named(world.origins.names, origin),
            "segment": _named(world.segments, segment),
            "kind": _named(world.kinds, cells.kind[cell]),
            "asked_at": zero + np.floor(wishes.ask * 60).astype("timedelta64[s]"),
            "preferred_start": preferred,
            "duration_minutes": wishes.duration * world.grid,
            "party_size": wishes.party,
            "lead_days": wishes.lead,
            "first_choice_centre": _named(world.centres.names, centre),
            "walk_minutes": wishes.walk_minutes,
            "outcome": _outcomes(history),
            "reason": _reasons(history),
            "venue": _named(world.venues.names, venue),
            "start": given,
            "end": given + (wishes.duration * world.grid) * minute,
            "attempt": np.where(venue >= 0, attempt, -1),
            "cancelled_at": _cancelled_at(history, zero),
        }
    )
    return table.iloc[np.lexsort((wishes.key, wishes.ask))].reset_index(drop=True)


def _cancelled_at(history: History, zero: np.datetime64) -> npt.NDArray[np.datetime64]:
    """Time of giving up a booking; missing where none was given up."""
    when = np.full(len(history.wishes), np.datetime64("NaT"), dtype="datetime64[s]")
    at = history.asked[history.cancelled]
    seconds = np.floor(history.gives_up[history.cancelled] * 60).astype("timedelta64[s]")
    when[at] = zero + seconds
    return when


def _named(names: Sequence[str], code: npt.NDArray[np.integer]) -> pd.Series[str]:
    """Names by code, -1 for none."""
    kinds = pd.CategoricalDtype(list(names))
    return pd.Series(pd.Categorical.from_codes(code.tolist(), dtype=kinds))


def _by_wish(history: History) -> tuple[I64, I64, I64]:
    """Venue (-1 none), start and attempt of every wish."""
    n = len(history.wishes)
    venue, start, attempt = np.full(n, -1), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    booked = history.outcome == Outcome.BOOKED
    venue[history.asked] = np.where(booked, history.venue, -1)
    start[history.asked], attempt[history.asked] = history.start, history.attempt
    return venue, start, attempt


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
