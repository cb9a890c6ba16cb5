"""What names results where there is a timetable: its content."""

from __future__ import annotations

import json
from pathlib import Path

from builders import tiny

from sim.experiment.key import study_key
from sim.experiment.study import Study
from sim.model import build_model, simulate
from sim.report.manifest import build_manifest, inputs_of, is_intact
from sim.scenario.differences import input_differences
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.studies.recipe import MEASURED

from .season import block, seasoned

ROWS = [block("Court 1", 1, "18:00", "20:00"), block("Court 2", 2, "8:00", "22:00")]


def key(inputs: Inputs) -> str:
    return study_key(Study(inputs, MEASURED, 1))


def test_order_choice_clock_and_path_say_nothing_and_the_rest_does(tmp_path: Path) -> None:
    one = seasoned(tiny(), ROWS, tmp_path / "a")
    same = [{**ROWS[1], "start": "08:00", "choice": "second"}, ROWS[0]]
    other = seasoned(tiny(), same, tmp_path / "b")
    assert one.input_hash == other.input_hash
    assert one.fit_hash == other.fit_hash
    (tmp_path / "a" / "blocks.csv").rename(tmp_path / "a" / "season.csv")
    moved = load(tmp_path / "a" / "test.yaml", sets=["timetable.blocks=season.csv"])
    assert moved.input_hash == one.input_hash
    assert key(moved) == key(one)
    for change in ({"until": "2026-03-10"}, {"venue": "Hall Room"}, {"request": "r"}):
        changed = seasoned(tiny(), [{**ROWS[0], **change}, ROWS[1]], tmp_path / "c")
        assert changed.input_hash != one.input_hash
        assert key(changed) != key(one)
        assert list(input_differences(changed, one).keys) == ["clubs"]
    for spec in ({"unused_share": 0.1}, {"attendance": 0.9}):
        assert key(seasoned(tiny(), ROWS, tmp_path / "d", **spec)) != key(one)


def test_a_manifest_holds_the_timetable(tmp_path: Path) -> None:
    """What is read back from it is the same history; a changed row is noticed."""
    inputs = seasoned(tiny(), ROWS, tmp_path, unused_share=0.3)
    manifest = json.loads(json.dumps(build_manifest(inputs, 1), default=str))
    again = inputs_of(manifest, tmp_path / "manifest.json")
    assert is_intact(manifest, again)
    assert again.tables.timetable == inputs.tables.timetable
    a, b = (simulate(build_model(i), 1, 0) for i in (inputs, again))
    assert (a.venue == b.venue).all()
    assert (a.club_unused == b.club_unused).all()
    manifest["tables"]["timetable"]["party_size"][0] = 3
    assert not is_intact(manifest, inputs_of(manifest, tmp_path / "manifest.json"))


def test_a_manifest_from_before_there_were_timetables_is_read(tmp_path: Path) -> None:
    inputs = tiny().load(tmp_path)
    manifest = json.loads(json.dumps(build_manifest(inputs, 1), default=str))
    del manifest["tables"]["timetable"], manifest["scenario"]["timetable"]
    assert is_intact(manifest, inputs_of(manifest, tmp_path / "manifest.json"))
