"""Choice against the closed form of nested logit; every reason of not asking by construction."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from builders import Parts, histories, model_of, plain

from sim.demand.choice import NotAsked, log_positive_stable
from sim.model import History, Model

KM = 0.01 * 111.195 * math.cos(math.radians(30))
"""Straight kilometres of a hundredth of a degree of longitude in the middle of these worlds."""


@pytest.mark.parametrize("index", [0.2, 0.3, 0.6, 0.9])
def test_positive_stable_variables(index: float) -> None:
    """E exp(-t S) = exp(-t^index), by z, for small and large t."""
    rng = np.random.default_rng(11)
    n = 400_000
    s = np.exp(log_positive_stable(rng.uniform(size=n), rng.exponential(size=n), index))
    for t in (0.1, 0.5, 1.0, 3.0):
        x = np.exp(-t * s)
        assert abs(x.mean() - math.exp(-(t**index))) <= 4 * x.std() / math.sqrt(n)
    assert not log_positive_stable(np.array([0.3]), np.array([1.0]), 1.0).any()


def asked_at(model: Model, history: History) -> np.ndarray:
    """Name of the centre at which each wish asked; empty for those that did not."""
    w, names = history.wishes, np.array(model.world.centres.names)
    asked = w.reason == NotAsked.ASKED
    return np.where(asked, names[model.world.pools.centre[w.best]], "")


def home_of(model: Model, history: History) -> np.ndarray:
    """Name of each wish's origin."""
    return np.array(model.world.origins.names)[model.plan.cells.origin[history.wishes.cell]]


def three_centres(nest: float, outside: float) -> Parts:
    """One home; centres 0, 1 and 2 hundredths of a degree away, of different tiers and sizes."""
    parts = plain(200).origin("home")
    parts.centre("near", "community").centre("big", "subdistrict", lon=120.01)
    parts.centre("far", "compound", compound="home", lon=120.02)
    for centre, rooms in (("near", 1), ("big", 4), ("far", 2)):
        parts.rooms(centre, rooms)
    parts.rooms("near", 9, prefix="small", capacity=1)  # too small for anybody: no rooms to count
    parts.set(kinds__room__party={"rule": "constant", "value": 2})
    parts.set(
        demand__wishes_per_1000={"person": {"room": 3500}},
        travel={"detour": 1.3, "max_minutes": 60},
    )
    choice = {"outside": outside, "per_minute": -0.08, "log_rooms": 0.5, "nest": nest}
    return parts.set(choice={**choice, "tiers": {"subdistrict": 0.4, "compound": -0.3}})


@pytest.mark.parametrize("nest", [0.3, 0.6, 1])
@pytest.mark.parametrize("outside", [0.5, -1])
def test_shares_of_nested_logit(nest: float, outside: float, tmp_path: Path) -> None:
    """Not asking and each centre: shares within 4 standard errors of the closed form."""
    model = model_of(three_centres(nest, outside), tmp_path)
    history = histories(model, 1)[0]
    w = history.wishes
    minute = 1.3 * KM * 1000 / 1.25 / 60
    v = np.array(
        [
            0.0,
            0.4 - 0.08 * minute + 0.5 * math.log(4),
            -0.3 - 0.16 * minute + 0.5 * math.log(2),
        ]
    )
    inclusive = nest * math.log(np.exp(v / nest).sum())
    ask = 1 / (1 + math.exp(outside - inclusive))
    shares = ask * np.exp(v / nest) / np.exp(v / nest).sum()
    expected = dict(zip(("near", "big", "far", ""), [*shares, 1 - ask], strict=True))
    n = len(w)
    assert n > 90_000
    for name, share in expected.items():
        seen = np.mean(asked_at(model, history) == name)
        assert abs(seen - share) <= 4 * math.sqrt(share * (1 - share) / n)


@pytest.mark.parametrize("bend", [0.5, 3.0])
def test_minutes_that_count_unevenly(bend: float, tmp_path: Path) -> None:
    """With `bend` minutes count as 10 (minutes / 10)^bend; by z against the closed form."""
    parts = three_centres(0.6, 0.5)
    parts.set(choice__bend=bend)
    w = histories(model_of(parts, tmp_path), 1)[0].wishes
    felt = [10 * (far * 1.3 * KM * 1000 / 1.25 / 600) ** bend for far in (0, 1, 2)]
    v = np.array([0, 0.4 + 0.5 * math.log(4), -0.3 + 0.5 * math.log(2)]) - 0.08 * np.array(felt)
    ask = 1 / (1 + math.exp(0.5 - 0.6 * math.log(np.exp(v / 0.6).sum())))
    seen = float((w.reason == NotAsked.ASKED).mean())
    assert abs(seen - ask) <= 4 * math.sqrt(ask * (1 - ask) / len(w))


def test_minutes_are_walked_or_ridden(tmp_path: Path) -> None:
    """Minutes to the best centre: distance, detour and pace; a bicycle where it is faster."""
    parts = plain(60).origin("home").centre("hall", lon=120.02).rooms("hall", 1)
    parts.set(segments__person={"curve": "flat", "bicycle_share": 0.25, "metres_per_second": 1})
    parts.set(travel={"detour": 1.5, "max_minutes": 90})
    parts.set(demand__wishes_per_1000={"person": {"room": 3500}})
    w = histories(model_of(parts, tmp_path), 1)[0].wishes
    walk = 2 * KM * 1.5 * 1000 / 60
    ride = 2 * KM * 1.5 * 1000 / 3.3 / 60 + 2
    assert w.walk_minutes == pytest.approx(walk, rel=1e-4)
    rides = w.travel_minutes < walk - 1
    assert w.travel_minutes[rides] == pytest.approx(ride, rel=1e-4)
    assert w.travel_minutes[~rides] == pytest.approx(walk, rel=1e-4)
    assert abs(rides.mean() - 0.25) <= 4 * math.sqrt(0.1875 / len(w))


def reasons(parts: Parts, folder: Path) -> tuple[Model, History, dict[str, int]]:
    model = model_of(parts, folder)
    history = histories(model, 1)[0]
    counts = np.bincount(history.wishes.reason, minlength=5)
    return model, history, {r.name.lower(): int(counts[r]) for r in NotAsked if counts[r]}


def busy(days: int = 30) -> Parts:
    return plain(days).set(demand__wishes_per_1000={"person": {"room": 700}}).origin("home")


def test_too_far(tmp_path: Path) -> None:
    """All centres beyond the limit: too far, with no best centre and no minutes."""
    parts = busy().centre("hall", lon=120.1).rooms("hall", 1)
    parts.centre("here").rooms("here", 1, kind="other").set(kinds__other={})
    _, history, seen = reasons(parts, tmp_path)
    assert set(seen) == {"too_far"}
    assert (history.wishes.best == -1).all()
    assert np.isnan(history.wishes.walk_minutes).all()


def test_too_far_when_nobody_reaches_anything(tmp_path: Path) -> None:
    """The same where no venue at all lies within anybody's reach."""
    _, _, seen = reasons(busy().centre("hall", lon=120.1).rooms("hall", 1), tmp_path)
    assert set(seen) == {"too_far"}


def test_too_far_is_what_would_be_asked_next_door(tmp_path: Path) -> None:
    """Minutes that weigh: too far are those who would ask at 0 minutes; the rest rather not."""
    parts = busy(200).centre("hall", lon=120.01).rooms("hall", 1)
    parts.set(choice={"outside": 0, "per_minute": -0.1, "log_rooms": 0, "nest": 1})
    _, history, seen = reasons(parts, tmp_path)
    n = len(history.wishes)
    minutes = 1.35 * KM * 1000 / 1.25 / 60
    asked = 1 / (1 + math.exp(0.1 * minutes))
    for name, share in (("asked", asked), ("too_far", 0.5 - asked), ("rather_not", 0.5)):
        assert abs(seen[name] / n - share) <= 4 * math.sqrt(share * (1 - share) / n)


def test_closed_then(tmp_path: Path) -> None:
    """Who wishes for 20-22 where it closes at 21:00 finds it closed for a part of the time."""
    parts = busy().centre("hall").rooms("hall", 1, hours="day")
    parts.tables["hours"].append(
        {"hours": "day", "days": "Mon-Sun", "open": "9:00", "close": "21:00"}
    )
    parts.set(kinds__room__duration_minutes={"rule": "constant", "value": 120})
    _, history, seen = reasons(parts, tmp_path)
    assert set(seen) == {"asked", "closed_then"}
    asked = np.unique(history.wishes.start[history.wishes.reason == 0] % 24)
    assert asked.tolist() == list(range(9, 20))


def test_no_such_kind(tmp_path: Path) -> None:
    """No room that is large enough and open to the origin, however far: no such kind."""
    parts = busy().origin("other", 1000, community="D").centre("hall").rooms("hall", 1, capacity=4)
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    parts.centre("house", community="D", lon=120.2).rooms("house", 1, access="community")
    parts.set(kinds__room__party={"rule": "choice", "values": [4, 5, 11], "weights": [1, 1, 1]})
    model, history, seen = reasons(parts, tmp_path)
    w, home = history.wishes, home_of(model, history)
    assert set(seen) == {"asked", "too_far", "no_such_kind"}
    assert np.array_equal(w.reason == NotAsked.ASKED, w.party == 4)
    assert np.array_equal(w.reason == NotAsked.TOO_FAR, (w.party == 5) & (home == "other"))


def test_rather_not(tmp_path: Path) -> None:
    """Whoever would not even ask next door would rather not."""
    parts = busy().centre("hall").rooms("hall", 1).set(choice__outside=200)
    assert set(reasons(parts, tmp_path)[2]) == {"rather_not"}


def test_access_rules(tmp_path: Path) -> None:
    """Compound rooms are for their compound, community rooms for their community."""
    parts = busy().origin("next door", 1000).origin("beyond", 1000, community="D")
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    parts.centre("club", "compound", compound="home").rooms("club", 1, access="compound")
    parts.centre("house").rooms("house", 1, access="community")
    model, history, _ = reasons(parts, tmp_path)
    home, centre = home_of(model, history), asked_at(model, history)
    asked = {"home": {"club", "house"}, "next door": {"house"}, "beyond": {""}}
    assert {name: set(centre[home == name].tolist()) for name in asked} == asked
    beyond = history.wishes.reason[home == "beyond"]
    assert set(beyond.tolist()) == {int(NotAsked.NO_SUCH_KIND)}
