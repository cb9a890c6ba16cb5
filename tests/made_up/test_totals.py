from __future__ import annotations

from collections import Counter

import pytest

from sim.made_up.people import SHARES

from .helpers import world

EMPLOYEES, STUDENTS = 60_000, 25_000


def _people(name: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in world(name)["people"]:
        counts[str(row["segment"])] += int(row["people"])
    return counts


def _total(name: str, table: str, column: str) -> int:
    return sum(int(row[column]) for row in world(name)[table])


def test_cangqian_has_the_articles_venues_and_zones() -> None:
    w = world("cangqian")
    assert len(w["venues"]) == 219
    assert len(w["communities"]) == 12
    assert {r["zone"] for r in w["communities"]} == {"和合万家", "科创未来", "产居梦想"}
    tiers = Counter(r["tier"] for r in w["centres"])
    assert tiers["subdistrict"] == 3
    assert tiers["community"] == 12
    homes = [r for r in w["origins"] if r["type"] in ("compound", "village")]
    assert len(homes) == 45


@pytest.mark.parametrize(
    ("name", "households", "residents"),
    [
        ("cangqian", 60_000, 150_000),
        ("cangqian-45k", 45_000, 112_500),
        ("cangqian-80k", 80_000, 200_000),
    ],
)
def test_people_add_up_exactly(name: str, households: int, residents: int) -> None:
    people = _people(name)
    assert _total(name, "origins", "households") == households
    assert sum(people[s] for s in SHARES) == residents
    assert people["employee"] == EMPLOYEES
    assert people["student"] == STUDENTS
    assert people["child"] == 0.15 * residents


def test_household_variants_keep_the_supply() -> None:
    base = world("cangqian")
    for name in ("cangqian-45k", "cangqian-80k"):
        assert world(name)["venues"] == base["venues"]
        assert world(name)["centres"] == base["centres"]
        assert world(name)["communities"] == base["communities"]
        assert world(name)["places"] == base["places"]


def test_compounds_keep_their_bounds() -> None:
    for row in world("cangqian")["origins"]:
        if row["type"] in ("compound", "village"):
            assert 100 <= int(row["households"]) <= 4_000


def test_district_has_the_articles_communities_and_compounds() -> None:
    w = world("district")
    assert len(w["communities"]) == 106
    homes = [r for r in w["origins"] if r["type"] in ("compound", "village")]
    assert len(homes) == 404
    assert _total("district", "origins", "households") == 564_000
    people = _people("district")
    assert sum(people[s] for s in SHARES) == 1_410_000
    assert Counter(r["tier"] for r in w["centres"])["subdistrict"] >= 10


def test_cangqian_is_the_same_inside_the_district() -> None:
    whole, part = world("district"), world("cangqian")
    for table in ("communities", "origins", "people", "centres", "venues", "places"):
        rows = part[table]
        assert whole[table][: len(rows)] == rows


@pytest.mark.parametrize("base", ["scale", "cangqian"])
def test_two_copies_double_people_and_venues(base: str) -> None:
    one, two = world(f"{base}:1"), world(f"{base}:2")
    assert len(two["venues"]) == 2 * len(one["venues"])
    assert len(two["places"]) == 2 * len(one["places"])
    assert len(two["centres"]) == pytest.approx(2 * len(one["centres"]), rel=0.05)
    assert _total(f"{base}:2", "people", "people") == 2 * _total(f"{base}:1", "people", "people")
    assert {r["zone"] for r in two["communities"]} == {r["zone"] for r in one["communities"]}


def _zone_share(segment: str) -> dict[str, float]:
    """Share of a segment among the residents of each zone."""
    w = world("cangqian")
    community = {r["origin"]: r["community"] for r in w["origins"]}
    zone = {r["community"]: str(r["zone"]) for r in w["communities"]}
    members: Counter[str] = Counter()
    residents: Counter[str] = Counter()
    for row in w["people"]:
        if row["segment"] in SHARES:
            here = zone[community[row["origin"]]]
            residents[here] += int(row["people"])
            members[here] += int(row["people"]) * (row["segment"] == segment)
    return {z: members[z] / residents[z] for z in residents}


def test_zones_have_the_mix_of_their_focus() -> None:
    for segment in ("young_family", "child", "older", "oldest"):
        shares = _zone_share(segment)
        assert max(shares, key=lambda z: shares[z]) == "和合万家"
    workers = _zone_share("working_adult")
    assert workers["科创未来"] > 1.3 * workers["和合万家"]


def test_every_compound_has_people_in_proportion_to_its_households() -> None:
    people: Counter[str] = Counter()
    smallest: dict[str, int] = {}
    for row in world("cangqian")["people"]:
        people[str(row["origin"])] += int(row["people"])
        smallest[str(row["origin"])] = min(
            smallest.get(str(row["origin"]), 10**9), int(row["people"])
        )
    for row in world("cangqian")["origins"]:
        if households := int(row["households"]):
            assert 2.35 <= people[str(row["origin"])] / households <= 2.65
            assert smallest[str(row["origin"])] <= 0.08 * people[str(row["origin"])]
