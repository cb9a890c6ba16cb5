"""What stood in the way of a request that a limit refused: for explanations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.booking.counter import Counter
from sim.scenario.schema.policy import By, Cap, NoShows

__all__ = ["Barred", "note_barred", "people_of"]


@dataclass(frozen=True, slots=True)
class Barred:
    """Why a limit refused a request.

    Attributes
    ----------
    rule
        Key of `policy.limits`.
    spec
        What it says: number of bookings, the cap, or the rule of suspension.
    bookings
        Requests whose bookings stand in the way; of a suspension, those that led to it.
    until
        Time from which these no longer do, minutes of the horizon, if nothing is given up before;
        infinite where only giving up helps.
    """

    rule: Literal["active_bookings", "hours", "no_shows"]
    spec: int | Cap | NoShows
    bookings: tuple[int, ...]
    until: float


def note_barred(counter: Counter, request: int, now: float, why: Barred) -> None:
    """Note why a request was refused, if this is its first decision.

    Who is refused later, as somebody promoted or looking again, keeps the first outcome, and so
    the first reason.
    """
    if now <= counter.askers.served[request]:
        counter.notes.why[request] = why


def people_of(counter: Counter, by: By) -> list[int]:
    """Number of the person, or of the household, of every request."""
    askers = counter.askers
    people = askers.booker if by == "resident" else askers.household
    return list(people.tolist())
