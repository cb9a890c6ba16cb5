"""How many wishes are asked: the nested logit of the simulation, in closed form.

With utilities V_j of the centres that a wish may go to, a nest of dissimilarity n and not asking at
`outside`, the share that asks is 1 / (1 + exp(outside - I)), I = n log sum_j exp(V_j / n) (McFadden
1978). With one centre this is the logit of its utility. Centres beyond `travel.max_minutes` are out
by absolute minutes, as in the simulation. That a room suits only some wishes enters as its share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.siting.ground import Facility, Ground, reachable
from sim.world.places import TIERS

__all__ = ["Asking", "Shares"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of wishes that are asked, by origin, segment and band.

    Attributes
    ----------
    today
        (n, S, B) with today's centres.
    here
        (n, S, B) if what is looked to is there: of something new, with today's centres beside it,
        whoever does not reach it asking as today; of a centre of today, of those who reach it.
    walk
        (n, S, B) `here` times minutes on foot.
    """

    today: F64
    here: F64
    walk: F64


class Asking:
    """Shares asked in a world; what today's centres add up to is worked out once a kind."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._spec, self._travel = ground.world.scenario.choice, ground.world.scenario.travel
        rides = ground.model.plan.bicycle_share
        self._modes = np.stack([1.0 - rides, rides], axis=1)  # (S, 2)
        self._today: dict[int, F64] = {}

    def shares(self, facility: Facility, who: I64, km: F64, nearer: bool) -> Shares:
        """Shares of origins to which a facility is so far.

        Parameters
        ----------
        who, km
            (n,) origins and their route kilometres.
        nearer
            Whether a link makes it so near: otherwise a facility of today counts already.
        """
        today = self._sums(facility.kind)[who]
        own = self._weights(facility, km)[..., None] * facility.suits
        usual = self._share(today)
        if facility.rooms and not nearer:
            asked = np.where(own > 0, usual, 0.0)
        else:
            before = np.zeros_like(own)
            if facility.rooms:
                was = self._ground.km[who, facility.centre]
                before = self._weights(facility, was)[..., None] * facility.suits
            asked = np.where(own > 0, self._mixed(today - before, own, facility), usual)
        walk = km[:, None] * self._ground.model.plan.pace[None, :]
        here = self._over_modes(asked)
        return Shares(self._over_modes(usual), here, here * walk[..., None])

    def _mixed(self, rest: F64, own: F64, facility: Facility) -> F64:
        """Share that asks with a facility beside the rest.

        A wish that new rooms do not suit asks as without them; so does a wish that they suit, with
        them. Rooms of today are in the sums by their share already.
        """
        rest = np.maximum(rest, 0.0)
        if facility.rooms:
            return self._share(rest + own)
        suits = facility.suits
        whole = own / np.maximum(suits, 1e-300)
        return np.asarray(suits * self._share(rest + whole) + (1 - suits) * self._share(rest))

    def _over_modes(self, by_mode: F64) -> F64:
        return np.asarray(np.einsum("nsmb,sm->nsb", by_mode, self._modes))

    def _share(self, sums: F64) -> F64:
        """Share that asks, of sums of exp(V / nest); nobody where there is nothing."""
        with np.errstate(divide="ignore", over="ignore"):
            inclusive = self._spec.nest * np.log(sums)
            return np.asarray(1.0 / (1.0 + np.exp(self._spec.outside - inclusive)))

    def _sums(self, kind: int) -> F64:
        """(O, S, 2, B) of today's centres, on foot and with a bicycle at hand."""
        if kind not in self._today:
            ground = self._ground
            shape = len(ground.world.origins.names), *self._modes.shape, len(ground.bands.names)
            total = np.zeros(shape)
            for facility in ground.facilities:
                if facility.kind == kind and facility.rooms:
                    who = np.flatnonzero(reachable(ground, facility, ground.km))
                    weights = self._weights(facility, ground.km[who, facility.centre])
                    total[who] += weights[..., None] * facility.suits
            self._today[kind] = total
        return self._today[kind]

    def _weights(self, facility: Facility, km: F64) -> F64:
        """(n, S, 2) exp(V / nest); 0 beyond reach."""
        spec, travel = self._spec, self._travel
        tier = TIERS[int(self._ground.world.centres.tier[facility.centre])]
        steady = spec.tiers.get(tier, 0.0) + spec.log_rooms * np.log(max(facility.rooms, 1))  # type: ignore[call-overload]
        walk = km[:, None] * self._ground.model.plan.pace[None, :]
        ride = km / travel.bicycle.metres_per_second * (1000.0 / 60.0)
        ride = ride + travel.bicycle.overhead_minutes
        minutes = np.stack([walk, np.minimum(walk, ride[:, None])], axis=2)
        weights = np.exp((steady + spec.per_minute * minutes) / spec.nest)
        return np.asarray(np.where(minutes <= travel.max_minutes, weights, 0.0))
