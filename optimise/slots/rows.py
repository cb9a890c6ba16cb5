"""The rules of a block as linear rows over some of its placements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from optimise.slots.blocks import Block

__all__ = ["Rows", "rows_of"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_NONE = -1


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows matrix @ x <= limit over placements x in {0, 1}.

    Parameters
    ----------
    matrix, limit
        Shapes (rows, placements) and (rows,).
    cell, share
        Where the row's dual belongs in `prices.Prices` (flat index), -1 for rows of requests.
    """

    matrix: csr_array
    limit: F64
    cell: I64
    share: I64


@dataclass(slots=True)
class _Builder:
    members: list[list[int]] = field(default_factory=list)
    weights: list[list[int]] = field(default_factory=list)
    limit: list[int] = field(default_factory=list)
    cell: list[int] = field(default_factory=list)
    share: list[int] = field(default_factory=list)

    def add(
        self,
        members: list[int],
        limit: int,
        weights: list[int] | None = None,
        cell: int = _NONE,
        share: int = _NONE,
    ) -> None:
        """Add a row if it can bind."""
        weights = [1] * len(members) if weights is None else weights
        if sum(weights) > limit:
            self.members.append(members)
            self.weights.append(weights)
            self.limit.append(limit)
            self.cell.append(cell)
            self.share.append(share)


def rows_of(block: Block, some: I64) -> Rows:
    """Rows over some placements of a block (in this order).

    Of the sessions that meet in a cell of a unit at most one takes place; only sets that no other
    such set contains are kept, which gives the same relaxation as a row per cell.
    """
    build = _Builder()
    _cells(block, some, build)
    _shares(block, some, build)
    _requests(block, some, build)
    first = np.cumsum([0] + [len(m) for m in build.members])
    flat = [m for members in build.members for m in members]
    weights = [w for row in build.weights for w in row]
    matrix = csr_array(
        (np.array(weights, dtype=np.float64), np.array(flat, dtype=np.int64), first),
        shape=(len(build.limit), len(some)),
    )
    return Rows(
        matrix,
        np.array(build.limit, dtype=np.float64),
        np.array(build.cell, dtype=np.int64),
        np.array(build.share, dtype=np.int64),
    )


def _cells(block: Block, some: I64, build: _Builder) -> None:
    epochs, units, cells = block.epochs.shape[1], block.units_of(), block.cells
    during = block.epochs_of()
    start, stop = block.start[some].tolist(), block.stop[some].tolist()
    there: dict[int, list[int]] = defaultdict(list)
    places = zip(
        block.venue[some].tolist(),
        block.weekday[some].tolist(),
        block.range_of[some].tolist(),
        strict=True,
    )
    for at, (venue, day, span) in enumerate(places):
        for unit in units[venue]:
            for epoch in during[span]:
                there[(unit * 7 + day) * epochs + epoch].append(at)
    seen: set[tuple[int, ...]] = set()
    for key, members in there.items():
        for cell, meeting in _cliques(members, start, stop):
            if meeting not in seen:
                seen.add(meeting)
                build.add(list(meeting), 1, cell=key * cells + cell)


def _cliques(
    members: list[int], start: list[int], stop: list[int]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Largest sets of intervals that share a cell, each with one such cell.

    A set is largest at a start after which some member stops before the next start.
    """
    points = sorted({start[m] for m in members})
    ordered = sorted(members, key=lambda m: (start[m], m))
    active: list[int] = []
    upcoming = 0
    for place, cell in enumerate(points):
        active = [m for m in active if stop[m] > cell]
        while upcoming < len(ordered) and start[ordered[upcoming]] == cell:
            active.append(ordered[upcoming])
            upcoming += 1
        last = place + 1 == len(points)
        if last or min(stop[m] for m in active) <= points[place + 1]:
            yield cell, tuple(sorted(active))


def _shares(block: Block, some: I64, build: _Builder) -> None:
    epochs, units, during = block.epochs.shape[1], block.units_of(), block.epochs_of()
    prime = block.prime[some].tolist()
    there: dict[tuple[int, int], list[int]] = defaultdict(list)
    places = zip(block.venue[some].tolist(), block.range_of[some].tolist(), strict=True)
    for at, (venue, span) in enumerate(places):
        if prime[at]:
            for unit in units[venue]:
                for epoch in during[span]:
                    there[unit, epoch].append(at)
    for (unit, epoch), members in there.items():
        weights = [prime[m] for m in members]
        build.add(members, int(block.spare[unit, epoch]), weights, share=unit * epochs + epoch)


def _requests(block: Block, some: I64, build: _Builder) -> None:
    days: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    places = zip(block.request[some].tolist(), block.weekday[some].tolist(), strict=True)
    for at, (request, day) in enumerate(places):
        days[request][day].append(at)
    for request, of_day in days.items():
        spacing = int(block.spacing[request])
        for day in of_day:
            near = [m for gap in range(spacing) for m in of_day.get((day + gap) % 7, ())]
            build.add(near, 1)
        build.add([m for members in of_day.values() for m in members], int(block.sessions[request]))
