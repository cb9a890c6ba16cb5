"""Seeded instances of the weekly slot problem with every hard rule switched on.

The shape is that of the default scenario's venues and of season rounds as cities describe them
(several acceptable venues in order, first and second choice of time, durations as a range, one to
three sessions a week). The *load* is the hours that requests for prime time ask for at most, over
the prime hours open to them; both count a hall as its two halves. It is met by what is kept for
residents (fewer groups than venues could hold) or by fewer or more sessions a group.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimise.slots.problem import Problem, Requests, Season, Sessions, Venues, Worth

__all__ = ["Shape", "draw"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

STEP, WEEKS, KINDS = 30, 20, 8
_CELLS = 1440 // STEP
_SHARE_OF_PRIME = 0.8
_MINUTES_PER_KM = 12.0
_WEIGHTS = np.array([1.0, 1.5, 2.0, 3.0])


@dataclass(frozen=True, slots=True)
class Shape:
    """Size, load (share of open prime-time hours asked for) and seed of an instance."""

    requests: int
    venues: int
    load: float = 1.0
    seed: int = 1


def draw(shape: Shape) -> Problem:
    """Draw an instance; equal shapes give equal arrays."""
    rng = np.random.default_rng([shape.seed, shape.requests, shape.venues, round(shape.load * 100)])
    season = Season(step=STEP, first_weekday=0, dates=WEEKS * 7)
    venues, where = _venues(rng, shape.venues)
    wishes = _wishes(rng, venues, shape)
    venues = _keep_for_residents(rng, venues, wishes.prime_hours / shape.load)
    requests = _requests(rng, venues, where, wishes)
    rejections = _rejections(rng, requests)
    return Problem(season, venues, requests, Worth(), rejections=rejections)


def prime_hours(venues: Venues) -> F64:
    """Hours a week of prime time open to groups, of each unit, on the first week's hours."""
    open_cells = venues.hours[venues.hours_of[:, :7]] & ~venues.kept & venues.prime
    hours = open_cells.sum(axis=(1, 2)) * STEP / 60
    of_unit = np.zeros(venues.unit_count)
    of_venue = np.repeat(np.arange(len(venues)), np.diff(venues.unit_first))
    np.maximum.at(of_unit, venues.units, hours[of_venue])
    return np.minimum(of_unit, venues.prime_cap * STEP / 60)


def _hour(clock: float) -> int:
    return round(clock * 60 / STEP)


def _patterns() -> Bool:
    """Closed, 8-22, 9-21, 17-22 (schools on weekdays), 9-17 (short days), 14-22."""
    hours = np.zeros((6, _CELLS), dtype=bool)
    for row, (first, last) in enumerate(((8, 22), (9, 21), (17, 22), (9, 17), (14, 22)), start=1):
        hours[row, _hour(first) : _hour(last)] = True
    return hours


def _venues(rng: np.random.Generator, count: int) -> tuple[Venues, F64]:
    """Venues in zones of some 70; one in ten kinds of hall has a whole and two halves."""
    kind = rng.choice(KINDS, size=count, p=[0.2, 0.16, 0.14, 0.12, 0.12, 0.1, 0.08, 0.08])
    side = np.sqrt(max(1.0, count / 219)) * 4.0
    where = rng.uniform(0, side, size=(count, 2))
    capacity = np.rint(np.exp(rng.normal(3.3, 0.5, count))).astype(np.int64) + 4
    equipment = (rng.random((count, 3)) < 0.6) @ np.array([1, 2, 4])
    units: list[list[int]] = [[v] for v in range(count)]
    halls = [v for v in range(0, count - 2, 3) if rng.random() < 0.1]
    for hall in halls:
        kind[hall : hall + 3] = kind[hall]
        where[hall : hall + 3] = where[hall]
        equipment[hall : hall + 3] = 7
        capacity[hall] = 2 * capacity[hall + 1]
        capacity[hall + 2] = capacity[hall + 1]
        units[hall] = [hall + 1, hall + 2]
    used = sorted({u for of in units for u in of})
    number = {unit: i for i, unit in enumerate(used)}
    usual = rng.choice([1, 2, 3, 5], size=count, p=[0.5, 0.25, 0.15, 0.1])
    prime = np.zeros((7, _CELLS), dtype=bool)
    prime[:5, _hour(18) : _hour(22)] = True
    prime[5:, _hour(9) : _hour(21)] = True
    hours_of = _hours_of(rng, usual)
    for hall in halls:
        hours_of[hall + 1 : hall + 3] = hours_of[hall]
    return Venues(
        kind=kind.astype(np.int64),
        capacity=capacity,
        equipment=equipment.astype(np.int64),
        changeover=(rng.random(KINDS) < 0.4).astype(np.int64)[kind],
        hours=_patterns(),
        hours_of=hours_of,
        kept=np.zeros((count, 7, _CELLS), dtype=bool),
        unit_first=np.cumsum([0] + [len(of) for of in units]).astype(np.int64),
        units=np.array([number[u] for of in units for u in of], dtype=np.int64),
        prime=prime,
        prime_cap=np.full(len(used), 7 * _CELLS, dtype=np.int64),
    ), where


def _hours_of(rng: np.random.Generator, usual: I64) -> I64:
    """Usual hours; schools open 9-21 at weekends; five short days, two weeks with closures."""
    count, dates = len(usual), WEEKS * 7
    hours_of = np.repeat(usual[:, None], dates, axis=1)
    weekend = np.arange(dates) % 7 >= 5
    hours_of[np.ix_(usual == 3, weekend)] = 2
    holidays = rng.choice(dates, size=5, replace=False)
    for date in holidays.tolist():
        hours_of[:, date] = np.where(rng.random(count) < 0.5, 0, 4)
    for venue in np.flatnonzero(rng.random(count) < 0.3).tolist():
        week = int(rng.integers(WEEKS))
        hours_of[venue, week * 7 : week * 7 + int(rng.integers(2, 8))] = 0
    return hours_of.astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What requests ask for before they know of venues and hours."""

    kind: I64
    prime: Bool
    shortest: I64
    longest: I64
    sessions: I64

    @property
    def prime_hours(self) -> float:
        """Hours a week that the requests for prime time ask for at most."""
        return float((self.sessions * self.longest)[self.prime].sum()) * STEP / 60


def _wishes(rng: np.random.Generator, venues: Venues, shape: Shape) -> _Wishes:
    count = shape.requests
    open_hours = prime_hours(_capped(venues))
    of_kind = np.bincount(_kind_of_unit(venues), weights=open_hours, minlength=KINDS)
    popular = of_kind * np.exp(rng.normal(0, 0.25, KINDS))
    shortest = rng.choice([2, 3, 4], size=count, p=[0.45, 0.4, 0.15])
    longest = shortest + rng.choice([0, 1, 2], size=count, p=[0.4, 0.35, 0.25])
    prime = rng.random(count) < _SHARE_OF_PRIME
    mean = shape.load * open_hours.sum() / (longest[prime].sum() * STEP / 60)
    # 1 + binomial(2, q) has the mean 1 + 2 q.
    sessions = 1 + rng.binomial(2, (np.clip(mean, 1.0, 2.2) - 1) / 2, size=count)
    kind = rng.choice(KINDS, size=count, p=popular / popular.sum())
    return _Wishes(kind, prime, shortest, longest, sessions)


def _requests(rng: np.random.Generator, venues: Venues, where: F64, wishes: _Wishes) -> Requests:
    count = len(wishes.kind)
    home = rng.uniform(0, where.max(), size=(count, 2))
    options = _options(rng, venues, where, wishes, home)
    first_date, last_date = _dates(rng, count)
    zone = (home[:, 0] * 3 / (where.max() + 1e-9)).astype(np.int64).clip(0, 2)
    sessions = wishes.sessions
    return Requests(
        kind=wishes.kind,
        party=options.party,
        equipment=options.needs,
        shortest=wishes.shortest,
        longest=wishes.longest,
        sessions=sessions,
        spacing=np.where((sessions > 1) & (rng.random(count) < 0.5), 2, 1),
        first_date=first_date,
        last_date=last_date,
        lost_share=rng.choice([0.1, 0.2, 0.3], size=count, p=[0.3, 0.4, 0.3]),
        weight=rng.choice(_WEIGHTS, size=count, p=[0.4, 0.3, 0.2, 0.1]),
        club=rng.integers(0, max(1, round(count / 2.5)), size=count),
        zone=zone,
        segment=rng.integers(0, 5, size=count),
        option_first=options.first,
        option_venue=options.venue,
        option_rank=options.rank,
        option_walk=options.walk,
        **_windows(rng, wishes, _open_days(venues)[options.anchor]),
    )


def _open_days(venues: Venues) -> Bool:
    """Whether groups may use a venue's prime time of a weekday, shape (venues, 7)."""
    open_cells = venues.hours[venues.hours_of[:, :7]] & ~venues.kept & venues.prime
    return np.asarray(open_cells.any(axis=2))


def _kind_of_unit(venues: Venues) -> I64:
    of_venue = np.repeat(np.arange(len(venues)), np.diff(venues.unit_first))
    kind = np.zeros(venues.unit_count, dtype=np.int64)
    kind[venues.units] = venues.kind[of_venue]
    return kind


def _dates(rng: np.random.Generator, count: int) -> tuple[I64, I64]:
    """Nine in ten ask for the whole season, the rest for its first or second half."""
    part = rng.choice(3, size=count, p=[0.9, 0.05, 0.05])
    half = WEEKS // 2 * 7
    return np.where(part == 2, half, 0), np.where(part == 1, half, WEEKS * 7) - 1


@dataclass(frozen=True, slots=True)
class _Options:
    """Acceptable venues of all requests, what they are fit for, and the one each had in mind."""

    party: I64
    needs: I64
    anchor: I64
    first: I64
    venue: I64
    rank: I64
    walk: F64


def _options(
    rng: np.random.Generator, venues: Venues, where: F64, wishes: _Wishes, home: F64
) -> _Options:
    """Up to six suitable venues a request, the nearer the likelier and the higher in order."""
    takes = _open_days(venues).any(axis=1)
    found: list[tuple[int, int, int, I64, F64]] = []
    for of, prime, at in zip(wishes.kind.tolist(), wishes.prime.tolist(), home, strict=True):
        there = np.flatnonzero((venues.kind == of) & takes) if prime else np.zeros(0, np.int64)
        there = there if len(there) else np.flatnonzero(venues.kind == of)
        far = np.abs(where[there] - at).sum(axis=1)
        anchor = int(there[np.argsort(far)[min(len(there) - 1, int(rng.integers(4)))]])
        party = max(2, int(venues.capacity[anchor] * rng.uniform(0.4, 1.0)))
        bits = 1 << int(rng.integers(3)) if rng.random() < 0.3 else 0
        needs = int(venues.equipment[anchor]) & bits
        suits = venues.capacity[there] >= party
        suits &= (venues.equipment[there] & needs) == needs
        nearest = np.flatnonzero(suits)[np.argsort(far[suits], kind="stable")][:10]
        wanted = min(len(nearest), int(rng.integers(2, 7)))
        key = far[nearest] + rng.exponential(1.0, len(nearest))
        chosen = nearest[np.argsort(key)[:wanted]]
        found.append((party, needs, anchor, there[chosen], far[chosen]))
    counts = [len(row[3]) for row in found]
    return _Options(
        party=np.array([row[0] for row in found], dtype=np.int64),
        needs=np.array([row[1] for row in found], dtype=np.int64),
        anchor=np.array([row[2] for row in found], dtype=np.int64),
        first=np.cumsum([0, *counts]),
        venue=np.concatenate([row[3] for row in found]),
        rank=np.concatenate([np.arange(n) for n in counts]),
        walk=_MINUTES_PER_KM * np.concatenate([row[4] for row in found]),
    )


def _windows(rng: np.random.Generator, wishes: _Wishes, open_days: Bool) -> dict[str, I64]:
    """Stretches of first choice on one to three days, and a wider one of second on another.

    Groups know which days of their venue are open to them, and ask for those first.
    """
    first = [0]
    rows: list[tuple[int, int, int, int]] = []
    columns = (wishes.prime.tolist(), wishes.longest.tolist(), wishes.sessions.tolist())
    for prime, long, sessions, days_open in zip(*columns, open_days, strict=True):
        key = rng.random(7 if prime else 5)
        if prime:
            key += ~days_open
        days = np.argsort(key)[: max(sessions + 1, int(rng.integers(2, 5)))]
        for place, day in enumerate(days.tolist()):
            low, high = _stretch(prime, day)
            last = place == len(days) - 1
            width = min(long + int(rng.integers(0, 3)) + 2 * last, _hour(high) - _hour(low))
            begin = int(rng.integers(_hour(low), _hour(high) - width + 1))
            choice = 2 if last or rng.random() < 0.2 else 1
            rows.append((day, begin, begin + width, choice))
        first.append(len(rows))
    table = np.array(rows, dtype=np.int64)
    names = ("window_weekday", "window_begin", "window_end", "window_choice")
    found = {name: table[:, i].copy() for i, name in enumerate(names)}
    return {"window_first": np.array(first, dtype=np.int64), **found}


def _stretch(prime: bool, day: int) -> tuple[int, int]:
    if day >= 5:
        return 9, 21
    return (18, 22) if prime else (8, 18)


def _capped(venues: Venues) -> Venues:
    """Every other unit keeps a fifth of its open prime time for residents, wherever it lies."""
    count = venues.unit_count
    free = prime_hours(replace(venues, prime_cap=np.full(count, 7 * _CELLS)))
    share = np.floor(0.8 * free * 60 / STEP).astype(np.int64)
    return replace(venues, prime_cap=np.where(np.arange(count) % 2 == 0, share, 7 * _CELLS))


def _keep_for_residents(rng: np.random.Generator, venues: Venues, target: float) -> Venues:
    """Keep prime time of days of venues until `target` hours a week are open to groups.

    Halls and their halves are kept together. Days are taken at random, but rather those of some
    venues than those of others: some are for clubs, some for residents.
    """
    halves = _together(venues)
    slots = [(group, day) for group in range(len(halves)) for day in range(7)]
    of_group, of_slot = rng.random(len(halves)), rng.random(len(slots))
    key = [of_group[group] + 0.3 * of_slot[at] for at, (group, _) in enumerate(slots)]
    order = np.argsort(key).tolist()
    kept = venues.kept.copy()
    found = _capped(venues)
    while (surplus := float(prime_hours(found).sum()) - target) > 0 and order:
        take = max(1, min(len(order), int(surplus / 12)))
        for group, day in (slots[at] for at in order[:take]):
            kept[np.ix_(halves[group], [day])] |= venues.prime[day]
        order = order[take:]
        found = _capped(replace(venues, kept=kept))
    return found


def _together(venues: Venues) -> list[list[int]]:
    """Venues that share units, as groups."""
    groups: dict[int, list[int]] = {}
    for v in range(len(venues)):
        for u in venues.units[venues.unit_first[v] : venues.unit_first[v + 1]].tolist():
            groups.setdefault(u, []).append(v)
    merged: dict[int, set[int]] = {}
    for members in groups.values():
        whole = set(members).union(*(merged.get(v, set()) for v in members))
        for v in whole:
            merged[v] = whole
    unique = {min(whole): sorted(whole) for whole in merged.values()}
    return [unique[first] for first in sorted(unique)]


def _rejections(rng: np.random.Generator, requests: Requests) -> Sessions:
    """One request in fifty: the planner rules out its first venue."""
    some = np.flatnonzero(rng.random(len(requests)) < 0.02)
    return Sessions.from_rows(
        [(int(r), int(requests.option_venue[requests.option_first[r]]), -1, -1, -1) for r in some]
    )
