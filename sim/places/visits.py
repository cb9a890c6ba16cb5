"""Visits of a place, batch by batch: which callers come, and the outcome of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import F64, I64, U8, U64, Bools
from sim.compiled import compiled
from sim.places.draws import Callers, PlacesDraw, draw_callers, draw_persons
from sim.places.plan import PlaceKindPlan, PlacesPlan, Stretches
from sim.places.record import Tally, Visits
from sim.places.seats import VisitFate
from sim.world.calendar import Calendar

DAY = 1440.0
SIZE = 4096
"""Callers of a batch: enough for numpy, few enough to stay in the cache."""


@dataclass(frozen=True, slots=True)
class StretchBatch:
    """Stretches that are drawn and summed up together.

    Attributes
    ----------
    begin, end
        Callers in between belong to it, minutes of the horizon.
    stretches
        (stretches, 2) opening and closing, minutes of the horizon.
    """

    begin: float
    end: float
    stretches: F64


def batches_of(
    calendar: Calendar, counts: I64, stretches: Stretches, grid: int, size: int = SIZE
) -> Iterator[StretchBatch]:
    """Cut stretches into batches; only whole stretches that reach into the counting window.

    Closing empties a place, so nothing that happens in the others can be seen in the window.

    Parameters
    ----------
    counts
        (D',) callers a day.
    """
    first, last = calendar.count_from * DAY, calendar.count_until * DAY
    spans = np.array(stretches, dtype=np.float64).reshape(-1, 2) * grid
    spans = spans[(spans[:, 1] > first) & (spans[:, 0] < last)]
    close = spans[:, 1]
    before = np.concatenate([[0], np.cumsum(counts)])
    # callers up to the end of the day on which each stretch ends
    upto = before[np.minimum(np.ceil(close / DAY).astype(np.int64), len(counts))]
    ends = np.searchsorted(close, last)
    begin = min(first, float(spans[0, 0])) if len(spans) else first
    done, low = before[int(begin // DAY)], 0
    while (at := max(low, int(np.searchsorted(upto, done + size)))) < ends:
        yield StretchBatch(begin, float(close[at]), spans[low : at + 1])
        begin, done, low = float(close[at]), upto[at], at + 1
    yield StretchBatch(begin, last, spans[low:])


_SERVED, _CLOSED, _TAKEN = (int(f) for f in (VisitFate.SERVED, VisitFate.CLOSED, VisitFate.TAKEN))

Elsewhere = Callable[[I64, F64, F64], Bools]
"""(person, since, until) -> whether each is somewhere else for some of that time."""


@dataclass(frozen=True, slots=True)
class Expected:
    """People who come in a batch, and those who would have liked to.

    Attributes
    ----------
    fate
        Of all callers; `SERVED` for now of those who come.
    come
        Indices of those who come; the arrays below are of them.
    close
        When the stretch ends in which they come.
    sizes
        (stretches,) how many of them come in each stretch.
    """

    callers: Callers
    fate: U8
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
        fate, come = np.empty(len(callers), np.uint8), np.empty(len(callers), np.int64)
        number = _find_open(
            callers.time, batch.stretches, self._hours(), plan.world.grid, fate, come
        )
        come = come[:number]
        kind, key = plan.kinds[int(plan.world.places.kind[place])], callers.key[come]
        arrival, stay, patience = callers.time[come], kind.stay(key), _patience(kind, key)
        if self.elsewhere is not None:
            person = draw_persons(plan, place, key, callers.stream[come])
            # without a limit to patience only the stay itself is looked at
            until = arrival + stay if kind.patience is None else arrival + stay + patience
            away = self.elsewhere(person, arrival, until)
            if away.any():
                fate[come[away]] = VisitFate.ELSEWHERE
                come, arrival = come[~away], arrival[~away]
                stay, patience = stay[~away], patience[~away]
        sizes = np.diff(np.searchsorted(arrival, batch.stretches), axis=1).ravel()
        return Expected(
            callers=callers,
            fate=fate,
            come=come,
            arrival=arrival,
            stay=stay,
            patience=patience,
            close=np.repeat(batch.stretches[:, 1], sizes),
            sizes=sizes,
        )

    def _hours(self) -> Bools:
        """Slots in which a venue is open to bookers, whoever holds it; none for other places."""
        world = self.plan.world
        is_venue = world.places.venue[self.place] >= 0
        is_open = world.opening.is_open[world.places.profile[self.place]]
        return np.asarray(is_open if is_venue else np.zeros(1, dtype=bool))

    def settle(self, e: Expected, leaves_queue: F64, leaves: F64) -> None:
        """Sum up a batch that was worked through; see `seat_all` for the columns."""
        _note_fates(e.come, leaves, e.fate)
        segment = self.plan.streams.segment[e.callers.stream]
        self.tally.callers(self.place, e.callers.time, e.fate, segment)
        self.tally.arrivals(self.place, e.arrival, leaves_queue, leaves, e.close, segment[e.come])
        if self.kept is not None:
            end = np.where(leaves >= 0, np.minimum(leaves, e.close), leaves_queue)
            person = draw_persons(self.plan, self.place, e.callers.key, e.callers.stream)
            self.kept.append(_visits(e, leaves_queue, end, segment, person))


@compiled
def _find_open(time: F64, stretches: F64, hours: Bools, grid: int, fate: U8, come: I64) -> int:
    """Fill the fate of callers in order of time and who comes; returns how many do.

    Parameters
    ----------
    hours
        Slots of `grid` minutes in which those who find it closed find it taken; the last
        stands for all later ones.
    """
    number, at = 0, 0
    for i in range(len(time)):
        while at < len(stretches) and stretches[at, 1] <= time[i]:
            at += 1
        if at < len(stretches) and stretches[at, 0] <= time[i]:
            fate[i], come[number] = _SERVED, i
            number += 1
        else:
            is_taken = hours[min(int(time[i] / grid), len(hours) - 1)]
            fate[i] = _TAKEN if is_taken else _CLOSED
    return number


@compiled
def _note_fates(come: I64, leaves: F64, fate: U8) -> None:
    for k in range(len(come)):
        fate[come[k]] = _SERVED if leaves[k] >= 0 else int(-leaves[k])


def _patience(kind: PlaceKindPlan, key: U64) -> F64:
    return np.full(len(key), np.inf) if kind.patience is None else kind.patience(key)


def _visits(e: Expected, leaves_queue: F64, end: F64, segment: I64, person: I64) -> Visits:
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
        person=person,
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
