"""Stays of people against slow plain loops: which are kept, and who is where at a time."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from sim.model.whereabouts import Stays, _first_of_overlapping, _lookup
from sim.world.places import person_ids

Stay = tuple[int, int, int]
"""Person, start, end."""


def random_stays(r: Random, number: int, people: int) -> list[Stay]:
    """Stays on a coarse grid, so that many touch, begin together, or are the same."""
    ids = [r.randrange(4) * 2**32 + r.randrange(people) for _ in range(people)]
    found = []
    for _ in range(number):
        start = r.randrange(0, 600, 30)
        found.append((r.choice(ids), start, start + r.randrange(30, 200, 30)))
    return found


def stays_of(rows: list[Stay]) -> Stays:
    person, start, end = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Stays(person.copy(), start.copy(), end.copy())


def overlap(a: Stay, b: Stay) -> bool:
    """Of one person, with time in common: to end when the other begins is none."""
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def kept_by_hand(rows: list[Stay]) -> list[bool]:
    """By start, then end, then order of rows: kept if it overlaps none kept before."""
    kept = [False] * len(rows)
    for i in sorted(range(len(rows)), key=lambda i: (rows[i][1], rows[i][2])):
        kept[i] = not any(kept[j] and overlap(rows[i], rows[j]) for j in range(len(rows)))
    return kept


@pytest.mark.parametrize("seed", range(40))
def test_of_overlapping_stays_the_first_to_begin_is_kept(seed: int) -> None:
    r = Random(seed)
    rows = random_stays(r, r.choice([0, 1, 2, 50, 150]), r.choice([1, 3, 20]))
    kept = _first_of_overlapping(stays_of(rows))
    assert kept.tolist() == kept_by_hand(rows)
    if len(rows) == 150:
        assert 5 < kept.sum() < 145


def test_a_stay_that_is_dropped_drops_no_other() -> None:
    """10-12 stays, 11-13 goes, and 12-14 stays although it overlaps the one that goes."""
    rows = [(1, 11, 13), (1, 12, 14), (1, 10, 12), (2, 11, 13)]
    assert _first_of_overlapping(stays_of(rows)).tolist() == [False, True, True, True]


def test_a_long_stay_outlives_short_ones() -> None:
    """0-100 keeps out 10-20, 30-40 and 90-110, though 30-40 follows 10-20 without overlap."""
    rows = [(1, 0, 100), (1, 10, 20), (1, 30, 40), (1, 90, 110), (1, 100, 101)]
    assert _first_of_overlapping(stays_of(rows)).tolist() == [True, False, False, False, True]


@pytest.mark.parametrize("seed", range(40))
def test_who_is_elsewhere(seed: int) -> None:
    """Asked of stays that do not overlap, for known and unknown people, times in and out."""
    r = Random(seed)
    rows = random_stays(r, r.choice([1, 2, 60, 300]), r.choice([1, 5, 60]))
    rows = [row for row, kept in zip(rows, kept_by_hand(rows), strict=True) if kept]
    r.shuffle(rows)
    elsewhere = _lookup(stays_of(rows))
    asked = []
    for _ in range(400):
        person = r.choice(rows)[0] if r.random() < 0.8 else r.randrange(4) * 2**32 + 77
        since = r.choice([r.randrange(-60, 900, 30), r.uniform(-60, 900)])
        asked.append((person, since, since + r.choice([0, 0.5, 30, 60, 5000])))
    person, since, until = (np.array(x) for x in zip(*asked, strict=True))
    found = elsewhere(person.astype(np.int64), since.astype(float), until.astype(float))
    by_hand = [any(row[0] == p and row[1] < u and s < row[2] for row in rows) for p, s, u in asked]
    assert found.tolist() == by_hand


def test_edges_of_a_stay() -> None:
    """[60, 120): who leaves at 60 or sets out at 120 has not been elsewhere."""
    elsewhere = _lookup(stays_of([(5, 60, 120), (9, 0, 30)]))
    times = [(0, 60), (0, 60.001), (120, 200), (119.999, 200), (60, 60), (80, 80), (0, 1e9)]
    since, until = np.array(times, dtype=np.float64).T
    found = elsewhere(np.full(len(times), 5), since, until)
    assert found.tolist() == [False, True, False, True, False, True, True]


def test_the_last_stay_of_the_person_before_is_not_mine() -> None:
    """Person 7 has only a late stay; person 6 before them in order has one all the time."""
    elsewhere = _lookup(stays_of([(6, 0, 1000), (7, 900, 950)]))
    person = np.array([7, 7, 6, 8])
    found = elsewhere(person, np.array([0.0, 960, 0, 0]), np.array([500.0, 990, 500, 500]))
    assert found.tolist() == [False, False, True, False]


def test_nobody_asked() -> None:
    elsewhere = _lookup(stays_of([(1, 0, 10)]))
    nobody = np.zeros(0)
    assert elsewhere(nobody.astype(np.int64), nobody, nobody).tolist() == []


def test_many_people_share_a_bucket() -> None:
    """A million people of many groups beside a hundred with stays: no false alarm, no miss."""
    group, number = np.divmod(np.arange(1_000_000), 4000)
    people = person_ids(group.astype(np.int64), number.astype(np.int64))
    own = people[::10_007]
    n = len(own)
    elsewhere = _lookup(Stays(own, np.full(n, 600), np.full(n, 660)))
    found = elsewhere(people, np.full(len(people), 610.0), np.full(len(people), 620.0))
    assert np.array_equal(people[found], own)
