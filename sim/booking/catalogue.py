"""Parts that a policy is composed of, as their files register them.

A part is a class built from (its specification, rooms, counter) that implements some of the calls
listed in `counter`. Files of `parts` and `selections` are found by themselves: a new one touches
neither the desk nor the model.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import sim.booking.parts
import sim.booking.selections
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.scenario.schema.policy import Policy

SpecOf = Callable[[Policy, BookableRooms], object | None]
Build = Callable[[Any, BookableRooms, Counter], object]
T = TypeVar("T", bound=Build)


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
        Whether, with a specification, it must know the booker: bookers are looked up only then.
    """

    turn: int
    spec_of: SpecOf
    asks_who: Callable[[Any], bool]
    build: Build


PARTS: dict[str, PolicyPart] = {}
"""By name."""
SELECTION = 99
"""The turn of a selection: the last."""


def part(
    name: str, spec_of: SpecOf, *, turn: int, asks_who: Callable[[Any], bool] = lambda spec: False
) -> Callable[[T], T]:
    """Register a part.

    Turns 1 to 3 are limits: of several that refuse, the first is the reason. From 4 on come the
    parts for refused bookers: a line, standing by, other days, looking again.
    """

    def register(build: T) -> T:
        PARTS[name] = PolicyPart(turn, spec_of, asks_who, build)
        return build

    return register


def selection(
    rule: str, *, asks_who: Callable[[Any], bool] = lambda spec: False
) -> Callable[[T], T]:
    """Register a rule of selection that decides in batches: a part that also has `draw`."""
    return part(
        rule,
        lambda rules, rooms: rules.selection if rules.selection.rule == rule else None,
        turn=SELECTION,
        asks_who=asks_who,
    )


def parts_of(rules: Policy, rooms: BookableRooms) -> dict[str, tuple[PolicyPart, object]]:
    """Parts that a set of rules has, with their specifications, in the order of their turns."""
    _find()
    found = [(name, one, one.spec_of(rules, rooms)) for name, one in PARTS.items()]
    found.sort(key=lambda row: row[1].turn)
    return {name: (one, spec) for name, one, spec in found if spec is not None}


def asks_who(rules: Policy, rooms: BookableRooms) -> bool:
    """Whether some part of a set of rules must know the booker."""
    return any(one.asks_who(spec) for one, spec in parts_of(rules, rooms).values())


@cache
def _find() -> None:
    """Import every file of the two packages, so that what it registers is known."""
    for package in (sim.booking.parts, sim.booking.selections):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
