"""From what is known of demand and places to the planner's model.

How many of a class ask is the nested logit of the simulation: with today's centres, and where it
looks to something new, with that beside them (see `wishes`). Whatever a class looks to is charged
with all its wishes, so every wish served takes its hours in one place.
"""

from __future__ import annotations

import numpy as np

from optimise.siting.problem import Classes, Facilities, Moves, Problem, ServiceOptions
from sim.arrays import F64, I64
from sim.scenario.schema.siting import SiteAim
from sim.siting.planning.data import PlanningData
from sim.siting.planning.tastes import joined, tastes
from sim.siting.planning.today import Estimate
from sim.siting.planning.wishes import WishSampler

DRAWS, FRESH_DRAWS, FEWEST = 20_000, 60_000, 2_000
"""Wishes drawn for all classes together, about: at most to plan for, at most to say what plans are
worth, and at least. Between them as many as there are in a year, or `RATE` times as many."""
RATE = 3.0


def planning_problem(
    data: PlanningData,
    sampler: WishSampler,
    estimate: Estimate,
    aim: SiteAim,
    budget: float,
    fresh_wishes: bool = False,
) -> Problem:
    """The planner's problem under a demand.

    Classes are drawn wishes, of one origin, kind and band each; those that take to the same places
    are one. Segments are only told apart where the aim looks at them.

    Parameters
    ----------
    sampler
        Of this data.
    fresh_wishes
        Of other wishes, and more of them: to say what a plan chosen for some is worth.
    """
    worth = data.kept.copy()
    if aim.count == "person_hours":
        worth *= estimate.hours * estimate.party
    segments = len(data.world.segments)
    parts = [[s] for s in range(segments)] if aim.group == "segment" else [list(range(segments))]
    total = float(estimate.wishes.sum())
    most, rate = (FRESH_DRAWS, RATE) if fresh_wishes else (DRAWS, 1.0)
    number = np.clip(rate * total, FEWEST, most)
    each = max(float(np.einsum("oskb,k->", estimate.wishes, worth)), 1e-9) / number
    found = [
        tastes(data, sampler, estimate, aim, kind, part, each / worth[kind], int(fresh_wishes))
        for kind in range(len(worth))
        for part in enumerate(parts)
        if worth[kind] > 0
    ]
    origin, kind, part, wishes, options = joined(found, aim, worth)
    group = _groups(data, aim, part, origin)
    classes = Classes(wishes, worth[kind], group)
    hours = _hours(data, classes, options)
    return Problem(
        classes=classes,
        facilities=Facilities(
            rooms=np.array([f.rooms for f in data.facilities], dtype=np.int64), hours=hours
        ),
        moves=_moves(data, hours),
        options=options,
        budget=budget,
        floor=np.array([s.area_m2 for s in data.catalogue.sites], dtype=np.float64),
        groups=int(group.max(initial=-1)) + 1,
    )


def _groups(data: PlanningData, aim: SiteAim, part: I64, origin: I64) -> I64:
    """(D,) group whose share counts; none where the aim does not look at the worst-off."""
    if not aim.worst:
        return np.full(len(origin), -1)
    if aim.group == "segment":
        return part
    origins = data.world.origins
    code = origins.community if aim.group == "community" else origins.zone
    _, dense = np.unique(code[origin], return_inverse=True)
    return dense.astype(np.int64)


def _hours(data: PlanningData, classes: Classes, options: ServiceOptions) -> F64:
    """(F, B) free hours of today; of rooms that may be taken no more than who needs them takes.

    Where a plan may take several rooms the model misses none before the last is gone. With hours
    that are just enough for those who take to no room that stays, each room taken turns its part
    of them away.
    """
    hours = np.array([f.hours * (f.rooms > 0) for f in data.facilities])
    taken = np.array([f.takable and f.rooms > 1 for f in data.facilities])
    stays = np.array([f.rooms > 0 and not f.takable for f in data.facilities])
    first = options.link < 0
    safe = np.zeros(len(classes.wishes), dtype=bool)
    safe[options.of_class[stays[options.facility] & first]] = True
    mine = np.flatnonzero(taken[options.facility] & first & ~safe[options.of_class])
    load = classes.wishes[options.of_class[mine]] * options.asked[mine] * options.hours[mine]
    needed = np.zeros_like(hours)
    np.add.at(needed, (options.facility[mine], options.band[mine]), load)
    hours[taken] = np.minimum(hours[taken], needed[taken])
    return hours


def _moves(data: PlanningData, hours: F64) -> Moves:
    """The catalogue's moves in numbers.

    Parameters
    ----------
    hours
        (F, B) of today's rooms.
    """
    moves, facilities = data.catalogue.moves, data.facilities
    site = {s.name: i for i, s in enumerate(data.catalogue.sites)}
    none = np.zeros(len(data.bands.names))
    gives_hours, takes_hours = [], []
    for new, old in zip(data.gives, data.takes, strict=True):
        gives_hours.append(none if new < 0 else facilities[new].hours)
        takes_hours.append(none if old < 0 else hours[old] / facilities[old].rooms)
    return Moves(
        cost=np.array([m.cost.base for m in moves], dtype=np.float64),
        most=np.array([m.most for m in moves], dtype=np.int64),
        site=np.array([site.get(m.site, -1) if m.area_m2 else -1 for m in moves], dtype=np.int64),
        area=np.array([m.area_m2 for m in moves], dtype=np.float64),
        gives=np.array(data.gives, dtype=np.int64),
        gives_hours=np.array(gives_hours).reshape(len(moves), -1),
        takes=np.array(data.takes, dtype=np.int64),
        takes_hours=np.array(takes_hours).reshape(len(moves), -1),
        fixed=np.array([m.fixed for m in moves], dtype=np.int64),
    )
