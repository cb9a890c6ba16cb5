"""The planner's model as plain arrays.

*Classes* of wishes (who lives where and wishes which kind in which hour band) are served at
*facilities* (the rooms of one kind at one place, as one access rule opens them). *Moves* are what
money buys: rooms of a kind at a site, a conversion, a closure, a link that shortens walks. An
*option* is a pair of a class and a facility that serves it, with the share of its wishes that are
asked there: farther away fewer ask.

The model: whole numbers n of moves, and shares x in [0, 1] of each class that look to each option,

    sum over a class of x <= 1
    x <= 1 only where the facility has a room (of today or by a move) and the link is open
    sum over a facility and a band of wishes * asked * hours * x <= hours there (base + moves)
    cost . n <= budget; floor area at each site; whoever takes a room away needs it to be there

and what a plan is worth is first of all a sum over options of wishes * asked * x * value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Classes", "Facilities", "Moves", "Problem", "ServiceOptions"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Classes:
    """Wishes that are alike.

    Parameters
    ----------
    wishes
        (D,) a year.
    worth
        (D,) of one wish in the share of its group, such as its person-hours; 1 counts requests.
    group
        (D,) number of the group whose share is looked at for fairness (a community, a segment); -1
        for none.
    """

    wishes: F64
    worth: F64
    group: I64


@dataclass(frozen=True, slots=True)
class Facilities:
    """Rooms of one kind at one place.

    Parameters
    ----------
    rooms
        (F,) that are there now; 0 at a candidate.
    hours
        (F, B) room-hours a year in each hour band that are free for bookers now.
    """

    rooms: I64
    hours: F64


@dataclass(frozen=True, slots=True)
class Moves:
    """Possible moves, each up to `most` times.

    Parameters
    ----------
    cost
        (M,) yuan a year each: capital annualised over its life, plus operation; negative saves.
    most
        (M,) times.
    site
        (M,) whose floor area it takes; -1 takes none.
    area
        (M,) m2 of floor area each; negative frees some.
    gives, gives_hours
        (M,) facility that gets one room more each time (-1: none), and (M, B) the room-hours a
        year that this brings.
    takes, takes_hours
        (M,) facility that loses one room each time (-1: none), and (M, B) its room-hours.
    fixed
        (M,) times that are decided already; between 0 and `most`.
    """

    cost: F64
    most: I64
    site: I64
    area: F64
    gives: I64
    gives_hours: F64
    takes: I64
    takes_hours: F64
    fixed: I64


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Where a class can be served; sorted by class.

    Parameters
    ----------
    of_class, facility, band
        (P,) indices.
    asked
        (P,) share of the class's wishes that are asked if this is where they look, in (0, 1].
    hours
        (P,) room-hours that one asked wish takes.
    value
        (P,) what one wish served there adds to the value; negative where it takes some away.
    near
        (P,) whether it keeps the standard of `Aim.uncovered`.
    link
        (P,) move without which the option is not there; -1 for none.
    """

    of_class: I64
    facility: I64
    band: I64
    asked: F64
    hours: F64
    value: F64
    near: Bools
    link: I64


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything the planner's model needs.

    Parameters
    ----------
    budget
        Yuan a year for moves; infinite for none.
    floor
        (S,) m2 of floor area at each site; infinite where it does not matter.
    groups
        How many groups `Classes.group` numbers.
    """

    classes: Classes
    facilities: Facilities
    moves: Moves
    options: ServiceOptions
    budget: float
    floor: F64
    groups: int = 0
