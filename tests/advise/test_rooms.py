"""Rooms at candidate sites as levers: what they cost and change, and what cannot be built."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import POINT, Parts

from advise.towns import advised, crowded, judged, lever
from sim.advise.effects import GAIN, LOSS, SAVES_AT_A_LOSS
from sim.advise.levers import levers_of
from sim.cli.verbs.advise import write_programme
from sim.scenario.differences import input_differences
from sim.scenario.loading import load, read
from sim.scenario.problems import ScenarioProblems


def built(folder: Path, **levers: Any) -> Parts:
    """The crowded town with an idle shop of 120 m2 in which two rooms may be opened."""
    room = {"area_m2": 50, "capacity": 10, "life_years": 10, "operation_yuan_per_m2_year": 100}
    room["fit_out_yuan_per_m2"] = {"value": 900, "range": [500, 1300]}
    folder.mkdir(parents=True, exist_ok=True)
    row = {"site": "shop", **POINT, "tier": "community", "community": "C", "area_m2": 120}
    row |= {"rent_yuan_per_m2_day": 1, "capital_yuan_per_m2": 100, "source": "assumption"}
    text = "\n".join(",".join(map(str, cells)) for cells in (row, row.values()))
    (folder / "candidates.csv").write_text(text, "utf-8")
    return crowded(**levers).set(
        kinds__store={"duration_minutes": {"rule": "constant", "value": 60}},
        siting={
            "budget_yuan_per_year": 1,
            "candidates": "candidates.csv",
            "rooms": {"room": room, "store": {**room, "area_m2": 100}},
            "staff_yuan_per_m2_year": {"community": 200},
        },
    )


def open_rooms(n: int = 2, **more: Any) -> dict[str, Any]:
    """A lever that opens rooms in the shop, and furnishes them for 1,000 yuan."""
    size = {"rooms": {"shop": {"room": n}}, "once": 1000, **more.pop("size", {})}
    return {"sizes": {"all": size}, "life_years": 5, **more}


def test_cost_is_that_of_siting_and_what_the_lever_adds(tmp_path: Path) -> None:
    parts = built(tmp_path, shop=open_rooms())
    choice = levers_of(read(parts.write(tmp_path)), []).choices[0]
    yearly = 2 * 50 * ((900 + 100) / 10 + 100 + 200 + 365) + 1000 / 5
    spread = 2 * 50 * 400 / 10
    assert choice.cost == pytest.approx((yearly, yearly - spread, yearly + spread))
    assert choice.once.base == pytest.approx(2 * 50 * (900 + 100) + 1000)


def test_rooms_gain_and_the_programme_opens_them(tmp_path: Path) -> None:
    """The town wants more than its two rooms; later hours come on top."""
    parts = built(tmp_path, shop=open_rooms(), later=lever({"opening.close": "15:00"}, 10))
    found = advised(parts, tmp_path, 100_000, n=3)
    assert found.table.set_index("lever").loc["shop", "verdict"] == GAIN
    levers, best = found.levers, found.best[0]
    assert levers.words(best) == "later: all + shop: all"
    planned = levers.inputs(best)
    assert [row.venue for row in planned.tables.venues if row.centre == "shop"] == [
        "shop·room+1", "shop·room+2",
    ]  # fmt: skip
    assert not input_differences(planned, levers.base).residents
    write_programme(tmp_path, levers, best)
    assert not input_differences(load(tmp_path / "programme.yaml"), planned).keys


def test_a_closure_and_a_conversion_are_tables_of_venues(tmp_path: Path) -> None:
    """Of two full rooms one is closed, or becomes a store that nobody asks for."""
    saves = {"sizes": {"one": {"set": {"world.venues": "closed.csv"}, "saves_yearly": 500}}}
    turned = {"sizes": {"one": {"set": {"world.venues": "turned.csv"}, "once": 500}}}
    parts = built(tmp_path, close=saves, convert=turned)
    path = parts.write(tmp_path)
    rows = (tmp_path / "venues.csv").read_text("utf-8").splitlines()
    (tmp_path / "closed.csv").write_text("\n".join(rows[:-1]), "utf-8")
    last = rows[-1].replace(",room,", ",store,")
    assert last != rows[-1]
    (tmp_path / "turned.csv").write_text("\n".join([*rows[:-1], last]), "utf-8")
    found = judged(path, 1_000)
    assert found.levers.apart == {frozenset([0, 1])}
    table = found.table.set_index("lever")
    assert table.loc["close", "verdict"] == SAVES_AT_A_LOSS
    assert table.loc["convert", "verdict"] == LOSS
    assert table.loc["close", "gain"] == pytest.approx(table.loc["convert", "gain"])
    assert table.loc["close", "losers"]


def test_one_site_is_built_on_once(tmp_path: Path) -> None:
    parts = built(tmp_path, one=open_rooms(1), two=open_rooms(2))
    levers = levers_of(read(parts.write(tmp_path)), [])
    assert levers.apart == {frozenset([0, 1])}


def test_what_is_fixed_stands_beside_every_choice(tmp_path: Path) -> None:
    parts = built(
        tmp_path,
        shop=open_rooms(1, fixed=True),
        more=open_rooms(2),
        later=lever({"opening.close": "15:00"}),
    )
    levers = levers_of(read(parts.write(tmp_path)), [])
    assert [choice.lever for choice in levers.choices] == ["later"]
    for inputs in (levers.base, levers.inputs(frozenset([0]))):
        assert "shop·room+1" in {row.venue for row in inputs.tables.venues}


def test_a_file_of_levers_may_say_what_can_be_built(tmp_path: Path) -> None:
    """Its keys hold for doing nothing, and for every set of levers alike."""
    parts = built(tmp_path, later=lever({"opening.close": "15:00"}))
    more = {"siting": parts.scenario.pop("siting"), "advise": {"levers": {"shop": open_rooms()}}}
    file = tmp_path / "levers.yaml"
    file.write_text(json.dumps(more), "utf-8")
    path = parts.write(tmp_path)
    levers = levers_of(read(path, alternatives=[file]), [], [file])
    both = levers.inputs(frozenset([0, 1]))
    assert set(input_differences(both, load(path)).keys) == {"rooms", "opening hours"}


@pytest.mark.parametrize(
    ("size", "key", "said"),
    [
        ({"rooms": {"shpo": {"room": 1}}}, "rooms.shpo", "Did you mean `shop`?"),
        ({"rooms": {"shop": {"hall": 1}}}, "rooms.shop.hall", "allowed: room, store"),
        ({"rooms": {"shop": {"room": 1, "store": 1}}}, "rooms.shop", "takes 150 m2"),
        ({"rooms": {"shop": {"room": 3}}}, "rooms.shop.room", "the site may get 2"),
        ({"rooms": {"shop": {"room": 0}}}, "rooms.shop.room", "1"),
        ({"rooms": {}}, "", "this size changes nothing"),
    ],
)
def test_what_cannot_be_built(size: dict[str, Any], key: str, said: str, tmp_path: Path) -> None:
    parts = built(tmp_path, shop=open_rooms(size=size))
    with pytest.raises(ScenarioProblems) as caught:
        levers_of(read(parts.write(tmp_path)), [])
    problem = caught.value.problems[0]
    assert f"advise.levers.shop.sizes.all.{key}".startswith(problem.key.rstrip("."))
    assert problem.key.endswith(key.rpartition(".")[2])
    assert said.lower() in problem.render().lower()
    assert problem.file.endswith("test.yaml")
    assert problem.line > 1
