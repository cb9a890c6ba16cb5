"""What money can buy, in the scenario's words: sites, and moves at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Catalogue", "Move", "Pair", "Site", "Times", "Yuan"]

What = Literal["open", "convert", "close", "link"]
Times = tuple[int, ...]
"""A plan: how often each move of a catalogue is made."""
Pair = tuple[str, str]
"""Site (or link) and kind."""


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
        """Of a plan, a year."""
        return Yuan(
            base=sum(n * m.cost.base for n, m in zip(times, self.moves, strict=True)),
            low=sum(n * m.cost.low for n, m in zip(times, self.moves, strict=True)),
            high=sum(n * m.cost.high for n, m in zip(times, self.moves, strict=True)),
        )
