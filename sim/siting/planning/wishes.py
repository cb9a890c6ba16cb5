"""Wishes drawn with their tastes: which centres each would rather ask at than not at all.

The simulation's choice is a nested logit carried out as one maximum (see `sim.demand.choice`):
with utility V_j of a centre, nest n, positive stable S and unit exponentials E_j a wish would ask
at j if

    V_j + n (log S - log E_j) > outside + Gumbel,   that is   E_j < exp(V_j / n) * strength.

Given its strength a wish takes to each centre independently of others. So a drawn wish is a set of
centres of which one is enough, and a planner that opens and closes rooms for drawn wishes knows by
itself what rooms near each other share and who misses a closed one (sample average approximation;
Haase and Müller 2013 do so for facilities, Pacheco Paneque et al. 2021 for prices).

Rooms of a kind at a centre attract as exp(V / n), V with `log_rooms` x log(rooms): each facility
there is what it adds to those before it, kept rooms first, then those that a plan may take, then
new ones. So rooms under two rules of access are one centre to whoever may use both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64, Bools, each_step
from sim.demand.choice import felt_minutes, log_positive_stable
from sim.scenario.schema.demand import NestedLogit
from sim.siting.planning.data import PlanningData, reachable
from sim.streams import child_keys, key_of, keys_of, uniforms
from sim.world.places import TIERS

_SEGMENT, _RIDE, _SUIT, _ANGLE, _STABLE, _OUTSIDE = purposes = tuple(
    key_of("purpose", f"planner {name}")
    for name in ("segment", "bicycle", "suit", "nest angle", "nest exponential", "outside")
)
_TASTE, _LUCK = key_of("purpose", "planner taste"), key_of("purpose", "planner luck")
_STEPS = dict(zip(purposes, 1.0 / 1.1127756842787055 ** np.arange(1, 7), strict=True))
"""Steps of the sequence j * step + shift (mod 1) that spreads draws evenly in six dimensions:
powers of the root of x^7 = x + 1 (Roberts 2018)."""
_INSIDE = 1e-12


@dataclass(frozen=True, slots=True)
class WishSample:
    """Wishes of a kind, each standing for a part of its class (origin and hour band).

    Attributes
    ----------
    origin, segment, band
        (n,).
    ride
        (n,) 1 with a bicycle at hand.
    wishes
        (n,) a year that each stands for.
    suit
        (n,) in (0, 1): it fits in rooms that suit at least that share of wishes; so whoever fits
        in a room that suits few fits in those that suit more.
    strength
        (n,) of its liking for any centre against not asking.
    key
        (n,) of its taste for single centres.
    """

    origin: I64
    segment: I64
    band: I64
    ride: I64
    wishes: F64
    suit: F64
    strength: F64
    key: U64


class WishSampler:
    """Tastes in a world: they do not depend on what is planned."""

    def __init__(self, data: PlanningData) -> None:
        self._data = data
        self._spec, self._travel = data.world.scenario.choice, data.world.scenario.travel
        world, kinds = data.world, data.world.kinds
        self._origins = keys_of("origin", world.origins.names)
        self._bands = keys_of("band", data.bands.names)
        self._keys = [
            key_of("facility", f.site, kinds[f.kind], f.access, f.rooms > 0, f.takable)
            for f in data.facilities
        ]
        self._before, self._under = self._piled()

    def draw(self, kind: int, wishes: F64, each: float, sample: int = 0) -> WishSample:
        """Draw wishes of a kind; every class that wishes at all is drawn once at least.

        Parameters
        ----------
        wishes
            (O, S, B) a year.
        each
            Wishes that a draw stands for, about.
        sample
            Other numbers draw other wishes of the same classes.
        """
        data, total = self._data, wishes.sum(axis=1)
        origin, band = np.nonzero(total > 0)
        number = np.maximum(1, np.rint(total[origin, band] / each)).astype(np.int64)
        own = np.uint64(key_of("kind", data.world.kinds[kind], sample))
        of_class = (
            child_keys(self._origins[origin] ^ own, np.zeros(1, np.int64)) ^ self._bands[band]
        )
        at, j = each_step(number)

        def spread(purpose: int) -> F64:
            u = (uniforms(of_class, purpose)[at] + j * _STEPS[purpose]) % 1.0
            return np.asarray(np.clip(u, _INSIDE, 1 - _INSIDE))

        split = np.cumsum(wishes, axis=1)[origin, :, band] / total[origin, band][:, None]
        segment = (spread(_SEGMENT)[:, None] > split[at, :-1]).sum(axis=1)
        spec = self._spec
        shared = log_positive_stable(spread(_ANGLE), -np.log(spread(_STABLE)), spec.nest)
        outside = spec.outside - np.log(-np.log(spread(_OUTSIDE)))
        return WishSample(
            origin=origin[at],
            segment=segment,
            band=band[at],
            ride=(spread(_RIDE) < data.model.plan.bicycle_share[segment]).astype(np.int64),
            wishes=(total[origin, band] / number)[at],
            suit=spread(_SUIT),
            strength=np.exp(shared - outside / spec.nest),
            key=child_keys(of_class[at], j),
        )

    def distaste(self, drawn: WishSample, number: int, km: F64) -> F64:
        """(n,) below 1: would rather ask at a facility than not at all, were there no other.

        Of several the one with the least is liked best. With rooms of its centre to which a
        facility adds it is liked as the best of them; infinite where it may not be used, is out of
        reach or does not suit.

        Parameters
        ----------
        km
            (O, N) route kilometres: of the data, or with a link open.
        """
        least = np.full(len(drawn.origin), np.inf)
        for other in (*self._under[number], number):
            facility = self._data.facilities[other]
            weights, reached = self._weights(other, km)
            at = drawn.origin, drawn.segment, drawn.ride
            usable = reached[at] & (drawn.suit < facility.suitability[drawn.band])
            taste = -np.log(uniforms(drawn.key ^ np.uint64(self._keys[other]), _TASTE))
            with np.errstate(divide="ignore"):
                own = taste / (weights[at] * drawn.strength)
            least = np.minimum(least, np.where(usable, own, np.inf))
        return np.asarray(np.where(usable, least, np.inf))

    def distastes(self, drawn: WishSample, kind: int) -> dict[int, F64]:
        """(n,) distaste for each facility of a kind as it is, by its number."""
        data = self._data
        some = (i for i, facility in enumerate(data.facilities) if facility.kind == kind)
        return {i: self.distaste(drawn, i, data.km) for i in some}

    def room_uniforms(self, drawn: WishSample, number: int) -> F64:
        """(n,) in (0, 1): finds a room free at the centre of a facility if refused less often."""
        facility = self._data.facilities[number]
        return uniforms(drawn.key ^ np.uint64(key_of("centre", facility.site)), _LUCK)

    def may_use(self, number: int, km: F64) -> Bools:
        """(O,) who may use a facility, however far it is."""
        return reachable(self._data, self._data.facilities[number], km)

    def _piled(self) -> tuple[list[I64], list[tuple[int, ...]]]:
        """(O,) rooms to which each facility adds, that one may use; and which facilities these are.

        Rooms that are there come first: those that stay, then those that a plan may take.
        """
        data, before, under = self._data, dict[int, I64](), dict[int, tuple[int, ...]]()
        there: dict[tuple[int, int], I64] = {}
        piled: dict[tuple[int, int], list[int]] = {}

        def order(number: int) -> tuple[bool, bool]:
            return data.facilities[number].rooms == 0, data.facilities[number].takable

        for number in sorted(range(len(data.facilities)), key=order):
            facility = data.facilities[number]
            key = facility.centre, facility.kind
            there.setdefault(key, np.zeros(len(data.world.origins.names), np.int64))
            before[number], under[number] = there[key].copy(), tuple(piled.setdefault(key, []))
            if facility.rooms:
                there[key] += facility.rooms * reachable(data, facility, data.km)
                piled[key].append(number)
        numbers = range(len(data.facilities))
        return [before[n] for n in numbers], [under[n] for n in numbers]

    def rooms_up_to(self, number: int) -> int:
        """Rooms of its kind at its centre with a facility: those that it adds to, and its own."""
        facilities = self._data.facilities
        under = sum(facilities[other].rooms for other in self._under[number])
        return under + max(facilities[number].rooms, 1)

    def _weights(self, number: int, km: F64) -> tuple[F64, Bools]:
        """(O, S, 2) what it adds to the sum of exp(V / nest), on foot and with a bicycle.

        And whether it is within reach.
        """
        data, facility = self._data, self._data.facilities[number]
        spec, travel = self._spec, self._travel
        away = np.where(reachable(data, facility, km), km[:, facility.centre], np.inf)
        tier = TIERS[int(data.world.centres.tier[facility.centre])]
        walk = away[:, None] * data.model.plan.pace[None, :]
        ride = away / travel.bicycle.metres_per_second * (1000.0 / 60.0)
        ride = ride + travel.bicycle.overhead_minutes
        minutes = np.stack([walk, np.minimum(walk, ride[:, None])], axis=2)
        steady = spec.tiers.get(tier, 0.0)  # type: ignore[call-overload]
        alone = np.exp((steady + spec.per_minute * felt_minutes(spec, minutes)) / spec.nest)
        more = _attracts(self._before[number] + max(facility.rooms, 1), spec)
        more = more - _attracts(self._before[number], spec)
        reached = minutes <= travel.max_minutes
        return np.where(reached, alone, 0.0) * more[:, None, None], reached


def _attracts(rooms: I64, spec: NestedLogit) -> F64:
    """Attraction of rooms at a centre, of what one does: exp(log_rooms x log(rooms) / nest)."""
    more = np.maximum(rooms, 1).astype(np.float64) ** (spec.log_rooms / spec.nest)
    return np.asarray(np.where(rooms > 0, more, 0.0))
