"""Looking again after a refusal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from one_by_one import uniform

from sim.booking.counter import Counter
from sim.booking.parts.retry import LOOKS_AGAIN, LOOKS_AGAIN_WHEN
from sim.booking.requests import Outcome
from sim.model.clock import run_clock
from sim.streams import key_of, uniforms

from .later_cases import Stage, booked, hall, wish

S = 9 * 24 + 10
AT = S * 60.0
EARLY = AT - 4 * 1440


def stage_of(folder: Path, retry: dict[str, Any], **values: Any) -> Stage:
    return Stage(hall(demand__responses={"retry": retry, "still_wants": 1}, **values), folder)


def looks(stage: Stage, n: int, share: float, hours: float, at_most: int) -> list[list[float]]:
    """Times after the refusal at which each request looks again, as long as it is in vain."""
    keys, result = stage.keys(n), [[] for _ in range(n)]
    going, since = np.ones(n, dtype=bool), np.zeros(n)
    for k in range(1, at_most + 1):
        going &= uniforms(keys, key_of("purpose", LOOKS_AGAIN, k)) < share
        since -= 60 * hours * np.log(uniforms(keys, key_of("purpose", LOOKS_AGAIN_WHEN, k)))
        for i in np.flatnonzero(going).tolist():
            result[i].append(float(since[i]))
    return result


def watched(counter: Counter) -> list[tuple[int, float]]:
    """(request, time) of every look, and run."""
    seen, again = [], counter.again

    def noted(i: int, now: float) -> bool:
        seen.append((i, now))
        return again(i, now)

    counter.again = noted
    run_clock(counter)
    return seen


def test_one_number_is_like_many() -> None:
    """Draws one by one are those of `uniforms`, to the last bit."""
    keys = np.random.default_rng(1).integers(0, 2**64, 1000, dtype=np.uint64)
    keys[:2] = 0, 2**64 - 1
    for purpose in (0, key_of("a"), 2**64 - 1):
        one = [uniform(key, purpose) for key in keys.tolist()]
        assert one == uniforms(keys, purpose).tolist()


def test_the_first_look_after_it_is_free(tmp_path: Path) -> None:
    """Looks before the cancellation are in vain, the first one after it is not."""
    stage = stage_of(tmp_path, {"share": 1, "after_hours": 5, "at_most": 20})
    at = [EARLY + t for t in looks(stage, 2, 1, 5, 20)[1]]
    freed = (at[3] + at[4]) / 2
    assert at[4] < AT
    c = stage.play([wish(1, S, gives_up=freed), wish(EARLY, S)])
    assert c.notes.given_at[1] == pytest.approx(at[4])
    assert c.desk.venue[1] == 0


def test_how_often_and_when(tmp_path: Path) -> None:
    """Thousands in vain: every look is where the draws have it, until the start minus closing."""
    window = {"opens_days_ahead": 5, "closes_minutes_ahead": 180}
    stage = stage_of(
        tmp_path, {"share": 0.6, "after_hours": 20, "at_most": 4}, policy__window=window
    )
    n = 4000
    c = stage.open([wish(1, S), *(wish(EARLY, S) for _ in range(n - 1))])
    seen = watched(c)
    expected = [
        (i, EARLY + t)
        for i, times in enumerate(looks(stage, n, 0.6, 20, 4))
        for t in times
        if i and EARLY + t <= AT - 180
    ]
    assert [i for i, _ in sorted(seen)] == [i for i, _ in expected]
    assert np.allclose([t for _, t in sorted(seen)], [t for _, t in expected], atol=1e-6, rtol=0)
    first = [t for k, t in enumerate(looks(stage, n, 0.6, 20, 4)) if t and k]
    assert abs(len(first) / (n - 1) - 0.6) < 4 * np.sqrt(0.24 / n)
    mean = np.mean([t[0] for t in first])
    assert abs(mean - 1200) < 4 * 1200 / np.sqrt(len(first))
    assert set(c.desk.outcome[1:]) == {Outcome.FULL}


def test_nobody_who_has_given_up_or_has_a_room_looks(tmp_path: Path) -> None:
    """No look is made after giving up, nor after a promotion."""
    spec = {"share": 1, "after_hours": 5, "at_most": 20}
    stage = stage_of(tmp_path / "a", spec)
    at = [EARLY + t for t in looks(stage, 2, 1, 5, 20)[1]]
    c = stage.open([wish(1, S), wish(EARLY, S, gives_up=at[2])])
    assert [t for _, t in watched(c)] == pytest.approx(at[:2])
    stage = stage_of(tmp_path / "b", spec, policy__waitlist={})
    freed = (at[1] + at[2]) / 2
    c = stage.open([wish(1, S, gives_up=freed), wish(EARLY, S)])
    assert [t for _, t in watched(c)] == pytest.approx(at[:2])
    assert c.notes.given_at == {1: freed}


def test_who_went_to_the_next_day_does_not_look(tmp_path: Path) -> None:
    """Both at the moment of the refusal: the offer is first."""
    stage = stage_of(
        tmp_path, {"share": 1, "after_hours": 1, "at_most": 3}, policy__overflow={"next_days": 1}
    )
    c = stage.open([wish(1, S), wish(EARLY + 1441, S)])
    assert watched(c) == []
    assert booked(c) == [True, True]
