"""What groups have of what they asked for.

A group's share is the weekly minutes that its requests hold, in proportion to what they ask for at
most (sessions x longest). Plain minutes, not those of dates held: they lie on the grid, so that
sums over groups are exact, and a request's own `lost_share` already limits what falls out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.setting import Setting

__all__ = ["Shares"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shares:
    """Cells that groups ask for and can hold.

    Parameters
    ----------
    names
        Distinct groups, as the problem numbers them.
    member, request, length
        Group (place in `names`), request and cells of each placement.
    owner, sessions, longest
        Of each request: its group, sessions that it may still get, cells of its longest placement
        that is free.
    asked, locked, most
        Cells of each group: asked for, held by locks, and that its requests could hold beyond
        these if each had all its sessions at their longest.
    reachable
        Of each group: totals that its requests could hold if nobody else asked and all lengths and
        days were to be had, from what is locked upwards.
    """

    names: I64
    member: I64
    request: I64
    length: I64
    owner: I64
    sessions: I64
    longest: I64
    asked: I64
    locked: I64
    most: I64
    reachable: list[I64]

    @classmethod
    def of(cls, setting: Setting, between: I64) -> Shares:
        """From the group of each request.

        Raises
        ------
        ValueError
            If there is not one group a request.
        """
        asked, placements = setting.problem.requests, setting.placements
        if between.shape != (len(asked),):
            raise ValueError(f"{between.shape} groups for {len(asked)} requests")
        names, group = np.unique(between, return_inverse=True)
        group = group.reshape(-1)
        count, locked = len(names), setting.left.locked
        member = group[placements.request]
        held = np.bincount(member[locked], weights=placements.length[locked], minlength=count)
        wanted = np.bincount(group, weights=asked.sessions * asked.longest, minlength=count)
        base = held.astype(np.int64)
        free = setting.whole
        longest = np.zeros(len(asked), dtype=np.int64)
        np.maximum.at(longest, free.request, placements.length[free.columns])
        most = np.bincount(group, weights=free.sessions * longest, minlength=count)
        return cls(
            names=names,
            member=member,
            request=placements.request,
            length=placements.length,
            owner=group,
            sessions=free.sessions,
            longest=longest,
            asked=wanted.astype(np.int64),
            locked=base,
            most=most.astype(np.int64),
            reachable=_reachable(setting, group, base),
        )

    def cells(self, chosen: I64) -> I64:
        """Cells that each group holds in a timetable."""
        more = np.bincount(
            self.member[chosen], weights=self.length[chosen], minlength=len(self.names)
        )
        return np.asarray(self.locked + more.astype(np.int64))

    def of_groups(self, chosen: I64) -> F64:
        """Share of each group in a timetable."""
        return np.asarray(self.cells(chosen) / self.asked)


def _reachable(setting: Setting, group: I64, base: I64) -> list[I64]:
    """Sums of lengths, as bits of a whole number: request by request, session by session."""
    free = setting.whole
    sums = [1 << cells for cells in base.tolist()]
    lengths = setting.placements.length[free.columns]
    pairs = np.unique(np.stack((free.request, lengths), axis=1), axis=0)
    starts = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
    for part in np.split(pairs, starts[1:]) if len(pairs) else []:
        request = int(part[0, 0])
        at = int(group[request])
        for _ in range(int(free.sessions[request])):
            sums[at] |= _any(sums[at] << length for length in part[:, 1].tolist())
    return [np.flatnonzero([bit == "1" for bit in reversed(f"{found:b}")]) for found in sums]


def _any(sums: Iterable[int]) -> int:
    found = 0
    for one in sums:
        found |= one
    return found
