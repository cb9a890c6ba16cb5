"""Reasons of seasons made by hand, and what gives way, where each is known."""

from dataclasses import replace

import numpy as np
import pytest

from optimise.slots.problem import ANY, Problem, Venues
from optimise.slots.reasons.explanation import Explanation, explain, unmet_requests
from optimise.slots.reasons.timetable import PresentTimetable
from optimise.slots.reasons.wishes import Holder, Shortage

from .courts import DATES, Ask, best, courts, rejected, town_of

EVENING = (0, 18, 19, 1)
RICH = Ask(weight=2.0)
"""Holds Monday 18-19 in court 0, worth 120."""


def why(problem: Problem, request: int = 0) -> Explanation:
    return explain(best(problem), request)


def closed_on(*dates: int) -> Venues:
    hours_of = np.ones((1, DATES), dtype=np.int64)
    hours_of[0, list(dates)] = 0
    return courts(hours_of=hours_of)


def kept() -> Venues:
    cells = np.zeros((1, 7, 24), dtype=bool)
    cells[0, 0, 18] = True
    return courts(kept=cells)


@pytest.mark.parametrize(
    ("venues", "ask", "more", "rule"),
    [
        (courts(kind=np.array([1])), Ask(), {}, "kind"),
        (courts(), Ask(party=11), {}, "capacity"),
        (courts(equipment=np.array([1])), Ask(equipment=2), {}, "equipment"),
        (courts(), Ask(hours=(2, 2)), {}, "window"),
        (courts(), Ask(windows=((0, 22, 23, 1),)), {}, "hours"),
        (closed_on(0), Ask(), {}, "closed"),
        (kept(), Ask(), {}, "kept"),
        (courts(), Ask(), {"rejections": rejected((0, 0, 0, ANY, ANY))}, "rejected"),
    ],
)
def test_rule_that_bars_a_wish(venues: Venues, ask: Ask, more: dict, rule: str) -> None:
    wish = why(town_of(venues, ask, **more)).wishes[0]
    assert wish.rule == rule
    assert wish.lost == (0.25 if rule == "closed" else None)


def test_the_last_rule_is_told() -> None:
    """Of the two starts one is kept and one rejected: without the rejection it would do."""
    ask = Ask(windows=((0, 18, 20, 1),))
    found = why(town_of(kept(), ask, rejections=rejected((0, 0, 0, 19, 1))))
    assert found.wishes[0].rule == "rejected"


def test_outbid() -> None:
    found = why(town_of(courts(), Ask(), RICH))
    [wish] = found.wishes
    assert wish.row == (0, 0, 0, 18, 1)
    assert wish.value == 60
    assert wish.holders == (Holder((1, 0, 0, 18, 1), 120, locked=False, changeover=False),)
    forced = found.forced
    assert forced is not None
    assert (forced.cost, forced.least_cost, forced.gained, forced.lost) == (60, 60, 60, 120)
    assert forced.losers == ((1, 120, 0),)


def test_cheapest_of_two_holders() -> None:
    """Court 1 is held by one worth less: that is what the weight must beat."""
    cheap = Ask(options=(1,), weight=1.5)
    found = why(town_of(courts(2), Ask(options=(0, 1)), RICH, cheap))
    assert found.forced is not None
    assert found.forced.row[1] == 1
    assert found.forced.losers == ((2, 90, 0),)


def test_hall_and_half_and_changeover() -> None:
    """Court 2 is made of the other two; a session there needs an hour after it."""
    venues = courts(
        3,
        unit_first=np.array([0, 1, 2, 4]),
        units=np.array([0, 1, 0, 1]),
        prime_cap=np.full(2, 168),
        changeover=np.array([0, 0, 1]),
    )
    hall = Ask(options=(2,), windows=((0, 17, 18, 1),), weight=3.0)
    wish = why(town_of(venues, Ask(), hall)).wishes[0]
    assert wish.holders == (Holder((1, 2, 0, 17, 1), 180, locked=False, changeover=True),)


def test_changeover_after_what_is_wanted() -> None:
    venues = courts(changeover=np.array([1]))
    next_hour = replace(RICH, windows=((0, 19, 20, 1),))
    wish = why(town_of(venues, Ask(), next_hour)).wishes[0]
    assert wish.holders == (Holder((1, 0, 0, 19, 1), 120, locked=False, changeover=True),)


def test_locked_holder() -> None:
    problem = town_of(courts(), Ask(), Ask(weight=0.5), locks=rejected((1, 0, 0, 18, 1)))
    found = why(problem)
    assert [h.locked for h in found.wishes[0].holders] == [True]
    assert found.forced is None


def test_share_of_prime_time() -> None:
    prime = np.zeros((7, 24), dtype=bool)
    prime[:, 18:20] = True
    venues = courts(prime=prime, prime_cap=np.array([1]))
    other = replace(RICH, windows=((1, 18, 19, 1),))
    wish = why(town_of(venues, Ask(), other)).wishes[0]
    assert wish.holders == ()
    assert wish.shortage == Shortage(unit=0, left=0, needed=1)


def test_own_session_that_day() -> None:
    ask = Ask(windows=((0, 18, 19, 1), (0, 20, 21, 1)), sessions=2)
    found = why(town_of(courts(), ask))
    [wish] = found.wishes
    assert len(wish.own_rows) == 1
    assert wish.holders == ()


def test_first_choice() -> None:
    """It has Tuesday as second choice; Monday, its first, is held by another."""
    ask = Ask(windows=((0, 18, 19, 1), (1, 18, 20, 2)))
    problem = town_of(courts(), ask, RICH)
    present = best(problem)
    assert unmet_requests(present) == (0,)
    found = explain(present, 0)
    assert (found.goal.kind, found.goal.given_up) == ("first choice", (0, 0, 1, 18, 1))
    assert [h.row[0] for w in found.wishes for h in w.holders] == [1]
    assert found.forced is not None
    assert (found.forced.row, found.forced.kept) == ((0, 0, 0, 18, 1), ())
    assert found.forced.losers == ((1, 120, 0),)


def test_no_more_first_choices_asked_for() -> None:
    """Two sessions, one day of first choice: the second cannot but lie in another."""
    ask = Ask(windows=((0, 18, 19, 1), (1, 18, 19, 2)), sessions=2)
    assert unmet_requests(best(town_of(courts(), ask))) == ()


def test_first_choice_that_counts_less() -> None:
    """An hour of first choice is free, two of second are worth more: no free place is better."""
    ask = Ask(windows=((0, 18, 19, 1), (1, 18, 20, 2)), hours=(1, 2))
    present = best(town_of(courts(), ask))
    found = explain(present, 0)
    assert [wish.free for wish in found.wishes] == [True]
    assert found.forced is not None
    assert (found.forced.cost, found.forced.losers) == (36, ())


def test_nothing_lacking() -> None:
    present = best(town_of(courts(), Ask()))
    assert unmet_requests(present) == ()
    with pytest.raises(ValueError, match="has what it asked for"):
        explain(present, 0)


def test_session_that_is_not_allowed() -> None:
    with pytest.raises(ValueError, match="no allowed placement"):
        PresentTimetable(town_of(courts(), Ask()), rejected((0, 0, 1, 18, 1)))


def test_nothing_is_forced_without_prices() -> None:
    poor = PresentTimetable(town_of(courts(), Ask(), RICH), rejected((1, 0, 0, 18, 1)))
    assert explain(poor, 0).forced is None


def test_sessions_that_it_keeps_are_forced_too() -> None:
    """It keeps Monday; on Tuesday the other gives way."""
    ask = Ask(windows=((0, 18, 19, 1), (1, 18, 19, 1)), sessions=2)
    found = why(town_of(courts(), ask, replace(RICH, windows=((1, 18, 19, 1),))))
    assert found.forced is not None
    assert (found.forced.row, found.forced.kept) == ((0, 0, 1, 18, 1), ((0, 0, 0, 18, 1),))
    assert (found.forced.lost, found.forced.gained) == (120, 60)
