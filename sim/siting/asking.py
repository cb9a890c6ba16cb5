"""How many wishes are asked: the nested logit of the simulation, in closed form.

With utilities V_j of the centres that a wish may go to, a nest of dissimilarity n and not asking at
`outside`, the share that asks is 1 / (1 + exp(outside - I)), I = n log sum_j exp(V_j / n) (McFadden
1978). With one centre this is the logit of its utility. Centres beyond `travel.max_minutes` are out
by absolute minutes, as in the simulation.

Rooms suit some wishes only (people, opening hours). Whoever suits a room that suits few is taken to
suit those that suit more: exact where rooms differ in size alone, or where there is one centre.

What a plan may close is not counted on by whoever looks to something less attractive: else a class
that looks to a far new room would ask as if the near one that the same plan closes were there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.demand.choice import felt_minutes
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
        (n, S, B) of those who look to a facility, today's centres beside it that can be counted on.
    walk
        (n, S, B) `here` times minutes on foot.
    """

    today: F64
    here: F64
    walk: F64


@dataclass(frozen=True, slots=True)
class _Kind:
    """Today's facilities of a kind.

    Attributes
    ----------
    numbers
        (E,) in `Ground.facilities`.
    may_go
        (E,) whether a plan may close or convert rooms of it.
    weights
        (O, S, 2, E) exp(V / nest), on foot and with a bicycle at hand; 0 beyond reach.
    edges
        (B, T + 1) shares at which some facility ceases to suit, from 0 to 1.
    suits
        (B, T, E) whether it suits the wishes between two edges.
    """

    numbers: I64
    may_go: npt.NDArray[np.bool_]
    weights: F64
    edges: F64
    suits: F64


class Asking:
    """Shares asked in a world: they do not depend on how many wish."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._spec, self._travel = ground.world.scenario.choice, ground.world.scenario.travel
        rides = ground.model.plan.bicycle_share
        self._modes = np.stack([1.0 - rides, rides], axis=1)  # (S, 2)
        self._kinds: dict[int, _Kind] = {}
        self._known: dict[tuple[int, int], Shares] = {}

    def shares(self, number: int, who: I64, km: F64, link: int = -1) -> Shares:
        """Shares of origins to which a facility is so far, with a link or without.

        Parameters
        ----------
        number
            Of the facility.
        who, km
            (n,) origins and their route kilometres; always the same for a facility and link.
        """
        if (number, link) not in self._known:
            self._known[number, link] = self._shares(number, who, km)
        return self._known[number, link]

    def _shares(self, number: int, who: I64, km: F64) -> Shares:
        facility = self._ground.facilities[number]
        kind = self._kind(facility.kind)
        there = kind.weights[who]
        same = self._same_centre(kind, number)
        own = self._weights(facility, km)
        if not facility.rooms and same.any():  # one room more of a centre is no other centre
            joined = [self._ground.facilities[i].rooms for i in kind.numbers[same]]
            larger = self._weights(replace(facility, rooms=1 + sum(joined)), km)
            own = np.where((there[..., same] > 0).any(axis=-1), larger, own)
        usual = self._whole(kind, there, None, facility)
        beside = np.where(kind.may_go & (there > own[..., None]), 0.0, there)
        beside[..., same] = 0.0
        asked = self._whole(kind, beside, own, facility)
        if facility.rooms:  # whoever does not reach it cannot be served there
            asked = np.where(own[..., None] > 0, asked, 0.0)
        here = self._over_modes(asked)
        walk = km[:, None] * self._ground.model.plan.pace[None, :]
        return Shares(self._over_modes(usual), here, here * walk[..., None])

    def _same_centre(self, kind: _Kind, number: int) -> npt.NDArray[np.bool_]:
        """(E,) which of today's facilities a facility is, or would be joined with."""
        facilities = self._ground.facilities
        if facilities[number].rooms:
            return np.asarray(kind.numbers == number)
        centre = facilities[number].centre
        return np.array([facilities[i].centre == centre for i in kind.numbers], dtype=bool)

    def _whole(self, kind: _Kind, there: F64, own: F64 | None, facility: Facility) -> F64:
        """(n, S, 2, B) share that asks with some of today's facilities, and one more."""
        sums = np.einsum("nsme,bte->nsmbt", there, kind.suits)
        share, width = self._share(sums), np.diff(kind.edges, axis=1)
        if own is None:
            return np.asarray((share * width).sum(axis=-1))
        inside = np.clip(facility.suits[:, None] - kind.edges[:, :-1], 0.0, width)
        more = self._share(sums + own[..., None, None])
        return np.asarray((more * inside + share * (width - inside)).sum(axis=-1))

    def _over_modes(self, by_mode: F64) -> F64:
        return np.asarray(np.einsum("nsmb,sm->nsb", by_mode, self._modes))

    def _share(self, sums: F64) -> F64:
        """Share that asks, of sums of exp(V / nest); nobody where there is nothing."""
        with np.errstate(divide="ignore", over="ignore"):
            inclusive = self._spec.nest * np.log(sums)
            return np.asarray(1.0 / (1.0 + np.exp(self._spec.outside - inclusive)))

    def _kind(self, kind: int) -> _Kind:
        """Today's facilities of a kind, worked out once."""
        if kind not in self._kinds:
            self._kinds[kind] = self._of_kind(kind)
        return self._kinds[kind]

    def _of_kind(self, kind: int) -> _Kind:
        ground = self._ground
        numbers = [i for i, f in enumerate(ground.facilities) if f.kind == kind and f.rooms]
        mine = [ground.facilities[i] for i in numbers]
        weights = np.zeros((len(ground.world.origins.names), *self._modes.shape, len(mine)))
        for e, facility in enumerate(mine):
            who = np.flatnonzero(reachable(ground, facility, ground.km))
            weights[who, ..., e] = self._weights(facility, ground.km[who, facility.centre])
        suits = np.array([f.suits for f in mine]).reshape(len(mine), -1)
        bands = len(ground.bands.names)
        levels = [np.unique(np.append(suits[:, b], [0.0, 1.0])) for b in range(bands)]
        width = max(len(level) for level in levels)
        edges = np.array([np.pad(level, (0, width - len(level)), mode="edge") for level in levels])
        lasts = suits.T[:, None, :] >= edges[:, 1:, None] - 1e-12
        gone = np.isin(numbers, ground.takes)
        return _Kind(np.array(numbers, np.int64), gone, weights, edges, lasts.astype(np.float64))

    def _weights(self, facility: Facility, km: F64) -> F64:
        """(n, S, 2) exp(V / nest); 0 beyond reach."""
        spec, travel = self._spec, self._travel
        tier = TIERS[int(self._ground.world.centres.tier[facility.centre])]
        steady = spec.tiers.get(tier, 0.0) + spec.log_rooms * np.log(max(facility.rooms, 1))  # type: ignore[call-overload]
        walk = km[:, None] * self._ground.model.plan.pace[None, :]
        ride = km / travel.bicycle.metres_per_second * (1000.0 / 60.0)
        ride = ride + travel.bicycle.overhead_minutes
        minutes = np.stack([walk, np.minimum(walk, ride[:, None])], axis=2)
        weights = np.exp((steady + spec.per_minute * felt_minutes(spec, minutes)) / spec.nest)
        return np.asarray(np.where(minutes <= travel.max_minutes, weights, 0.0))
