"""Fairness between groups as goals: alpha-fair welfare, and leximin over levels.

The welfare of shares u is the sum of u^(1 - alpha) / (1 - alpha), for alpha = 1 of log u (J. Mo,
J. Walrand: Fair end-to-end window-based congestion control. IEEE/ACM Transactions on Networking
8(5), 2000). It is concave, so a group's steps from one total of cells that it can hold to the next
gain less and less. With alpha >= 1 a group with nothing would have minus infinity: as many groups
as possible get something first, and then the sum runs over those that do.

Leximin (alpha infinite) on finitely many levels: as many groups as possible reach the first level,
of such timetables as many as possible the second, and so on, which gives the leximin order
(W. Ogryczak, T. Sliwinski: On direct methods for lexicographic min-max optimization. ICCSA 2006).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from optimise.arrays import F64, I64
from optimise.slots.blocks import Diary, Setting
from optimise.slots.objectives.goals import Goal, Steps


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
    def from_setting(cls, setting: Setting, between: I64) -> Shares:
        """Build shares from the group of each request.

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
            sums[at] |= _union(sums[at] << length for length in part[:, 1].tolist())
    return [np.flatnonzero([bit == "1" for bit in reversed(f"{found:b}")]) for found in sums]


def _union(sums: Iterable[int]) -> int:
    found = 0
    for one in sums:
        found |= one
    return found


_WIDEST = 1e8
"""Largest ratio of the first gain to the last, per cell, that solvers can tell from rounding."""


def welfare(share: F64, alpha: float) -> F64:
    """Worth of positive shares to their groups."""
    if alpha == 1.0:
        return np.asarray(np.log(share))
    return np.asarray(share ** (1.0 - alpha) / (1.0 - alpha))


def fairness(shares: Shares, alpha: float, levels: int) -> list[Goal]:
    """Goals whose order is that of fairness.

    Parameters
    ----------
    alpha
        Positive; infinite for leximin.
    levels
        Levels of leximin: shares of 1 / levels, 2 / levels, ..., 1.

    Raises
    ------
    ValueError
        If alpha is too large for the shares that occur.
    """
    if math.isinf(alpha):
        parts = [(k, -(-k * shares.asked // levels)) for k in range(1, levels + 1)]
        counts = [_reaching(f"share >= {k / levels:.0%}", shares, need) for k, need in parts]
        return [counts[0], *(replace(count, nested=True) for count in counts[1:])]
    if alpha < 1.0:
        return [_alpha_fair(shares, alpha)]
    return [_reaching("something", shares, np.ones_like(shares.asked)), _alpha_fair(shares, alpha)]


def _reaching(name: str, shares: Shares, least: I64) -> Goal:
    """Number of groups that hold so many cells."""
    need = np.zeros(len(least), dtype=np.int64)
    there = 0
    for group, (totals, wanted) in enumerate(zip(shares.reachable, least.tolist(), strict=True)):
        at = int(np.searchsorted(totals, wanted))
        there += int(at == 0)
        if 0 < at < len(totals):
            need[group] = totals[at] - shares.locked[group]
    credit, width = _tightened(shares, need)
    open_groups = np.flatnonzero(need)
    steps = Steps(
        group=open_groups,
        width=width[open_groups].astype(np.float64),
        gain=np.ones(len(open_groups)),
        entire=True,
        member=shares.member,
        credit=credit.astype(np.float64),
    )
    return Goal(name, np.zeros(len(shares.member)), steps, constant=there)


def _tightened(shares: Shares, need: I64) -> tuple[I64, I64]:
    """Credits and widths that whole sessions fill exactly when they hold what is needed.

    Let a session's lack be what it is shorter than its request's longest, that of a missing
    session all of it. A group has what it needs if its lacks sum to no more than its spare (all it
    can hold less the need), so a lack counts at most spare + 1; what is left of a session's length
    is its credit, and counts at most what is then needed. Parts of sessions reach less so, and the
    linear relaxation is tighter (coefficient tightening, M. W. P. Savelsbergh: Preprocessing and
    probing techniques for mixed integer programming problems. ORSA Journal on Computing 6, 1994).
    """
    spare = shares.most - need
    per_request = np.minimum(shares.longest, spare[shares.owner] + 1)
    lack = np.minimum(shares.longest[shares.request] - shares.length, spare[shares.member] + 1)
    width = -spare
    np.add.at(width, shares.owner, shares.sessions * per_request)
    credit = np.minimum(per_request[shares.request] - lack, width[shares.member])
    return np.maximum(credit, 0), width


def _alpha_fair(shares: Shares, alpha: float) -> Goal:
    """Welfare of the groups that can hold something, each step from one total to the next."""
    able = [g for g, totals in enumerate(shares.reachable) if totals[-1] > 0]
    totals = [shares.reachable[g] for g in able]
    ratios = [of / shares.asked[g] for g, of in zip(able, totals, strict=True)]
    worths = _worths(ratios, alpha)
    steps = Steps(
        group=np.repeat(able, [len(of) - 1 for of in totals]),
        width=_joined([np.diff(of) for of in totals]),
        gain=_joined([np.diff(of) for of in worths]),
        entire=False,
        member=shares.member,
        credit=shares.length.astype(np.float64),
    )
    _refuse_extremes(steps, alpha)
    constant = float(sum(of[0] for of in worths))
    name = f"welfare at alpha {alpha:g}"
    return Goal(name, np.zeros(len(shares.member)), steps, integral=False, constant=constant)


def _worths(ratios: list[F64], alpha: float) -> list[F64]:
    """Welfare at the shares of each group.

    With alpha >= 1 nothing counts as the share from which the first step gains as much per cell as
    welfare does at its end, so that later steps gain less (from u to zero u alpha^(1 / (1 -
    alpha)), in the limit u / e). This is a constant once it is settled how many hold something.
    """
    if alpha < 1.0:
        return [welfare(of, alpha) for of in ratios]
    least = min((float(of[of > 0][0]) for of in ratios), default=1.0)
    nothing = least / (math.e if alpha == 1.0 else alpha ** (1.0 / (alpha - 1.0)))
    return [welfare(np.maximum(of, nothing), alpha) for of in ratios]


def _refuse_extremes(steps: Steps, alpha: float) -> None:
    slope = steps.gain / steps.width
    if len(slope) and (slope.min() <= 0 or slope.max() / slope.min() > _WIDEST):
        raise ValueError(f"alpha {alpha:g} is too large for such small shares; use infinity")


def _joined(parts: list[F64]) -> F64:
    return np.concatenate([np.zeros(0), *parts])


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
