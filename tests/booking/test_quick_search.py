"""When the quick search for alternatives holds: it is what busy scenarios spend their time in."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import plain

from sim.booking.layout import build_rooms
from sim.world.world import build_world


@pytest.mark.parametrize(
    ("room", "place", "quick"), [("day", "always", True), ("always", "day", False)]
)
def test_only_rooms_open_past_midnight_matter(
    room: str, place: str, quick: bool, tmp_path: Path
) -> None:
    """A drop-in place that never closes is in no booker's way."""
    parts = plain(7).origin("home").centre("hall").rooms("hall", 2, hours=room)
    parts.tables["hours"].append(
        {"hours": "day", "days": "Mon-Sun holiday", "open": "8:00", "close": "20:00"}
    )
    parts.place("study", hours=place)
    parts.set(
        dropin={
            "kinds": {
                "seats": {
                    "visits_per_1000": {"person": 10},
                    "curve": {"weekday": {"8-20": 1}, "weekend": {"8-20": 1}},
                    "stay_minutes": {"rule": "constant", "value": 30},
                }
            }
        }
    )
    world = build_world(parts.load(tmp_path))
    assert build_rooms(world).simple == quick
