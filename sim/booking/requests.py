"""Requests as the booking desk sees them: parallel arrays, one entry a request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I32, I64, U64, Bools


class Outcome(IntEnum):
    """Outcome of a request; codes above `BOOKED` are refusals."""

    WAITING = 0
    BOOKED = 1
    FULL = 2
    WINDOW = 3
    LIMIT = 4
    SUSPENDED = 5


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests in no particular order.

    Attributes
    ----------
    asked_at
        Time of asking, minutes of the horizon.
    start, duration
        Preferred start and length in slots.
    party, rooms
        People, and rooms of one centre that they take at once: spread evenly over them.
    kind
        Index of the kind.
    pools
        (n, R) pools in order of preference, -1 beyond those better than not asking.
    others
        How many pools beyond the first are tried.
    shift
        Slots by which the booking may start earlier or later.
    gives_up
        Time at which the booker cancels, if there is a booking then; infinite if never.
    """

    asked_at: F64
    start: I64
    duration: I64
    party: I64
    rooms: I64
    kind: I64
    pools: I32
    others: I64
    shift: I64
    gives_up: F64

    def __len__(self) -> int:
        return len(self.asked_at)

    @property
    def party_a_room(self) -> I64:
        """People that each room must hold."""
        return -(-self.party // self.rooms)


@dataclass(frozen=True, slots=True)
class Askers:
    """Bookers and the rules that they are under, in the order of the requests.

    Attributes
    ----------
    key
        Keys of the wishes: everything a booker decides is drawn from them.
    rules
        Index of the set of rules, that of the pool asked first.
    first_decision
        Time at which the request is decided first, minutes of the horizon: on asking, or when its
        batch is.
    batch
        Number of the batch, -1 if it is decided on asking.
    screened
        0, or `Outcome.WINDOW` of those who ask outside the window.
    no_show
        Whether nobody would turn up.
    segment, origin
        Indices of the booker's.
    booker, household
        Numbers of both; empty where no rule asks.
    """

    key: U64
    rules: I64
    first_decision: F64
    batch: I64
    screened: npt.NDArray[np.uint8]
    no_show: Bools
    segment: I64
    origin: I64
    booker: I64
    household: I64


class Purse(Protocol):
    """Points that bookers may pay with while the clock runs; bookers by their numbers."""

    @property
    def key(self) -> U64:
        """(B,) key of each booker: what they do with their points is drawn from it."""
        ...

    @property
    def ever(self) -> Bools:
        """(B,) whether each booker has any points at any time."""
        ...

    def balance(self, booker: int, now: float) -> int:
        """Points that a booker has at a time; times must not go backwards."""
        ...

    def pay(self, booker: int, now: float, points: int) -> None:
        """Take points; the balance must cover them."""
        ...
