"""What planners do without the loop, with the same money: census p-median, and greedy.

The census p-median is today's practice: weights are heads, all wishes are alike, the existing
centres stay, and p new sites bring rooms near people. It knows no congestion and no kinds: each
site gets rooms of the kinds that are most common today, one after the other, while money lasts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from sim.arrays import F64
from sim.siting.moves.catalogue import Catalogue, Times
from sim.siting.planning.data import PlanningData

FAR = 1e4
"""Minutes to what may not be used, or is beyond reach: worse than any walk."""
_NOTHING = 1e-9
"""Saving of an exchange, as a share of the cost, that is rounding."""


def census_p_median(data: PlanningData, budget: float) -> Times:
    """The most new sites that money equips with a room each, where p-median puts them.

    Fewer sites are tried until every one of them gets a room; what is left equips them further.
    """
    catalogue, world = data.catalogue, data.world
    order = _common_kinds(data)
    sites = [s.name for s in catalogue.sites if _first_rooms(catalogue, [s.name], order)]
    there = sorted({f.centre for f in data.facilities if f.rooms})
    new = [world.centres.names.index(name) for name in sites]
    columns = there + [c for c in new if c not in there]
    people = world.origins.people.sum(axis=1).astype(np.float64)
    cost = people[:, None] * _minutes(data)[:, columns]
    most = min(len(columns) - len(there), _affordable(catalogue, sites, order, budget))
    opened = opened_greedily(cost, len(there), most)
    for p in range(most, 0, -1):
        found = sorted(exchange_sites(cost, len(there), opened[:p]))
        chosen = [world.centres.names[columns[j]] for j in found]
        times = fill(catalogue, chosen, order, budget)
        if times is not None:
            return times
    return tuple(m.fixed for m in catalogue.moves)


def opened_greedily(cost: F64, existing: int, most: int) -> list[int]:
    """Sites in the order in which a greedy planner opens them: each saves most beside the others.

    Parameters
    ----------
    cost
        (demand points, sites), of serving a whole point; the first `existing` sites are open.
    """
    served = cost[:, :existing].min(axis=1) if existing else cost.max(axis=1)
    closed = list(range(existing, cost.shape[1]))
    opened: list[int] = []
    while closed and len(opened) < most:
        saved = np.maximum(served[:, None] - cost[:, closed], 0.0).sum(axis=0)
        opened.append(closed.pop(int(saved.argmax())))
        served = np.minimum(served, cost[:, opened[-1]])
    return opened


def exchange_sites(cost: F64, existing: int, opened: Sequence[int]) -> list[int]:
    """Opened sites, exchanged one for one (Teitz and Bart, 1968) until no exchange saves anything.

    Of all exchanges that which saves most is made. `cost` and `existing` as in `opened_greedily`.
    """
    sites, points = np.array([*range(existing), *opened], dtype=np.int64), np.arange(len(cost))
    closed = np.setdiff1d(np.arange(cost.shape[1]), sites)
    while len(opened) and len(closed):
        service = cost[:, sites]
        server = service.argmin(axis=1)
        least = service[points, server]
        service[points, server] = np.inf
        next_least = np.minimum(cost[:, closed], service.min(axis=1)[:, None])
        saved = np.maximum(least[:, None] - cost[:, closed], 0.0)
        lost = np.zeros((len(sites), len(closed)))  # beyond what is saved, by whom the site served
        np.add.at(lost, server, next_least - least[:, None] + saved)
        gain = (saved.sum(axis=0) - lost)[existing:]
        out, into = np.unravel_index(gain.argmax(), gain.shape)
        if gain[out, into] <= _NOTHING * least.sum():
            break
        sites[existing + out], closed[into] = closed[into], sites[existing + out]
    return [int(site) for site in sites[existing:]]


def fill(
    catalogue: Catalogue, sites: Sequence[str], kinds: Sequence[str], budget: float
) -> Times | None:
    """Rooms at sites, round by round, in the order of kinds; None if not every site gets one.

    What is decided already comes first. Floor area and money are kept to.
    """
    times = [m.fixed for m in catalogue.moves]
    left = budget - sum(n * m.cost.base for n, m in zip(times, catalogue.moves, strict=True))
    floor = {s.name: s.area_m2 for s in catalogue.sites}
    for n, move in zip(times, catalogue.moves, strict=True):
        floor[move.site] = floor.get(move.site, 0.0) - n * move.area_m2
    at = {(m.site, m.kind): i for i, m in enumerate(catalogue.moves) if m.what == "open"}
    opened: Counter[str] = Counter()
    for kind in kinds:
        for site in sites:
            i = at.get((site, kind), -1)
            move = catalogue.moves[i]
            if i < 0 or times[i] >= move.most or move.cost.base > left:
                continue
            if move.area_m2 <= floor[site]:
                times[i] += 1
                left -= move.cost.base
                floor[site] -= move.area_m2
                opened[site] += 1
    return tuple(times) if left >= 0 and all(opened[s] for s in sites) else None


def _common_kinds(data: PlanningData) -> list[str]:
    """Kinds that may be opened, those with most rooms today first."""
    kinds = data.world.kinds
    rooms: Counter[str] = Counter()
    for f in data.facilities:
        rooms[kinds[f.kind]] += f.rooms
    may = {m.kind for m in data.catalogue.moves if m.what == "open"}
    return sorted(may, key=lambda kind: (-rooms[kind], kind))


def _first_rooms(catalogue: Catalogue, sites: Sequence[str], kinds: Sequence[str]) -> list[float]:
    """Cost of the first room of each site that may have any."""
    at = {(m.site, m.kind): m.cost.base for m in catalogue.moves if m.what == "open"}
    found = ([at[site, k] for k in kinds if (site, k) in at][:1] for site in sites)
    return [cost for costs in found for cost in costs]


def _affordable(
    catalogue: Catalogue, sites: Sequence[str], kinds: Sequence[str], budget: float
) -> int:
    """Sites that money equips with a first room at most."""
    return int(np.count_nonzero(np.cumsum(sorted(_first_rooms(catalogue, sites, kinds))) <= budget))


def _minutes(data: PlanningData) -> F64:
    """(O, N) walking minutes of an average resident; `FAR` to what may not be used."""
    people, pace = data.world.origins.people, data.model.plan.pace
    mean = (people @ pace) / np.maximum(people.sum(axis=1), 1)
    return np.asarray(np.where(np.isnan(data.km), FAR, data.km * mean[:, None]))
