"""Parts that a policy is composed of and rules of selection, as their files register them.

A part is a class built from (its specification, rooms, counter) that implements some of the calls
listed in `counter`; a selection that decides in batches is built likewise and has `draw`. Files of
this package are found by themselves: a new one touches neither the desk nor the model.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar

import sim.booking
from sim.arrays import I64
from sim.booking.counter import Counter
from sim.booking.layout import Rooms
from sim.scenario.schema.policy import Policy

SpecOf = Callable[[Policy, Rooms], object | None]
Build = Callable[[Any, Rooms, Counter], object]
T = TypeVar("T", bound=Build)


class Draw(Protocol):
    """A selection that decides requests together."""

    def draw(self, entrants: I64, now: float) -> None:
        """Decide these requests, given in order of their keys, with `Counter.ask`."""
        ...


D = TypeVar("D", bound=Callable[[Any, Rooms, Counter], Draw])


@dataclass(frozen=True, slots=True)
class PolicyPart:
    """A part as it is registered.

    Attributes
    ----------
    turn
        When it is called among the others: the smallest first.
    spec_of
        Its specification in a set of rules; None where they have it not.
    asks_who
        Whether it must know who asks: bookers are looked up only where a rule does.
    """

    turn: int
    spec_of: SpecOf
    asks_who: bool
    build: Build


@dataclass(frozen=True, slots=True)
class BatchSelection:
    """A rule of selection as it is registered; `asks_who` of its specification, as of a part."""

    asks_who: Callable[[Any], bool]
    build: Callable[[Any, Rooms, Counter], Draw]


PARTS: dict[str, PolicyPart] = {}
"""By name."""
_SELECTIONS: dict[str, BatchSelection] = {}


def part(name: str, spec_of: SpecOf, *, turn: int, asks_who: bool = False) -> Callable[[T], T]:
    """Register a part.

    Turns 1 to 3 are limits: of several that refuse, the first is told. From 4 on comes what becomes
    of who was refused: a line, standing by, other days, looking again.
    """

    def register(build: T) -> T:
        PARTS[name] = PolicyPart(turn, spec_of, asks_who, build)
        return build

    return register


def selection(
    rule: str, *, asks_who: Callable[[Any], bool] = lambda spec: False
) -> Callable[[D], D]:
    """Register the class of a rule of selection that decides in batches."""

    def register(build: D) -> D:
        _SELECTIONS[rule] = BatchSelection(asks_who, build)
        return build

    return register


def parts_in_turn() -> list[tuple[str, PolicyPart]]:
    """Parts in the order in which they are called."""
    _find()
    return sorted(PARTS.items(), key=lambda item: item[1].turn)


def selections() -> Mapping[str, BatchSelection]:
    """By `selection.rule`; `first_come` decides on asking and needs none."""
    _find()
    return _SELECTIONS


def asks_who(rules: Policy, rooms: Rooms) -> bool:
    """Whether some part of a set of rules must know who asks."""
    drawn = selections().get(rules.selection.rule)
    return any(
        part.asks_who and part.spec_of(rules, rooms) is not None for _, part in parts_in_turn()
    ) or (drawn is not None and drawn.asks_who(rules.selection))


@cache
def _find() -> None:
    """Import every file of the package, so that what it registers is known."""
    for module in pkgutil.iter_modules(sim.booking.__path__):
        importlib.import_module(f"{sim.booking.__name__}.{module.name}")
