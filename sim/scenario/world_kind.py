"""Whether a world is synthetic or real: what the scenario says, else what its tables say."""

from __future__ import annotations

import re

from sim.scenario.inputs import Inputs
from sim.scenario.schema.place import WorldKind
from sim.scenario.tables import Tables

PLACES_AND_PEOPLE = ("communities", "origins", "people", "centres", "venues", "places")
_SYNTHETIC = re.compile(r"(synthetic|assum|made[ -]up)", re.IGNORECASE)


def synthetic_tables(tables: Tables) -> dict[str, float]:
    """Table of places or people -> share of its rows whose `source` says that they are synthetic.

    Tables without rows are left out.
    """
    found = {name: getattr(tables, name) for name in PLACES_AND_PEOPLE}
    return {name: _share(rows) for name, rows in found.items() if rows}


def world_kind(inputs: Inputs) -> WorldKind:
    """What `world.kind` says; without it what the rows' sources say."""
    said = inputs.scenario.world.kind
    return said or _kind(list(synthetic_tables(inputs.tables).values()))


def world_words(inputs: Inputs) -> str:
    """The world as a phrase: `a synthetic world`, `real places and people`."""
    kind = world_kind(inputs)
    if kind == "real":
        return "real places and people"
    if kind == "synthetic":
        return "a synthetic world"
    partly = [name for name, share in synthetic_tables(inputs.tables).items() if share]
    return "a partly synthetic world" + (f" (synthetic: {', '.join(partly)})" if partly else "")


def requests_words(inputs: Inputs) -> str:
    """The group requests of a season as a phrase."""
    if not inputs.tables.group_requests:
        return "requests"
    kind = _kind([_share(inputs.tables.group_requests)])
    return {"real": "", "synthetic": "synthetic ", "mixed": "partly synthetic "}[kind] + "requests"


def _share(rows: tuple[object, ...]) -> float:
    return sum(bool(_SYNTHETIC.match(getattr(row, "source", ""))) for row in rows) / len(rows)


def _kind(shares: list[float]) -> WorldKind:
    if all(share == 1 for share in shares):
        return "synthetic"
    return "mixed" if any(shares) else "real"
