"""Hours a week for each group, taken session by session in rounds.

So do Lørenskog (hours by level, later by active members) and Asker (hours of halls shared by units
of members and teams). Each group in turn takes one session: a picking sequence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimise.arrays import F64, I64, Bools
from optimise.slots.blocks import Block
from optimise.slots.placements import Placements
from optimise.slots.problem import Problem
from optimise.slots.rules.rule import Hours, QueueDesk


def proportional(total: int, units: F64, least: I64, most: I64, lot: I64) -> I64:
    """Share whole cells in proportion to units, nobody below `least` or above `most`.

    Each gets clip(rate x units, least, most) with the one rate at which they add up to the total
    (what somebody cannot use is shared among the rest by the same rule), in whole cells by the
    largest remainder (Hamilton's method); equal remainders by lot.

    Parameters
    ----------
    total
        Cells to share.
    units, least, most, lot
        Of each group, shape (groups,); `least` is cut to `most`.

    Returns
    -------
    numpy.ndarray
        Cells of each; all get their least even where these exceed the total.
    """
    least = np.minimum(least, most)
    exact = np.clip(_rate(total, units, least, most) * units, least, most)
    cells = np.floor(exact + 1e-9).astype(np.int64)
    spare = min(total, round(float(exact.sum()))) - int(cells.sum())
    order = np.lexsort((lot, -np.round(exact - cells, 9)))
    cells[order[: max(0, spare)]] += 1
    return cells


def _rate(total: int, units: F64, least: I64, most: I64) -> float:
    """Where sum(clip(rate x units, least, most)) reaches the total, or the last rate that adds.

    The sum is piecewise linear and rises between the rates at which somebody leaves its least or
    reaches its most.
    """
    some = units > 0
    bends = np.unique(np.concatenate((least[some] / units[some], most[some] / units[some])))
    before, reached = 0.0, float(least.sum())
    for bend in bends.tolist():
        there = float(np.clip(bend * units, least, most).sum())
        if there >= total > reached:
            return float(before + (total - reached) / (there - reached) * (bend - before))
        if reached >= total:
            break
        before, reached = bend, there
    return before


@dataclass(frozen=True, slots=True)
class GroupHours:
    """Hours a week of groups of requests.

    Parameters
    ----------
    group
        Of each request, -1 for those that have no part in it, shape (requests,).
    cells
        What each group may use, shape (groups,).
    counted
        Cells of the week that count, shape (7, cells).
    """

    group: I64
    cells: I64
    counted: Bools


@dataclass(frozen=True, slots=True)
class HoursInRounds:
    """Account after account, in each of them rounds until nobody can take any more.

    In a round each group takes one session that its hours still hold: of the request of its own
    that has the fewest so far, the one worth most. A locked session counts in the first account
    of its request.

    Parameters
    ----------
    accounts
        Those of a privileged few come first.
    turn
        Place of each request, all different, shape (requests,); a group's is that of its first.
    hours
        In which each request may have sessions.
    """

    accounts: tuple[GroupHours, ...]
    turn: I64
    hours: Hours

    def __call__(self, problem: Problem, placements: Placements, block: Block, /) -> I64:
        """See `rule.Rule`."""
        free = placements.select(block.columns)
        allowed = np.flatnonzero(self.hours.hold(free))
        order = allowed[np.lexsort((-block.value[allowed], block.request[allowed]))]
        ends = np.flatnonzero(np.diff(block.request[order])) + 1
        wishes = {int(block.request[w[0]]): w.tolist() for w in np.split(order, ends) if len(w)}
        desk = QueueDesk(block, block.value)
        locked = np.zeros((len(self.turn), 7, problem.season.cells), dtype=bool)
        for request, _, day, start, length in problem.locks.rows():
            locked[request, day, start : start + length] = True
        for account in self.accounts:
            mine = account.group >= 0
            left = account.cells.copy()
            used = (locked & account.counted).sum(axis=(1, 2))
            np.subtract.at(left, account.group[mine], used[mine])
            locked[mine] = False
            groups = _groups(account, self.turn, wishes)
            _rounds(desk, groups, left.tolist(), cells_counted(account.counted, free).tolist())
        return np.array(sorted(desk.taken), dtype=np.int64)


def cells_counted(counted: Bools, placements: Placements) -> I64:
    """Cells of each placement that count, shape (placements,)."""
    before = np.zeros((7, counted.shape[1] + 1), dtype=np.int64)
    np.cumsum(counted, axis=1, out=before[:, 1:])
    day, start = placements.weekday, placements.start
    return np.asarray(before[day, start + placements.length] - before[day, start])


@dataclass(slots=True)
class _Queue:
    """Wishes that one request of a group may still get, the best one last."""

    wishes: list[int]
    got: int = 0


def _groups(
    account: GroupHours, turn: I64, wishes: dict[int, list[int]]
) -> dict[int, list[_Queue]]:
    """Requests of each group in their turn, groups in that of their first."""
    groups: dict[int, list[_Queue]] = {}
    for request in np.argsort(turn).tolist():
        group = int(account.group[request])
        if group >= 0 and request in wishes:
            groups.setdefault(group, []).append(_Queue(wishes[request][::-1]))
    return groups


def _rounds(
    desk: QueueDesk, groups: dict[int, list[_Queue]], left: list[int], cost: list[int]
) -> None:
    """Let each group in turn take one session, until none can.

    A placement that does not fit now never will: time and hours only become less.
    """
    while groups:
        for group in list(groups):
            at = _next(desk, groups[group], left[group], cost)
            if at is None:
                del groups[group]
            else:
                desk.give(at)
                left[group] -= cost[at]


def _next(desk: QueueDesk, queues: list[_Queue], left: int, cost: list[int]) -> int | None:
    """The session that a group takes next; None: there is none."""
    for queue in sorted(queues, key=lambda q: q.got):
        while queue.wishes:
            at = queue.wishes.pop()
            if cost[at] <= left and desk.fits(at):
                queue.got += 1
                return at
    return None
