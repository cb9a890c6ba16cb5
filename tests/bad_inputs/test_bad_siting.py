"""Every rule about sites, links, walks and outlooks: reported by place and in words, in one pass."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.scenario.loading import load

from .conftest import World

SMALL = Path(__file__).parent.parent / "siting" / "small"
BUDGET = "siting.budget_yuan_per_year"
SHOP = "120.0090,30.2825,community,Willow,,130,activity_room; badminton_court,2.0,1.5,3.0,,1,activity_room,"


def site(**changed: str) -> tuple[str, str]:
    """The row of the shop, and the same with cells changed (⟦ marks the place to be named)."""
    columns = [
        "site",
        "lon",
        "lat",
        "tier",
        "community",
        "compound",
        "area_m2",
        "kinds",
        "rent",
        "low",
        "high",
        "capital",
        "most_rooms",
        "fixed",
    ]
    cells = dict(zip(columns, f"Corner Shop,{SHOP}".split(","), strict=False)) | changed
    return f"Corner Shop,{SHOP}", ",".join(cells[c] for c in columns) + ","


# file, what is replaced, by what (⟦ marks the place), key, words, what is allowed, suggestion
CASES = [
    ("small.yaml", "year: 200000", "year: ⟦0", BUDGET, "0 is too small", "above 0 and at most 1,000,000,000", None),
    ("small.yaml", "year: 200000", "year: ⟦-5", BUDGET, "-5 is too small", None, None),
    ("small.yaml", "[100000, 400000]", "[⟦-1, 400000]", "siting.budgets.0", "-1 is too small", None, None),
    ("small.yaml", "year: 200000", "year: ⟦60000", BUDGET, "60,000 yuan a year, but what is decided already costs 74,467", "at least 74,467", None),
    ("small.yaml", "[100000, 400000]", "[100000, ⟦50000]", "siting.budgets.1", "50,000 yuan a year, but what is decided already costs 74,467", "at least 74,467", None),
    ("small.yaml", "    badminton_court:\n      area", "    ⟦badminton_cort:\n      area", "siting.rooms.badminton_cort", "no kind of this name in `kinds`", "badminton_court", "badminton_court"),
    ("small.yaml", "hours: {community: day,", "hours: {community: ⟦dy,", "siting.hours.community", "dy: no opening hours of this name in hours.csv", "day", "day"),
    ("small.yaml", "hours: {community: day,", "hours: {⟦comunity: day,", "siting.hours.comunity", '"comunity" is unknown', "community", "community"),
    ("small.yaml", "was: activity_room,", "was: ⟦activty_room,", "siting.conversions.0.was", "activty_room: no kind of this name in `kinds`", "activity_room", "activity_room"),
    ("small.yaml", "- {was: activity_room, kind: badminton_court, yuan", "- ⟦{was: activity_room, kind: activity_room, yuan", "siting.conversions.0", "activity_room cannot become activity_room: it is that already", None, None),
    ("small.yaml", "closable: [activity_room]", "closable: [⟦activity_roon]", "siting.closable.0", "activity_roon: no kind of this name in `kinds`", "activity_room", "activity_room"),
    ("small.yaml", "{demand.multiplier: 2}", "{⟦demand.multiplyer: 2}", "siting.outlooks.double.set.demand.multiplyer", "unknown key", "multiplier", "multiplier"),
    ("small.yaml", "{demand.multiplier: 2}", "{⟦demand.multiplier: -2}", "siting.outlooks.double.set.demand.multiplier", "-2 is too small", "at least 0 and at most 1,000", None),
    ("small.yaml", "{demand.multiplier: 2}", "{⟦experiment.seed: 2}", "siting.outlooks.double.set.experiment.seed", "an outlook changes demand and its conditions, not `experiment`", None, None),
    ("small.yaml", "{elder: 1.5,", "{⟦eldr: 1.5,", "siting.outlooks.older.people.eldr", "no segment of this name in `segments`", "elder", "elder"),
    ("small.yaml", "years: [2026, 2028", "years: [2026, 2026", "siting", "path: a year is given twice", None, None),
    ("small.yaml", "siting:\n", "travel: {links: [⟦Footbrige]}\nsiting:\n", "travel.links.0", "Footbrige: no walk over a link of this name in walks.csv", "Footbridge", "Footbridge"),
    ("small.yaml", "siting:\n", "siting:\n  reach_minutes: ⟦1\n", "siting.reach_minutes", "Pine Court has no room and no candidate for badminton_court within 1 minutes on foot; its nearest candidate is Pine Cellar, 0.1 km by road", None, None),
    ("candidates.csv", *site(lon="⟦nan"), "lon", '"nan" must be a finite number', None, None),
    ("candidates.csv", *site(lon="⟦inf"), "lon", '"inf" must be a finite number', None, None),
    ("candidates.csv", *site(lon="30.2825", lat="120.0090"), "", "lon 30.2825, lat 120.009: lon and lat are swapped", None, None),
    ("candidates.csv", *site(lon="⟦420090.5"), "lon", '"420090.5" is too large', "at least -180 and at most 180", None),
    ("candidates.csv", *site(lon="⟦120.4"), "lon", "nobody gets there: the nearest of whom Corner Shop is for, Willow Works, is 50.6 km away by road, and nobody goes farther than 5.5 km", None, None),
    ("candidates.csv", *site(lon="⟦120.9"), "lon", "outside the world: 86 km from its middle", None, None),
    ("candidates.csv", *site(lon="⟦120.0060", lat="30.2810"), "lon", "the same coordinates as Old Mill in line 2: one site, or a copied row", None, None),
    ("candidates.csv", "Corner Shop,", "⟦Old Mill,", "site", "Old Mill: given twice, first in line 2", None, None),
    ("candidates.csv", *site(tier="⟦comunity"), "tier", '"comunity" is unknown', "community", "community"),
    ("candidates.csv", *site(community="⟦Wilow"), "community", "Wilow: no community of this name in communities.csv", "Willow", "Willow"),
    ("candidates.csv", "Pine Cellar,120.0003,30.2803,compound,Pine,Pine Court", "Pine Cellar,120.0003,30.2803,compound,Pine,⟦Pine Cort", "compound", "Pine Cort: no origin of this name in origins.csv", "Pine Court", "Pine Court"),
    ("candidates.csv", "Pine Cellar,120.0003,30.2803,compound,Pine,Pine Court", "Pine Cellar,120.0003,30.2803,compound,⟦Willow,Pine Court", "community", "Willow, but Pine Court lies in Pine", "Pine", None),
    ("candidates.csv", "compound,Pine,Pine Court,70", "compound,Pine,,70", "", "a site of tier compound must name its compound", None, None),
    ("candidates.csv", *site(kinds="⟦activity_room; badminton_cort"), "kinds", "badminton_cort: no room that may be opened of this name in `siting.rooms`", "badminton_court", "badminton_court"),
    ("candidates.csv", *site(area_m2="⟦40"), "area_m2", "40 m2 hold no room of its kinds: the smallest (activity_room) takes 60 m2", None, None),
    ("candidates.csv", *site(area_m2="⟦0"), "area_m2", '"0" is too small', None, None),
    ("candidates.csv", *site(fixed="⟦activty_room"), "fixed", "activty_room: no room that may be opened of this name", "activity_room", "activity_room"),
    ("candidates.csv", *site(kinds="badminton_court", fixed="⟦activity_room"), "fixed", "activity_room is decided, but the site's kinds exclude it", "badminton_court", None),
    ("candidates.csv", *site(fixed="⟦activity_room 2"), "fixed", "2 rooms of kind activity_room are decided, but the site may get 1", "at most 1", None),
    ("candidates.csv", *site(fixed="⟦activity_room; badminton_court"), "fixed", "what is decided takes 180 m2, but the site has 130 m2", None, None),
    ("candidates.csv", *site(fixed="⟦activity_room 0"), "fixed", "0 rooms are none", None, None),
    ("candidates.csv", *site(low="2.5"), "", "rent_yuan_per_m2_day: 2 lies outside its range (2.5 to 3.0)", None, None),
    ("candidates.csv", "Grand Hall,120.0040,30.2820,subdistrict", "Grand Hall,120.0040,30.2820,⟦community", "tier", "community, but Grand Hall is a centre with tier subdistrict in centres.csv", "subdistrict", None),
    ("candidates.csv", "Grand Hall,120.0040,30.2820", "Grand Hall,⟦120.0087,30.2796", "lon", "524 m from the centre of this name (120.004, 30.282): other coordinates than WGS-84", None, None),
    ("links.csv", "Footbridge,", "⟦Footbrige,", "link", "Footbrige: no walk over a link of this name in walks.csv", "Footbridge", "Footbridge"),
    ("links.csv", "3000000,2000000", "3000000,4000000", "", "yuan: 3e+06 lies outside its range (4000000.0 to 5000000.0)", None, None),
    ("links.csv", ",50,", ",⟦0,", "life_years", '"0" is too small', "at least 1 and at most 200", None),
    ("walks.csv", "Willow Court,Grand Hall", "⟦Wilow Court,Grand Hall", "origin", "Wilow Court: no origin of this name", "Willow Court", "Willow Court"),
    ("walks.csv", "Willow Works,Old Mill", "Willow Works,⟦Old Mil", "centre", "Old Mil: no centre or candidate site of this name", "Old Mill", "Old Mill"),
    ("walks.csv", "Grand Hall,650", "Grand Hall,⟦0.65", "metres", "0.65 m from Willow Works to Grand Hall, less than half of the straight line (576 m): no walk is", None, None),
    ("walks.csv", "Willow Court,Grand Hall,500", "⟦Willow Works,Grand Hall,500", "origin", "Willow Works, Grand Hall, Footbridge: given twice, first in line 3", None, None),
    ("handovers.csv", "Birch Court,Willow,", "Birch Court,⟦Wilow,", "community", "Wilow: no community of this name in communities.csv", "Willow", "Willow"),
    ("handovers.csv", "120.0120,30.2860", "30.2860,120.0120", "", "lon and lat are swapped", None, None),
    ("handovers.csv", "2026-07-01", "⟦next July", "handover", "must be a date", None, None),
]  # fmt: skip


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for path in SMALL.iterdir():
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    return World(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "words", "allowed", "suggestion"),
    CASES,
    ids=[f"{c[0].partition('.')[0]}-{i}" for i, c in enumerate(CASES)],
)
def test_what_is_wrong_is_said_where_it_stands(
    small: World,
    file: str,
    old: str,
    new: str,
    key: str,
    words: str,
    allowed: str | None,
    suggestion: str | None,
) -> None:
    place = small.edit(file, old, new)
    found = [p for p in small.problems("small.yaml") if words in p.message]
    assert len(found) == 1, small.failure("small.yaml").render()
    assert found[0].key == key
    assert found[0].file == file
    if "⟦" in new:
        assert (found[0].file, found[0].line, found[0].column) == place
    if allowed is not None:
        assert allowed in found[0].allowed
    assert found[0].suggestion == suggestion


def test_all_names_are_looked_up_in_one_pass(small: World) -> None:
    """Whether the budget is enough is asked once everything is named right."""
    small.edit("small.yaml", "year: 200000", "year: 60000")
    small.edit("small.yaml", "was: activity_room,", "was: activty_room,")
    small.edit("candidates.csv", *site(community="Wilow"))
    small.edit("links.csv", "Footbridge,", "Footbrige,")
    small.edit("walks.csv", "Willow Court,Grand Hall", "Wilow Court,Grand Hall")
    small.edit("handovers.csv", "Birch Court,Willow,", "Birch Court,Wilow,")
    files = [problem.file for problem in small.problems("small.yaml")]
    assert sorted(files) == sorted(
        ["small.yaml", "candidates.csv", "links.csv", "walks.csv", "handovers.csv"]
    )
    for file in SMALL.glob("*.csv"):
        shutil.copy(file, small.folder)
    small.edit("small.yaml", "was: activty_room,", "was: activity_room,")
    assert {problem.key for problem in small.problems("small.yaml")} == {BUDGET}


def test_a_tier_without_hours_to_take(small: World) -> None:
    """No room of the community tier is there, and `siting.hours` names none."""
    small.edit("small.yaml", "hours: {community: day, compound: day}", "hours: {compound: day}")
    text = (small.folder / "venues.csv").read_text("utf-8")
    rows = [row for row in text.splitlines() if not row.startswith("Willow Room")]
    small.write("venues.csv", "\n".join(rows) + "\n")
    (problem,) = small.problems("small.yaml")
    assert problem.key == "siting.hours"
    assert "no hours for tier community" in problem.message


def test_a_compound_no_candidate_can_reach_is_a_note(small: World) -> None:
    """Named with its nearest; an error only where the scenario demands reach."""
    small.edit(
        "origins.csv",
        "Willow Works,workplace,Willow,120.0100,30.2820",
        "Willow Works,workplace,Willow,120.1400,30.2820",
    )
    small.edit("walks.csv", "Willow Works,Grand Hall,1400,,", "Willow Court,Pine Club,1400,,")
    text = (small.folder / "walks.csv").read_text("utf-8")
    rows = [row for row in text.splitlines() if not row.startswith("Willow Works")]
    small.write("walks.csv", "\n".join(rows) + "\n")
    notices = " ".join(load("small.yaml").notices)
    assert (
        "nobody of Willow Works can reach any; its nearest candidate is Corner Shop, 17.0 km by road."
        in notices
    )
    small.edit("small.yaml", "siting:\n", "siting:\n  reach_minutes: 30\n")
    (problem,) = small.problems("small.yaml")
    assert problem.key == "siting.reach_minutes"
    assert problem.message.startswith(
        "Willow Works has no room and no candidate for badminton_court, activity_room"
    )


def test_a_shift_of_all_sites_in_compounds_is_told(small: World) -> None:
    """As of GCJ-02 against WGS-84: 450 m east and 270 m south in Hangzhou."""
    sites = "".join(
        f"Cellar {i},{120.00467 + i / 1e5:.5f},{30.27757 - i / 1e5:.5f},compound,Pine,Pine Court,70,activity_room,,,,,,,assumption\n"
        for i in range(6)
    )
    path = small.folder / "candidates.csv"
    path.write_text(path.read_text("utf-8") + sites, "utf-8")
    (notice,) = load("small.yaml").notices
    assert "6 of 7 sites in compounds lie 450 m east and 272 m south of their compound" in notice
    assert "GCJ-02 or BD-09" in notice


def test_a_known_walk_counts_where_it_is_longer_than_the_straight_line(small: World) -> None:
    """The shop is near as the crow flies, but the table knows that every way there is too long."""
    rows = [f"{origin},Corner Shop,9000,,around" for origin in ("Willow Court", "Willow Works")]
    text = (small.folder / "walks.csv").read_text("utf-8")
    small.write("walks.csv", "\n".join([text.rstrip("\n"), *rows]) + "\n")
    (problem,) = small.problems("small.yaml")
    assert (problem.file, problem.key) == ("candidates.csv", "lon")
    assert "nobody gets there: the nearest of whom Corner Shop is for, Willow Co" in problem.message
    assert "is 9.0 km away by road" in problem.message
