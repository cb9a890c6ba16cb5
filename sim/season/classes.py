"""Which class of a season rule each request belongs to, and hours by class, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from optimise.slots.rules.hours import Hours
from sim.scenario.schema.allocation_method import Who
from sim.scenario.schema.allocation_rows import RequestRow, parse_windows

__all__ = ["cells_of", "class_of", "hours_of_classes"]

I64 = npt.NDArray[np.int64]


def class_of(rows: Sequence[RequestRow], classes: Mapping[str, Who], order: Iterable[str]) -> I64:
    """Place in the order of each request's class, the number of classes where it is in none."""
    whos = [classes[name] for name in order]
    return np.array(
        [next((i for i, who in enumerate(whos) if _is(row, who)), len(whos)) for row in rows],
        dtype=np.int64,
    )


def _is(row: RequestRow, who: Who) -> bool:
    wanted = ((who.segments, row.segment), (who.levels, row.level), (who.kinds, row.kind))
    return all(not some or value in some for some, value in wanted)


def hours_of_classes(
    rows: Sequence[RequestRow],
    classes: Mapping[str, Who],
    stretches: Mapping[str, str],
    step: int,
) -> Hours:
    """Stretch of each request and weekday; the whole day where its class names none.

    Ends that lie on no cell are moved inwards.
    """
    begin = np.zeros((len(stretches) + 1, 7), dtype=np.int64)
    end = np.full((len(stretches) + 1, 7), 1440 // step, dtype=np.int64)
    for i, text in enumerate(stretches.values()):
        for day, first, last in parse_windows(text):
            begin[i, day], end[i, day] = -(-first // step), last // step
    of = class_of(rows, classes, stretches)
    return Hours(begin[of], end[of])


def cells_of(text: str, step: int) -> npt.NDArray[np.bool_]:
    """(7, cells) whether a cell of the week lies within some stretches."""
    cells = np.zeros((7, 1440 // step), dtype=bool)
    for day, first, last in parse_windows(text):
        cells[day, -(-first // step) : last // step] = True
    return cells
