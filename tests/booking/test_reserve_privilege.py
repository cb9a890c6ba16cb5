"""Whether those whom rooms are kept for can lose by it: where not, and a case where they do.

Let all rooms be alike, every booking one slot, and nobody come twice, try another start or centre,
or give up. Each slot then stands alone. If nobody privileged is refused, none has lost. If one is,
all R rooms are taken by then, so at least R requests came before; without reserves the first R of
all requests are served, and the privileged among those are served with reserves too.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import Any

from builders import Parts, model_of, plain
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.reserve_cases import Ask, counter_of, outcomes
from sim.model import Model

NOON = 9 * 24 + 12


def rooms(number: int, *entries: dict[str, Any], **more: Any) -> Parts:
    parts = plain(7, warm_up=5, opens=5).set(policy__reserve=list(entries))
    parts.scenario["segments"]["elder"] = {"curve": "flat", "bicycle_share": 0}
    parts.origin("home", {"person": 10, "elder": 10}).centre("hall")
    return parts.rooms("hall", number, **more) if number else parts


def elders_served(model: Model, asks: list[Ask]) -> list[bool]:
    venues = outcomes(counter_of(model, asks))
    return [v >= 0 for v, a in zip(venues, asks, strict=True) if a.segment == "elder"]


@settings(max_examples=25)
@given(st.integers(0, 2**31))
def test_the_privileged_do_not_lose(seed: int) -> None:
    """Any order of requests, any reserve for elders, released or not: no fewer are served."""
    r = Random(seed)
    number = r.randint(1, 5)
    way: dict[str, Any] = r.choice(
        [{"share": r.choice([0.2, 0.4, 0.8, 1])}, {"rooms": r.randint(1, 4)}]
    )
    entry = {"for": ["elder"], **way, "release_hours_ahead": r.choice([0, 24, 48])}
    asks = [
        Ask(r.choice(["person", "elder"]), NOON + r.randint(0, 3), r.uniform(0, 72 * 60))
        for _ in range(r.randint(1, 40))
    ]
    asks.sort(key=lambda a: a.start * 60 - a.ahead)
    with tempfile.TemporaryDirectory() as folder:
        plain_model = model_of(rooms(number), Path(folder) / "a")
        reserved = model_of(rooms(number, entry), Path(folder) / "b")
    without, having = elders_served(plain_model, asks), elders_served(reserved, asks)
    for slot in range(NOON, NOON + 4):
        of_slot = [a.start == slot for a in asks if a.segment == "elder"]
        served = [
            sum(s for s, here in zip(x, of_slot, strict=True) if here) for x in (without, having)
        ]
        assert served[1] >= served[0]


def test_with_bookings_of_several_hours_they_can(tmp_path: Path) -> None:
    """A person is refused, so one elder books three hours where three others had one each."""
    asks = [
        Ask("person", NOON),
        Ask("elder", NOON, 47 * 60, duration=3),
        Ask("elder", NOON + 1, 47 * 60),
        Ask("elder", NOON + 2, 47 * 60),
    ]
    entry = {"for": ["elder"], "share": 1}
    assert sum(elders_served(model_of(rooms(1), tmp_path / "a"), asks)) == 2
    assert sum(elders_served(model_of(rooms(1, entry), tmp_path / "b"), asks)) == 1


def test_with_rooms_of_different_sizes_they_can(tmp_path: Path) -> None:
    """The room in the middle is kept, so a person takes the large one, which an elder needed."""
    asks = [
        Ask("person", NOON, party=2),
        Ask("person", NOON, party=2),
        Ask("elder", NOON, 47 * 60, party=10),
    ]
    without = rooms(0)
    for capacity in (2, 8, 10):
        without.rooms("hall", 1, prefix=f"for {capacity}", capacity=capacity)
    having = without.copy().set(policy__reserve=[{"for": ["elder"], "share": 1 / 3}])
    assert elders_served(model_of(without, tmp_path / "a"), asks) == [True]
    assert elders_served(model_of(having, tmp_path / "b"), asks) == [False]
