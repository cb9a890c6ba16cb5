"""Priority: classes in order, and nobody loses by being put into the first."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from builders import Parts, plain
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from booking.scripted import Decided, built, decide, halls, keys
from sim.model import Model

SORTS = ("person", "elder", "student")
PERSON, ELDER, STUDENT = range(3)


def towns(**selection: Any) -> Parts:
    """Two communities, each with a home and a centre of one room; three segments."""
    parts = plain(30, warm_up=3, opens=2)
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    for segment in ("elder", "student"):
        parts.set(**{f"segments__{segment}": {"curve": "flat", "bicycle_share": 0}})
    people = {"person": 10, "elder": 10, "student": 10}
    for community in "CD":
        parts.origin(f"home {community}", people, community=community)
        parts.centre(f"hall {community}", community=community).rooms(f"hall {community}", 1)
    return parts.set(policy__selection={"rule": "priority", "at": "00:00", **selection})


def crowd(model: Model, seed: int, n: int = 400, **more: Any) -> tuple[Decided, list[dict]]:
    """Random requests in both towns, and the same as rows; batches are days."""
    rng = np.random.default_rng(seed)
    column = {
        "key": keys(n, seed),
        "day": rng.integers(3, 13, n),
        "slot": rng.integers(9, 21, n),
        "pool": rng.integers(0, 2, n),
        "segment": rng.integers(0, 3, n),
        "origin": rng.integers(0, 2, n),
        "ask": rng.integers(0, 20, n)
        * 10.0,  # times asked after the opening of the slot: with ties
    }
    column["ask"] -= column["slot"] * 60.0 - 1440.0 + 300.0  # one opening for the whole day
    rows = [dict(zip(column, values, strict=True)) for values in zip(*column.values(), strict=True)]
    key, day = column.pop("key"), column.pop("day")
    number = [model.world.segments.index(name) for name in SORTS]
    column["segment"] = np.array(number)[column["segment"]]
    return decide(model, key, day, **column, **more), rows


def asked_at(row: dict) -> float:
    return float(row["slot"] * 60 + row["ask"])


ORDER = [["elder"], ["residents", "student"]]


def rank(row: dict) -> int:
    """By hand: elders, then residents and students, then the rest."""
    if row["segment"] == ELDER:
        return 0
    return 1 if row["segment"] == STUDENT or row["origin"] == row["pool"] else 2


def test_classes_are_served_in_order_and_by_time_of_asking_within(tmp_path: Path) -> None:
    model = built(towns(order=ORDER), tmp_path)
    got, rows = crowd(model, 1)
    expected = sorted(
        range(len(rows)),
        key=lambda i: (rows[i]["day"], rank(rows[i]), asked_at(rows[i]), rows[i]["key"]),
    )
    assert got.served == expected
    assert {rank(row) for row in rows} == {0, 1, 2}
    assert len({(r["day"], rank(r), asked_at(r)) for r in rows}) < len(rows)  # keys decide some


def test_by_lot_within_classes(tmp_path: Path) -> None:
    """Classes in order; who asked first wins as often as who asked last."""
    model = built(towns(order=ORDER, within="drawn"), tmp_path)
    got, rows = crowd(model, 2)
    ranks = [(rows[i]["day"], rank(rows[i])) for i in got.served]
    assert ranks == sorted(ranks)
    same = halls(40, 1, 70, rule="priority", order=[["person"]], within="drawn")
    alike = built(same, tmp_path / "alike")
    contest = np.repeat(np.arange(40 * 60), 4)
    place = np.tile(np.arange(4), 40 * 60)
    day, pool = 3 + contest // 40, contest % 40
    drawn = decide(alike, keys(len(contest), 3), day, pool=pool, ask=place * 60.0)
    assert drawn.booked.sum() == 40 * 60
    assert stats.chisquare(np.bincount(place[drawn.booked])).pvalue > 1e-4


def test_who_is_in_several_classes_is_in_the_first_of_them(tmp_path: Path) -> None:
    model = built(towns(order=[["residents"], ["elder"], ["elder", "person"]]), tmp_path)
    got, rows = crowd(model, 3)

    def by_hand(row: dict) -> int:
        if row["origin"] == row["pool"]:
            return 0
        return {ELDER: 1, PERSON: 2, STUDENT: 3}[row["segment"]]

    ranks = [(rows[i]["day"], by_hand(rows[i])) for i in got.served]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("within", ["asked", "drawn"])
def test_the_order_of_arrays_does_not_matter(within: str, tmp_path: Path) -> None:
    model = built(towns(order=ORDER, within=within), tmp_path)
    results = [crowd(model, 4, shuffled=s, shift=2)[0] for s in (None, 1, 2)]
    assert 0.1 < results[0].booked.mean() < 0.9
    for other in results[1:]:
        assert other.served == results[0].served
        assert np.array_equal(other.booked, results[0].booked)


@pytest.fixture(scope="module")
def pools_of_rooms(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple, Model]:
    """Worlds of one pool with rooms of different sizes, by how it is decided within a class."""
    made = {}
    for within in ("asked", "drawn"):
        for capacities in ((4,), (4, 8), (4, 4, 20), (8, 8, 20, 4)):
            parts = halls(1, 0, 5, rule="priority", order=[["vip"]], within=within)
            vip = {"curve": "flat", "bicycle_share": 0}
            parts.set(segments__vip=vip).origin("villa", {"vip": 10})
            for number, capacity in enumerate(capacities):
                parts.rooms("hall 00", 1, prefix=f"room {number}", capacity=capacity)
            made[within, capacities] = built(parts, tmp_path_factory.mktemp("worlds"))
    return made


def test_nobody_loses_by_priority(pools_of_rooms: dict[tuple, Model]) -> None:
    """One request each: put somebody, or several, into the first class, and if they had a room they
    still have one. For several that holds with one start and one pool only."""
    helped = []

    @settings(max_examples=150)
    @given(st.integers(0, 2**31))
    def check(seed: int) -> None:
        helped.append(helps(pools_of_rooms, Random(seed)))

    check()
    assert sum(helped) > len(helped) / 10  # where it made no difference nothing is shown


def helps(pools_of_rooms: dict[tuple, Model], r: Random) -> bool:
    """Whether priority got anybody a room in a random situation; it cost nobody theirs."""
    model = pools_of_rooms[r.choice(list(pools_of_rooms))]
    n, flexible = r.randint(2, 9), r.random() < 0.3
    privileged = np.array([r.randint(0, 1) for _ in range(n)])
    number = np.array([model.world.segments.index(name) for name in ("person", "vip")])
    more = {
        "party": np.array([r.choice([1, 4, 6, 8, 15]) for _ in range(n)]),
        "duration": np.array([r.choice([1, 2, 5]) for _ in range(n)]),
        "ask": np.array([r.choice([0.0, 10.0, 20.0, 30.0]) for _ in range(n)]),
        "shift": np.array([r.choice([0, 3]) * flexible for _ in range(n)]),
    }
    key = keys(n, r.getrandbits(32))
    before = decide(model, key, 4, segment=number[privileged], **more)
    groups = [np.array([i]) for i in np.flatnonzero(privileged == 0)]
    if not flexible:
        groups.append(np.flatnonzero((privileged == 0) & (np.array(r.choices((0, 1), k=n)) == 1)))
    helped = False
    for group in groups:
        segment = privileged.copy()
        segment[group] = 1
        after = decide(model, key, 4, segment=number[segment], **more)
        assert (after.booked | ~before.booked)[group].all()
        helped |= bool((after.booked & ~before.booked)[group].any())
    return helped


def test_with_several_starts_they_can_lose_to_each_other(tmp_path: Path) -> None:
    """Three vips for one room. Behind a guest for 12:00 the one who wants three hours from then is
    refused, and two get 13:00 and 14:00; before the guest the one keeps both others out."""
    parts = halls(1, 1, 5, rule="priority", order=[["vip"]])
    parts.set(segments__vip={"curve": "flat", "bicycle_share": 0}).origin("villa", {"vip": 10})
    model = built(parts, tmp_path)
    slot = np.array([12, 12, 13, 14])
    wishes = {"slot": slot, "duration": np.array([1, 3, 1, 1])}
    ask = np.arange(4) * 10.0 - slot * 60.0  # one after the other, the guest first
    for vip, booked in ((0, [True, False, True, True]), (1, [False, True, False, False])):
        segment = np.array([0, vip, vip, vip])
        got = decide(model, keys(4), 4, segment=segment, ask=ask, **wishes)
        assert got.booked.tolist() == booked
