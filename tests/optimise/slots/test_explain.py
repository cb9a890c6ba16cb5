"""Reasons and changes of seasons made by hand, where each is known."""

from dataclasses import replace

import numpy as np
import pytest

from optimise.slots.problem import ANY, Problem, Venues
from optimise.slots.reasons.changes import Change, OtherVenues, apply_change
from optimise.slots.reasons.explanation import Explanation, explain, unmet_requests
from optimise.slots.reasons.remedies import ALWAYS, free_places, try_change
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


def test_weight_that_outbids() -> None:
    """2.00 draws level: 2.01, a step above, is the least."""
    found = why(town_of(courts(), Ask(), RICH))
    weight = next(r for r in found.remedies if r.change.kind == "priority")
    assert weight.change.number == 2.01
    assert weight.verified == ALWAYS
    assert (weight.gain, weight.gain_without) == (1, 0)  # 60 x 2.01 is 121 whole minutes


def test_cheapest_of_two_holders() -> None:
    """Court 1 is held by one worth less: that is what the weight must beat."""
    cheap = Ask(options=(1,), weight=1.5)
    found = why(town_of(courts(2), Ask(options=(0, 1)), RICH, cheap))
    assert found.forced is not None
    assert found.forced.row[1] == 1
    weight = next(r for r in found.remedies if r.change.kind == "priority")
    assert weight.change.number == 1.58  # 57.6 x 1.57 rounds to the other's 90
    assert weight.verified == ALWAYS


@pytest.mark.parametrize(
    ("problem", "kind", "size", "row"),
    [
        (town_of(courts(), Ask(), RICH), "hour", 60, (0, 0, 0, 17, 1)),
        # Open 18-19 only: another day.
        (
            town_of(courts(hours=np.eye(24, dtype=bool)[[0, 18]]), Ask(), RICH),
            "weekday",
            120,
            (0, 0, 1, 18, 1),
        ),
        # All other days are kept: the other court, which it did not name.
        (
            town_of(
                courts(
                    2,
                    hours=np.eye(24, dtype=bool)[[0, 18]],
                    kept=np.repeat(np.arange(7)[None, :, None] > 0, 2, 0).repeat(24, 2),
                ),
                Ask(),
                RICH,
            ),
            "venue",
            180,
            (0, 1, 0, 18, 1),
        ),
        (
            town_of(
                courts(
                    hours=np.isin(np.arange(24), [18, 19]) & np.array([[False], [True]]),
                    kept=(np.arange(7)[None, :, None] > 0).repeat(24, 2),
                ),
                Ask(windows=((0, 18, 20, 1),), hours=(2, 2)),
                replace(RICH, windows=((0, 19, 20, 1),), weight=3.0),
            ),
            "shorter",
            300,
            (0, 0, 0, 18, 1),
        ),
        (
            town_of(
                courts(
                    hours=np.eye(24, dtype=bool)[[0, 18]],
                    kept=(np.arange(7)[None, :, None] > 1).repeat(24, 2),
                ),
                Ask(windows=((0, 18, 19, 1), (1, 18, 19, 1)), sessions=2, spacing=2),
            ),
            "spacing",
            360,
            None,
        ),
        (
            town_of(
                courts(
                    hours=np.eye(24, dtype=bool)[[0, 18]],
                    kept=(np.arange(7)[None, :, None] > 0).repeat(24, 2),
                ),
                Ask(),
                rejections=rejected((0, 0, ANY, ANY, ANY)),
            ),
            "rejection",
            720,
            (0, 0, 0, 18, 1),
        ),
    ],
    ids=["hour", "weekday", "venue", "shorter", "spacing", "rejection"],
)
def test_smallest_change(problem: Problem, kind: str, size: float, row: tuple | None) -> None:
    remedy = why(problem).remedy
    assert remedy is not None
    assert (remedy.change.kind, remedy.change.size) == (kind, size)
    assert remedy.change.row == row or row is None
    assert remedy.harmless
    assert remedy.verified == ALWAYS


def test_change_by_which_it_outbids() -> None:
    """No place is free, but Tuesday's holder is worth less."""
    venues = courts(
        hours=np.eye(24, dtype=bool)[[0, 18]],
        kept=(np.arange(7)[None, :, None] > 1).repeat(24, 2),
    )
    poor = Ask(windows=((1, 18, 19, 1),), weight=0.5)
    remedy = why(town_of(venues, Ask(), RICH, poor)).remedy
    assert remedy is not None
    assert (remedy.change.kind, remedy.harmless) == ("weekday", False)
    assert remedy.verified == ALWAYS
    assert remedy.gain == 48 - 30  # Tuesday counts as second choice


def test_nearer_venue_first_and_none_that_bars_it() -> None:
    venues = courts(
        4,
        hours=np.eye(24, dtype=bool)[[0, 18]],
        kept=(np.arange(7)[None, :, None] > 0).repeat(4, 0).repeat(24, 2),
    )
    present = best(town_of(venues, Ask(), RICH))
    walk = np.array([0.0, 3.0, 9.0, 6.0])
    enters = np.array([True, False, True, True])
    remedy = explain(present, 0, OtherVenues(walk, enters)).remedy
    assert remedy is not None
    assert (remedy.change.row[1], remedy.change.size) == (3, 186)


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


def test_no_place_beyond_the_share() -> None:
    """Open only in prime time, of which the other holds all that groups may: nothing is free."""
    prime = np.isin(np.arange(24), [18, 19]) & np.ones((7, 1), dtype=bool)
    hours = np.stack((np.zeros(24, dtype=bool), prime[0]))
    problem = town_of(courts(hours=hours, prime=prime, prime_cap=np.array([1])), Ask(), RICH)
    remedy = why(problem).remedy
    assert remedy is None or not remedy.harmless


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
    remedy = found.remedy
    assert remedy is not None
    assert (remedy.change.kind, remedy.change.row[2], remedy.gain) == ("hour", 0, 12)
    assert found.forced is not None
    assert found.forced.row == (0, 0, 0, 18, 1)


def test_no_more_first_choices_asked_for() -> None:
    """Two sessions, one day of first choice: the second cannot but lie in another."""
    ask = Ask(windows=((0, 18, 19, 1), (1, 18, 19, 2)), sessions=2)
    assert unmet_requests(best(town_of(courts(), ask))) == ()


def test_as_good_without_is_not_proven() -> None:
    """With Tuesday too, it could as well leave Monday to the other, who is worth the same."""
    venues = courts(
        hours=np.eye(24, dtype=bool)[[0, 18]],
        kept=(np.arange(7)[None, :, None] > 1).repeat(24, 2),
    )
    problem = town_of(venues, Ask(sessions=2), Ask())
    present = PresentTimetable(problem, rejected((0, 0, 0, 18, 1)), bound=60)
    [place] = free_places(present, explain(present, 0, depth="look").goal, OtherVenues())
    remedy = try_change(present, explain(present, 0, depth="look").goal, place.change, place.gain)
    assert (remedy.change.row, remedy.gain) == ((0, 0, 1, 18, 1), 48)
    assert remedy.gain_without == 48
    assert remedy.verified != ALWAYS


def test_another_part_is_searched_too() -> None:
    """Court 1 and its request are another part until the change leads there."""
    problem = town_of(courts(2), Ask(), RICH, Ask(options=(1,)))
    present = best(problem)
    venue = Change("venue", 180, (0, 1, 0, 18, 1), rank=1)
    found = present.resolve(apply_change(problem, venue), 0)
    assert found.requests == (0, 1, 2)
    assert found.present == found.present_bound == found.value == 180


def test_first_choice_that_counts_less() -> None:
    """An hour of first choice is free, two of second are worth more: no free place is better."""
    ask = Ask(windows=((0, 18, 19, 1), (1, 18, 20, 2)), hours=(1, 2))
    present = best(town_of(courts(), ask))
    found = explain(present, 0)
    assert [wish.free for wish in found.wishes] == [True]
    assert free_places(present, found.goal, OtherVenues()) == []


def test_nothing_lacking() -> None:
    present = best(town_of(courts(), Ask()))
    assert unmet_requests(present) == ()
    with pytest.raises(ValueError, match="has what it asked for"):
        explain(present, 0)


def test_look_searches_nothing() -> None:
    problem = town_of(courts(), Ask(), RICH)
    poor = PresentTimetable(problem, rejected((1, 0, 0, 18, 1)))
    found = explain(poor, 0, depth="look")
    assert found.forced is None
    assert [(r.change.kind, r.verified) for r in found.remedies] == [("hour", "")]


def test_session_that_is_not_allowed() -> None:
    with pytest.raises(ValueError, match="no allowed placement"):
        PresentTimetable(town_of(courts(), Ask()), rejected((0, 0, 1, 18, 1)))
