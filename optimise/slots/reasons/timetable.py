"""A timetable as it stands, and what becomes of it where the problem changes a little.

A change of one request touches only the block it is in, and the blocks of units that it reaches
anew: the rest of the timetable stays as good as it was. The touched part is searched again from
the present timetable and from the prices of the unchanged part, which still prove a bound (weak
duality holds at any prices).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.arrays import F64, I64
from optimise.slots.block_search import BlockSearch
from optimise.slots.blocks import Block, Setting, part_of, parts
from optimise.slots.diary import fill
from optimise.slots.placements import Placements, Remaining
from optimise.slots.prices import Prices
from optimise.slots.problem import Problem, Sessions
from optimise.slots.solution import Certificate
from optimise.solver import Clock

Row = tuple[int, int, int, int, int]
"""Request, venue, weekday, start and length."""


@dataclass(frozen=True, slots=True)
class ChangedTimetable:
    """The best timetable of a changed problem against the present one of the original.

    Both count only the requests that the change can touch, `requests`; everybody else keeps the
    present sessions.

    Parameters
    ----------
    value, bound
        Of the changed problem; equal if the timetable is proven best.
    present, present_bound
        Of the original problem.
    rows, values, choices
        Sessions of these requests, with their weighted minutes and choices.
    requests
        Numbers, sorted.
    """

    value: int
    bound: int
    present: int
    present_bound: int
    rows: tuple[Row, ...]
    values: tuple[int, ...]
    choices: tuple[int, ...]
    requests: tuple[int, ...]

    @property
    def gain(self) -> int:
        """Worth more than the present timetable."""
        return self.value - self.present

    @property
    def gain_bound(self) -> int:
        """Bound on what a timetable of the changed problem is worth above the present one."""
        return self.bound - self.present

    def rows_of(self, request: int) -> tuple[Row, ...]:
        """Sessions of one request."""
        return tuple(row for row in self.rows if row[0] == request)

    def worth_of(self, request: int) -> int:
        """Weighted minutes of one request."""
        pairs = zip(self.rows, self.values, strict=True)
        return sum(value for row, value in pairs if row[0] == request)

    def choice_of(self, row: Row) -> int:
        """Choice of one session."""
        return self.choices[self.rows.index(row)]


def rows_of(placements: Placements, which: I64) -> list[Row]:
    """Placements as sessions, in their order."""
    p = placements
    columns = (p.request, p.venue, p.weekday, p.start, p.length)
    return list(zip(*(column[which].tolist() for column in columns), strict=True))


@dataclass(frozen=True, slots=True)
class _RequestProgram:
    """A problem laid out: its placements, what locks leave of them, and its parts.

    Parameters
    ----------
    requests, units
        Of each part.
    """

    placements: Placements
    left: Remaining
    whole: Block
    parts: list[I64]
    requests: list[set[int]]
    units: list[set[int]]


class PresentTimetable:
    """A timetable of a problem and, block by block, what is proven of it.

    Parameters
    ----------
    assignment
        A timetable without faults.
    bound
        No timetable of the problem is worth more, if known: a search is spared.
    certificate
        Prices of the problem, if known: they need not be found.
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
        self._laid = _lay_out(problem)
        self.placements = self._laid.placements
        self.rows: tuple[Row, ...] = tuple(assignment.rows())
        self._assignment = assignment
        self.chosen = self.placements.find(assignment)
        if len(self.chosen) < len(self.rows):
            raise ValueError("a session of the timetable is no allowed placement")
        worth = self.placements.value[self.chosen]
        numbered = self.sessions(self.chosen)
        self.values: dict[Row, int] = dict(zip(numbered, worth.tolist(), strict=True))
        choices = self.placements.choice[self.chosen].tolist()
        self.choices: dict[Row, int] = dict(zip(numbered, choices, strict=True))
        self._gap = None if bound is None else bound - int(worth.sum())
        self._worth = np.bincount(
            self.placements.request[self.chosen], worth, minlength=len(problem.requests)
        ).astype(np.int64)
        self._searches: dict[int, BlockSearch] = {}
        units, epochs = problem.venues.unit_count, self._laid.whole.epochs.shape[1]
        self._priced = certificate is not None
        self._prices = Prices(
            np.zeros((units, 7, epochs, problem.season.cells)), np.zeros((units, epochs))
        )
        if certificate is not None:
            self._prices = Prices(certificate.cell.copy(), certificate.share.copy())

    def rows_of(self, request: int) -> tuple[Row, ...]:
        """Sessions of one request."""
        return tuple(row for row in self.rows if row[0] == request)

    def sessions(self, which: I64) -> list[Row]:
        """Placements of the unchanged problem, in the order given."""
        return rows_of(self.placements, which)

    def resolve(self, problem: Problem, request: int, above: int | None = None) -> ChangedTimetable:
        """Search again where a change of one request matters.

        Parameters
        ----------
        problem
            The problem with `request` changed in any way, or with other locks and rejections that
            concern it; dates of its season stay.
        above
            Whether the gain is more than this is all that matters (`BlockSearch.floor`).
        """
        laid = _lay_out(problem)
        touched, mine, others = self._touched(laid, request)
        present, present_bound = self._standing(touched, mine)
        which = [laid.left.locked[np.isin(laid.placements.request[laid.left.locked], touched)]]
        value = bound = int(laid.placements.value[which[0]].sum())
        if others:
            columns = np.sort(np.concatenate([laid.parts[at] for at in others]))
            search = self._search_again(
                laid, columns, None if above is None else present + above - value
            )
            value, bound = value + search.value, bound + search.bound
            which.append(search.block.columns[search.chosen])
        taken = np.sort(np.concatenate(which))
        return ChangedTimetable(
            value=value,
            bound=bound,
            present=present,
            present_bound=present_bound,
            rows=tuple(rows_of(laid.placements, taken)),
            values=tuple(laid.placements.value[taken].tolist()),
            choices=tuple(laid.placements.choice[taken].tolist()),
            requests=tuple(touched),
        )

    def standing(self, request: int, venue: int) -> tuple[int, int]:
        """Worth of what is at a venue or beside a request in a part, and the most it can be."""
        there = set(self._laid.whole.units[[venue]].indices.tolist())
        laid = zip(self._laid.requests, self._laid.units, strict=True)
        mine = [at for at, (of, units) in enumerate(laid) if request in of or units & there]
        touched = {request}.union(*(self._laid.requests[at] for at in mine))
        return self._standing(sorted(touched), mine)

    def losses(self, request: int) -> tuple[I64, F64]:
        """Placements of a request that locks allow, and what each costs at least if it must be."""
        for at, of in enumerate(self._laid.requests):
            if request in of:
                self._bound(at)
                search = self._searches[at]
                relaxation, prices = search.pricing.relaxation, search.pricing.prices
                loss = relaxation.losses(relaxation.margins(prices))
                columns = search.block.columns
                mine = self.placements.request[columns] == request
                return columns[mine], loss[mine]
        return np.zeros(0, dtype=np.int64), np.zeros(0)

    def _standing(self, touched: list[int], mine: list[int]) -> tuple[int, int]:
        locked = self._laid.left.locked
        inside = np.isin(self.placements.request[locked], touched)
        fixed = int(self.placements.value[locked][inside].sum())
        return int(self._worth[touched].sum()), fixed + sum(self._bound(at) for at in mine)

    def _touched(
        self, laid: _RequestProgram, request: int
    ) -> tuple[list[int], list[int], list[int]]:
        """Requests that share a part with one, before or after, with parts before and after."""
        touched, size = {request}, 0
        while len(touched) > size:
            size = len(touched)
            mine = [at for at, of in enumerate(self._laid.requests) if of & touched]
            others = [at for at, of in enumerate(laid.requests) if of & touched]
            touched = touched.union(
                *(self._laid.requests[at] for at in mine), *(laid.requests[at] for at in others)
            )
        return sorted(touched), mine, others

    def _bound(self, at: int) -> int:
        """The most that a part of the unchanged problem can be worth; its prices are kept."""
        if at not in self._searches:
            block = part_of(self._laid.whole, self._laid.parts[at])
            search = BlockSearch(block)
            search.resume(
                self._prices_of(block), [np.flatnonzero(np.isin(block.columns, self.chosen))]
            )
            if not self._priced:
                search.price(self._work, self._clock)
            if self._gap is not None:
                here = np.isin(self.chosen, block.columns)
                search.claim(int(self.placements.value[self.chosen[here]].sum()) + self._gap)
            self._search(search)
            cell, share = _places_of(block)
            self._prices.cell[cell], self._prices.share[share] = (
                search.pricing.prices.cell,
                search.pricing.prices.share,
            )
            self._searches[at] = search
        return self._searches[at].bound

    def _search_again(self, laid: _RequestProgram, columns: I64, above: int | None) -> BlockSearch:
        """Search parts of a changed problem from the present timetable and its prices."""
        block = part_of(laid.whole, columns)
        prices = self._prices_of(block)
        present = np.flatnonzero(np.isin(block.columns, laid.placements.find(self._assignment)))
        search = BlockSearch(block)
        search.floor = 0 if above is None else above
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


def _lay_out(problem: Problem) -> _RequestProgram:
    setting = Setting.from_problem(problem)
    whole = setting.whole
    found = parts(whole)
    requests = [set(whole.request[which].tolist()) for which in found]
    units = [set(_units(whole, which).tolist()) for which in found]
    return _RequestProgram(setting.placements, setting.left, whole, found, requests, units)


Where = tuple[npt.NDArray[np.intp], ...]


def _places_of(block: Block) -> tuple[Where, Where]:
    """Where the prices of a part lie among those of the whole."""
    units, epochs = block.unit_numbers, block.epoch_numbers
    return np.ix_(units, np.arange(7), epochs), np.ix_(units, epochs)


def _units(whole: Block, columns: I64) -> I64:
    """Units that some placements can hold, sorted."""
    return np.unique(whole.units[np.unique(whole.venue[columns])].indices).astype(np.int64)
