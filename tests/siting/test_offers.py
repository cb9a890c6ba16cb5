"""What a scenario offers: sites, moves, and their yearly cost recomputed by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.scenario.derived.yearly import Range, annual, as_written
from sim.scenario.loading import load
from sim.siting.moves.catalogue import Move, Yuan
from sim.siting.moves.offers import catalogue_of

from .small_world import SMALL, offered, small


def moves() -> dict[str, Move]:
    found = {move.words: move for move in offered().moves}
    assert len(found) == len(offered().moves)
    return found


def test_sites_are_candidates_then_centres_with_something_to_change() -> None:
    sites = {site.name: site for site in offered().sites}
    assert list(sites) == [
        "Old Mill", "Corner Shop", "Pine Cellar", "Grand Hall", "Pine Club", "Willow House",
    ]  # fmt: skip
    assert [sites[n].access for n in ("Old Mill", "Corner Shop", "Pine Cellar")] == [
        "public", "community", "compound",
    ]  # fmt: skip
    assert sites["Grand Hall"].exists
    assert not sites["Old Mill"].exists
    assert sites["Old Mill"].kinds == ("badminton_court", "activity_room")
    assert sites["Willow House"].area_m2 == 0


def test_a_court_at_the_mill_costs_what_it_does_by_hand() -> None:
    """120 m2: fit-out and works over 10 years, operation, no staff by tier, rent of 365 days."""
    cost = moves()["badminton_court at Old Mill"].cost
    assert cost.base == pytest.approx(120 * ((1800 + 300) / 10 + 250 + 0 + 1.0 * 365))
    assert cost.low == pytest.approx(120 * ((1200 + 300) / 12 + 150 + 0 + 0.8 * 365))
    assert cost.high == pytest.approx(120 * ((2500 + 300) / 8 + 400 + 0 + 1.5 * 365))


def test_staff_is_by_tier_and_what_has_no_range_is_certain() -> None:
    cost = moves()["activity_room at Corner Shop"].cost
    assert cost.base == pytest.approx(60 * (1000 / 9 + 200 + 200 + 2 * 365))
    assert cost.low == pytest.approx(60 * (1000 / 9 + 200 + 130 + 1.5 * 365))
    assert cost.high == pytest.approx(60 * (1000 / 9 + 200 + 300 + 3 * 365))
    cellar = moves()["activity_room at Pine Cellar"].cost
    assert cellar.base == cellar.low == cellar.high == pytest.approx(60 * (1000 / 9 + 200))


def test_conversions_closures_and_links_by_hand() -> None:
    court = moves()["badminton_court to activity_room at Grand Hall"].cost
    assert court.base == pytest.approx(120 * (500 / 9 + 200 - 250))
    assert court.low == pytest.approx(120 * (300 / 9 + 200 - 400))
    assert court.high == pytest.approx(120 * (800 / 9 + 200 - 150))
    closed = moves()["close activity_room at Willow House"]
    assert closed.cost == Yuan(-50 * 150.0, -50 * 200.0, -50 * 100.0)  # mean of 60 and 40 m2
    assert closed.area_m2 == -50
    assert closed.most == 2
    bridge = moves()["link Footbridge"].cost
    assert (bridge.base, bridge.low, bridge.high) == (80_000, 60_000, 120_000)


def test_capital_with_interest_is_an_annuity() -> None:
    """1,000 yuan over 3 years at 10 %: what is paid each year is worth 1,000 today."""
    rate = as_written("", 0.1)
    paid = annual(as_written("", 1000.0), as_written("", 3.0), rate).base
    assert sum(paid / 1.1**year for year in (1, 2, 3)) == pytest.approx(1000)
    spread = annual(Range(100, 80, 120), Range(10, 8, 12), Range(0, 0, 0.05))
    assert spread.low == 80 / 12
    assert spread.high > 120 / 8 > spread.base == 10


def test_how_often_is_bounded_by_area_kind_and_row() -> None:
    found = moves()
    assert found["badminton_court at Old Mill"].most == 3  # 400 m2 over 120
    assert found["activity_room at Old Mill"].most == 2  # most_per_site
    assert found["activity_room at Corner Shop"].most == 1  # most_rooms
    assert found["activity_room at Corner Shop"].fixed == 1
    assert "activity_room at Grand Hall" not in found  # its row allows courts alone
    assert "badminton_court at Willow House" not in found  # no area to be had
    assert "activity_room to badminton_court at Grand Hall" not in found  # 80 m2 hold no court


def test_area_that_closures_free_counts_where_there_is_some_to_be_had() -> None:
    """80 m2 of the hall's room and 120 m2 of its own hold one court; 120 more would hold two."""
    assert moves()["badminton_court at Grand Hall"].most == 1
    bare = catalogue_of(small("siting.closable=[badminton_court]"))
    courts = [m for m in bare.moves if m.words == "badminton_court at Grand Hall"]
    assert courts[0].most == 3


def test_without_candidates_compounds_and_centres_are_sites(tmp_path: Path) -> None:
    for path in SMALL.iterdir():
        shutil.copy(path, tmp_path)
    text = (tmp_path / "small.yaml").read_text("utf-8")
    text = text.replace(
        "  candidates: candidates.csv\n", "  spare_m2: {compound: 70, subdistrict: 130}\n"
    )
    (tmp_path / "small.yaml").write_text(text, "utf-8")
    walks = (tmp_path / "walks.csv").read_text("utf-8")
    (tmp_path / "walks.csv").write_text(walks.replace("Old Mill", "Willow House"), "utf-8")
    catalogue = catalogue_of(load(tmp_path / "small.yaml"))
    opened = [m.words for m in catalogue.moves if m.what == "open"]
    assert opened == [
        "activity_room at Pine Court·new",
        "activity_room at Willow Court·new",
        "badminton_court at Grand Hall",
        "activity_room at Grand Hall",
    ]
    assert {s.name: s.compound for s in catalogue.sites}["Pine Court·new"] == "Pine Court"


def test_rooms_with_blocks_closures_or_series_are_not_taken(tmp_path: Path) -> None:
    """Whoever names them would be left with nothing."""
    for path in SMALL.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "blocks.csv").write_text(
        "request,group,venue,weekday,start,end,from,until,party_size,choice\n"
        "club,club,Court 2,1,18:00,20:00,2026-03-02,2026-03-15,4,1\n",
        "utf-8",
    )
    text = (tmp_path / "small.yaml").read_text("utf-8")
    text = text.replace(
        "  country: none\n",
        "  country: none\n  closures:\n"
        "    - {from: 2026-03-04, until: 2026-03-05, venues: [Willow Room B]}\n",
    )
    text += "timetable: {blocks: blocks.csv}\n"
    text += (
        "activities:\n  kinds:\n    chess:\n      venue_kinds: [activity_room]\n"
        "      capacity: {rule: constant, value: 5}\n"
        "      starts: {weekday: {9-12: 1}, weekend: {9-12: 1}}\n      appeal: {elder: 1}\n"
        "  series:\n    monday: {kind: chess, centre: Pine Club, weekday: Mon, start: '10:00'}\n"
    )
    (tmp_path / "small.yaml").write_text(text, "utf-8")
    catalogue = catalogue_of(load(tmp_path / "small.yaml"))
    found = {m.words: m for m in catalogue.moves if m.what != "open"}
    assert found["badminton_court to activity_room at Grand Hall"].most == 1  # Court 1 is left
    assert found["close activity_room at Willow House"].most == 1
    assert found["close activity_room at Willow House"].area_m2 == -60
    assert "close activity_room at Pine Club" not in found


def test_a_scenario_without_sites_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="tiny has no `siting`"):
        catalogue_of(load(Path(__file__).parents[1] / "scenario" / "tiny" / "tiny.yaml"))
