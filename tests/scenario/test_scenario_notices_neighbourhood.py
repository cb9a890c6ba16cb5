"""Doubts about activities, places, zones and money: said where they apply, and only there."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.scenario.derived.openings import longest, venue_weeks
from sim.scenario.derived.size import expected_visits
from sim.scenario.loading import load
from sim.scenario.schema.place import ZoneOpening
from sim.scenario.schema.tables import HoursRow

NAME = "neighbourhood.yaml"
TALK = "activities.kinds.talk"
BALL = "{venue_kinds: [badminton_court], starts: {weekday: {9-10: 1}, weekend: {}}, appeal: {elder: 1},"
BALL += " capacity: {rule: constant, value: 4}}"
POOL = "{visits_per_1000: {adult: 1}, curve: {weekday: {9-10: 1}, weekend: {}}}"


def notices(folder: Path, text: str) -> tuple[str, ...]:
    """Notices of a child of the neighbourhood that says this."""
    (folder / "child.yaml").write_text(f"extends: {NAME}\nname: child\n{text}\n", "utf-8")
    return without_the_short_window(load("child.yaml").notices)


def without_the_short_window(notices: tuple[str, ...]) -> tuple[str, ...]:
    """The fixture's South opens its rooms late on purpose, and nobody comes back."""
    assert sum("zones.South.window" in n and "comes back" in n for n in notices) <= 1
    return tuple(n for n in notices if "comes back" not in n)


def test_the_neighbourhood_gives_no_doubts(folder: Path) -> None:
    del folder
    assert without_the_short_window(load(NAME).notices) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("activities: {kinds: {talk: {capacity: {rule: choice, values: [8, 31], weights: [3, 1]}}}}",
         f"{TALK}.capacity: about 25 % of sessions take more people than the largest room of its "
         "kinds holds (30 people)."),
        ("activities: {rooms: {days_ahead: 6.5}}",
         "activities.rooms.days_ahead: sessions are published 6.5 days ahead, but residents may "
         "book 7 days ahead (`policy.window.opens_days_ahead`)"),
        ("activities: {rooms: {days_ahead: 7}}\nzones: {South: {window: {opens_days_ahead: 9}}}\nexperiment: {warm_up_days: 9}",
         "residents may book 9 days ahead (`zones.South.window.opens_days_ahead`)"),
        ("dropin: {multiplier: 1000, kinds: {canteen: {visits_per_1000: {adult: 8000}}}}",
         "A large run: up to 85 million visits to places a replication, 3 replications."),
        ("zones: {North: {opening: {close: 08:00, tiers: [compound]}}}",
         "zones.North.opening: 1 venue with hours day would never be open: these hours leave "
         "nothing of those in the table."),
    ],
)  # fmt: skip
def test_doubts(folder: Path, text: str, words: str) -> None:
    (notice,) = notices(folder, text)
    assert words in notice


@pytest.mark.parametrize(
    "text",
    [
        # sessions elsewhere need no room
        "activities: {rooms: {rule: elsewhere}, kinds: {talk: {capacity: {rule: constant, value: 300}}}}",
        "activities: {rooms: {rule: elsewhere, days_ahead: 1}}",
        "activities: {kinds: {talk: {capacity: {rule: poisson, mean: 9}}}}",
        "activities: {rooms: {days_ahead: 7}}",
        "zones: {South: {opening: {open: 06:00, close: 24:00, tiers: []}}}",
    ],
)  # fmt: skip
def test_what_may_well_be_meant_is_not_doubted(folder: Path, text: str) -> None:
    assert notices(folder, text) == ()


@pytest.mark.parametrize(
    "text",
    [
        f"activities: {{kinds: {{ball: {BALL}}}}}",
        f"dropin: {{kinds: {{pool: {POOL.replace('adult', 'elder')}}}}}",
        "points: {volunteering_per_1000: {elder: 1}}",
    ],
)
def test_a_segment_that_does_anything_is_no_idle_one(folder: Path, text: str) -> None:
    tiny = (folder / "tiny.yaml").read_text("utf-8")
    elder = "    elder: {badminton_court: 5, activity_room: 60}\n"
    (folder / "tiny.yaml").write_text(tiny.replace(elder, ""), "utf-8")
    assert load("tiny.yaml").notices[0].startswith("segments.elder: no rate above 0")
    (folder / "child.yaml").write_text(f"extends: tiny.yaml\nname: child\n{text}\n", "utf-8")
    assert not any("segments.elder" in notice for notice in load("child.yaml").notices)


def test_expected_visits_by_hand(folder: Path) -> None:
    del folder
    inputs = load(NAME, sets=["dropin.multiplier=2"])
    weekly = (1500 + 1100 + 900) * 0.130 + (400 + 300) * 0.200
    found = expected_visits(inputs.scenario, inputs.tables)
    assert found == pytest.approx(weekly * 3 * 2)  # one week of warm-up, two counted


@pytest.mark.parametrize(
    ("opens", "closes", "monday"),
    [
        (None, None, ((540, 720), (840, 1080))),
        ("8:00", None, ((480, 720), (840, 1080))),
        ("10:00", "20:00", ((600, 720), (840, 1200))),
        ("13:00", None, ((840, 1080),)),
        (None, "11:00", ((540, 660),)),
        ("20:00", "22:00", ((1200, 1320),)),
        (None, "8:00", ()),
    ],
)
def test_a_zone_moves_the_first_opening_and_the_last_closing(
    folder: Path, opens: str | None, closes: str | None, monday: tuple[tuple[int, int], ...]
) -> None:
    del folder
    inputs, spans = load(NAME), (("9:00", "12:00"), ("14:00", "18:00"))
    hours = tuple(
        HoursRow(hours=name, days="Mon", open=since, close=until, source="x")
        for name in {row.hours for row in inputs.tables.hours}
        for since, until in spans
    )
    own = ZoneOpening(open=opens, close=closes)
    zones = {
        name: zone.model_copy(update={"opening": own})
        for name, zone in inputs.scenario.zones.items()
    }
    scenario = inputs.scenario.model_copy(update={"zones": zones})
    moved = venue_weeks(scenario, replace(inputs.tables, hours=hours))[0][1]
    assert moved[0] == monday
    assert moved[1:] == ((),) * 7
    assert longest(moved) == max((b - a for a, b in monday), default=0)


@pytest.mark.parametrize(
    ("ahead", "day", "idle"),
    [
        (9, "2026-03-24", False),
        (9, "2026-03-25", True),
        (3, "2026-03-22", False),
        (3, "2026-03-23", True),
    ],
)
def test_closures_count_until_the_zone_that_books_furthest_ahead(
    folder: Path, ahead: int, day: str, idle: bool
) -> None:
    """Counted until 2026-03-15; North books 7 days ahead, South more or less."""
    del folder
    sets = [f"zones.South.window.opens_days_ahead={ahead}", "experiment.warm_up_days=14",
            f"calendar.closures=[{{from: {day}, until: 2026-04-01}}]"]  # fmt: skip
    found = [n for n in load(NAME, sets=sets).notices if n.startswith("calendar.closures")]
    assert [("closes nothing" in n) for n in found] == [True] * idle
