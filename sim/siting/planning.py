"""From what is known of demand and places to the planner's model, and back to names.

How many of a class ask is the nested logit of the simulation: with today's centres, and where it
looks to something new, with that beside them (see `asking`). Whatever a class looks to is charged
with all its wishes, so every wish served takes its hours in one place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.problem import Classes, Facilities, Moves, Options, Problem
from optimise.siting.planner.solution import Aim
from sim.scenario.schema.siting import SiteAim
from sim.siting.asking import Asking
from sim.siting.effects import Effects, Pair
from sim.siting.estimate import Estimate
from sim.siting.ground import Facility, Ground, reachable

__all__ = ["Meaning", "aim_of", "planning_problem"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
_Columns = tuple[I64, I64, I64, F64, F64, F64, I64]

LEAST = 1e-6
"""Shares asked below are left out."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the numbers of a `Problem` stand for; its moves are those of the catalogue.

    Attributes
    ----------
    ground
        Its `facilities` are the problem's.
    origin, kind, band
        (D,) of each class.
    """

    ground: Ground
    problem: Problem
    origin: I64
    kind: I64
    band: I64

    def served(self, shares: F64) -> F64:
        """(O, K) worth served by origin and kind under a solution's (P,) shares."""
        each = self._worth(shares)
        options, world = self.problem.options, self.ground.world
        n = len(world.kinds)
        flat = self.origin[options.of_class] * n + self.kind[options.of_class]
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
        """(P,) worth served by each option."""
        options, classes = self.problem.options, self.problem.classes
        worth = classes.wishes * classes.worth
        return np.asarray(worth[options.of_class] * options.asked * shares)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A facility as some origins can reach it.

    Attributes
    ----------
    who, km
        Origins, and their route kilometres.
    """

    number: int
    facility: Facility
    link: int
    factor: float
    who: I64
    km: F64


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
) -> tuple[Problem, Meaning]:
    """The planner's problem under a demand.

    Classes are origins x kinds x bands; segments are only told apart where the aim looks at them.

    Parameters
    ----------
    asking
        Of this ground; what it works out once serves all problems.
    effects
        Factors on what new rooms are promised to serve.
    """
    world = ground.world
    segments = len(world.segments)
    parts = [[s] for s in range(segments)] if aim.group == "segment" else [list(range(segments))]
    by_part = [estimate.wishes[:, part].sum(axis=1) for part in parts]
    total = np.stack(by_part)
    part, origin, kind, band = np.nonzero(total > 0)
    number = np.full(total.shape, -1)
    number[part, origin, kind, band] = np.arange(len(part))
    worth = ground.kept.copy()
    if aim.count == "person_hours":
        worth *= estimate.hours * estimate.party
    group = _groups(ground, aim, part, origin)
    classes = Classes(total[part, origin, kind, band], worth[kind], group)
    offers = list(_offers(ground, effects))
    columns = [
        column
        for p, members in enumerate(parts)
        for offer in offers
        for column in [_options(asking, estimate, members, number[p], offer)]
        if len(column[0])
    ]
    options = _sorted(columns)
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


def _offers(ground: Ground, effects: Effects) -> Iterator[_Offer]:
    """Facilities as they are, then as each link would bring them nearer."""
    kinds = ground.world.kinds
    for number, facility in enumerate(ground.facilities):
        kind = kinds[facility.kind]
        factor = 1.0 if facility.rooms else effects.of(facility.site, kind)
        before = ground.km[:, facility.centre]
        who = np.flatnonzero(reachable(ground, facility, ground.km))
        yield _Offer(number, facility, -1, factor, who, before[who])
        for move, km in ground.link_km.items():
            after = km[:, facility.centre]
            nearer = reachable(ground, facility, km) & ~(after >= before - 1e-9)
            who = np.flatnonzero(nearer)
            if len(who):
                name = ground.catalogue.moves[move].site
                other = factor if not facility.rooms else effects.of(name, kind)
                yield _Offer(number, facility, move, other, who, after[who])


def _options(
    asking: Asking, estimate: Estimate, members: list[int], number: I64, offer: _Offer
) -> _Columns:
    """Columns of `Options` for an offer: those origins and bands that wish its kind."""
    facility = offer.facility
    shares = asking.shares(offer.number, offer.who, offer.km, offer.link)
    wishes = estimate.wishes[offer.who][:, members, facility.kind]  # (n, S', B)
    total = np.maximum(wishes.sum(axis=1), 1e-300)
    base, come, far = (
        (wishes * part[:, members]).sum(axis=1) for part in (shares.today, shares.here, shares.walk)
    )
    minutes = far / np.maximum(come, 1e-300)
    asked = come / total
    if facility.rooms == 0 or offer.link >= 0:
        scaled = np.where(come > base, base + offer.factor * (come - base), come)
        asked = np.clip(scaled / total, 0.0, 1.0)
    at, band = np.nonzero((asked > LEAST) & (number[offer.who, facility.kind] >= 0))
    n = len(at)
    return (
        number[offer.who[at], facility.kind, band],
        np.full(n, offer.number),
        band,
        asked[at, band],
        np.full(n, estimate.hours[facility.kind]),
        minutes[at, band],
        np.full(n, offer.link),
    )


def _sorted(columns: list[_Columns]) -> Options:
    """All options by class, then facility."""
    if not columns:
        none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        return Options(none, none, none, nothing, nothing, nothing, none)
    of_class, facility, band, asked, hours, minutes, link = (
        np.concatenate(parts) for parts in zip(*columns, strict=True)
    )
    order = np.lexsort((link, facility, of_class))
    return Options(
        of_class=of_class[order].astype(np.int64),
        facility=facility[order].astype(np.int64),
        band=band[order].astype(np.int64),
        asked=asked[order].astype(np.float64),
        hours=hours[order].astype(np.float64),
        minutes=minutes[order].astype(np.float64),
        link=link[order].astype(np.int64),
    )


def _hours(ground: Ground, classes: Classes, options: Options) -> F64:
    """(F, B) free hours of today; of rooms that may be taken no more than who looks there needs.

    A centre that loses one of its rooms attracts fewer (`choice.log_rooms`). The model has no words
    for that; with hours that are just enough, each room taken turns its part of them away.
    """
    hours = np.array([f.hours * (f.rooms > 0) for f in ground.facilities])
    there = np.array([f.rooms > 0 for f in ground.facilities])
    known = np.flatnonzero(there[options.facility] & (options.link < 0))
    order = known[
        np.lexsort((options.minutes[known], -options.asked[known], options.of_class[known]))
    ]
    first = order[np.diff(options.of_class[order], prepend=-1) != 0]
    load = classes.wishes[options.of_class[first]] * options.asked[first] * options.hours[first]
    needed = np.zeros_like(hours)
    np.add.at(needed, (options.facility[first], options.band[first]), load)
    taken = np.unique([t for t in ground.takes if t >= 0]).astype(np.int64)
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
