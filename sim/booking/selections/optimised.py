"""Selection `optimised`: a batch is served so that what is served is worth most, equals by lot.

A what-if of ours: what the best draw could do, whatever people think of it.
"""

from __future__ import annotations

import numpy as np

from optimise.draws.pooling import DrawProblem
from sim.arrays import F64, I64
from sim.booking.catalogue import selection
from sim.booking.counter import Choice, Counter, Decided
from sim.booking.layout import BookableRooms
from sim.booking.selections.lots import Finder, Lots, RoomChoices
from sim.scenario.schema.policy import Optimised

_UNIT = 1000  # values are whole: thousandths of a first choice


@selection("optimised", asks_who=lambda spec: spec.past_luck > 0)
class OptimisedDraw:
    """Serves a batch by assignment.

    Those chosen are asked first, in the order of their lots, then the others, who find nothing
    left. Where a limit turns down somebody chosen, what that frees is assigned again among
    those who were not. Only single rooms are assigned: who wants several at once comes last.
    """

    def __init__(self, spec: Optimised, rooms: BookableRooms, counter: Counter) -> None:
        from optimise.draws.solve import assign  # loads solvers

        self._assign, self._work = assign, spec.work
        self._counter, self._lots = counter, Lots(spec, rooms, counter)
        self._finder = Finder(rooms, counter)
        self._weight = _weights(spec, rooms, counter)
        self._hour, self._centre = spec.hour_shifted, spec.other_centre
        self._hours = rooms.grid / 60.0
        self._plan: dict[int, Choice] = {}

    def choose(self, i: int) -> Choice | None:
        """The room and start assigned to a request."""
        return self._plan.pop(i, None)

    def draw(self, entrants: I64, now: float) -> None:
        """Decide a batch."""
        order = self._lots.order(entrants, now)
        several = self._counter.requests.rooms[order] > 1
        left = order[~several]
        won: list[int] = []
        noted = False
        while len(left):
            decided = self._assigned(left, now)
            if not noted:
                self._counter.notes.decided.append(decided)
                noted = True
            chosen = [i for i in left.tolist() if i in self._plan]
            left = np.array([i for i in left.tolist() if i not in self._plan], dtype=np.int64)
            got = [i for i in chosen if self._counter.ask(i, now)]
            won += got
            if len(got) == len(chosen):
                break
        left = np.concatenate([left, order[several]])
        won += [i for i in left.tolist() if self._counter.ask(i, now)]
        self._lots.won(np.array(won, dtype=np.int64), now)

    def _assigned(self, requests: I64, now: float) -> Decided:
        """Plan what requests, in the order of their lots, are given."""
        found = self._finder.find(requests, now)
        draw = DrawProblem(
            requests=len(requests),
            request=found.row,
            room=found.venue,
            begin=found.start - int(found.start.min(initial=0)),
            end=found.start
            - int(found.start.min(initial=0))
            + self._counter.requests.duration[requests[found.row]],
            value=self._values(found, requests),
        )
        result = self._assign(draw, self._work)
        served = result.option >= 0
        given = found.only(result.option[served])
        columns = (given.pool, given.venue, given.start, given.attempt)
        choices = zip(*(column.tolist() for column in columns), strict=True)
        self._plan.update(zip(requests[served].tolist(), choices, strict=True))
        return Decided(now, result.value, result.bound)

    def _values(self, found: RoomChoices, requests: I64) -> I64:
        shifted = np.abs(found.shifted) * self._hours
        worth = self._hour**shifted * self._centre**found.rank
        value = np.rint(_UNIT * self._weight[requests[found.row]] * worth)
        return np.maximum(value, 1).astype(np.int64)


def _weights(spec: Optimised, rooms: BookableRooms, counter: Counter) -> F64:
    """Weight of each request."""
    askers = counter.askers
    of_segment = np.array([spec.weights.get(name, 1.0) for name in rooms.segments])
    weight = of_segment[askers.segment]
    lives_there = rooms.residents[askers.origin, counter.requests.pools[:, 0]]
    return np.asarray(np.where(lives_there, weight * spec.residents, weight))
