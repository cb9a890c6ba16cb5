"""A plan carried out: what changes, and above all what does not."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.demand.choice import NotAsked
from sim.experiment.key import study_key
from sim.experiment.study import Study
from sim.model import build_model, simulate
from sim.report.manifest import build_manifest, inputs_of, is_intact
from sim.report.site.plan_scenario import write_plan_scenario
from sim.report.tables import csv_bytes
from sim.scenario.identity import table_hashes
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.siting.moves.application import apply_plan, with_tables
from sim.siting.moves.catalogue import Catalogue, Move, Times
from sim.siting.moves.offers import catalogue_of
from sim.studies.recipe import MEASURED
from sim.studies.run import run
from sim.world.world import build_world

from .small_world import SMALL, offered, plan, small

COURT, ROOM = "badminton_court_at_Old_Mill", "activity_room_at_Pine_Cellar"


def after(**words: int) -> Inputs:
    return apply_plan(small(), offered(), plan(**words))


def key(inputs: Inputs) -> str:
    return study_key(Study(inputs, MEASURED, 1))


def wishes(inputs: Inputs) -> pd.DataFrame:
    """Wishes by key, with the centre and whether it was asked."""
    model = build_model(inputs)
    w = simulate(model, 1, 0).wishes
    asked = w.reason == NotAsked.ASKED
    centre = np.where(asked, model.world.pools.centre[w.best], -1)
    frame = pd.DataFrame(
        {
            "cell": w.cell, "layer": w.layer, "start": w.start, "duration": w.duration,
            "party": w.party, "wished_at": w.wished_at, "lead": w.lead, "reason": w.reason,
            "centre": np.array([*model.world.centres.names, "none"])[centre],
        },
        index=pd.Index(w.key, name="key"),
    )  # fmt: skip
    return frame.sort_index()


def test_no_move_is_today_byte_for_byte() -> None:
    none = plan()
    assert apply_plan(small(), offered(), none) is small()
    again = with_tables(small(), small().tables)
    assert again == small()
    plain = load(SMALL.parents[1] / "scenario" / "tiny" / "tiny.yaml")
    bare = dataclasses.replace(small().tables, walks=())
    today = with_tables(small(), bare)
    one, other = (run(inputs, jobs=1).summary for inputs in (plain, today))
    assert csv_bytes(one) == csv_bytes(other)


def test_what_may_be_built_is_in_no_hash_of_a_run() -> None:
    """Neither budget nor candidates change a run's key, input hash or fit hash."""
    tables = dataclasses.replace(small().tables, candidates=(), links=(), handovers=())
    bare = with_tables(small(), tables)
    assert "candidates" in small().table_hashes
    assert "candidates" not in table_hashes(tables)
    poor = small("siting.budget_yuan_per_year=80000", "siting.budgets=[]")
    for other in (bare, poor):
        assert (other.input_hash, other.fit_hash) == (small().input_hash, small().fit_hash)
        assert key(other) == key(small())


def test_every_plan_has_keys_of_its_own() -> None:
    plans = [
        {}, {COURT: 1}, {COURT: 2}, {ROOM: 1}, {"link_Footbridge": 1},
        {"close_activity_room_at_Willow_House": 1},
        {"badminton_court_to_activity_room_at_Grand_Hall": 1},
    ]  # fmt: skip
    made = [after(**words) for words in plans]
    for digests in ([i.input_hash for i in made], [key(i) for i in made]):
        assert len(set(digests)) == len(plans)


def test_a_room_more_changes_nobodys_wishes() -> None:
    """Who wishes what when stays; only choices of those who now choose the new centre differ."""
    before, now = wishes(small()), wishes(after(**{COURT: 1}))
    drawn = ["cell", "layer", "start", "duration", "party", "wished_at", "lead"]
    pd.testing.assert_frame_equal(now[drawn], before[drawn])
    moved = (now.centre != before.centre) | (now.reason != before.reason)
    assert 0 < moved.sum() < len(now) / 2
    assert set(now.centre[moved]) == {"Old Mill", "none"}
    assert (before.centre[moved & (now.centre == "none")] == "none").all()  # another reason not to


def test_a_second_room_leaves_the_first_as_it_was() -> None:
    one, two = after(**{COURT: 1}), after(**{COURT: 2, ROOM: 1})
    names = [row.venue for row in two.tables.venues]
    assert [name for name in names if "+" in name] == [
        "Old Mill·badminton_court+1", "Old Mill·badminton_court+2", "Pine Cellar·activity_room+1",
    ]  # fmt: skip
    assert set(one.tables.venues) < set(two.tables.venues)
    assert set(one.tables.centres) < set(two.tables.centres)
    assert set(small().tables.venues) < set(one.tables.venues)


def test_a_new_room_is_as_its_site_kind_and_tier_say() -> None:
    made = after(**{COURT: 1, ROOM: 1, "badminton_court_at_Grand_Hall": 1})
    rows = {row.venue: row for row in made.tables.venues}
    court, cellar = rows["Old Mill·badminton_court+1"], rows["Pine Cellar·activity_room+1"]
    assert (court.capacity, court.area_m2, court.access, court.slot_minutes) == (
        4,
        120,
        "public",
        60,
    )
    assert court.hours == "long"  # what most rooms of the tier keep
    assert (cellar.access, cellar.hours, cellar.slot_minutes) == ("compound", "day", 30)
    centre = {row.centre: row for row in made.tables.centres}["Pine Cellar"]
    assert (centre.tier, centre.compound) == ("compound", "Pine Court")
    assert rows["Grand Hall·badminton_court+1"].hours == "long"  # as the others of the hall
    assert sum(row.centre == "Grand Hall" for row in made.tables.centres) == 1
    build_world(made)


def test_a_converted_room_takes_the_old_ones_row_and_a_name_of_its_own() -> None:
    made = after(badminton_court_to_activity_room_at_Grand_Hall=1)
    old, new = small().tables.venues, made.tables.venues
    changed = [(a.venue, b) for a, b in zip(old, new, strict=True) if a != b]
    ((was, row),) = changed
    assert was == "Court 2"  # the last of the table
    assert (row.venue, row.kind, row.capacity) == ("Court 2→activity_room", "activity_room", 24)
    assert (row.area_m2, row.access, row.slot_minutes) == (120, "public", 30)


def test_a_conversion_moves_only_those_who_go_or_went_there() -> None:
    before = wishes(small())
    now = wishes(after(badminton_court_to_activity_room_at_Grand_Hall=1))
    assert (now.index == before.index).all()
    assert (now.start == before.start).all()
    moved = now.centre != before.centre
    assert moved.any()
    assert ((now.centre == "Grand Hall") | (before.centre == "Grand Hall"))[moved].all()


def test_closed_rooms_are_gone_and_their_centre_stays() -> None:
    made = after(close_activity_room_at_Willow_House=2)
    assert {r.venue for r in small().tables.venues} - {r.venue for r in made.tables.venues} == {
        "Willow Room A", "Willow Room B",
    }  # fmt: skip
    assert made.tables.centres == small().tables.centres


def test_closing_and_converting_never_take_the_same_room() -> None:
    catalogue = Catalogue(
        offered().sites,
        tuple(
            dataclasses.replace(m, was="badminton_court", most=2) if m.what == "close" else m
            for m in offered().moves
        ),
    )
    names = [m.words for m in catalogue.moves]
    both = [0] * len(names)
    both[names.index("badminton_court to activity_room at Grand Hall")] = 1
    both[names.index("close badminton_court at Grand Hall")] = 1
    made = apply_plan(small(), catalogue, tuple(both))
    courts = [r.venue for r in made.tables.venues if r.centre == "Grand Hall"]
    assert courts == ["Court 2→activity_room", "Hall Room"]
    both[names.index("close badminton_court at Grand Hall")] = 2
    with pytest.raises(ValueError, match="2 times, but only 1 rooms are left for it"):
        apply_plan(small(), catalogue, tuple(both))


def test_who_needs_the_larger_room_gets_it_whatever_comes_first() -> None:
    """Closing takes any room, so a conversion that only the last one suits is not left without."""
    inputs = small("siting.rooms.badminton_court.area_m2=50")
    rows = inputs.tables.venues
    turned = tuple(
        sorted(rows, key=lambda r: {"Willow Room B": 0, "Willow Room A": 1}.get(r.venue, -1))
    )
    inputs = with_tables(inputs, dataclasses.replace(inputs.tables, venues=turned))
    found = catalogue_of(inputs)
    catalogue = Catalogue(found.sites, found.moves[::-1])
    wanted = {
        "close activity_room at Willow House": 1,
        "activity_room to badminton_court at Willow House": 1,
    }
    times = tuple(wanted.get(m.words, 0) for m in catalogue.moves)
    names = [row.venue for row in apply_plan(inputs, catalogue, times).tables.venues]
    assert "Willow Room A→badminton_court" in names
    assert not {"Willow Room A", "Willow Room B"} & set(names)


def test_numbers_that_fit_no_move_are_refused() -> None:
    with pytest.raises(ValueError, match="2 numbers for 11 moves"):
        apply_plan(small(), offered(), (1, 0))
    with pytest.raises(ValueError, match=r"badminton_court at Old Mill: 4 times, .* 0 to 3 times"):
        after(**{COURT: 4})


def test_a_link_opens_its_walks() -> None:
    made = after(link_Footbridge=1)
    assert made.scenario.travel.links == made.resolved["travel"]["links"] == ["Footbridge"]
    written = small("travel.links=[Footbridge]")
    assert made.input_hash == written.input_hash
    assert key(made) == key(written)
    one, other = (run(inputs, jobs=1).summary for inputs in (made, written))
    assert csv_bytes(one) == csv_bytes(other)
    assert csv_bytes(one) != csv_bytes(run(small(), jobs=1).summary)


def test_a_plan_is_the_scenario_that_says_so(tmp_path: Path) -> None:
    """The same tables written as files load to the same hash."""
    made = after(**{COURT: 2})
    for path in SMALL.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for name in ("centres", "venues"):
        rows = [row.model_dump(mode="json") for row in getattr(made.tables, name)]
        pd.DataFrame(rows).to_csv(tmp_path / f"{name}.csv", index=False)
    assert load(tmp_path / "small.yaml").input_hash == made.input_hash


def test_a_name_that_is_taken_is_refused() -> None:
    taken = small().tables.venues[0].model_copy(update={"venue": "Old Mill·badminton_court+1"})
    tables = dataclasses.replace(small().tables, venues=(*small().tables.venues, taken))
    with pytest.raises(ValueError, match="a room of this name is there already"):
        apply_plan(with_tables(small(), tables), offered(), plan(**{COURT: 1}))


def test_words_of_moves_are_unique() -> None:
    """Tests and reports name moves by them."""
    made: list[Move] = list(offered().moves)
    assert len({move.words for move in made}) == len(made)


def test_a_manifest_holds_sites_and_walks() -> None:
    """What is read back from it is the same scenario, with the same catalogue."""
    made = after(**{COURT: 1, "link_Footbridge": 1})
    manifest = json.loads(json.dumps(build_manifest(made, 1), default=str))
    again = inputs_of(manifest, made.path)
    assert is_intact(manifest, again)
    assert again.tables == made.tables
    assert catalogue_of(again) == catalogue_of(made)
    assert build_world(again).routes.known_km.tolist() == build_world(made).routes.known_km.tolist()


SHIPPED = "before-after", "site-cangqian", "nanteng-links"


def written(folder: Path, inputs: Inputs, times: Times) -> Inputs:
    """The plan's scenario, written and read again."""
    best = SimpleNamespace(times=times, label="plan 1")
    found = SimpleNamespace(recommended=best, catalogue=catalogue_of(inputs))
    sited: Any = SimpleNamespace(outcome=found)
    folder.mkdir(exist_ok=True)
    write_plan_scenario(folder, inputs, sited)
    return load(folder / "plan.yaml")


def renamed(inputs: Inputs) -> Inputs:
    scenario = inputs.scenario.model_copy(update={"name": f"{inputs.scenario.name}-plan"})
    return dataclasses.replace(inputs, scenario=scenario)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenarios_plan_runs_from_any_folder_as_it_was_simulated(
    name: str, tmp_path: Path
) -> None:
    """Equal inputs give equal runs: the hash is of everything that decides results, and a name."""
    inputs = load(Path("scenarios") / f"{name}.yaml")
    moves = catalogue_of(inputs).moves
    # Of every kind of move the first two that are offered.
    wanted = [m for what in ("open", "convert", "close", "link")
              for m in [m for m in moves if m.what == what][:2]]  # fmt: skip
    times = tuple(1 if m in wanted else 0 for m in moves)
    simulated = apply_plan(inputs, catalogue_of(inputs), times)
    read = written(tmp_path, inputs, times)
    assert read.input_hash == renamed(simulated).input_hash
    assert read.input_hash != renamed(inputs).input_hash


def test_ones_own_scenario_says_where_to_put_its_plan(tmp_path: Path) -> None:
    for file in SMALL.iterdir():
        shutil.copy(file, tmp_path)
    inputs = load(tmp_path / "small.yaml")
    times = tuple(min(m.most, 1) if m.what == "open" else 0 for m in offered().moves)
    read = written(tmp_path, inputs, times)
    assert "beside small.yaml" in (tmp_path / "plan.yaml").read_text(encoding="utf-8")
    assert read.input_hash == renamed(apply_plan(inputs, offered(), times)).input_hash
