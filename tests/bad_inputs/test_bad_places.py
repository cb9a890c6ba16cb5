"""Drop-in places and venues used without booking: one wrong row each, reported at its cell."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.loading import load

NAME = "neighbourhood.yaml"
PLACES = "drop_in_places.csv"
VENUES = "shared_venues.csv"

# table, what is replaced, by what (⟦ marks the place that must be named), column, words, suggestion
ROWS = [
    (PLACES, "Hall Canteen,canteen", "Hall Canteen,⟦cantine", "kind", "no kind of this name in `dropin.kinds`", "canteen"),
    (PLACES, "Willow Gym,gym,Willow", "Willow Gym,gym,⟦Wilow", "community", "no community of this name", "Willow"),
    (PLACES, "Pine,Grand Hall", "Pine,⟦Grand Hal", "centre", "no centre of this name", "Grand Hall"),
    (PLACES, "public,day,,", "public,⟦dya,,", "hours", "no opening hours of this name", "day"),
    (PLACES, "day,long", "day,⟦lng", "school_holiday_hours", "no opening hours of this name", "long"),
    (PLACES, "Willow Gym,", "⟦Hall Canteen,", "place", "given twice, first in line 2", None),
    (PLACES, "Willow Gym,", "⟦Court 2,", "place", "also the name of a venue, in line 3 of shared_venues.csv", None),
    (PLACES, "Pine,Grand Hall", "Pine,⟦Willow House", "centre", "Willow House lies in Willow, the place in Pine", None),
    (PLACES, "120.0041,30.2821", "⟦30.2821,12.0041", "lon", "outside the world", None),
    (PLACES, ",20,90,", ",⟦0,90,", "seats", "too small", None),
    (PLACES, ",20,90,", ",20,⟦many,", "area_m2", "must be a number", None),
    (PLACES, "60,community,", "60,⟦comunity,", "access", "unknown", "community"),
    (PLACES, "seats,area_m2", "⟦seat,area_m2", "seat", "unknown column", "seats"),
    (VENUES, "Court 1,Grand Hall,badminton_court,4,120,public,long,60,no", "Court 1,Grand Hall,badminton_court,4,120,public,long,60,⟦yes", "drop_in", "does not say as what a badminton_court is used", None),
    (VENUES, "30,yes", "30,⟦yse", "drop_in", "unknown", "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "column", "words", "suggestion"), ROWS)
def test_a_wrong_row_is_reported_at_its_cell(
    world: Any, file: str, old: str, new: str, column: str, words: str, suggestion: str | None
) -> None:
    place = world.edit(file, old, new)
    found = [p for p in world.problems(NAME) if words in p.message]
    assert len(found) == 1, world.failure(NAME).render()
    (problem,) = found
    assert (problem.key, problem.suggestion) == (column, suggestion)
    assert (problem.file, problem.line, problem.column) == place
    assert len(world.problems(NAME)) <= 2, world.failure(NAME).render()


def test_centres_offered_lie_in_the_community(world: Any) -> None:
    world.edit(PLACES, "Pine,Grand Hall", "Pine,Willow House")
    assert world.problems(NAME)[0].allowed == ("Grand Hall", "Pine Club")


def test_places_may_be_absent_or_without_rows(world: Any) -> None:
    header = (world.folder / PLACES).read_text("utf-8").split("\n")[0]
    world.write(PLACES, header + "\n")
    assert load(NAME).tables.places == ()
    world.edit(NAME, "  places: drop_in_places.csv\n", "")
    assert load(NAME).tables.places == ()


def test_without_kinds_of_places_every_place_dangles(world: Any) -> None:
    world.edit("tiny.yaml", "  venues: venues.csv", "  venues: venues.csv\n  places: " + PLACES)
    problems = world.problems("tiny.yaml")
    assert [(p.file, p.key) for p in problems] == [(PLACES, "kind")] * 2


def test_without_drop_in_the_column_of_venues_says_nothing(world: Any) -> None:
    """So that one table serves scenarios with and without."""
    world.edit("tiny.yaml", "  venues: venues.csv", f"  venues: {VENUES}")
    load("tiny.yaml")


def test_a_places_table_that_cannot_be_read_is_one_problem(world: Any) -> None:
    world.edit(
        "tiny.yaml",
        "country: none",
        "country: none\n  closures: [{from: 2026-03-02, until: 2026-03-03, venues: [Willow Gym]}]",
    )
    world.edit(NAME, "places: drop_in_places.csv", "places: drop_in_place.csv")
    (problem,) = world.problems(NAME)
    assert (problem.key, problem.suggestion) == ("world.places", PLACES)
