"""Sessions announced as unused go back to residents at their time, and not before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from builders import Parts, plain

from sim.booking.requests import Outcome
from sim.model import build_model, simulate

from .season import block, seasoned


def court() -> Parts:
    """One court; wishes are made up to four days ahead, and many of them for the mornings."""
    parts = plain(28, warm_up=7, opens=7).origin("home", 3000).centre("A").rooms("A", 1)
    return parts.set(demand__lead_days={"rule": "uniform", "low": 0, "high": 4})


ROWS = [block("A 000", day, "6:00", "18:00") for day in range(1, 8)]
UNUSED = {"unused_share": 1, "release_unused": True}


def test_what_is_given_back_before_anybody_may_ask_is_as_if_no_club_had_it(tmp_path: Path) -> None:
    none = simulate(build_model(court().load(tmp_path / "none")), 1, 0)
    early = seasoned(court(), ROWS, tmp_path / "early", **UNUSED, announced_days_ahead=30)
    back = simulate(build_model(early), 1, 0)
    for name in ("outcome", "venue", "start", "attempt"):
        assert np.array_equal(getattr(none, name), getattr(back, name)), name


def test_a_room_is_booked_from_when_it_is_given_back(tmp_path: Path) -> None:
    """Two days before: no booking of a club's hour is older, and many are younger."""
    inputs = seasoned(court(), ROWS, tmp_path, **UNUSED, announced_days_ahead=2)
    history = simulate(build_model(inputs), 1, 0)
    booked = history.outcome == Outcome.BOOKED
    of_club = (history.start % 24 >= 6) & (history.start % 24 < 18)
    begins = (history.start // 24 * 24 + 6) * 60.0  # the session of that day
    ahead = (begins - history.asked_at) / 1440
    assert (booked & of_club & (ahead <= 2)).sum() > 20
    assert not (booked & of_club & (ahead > 2)).any()
    assert (booked & ~of_club & (ahead > 2)).sum() > 20


def test_a_room_that_is_not_given_back_stays_empty(tmp_path: Path) -> None:
    inputs = seasoned(court(), ROWS, tmp_path, unused_share=1)
    history = simulate(build_model(inputs), 1, 0)
    hour = history.start[history.outcome == Outcome.BOOKED] % 24
    assert len(hour) > 50
    assert not ((hour >= 6) & (hour < 18)).any()


def test_who_waits_gets_what_a_club_gives_back(tmp_path: Path) -> None:
    """A waitlist hears of it: requests refused before the room came back have it then."""
    inputs = seasoned(
        court().set(policy__waitlist={}), ROWS, tmp_path, **UNUSED, announced_days_ahead=2
    )
    history = simulate(build_model(inputs), 1, 0)
    late = history.given_later & (history.start % 24 >= 6) & (history.start % 24 < 18)
    assert late.sum() > 10
    at = (history.start[late] // 24 * 24 + 6) * 60.0 - 2 * 1440  # the session begins at 6:00
    assert (history.decided_at[late] >= at).all()
    assert (history.decided_at[late] == at).sum() > 10
