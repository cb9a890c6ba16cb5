"""Explanations of refused requests, checked by changing one thing and simulating again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from builders import model_of, tiny

from sim.booking.requests import Outcome
from sim.explain.request import RequestExplanation, explain_wish, refused_requests
from sim.model import Model, OpenedReplication, build_model, open_replication, simulate
from sim.scenario.loading import load

from .applying import applied

SCENARIO = Path(__file__).parents[2] / "scenarios" / "cangqian.yaml"
SETS = ("demand.multiplier=8", "window.until=2025-01-31")


@pytest.fixture(scope="module")
def model() -> Model:
    return build_model(load(SCENARIO, sets=SETS))


Sample = list[tuple[OpenedReplication, int, RequestExplanation]]


@pytest.fixture(scope="module")
def explained(model: Model) -> Sample:
    """Refused requests of replication 0, spread over the window, with their explanations."""
    return sample(model, 8)


def sample(model: Model, number: int) -> Sample:
    """Refused requests of replication 0, spread over the window, with their explanations."""
    wishes = [r.wish for r in refused_requests(model, 1, 0)]
    opened = open_replication(model, 1, 0)
    keys = {f"{int(k):016x}": i for i, k in enumerate(opened.wishes.key[opened.asked])}
    chosen = wishes[:: max(1, len(wishes) // number)][:number]
    return [(opened, keys[w], explain_wish(model, 1, 0, w)) for w in chosen]


@pytest.mark.slow
def test_every_suggested_change_serves_the_request(model: Model, explained: Sample) -> None:
    """Each of the suggestions, applied alone, gets a slot in the simulation."""
    tried: dict[str, int] = {}
    for opened, i, explanation in explained:
        assert explanation.outcome == "refused: full"
        for change in explanation.would_serve:
            assert applied(model, opened, i, change, stiff=True) == Outcome.BOOKED, change
            tried[change.what] = tried.get(change.what, 0) + 1
    assert {"another hour", "another centre", "another day"} <= set(tried)


def test_attempts_name_an_obstacle_in_every_room(explained: Sample) -> None:
    """Every room of every attempt is too small or taken by something that is named."""
    for opened, i, explanation in explained:
        rank = opened.requests.pools[i, : int(opened.requests.others[i]) + 1]
        assert len(explanation.attempts) >= (rank >= 0).sum()
        for attempt in explanation.attempts:
            assert attempt.obstacles
            for obstacle in attempt.obstacles:
                assert obstacle.too_small or obstacle.holdings


def test_of_two_rooms_at_once_one_is_free(tmp_path: Path) -> None:
    """Two courts of four: the attempt says how many were free, and one court would have done."""
    parts = tiny().set(demand__level=3, policy__window__opens_days_ahead=5)
    parts.set(kinds__badminton_court__rooms_at_once={1: 1, 2: 1})
    model = model_of(parts, tmp_path)
    opened = open_replication(model, 1, 0)
    keys = {f"{int(k):016x}": i for i, k in enumerate(opened.wishes.key[opened.asked])}
    free, served, words = set(), 0, ""
    for refused in refused_requests(model, 1, 0):
        i = keys[refused.wish]
        if opened.requests.rooms[i] == 1 or refused.reason != "full":
            continue
        explained = explain_wish(model, 1, 0, refused.wish)
        first = explained.attempts[0]
        named = [o.venue for o in first.obstacles if o.holdings == ("free",)]
        assert (explained.rooms, first.rooms, first.free) == (2, 2, len(named))
        free.add(first.free)
        fewer = [change for change in explained.would_serve if change.what == "fewer rooms"]
        assert [change.venue for change in fewer] == named
        for change in explained.would_serve:
            assert applied(model, open_replication(model, 1, 0), i, change) == Outcome.BOOKED
            assert (" and " in change.venue) == (change.what != "fewer rooms")
            served += 1
        words = first.words if first.free else words
    assert free == {0, 1}
    assert served > 5
    assert words.endswith(": 2 rooms at once, 1 free")


def test_obstacles_are_what_the_history_holds(model: Model, explained: Sample) -> None:
    """Bookings named as obstacles are bookings of the run, asked before the request."""
    history = simulate(model, 1, 0)
    keys = history.wishes.key[history.asked]
    booked = {f"{int(k):016x}" for k in keys[history.outcome == Outcome.BOOKED]}
    seen = 0
    for _, _, explanation in explained:
        for attempt in explanation.attempts:
            for obstacle in attempt.obstacles:
                for words in obstacle.holdings:
                    if words.startswith("booking "):
                        assert words.split()[1] in booked
                        asked = dt.datetime.fromisoformat(words.rsplit("asked ", 1)[1])
                        assert asked <= explanation.asked_at + dt.timedelta(minutes=1)
                        seen += 1
    assert seen > 20


def test_a_wish_that_was_not_asked_says_why(model: Model) -> None:
    """The reason is that of the history."""
    history = simulate(model, 1, 0)
    at = int(np.flatnonzero(history.wishes.reason == 2)[0])
    explanation = explain_wish(model, 1, 0, f"{int(history.wishes.key[at]):016x}")
    assert explanation.outcome == "not asked: closed then"


def test_a_booked_wish_names_its_venue(model: Model) -> None:
    """What the replay gives is what the run gave."""
    history = simulate(model, 1, 0)
    i = int(np.flatnonzero(history.outcome == Outcome.BOOKED)[100])
    explanation = explain_wish(model, 1, 0, f"{int(history.wishes.key[history.asked[i]]):016x}")
    assert explanation.outcome.startswith("booked: ")
    assert model.world.venues.names[int(history.venue[i])] in explanation.outcome


def test_an_unknown_wish_is_a_key_error(model: Model) -> None:
    """There is no explanation of what was never wished."""
    with pytest.raises(KeyError):
        explain_wish(model, 1, 0, "0" * 16)
