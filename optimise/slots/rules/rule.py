"""Season rules as functions from a block to placements, and rules that serve one by one."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from optimise.arrays import F64, I64, Bools
from optimise.slots.blocks import Block, Diary, Setting, fill, split
from optimise.slots.placements import Placements
from optimise.slots.prices import day_sets
from optimise.slots.pricing import Pricing
from optimise.slots.problem import Problem, Sessions
from optimise.slots.solution import Solution
from optimise.solver import Clock


class Rule(Protocol):
    """A way of giving sessions; what else it must know of requests are its own arrays.

    No rule depends on the order in which requests are numbered: equals are told apart by a lot of
    each request.
    """

    def __call__(self, problem: Problem, placements: Placements, block: Block, /) -> I64:
        """Placements that the rule gives.

        Parameters
        ----------
        placements
            All of the problem.
        block
            Those that locks leave (`blocks.whole_block`); ``block.columns`` are their numbers.

        Returns
        -------
        numpy.ndarray
            Numbers in the block, sorted; together with the locks they keep every hard rule.
        """
        ...


def queue(*keys: npt.NDArray[np.generic]) -> I64:
    """Place of each request in an order, 0 first: by the first key, equals by the next one."""
    order = np.lexsort(keys[::-1])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of each weekday for each request.

    Parameters
    ----------
    begin, end
        Cells, end exclusive, shape (requests, 7); the whole day where a request has no limit.
    """

    begin: I64
    end: I64

    def hold(self, placements: Placements) -> Bools:
        """Whether each placement lies within, shape (placements,)."""
        at = placements.request, placements.weekday
        stop = placements.start + placements.length
        return np.asarray((placements.start >= self.begin[at]) & (stop <= self.end[at]))


_ROUNDS, _LARGE = 2, 100_000
"""Rounds of prices; blocks of more placements have the prices of steps alone, a percent or two off
instead of a few tenths, since a round of theirs takes minutes."""


def allocate(problem: Problem, rule: Rule) -> Solution:
    """Put the locks in and give the rest by a rule.

    The bound is that of prices of time, found in a few rounds: it says what any other rule, or the
    search of `solve`, could give more.

    Raises
    ------
    locks.Impossible
        If the locks contradict each other or the rules of a single session.
    """
    began = time.monotonic()
    setting = Setting.from_problem(problem)
    given = setting.whole.columns[rule(problem, setting.placements, setting.whole)]
    fixed = setting.locked_worth()
    value = fixed + int(setting.placements.value[given].sum())
    bound = fixed + sum(map(_bound, split(setting.whole)))
    return Solution(
        value=value,
        bound=bound,
        status="optimal" if value == bound else "feasible",
        assignment=setting.sessions(given),
        seconds=time.monotonic() - began,
        prover="prices",
        greedy=value,
    )


def _bound(block: Block) -> int:
    pricing, clock = Pricing(block), Clock(math.inf)
    pricing.start(np.zeros(0, dtype=np.int64), clock)
    for _ in range(_ROUNDS):
        if pricing.rough and len(block) <= _LARGE:
            pricing.round(clock)
    return math.floor(pricing.bound + 1e-6)


_day_sets = cache(day_sets)


class QueueDesk:
    """The sessions given so far, and the one that the next in the queue would take.

    Attributes
    ----------
    taken
        Placements given so far, in the order of giving.
    """

    def __init__(self, block: Block, liking: F64) -> None:
        self.taken: list[int] = []
        self._diary = Diary(block)
        self._liking, self._day = liking.tolist(), block.weekday.tolist()
        self._request, self._spacing = block.request.tolist(), block.spacing.tolist()

    def fits(self, at: int) -> bool:
        """Whether a placement can be given."""
        return self._diary.fits(at)

    def give(self, at: int) -> None:
        """Give a placement that fits."""
        self._diary.put(at)
        self.taken.append(at)

    def give_week(self, wishes: Sequence[int]) -> None:
        """Give a request its best week.

        That is the set of sessions of the highest sum of likings that its days allow. Sessions on
        different days can be in each other's way only by the share of prime time of a unit; where
        they are, the one liked less is given up and the rest of the week is chosen anew.

        Parameters
        ----------
        wishes
            Placements of one request, the best liked first.
        """
        while week := self._best_week(wishes):
            for at in week:
                if self._diary.fits(at):
                    self.give(at)

    def _best_week(self, wishes: Sequence[int]) -> list[int]:
        """The best fitting placement of each weekday, on the best set of days."""
        on: dict[int, int] = {}
        for at in wishes:
            if self._day[at] not in on and self._diary.fits(at):
                on[self._day[at]] = at
                if len(on) == 7:
                    break
        if not on:
            return []
        request = self._request[wishes[0]]
        best = np.zeros(7)
        best[list(on)] = [self._liking[at] for at in on.values()]
        sets = _day_sets(self._diary.left(request), self._spacing[request])
        days = sets[int((sets @ best).argmax())]
        return sorted((on[d] for d in on if days[d]), key=lambda at: -self._liking[at])


def serve_by_turn(block: Block, turn: I64, liking: F64) -> I64:
    """Serve requests one after the other, each with its best week of what is left.

    Parameters
    ----------
    turn
        When a placement is up for choice, lowest first, shape (placements,); a request whose
        placements have several turns comes up several times.
    liking
        Of each placement, above 0, shape (placements,); equals: the one that stands first.

    Returns
    -------
    numpy.ndarray
        Numbers in the block, sorted.
    """
    desk = QueueDesk(block, liking)
    order = np.lexsort((-liking, block.request, turn))
    changes = (np.diff(turn[order]) != 0) | (np.diff(block.request[order]) != 0)
    for wishes in np.split(order, np.flatnonzero(changes) + 1):
        desk.give_week(wishes.tolist())
    return np.array(sorted(desk.taken), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class FirstCome:
    """Requests in the order of asking, each with its best week of what is left.

    Parameters
    ----------
    asked_on, lot
        Of each request: when it asked, any unit; lot among those that asked at the same time.
    """

    asked_on: I64
    lot: I64

    def __call__(self, _problem: Problem, _placements: Placements, block: Block, /) -> I64:
        """See `rule.Rule`."""
        turn = queue(self.asked_on, self.lot)[block.request]
        return serve_by_turn(block, turn, block.value)


@dataclass(frozen=True, slots=True)
class Greedy:
    """Order by weighted minutes of a placement; among equals by the lot of their requests.

    Parameters
    ----------
    lot
        Of each request, lowest first, shape (requests,).
    """

    lot: I64

    def __call__(self, _problem: Problem, _placements: Placements, block: Block, /) -> I64:
        """See `rule.Rule`."""
        return fill(block, np.lexsort((self.lot[block.request], -block.value)))


@dataclass(frozen=True, slots=True)
class LastSeason:
    """Sessions of last season wherever they are still allowed and fit, then first come.

    Where rights meet (two sessions of last season that this season cannot both be), who asked
    first keeps its own.

    Parameters
    ----------
    asked_on, lot
        Of each request: when it asked, any unit; lot among those that asked at the same time.
    """

    asked_on: I64
    lot: I64

    def __call__(self, problem: Problem, placements: Placements, block: Block, /) -> I64:
        """See `rule.Rule`."""
        turn = queue(self.asked_on, self.lot)[block.request]
        had = _had(problem.last_season, placements.sessions(block.columns))
        return serve_by_turn(block, turn + len(self.lot) * ~had, block.value)


def _had(last: Sessions, sessions: Sessions) -> Bools:
    """Whether each session stood in last season's timetable."""
    rights = set(last.rows())
    return np.array([row in rights for row in sessions.ordered()], dtype=bool)


@dataclass(frozen=True, slots=True)
class PriorityOrder:
    """Class after class, and within a class one request after the other.

    A session belongs to the band of the week in which it starts. A request whose class comes first
    by day and third by night is up first for its sessions by day, and comes up again for what it
    lacks when the third class has its turn by night.

    Parameters
    ----------
    band
        Band of each cell of the week, shape (7, cells).
    rank
        Place of each request's class in the order of each band, 0 first, shape (bands, requests).
    turn
        Place of each request within its class, all different, shape (requests,).
    likes
        Hours that each request takes before all others, whatever these are worth.
    """

    band: I64
    rank: I64
    turn: I64
    likes: Hours

    def __call__(self, _problem: Problem, placements: Placements, block: Block, /) -> I64:
        """See `rule.Rule`."""
        band = self.band[block.weekday, block.start]
        turn = self.rank[band, block.request] * len(self.turn) + self.turn[block.request]
        liked = self.likes.hold(placements.select(block.columns))
        most = block.value.max(initial=0.0) + 1
        return serve_by_turn(block, turn, block.value + most * liked)
