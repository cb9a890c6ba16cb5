"""Blocks that share neither a request nor a unit, and how placements fill them.

Groups ask for venues of one kind, so the whole falls apart by itself, as a rule by kind and
distance; each block is solved alone and bounds add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from optimise.arrays import F64, I64, Bools
from optimise.slots.placements import Placements, Remaining, placements_of, remaining
from optimise.slots.problem import Problem, Sessions


@dataclass(frozen=True, slots=True)
class Block:
    """Some requests, all the venues they compete for, and their placements, sorted by request.

    Requests, venues, units and ranges of dates are numbered anew. An *epoch* is a stretch of dates
    between which no request's season begins or ends; a *range* is one request's season.

    Parameters
    ----------
    columns
        Number of each placement among all.
    request, venue, weekday, start, stop, prime, value
        Of each placement; `stop` is the cell before which nobody else may start (changeover
        included, the end of the day at most), `prime` its prime cells.
    range_of
        Range of each placement's request.
    sessions, spacing
        Of each request (`problem.Requests`), less what is locked.
    units
        Venues x units, 1 where a venue holds a unit.
    spare
        Prime cells that may be held of each unit in each epoch, shape (units, epochs).
    epochs
        Which epochs a range is made of, shape (ranges, epochs).
    cells
        Cells of a day.
    unit_numbers, epoch_numbers
        Of units and epochs in the whole problem.
    """

    columns: I64
    request: I64
    venue: I64
    weekday: I64
    start: I64
    stop: I64
    prime: I64
    value: F64
    range_of: I64
    sessions: I64
    spacing: I64
    units: csr_array
    spare: I64
    epochs: Bools
    cells: int
    unit_numbers: I64
    epoch_numbers: I64

    def __len__(self) -> int:
        return len(self.columns)

    def select(self, which: I64) -> Block:
        """Restrict the block to some placements; everything else keeps its number."""
        return replace(
            self,
            columns=self.columns[which],
            request=self.request[which],
            venue=self.venue[which],
            weekday=self.weekday[which],
            start=self.start[which],
            stop=self.stop[which],
            prime=self.prime[which],
            value=self.value[which],
            range_of=self.range_of[which],
        )

    def units_of(self) -> list[list[int]]:
        """Units of each venue."""
        first, units = self.units.indptr, self.units.indices
        return [units[a:b].tolist() for a, b in pairwise(first.tolist())]

    def epochs_of(self) -> list[list[int]]:
        """Epochs of each range."""
        return [np.flatnonzero(row).tolist() for row in self.epochs]


def whole_block(problem: Problem, placements: Placements, left: Remaining) -> Block:
    """Make everything one block; placements that locks rule out are left out."""
    venues, asked = problem.venues, problem.requests
    held = _units(problem)
    cuts = epoch_cuts(problem)
    pairs = np.stack((asked.first_date, asked.last_date), axis=1)
    ranges, range_of = np.unique(pairs, axis=0, return_inverse=True)
    epochs = (cuts[None, :-1] >= ranges[:, :1]) & (cuts[None, 1:] <= ranges[:, 1:] + 1)
    prime = venues.prime_cells(placements.weekday, placements.start, placements.length)
    spare = np.repeat(venues.prime_cap[:, None], epochs.shape[1], axis=1)
    for at in left.locked.tolist():
        of = held.indices[held.indptr[placements.venue[at]] : held.indptr[placements.venue[at] + 1]]
        during = epochs[range_of.reshape(-1)[placements.request[at]]]
        spare[np.ix_(of, np.flatnonzero(during))] -= prime[at]
    return Block(
        columns=np.flatnonzero(left.free),
        request=placements.request[left.free],
        venue=placements.venue[left.free],
        weekday=placements.weekday[left.free],
        start=placements.start[left.free],
        stop=_stops(problem, placements)[left.free],
        prime=prime[left.free],
        value=placements.value[left.free].astype(np.float64),
        range_of=range_of.reshape(-1)[placements.request[left.free]],
        sessions=left.sessions,
        spacing=asked.spacing,
        units=held,
        spare=spare,
        epochs=epochs,
        cells=problem.season.cells,
        unit_numbers=np.arange(venues.unit_count),
        epoch_numbers=np.arange(epochs.shape[1]),
    )


def epoch_cuts(problem: Problem) -> I64:
    """First dates of epochs, and the day after the last."""
    asked = problem.requests
    return np.unique(np.concatenate((asked.first_date, asked.last_date + 1)))


def split(whole: Block, group: I64 | None = None) -> list[Block]:
    """Cut into blocks that share neither a request nor a unit, the largest first.

    Parameters
    ----------
    group
        Of each placement; blocks share no group either.
    """
    return [part_of(whole, which) for which in parts(whole, group)]


def parts(whole: Block, group: I64 | None = None) -> list[I64]:
    """Placements of each part that `split` makes a block of."""
    label = _labels(whole, group)
    order = np.argsort(label, kind="stable")
    ends = np.flatnonzero(np.diff(label[order])) + 1
    found = np.split(order, ends) if len(order) else []
    return [np.sort(which) for which in sorted(found, key=len, reverse=True)]


def _units(problem: Problem) -> csr_array:
    venues = problem.venues
    shape = (len(venues), venues.unit_count)
    return csr_array(
        (np.ones(len(venues.units)), venues.units, venues.unit_first), shape=shape, dtype=float
    )


def _stops(problem: Problem, placements: Placements) -> I64:
    stop = placements.start + placements.length + problem.venues.changeover[placements.venue]
    return np.asarray(np.minimum(stop, problem.season.cells), dtype=np.int64)


def _labels(block: Block, group: I64 | None) -> I64:
    """Connected part of each placement, in the graph of requests, venues, units and groups."""
    requests, (venues, units) = len(block.sessions), block.units.shape
    held = coo_array(block.units)
    row, column = (np.asarray(c, dtype=np.int64) for c in held.coords)
    one = np.concatenate((block.request, row + requests))
    other = np.concatenate((block.venue + requests, column + requests + venues))
    size = requests + venues + units
    if group is not None:
        one = np.concatenate((one, block.request))
        other = np.concatenate((other, group + size))
        size += int(group.max(initial=0)) + 1
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(size, size))
    label = connected_components(graph, directed=False)[1]
    return np.asarray(label[block.request], dtype=np.int64)


def part_of(whole: Block, which: I64) -> Block:
    """Some placements of a block as a block, everything else numbered anew."""
    requests, request = np.unique(whole.request[which], return_inverse=True)
    venues, venue = np.unique(whole.venue[which], return_inverse=True)
    ranges, range_of = np.unique(whole.range_of[which], return_inverse=True)
    held = whole.units[venues]
    units = np.unique(held.indices)
    during = whole.epochs[ranges].any(axis=0)
    return replace(
        whole.select(which),
        request=request.reshape(-1),
        venue=venue.reshape(-1),
        range_of=range_of.reshape(-1),
        sessions=whole.sessions[requests],
        spacing=whole.spacing[requests],
        units=csr_array(held[:, units]),
        spare=whole.spare[np.ix_(units, np.flatnonzero(during))],
        epochs=whole.epochs[ranges][:, during],
        unit_numbers=whole.unit_numbers[units],
        epoch_numbers=whole.epoch_numbers[during],
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """The input that every search and rule shares.

    A timetable is here the numbers of its placements, without those that are locked.
    """

    problem: Problem
    placements: Placements
    left: Remaining
    whole: Block

    @classmethod
    def from_problem(cls, problem: Problem) -> Setting:
        """Enumerate placements and put the locks in.

        Raises
        ------
        locks.Impossible
            If the locks contradict each other or the rules of a single session.
        """
        placements = placements_of(problem)
        left = remaining(problem, placements)
        return cls(problem, placements, left, whole_block(problem, placements, left))

    def chosen(self, sessions: Sessions) -> I64:
        """A timetable from its sessions, which are allowed placements."""
        found = self.placements.find(sessions)
        return found[self.left.free[found]]

    def sessions(self, chosen: I64) -> Sessions:
        """A timetable as sessions, the locked ones among them."""
        return self.placements.sessions(np.sort(np.concatenate((self.left.locked, chosen))))

    def locked_worth(self) -> int:
        """Weighted minutes of what is locked."""
        return int(self.placements.value[self.left.locked].sum())


class Diary:
    """Time of units and wishes of requests that are taken.

    The cells of a unit's weekday in an epoch are the bits of a whole number.
    """

    def __init__(self, block: Block) -> None:
        self._units, self._during = block.units_of(), block.epochs_of()
        self._epochs = block.epochs.shape[1]
        self._request, self._day = block.request.tolist(), block.weekday.tolist()
        self._venue, self._range = block.venue.tolist(), block.range_of.tolist()
        self._start, self._stop = block.start.tolist(), block.stop.tolist()
        self._prime = block.prime.tolist()
        self._left, self._spacing = block.sessions.tolist(), block.spacing.tolist()
        self._spare = block.spare.reshape(-1).tolist()
        self._taken = [0] * (block.units.shape[1] * 7 * self._epochs)
        self._days = [0] * len(block.sessions)

    def wants(self, at: int) -> bool:
        """Whether its request still wants a session on this day."""
        request, day = self._request[at], self._day[at]
        if self._left[request] <= 0:
            return False
        days = self._days[request]
        near = self._spacing[request]
        return not any(days >> ((day + gap) % 7) & 1 for gap in range(1 - near, near))

    def fits(self, at: int) -> bool:
        """Whether a placement can be added."""
        if not self.wants(at):
            return False
        mask, prime = self._mask(at), self._prime[at]
        return not any(
            self._taken[key] & mask or self._spare[share] < prime for key, share in self._keys(at)
        )

    def put(self, at: int) -> None:
        """Add a placement that fits."""
        mask = self._mask(at)
        for key, share in self._keys(at):
            self._taken[key] |= mask
            self._spare[share] -= self._prime[at]
        self._left[self._request[at]] -= 1
        self._days[self._request[at]] |= 1 << self._day[at]

    def left(self, request: int) -> int:
        """Sessions that one request may still get."""
        return int(self._left[request])

    def sessions_left(self) -> I64:
        """Sessions that each request may still get."""
        return np.array(self._left, dtype=np.int64)

    def spare_left(self) -> I64:
        """Prime cells that may still be held, shape (units, epochs)."""
        return np.array(self._spare, dtype=np.int64).reshape(-1, self._epochs)

    def _mask(self, at: int) -> int:
        start, stop = self._start[at], self._stop[at]
        return int((1 << stop) - (1 << start))

    def _keys(self, at: int) -> Iterable[tuple[int, int]]:
        day, epochs = self._day[at], self._epochs
        for unit in self._units[self._venue[at]]:
            for epoch in self._during[self._range[at]]:
                yield (unit * 7 + day) * epochs + epoch, unit * epochs + epoch


def fill(block: Block, order: I64) -> I64:
    """Take placements in this order wherever they fit; the taken ones, sorted."""
    diary = Diary(block)
    taken: list[int] = []
    for at in order.tolist():
        if diary.fits(at):
            diary.put(at)
            taken.append(at)
    return np.array(sorted(taken), dtype=np.int64)
