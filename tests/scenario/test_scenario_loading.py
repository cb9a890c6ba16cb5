"""What a scenario that holds becomes: values, sources, hashes, levels."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.scenario.inputs import Inputs
from sim.scenario.levels import FittedLevel, read_levels, write_level
from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems

LEVEL = FittedLevel(
    level=1.25,
    fit_hash="abc",
    bookings=100,
    half_width=0.001,
    replications=10,
    seed=1,
    window=("2026-03-02", "2026-03-15"),
    scenario="tiny.yaml",
)


def edited(folder: Path, name: str, old: str, new: str) -> Inputs:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), "utf-8")
    return load("tiny.yaml")


def test_the_tiny_world(folder: Path) -> None:
    inputs = load("tiny.yaml")
    assert inputs.level == 1
    assert inputs.path == folder / "tiny.yaml"
    assert [len(getattr(inputs.tables, t)) for t in ("origins", "centres", "venues")] == [3, 3, 6]
    assert inputs.resolved["window"] == {"from": "2026-03-02", "until": "2026-03-15"}
    assert inputs.notices == ()


def test_sources_of_numbers(folder: Path) -> None:
    del folder
    by_key = {p.key: p for p in load("tiny.yaml", sets=["demand.multiplier=2"]).provenance}
    share = by_key["off_platform.share"]
    assert (share.value, share.source, share.low, share.high) == (0.2, "assumption", 0.1, 0.3)
    assert share.note == "clubs that keep their own list"
    assert (share.file, share.line) == ("tiny.yaml", 20)
    assert by_key["segments.elder.metres_per_second"].source == "literature"
    assert by_key["segments.adult.adopters"].source == "assumption"
    assert by_key["segments.adult.adopters"].low is None
    assert by_key["kinds.badminton_court.party.weights.1"].value == 40
    assert by_key["demand.multiplier"].file == "--set demand.multiplier=2"


def test_settings_and_options_win_over_the_file(folder: Path) -> None:
    del folder
    inputs = load(
        "tiny.yaml",
        sets=["demand.multiplier=3", "kinds.activity_room.season={7: 0.5}", "title=a=b"],
        replications=7,
        seed=11,
    )
    assert inputs.scenario.demand.multiplier == 3
    assert inputs.scenario.kinds["activity_room"].season == {7: 0.5}
    assert inputs.scenario.title == "a=b"
    assert (inputs.scenario.experiment.replications, inputs.scenario.experiment.seed) == (7, 11)


def test_columns_in_any_order_byte_order_mark_spaces_and_blank_rows(folder: Path) -> None:
    before = load("tiny.yaml")
    (folder / "communities.csv").write_bytes(
        "\ufeffsource,zone,community\r\nx, South ,Willow\r\n\r\n,,\r\ny,North,Pine\r\n".encode()
    )
    after = load("tiny.yaml")
    assert after.table_hashes == before.table_hashes
    assert after.input_hash == before.input_hash


def test_a_byte_order_mark_in_yaml(folder: Path) -> None:
    text = (folder / "tiny.yaml").read_bytes()
    (folder / "tiny.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert load("tiny.yaml").scenario.name == "tiny"


def test_optional_columns_may_be_absent_or_empty(folder: Path) -> None:
    for name, old, new in (
        ("centres.csv", "", ""),
        ("origins.csv", "presence,households,source\n", "source\n"),
        ("origins.csv", ",always,800", ""),
        ("origins.csv", ",always,600", ""),
        ("origins.csv", ",office,0", ""),
    ):
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(text.replace(old, new) if old else text, "utf-8")
    assert {o.presence for o in load("tiny.yaml").tables.origins} == {"always"}
    text = (folder / "tiny.yaml").read_text("utf-8")
    (folder / "tiny.yaml").write_text(text.replace("  off_platform: off_platform.csv\n", ""))
    assert load("tiny.yaml").tables.off_platform == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "same_fit", "same_input"),
    [
        ("tiny.yaml", "multiplier: 1\n", "multiplier: 2\n", True, False),
        ("tiny.yaml", "seed: 1", "seed: 2", True, False),
        ("tiny.yaml", "name: tiny", "name: other", True, False),
        ("tiny.yaml", "name: tiny\n", "name: tiny\nlabel: {zh: 小, en: Small}\n", True, True),
        ("tiny.yaml", "name: tiny\n", "name: tiny\nlanguage: zh\n", True, True),
        ("tiny.yaml", "  North: {", "  North: {label: {zh: 北, en: North}, ", True, True),
        ("tiny.yaml", "  activity_room:\n", "  activity_room:\n    label: Room\n", True, True),
        ("tiny.yaml", "level: 1", "level: 2", True, False),
        ("tiny.yaml", "outside: -1", "outside: -2", False, False),
        ("tiny.yaml", "outside: -1", "outside: {value: -1.0, source: data}", True, True),
        ("tiny.yaml", "outside: -1", "per_minute: -0.1\n  outside: -1", True, True),
        ("tiny.yaml", "policy:", "policy:\n  overbooking: {share: 0.1}", False, False),
        ("tiny.yaml", "policy:", "policy:\n  overbooking: null", True, True),
        ("venues.csv", "10,35,", "11,35,", False, False),
        ("venues.csv", "compound,day,30,assumption", "compound,day,30,data", True, True),
        ("hours.csv", "09:00,18:00", "9:00,18:00", True, True),
        ("hours.csv", "Mon-Sun", "Mon-Fri Sat;Sun", True, True),
    ],
)
def test_hashes_change_with_what_decides_results_and_with_nothing_else(
    folder: Path, name: str, old: str, new: str, same_fit: bool, same_input: bool
) -> None:
    before = load("tiny.yaml")
    after = edited(folder, name, old, new)
    assert (after.fit_hash == before.fit_hash) is same_fit
    assert (after.input_hash == before.input_hash) is same_input


def test_moving_a_table_changes_no_hash(folder: Path) -> None:
    before = load("tiny.yaml").input_hash
    (folder / "venues.csv").rename(folder / "rooms.csv")
    assert edited(folder, "tiny.yaml", "venues.csv", "rooms.csv").input_hash == before


def test_order_of_rows_and_keys_changes_no_hash(folder: Path) -> None:
    before = load("tiny.yaml").input_hash
    head, *rows = (folder / "people.csv").read_text("utf-8").splitlines()
    (folder / "people.csv").write_text("\n".join([head, *reversed(rows)]), "utf-8")
    elder = "    elder: {badminton_court: 5, activity_room: 60}\n"
    adult = "    adult: {badminton_court: 40, activity_room: 10}\n"
    assert edited(folder, "tiny.yaml", adult + elder, elder + adult).input_hash == before


def test_a_fitted_level(folder: Path) -> None:
    text = (folder / "tiny.yaml").read_text("utf-8").replace("  level: 1\n", "  fit: tiny\n")
    (folder / "tiny.yaml").write_text(text, "utf-8")
    assert load("tiny.yaml", need_level=False).level == 1
    fit_hash = load("tiny.yaml", need_level=False).fit_hash
    write_level(folder / "levels.yaml", "tiny", LEVEL.model_copy(update={"fit_hash": fit_hash}))
    assert load("tiny.yaml").level == 1.25
    assert load("tiny.yaml", sets=["demand.multiplier=3"]).notices == ()
    other = load("tiny.yaml", sets=["choice.outside=-3"])
    assert other.level == 1.25
    assert "what-if" in other.notices[0]
    by_hand = load("tiny.yaml", sets=["demand.level=2"])
    assert (by_hand.level, by_hand.notices) == (2, ())


def test_levels_are_kept_sorted_and_survive_a_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "levels.yaml"
    write_level(path, "仓前", LEVEL)
    write_level(path, "a", LEVEL.model_copy(update={"level": 2.0}))
    assert list(read_levels(path)) == ["a", "仓前"]
    assert read_levels(path)["仓前"] == LEVEL
    assert path.read_text("utf-8").startswith("# written by linli calibrate")
    before = path.read_bytes()
    write_level(path, "仓前", LEVEL)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["levels.yaml"]


def test_levels_that_are_malformed_are_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "levels.yaml"
    path.write_text("a: [\n")
    with pytest.raises(ScenarioProblems):
        write_level(path, "b", LEVEL)
    assert path.read_text() == "a: [\n"


def test_time_to_load_grows_with_the_rows_and_not_with_their_square(folder: Path) -> None:
    """Four times the rows take about four times as long; looked at again where it seems more."""
    text = (folder / "venues.csv").read_text("utf-8")

    def seconds(rows: int) -> float:
        row = "Room {},Willow House,activity_room,20,60,public,day,30,x\n"
        more = "".join(row.format(i) for i in range(rows))
        (folder / "venues.csv").write_text(text + more, "utf-8")
        start = time.process_time()
        assert len(load("tiny.yaml").tables.venues) == 6 + rows
        return time.process_time() - start

    assert any(seconds(10_000) < 6 * seconds(2_500) for _ in range(5))
