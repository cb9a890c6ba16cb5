"""Reserved rooms in situations small enough to see through: every request is scripted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import Parts, model_of, plain
from one_by_one import takes_room

from booking.reserve_cases import Ask, counter_of, outcomes
from sim.booking.requests import Outcome
from sim.model import Model

DAY = 24 * 60
NOON = 9 * 24 + 12  # of the fifth counted day


def with_reserve(rooms: int, *entries: dict[str, Any], **more: Any) -> Parts:
    """Rooms that are always open, two sorts of people, bookable five days ahead."""
    parts = plain(7, warm_up=5, opens=5).set(policy__reserve=list(entries), **more)
    parts.scenario["segments"]["elder"] = {"curve": "flat", "bicycle_share": 0}
    parts.origin("home", {"person": 10, "elder": 10}).centre("hall")
    return parts.rooms("hall", rooms) if rooms else parts


def served(model: Model, *asks: Ask) -> list[bool]:
    return [venue >= 0 for venue in outcomes(counter_of(model, asks))]


@pytest.mark.parametrize("shift", [0, 1])
def test_kept_rooms_refuse_others_and_serve_those_they_are_for(tmp_path: Path, shift: int) -> None:
    """Of two rooms one is kept: one person finds room, and elders find both or what is left."""
    parts = with_reserve(2, {"for": ["elder"], "share": 0.5})
    model = model_of(parts, tmp_path)
    # those who would shift find the neighbouring hours taken in the room that is not kept
    around = [Ask("person", NOON - 1), Ask("person", NOON + 1)] if shift else []
    asked = [Ask("person", NOON), Ask("person", NOON, shift=shift), Ask("elder", NOON)]
    counter = counter_of(model, [*around, *asked])
    venues = outcomes(counter)[len(around) :]
    assert venues[1] == -1
    assert venues[0] >= 0
    assert venues[2] == 1 - venues[0]
    assert counter.desk.outcome[len(around) + 1] == Outcome.FULL
    assert served(model, *[Ask("elder", NOON)] * 3) == [True, True, False]


def test_released_rooms_are_for_anybody_from_the_moment_on(tmp_path: Path) -> None:
    """A day before the start what is left may be had; a minute earlier it may not."""
    for hours in (24, 3.5):
        entry = {"for": ["elder"], "share": 1, "release_hours_ahead": hours}
        model = model_of(with_reserve(2, entry), tmp_path / str(hours))
        early, late = Ask("person", NOON, hours * 60 + 1), Ask("person", NOON, hours * 60)
        elder = Ask("elder", NOON, 2 * DAY)
        assert served(model, elder, early, late, late) == [True, False, True, False]
        # a booking of three hours goes by its start, not by its last hour
        longer = Ask("person", NOON, hours * 60, duration=3)
        assert served(model, longer) == [True]


def test_of_shifted_starts_those_released_are_given(tmp_path: Path) -> None:
    """Asked 25 hours ahead, with a release at 24: only the hour before is free for anybody."""
    entry = {"for": ["elder"], "share": 1}
    model = model_of(with_reserve(1, entry), tmp_path)
    counter = counter_of(model, [Ask("person", NOON, 25 * 60, shift=2)])
    assert outcomes(counter) == [0]
    assert (counter.desk.start[0], counter.desk.attempt[0]) == (NOON - 1, 2)
    # with an hour less of it the earliest start is released at this very moment
    assert served(model, Ask("person", NOON, 25 * 60, shift=1)) == [True]
    for ahead, given in ((27 * 60, False), (26 * 60, True)):
        assert served(model, Ask("person", NOON, ahead, shift=2)) == [given]


def test_an_offer_goes_by_the_start_offered(tmp_path: Path) -> None:
    """A start a day later than wished is kept still when the one wished is released."""
    model = model_of(with_reserve(1, {"for": ["elder"], "rooms": 1}), tmp_path)
    counter = counter_of(model, [Ask("person", NOON, DAY)])
    now = float(counter.requests.asked_at[0])
    assert not counter.offer(0, 0, NOON + 24, now)
    assert counter.offer(0, 0, NOON, now)


def test_rooms_to_be_left_over(tmp_path: Path) -> None:
    """Others get a room only while more than one is free; elders and the late get the last."""
    model = model_of(with_reserve(3, {"for": ["elder"], "rooms": 1}), tmp_path)
    person, elder = Ask("person", NOON), Ask("elder", NOON)
    assert served(model, person, person, person, elder, elder) == [True, True, False, True, False]
    assert served(model, elder, person, person) == [True, True, False]
    late = Ask("person", NOON, DAY)
    assert served(model, person, person, person, late) == [True, True, False, True]
    # a slot given back is free again
    counter = counter_of(model, [person] * 4)
    now = float(counter.requests.asked_at[0])
    assert [counter.ask(i, now) for i in range(3)] == [True, True, False]
    counter.desk.release(0)
    assert counter.ask(3, now)
    # those who would shift count the rooms at every start
    shifted = Ask("person", NOON, shift=1)
    counter = counter_of(model, [person, person, Ask("person", NOON + 1), shifted, shifted])
    assert [venue >= 0 for venue in outcomes(counter)] == [True] * 5
    assert list(counter.desk.start[3:]) == [NOON + 1, NOON - 1]


def test_the_most_of_several_entries_is_left_over(tmp_path: Path) -> None:
    """One room for elders, two for a third sort: people leave two, elders two, the third one."""
    entries = [
        {"for": ["elder"], "rooms": 1},
        {"for": ["child"], "rooms": 2, "release_hours_ahead": 30},
    ]
    parts = with_reserve(4, *entries)
    parts.scenario["segments"]["child"] = {"curve": "flat", "bicycle_share": 0}
    model = model_of(parts, tmp_path)
    for segment, ahead, rooms in (
        ("person", 2 * DAY, 2),
        ("elder", 2 * DAY, 2),
        ("child", 2 * DAY, 3),
        ("person", 30 * 60, 3),
        ("elder", 30 * 60, 4),
        ("person", DAY, 4),
    ):
        assert sum(served(model, *[Ask(segment, NOON, ahead)] * 5)) == rooms


@pytest.mark.parametrize("way", [{"share": 1}, {"rooms": 2}])
def test_residents_of_what_the_centre_is_for(tmp_path: Path, way: dict[str, Any]) -> None:
    """A compound's own people find its rooms; a community's find the community's."""
    parts = with_reserve(0, {"for": ["residents"], **way})
    parts.origin("next door", {"person": 10, "elder": 10})
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    parts.origin("far", {"person": 10, "elder": 10}, community="D")
    parts.rooms("hall", 2).centre("yard", "compound", compound="home").rooms("yard", 2)
    model = model_of(parts, tmp_path)
    centres = [model.world.centres.names[c] for c in model.world.pools.centre]
    hall, yard = (centres.index(name) for name in ("hall", "yard"))
    home, next_door, far = map(model.world.origins.names.index, ("home", "next door", "far"))
    for pool, expected in ((hall, [True, True, False]), (yard, [True, False, False])):
        got = [
            served(model, Ask("person", NOON, pools=[pool], origin=o))[0]
            for o in (home, next_door, far)
        ]
        assert got == expected
    # the same person is at home in one centre and a guest in the other
    other = Ask("person", NOON, pools=[yard, hall], origin=next_door)
    counter = counter_of(model, [other])
    given = model.world.venues.centre[outcomes(counter)[0]]
    assert model.world.centres.names[given] == "hall"


def test_sessions_see_what_is_kept_for_them(tmp_path: Path) -> None:
    """Sessions take rooms kept for the programme, not those kept for elders."""
    for name, free in (("programme", 2), ("elder", 1)):
        entry = {"for": [name], "share": 0.5}
        model = model_of(with_reserve(2, entry), tmp_path / name)
        desk = counter_of(model, []).desk
        assert sum(takes_room(desk, v, NOON, 2) for v in (0, 1)) == free
        desk.give_back(0, NOON, 2)
        desk.give_back(1, NOON, 2)
        assert sum(takes_room(desk, v, NOON, 2) for v in (0, 1)) == free
        entry = {"for": [name], "rooms": 1}
        model = model_of(with_reserve(2, entry), tmp_path / f"{name} rooms")
        desk = counter_of(model, []).desk
        assert sum(takes_room(desk, v, NOON, 2) for v in (0, 1)) == free


def test_sessions_see_every_entry_but_their_own(tmp_path: Path) -> None:
    """Of four rooms two are kept for sessions and one for elders, in either order."""
    entries = [{"for": ["programme"], "share": 0.5}, {"for": ["elder"], "share": 0.25}]
    for number, kept in enumerate((entries, entries[::-1])):
        model = model_of(with_reserve(4, *kept), tmp_path / str(number))
        desk = counter_of(model, []).desk
        assert sum(takes_room(desk, v, NOON, 2) for v in range(4)) == 3


def test_what_a_session_gives_back_stays_kept(tmp_path: Path) -> None:
    """A kept room that a session took and gave back is free for those it is kept for alone."""
    model = model_of(with_reserve(1, {"for": ["programme", "elder"], "share": 1}), tmp_path)
    counter = counter_of(model, [Ask("person", NOON), Ask("elder", NOON), Ask("elder", NOON)])
    now = float(counter.requests.asked_at[0])
    assert takes_room(counter.desk, 0, NOON, 1)
    assert not counter.ask(1, now)
    counter.desk.give_back(0, NOON, 1)
    assert not counter.ask(0, now)
    assert counter.ask(2, now)


def test_where_and_when_an_entry_holds(tmp_path: Path) -> None:
    """Only kinds, tiers, zones, days and hours that are named."""
    entry = {
        "for": ["elder"],
        "share": 1,
        "kinds": ["court"],
        "tiers": ["community"],
        "zones": ["Z"],
        "days": ["Fri", "Sat"],
        "hours": "12-14",
    }
    parts = with_reserve(1, entry)
    parts.scenario["kinds"]["court"] = parts.scenario["kinds"]["room"]
    parts.scenario["zones"]["Y"] = {"operator": "O"}
    parts.tables["communities"].append({"community": "D", "zone": "Y"})
    parts.centre("big", "subdistrict").centre("abroad", community="D")
    for centre in ("hall", "big", "abroad"):
        parts.rooms(centre, 1, prefix=f"{centre} court", kind="court")
    model = model_of(parts, tmp_path)
    world = model.world
    court = world.kinds.index("court")
    named = (
        (world.pools.kind == court) & (world.pools.centre == world.centres.names.index("hall"))
    ).tolist()
    assert sum(named) == 1
    for pool, holds in enumerate(named):
        got = served(model, Ask("person", NOON, pools=[pool]))
        assert got == [not holds]
    pool = named.index(True)
    # five days of warm-up come before the first counted Monday
    assert world.calendar.date(NOON // 24).isoformat() == "2026-01-09"
    for start, kept in (
        (NOON - 1, False),
        (NOON, True),
        (NOON + 1, True),
        (NOON + 2, False),
        (NOON - 24, False),
        (NOON + 24, True),
        (NOON + 48, False),
    ):
        assert served(model, Ask("person", start, pools=[pool])) == [not kept]


def test_a_share_of_nothing_keeps_nothing(tmp_path: Path) -> None:
    """The plan is absent, as without any reserve."""
    model = model_of(with_reserve(2, {"for": ["elder"], "share": 0}), tmp_path)
    assert len(model.rooms.reserve.release) == 0


def test_bookings_over_midnight_meet_the_reserve_too(tmp_path: Path) -> None:
    """Of three rooms one is kept: two people from 23:00 to 1:00, and an elder; no room is held
    twice, and who comes at midnight meets what is left."""
    model = model_of(with_reserve(3, {"for": ["elder"], "share": 1 / 3}), tmp_path)
    night = NOON - 12 + 23
    late = [Ask("person", night, duration=2)] * 3 + [Ask("elder", night, duration=2)] * 2
    after = [Ask("person", night + 1), Ask("elder", night + 1), Ask("person", night + 2)]
    counter = counter_of(model, [*late, *after])
    venues = outcomes(counter)
    booked = [True, True, False, True, False, False, False, True]
    assert [venue >= 0 for venue in venues] == booked
    assert [outcome == Outcome.BOOKED for outcome in counter.desk.outcome] == booked
    assert 0 in venues
    assert len(set(venues[:2] + venues[3:4])) == 3


def test_rooms_left_free_over_midnight(tmp_path: Path) -> None:
    """Others get a room only where more than one is free; all of the booking counts."""
    model = model_of(with_reserve(2, {"for": ["elder"], "rooms": 1}), tmp_path)
    night = NOON - 12 + 23
    person, elder = (Ask(segment, night, duration=2) for segment in ("person", "elder"))
    assert served(model, person, person, elder, elder) == [True, False, True, False]
    assert served(model, Ask("elder", night + 1), person, elder) == [True, False, True]


def test_parties_that_fit_into_no_room_of_the_centre(tmp_path: Path) -> None:
    """Nothing is found for them, kept or not."""
    model = model_of(with_reserve(2, {"for": ["elder"], "share": 0.5}), tmp_path)
    assert served(model, Ask("elder", NOON, party=11), Ask("elder", NOON, party=10)) == [
        False,
        True,
    ]
