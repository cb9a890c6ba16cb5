"""What the figures of a run rest on, in a few words: fitted, a what-if, or extrapolated."""

from __future__ import annotations

from itertools import groupby

from sim.scenario.inputs import Inputs, Provenance

__all__ = ["basis", "credit"]

FITTED = ("bookings", "participations", "redemptions")
LONGEST = 80
"""Characters of a note that a credit shows."""


def basis(inputs: Inputs) -> str:
    """Where the levels come from, and what growth is laid over them.

    A scenario that borrows a fit and has a target of its own (or its parent's) is a what-if about
    the place that was fitted; one without any target is of another place, for which nothing is
    known to fit to: it is extrapolated, and so is every figure of it (unless the fit bears its own
    name: then it was fitted once). The footer of every chart,
    `linli run` and the manifest say the same.
    """
    demand, target = inputs.scenario.demand, inputs.scenario.calibration
    growth = "" if demand.multiplier == 1 else f"; here demand x {demand.multiplier:g}"
    if target is not None and inputs.fitted:
        return f"{_fitted(inputs)}{growth}"
    if demand.fit is None:
        return f"level set by hand{growth}"
    if target is None and demand.fit != inputs.scenario.name:
        return f"extrapolated: levels as fitted for {demand.fit}, nothing fitted here{growth}"
    return f"what-if: level as fitted for {demand.fit}{growth}"


def credit(inputs: Inputs, key: str) -> str:
    """Who says a number of the scenario: its source, and its note up to the first `;`.

    Empty where the scenario does not give the number.
    """
    found = next((p for p in inputs.provenance if p.key == key), None)
    return "" if found is None else _credit(found)


def _credit(number: Provenance) -> str:
    note = number.note.partition(";")[0].strip()
    if len(note) > LONGEST:
        note = f"{note[:LONGEST].rstrip()}..."
    return f"{number.source}: {note}" if note else number.source


def _fitted(inputs: Inputs) -> str:
    """Every total that a level was fitted to, with who says so; what one says is said together."""
    totals = inputs.scenario.calibration
    given = [(name, number) for name in FITTED if (number := getattr(totals, name)) is not None]
    parts = []
    for said, group in groupby(given, lambda total: credit(inputs, f"calibration.{total[0]}")):
        named = ", ".join(f"{number:,} {name}" for name, number in group)
        parts.append(f"{named} ({said})" if said else named)
    return f"level{'s' if len(given) > 1 else ''} fitted to {', '.join(parts)}"
