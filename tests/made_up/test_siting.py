"""Shipped siting problems: what the generator makes, that they load, and what they claim."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from sim.made_up import PROBLEMS, make, write
from sim.made_up.siting import AFTER, BEFORE
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.read.files import shipped_folder
from sim.siting.assessment.outlooks import inputs_in_year
from sim.siting.moves.application import apply_plan
from sim.siting.moves.offers import catalogue_of
from sim.world.world import build_world

SCENARIOS = shipped_folder()


@cache
def shipped(name: str) -> Inputs:
    return load(SCENARIOS / f"{name}.yaml")


@pytest.mark.parametrize("name", PROBLEMS)
def test_committed_tables_are_what_the_generator_makes(name: str, tmp_path: Path) -> None:
    """If this fails: `linli world NAME --out scenarios/NAME --seed 1`, or undo the change."""
    written = write(make(name, 1), tmp_path)
    assert written
    for path in written:
        assert path.read_bytes() == (SCENARIOS / name / path.name).read_bytes(), path.name
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_seeds_differ_and_every_row_says_where_it_comes_from() -> None:
    one, other = make("huaxing", 1), make("huaxing", 2)
    assert one["candidates"] != other["candidates"]
    for files in (one, make("nanteng-links", 1)):
        for rows in files.values():
            assert all("synthetic" in str(row["source"]) for row in rows)


def test_cangqian_has_sixty_candidates_of_three_tiers() -> None:
    """And a path of five years, on which new compounds are handed over."""
    inputs = shipped("site-cangqian")
    tiers = Counter(row.tier for row in inputs.tables.candidates)
    assert sum(tiers.values()) == 62
    assert set(tiers) == {"subdistrict", "community", "compound"}
    siting = inputs.scenario.siting
    assert siting is not None
    assert siting.path is not None
    assert siting.path.years == [2026, 2027, 2028, 2029, 2030]
    assert len({siting.budget_yuan_per_year, *siting.budgets}) == 3
    new = {row.compound for row in inputs.tables.handovers}
    assert new <= {row.origin for row in inputs.tables.origins}
    assert new <= {row.compound for row in inputs.tables.candidates}


def test_people_of_cangqian_are_those_of_the_default_scenario() -> None:
    one, other = shipped("site-cangqian").tables, shipped("cangqian").tables
    assert one.people == other.people
    assert one.venues == other.venues
    assert [row for row in one.origins if row in other.origins] == list(other.origins)


def test_people_of_a_year_add_up() -> None:
    """By 2030 all compounds of 2026 to 2028 are full, the later ones as far as they have come."""
    inputs = shipped("site-cangqian")
    siting = inputs.scenario.siting
    assert siting is not None
    assert siting.path is not None
    year = inputs_in_year(inputs, siting.path, 2030)
    before, after = (sum(r.people for r in i.tables.people) for i in (inputs, year))
    full = sum(r.households for r in inputs.tables.handovers if r.handover.year < 2028)
    most = sum(r.households for r in inputs.tables.handovers)
    assert 2.5 * full < after - before < 2.5 * most
    assert year.scenario.demand.multiplier == pytest.approx(1.25**5)


def test_activities_are_as_many_blocks_as_sessions_a_week() -> None:
    blocks = shipped("site-cangqian").tables.timetable
    assert len(blocks) == round(2731 * 7 / 304) == 63
    taken = Counter((b.venue, b.weekday, b.start) for b in blocks)
    assert max(taken.values()) == 1


def test_the_upgrade_grew_indoor_area_as_the_article_says() -> None:
    """Within half a room of the largest kind, of each kind and of all."""
    before, after = shipped("before-after").tables, shipped("before-after/after").tables
    assert set(before.venues) < set(after.venues)
    assert after.venues == shipped("cangqian").tables.venues
    area = [
        sum(r.area_m2 for r in t.venues if r.kind != "basketball_court") for t in (before, after)
    ]
    assert area[0] / area[1] == pytest.approx(BEFORE / AFTER, abs=0.01)
    assert len(after.venues) - len(before.venues) == 65


def test_huaxing_has_the_articles_floor_area_and_six_functions() -> None:
    inputs = shipped("huaxing")
    assert sum(row.area_m2 for row in inputs.tables.candidates) == 4732
    siting = inputs.scenario.siting
    assert siting is not None
    assert len(siting.rooms) == 6


def test_links_of_nanteng_are_eight_and_shorten_walks() -> None:
    """A sky path, six bridges, a passage; each open alone makes some walk shorter, none longer."""
    inputs = shipped("nanteng-links")
    links = [row.link for row in inputs.tables.links]
    assert len(links) == 8
    today = build_world(inputs).routes
    catalogue = catalogue_of(inputs)
    for link in links:
        times = tuple(int(m.what == "link" and m.site == link) for m in catalogue.moves)
        opened = build_world(apply_plan(inputs, catalogue, times)).routes
        known = dict(zip(today.pair.tolist(), today.known_km.tolist(), strict=True))
        now = dict(zip(opened.pair.tolist(), opened.known_km.tolist(), strict=True))
        assert all(now[pair] <= km for pair, km in known.items())
        assert now != known


def test_the_district_has_some_five_hundred_candidates() -> None:
    inputs = shipped("site-district")
    assert 480 <= len(inputs.tables.candidates) <= 520
    assert len(catalogue_of(inputs).moves) > 2000


@pytest.mark.parametrize("name", ["site-cangqian", "huaxing", "nanteng-links", "before-after"])
def test_every_number_of_costs_is_an_assumption_with_a_range(name: str) -> None:
    costs = [
        p for p in shipped(name).provenance
        if p.key.startswith("siting.") and "yuan" in p.key and "budgets." not in p.key
    ]  # fmt: skip
    assert len(costs) > 8
    assert all(p.source == "assumption" and p.low is not None for p in costs)


def test_a_plan_of_everything_can_be_built() -> None:
    inputs = shipped("site-cangqian")
    catalogue = catalogue_of(inputs)
    times = tuple(m.most if m.what in ("open", "convert") else 0 for m in catalogue.moves)
    world = build_world(apply_plan(inputs, catalogue, times))
    assert len(world.venues) == 219 + sum(
        n for n, m in zip(times, catalogue.moves, strict=True) if m.what == "open"
    )
