"""A fair timetable to begin with: the group that has least is served next."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from optimise.slots.aimed.shares import Shares
from optimise.slots.diary import Diary
from optimise.slots.setting import Setting

__all__ = ["fill_evenly"]

I64 = npt.NDArray[np.int64]


def fill_evenly(setting: Setting, shares: Shares) -> I64:
    """Give the group with the smallest share its best session that still fits, again and again.

    Best is worth most a cell of those that are shortest. What does not fit now fits never.
    """
    block = setting.whole
    member, length = shares.member[block.columns], shares.length[block.columns]
    order = np.lexsort((-block.value / length, length, member))
    first = np.searchsorted(member[order], np.arange(len(shares.names) + 1)).tolist()
    diary, cells = Diary(block), shares.locked.tolist()
    asked, place = shares.asked.tolist(), first[:-1]
    queue = [(cells[group] / asked[group], group) for group in range(len(shares.names))]
    heapq.heapify(queue)
    taken: list[int] = []
    while queue:
        group = queue[0][1]
        at = _next(diary, order, place, group, first[group + 1])
        if at is None:
            heapq.heappop(queue)
            continue
        diary.put(at)
        taken.append(at)
        cells[group] += int(length[at])
        heapq.heapreplace(queue, (cells[group] / asked[group], group))
    return np.sort(block.columns[np.array(taken, dtype=np.int64)])


def _next(diary: Diary, order: I64, place: list[int], group: int, end: int) -> int | None:
    """The group's next placement that fits, if any; what is passed over is not looked at again."""
    while place[group] < end:
        at = int(order[place[group]])
        place[group] += 1
        if diary.fits(at):
            return at
    return None
