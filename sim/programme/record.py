"""What became of the programme of a replication."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64, U64, Bools
from sim.programme.sessions import Sessions


class Status(IntEnum):
    """Outcome of a session."""

    HELD = 0
    NO_ROOM = 1
    """No suitable room was free when it was published: nobody could sign up."""
    CANCELLED = 2
    """Too few people had signed up when it was decided."""


class SignUpFate(IntEnum):
    """Outcome of a sign-up."""

    ADMITTED = 0
    FULL = 1
    """Not enough places left."""
    CANCELLED = 2
    """Admitted to a session that was cancelled."""
    BUSY = 3
    """Signed up already for another session at the time; takes no place."""


@dataclass(frozen=True, slots=True)
class ProgrammeRecord:
    """Sessions and sign-ups of a replication.

    Attributes
    ----------
    sessions
        With the start given and the centre where each is held.
    venue, status
        Per session: venue, -1 where none; `Status`.
    expected, interested
        Per session: people who would sign up on average at popularity 1 where it is held, and those
        who would, signed up already elsewhere or not; 0 without a room.
    session, key, group, number, time, company
        Per sign-up: session, key, group and number of the person, minutes of the horizon, people
        brought along. In order of session, then time.
    fate
        Per sign-up: `SignUpFate`.
    comes
        Whether the person is not a no-show; means something for the admitted of sessions held.
    turned_away
        Whether the person came and found no place. Nobody at first: who is turned away depends on
        who is elsewhere, and is written here in place when that is known (`sim.model.whereabouts`).
    """

    sessions: Sessions
    venue: I64
    status: npt.NDArray[np.uint8]
    expected: F64
    interested: I64
    session: I64
    key: U64
    group: I64
    number: I64
    time: F64
    company: I64
    fate: npt.NDArray[np.uint8]
    comes: Bools
    turned_away: Bools

    @property
    def came(self) -> Bools:
        """Per sign-up: admitted to a session that was held, and no no-show (let in or not)."""
        held = self.status[self.session] == Status.HELD
        return np.asarray((self.fate == SignUpFate.ADMITTED) & held & self.comes)
