"""People who ever take part, with uneven activity: a few come often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64
from sim.programme.plan import ProgrammePlan
from sim.streams import child_keys, key_of, mix, uniforms
from sim.variates import gamma_by_key

_PARTICIPANT, _WHO = (key_of("purpose", p) for p in ("participant", "who signs up"))


@dataclass(frozen=True, slots=True)
class Participants:
    """Participants of a replication, group by group: the first people of each.

    Attributes
    ----------
    first
        (groups + 1,) where each group starts.
    upto
        (P,) activity summed up to and including each participant.
    """

    first: I64
    upto: F64

    def who(self, group: I64, keys: U64) -> I64:
        """Number in the group of who signs up, drawn in proportion to activity."""
        low, high = self.first[group], self.first[group + 1]
        below = np.where(low > 0, self.upto[low - 1], 0.0)
        mark = below + uniforms(keys, _WHO) * (self.upto[high - 1] - below)
        found = np.searchsorted(self.upto, mark, side="right")
        return np.asarray(np.clip(found, low, high - 1) - low)


def draw_participants(plan: ProgrammePlan, root: int) -> Participants:
    """Draw the participants of a replication by name."""
    number = plan.participants
    first = np.concatenate([[0], np.cumsum(number)])
    within = np.arange(first[-1]) - np.repeat(first[:-1], number)
    group = mix(plan.world.people.keys ^ np.uint64(root)) ^ np.uint64(_PARTICIPANT)
    keys = child_keys(np.repeat(group, number), within)
    shape = np.full(len(keys), plan.activities.activity_shape)
    return Participants(first=first, upto=np.cumsum(gamma_by_key(keys, shape)))
