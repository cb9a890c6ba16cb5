"""A batch of a place's visits: which callers come, and the outcome of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64, U64, Bools
from sim.places.batches import StretchBatch
from sim.places.draws import Callers, PlacesDraw, draw_callers, draw_persons
from sim.places.plan import PlaceKindPlan, PlacesPlan
from sim.places.record import Visits
from sim.places.seats import VisitFate
from sim.places.tally import Tally

Elsewhere = Callable[[I64, F64, F64], Bools]
"""(person, since, until) -> whether each is somewhere else for some of that time."""


@dataclass(frozen=True, slots=True)
class Expected:
    """People who come in a batch, and those who would have liked to.

    Attributes
    ----------
    fate
        Of all callers; `SERVED` for now of those who come.
    person
        Of all callers; empty where nobody asked.
    come
        Indices of those who come; the arrays below are of them.
    close
        When the stretch ends in which they come.
    sizes
        (stretches,) how many of them come in each stretch.
    """

    callers: Callers
    fate: npt.NDArray[np.uint8]
    person: I64
    come: I64
    arrival: F64
    stay: F64
    patience: F64
    close: F64
    sizes: I64

    @property
    def until(self) -> F64:
        """When the patience of each ends."""
        return np.asarray(self.arrival + self.patience)


@dataclass(frozen=True, slots=True)
class PlaceRun:
    """A place in one replication.

    Attributes
    ----------
    kept
        Where to keep every caller, batch by batch.
    """

    plan: PlacesPlan
    draw: PlacesDraw
    place: int
    elsewhere: Elsewhere | None
    tally: Tally
    kept: list[Visits] | None

    def expect(self, batch: StretchBatch) -> Expected:
        """Draw the callers of a batch and those of them who come."""
        plan, place = self.plan, self.place
        callers = draw_callers(plan, self.draw, place, batch.begin, batch.end)
        edges = batch.stretches.ravel()
        is_open = np.zeros(len(callers), dtype=bool)
        for low, high in np.searchsorted(callers.time, edges).reshape(-1, 2).tolist():
            is_open[low:high] = True
        fate = np.where(is_open, np.uint8(VisitFate.SERVED), np.uint8(VisitFate.CLOSED))
        if plan.world.places.venue[place] >= 0:
            fate[~is_open & self._is_open_to_bookers(callers.time)] = VisitFate.TAKEN
        person = np.zeros(0, dtype=np.int64)
        if (self.elsewhere is not None or self.kept is not None) and len(callers):
            person = draw_persons(plan, place, callers)
        kind = plan.kinds[int(plan.world.places.kind[place])]
        come = np.flatnonzero(is_open)
        stay = kind.stay(callers.key[come])
        patience = _patience(kind, callers.key[come])
        if self.elsewhere is not None and len(come):
            since = callers.time[come]
            # without a limit to patience only the stay itself is looked at
            until = since + stay + np.where(np.isfinite(patience), patience, 0.0)
            away = self.elsewhere(person[come], since, until)
            fate[come[away]] = VisitFate.ELSEWHERE
            come, stay, patience = come[~away], stay[~away], patience[~away]
        arrival = callers.time[come]
        cuts = np.searchsorted(arrival, edges).reshape(-1, 2)
        sizes = cuts[:, 1] - cuts[:, 0]
        return Expected(
            callers=callers,
            fate=fate,
            person=person,
            come=come,
            arrival=arrival,
            stay=stay,
            patience=patience,
            close=np.repeat(edges[1::2], sizes),
            sizes=sizes,
        )

    def _is_open_to_bookers(self, time: F64) -> Bools:
        """Whether the venue is open by its hours, whoever holds it."""
        world = self.plan.world
        is_open = world.opening.is_open[world.places.profile[self.place]]
        slot = (time / world.grid).astype(np.int64)
        return np.asarray(is_open[np.clip(slot, 0, len(is_open) - 1)])

    def settle(self, e: Expected, leaves_queue: F64, leaves: F64) -> None:
        """Sum up a batch that was worked through; see `seat_all` for the columns."""
        seated = leaves >= 0
        e.fate[e.come] = np.where(seated, 0.0, -leaves).astype(np.uint8)
        segment = self.plan.streams.segment[e.callers.stream]
        self.tally.callers(self.place, e.callers.time, e.fate, segment)
        self.tally.arrivals(self.place, e.arrival, leaves_queue, leaves, e.close, segment[e.come])
        if self.kept is not None:
            end = np.where(seated, np.minimum(leaves, e.close), leaves_queue)
            self.kept.append(_visits(e, leaves_queue, end, segment))


def _patience(kind: PlaceKindPlan, key: U64) -> F64:
    return np.full(len(key), np.inf) if kind.patience is None else kind.patience(key)


def _visits(e: Expected, leaves_queue: F64, end: F64, segment: I64) -> Visits:
    """Every caller of a batch."""

    def of_all(missing: F64, values: F64) -> F64:
        column = missing.copy()
        column[e.come] = values
        return column

    time = e.callers.time
    return Visits(
        arrival=time,
        start=of_all(time, leaves_queue),
        end=of_all(time, end),
        fate=e.fate,
        segment=segment,
        person=e.person,
        stay=of_all(np.zeros(len(time)), e.stay),
        patience=of_all(np.full(len(time), np.inf), e.patience),
    )


def joined(parts: list[Visits]) -> Visits:
    """The batches of a place, one after the other."""

    def column(name: str, dtype: type[np.generic] = np.float64) -> Any:
        empty = np.zeros(0, dtype=dtype)
        return np.concatenate([empty, *(getattr(part, name) for part in parts)])

    return Visits(
        arrival=column("arrival"),
        start=column("start"),
        end=column("end"),
        fate=column("fate", np.uint8),
        segment=column("segment", np.int64),
        person=column("person", np.int64),
        stay=column("stay"),
        patience=column("patience"),
    )
