"""Checks of the published case: probability of delay at so many beds, in both units."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from builders import model_of, plain

from .checking import Check, Effort, Figure
from .desk_source import open_rooms
from .exact.loss import erlang_b
from .stroke_unit import loads, patients_of

__all__ = ["BEDS", "STROKE"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
BEDS = {"acute": range(10, 16), "rehabilitation": range(12, 17)}
LOADS = dict(zip(BEDS, loads(), strict=True))
A_DAY = 48
"""Slots of a day of the case. The model's own day has 1440, which matters to nobody here."""
WARM_UP = 400
"""Days before anything is counted: one patient in 5,000 stays longer than that."""
ROOMS = 45
"""Of each unit: all that ever come find one."""


def present(come: F64, stays: F64) -> tuple[I64, I64]:
    """First slot of each patient, and slots of the stay."""
    slots = np.maximum(np.rint(stays * A_DAY), 1).astype(np.int64)
    return (come * A_DAY).astype(np.int64), slots


def units(effort: Effort, factor: float, folder: Path) -> list[Figure]:
    """Patients take rooms at the desk as they come and go; nobody is refused.

    `effort.days` are of the case: a thirtieth as many of the model.
    """
    horizon = (WARM_UP + effort.days) * A_DAY
    parts = plain(horizon // 1440 + 60, grid=1, warm_up=7).origin("home")
    for unit in BEDS:
        parts.centre(unit).rooms(unit, ROOMS)
    model = model_of(parts, folder)
    centres = [model.world.centres.names[c] for c in model.world.pools.centre.tolist()]
    rows = []
    for replication in range(effort.replications):
        rng = np.random.default_rng([4, replication])
        patients = patients_of(rng, WARM_UP + effort.days, factor)
        slots = [present(*of_unit) for of_unit in patients]
        desk = open_rooms(model, np.concatenate([length for _, length in slots]))
        i, row = 0, []
        for unit, (start, _) in zip(BEDS, slots, strict=True):
            pool = centres.index(unit)
            change = np.zeros(horizon + 1, dtype=np.int64)
            for at in start.tolist():
                if at < horizon:
                    assert desk.place_at(i, pool, at, float(at)), "the unit is not without limit"
                    change[at] += 1
                    change[min(at + desk.length[i], horizon)] -= 1
                i += 1
            number = np.cumsum(change)[WARM_UP * A_DAY : horizon]
            row += [(number.sum(), len(number))]
            row += [((number == n).sum(), (number <= n).sum()) for n in BEDS[unit]]
        rows.append(row)
    counts = np.array(rows, dtype=np.float64)
    return [Figure(counts[:, k, 0], counts[:, k, 1]) for k in range(counts.shape[1])]


def lines() -> dict[str, float]:
    """What is checked, unit by unit."""
    found = {}
    for unit, beds in BEDS.items():
        load = LOADS[unit]
        found[f"Stroke service (Monks et al. 2016), {unit}: mean number of patients"] = load
        for n in beds:
            found[f"Stroke service, {unit}, {n} beds: share delayed"] = erlang_b(n, load)
    return found


STROKE = [
    Check(
        name="stroke",
        lines=lines(),
        simulate=units,
        full=Effort(10_000, 160),
        quick=Effort(300, 30),
    )
]
