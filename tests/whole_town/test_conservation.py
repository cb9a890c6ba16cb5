"""Nothing is lost and nobody is double, at every step, in random towns where all parts meet."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.booking.requests import Outcome
from sim.programme.sessions import SignUpFate, Status

from .conservation import check_rooms, check_sign_ups, check_wishes
from .people import check_hours, check_one_place, check_points, check_visits
from .played import Played, play

SEEDS = st.integers(0, 2**31)
CHECKS = (
    check_rooms, check_wishes, check_sign_ups, check_visits, check_hours, check_one_place,
    check_points,
)  # fmt: skip


def check(seed: int) -> Played:
    played = play(seed)
    for one in CHECKS:
        one(played)
    return played


@pytest.mark.slow
@settings(max_examples=400)
@given(SEEDS)
def test_conservation_in_many_towns(seed: int) -> None:
    """Rooms, wishes, sign-ups, visits, people and points."""
    check(seed)


def test_random_towns_are_worth_checking() -> None:
    """All checks hold in some towns, where everything occurs that they speak of."""
    seen: Counter[str] = Counter()
    for seed in range(30):
        played = check(seed)
        h, record = played.history, played.history.programme
        assert record is not None
        seen.update(x.what for x in played.log)
        seen.update(f"session {Status(s).name}" for s in record.status.tolist())
        seen.update(f"sign-up {SignUpFate(f).name}" for f in record.fate.tolist())
        seen["window"] += int((h.outcome == Outcome.WINDOW).sum())
        if h.places is not None:
            for name in ("closed", "elsewhere", "full", "gave_up", "closing", "served"):
                seen[name] += int(getattr(h.places, name).sum())
            shared = np.flatnonzero(played.model.world.places.venue >= 0)
            seen["in shared venues"] += int(h.places.served[shared].sum())
        if h.points is not None:
            seen["earned"] += len(h.points.earned.time)
            seen["spent"] += len(h.points.spent.time)
            seen["expired"] += len(h.points.expired.time)
        seen["strict"] += played.strict
        assert h.attends is not None
        seen["kept from a session"] += int((record.came & ~h.attends).sum())
    expected = ["booked", "refused", "take", "none", "window", "closed", "full", "closing"]
    expected += ["served", "earned", "spent", "expired", "strict", "elsewhere"]
    expected += ["given up", "give back", "gave_up", "in shared venues"]
    expected += [f"session {s.name}" for s in Status] + [f"sign-up {f.name}" for f in SignUpFate]
    assert seen.pop("kept from a session") > 0  # rare: tests/whereabouts has many
    assert not {name: seen[name] for name in expected if seen[name] < 5}
