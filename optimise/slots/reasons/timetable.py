"""A timetable as it stands, and the best one in which further sessions must be.

Sessions that must be touch only the part of the problem that their request is in: the rest of the
timetable stays as good as it was. The part is searched again from the present timetable and from
the prices of the solution, which still prove a bound (weak duality holds at any prices).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimise.arrays import F64, I64
from optimise.slots.block_search import BlockSearch
from optimise.slots.blocks import Block, Setting, fill, part_of, parts, whole_block
from optimise.slots.placements import Placements, remaining
from optimise.slots.prices import Prices
from optimise.slots.problem import Problem, Sessions
from optimise.slots.solution import Certificate
from optimise.solver import Clock

Row = tuple[int, int, int, int, int]
"""Request, venue, weekday, start and length."""


@dataclass(frozen=True, slots=True)
class ForcedTimetable:
    """The best timetable with some sessions in it, against the present one.

    Both count only the requests of one part; everybody else keeps the present sessions.

    Parameters
    ----------
    value, bound
        With the sessions; equal if the timetable is proven best.
    present, present_bound
        Without them.
    chosen
        Numbers of its placements.
    requests
        Numbers of the requests, sorted.
    """

    value: int
    bound: int
    present: int
    present_bound: int
    chosen: I64
    requests: tuple[int, ...]


def rows_of(placements: Placements, which: I64) -> list[Row]:
    """Placements as sessions, in their order."""
    return placements.sessions(which).ordered()


class PresentTimetable:
    """A timetable of a problem and, part by part, what is proven of it.

    Parameters
    ----------
    assignment
        A timetable without faults.
    bound, certificate
        What is proven of the problem (`Solution`); without a certificate nothing can be forced.
    work
        What one search may take.

    Attributes
    ----------
    done
        Work of all searches so far.

    Raises
    ------
    ValueError
        If a session of the timetable is no allowed placement.
    """

    def __init__(
        self,
        problem: Problem,
        assignment: Sessions,
        bound: int | None = None,
        certificate: Certificate | None = None,
        work: float = 10.0,
    ) -> None:
        self.problem, self._work, self._clock = problem, work, Clock(math.inf)
        self.done = 0.0
        self._setting = Setting.from_problem(problem)
        self.placements = placements = self._setting.placements
        self.rows: tuple[Row, ...] = tuple(assignment.rows())
        self.chosen = placements.find(assignment)
        if len(self.chosen) < len(self.rows):
            raise ValueError("a session of the timetable is no allowed placement")
        numbered = rows_of(placements, self.chosen)
        self.values = dict(zip(numbered, placements.value[self.chosen].tolist(), strict=True))
        self.choices = dict(zip(numbered, placements.choice[self.chosen].tolist(), strict=True))
        self.worth = self.worth_by_request(self.chosen)
        self._gap = None if bound is None else bound - int(self.worth.sum())
        self.can_force = certificate is not None
        if certificate is not None:
            self._prices = Prices(certificate.cell.copy(), certificate.share.copy())
        whole = self._setting.whole
        self._parts = {
            request: which
            for which in parts(whole)
            for request in np.unique(whole.request[which]).tolist()
        }
        self._searches: dict[int, BlockSearch] = {}

    def rows_of(self, request: int) -> tuple[Row, ...]:
        """Sessions of one request."""
        return tuple(row for row in self.rows if row[0] == request)

    def worth_by_request(self, chosen: I64) -> I64:
        """Weighted minutes of each request in a timetable of these placements."""
        p, requests = self.placements, len(self.problem.requests)
        worth = np.bincount(p.request[chosen], p.value[chosen], minlength=requests)
        return worth.astype(np.int64)

    def losses(self, request: int) -> tuple[I64, F64]:
        """Placements of a request that locks allow, and what each costs at least if it must be."""
        if request not in self._parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        search = self._unforced(request)
        relaxation, prices = search.pricing.relaxation, search.pricing.prices
        loss, columns = relaxation.losses(relaxation.margins(prices)), search.block.columns
        mine = self.placements.request[columns] == request
        return columns[mine], loss[mine]

    def force(self, request: int, rows: Sequence[Row]) -> ForcedTimetable:
        """Search again with sessions of one request locked.

        Raises
        ------
        placements.Impossible
            If no timetable can hold them.
        """
        locks = Sessions.from_rows(sorted({*self.problem.locks.rows(), *rows}))
        problem, owner = replace(self.problem, locks=locks), self.placements.request
        left = remaining(problem, self.placements)
        whole = whole_block(problem, self.placements, left)
        touched = np.unique(self._setting.whole.request[self._parts[request]])
        before, fixed = self._setting.left.locked, left.locked
        before, fixed = (which[np.isin(owner[which], touched)] for which in (before, fixed))
        value = bound = int(self.placements.value[fixed].sum())
        free = np.flatnonzero(np.isin(whole.request, touched))
        if len(free):
            search = self._forced(part_of(whole, free))
            value, bound = value + search.value, bound + search.bound
            fixed = np.concatenate((fixed, search.block.columns[search.chosen]))
        return ForcedTimetable(
            value=value,
            bound=bound,
            present=int(self.worth[touched].sum()),
            present_bound=int(self.placements.value[before].sum()) + self._unforced(request).bound,
            chosen=np.sort(fixed),
            requests=tuple(touched.tolist()),
        )

    def _unforced(self, request: int) -> BlockSearch:
        """Search the part of a request as it stands; its prices are kept."""
        which = self._parts[request]
        first = int(which[0])
        if first not in self._searches:
            block = part_of(self._setting.whole, which)
            present = np.isin(block.columns, self.chosen)
            search = BlockSearch(block)
            search.resume(self._prices_of(block), [np.flatnonzero(present)])
            if self._gap is not None:
                search.claim(int(block.value[present].sum()) + self._gap)
            self._search(search)
            cell, share = _places_of(block)
            self._prices.cell[cell] = search.pricing.prices.cell
            self._prices.share[share] = search.pricing.prices.share
            self._searches[first] = search
        return self._searches[first]

    def _forced(self, block: Block) -> BlockSearch:
        """Search a part with sessions forced, from the present timetable and its prices."""
        prices, search = self._prices_of(block), BlockSearch(block)
        present = np.flatnonzero(np.isin(block.columns, self.chosen))
        margins = search.pricing.relaxation.margins(prices)
        kept = fill(block, present[np.argsort(-block.value[present], kind="stable")])
        rest = np.argsort(-margins, kind="stable")
        search.resume(prices, [kept, fill(block, np.concatenate((kept, rest)))])
        self._search(search)
        return search

    def _search(self, search: BlockSearch) -> None:
        search.search(self._work, self._clock)
        self.done += search.work

    def _prices_of(self, block: Block) -> Prices:
        cell, share = _places_of(block)
        return Prices(self._prices.cell[cell], self._prices.share[share])


Where = tuple[npt.NDArray[np.intp], ...]


def _places_of(block: Block) -> tuple[Where, Where]:
    """Where the prices of a part lie among those of the whole."""
    units, epochs = block.unit_numbers, block.epoch_numbers
    return np.ix_(units, np.arange(7), epochs), np.ix_(units, epochs)
