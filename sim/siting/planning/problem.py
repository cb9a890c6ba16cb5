"""From what is known of demand and places to the planner's model, and back to names.

How many of a class ask is the nested logit of the simulation: with today's centres, and where it
looks to something new, with that beside them (see `asking`). Whatever a class looks to is charged
with all its wishes, so every wish served takes its hours in one place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.problem import Classes, Facilities, Moves, Options, Problem
from optimise.siting.planner.solution import Aim
from sim.scenario.schema.siting import SiteAim
from sim.siting.offered.catalogue import Pair, Times
from sim.siting.planning.asking import Asking
from sim.siting.planning.effects import Effects
from sim.siting.planning.ground import Ground
from sim.siting.planning.likings import joined, likings
from sim.siting.simulated.estimate import Estimate

__all__ = ["Meaning", "aim_of", "planning_problem"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

DRAWS, ANEW, FEWEST = 20_000, 60_000, 2_000
"""Wishes drawn for all classes together, about: at most to plan for, at most to say what plans are
worth, and at least. Between them as many as there are in a year, or `RATE` times as many."""
RATE = 3.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the numbers of a `Problem` stand for; its moves are those of the catalogue.

    Attributes
    ----------
    ground
        Its `facilities` are the problem's.
    origin, kind, band
        (D,) of each class; those after them stand for what rooms taken lose.
    """

    ground: Ground
    problem: Problem
    origin: I64
    kind: I64
    band: I64

    def served(self, shares: F64) -> F64:
        """(O, K) worth served by origin and kind under a solution's (P,) shares."""
        each, world = self._worth(shares), self.ground.world
        of_class = self.problem.options.of_class[: len(each)]
        n = len(world.kinds)
        flat = self.origin[of_class] * n + self.kind[of_class]
        total = np.bincount(flat, each, minlength=len(world.origins.names) * n)
        return np.asarray(total.reshape(-1, n))

    def served_new(self, shares: F64) -> dict[Pair, F64]:
        """(O,) worth served by (site, kind) of what is new: rooms, and walks over links."""
        each, options = self._worth(shares), self.problem.options
        facilities, moves = self.ground.facilities, self.ground.catalogue.moves
        found: dict[Pair, F64] = {}
        for p in np.flatnonzero(each > 0):
            facility, link = facilities[options.facility[p]], int(options.link[p])
            if facility.rooms == 0 or link >= 0:
                site = facility.site if facility.rooms == 0 else moves[link].site
                pair = site, self.ground.world.kinds[facility.kind]
                if pair not in found:
                    found[pair] = np.zeros(len(self.ground.world.origins.names))
                found[pair][self.origin[options.of_class[p]]] += each[p]
        return found

    def _worth(self, shares: F64) -> F64:
        """(P',) worth served by each option of a class of wishes."""
        options, classes = self.problem.options, self.problem.classes
        worth = classes.wishes * classes.worth
        each = worth[options.of_class] * options.asked * shares
        return np.asarray(each[: np.searchsorted(options.of_class, len(self.origin))])


def aim_of(aim: SiteAim) -> Aim:
    """The aim in the planner's terms; what a wish counts as is in the worth of its class."""
    return Aim(aim.served, aim.minutes, aim.uncovered, aim.within_minutes, aim.worst)


def planning_problem(
    ground: Ground,
    asking: Asking,
    estimate: Estimate,
    aim: SiteAim,
    budget: float,
    effects: Effects,
    anew: bool = False,
    around: Times | None = None,
) -> tuple[Problem, Meaning]:
    """The planner's problem under a demand.

    Classes are drawn wishes, of one origin, kind and band each; those that take to the same places
    are one. Segments are only told apart where the aim looks at them.

    Parameters
    ----------
    asking
        Of this ground.
    effects
        Factors on what new rooms are promised to serve, and what rooms taken lose.
    anew
        Of other wishes, and more of them: to say what a plan chosen for some is worth.
    around
        Plan in which rooms are as crowded as in the model; None: today.
    """
    worth = ground.kept.copy()
    if aim.count == "person_hours":
        worth *= estimate.hours * estimate.party
    segments = len(ground.world.segments)
    parts = [[s] for s in range(segments)] if aim.group == "segment" else [list(range(segments))]
    total = float(estimate.wishes.sum())
    most, rate = (ANEW, RATE) if anew else (DRAWS, 1.0)
    number = np.clip(rate * total, FEWEST, most)
    each = max(float(np.einsum("oskb,k->", estimate.wishes, worth)), 1e-9) / number
    there = _there(ground, around)
    found = [
        likings(
            ground, asking, estimate, effects, aim, kind, part, each / worth[kind], int(anew), there
        )
        for kind in range(len(worth))
        for part in enumerate(parts)
        if worth[kind] > 0
    ]
    origin, kind, band, part, wishes, options = joined(found)
    group = _groups(ground, aim, part, origin)
    classes = Classes(wishes, worth[kind], group)
    classes, options = _missed(ground, effects, classes, options)
    hours = _hours(ground, classes, options)
    problem = Problem(
        classes=classes,
        facilities=Facilities(
            rooms=np.array([f.rooms for f in ground.facilities], dtype=np.int64), hours=hours
        ),
        moves=_moves(ground, effects, hours),
        options=options,
        budget=budget,
        floor=np.array([s.area_m2 for s in ground.catalogue.sites], dtype=np.float64),
        groups=int(group.max(initial=-1)) + 1,
    )
    return problem, Meaning(ground, problem, origin, kind, band)


def _there(ground: Ground, around: Times | None) -> npt.NDArray[np.bool_]:
    """(F,) facilities that have rooms under a plan."""
    rooms = np.array([f.rooms for f in ground.facilities], dtype=np.int64)
    for n, new, old in zip(around or (), ground.gives, ground.takes, strict=False):
        if n and new >= 0:
            rooms[new] += n
        if n and old >= 0:
            rooms[old] -= n
    return np.asarray(rooms > 0)


def _groups(ground: Ground, aim: SiteAim, part: I64, origin: I64) -> I64:
    """(D,) group whose share counts; none where the aim does not look at the worst-off."""
    if not aim.worst:
        return np.full(len(origin), -1)
    if aim.group == "segment":
        return part
    origins = ground.world.origins
    code = origins.community if aim.group == "community" else origins.zone
    _, dense = np.unique(code[origin], return_inverse=True)
    return dense.astype(np.int64)


def _missed(
    ground: Ground, effects: Effects, classes: Classes, options: Options
) -> tuple[Classes, Options]:
    """Classes that stand for what rooms taken lose: each is served only where its rooms stay.

    They ask for next to no hours, all in the first band, and have no group.
    """
    kinds = ground.world.kinds
    lost = np.array([f.rooms * effects.taken.get(kinds[f.kind], 0.0) for f in ground.facilities])
    at = np.flatnonzero((lost > 0) & [f.takable for f in ground.facilities])
    n = len(at)
    none, one = np.zeros(n, dtype=np.int64), np.ones(n)
    return (
        Classes(
            wishes=np.append(classes.wishes, one),
            worth=np.append(classes.worth, lost[at]),
            group=np.append(classes.group, none - 1),
        ),
        Options(
            of_class=np.append(options.of_class, len(classes.wishes) + np.arange(n)),
            facility=np.append(options.facility, at),
            band=np.append(options.band, none),
            asked=np.append(options.asked, one),
            hours=np.append(options.hours, 1e-3 * one),
            minutes=np.append(options.minutes, 0.0 * one),
            link=np.append(options.link, none - 1),
        ),
    )


def _hours(ground: Ground, classes: Classes, options: Options) -> F64:
    """(F, B) free hours of today; of rooms that may be taken no more than who needs them takes.

    Where a plan may take several rooms the model misses none before the last is gone. With hours
    that are just enough for those who take to no room that stays, each room taken turns its part
    of them away.
    """
    hours = np.array([f.hours * (f.rooms > 0) for f in ground.facilities])
    taken = np.array([f.takable and f.rooms > 1 for f in ground.facilities])
    stays = np.array([f.rooms > 0 and not f.takable for f in ground.facilities])
    first = options.link < 0
    safe = np.zeros(len(classes.wishes), dtype=bool)
    safe[options.of_class[stays[options.facility] & first]] = True
    mine = np.flatnonzero(taken[options.facility] & first & ~safe[options.of_class])
    load = classes.wishes[options.of_class[mine]] * options.asked[mine] * options.hours[mine]
    needed = np.zeros_like(hours)
    np.add.at(needed, (options.facility[mine], options.band[mine]), load)
    hours[taken] = np.minimum(hours[taken], needed[taken])
    return hours


def _moves(ground: Ground, effects: Effects, hours: F64) -> Moves:
    """The catalogue's moves in numbers.

    Parameters
    ----------
    hours
        (F, B) of today's rooms.
    """
    moves, facilities = ground.catalogue.moves, ground.facilities
    site = {s.name: i for i, s in enumerate(ground.catalogue.sites)}
    none = np.zeros(len(ground.bands.names))
    gives_hours, takes_hours = [], []
    for m, move in enumerate(moves):
        new, old = ground.gives[m], ground.takes[m]
        factor = min(1.0, effects.of(move.site, move.kind))
        gives_hours.append(none if new < 0 else facilities[new].hours * factor)
        takes_hours.append(none if old < 0 else hours[old] / facilities[old].rooms)
    return Moves(
        cost=np.array([m.cost.base for m in moves], dtype=np.float64),
        most=np.array([m.most for m in moves], dtype=np.int64),
        site=np.array([site.get(m.site, -1) if m.area_m2 else -1 for m in moves], dtype=np.int64),
        area=np.array([m.area_m2 for m in moves], dtype=np.float64),
        gives=np.array(ground.gives, dtype=np.int64),
        gives_hours=np.array(gives_hours).reshape(len(moves), -1),
        takes=np.array(ground.takes, dtype=np.int64),
        takes_hours=np.array(takes_hours).reshape(len(moves), -1),
        fixed=np.array([m.fixed for m in moves], dtype=np.int64),
    )
