"""What the planning model is made of: existing and possible rooms, who may use them, distances.

Everything comes from worlds that the simulation would be run in: the catalogue's moves are carried
out once each and the worlds built, so eligibility, minutes and opening hours are the simulation's.
A kind suits a share of the wishes for it: by people, opening hours and starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.model import Model
from sim.scenario.derived.samplers import sampler
from sim.scenario.inputs import Inputs
from sim.siting.moves.application import apply_plan
from sim.siting.moves.catalogue import Catalogue, takable_rooms
from sim.siting.planning.tally import km_of
from sim.siting.planning.today import REASONS, Bands, Latent, band_of_slots, years_of
from sim.world.places import may_enter
from sim.world.world import World, build_world


@dataclass(slots=True)
class Suitability:
    """Rooms of a world; what was worked out is kept, since many rooms are alike.

    Parameters
    ----------
    band
        (T,) band of each slot.
    bands
        How many there are.
    hour
        (K, 168) how wishes of a kind lie over the hours of the week.
    """

    world: World
    band: I64
    bands: int
    hour: F64
    _weights: dict[int, F64] = field(default_factory=dict)
    _open: dict[tuple[int, int, int], F64] = field(default_factory=dict)

    def share(self, venue: int) -> F64:
        """(B,) share of wishes of its kind that a room is large enough and open for.

        Both are independent in the model of demand: the party of a wish says nothing of its time.
        """
        venues = self.world.venues
        kind = int(venues.kind[venue])
        spec, capacity = self.world.scenario.kinds[self.world.kinds[kind]], venues.capacity[venue]
        numbers, weights = zip(*spec.shares_of_rooms.items(), strict=True)
        # parties are rounded to whole people, one at least, and spread over several rooms
        holds = sampler(spec.party).cdf(capacity * np.array(numbers) + 0.5)
        large = float(holds @ np.array(weights))
        return large * self._while_open(kind, venue)

    def open_hours(self, venue: int) -> F64:
        """(B,) open hours in the counting window."""
        is_open = self.world.opening.is_open[self.world.venues.profile[venue]] & self._counted()
        slots = np.bincount(self.band[is_open], minlength=self.bands)
        return np.asarray(slots * (self.world.grid / 60.0))

    def _while_open(self, kind: int, venue: int) -> F64:
        """(B,) share of a band's wishes whose start is offered and that end before closing."""
        venues = self.world.venues
        key = kind, int(venues.profile[venue]), int(venues.start_slots[venue])
        if key not in self._open:
            weight = self._weight(kind)
            run = self.world.opening.run[key[1]].astype(np.int64)
            offered = np.arange(len(run)) % self.world.slots % key[2] == 0
            fits = self._no_longer(kind, run) * offered
            total = np.bincount(self.band, weight, self.bands)
            inside = np.bincount(self.band, weight * fits, self.bands)
            self._open[key] = np.asarray(inside / np.maximum(total, 1e-300))
        return self._open[key]

    def _no_longer(self, kind: int, slots: I64) -> F64:
        """P(a wish is no longer than so many slots); none is shorter than one."""
        duration = sampler(self.world.scenario.kinds[self.world.kinds[kind]].duration_minutes)
        values, at = np.unique(slots, return_inverse=True)
        share = duration.cdf(((values + 0.5) * self.world.grid).astype(np.float64))
        return np.asarray(np.where(values >= 1, share, 0.0)[at])

    def _weight(self, kind: int) -> F64:
        """(T,) how many wishes of a kind start in each counted slot: as the hours of the week.

        Within an hour they lie on the starts that people of the kind prefer.
        """
        if kind not in self._weights:
            world = self.world
            slot = np.arange(world.n_days * world.slots)
            minute = slot % world.slots * world.grid
            week = world.calendar.weekday[slot // world.slots] * 24 + minute // 60
            step = world.scenario.kinds[world.kinds[kind]].start_minutes or world.grid
            preferred = (minute % step == 0) & self._counted()
            self._weights[kind] = self.hour[kind][week] * preferred
        return self._weights[kind]

    def _counted(self) -> Bools:
        calendar = self.world.calendar
        day = np.arange(self.world.n_days * self.world.slots) // self.world.slots
        return np.asarray((day >= calendar.count_from) & (day < calendar.count_until))


@dataclass(frozen=True, slots=True)
class Facility:
    """Rooms of one kind at one place under one rule of access: those of today, or new ones.

    Attributes
    ----------
    centre
        Index in `PlanningData.world`.
    rooms
        That are there today; 0 of new ones.
    hours
        (B,) room-hours a year that are free for bookers: in all today, or of one new room.
    suitability
        (B,) share of wishes of the kind that fit in: not too many people, open all the while.
    takable
        Whether a plan may close or convert its rooms; those of its centre that stay are another.
    """

    site: str
    centre: int
    kind: int
    access: str
    rooms: int
    hours: F64
    suitability: F64
    takable: bool = False


@dataclass(frozen=True, slots=True)
class PlanningData:
    """Facilities of today, then new ones; how far each origin has to each centre.

    Attributes
    ----------
    model
        Of today.
    world
        Today's with every room opened that may be.
    gives, takes
        (M,) facility that each move gives rooms to, or takes them from; -1: none.
    km
        (O, N) route kilometres; NaN where nothing may be used.
    link_km
        By index of the move: `km` with that link open.
    kept
        (K,) share of bookings that are used.
    refused
        (K,) share of requests that are refused today.
    """

    model: Model
    catalogue: Catalogue
    bands: Bands
    world: World
    facilities: tuple[Facility, ...]
    gives: tuple[int, ...]
    takes: tuple[int, ...]
    km: F64
    link_km: dict[int, F64]
    kept: F64
    refused: F64


def reachable(data: PlanningData, facility: Facility, km: F64) -> Bools:
    """(O,) origins that may use a facility by the simulation's rule of access and distances."""
    centres = data.world.centres
    community, compound = centres.community[facility.centre], centres.compound[facility.centre]
    who = may_enter(data.world.origins, facility.access, int(community), int(compound))
    return np.asarray(who & ~np.isnan(km[:, facility.centre]))


def planning_data(
    inputs: Inputs,
    model: Model,
    catalogue: Catalogue,
    bands: Bands,
    latent: Latent,
    replications: int,
) -> PlanningData:
    """Build the worlds in which moves are made, and read off what they offer.

    Parameters
    ----------
    latent
        Of today, added up over so many replications: free hours, and when wishes are for.
    """
    years = years_of(model.world.calendar)
    free, open_ = latent.free / (replications * years), latent.open / (replications * years)
    share = _free_share(model.world, free, open_)
    world = build_world(_with(inputs, catalogue, "open"))
    takable = takable_rooms(inputs, catalogue)
    facilities = list(_of_today(model.world, world, bands, latent, free, takable))
    today = {(f.site, f.kind): i for i, f in enumerate(facilities) if f.takable}
    gives, takes = [-1] * len(catalogue.moves), [-1] * len(catalogue.moves)
    new: dict[tuple[str, int, str], int] = {}
    kinds = {name: k for k, name in enumerate(world.kinds)}
    for what, which, there in _worlds(inputs, catalogue, world):
        suits = Suitability(there, band_of_slots(there, bands), len(bands.names), latent.hour)
        for m in which:
            move = catalogue.moves[m]
            venue = _made(model.world, there, move.site, kinds[move.kind])
            key = move.site, kinds[move.kind], there.venues.access[venue]
            if key not in new:
                new[key] = len(facilities)
                hours = suits.open_hours(venue) / years * share[kinds[move.kind]]
                centre = world.centres.names.index(move.site)
                facilities.append(
                    Facility(move.site, centre, *key[1:], 0, hours, suits.share(venue))
                )
            gives[m] = new[key]
            if what == "convert":
                takes[m] = today[move.site, kinds[move.was]]
    for m, move in enumerate(catalogue.moves):
        if move.what == "close":
            takes[m] = today[move.site, kinds[move.was]]
    return PlanningData(
        model=model,
        catalogue=catalogue,
        bands=bands,
        world=world,
        facilities=tuple(facilities),
        gives=tuple(gives),
        takes=tuple(takes),
        km=km_of(world),
        link_km=dict(_links(inputs, catalogue, world)),
        kept=_kept(latent),
        refused=_refused(latent),
    )


def _kept(latent: Latent) -> F64:
    """(K,) share of bookings that are used; of kinds that nobody books today as of all."""
    booked, used = latent.fate[:, 0], latent.fate[:, 1]
    usual = float(used.sum() / booked.sum()) if booked.any() else 1.0
    return np.asarray(np.where(booked > 0, used / np.maximum(booked, 1.0), usual))


def _refused(latent: Latent) -> F64:
    """(K,) share of requests that today's rooms turn away."""
    turned = latent.reasons[:, [stage == "refused" for stage, _ in REASONS]].sum(axis=1)
    return np.asarray(turned / np.maximum(turned + latent.fate[:, 0], 1.0))


def _with(inputs: Inputs, catalogue: Catalogue, what: str, also: int = -1) -> Inputs:
    """The scenario with all moves of a sort made once, and one other."""
    times = tuple(int(m.what == what or i == also) for i, m in enumerate(catalogue.moves))
    return apply_plan(inputs, catalogue, times)


def _worlds(
    inputs: Inputs, catalogue: Catalogue, opened: World
) -> Iterator[tuple[str, Sequence[int], World]]:
    """Worlds in which moves are made: all openings, then conversions, kind by kind.

    Two conversions may want the same room: those from one kind to one other do not.
    """
    moves = catalogue.moves
    yield "open", [i for i, m in enumerate(moves) if m.what == "open"], opened
    pairs = dict.fromkeys((m.was, m.kind) for m in moves if m.what == "convert")
    for pair in pairs:
        which = [i for i, m in enumerate(moves) if m.what == "convert" and (m.was, m.kind) == pair]
        times = tuple(int(i in which) for i in range(len(moves)))
        yield "convert", which, build_world(apply_plan(inputs, catalogue, times))


def _links(inputs: Inputs, catalogue: Catalogue, opened: World) -> Iterator[tuple[int, F64]]:
    for m, move in enumerate(catalogue.moves):
        if move.what == "link":
            linked = build_world(_with(inputs, catalogue, "open", also=m))
            assert linked.centres.names == opened.centres.names
            yield m, km_of(linked)


def _made(today: World, there: World, site: str, kind: int) -> int:
    """A room that is new in a world: at a site, of a kind."""
    known = set(today.venues.names)
    centre = there.centres.names.index(site)
    at = np.flatnonzero((there.venues.centre == centre) & (there.venues.kind == kind))
    return next(int(v) for v in at if there.venues.names[v] not in known)


def _of_today(
    today: World, world: World, bands: Bands, latent: Latent, free: F64, takable: AbstractSet[str]
) -> Iterator[Facility]:
    """Rooms that are there, by centre, kind and access; those that plans may take apart."""
    venues = today.venues
    suits = Suitability(today, band_of_slots(today, bands), len(bands.names), latent.hour)
    groups: dict[tuple[int, int, str, bool], list[int]] = {}
    for v in range(len(venues)):
        key = (
            int(venues.centre[v]),
            int(venues.kind[v]),
            venues.access[v],
            venues.names[v] in takable,
        )
        groups.setdefault(key, []).append(v)
    for (centre, kind, access, may_go), rooms in groups.items():
        name = today.centres.names[centre]
        yield Facility(
            site=name,
            centre=world.centres.names.index(name),
            kind=kind,
            access=access,
            rooms=len(rooms),
            hours=free[rooms].sum(axis=0),
            suitability=np.max([suits.share(v) for v in rooms], axis=0),
            takable=may_go,
        )


def _free_share(today: World, free: F64, open_: F64) -> F64:
    """(K, B) share of open hours that is free for bookers in today's rooms of a kind.

    New rooms are taken to be used by activities, clubs and off-platform as much as those there are.
    """
    n = len(today.kinds)
    by_kind = np.zeros((2, n, free.shape[1]))
    np.add.at(by_kind[0], today.venues.kind, free)
    np.add.at(by_kind[1], today.venues.kind, open_)
    usual = free.sum(axis=0) / np.maximum(open_.sum(axis=0), 1e-300)
    return np.asarray(
        np.where(by_kind[1] > 0, by_kind[0] / np.maximum(by_kind[1], 1e-300), usual[None])
    )
