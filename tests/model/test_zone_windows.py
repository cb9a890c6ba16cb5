"""Zones' own booking windows in cases small enough to see through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, model_of, plain

from sim.booking.requests import Outcome
from sim.model import History, Model, simulate

DAY = 1440
SCHEDULE = ("outcome", "venue", "start", "attempt", "cancelled", "no_show")


def two_zones(opens_b: float, closes_b: float = 0, *, first: str = "B", **values: Any) -> Parts:
    """Hall A in zone A (4 days ahead) and hall B in zone B, one room each; `first` is nearer.

    Everybody asks 0 to 4 days ahead and knows both halls.
    """
    parts = plain(20, warm_up=5, opens=4)
    parts.set(zones={"Z": {"operator": "O"}, "B": {"operator": "P"}})
    parts.scenario["zones"]["B"]["window"] = {
        "opens_days_ahead": opens_b,
        "closes_minutes_ahead": closes_b,
    }
    parts.tables["communities"].append({"community": "D", "zone": "B"})
    parts.origin("home", 1000)
    for name, community in (("A", "C"), ("B", "D")):
        parts.centre(name, community=community, lon=120.0 + 0.005 * (name != first))
        parts.rooms(name, 1)
    parts.set(
        choice={"outside": -200, "per_minute": -10, "log_rooms": 0, "nest": 1},
        demand__wishes_per_1000={"person": {"room": 200}},
        demand__lead_days={"rule": "uniform", "low": 0, "high": 4},
        demand__flexibility={"other_centres": {"rule": "constant", "value": 1}},
    )
    return parts.set(**values)


def of(parts: Parts, folder: Path) -> tuple[Model, History, np.ndarray, np.ndarray]:
    """Model, history, and of each request: minutes ahead, and the hall that it got (or "")."""
    model = model_of(parts, folder)
    h = simulate(model, 1, 0)
    ahead = h.wishes.start[h.asked] * 60.0 - h.wishes.wished_at[h.asked]
    names = np.array([*model.world.centres.names, ""])
    centre = np.where(h.venue >= 0, model.world.venues.centre[h.venue], -1)
    return model, h, ahead, names[centre]


def test_who_asks_the_nearer_hall_too_early_gets_window(tmp_path: Path) -> None:
    """Zone B opens 1.5 days ahead: all earlier requests are refused, none later is.

    The window of the first choice decides, so hall A does not help them.
    """
    _, h, ahead, hall = of(two_zones(1.5), tmp_path)
    early = ahead > 1.5 * DAY
    assert np.array_equal(h.outcome == Outcome.WINDOW, early)
    assert 300 < early.sum() < len(early) - 300
    assert set(hall[~early]) >= {"A", "B"}


def test_the_other_zones_hall_serves_under_its_own_window(tmp_path: Path) -> None:
    """Hall A first: whoever finds it full gets hall B within 1.5 days ahead, else nothing."""
    _, h, ahead, hall = of(two_zones(1.5, first="A"), tmp_path)
    assert not (h.outcome == Outcome.WINDOW).any()
    late = ahead <= 1.5 * DAY
    assert set(hall[~late]) == {"A", ""}
    assert set(h.attempt[(hall == "B")].tolist()) == {1}
    assert (hall == "B").sum() > 100
    assert (hall[~late] == "").sum() > 100
    # hall B had room: with one window for both, many of the early ones get it
    _, _, _, all_alike = of(two_zones(4, first="A"), tmp_path / "b")
    assert (all_alike[~late] == "B").sum() > 100


def test_a_window_that_closes_early(tmp_path: Path) -> None:
    """Zone B is closed for the last 12 hours: the first choice is refused, the second not tried."""
    _, h, ahead, _ = of(two_zones(4, 720), tmp_path / "a")
    assert np.array_equal(h.outcome == Outcome.WINDOW, ahead < 720)
    _, h, ahead, hall = of(two_zones(4, 720, first="A"), tmp_path / "b")
    assert not (h.outcome == Outcome.WINDOW).any()
    assert set(hall[ahead < 720]) == {"A", ""}
    assert (hall[ahead >= 720] == "B").sum() > 100


def test_shifted_starts_keep_to_the_window_of_each_hall(tmp_path: Path) -> None:
    """A start moved by up to 5 hours is given by a hall only if it may be asked for there then."""
    shift = {
        "shift_minutes": {"rule": "constant", "value": 300},
        "other_centres": {"rule": "constant", "value": 1},
    }
    parts = two_zones(1.5, 300, first="A", demand__flexibility=shift)
    _, h, ahead, hall = of(parts.set(demand__level=1.5), tmp_path)
    given = h.start * 60.0 - h.wishes.wished_at[h.asked]
    at_b = hall == "B"
    assert given[at_b].max() <= 1.5 * DAY
    assert given[at_b].min() >= 300
    moved = h.start != h.wishes.start[h.asked]
    # preferred too early or too late for hall B, moved into its window
    assert (at_b & moved & (ahead > 1.5 * DAY)).sum() > 5
    assert (at_b & moved & (ahead < 300)).sum() > 5
    # and out of hall A's reach never
    at_a = hall == "A"
    assert given[at_a].max() <= 4 * DAY
    assert given[at_a].min() >= 0


@pytest.mark.parametrize("first", ["A", "B"])
def test_a_zones_window_equal_to_the_policys_changes_nothing(first: str, tmp_path: Path) -> None:
    """With and without it: the same history, to the bit."""
    parts = two_zones(4, first=first, demand__flexibility={
        "shift_minutes": {"rule": "constant", "value": 180},
        "other_centres": {"rule": "constant", "value": 1},
    })  # fmt: skip
    parts.set(policy__window={"opens_days_ahead": 4, "closes_minutes_ahead": 60})
    parts.scenario["zones"]["B"]["window"]["closes_minutes_ahead"] = 60
    own = of(parts, tmp_path / "a")
    del parts.scenario["zones"]["B"]["window"]
    none = of(parts, tmp_path / "b")
    for name in SCHEDULE:
        assert np.array_equal(getattr(own[1], name), getattr(none[1], name))
    assert (own[1].outcome == Outcome.WINDOW).any()


def test_one_window_in_a_zone_is_the_policy_of_that_zone_alone(tmp_path: Path) -> None:
    """Both zones with one window: as if the policy had it."""
    parts = two_zones(1.5, 30)
    parts.scenario["zones"]["Z"]["window"] = dict(parts.scenario["zones"]["B"]["window"])
    zones = of(parts, tmp_path / "a")
    other = two_zones(1.5, 30)
    del other.scenario["zones"]["B"]["window"]
    other.set(policy__window={"opens_days_ahead": 1.5, "closes_minutes_ahead": 30})
    policy = of(other, tmp_path / "b")
    for name in SCHEDULE:
        assert np.array_equal(getattr(zones[1], name), getattr(policy[1], name))
    assert len(zones[1].outcome) > 500
