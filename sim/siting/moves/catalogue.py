"""What money can buy, in the scenario's words: sites, and moves at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.scenario.inputs import Inputs
from sim.scenario.schema.tables import VenueRow

What = Literal["open", "convert", "close", "link"]
Times = tuple[int, ...]
"""A plan: how often each move of a catalogue is made."""


@dataclass(frozen=True, slots=True)
class Yuan:
    """Yuan a year, with what they might as well be."""

    base: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Site:
    """Where rooms may be opened: a candidate, or a centre that is there.

    Attributes
    ----------
    tier, community, compound
        As of a centre; they decide who may enter (`access`).
    access
        Rule of access of rooms opened here: public, community or compound.
    area_m2
        Floor area that is to be had.
    kinds
        Kinds that may be opened here.
    exists
        Whether it is a centre of today's world.
    """

    name: str
    lon: float
    lat: float
    tier: str
    community: str
    compound: str | None
    access: str
    area_m2: float
    kinds: tuple[str, ...]
    exists: bool
    source: str


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that may be done, up to `most` times.

    Attributes
    ----------
    what
        ``open`` a room of `kind` at `site`; ``convert`` a room of kind `was` at `site` to `kind`;
        ``close`` a room of kind `was` at `site`; open a ``link`` (`site` is its name).
    capacity
        People that the room holds.
    area_m2
        Floor area of `site` that each takes beyond what is in use; negative frees some.
    cost
        A year: capital annualised over its life, plus operation; less what is saved.
    fixed
        Times that are decided already.
    """

    what: What
    site: str
    kind: str
    was: str
    capacity: int
    area_m2: float
    cost: Yuan
    most: int
    fixed: int
    source: str

    @property
    def words(self) -> str:
        """The move in a line."""
        if self.what == "link":
            return f"link {self.site}"
        if self.what == "open":
            return f"{self.kind} at {self.site}"
        if self.what == "close":
            return f"close {self.was} at {self.site}"
        return f"{self.was} to {self.kind} at {self.site}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Sites and moves; a plan is how often each move is made, in the order of `moves`."""

    sites: tuple[Site, ...]
    moves: tuple[Move, ...]

    def cost(self, times: Times) -> Yuan:
        """Cost of a plan, in yuan a year."""
        return Yuan(
            base=sum(n * m.cost.base for n, m in zip(times, self.moves, strict=True)),
            low=sum(n * m.cost.low for n, m in zip(times, self.moves, strict=True)),
            high=sum(n * m.cost.high for n, m in zip(times, self.moves, strict=True)),
        )


Rooms = Mapping[tuple[str, str], Sequence[VenueRow]]
"""(centre, kind) -> rooms that a plan may take, in the order in which it takes them."""


def protected_venues(inputs: Inputs) -> frozenset[str]:
    """Names of venues that no plan takes.

    Those that blocks of the timetable, closures of the calendar or a season's halves name would
    leave these pointing at nothing; those of a centre with a named series of activities may be
    what the series is held in.
    """
    scenario, tables = inputs.scenario, inputs.tables
    names = {row.venue for row in tables.timetable}
    names |= {name for c in scenario.calendar.closures for name in c.venues}
    kinds = scenario.activities.kinds
    held = {
        (series.centre, kind)
        for series in scenario.activities.series.values()
        for kind in kinds[series.kind].venue_kinds
    }
    names |= {row.venue for row in tables.venues if (row.centre, row.kind) in held}
    return frozenset(names)


def free_rooms(inputs: Inputs) -> Rooms:
    """Rooms that a plan may take.

    The last by name first: "room 1" is what a centre is known for.
    """
    kept = protected_venues(inputs)
    found: dict[tuple[str, str], list[VenueRow]] = {}
    for row in reversed(inputs.tables.venues):
        if row.venue not in kept:
            found.setdefault((row.centre, row.kind), []).append(row)
    return found


def takable_rooms(inputs: Inputs, catalogue: Catalogue) -> frozenset[str]:
    """Names of rooms that moves would take if each was made as often as it can be.

    Of a kind at a centre only those under one rule of access, that of the room taken first: the
    planner's model knows one facility for a move to take from.
    """
    siting, free = inputs.scenario.siting, free_rooms(inputs)
    needs = {} if siting is None else {kind: spec.area_m2 for kind, spec in siting.rooms.items()}
    rule: dict[tuple[str, str], str] = {}
    found: set[str] = set()
    for move in sorted(catalogue.moves, key=lambda m: -needs.get(m.kind, 0.0)):
        if not move.was:
            continue
        key = move.site, move.was
        fit = [
            row
            for row in free.get(key, ())
            if row.venue not in found
            and row.area_m2 >= needs.get(move.kind, 0.0)
            and rule.setdefault(key, row.access) == row.access
        ]
        found |= {row.venue for row in fit[: move.most]}
    return frozenset(found)
