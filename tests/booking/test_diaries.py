"""Diaries and off-platform use on their own: by hand, bit by bit, and by independence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import Parts, model_of, plain

from sim.booking.diaries import OffPlatformPlan, draw_off_platform, each_slot
from sim.streams import replication_key

ROOT = replication_key(1, 0)


def test_what_is_closed_or_used_is_taken_from_the_start(tmp_path: Path) -> None:
    """Day after day, venue by venue; closed counts as taken."""
    plan = rooms(tmp_path, 2, days=2)
    taken = np.zeros_like(plan.free)
    taken[1, 1, 20] = True  # 10:00 of the second day
    busy = plan.diaries(taken)
    by_day = busy.reshape(taken.shape)
    assert by_day[0].tolist() == (~plan.free[0]).tolist()
    assert (by_day != ~plan.free).sum() == 1
    assert busy[1, taken.shape[2] + 20]


def test_each_slot_by_hand() -> None:
    index, slot = each_slot(np.array([5, 0, 9]), np.array([2, 0, 3]))
    assert index.tolist() == [0, 0, 2, 2, 2]
    assert slot.tolist() == [5, 6, 9, 10, 11]


def rooms(folder: Path, number: int = 200, days: int = 28, **off: object) -> OffPlatformPlan:
    """Rooms open from 8 to 22, off-platform use in blocks of two hours."""
    parts: Parts = plain(days).origin("home").centre("hall")
    hours = {"hours": "day", "days": "Mon-holiday", "open": "8:00", "close": "22:00"}
    parts.tables["hours"].append(hours)
    parts.rooms("hall", number, hours="day")
    for row in off.pop("rows", []):  # type: ignore[attr-defined]
        parts.tables["off_platform"].append(row)
    parts.set(off_platform={"share": 0.3, "block_minutes": 120, **off})
    return model_of(parts, folder).off_platform


def shares_apart(hits: np.ndarray, share: float) -> float:
    """z of a number of hits of independent trials."""
    return float((hits.mean() - share) / np.sqrt(share * (1 - share) / hits.size))


def blocks(plan: OffPlatformPlan, root: int = ROOT) -> np.ndarray:
    """(V, D, 7) of the blocks of opening hours; all slots of a block are alike."""
    taken = draw_off_platform(plan, root)
    assert not taken[:, :, :8].any()
    assert not taken[:, :, 22:].any()
    pairs = taken[:, :, 8:22].reshape(*taken.shape[:2], 7, 2)
    assert (pairs[..., 0] == pairs[..., 1]).all()
    return pairs[..., 0]


def test_nothing_where_there_is_none(tmp_path: Path) -> None:
    assert not draw_off_platform(rooms(tmp_path, 3, share=0), ROOT).any()


def test_everything_where_all_is_taken(tmp_path: Path) -> None:
    assert blocks(rooms(tmp_path, 3, share=1)).all()


def test_shares_and_independence(tmp_path: Path) -> None:
    """Dated blocks: the share is met, and blocks of different days, rooms, hours, and replications
    are taken together as often as chance says."""
    plan = rooms(tmp_path, weekly=0)
    own, other = blocks(plan), blocks(plan, replication_key(1, 1))
    pairs = [
        own & other,
        own[:, 1:] & own[:, :-1],
        own[:, 7:] & own[:, :-7],
        own[1:] & own[:-1],
        own[:, :, 1:] & own[:, :, :-1],
    ]
    assert abs(shares_apart(own, 0.3)) <= 4
    for both in pairs:
        # pairs that share a member are correlated a little: 5 instead of 4
        assert abs(shares_apart(both, 0.09)) <= 5


def test_weekly_blocks_come_every_week(tmp_path: Path) -> None:
    """A week determines all; within it, rooms, days and replications are independent."""
    plan = rooms(tmp_path, number=1500, days=14, weekly=1)
    own, other = blocks(plan), blocks(plan, replication_key(1, 1))
    n_days = own.shape[1]
    assert all(np.array_equal(own[:, d], own[:, d + 7]) for d in range(n_days - 7))
    week, others = own[:, :7], other[:, :7]
    assert abs(shares_apart(week, 0.3)) <= 4
    for both in (week & others, week[:, 1:] & week[:, :-1], week[1:] & week[:-1]):
        assert abs(shares_apart(both, 0.09)) <= 5


def test_share_that_recurs(tmp_path: Path) -> None:
    """Of blocks seven days apart, `weekly` are one draw, the others two."""
    own = blocks(rooms(tmp_path, number=1500, days=14, weekly=0.4))
    first, second = own[:, :7], own[:, 7:14]
    assert abs(shares_apart(first & second, 0.4 * 0.3 + 0.6 * 0.09)) <= 4


def test_relative_weights_of_hours(tmp_path: Path) -> None:
    """Twice the share in the hours named, on the days named; half in a block half of it in."""
    row = {"kind": "room", "days": "Mon-Fri", "from": "18:00", "until": "21:00", "relative": 2}
    plan = rooms(tmp_path, number=300, weekly=0, rows=[row])
    chance = plan.chance[0]
    weekday, weekend = plan.weekday < 5, plan.weekday >= 5
    evening = [9, 10]  # blocks 18-20 and 20-22
    assert chance[weekday][:, evening] == pytest.approx(np.tile([0.6, 0.45], (weekday.sum(), 1)))
    assert (np.delete(chance[weekday], evening, axis=1) == 0.3).all()
    assert (chance[weekend] == 0.3).all()
    own = blocks(plan)
    assert abs(shares_apart(own[:, weekday, 5], 0.6)) <= 4
    assert abs(shares_apart(own[:, weekday, 6], 0.45)) <= 4


def test_a_block_that_does_not_fit_the_day_is_cut(tmp_path: Path) -> None:
    """Blocks of five hours from midnight: 5-10, 10-15, 15-20, and 20-22 as far as it is open."""
    plan = rooms(tmp_path, 50, block_minutes=300)
    assert plan.chance == pytest.approx(0.3)  # of the last one too
    taken = draw_off_platform(plan, ROOT)
    assert taken.shape[2] == 24
    parts = [taken[:, :, a:b] for a, b in ((8, 10), (10, 15), (15, 20), (20, 22))]
    assert all((part == part[..., :1]).all() for part in parts)
    first, *_, last = (part[..., 0] for part in parts)
    assert 0 < last.sum() < last.size
    assert not np.array_equal(first, last)


def test_a_club_goes_before(tmp_path: Path) -> None:
    """Its slots are not free, and not counted as taken off the platform."""
    plan = rooms(tmp_path, 2, share=1)
    plan.free[0, 3, 10:12] = False
    taken = draw_off_platform(plan, ROOT)
    assert not taken[0, 3, 10:12].any()
    assert taken[0, 3, 8:10].all()
    assert taken[1, 3, 8:22].all()


def test_blocks_of_a_single_slot(tmp_path: Path) -> None:
    """Hours by themselves: neighbours are taken together as often as chance says."""
    taken = draw_off_platform(rooms(tmp_path, weekly=0, block_minutes=60), ROOT)[:, :, 8:22]
    assert abs(shares_apart(taken, 0.3)) <= 4
    assert abs(shares_apart(taken[:, :, 1:] & taken[:, :, :-1], 0.09)) <= 5
