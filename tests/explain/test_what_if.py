"""A request changed in nothing is decided as it was: what changes is due to the change alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from booking.selections.test_points_auction import played
from builders import model_of, tiny

from sim.booking.requests import Outcome
from sim.explain.holders import Replay
from sim.explain.what_if import Altered, given_if
from sim.model import Model, open_replication, run_clock


def check_unchanged(model: Model, each: int) -> None:
    """Decide some who were booked and some who were refused again, without a change."""
    opened = open_replication(model, 1, 0)
    got: dict[int, tuple[int, int] | None] = {}
    ask, desk = opened.counter.ask, opened.counter.desk

    def noted(i: int, now: float) -> object:
        ask(i, now)
        booked = desk.outcome[i] == Outcome.BOOKED
        got[i] = (desk.venues(i), desk.start[i]) if booked else None
        return booked

    opened.counter.ask = noted
    run_clock(opened.counter, programme=opened.programme)
    fresh = open_replication(model, 1, 0)
    none = np.zeros(0, np.int64)
    replay = Replay(model, fresh, 0.0, none, np.zeros((0, 3), np.int64), none)
    order = np.random.default_rng(3).permutation(np.array(sorted(got))).tolist()
    paid = opened.counter.notes.paid
    booked = [i for i in order if got[i] is not None and (i in paid or not paid)][:each]
    refused = [i for i in order if got[i] is None][:each]
    assert len(booked) == len(refused) == each
    for i in (*booked, *refused):
        assert given_if(replay, i, Altered()) == got[i]


def test_where_points_are_paid(tmp_path: Path) -> None:
    """Those who paid go first when a request is looked at again, too."""
    check_unchanged(played(tmp_path), 10)


@pytest.mark.parametrize(
    "policy",
    [
        {"selection": {"rule": "ballot", "days_ahead": 2, "past_luck": 1}},
        {"selection": {"rule": "optimised", "days_ahead": 2, "past_luck": 1}},
        {"limits": {"active_bookings": 1, "no_shows": {"allowed": 0}}},
        {"waitlist": {}, "auto_release": {}, "overflow": {"next_days": 2}},
    ],
)
def test_under_other_parts(policy: dict[str, Any], tmp_path: Path) -> None:
    parts = tiny().set(demand__multiplier=4, experiment__warm_up_days=8)
    parts.set(**{f"policy__{k}": v for k, v in policy.items()})
    check_unchanged(model_of(parts, tmp_path), 4)
