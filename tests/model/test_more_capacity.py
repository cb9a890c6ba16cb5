"""More rooms: where they take nothing from anybody, and how they can where that does not hold.

Let bookings be one slot long and let everybody try every centre. Add one hour of one room. As long
as nobody takes it, all is as before. Whoever takes it had nothing before, and all is as before
again; or leaves free what they had, and that is now the one hour too many. So nobody loses theirs,
whatever parties, sizes, access and opening hours there are, and more rooms are hours added one by
one. The order in which people try rooms must stay as it was: `log_rooms` turns it, and so does a
room with longer hours for people who shift their start, as its centre is now open when they wish to
come and then offers its other rooms too. And nobody may give up a booking. Where all rooms are
alike neither matters: only their number counts.

With longer bookings it does not hold, nor where people try some centres only (`test_near_room`).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from booking.reserve_cases import Ask, counter_of, outcomes
from builders import Parts, model_of, plain
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.booking.requests import Outcome
from sim.model import Model, simulate

NOON = 9 * 24 + 12


def choice(*values: float) -> dict[str, Any]:
    return {"rule": "choice", "values": list(values), "weights": [1] * len(values)}


def town(r: Random) -> Parts:
    """People and places; every wish for one slot, everybody willing and trying every centre."""
    parts = plain(3, warm_up=3, opens=3)
    parts.tables["communities"].append({"community": "D", "zone": "Z"})
    day = {"hours": "day", "days": "Mon-Sun holiday", "open": "10:00", "close": "12:00"}
    parts.tables["hours"].append(day)
    hours = {"9-13": 1}
    parts.scenario["demand"]["curves"]["flat"] = {"weekday": hours, "weekend": hours}
    for home in range(r.randint(1, 3)):
        parts.origin(f"home {home}", community=r.choice("CD"), **near(r))
    return parts.set(
        kinds__room={"party": choice(1, 3, 6, 15), "start_minutes": 60},
        demand__wishes_per_1000={"person": {"room": 7 * r.choice([5, 15, 40])}},
        demand__lead_days=choice(0, 0.3, 1, 4),
        demand__flexibility={"other_centres": {"rule": "constant", "value": 31}},
        off_platform={"share": r.choice([0, 0.3]), "block_minutes": 60},
        travel={"max_minutes": 200},
        choice={
            "outside": -200,
            "per_minute": -0.1,
            "tiers": {"subdistrict": 0.7},
            "log_rooms": 0,
            "nest": r.choice([0.3, 1]),
        },
    )


def near(r: Random) -> dict[str, float]:
    return {"lon": 120 + r.uniform(-0.01, 0.01), "lat": 30 + r.uniform(-0.01, 0.01)}


def add_centre(r: Random, parts: Parts) -> str:
    name = f"hall {r.getrandbits(30)}"
    parts.centre(name, r.choice(["subdistrict", "community"]), community=r.choice("CD"), **near(r))
    return name


def add_room(r: Random, parts: Parts, centre: str, **like: Any) -> None:
    """A room of any size, hours, starts and access unless these are given."""
    any_room = {
        "capacity": r.choice([2, 4, 8, 20]),
        "hours": r.choice(["always", "day"]),
        "slot_minutes": r.choice([60, 60, 120]),
        "access": r.choice(["public", "public", "community"]),
    }
    parts.rooms(centre, 1, prefix=f"room {r.getrandbits(30)}", **{**any_room, **like})


def small_and_large(r: Random, **like: Any) -> tuple[Parts, Parts]:
    """A town, and the same with one to three rooms more, in centres it has or in new ones.

    One room suits all from the beginning, so that the same people ask in both.
    """
    few = town(r)
    add_room(r, few, add_centre(r, few), **{**like, **ALIKE})
    for _ in range(r.randint(0, 3)):
        centre = add_centre(r, few)
        for _ in range(r.randint(1, 2)):
            add_room(r, few, centre, **like)
    many = few.copy()
    for _ in range(r.randint(1, 3)):
        old = [row["centre"] for row in many.tables["centres"]]
        add_room(r, many, r.choice(old) if r.random() < 0.5 else add_centre(r, many), **like)
    return few, many


ALIKE = {"capacity": 20, "hours": "always", "slot_minutes": 60, "access": "public"}


def served(parts: Parts, replication: int) -> tuple[set[int], set[int]]:
    """Keys of the wishes that were asked, and of those that got a room."""
    with tempfile.TemporaryDirectory() as folder:
        history = simulate(model_of(parts, Path(folder)), 1, replication)
    key = history.wishes.key
    assert len(history.asked) == len(key)
    booked = history.asked[history.outcome == Outcome.BOOKED]
    return set(key[history.asked].tolist()), set(key[booked].tolist())


def gained(few: Parts, many: Parts) -> tuple[int, int]:
    """How many are served by more rooms who were not, and how many still are not; nobody loses."""
    asked, before = served(few, 0)
    asked_again, after = served(many, 0)
    assert asked == asked_again
    assert before <= after
    return len(after - before), len(asked - after)


def test_who_had_a_room_still_has_one() -> None:
    """Rooms of all sorts, with shifts if they have the same hours: nobody loses, no share falls."""
    seen = []

    @settings(max_examples=15)
    @given(st.integers(0, 2**31))
    def check(seed: int) -> None:
        r = Random(seed)
        shifts = r.random() < 0.5
        same = {"hours": "always", "slot_minutes": 60} if shifts else {}
        few, many = small_and_large(r, **same)
        shift = choice(0, 60, 120) if shifts else choice(0)
        for parts in (few, many):
            parts.scenario["demand"]["flexibility"]["shift_minutes"] = shift
        seen.append(gained(few, many))

    check()
    helped = np.array(seen)
    assert (helped[:, 0] > 0).mean() > 0.5  # nothing is shown where nobody gains,
    assert (helped.min(axis=1) > 0).mean() > 0.3  # nor where all are served


def test_where_all_rooms_are_alike() -> None:
    """Centres with more rooms draw more, and some give their booking up: nobody loses either."""
    seen = []

    @settings(max_examples=12)
    @given(st.integers(0, 2**31))
    def check(seed: int) -> None:
        r = Random(seed)
        few, many = small_and_large(r, **ALIKE)
        for parts in (few, many):
            parts.set(choice__log_rooms=2)
            parts.set(demand__cancellation={"share": 0.5, "when": choice(0, 0.5, 1)})
        seen.append(gained(few, many))

    check()
    assert (np.array(seen).min(axis=1) > 0).mean() > 0.2


def halls(folder: Path, *capacities: tuple[int, ...]) -> Model:
    """Centres numbered in order, with rooms for so many people."""
    parts = plain(7, warm_up=5, opens=5).origin("home", 10)
    for number, rooms in enumerate(capacities):
        parts.centre(f"hall {number}")
        for at, capacity in enumerate(rooms):
            parts.rooms(f"hall {number}", 1, prefix=f"{number} {at}", capacity=capacity)
    return model_of(parts, folder)


def number_served(model: Model, asks: list[Ask]) -> int:
    """Asked in the order written."""
    return sum(venue >= 0 for venue in outcomes(counter_of(model, asks)))


def test_with_longer_bookings_fewer_can_be_served(tmp_path: Path) -> None:
    """A third hall that all like best: six bookings with two halls, five with three.

    Noon in one hall and 14:00 in the other keep two bookings of three hours out, and four of one
    hour follow. With the third hall both go there, so the two long ones fit, one in each of the
    others; of the four only the one at 13:00 finds an hour, in the third.
    """

    def asks(*liked: int) -> list[Ask]:
        one, other = (*liked, 0, 1), (*liked, 1, 0)
        rest = [Ask("person", NOON + hour, pools=one) for hour in (1, 2, 0, 1)]
        first = [Ask("person", NOON, pools=one), Ask("person", NOON + 2, pools=other)]
        return [*first, *[Ask("person", NOON, pools=one, duration=3)] * 2, *rest]

    two, three = halls(tmp_path / "two", (9,), (9,)), halls(tmp_path / "three", (9,), (9,), (9,))
    assert number_served(two, asks()) == 6
    assert number_served(three, asks(2)) == 5


def test_where_a_room_more_turns_the_order_fewer_can_be_served(tmp_path: Path) -> None:
    """A second large room makes its centre the favourite (`log_rooms`): two small parties take
    both, where they had gone to the small rooms, and the large party finds none."""
    large = Ask("person", NOON, pools=(1,), party=15)
    few, many = halls(tmp_path / "few", (4, 4), (20,)), halls(tmp_path / "many", (4, 4), (20, 20))
    assert number_served(few, [Ask("person", NOON, pools=(0, 1))] * 2 + [large]) == 3
    assert number_served(many, [Ask("person", NOON, pools=(1, 0))] * 2 + [large]) == 2


def test_where_a_booking_is_given_up_somebody_can_lose(tmp_path: Path) -> None:
    """A small party takes the small room that is new, so a large one gets the large room; when the
    small party gives up, the large room is not free again, and the next large party has none."""
    asks = [Ask("person", NOON, (50 - i) * 60, party=p) for i, p in enumerate((2, 15, 15))]
    found = []
    for name, rooms in (("few", (20,)), ("many", (4, 20))):
        counter = counter_of(halls(tmp_path / name, rooms), asks)
        now = counter.requests.asked_at.tolist()
        first, second = counter.ask(0, now[0]), counter.ask(1, now[1])
        counter.give_up(0, now[1] + 1)
        found.append((first, second, counter.ask(2, now[2])))
    assert found == [(True, False, True), (True, True, False)]
