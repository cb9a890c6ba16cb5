"""Demands of the future: what outlooks set, who moves in when, and that sites stay."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from sim.scenario.inputs import Inputs
from sim.siting.assessment.outlooks import moved_in, outlooks_of, weights_of
from sim.siting.moves.application import apply_plan
from sim.siting.moves.offers import catalogue_of
from sim.world.world import build_world

from .small_world import offered, plan, small


def people(inputs: Inputs, column: str = "segment") -> Counter[str]:
    found: Counter[str] = Counter()
    for row in inputs.tables.people:
        found[getattr(row, column)] += row.people
    return found


def test_names_and_weights() -> None:
    found = outlooks_of(small())
    assert list(found) == ["double", "older", "2026", "2028", "2030"]
    assert weights_of(small()) == {
        "double": 2.0,
        "older": 1.0,
        "2026": 1.0,
        "2028": 1.0,
        "2030": 1.0,
    }
    assert len({i.input_hash for i in (*found.values(), small())}) == 6


def test_an_outlook_is_as_if_set_on_the_command_line() -> None:
    found = outlooks_of(small())["double"]
    assert found.input_hash == small("demand.multiplier=2").input_hash
    sets = ("siting.outlooks={far: {set: {choice.outside: -3, demand.multiplier: 2}}}",)
    far = outlooks_of(small(*sets))["far"]
    assert far.scenario.choice.outside == -3
    wanted = small("choice.outside=-3", "demand.multiplier=2")
    assert far.input_hash == wanted.input_hash


def test_a_mix_changes_people_everywhere() -> None:
    found = people(outlooks_of(small())["older"])
    assert found == {"elder": round(400 * 1.5) + round(300 * 1.5), "adult": 1350 + 990 + 810}


def test_shares_moved_in_by_hand() -> None:
    """On 1 July; 184 days after New Year's Eve are half a year and 1.4 days."""
    assert moved_in(dt.date(2026, 7, 1), 2026, 2) == 0
    assert moved_in(dt.date(2026, 7, 2), 2026, 2) == 0
    assert moved_in(dt.date(2026, 7, 1), 2027, 2) == pytest.approx(365 / 365.25 / 2)
    assert moved_in(dt.date(2026, 7, 1), 2030, 2) == 1
    assert moved_in(dt.date(2026, 7, 1), 2026, 0) == 1
    assert moved_in(dt.date(2026, 7, 2), 2026, 0) == 0


def test_the_path_adds_people_and_bookers() -> None:
    """500 and 100 households of 2.5 by 2030: the second 1.49 years in; the mix is that of today."""
    found = outlooks_of(small())
    assert people(found["2026"]) == people(small())
    more = people(found["2030"], "origin") - people(small(), "origin")
    days = (dt.date(2030, 7, 1) - dt.date(2029, 1, 1)).days
    assert more == {"Birch Court": 1250, "Willow Court": round(100 * 2.5 * days / 365.25 / 2)}
    birch = {r.segment: r.people for r in found["2030"].tables.people if r.origin == "Birch Court"}
    assert birch == {"adult": 985, "elder": 265}  # of 1,250 as 2,600 to 700
    assert found["2028"].scenario.demand.multiplier == pytest.approx(1.1**2)
    assert found["2030"].scenario.demand.multiplier == pytest.approx(1.1**4)


def test_adoption_counts_from_the_year_of_the_demand() -> None:
    found = outlooks_of(small("siting.path.since=2024", "demand.multiplier=2"))
    assert found["2026"].scenario.demand.multiplier == pytest.approx(2 * 1.1**2)


def test_new_compounds_are_origins_in_every_year() -> None:
    found = outlooks_of(small())
    assert "Birch Court" in {o.origin for o in found["2026"].tables.origins}
    assert len({i.tables.origins for n, i in found.items() if n.isdigit()}) == 1


def test_plans_are_carried_out_in_every_outlook() -> None:
    times = plan(badminton_court_at_Old_Mill=1, link_Footbridge=1)
    for inputs in outlooks_of(small()).values():
        assert catalogue_of(inputs).moves == offered().moves
        world = build_world(apply_plan(inputs, offered(), times))
        assert "Old Mill" in world.centres.names
