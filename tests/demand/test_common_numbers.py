"""Common random numbers: growth nests, and what is added leaves everybody else's wishes alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import Parts, model_of, tiny

from sim.demand.choice import NotAsked
from sim.model import Model, build_model, simulate
from sim.report.tables import csv_bytes
from sim.studies.run import run

ATTRIBUTES = [
    "origin",
    "segment",
    "kind",
    "layer",
    "start",
    "duration",
    "party",
    "wished_at",
    "lead",
]


def test_rooms_at_once_change_no_other_draw(tmp_path: Path) -> None:
    """Every wish is as before, and about as many as are said take two rooms."""
    one = wishes(model_of(tiny(), tmp_path / "one"))
    parts = tiny().set(kinds__activity_room__rooms_at_once={1: 3, 2: 1})
    model = model_of(parts, tmp_path / "two")
    pd.testing.assert_frame_equal(one[ATTRIBUTES], wishes(model)[ATTRIBUTES])
    w = simulate(model, 1, 0).wishes
    of_kind = model.plan.cells.kind[w.cell] == model.world.kinds.index("activity_room")
    assert set(w.rooms[~of_kind]) == {1}
    share, n = (w.rooms[of_kind] == 2).mean(), of_kind.sum()
    assert abs(share - 0.25) < 4 * np.sqrt(0.25 * 0.75 / n)


def wishes(model: Model, seed: int = 1) -> pd.DataFrame:
    """Wishes by key: attributes, and the centre asked (none where not asked)."""
    w = simulate(model, seed, 0).wishes
    cells, world = model.plan.cells, model.world
    asked = w.reason == NotAsked.ASKED
    centre = np.where(asked, world.pools.centre[w.best], -1)
    frame = pd.DataFrame(
        {
            "origin": np.array(world.origins.names)[cells.origin[w.cell]],
            "segment": np.array(world.segments)[cells.segment[w.cell]],
            "kind": np.array(world.kinds)[cells.kind[w.cell]],
            "layer": w.layer, "start": w.start, "duration": w.duration, "party": w.party,
            "wished_at": w.wished_at, "lead": w.lead, "reason": w.reason,
            "centre": np.array([*world.centres.names, "none"])[centre],
        },
        index=pd.Index(w.key, name="key"),
    )  # fmt: skip
    assert frame.index.is_unique
    return frame.sort_index()


def made(folder: Path, parts: Parts | None = None, **values: Any) -> pd.DataFrame:
    parts = (parts or tiny()).copy().set(**values)
    return wishes(model_of(parts, folder / str(abs(hash(str(parts))))))


@pytest.mark.parametrize("key", ["demand__multiplier", "demand__intensity"])
def test_wishes_at_less_demand_are_among_those_at_more(key: str, tmp_path: Path) -> None:
    """Multipliers 0.3, 1, 2.5, 7: subsets with every attribute and choice; so for intensity."""
    fewer = made(tmp_path, **{key: 0.3})
    for factor in (1, 2.5, 7):
        more = made(tmp_path, **{key: factor})
        assert len(more) > len(fewer) > 50
        assert more.index.isin(fewer.index).sum() == len(fewer)
        pd.testing.assert_frame_equal(more.loc[fewer.index], fewer)
        fewer = more


def test_growth_brings_bookers_and_intensity_does_not(tmp_path: Path) -> None:
    """A multiplier of 3 adds layers of bookers, an intensity of 3 does not."""
    assert set(made(tmp_path, demand__multiplier=3)["layer"]) == {0, 1, 2}
    assert set(made(tmp_path, demand__intensity=3)["layer"]) == {0}


def test_volume_is_level_times_multiplier(tmp_path: Path) -> None:
    """Level 2 at multiplier 1.5 and level 3 at multiplier 1 are the same wishes."""
    a = made(tmp_path, demand__level=2, demand__multiplier=1.5)
    b = made(tmp_path, demand__level=3, demand__multiplier=1)
    pd.testing.assert_frame_equal(a, b)


def test_at_level_is_the_scenario_at_that_level(tmp_path: Path) -> None:
    """Calibration's shortcut gives the wishes that the scenario would have."""
    model = model_of(tiny(), tmp_path / "a").at_level(2.2)
    pd.testing.assert_frame_equal(wishes(model), made(tmp_path, demand__level=2.2))


def added(what: str) -> Parts:
    """The tiny world and one thing more, inside its bounding box."""
    parts = tiny()
    place = {"lon": 120.005, "lat": 30.282, "source": "assumption"}
    if what == "venue":
        parts.tables["venues"].append({**parts.tables["venues"][0], "venue": "Court 0"})
    elif what == "centre":
        centre = {"centre": "A new one", "tier": "community", "community": "Pine", "compound": ""}
        parts.tables["centres"].insert(0, {**centre, **place})
        for name in ("Court 1", "Hall Room"):
            row = next(r for r in parts.tables["venues"] if r["venue"] == name)
            parts.tables["venues"].insert(0, {**row, "venue": f"new {name}", "centre": "A new one"})
    elif what == "compound":
        parts.origin("A new court", {"adult": 5000}, **place, community="Pine")
        parts.tables["origins"].insert(0, parts.tables["origins"].pop())
        parts.tables["people"].insert(0, parts.tables["people"].pop())
    else:
        parts.scenario["kinds"] = {"a_kind": {}, **parts.scenario["kinds"]}
        parts.scenario["demand"]["wishes_per_1000"]["adult"]["a_kind"] = 100
        parts.tables["venues"].insert(
            0, {**parts.tables["venues"][2], "venue": "A", "kind": "a_kind"}
        )
    return parts


@pytest.mark.parametrize("what", ["venue", "centre", "compound", "kind"])
def test_what_is_added_changes_nobodys_wishes(what: str, tmp_path: Path) -> None:
    """A venue, centre, compound or kind more: all others' wishes are as before, to the bit."""
    before, after = made(tmp_path), made(tmp_path, added(what))
    assert before.index.isin(after.index).all()
    columns = ATTRIBUTES if what in ("venue", "centre") else list(before)
    pd.testing.assert_frame_equal(after.loc[before.index, columns], before[columns])
    new = after.drop(before.index)
    if what == "compound":
        assert set(new["origin"]) == {"A new court"}
    elif what == "kind":
        assert set(new["kind"]) == {"a_kind"}
    else:
        assert new.empty


@pytest.mark.parametrize("nest", [0.3, 0.6, 1])
def test_a_new_centre_moves_only_those_who_now_choose_it(nest: float, tmp_path: Path) -> None:
    """Whoever asks elsewhere than before asks the new centre; nobody else moves."""
    before = made(tmp_path, choice__nest=nest, demand__level=20)
    after = made(tmp_path, added("centre"), choice__nest=nest, demand__level=20)
    moved = after[after["centre"] != before["centre"].loc[after.index]]
    assert len(moved) > 300
    assert set(moved["centre"]) == {"A new one"}
    assert (before.loc[moved.index, "centre"] == "none").sum() > 10  # a new site creates use


def test_the_order_of_rows_and_keys_changes_nothing(tmp_path: Path) -> None:
    """All tables and mappings turned round: the same hash and the same summary, to ten digits."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: turned(value[k]) for k in reversed(list(value))}
        return value

    parts = tiny().set(demand__level=4)
    tables = {name: list(reversed(rows)) for name, rows in parts.tables.items()}
    other = Parts(turned(parts.scenario), tables)
    loaded = [p.load(tmp_path / n) for p, n in ((parts, "a"), (other, "b"))]
    assert loaded[0].input_hash == loaded[1].input_hash
    by = ["metric", "group", "level"]
    found = [run(i, jobs=1).summary.sort_values(by, ignore_index=True) for i in loaded]
    assert csv_bytes(found[0]) == csv_bytes(found[1])


def test_the_same_seed_is_the_same_history(tmp_path: Path) -> None:
    """Building and simulating twice gives equal histories; another seed or replication does not."""
    inputs = tiny().load(tmp_path)
    a, b = (simulate(build_model(inputs), 1, 0) for _ in range(2))
    assert np.array_equal(a.wishes.key, b.wishes.key)
    assert np.array_equal(a.venue, b.venue)
    assert np.array_equal(a.off_platform, b.off_platform)
    for seed, replication in ((2, 0), (1, 1)):
        c = simulate(build_model(inputs), seed, replication)
        assert not np.isin(c.wishes.key, a.wishes.key).any()
        assert not np.array_equal(a.off_platform, c.off_platform)
