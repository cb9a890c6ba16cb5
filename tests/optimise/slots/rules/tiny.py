"""Seasons of a few requests for a few rooms, in which every outcome can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimise.slots.problem import Problem, Requests, Season, Sessions, Venues, Worth

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
Stretch = tuple[int, int, int]
"""Weekday, first and last hour."""


@dataclass(frozen=True)
class Ask:
    """A request; hours are cells."""

    windows: Sequence[Stretch]
    second: Sequence[Stretch] = ()
    sessions: int = 1
    shortest: int = 1
    longest: int = 1
    weight: float = 1.0
    spacing: int = 1
    venues: Sequence[int] = (0,)


def tiny(asks: Sequence[Ask], venues: int = 1, **more: Sessions) -> Problem:
    """One week of 24 hours a day, in rooms that are always open."""
    windows = [
        (r, *w, choice)
        for r, ask in enumerate(asks)
        for choice, some in ((1, ask.windows), (2, ask.second))
        for w in some
    ]
    options = [(r, v, rank) for r, ask in enumerate(asks) for rank, v in enumerate(ask.venues)]
    count = len(asks)
    zeros, ones = np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.int64)
    requests = Requests(
        kind=zeros,
        party=ones,
        equipment=zeros,
        shortest=_of(ask.shortest for ask in asks),
        longest=_of(ask.longest for ask in asks),
        sessions=_of(ask.sessions for ask in asks),
        spacing=_of(ask.spacing for ask in asks),
        first_date=zeros,
        last_date=6 * ones,
        lost_share=np.zeros(count),
        weight=np.array([ask.weight for ask in asks]),
        club=zeros,
        zone=zeros,
        segment=zeros,
        option_first=_first([o[0] for o in options], count),
        option_venue=_of(o[1] for o in options),
        option_rank=_of(o[2] for o in options),
        option_walk=np.zeros(len(options)),
        window_first=_first([w[0] for w in windows], count),
        window_weekday=_of(w[1] for w in windows),
        window_begin=_of(w[2] for w in windows),
        window_end=_of(w[3] for w in windows),
        window_choice=_of(w[4] for w in windows),
    )
    season = Season(step=60, first_weekday=MON, dates=7)
    return Problem(season, _rooms(venues), requests, Worth(), **more)


def renumbered(problem: Problem, order: np.ndarray) -> Problem:
    """The same season, its requests in another order; new request i is old request order[i]."""
    asked = problem.requests
    fields = {
        name: getattr(asked, name)[order]
        for name in Requests.__slots__
        if not name.startswith(("option_", "window_"))
    }
    for stem in ("option", "window"):
        first = getattr(asked, f"{stem}_first")
        entries = np.concatenate([np.arange(first[r], first[r + 1]) for r in order])
        fields[f"{stem}_first"] = np.cumsum([0, *np.diff(first)[order]])
        names = [n for n in Requests.__slots__ if n.startswith(f"{stem}_")][1:]
        fields |= {name: getattr(asked, name)[entries] for name in names}
    new = np.argsort(order)
    moved = {
        name: replace(some, request=np.where(some.request >= 0, new[some.request], some.request))
        for name in ("locks", "rejections", "last_season")
        if len(some := getattr(problem, name))
    }
    return replace(problem, requests=Requests(**fields), **moved)


def _rooms(count: int) -> Venues:
    zeros, never = np.zeros(count, dtype=np.int64), np.zeros((7, 24), dtype=bool)
    return Venues(
        kind=zeros,
        capacity=np.full(count, 10),
        equipment=zeros,
        changeover=zeros,
        hours=np.ones((1, 24), dtype=bool),
        hours_of=np.zeros((count, 7), dtype=np.int64),
        kept=np.zeros((count, 7, 24), dtype=bool),
        unit_first=np.arange(count + 1),
        units=np.arange(count),
        prime=never,
        prime_cap=np.zeros(count, dtype=np.int64),
    )


def _of(values) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)


def _first(owner: Sequence[int], count: int) -> np.ndarray:
    return np.searchsorted(owner, np.arange(count + 1))
