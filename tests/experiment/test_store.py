"""The store: what is in it, what finds it again, and what happens when it is damaged or full."""

from __future__ import annotations

import errno
import os
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import tiny

from sim.experiment.key import study_key
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.experiment.store import Store, make_room
from sim.experiment.study import EngineProblem, Study
from sim.studies.recipe import MEASURED, WITH_WISHES, ReplicationValues
from sim.studies.run import run

from .played import inputs_for, played


def key(folder: Path, seed: int = 1, **dotted: object) -> str:
    folder.mkdir(exist_ok=True)
    return study_key(Study(tiny().set(**dotted).load(folder), MEASURED, seed))


def test_a_second_run_computes_nothing(tmp_path: Path) -> None:
    """More replications compute those that are new; fewer compute none; the bytes are the same."""
    store = Store(tmp_path / "store")
    four = inputs_for(tmp_path, 4)
    first = played(four, store=store)
    assert first[2:] == (0, 4)
    assert played(four, store=store) == (*first[:2], 4, 0)
    six = inputs_for(tmp_path, 6)
    more = played(six, store=store)
    assert more[2:] == (4, 2)
    assert more[:2] == played(six)[:2]
    assert played(inputs_for(tmp_path, 2), store=store)[2:] == (2, 0)


def test_precision_is_the_same_from_the_store(tmp_path: Path) -> None:
    """A run with a stopping rule over stored replications stops where it stopped."""
    spec = {"precision": 0.03, "at_most": 60}
    inputs = tiny().set(experiment__replications=spec).load(tmp_path)
    store = Store(tmp_path / "store")
    fresh = played(inputs, store=store)
    again = played(inputs, store=store)
    assert again[:2] == fresh[:2]
    assert again[2] >= 10
    assert again[3] == 0


def test_wishes_come_back_as_they_were(tmp_path: Path) -> None:
    """Tables of wishes too: every type, every missing value."""
    inputs, store = inputs_for(tmp_path, 2), Store(tmp_path / "store")
    tables = []
    for _ in range(2):
        with Engine(Local(1), store) as engine:
            tables.append(run(inputs, with_wishes=True, engine=engine).wishes)
    assert engine.computed == 0
    assert tables[0] is not None
    assert tables[1] is not None
    pd.testing.assert_frame_equal(tables[0], tables[1], check_exact=True)


def test_values_come_back_bit_for_bit() -> None:
    """NaN, infinities, negative zero and the smallest number."""
    values = np.array([[np.nan, np.inf, -0.0], [5e-324, 1 / 3, -np.inf]])
    codec = MEASURED.codec
    assert codec is not None
    back = codec.unpack(codec.pack(ReplicationValues(values, None))).values
    assert back.tobytes() == values.tobytes()


@cache
def first_values() -> bytes:
    """What the first replication of the tiny world measures."""
    with tempfile.TemporaryDirectory() as folder:
        values: np.ndarray = run(inputs_for(Path(folder), 1), jobs=1).values[0]
    return values.tobytes()


@pytest.mark.parametrize(
    "dotted",
    [
        {"name": "other"},
        {"title": "Other"},
        {"experiment__replications": 5},
        {"experiment__confidence": 0.9},
        {"experiment__primary": ["met_share"]},
        {"analysis__planning_limit": 0.7},
    ],
    ids=str,
)
def test_what_changes_no_replication_keeps_the_key(
    dotted: dict[str, object], tmp_path: Path
) -> None:
    """Names, how often and how shown: the stored replications still hold."""
    assert key(tmp_path / "a", **dotted) == key(tmp_path / "b")
    ran = run(tiny().set(**dotted).load(tmp_path / "a"), jobs=1)
    assert ran.values[0].tobytes() == first_values()


@pytest.mark.parametrize(
    "dotted",
    [
        {"demand__multiplier": 2},
        {"demand__level": 1.01},
        {"window__until": "2026-03-16"},
        {"experiment__warm_up_days": 22},
        {"analysis__peak_weekday": "17-22"},
        {"off_platform__share": 0.21},
        {"policy__window__opens_days_ahead": 6},
    ],
    ids=str,
)
def test_what_may_change_a_replication_changes_the_key(
    dotted: dict[str, object], tmp_path: Path
) -> None:
    """Demand, window, rules, and what metrics are grouped by."""
    assert key(tmp_path / "a", **dotted) != key(tmp_path / "b")


def test_seed_tables_recipe_and_code_are_in_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A room of another size, another seed, another measure, another version."""
    plain = key(tmp_path / "a")
    parts = tiny()
    parts.tables["venues"][0]["capacity"] = 99
    (tmp_path / "b").mkdir()
    wishes = Study(tiny().load(tmp_path / "a"), WITH_WISHES, 1)
    found = {
        plain,
        key(tmp_path / "a", seed=2),
        study_key(Study(parts.load(tmp_path / "b"), MEASURED, 1)),
        study_key(wishes),
    }
    monkeypatch.setattr("sim.experiment.key.code_version", lambda: {"linli": "another"})
    assert len({*found, key(tmp_path / "a")}) == 5


def test_a_damaged_entry_is_computed_again(tmp_path: Path) -> None:
    """Whatever happened to a file, results are right and the file is whole again."""
    inputs, store = inputs_for(tmp_path, 3), Store(tmp_path / "store")
    right = played(inputs, store=store)[:2]
    folder = next((tmp_path / "store").glob("??/*"))
    whole = (folder / "1").read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    names = (folder / "names").read_bytes()
    for entry, damaged, computed in (
        ("1", flipped, 1),
        ("1", whole[:middle], 1),
        ("1", b"", 1),
        ("1", (folder / "2").read_bytes(), 1),
        ("names", names[:-1], 3),
    ):
        (folder / entry).write_bytes(damaged)
        again = played(inputs, store=store)
        assert again[:2] == right
        assert again[3] == computed
        assert ((folder / "1").read_bytes(), (folder / "names").read_bytes()) == (whole, names)


def test_a_store_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    """A file in its place: one notice, and the run goes on; asked for by name it is an error."""
    (tmp_path / "store").write_text("mine")
    told: list[str] = []
    store = Store(tmp_path / "store", told.append)
    inputs = inputs_for(tmp_path, 3)
    assert played(inputs, store=store)[:2] == played(inputs)[:2]
    assert len(told) == 1
    assert "a file stands where a folder is needed" in told[0]
    with pytest.raises(EngineProblem, match="--store"):
        store.check()


def test_a_disk_that_fills_up_stops_keeping_not_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ENOSPC at the third file: what was kept stays whole, nothing half-written is left."""
    moves = 0
    move = os.replace

    def full(source: str, target: Path) -> None:
        nonlocal moves
        moves += 1
        if moves > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        move(source, target)

    told: list[str] = []
    inputs, store = inputs_for(tmp_path, 4), Store(tmp_path / "store", told.append)
    monkeypatch.setattr("sim.experiment.store.os.replace", full)
    with Engine(Local(1), store) as engine:
        done = run(inputs, engine=engine)
    monkeypatch.undo()
    assert done.n == 4
    assert [line for line in told if "the disk is full" in line] == told
    assert len(told) == 1
    kept = sorted(p.name for p in (tmp_path / "store").rglob("*") if p.is_file())
    assert kept == ["0", "names"]
    assert played(inputs, store=Store(tmp_path / "store"))[2:] == (1, 3)


def test_the_store_is_bounded(tmp_path: Path) -> None:
    """Studies not used for longest go first, whole; the one in use stays."""
    store = Store(tmp_path)
    for i, name in enumerate(["aa1", "bb2", "cc3"]):
        store.shelf(name).put(0, os.urandom(1000))
        then = time.time() - 100 + i
        os.utime(tmp_path / name[:2] / name, (then, then))
    assert store.shelf("aa1").known() == {0}
    make_room(tmp_path, 2500)
    assert store.shelf("bb2").get(0) is None
    assert store.shelf("aa1").get(0) is not None
    assert store.shelf("cc3").get(0) is not None
