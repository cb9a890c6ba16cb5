"""Starts at the edge of a day."""

from __future__ import annotations

from pathlib import Path

from builders import model_of, plain

from booking.reserve_cases import Ask, counter_of, outcomes


def test_the_first_hour_of_a_day(tmp_path: Path) -> None:
    """A room open from midnight to 20:00: its first hour may be shifted to, from either side.

    From 22:00 by two hours, as the third that is tried; from 1:00 by one, as the second.
    """
    parts = (
        plain(7, warm_up=5, opens=5).origin("home").centre("hall").rooms("hall", 1, hours="early")
    )
    row = {"hours": "early", "days": "Mon-holiday", "open": "0:00", "close": "20:00"}
    parts.tables["hours"].append(row)
    model, midnight = model_of(parts, tmp_path), 10 * 24
    counter = counter_of(model, [Ask("person", midnight - 2, shift=2)])
    assert outcomes(counter) == [0]
    assert (counter.desk.start[0], counter.desk.attempt[0]) == (midnight, 3)
    back = Ask("person", midnight + 1, shift=1)
    taken = [Ask("person", midnight + 1), Ask("person", midnight + 2)]
    counter = counter_of(model, [*taken, back, back])
    assert outcomes(counter) == [0, 0, 0, -1]
    assert (counter.desk.start[2], counter.desk.attempt[2]) == (midnight, 2)
