"""Who is drawn to a session held somewhere: people near by, the fewer the longer the walk.

A *spot* is a centre with an access rule: whoever may enter the one room of a centre may enter all
that have the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64
from sim.world.places import may_enter
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Crowd:
    """People who may come to every spot, weighed by their walk.

    Attributes
    ----------
    mass
        (spots, S) people of a segment, each counted as exp(per_minute x minutes on foot).
    edges
        (spots * S * O,) flattened: row + share of the row's mass up to and including each origin.
    spot
        (spots by name) index of every (centre, access) that was asked for.
    """

    mass: F64
    edges: F64
    origins: int
    spot: dict[tuple[int, str], int]

    def origin(self, spot: I64, segment: I64, u: F64) -> I64:
        """Origin of each person, by inversion; the row must have mass."""
        row = spot * self.mass.shape[1] + segment
        mark = np.minimum(row + u, np.nextafter(row + 1.0, 0.0))
        return np.asarray(np.searchsorted(self.edges, mark, side="right") - row * self.origins)


def build_crowd(world: World, wanted: Sequence[tuple[int, str]], per_minute: float) -> Crowd:
    """Weigh everybody's walk to every (centre, access) that sessions may be held at."""
    spots = sorted(set(wanted))
    people = world.people
    counts = np.zeros(world.origins.people.shape)
    counts[people.origin, people.segment] = people.people
    segments = list(world.scenario.segments.values())
    pace = np.array([1000.0 / 60.0 / s.metres_per_second for s in segments])
    weight = np.empty((len(spots), len(segments), len(world.origins.names)))
    for i, (centre, access) in enumerate(spots):
        away = world.origins.xy - world.centres.xy[centre]
        straight = np.hypot(away[:, 0], away[:, 1])
        km = world.routes.km(np.arange(len(straight)), np.array(centre), straight)
        minutes = pace[:, None] * km[None, :]
        within = minutes <= world.scenario.travel.max_minutes
        where = int(world.centres.community[centre]), int(world.centres.compound[centre])
        within &= may_enter(world.origins, access, *where)[None, :]
        weight[i] = np.where(within, np.exp(per_minute * minutes) * counts.T, 0.0)
    mass = weight.sum(axis=2)
    running = np.cumsum(weight, axis=2)
    total = running[:, :, -1:]
    share = np.divide(running, total, where=total > 0, out=np.zeros_like(running))
    rows = np.arange(mass.size).reshape(*mass.shape, 1)
    return Crowd(
        mass=mass,
        edges=(rows + share).ravel(),
        origins=len(world.origins.names),
        spot={spot: i for i, spot in enumerate(spots)},
    )
