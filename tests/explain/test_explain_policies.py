"""Refusals under policies of all parts: the rule and the bookings named, every suggestion applied.

What is suggested is applied from the printed change alone and the whole replication is simulated
again; what is named is compared with the rule by hand.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, model_of, tiny

from sim.booking.requests import Outcome
from sim.explain.request import RequestExplanation, explain_wish, refused_requests
from sim.model import Model, build_model, open_replication
from sim.scenario.loading import load

from .applying import applied

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "policies"
NAMES = (
    "hong-kong-lcsd", "singapore-activesg", "zhuzhou", "university-cap", "two-bookings",
    "weekly-ballot", "neighbours-first", "points-for-peak", "optimised-daily",
)  # fmt: skip
SETS = ("demand.multiplier=12", "window.until=2025-01-14", "demand.intensity=6")


class Checked:
    """Refusals of a model, explained and checked one by one."""

    def __init__(self, model: Model) -> None:
        self.model, self.seen = model, Counter[str]()
        self.opened = open_replication(model, 1, 0)
        self.key = {f"{int(k):016x}": i for i, k in enumerate(self.key_of())}

    def key_of(self) -> list[int]:
        return [int(k) for k in self.opened.wishes.key[self.opened.asked]]

    def check(self, wish: str) -> None:
        told, i = explain_wish(self.model, 1, 0, wish), self.key[wish]
        assert told.outcome.startswith("refused: ")
        reason = told.outcome.removeprefix("refused: ")
        self.seen[reason] += 1
        asked = self.model.world.calendar.moment(round(float(self.opened.requests.asked_at[i])))
        assert told.asked_at == asked
        if reason == "full":
            assert told.attempts
            assert all(o.too_small or o.holdings for a in told.attempts for o in a.obstacles)
        else:
            assert told.notes[0].startswith("policy.")
            self.named(told, i)
        for change in told.would_serve:
            assert applied(self.model, self.opened, i, change) == Outcome.BOOKED, (told, change)
            self.seen[change.what] += 1

    def named(self, told: RequestExplanation, i: int) -> None:
        """The bookings named are those that, by the rule's own words, stand in the way."""
        askers, requests = self.opened.askers, self.opened.requests
        rule = told.notes[0].split(":")[0].removeprefix("policy.")
        held = [self.key[line.split()[1]] for line in told.notes[1:]]
        limits = self.model.rooms.rules(int(requests.pools[i, 0])).limits
        if rule == "limits.active_bookings":
            assert len(held) == limits.active_bookings
            by = limits.active_by
        elif rule == "limits.hours":
            hours = (requests.duration[[*held, i]] * self.model.world.grid / 60).sum()
            assert any(hours > cap.at_most for cap in limits.hours)
            by = "resident"
        elif rule == "limits.no_shows":
            assert limits.no_shows is not None
            assert len(held) == limits.no_shows.allowed + 1
            by = limits.no_shows.by
        else:
            assert (rule, held) == ("window", [])
            return
        people = askers.booker if by == "resident" else askers.household
        assert set(people[held].tolist()) <= {int(people[i])}
        self.seen[rule] += 1


def checked(model: Model, number: int, each: int = 10**6) -> Checked:
    """Check refusals spread over the window, at most `each` of a reason."""
    checks, taken = Checked(model), Counter[str]()
    found = refused_requests(model, 1, 0)
    order = np.random.default_rng(5).permutation(len(found)).tolist()
    for refused in (found[k] for k in order):
        if taken[refused.reason] < each and taken.total() < number:
            taken[refused.reason] += 1
            checks.check(refused.wish)
    return checks


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_refusals_under_the_shipped_policies(name: str) -> None:
    """Every rule and suggestion of 13 refusals each, 117 in all: some ten seconds a refusal."""
    # every suggestion solves all draws again
    lighter = ("demand.intensity=2", "policy.selection.work=0") if name == "optimised-daily" else ()
    model = build_model(load(SCENARIOS / f"{name}.yaml", sets=(*SETS, *lighter)))
    seen = checked(model, 13, each=8).seen
    reasons = [r for r in ("full", "window", "limit", "suspended") if seen[r] > 0]
    assert reasons, seen
    assert sum(seen[r] for r in reasons) >= 7, seen
    assert seen.total() > sum(seen[r] for r in reasons), "nothing would have served anybody"


def limited(**policy: Any) -> Parts:
    """The tiny world with a busy few: much activity, few bookers."""
    return tiny().set(
        demand__multiplier=1,
        demand__intensity=4,
        demand__no_show={"base": 0.1},
        demand__responses={"comes_back": 0.3, "asks_at_opening": 0.5},
        experiment__warm_up_days=8,
        **{f"policy__{key}": value for key, value in policy.items()},
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"limits": {"active_bookings": 1}}, ("limit", "without a booking")),
        ({"limits": {"hours": [{"at_most": 2, "per": "week"}]}}, ("limit", "limits.hours")),
        ({"limits": {"no_shows": {"allowed": 0, "suspend_days": 3}}}, ("suspended", "turned up")),
        ({"selection": {"rule": "ballot", "days_ahead": 2}}, ("full", "another day")),
        ({"selection": {"rule": "optimised", "days_ahead": 2, "work": 0}}, ("full", "another day")),
        ({"reserve": [{"for": ["elder"], "share": 0.5}]}, ("full", "another hour")),
        ({"window": {"opens_days_ahead": 3, "at": "08:00"}}, ("window", "asked at")),
    ],
)
def test_refusals_of_each_rule(
    policy: dict[str, Any], expected: tuple[str, ...], tmp_path: Path
) -> None:
    """A few refusals of every part in the tiny world."""
    seen = checked(model_of(limited(**policy), tmp_path), 6, each=4).seen
    assert all(seen[what] > 0 for what in expected), seen


@pytest.mark.parametrize(
    ("takes", "words"),
    [(0, "the booker would not take another day"), (1, "on none of the next 2 days")],
)
def test_who_takes_no_offer_was_offered_no_day(takes: int, words: str, tmp_path: Path) -> None:
    """What is said about the next days holds of this booker."""
    parts = tiny().set(demand__multiplier=6, policy__overflow={"next_days": 2})
    model = model_of(parts.set(demand__responses={"takes_offer": takes}), tmp_path)
    full = [r.wish for r in refused_requests(model, 1, 0) if r.reason == "full"][:5]
    assert full
    for wish in full:
        (note,) = (n for n in explain_wish(model, 1, 0, wish).notes if "next_days" in n)
        assert note.startswith(f"policy.overflow.next_days: {words}")
