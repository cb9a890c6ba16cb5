"""What names a scenario's results follows from what its keys say that they decide."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
from builders import tiny

from sim.experiment.key import demand_key
from sim.scenario.differences import residents_differ
from sim.scenario.identity import FIT, Identity, content
from sim.scenario.json_schema import json_schema
from sim.scenario.loading import load
from sim.scenario.schema.base import DEPTHS, Decides, Part, What
from sim.scenario.schema.policy import Ballot, PointsAuction

SITING = {
    "budget_yuan_per_year": 100_000,
    "rooms": {
        "activity_room": {
            "area_m2": 60,
            "capacity": 20,
            "fit_out_yuan_per_m2": 800,
            "operation_yuan_per_m2_year": 100,
        }
    },
}


class Inner(Part):
    new: int = 0
    shown: Annotated[int, Decides("reports", fitted=False)] = 0


class Outer(Part):
    inner: Inner = Inner()
    rules: Annotated[Inner, Decides("results")] = Inner()


def test_a_key_that_says_nothing_decides_everything() -> None:
    changed = Outer(inner=Inner(new=1))
    every: tuple[What, ...] = get_args(What)
    for what in every[1:]:
        assert content(changed, Identity(what, fitted=True)) == {"inner": {"new": 1}}


def test_a_key_decides_no_more_than_what_it_stands_in() -> None:
    changed = Outer(rules=Inner(new=1))
    for what in DEPTHS:
        entered = content(changed, Identity(what)) != {}
        assert entered is (DEPTHS[what] <= DEPTHS["results"])


def test_what_decides_nothing_of_it_leaves_no_trace() -> None:
    """Not even as an empty mapping: it would tell those who wrote it from those who did not."""
    changed = Outer(inner=Inner(shown=1), rules=Inner(shown=1))
    assert content(changed, FIT) == {}
    assert content(changed, Identity("results")) == {}
    assert content(changed, Identity("reports")) == {"inner": {"shown": 1}, "rules": {"shown": 1}}


def test_mappings_of_other_rules_differ_though_all_their_keys_are_defaults() -> None:
    every = Identity("reports")
    assert content(Ballot(), every) != content(PointsAuction(), every)


def test_writing_every_default_out_changes_no_hash(tmp_path: Path) -> None:
    """So linli may learn keys: whoever does not use them keeps their levels and results."""
    path = tiny().write(tmp_path)
    short = load(path)
    path.write_text(json.dumps(short.resolved), "utf-8")
    full = load(path)
    assert len(full.provenance) > 2 * len(short.provenance)
    assert (full.input_hash, full.fit_hash) == (short.input_hash, short.fit_hash)
    assert demand_key(full) == demand_key(short)


@pytest.mark.parametrize(
    ("dotted", "fit", "residents"),
    [
        ({"siting": SITING}, True, ()),
        ({"segments__adult__label": "Grown-ups"}, True, ()),
        ({"opening": {"close": "22:00"}}, False, ()),
        ({"analysis__peak_weekday": "17-21"}, False, ()),
        ({"analysis__planning_limit": 0.7}, True, ()),
        ({"demand__curves__evening__weekend_day": 2}, False, ("demand.curves",)),
        ({"people": {"one_place_at_a_time": True}}, False, ("people",)),
    ],
    ids=str,
)
def test_fits_and_residents(
    dotted: dict[str, object], fit: bool, residents: tuple[str, ...], tmp_path: Path
) -> None:
    """What may be built is nobody's wish; peak hours say when limits hold."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    before, after = tiny().load(tmp_path / "a"), tiny().set(**dotted).load(tmp_path / "b")
    assert (after.fit_hash == before.fit_hash) is fit
    assert residents_differ(after, before) == residents


def everywhere(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [found for item in schema for found in everywhere(item)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(found for value in schema.values() for found in everywhere(value))]


def test_nothing_is_required_but_the_value_of_a_quantity() -> None:
    schema = json_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    assert next(iter(schema["properties"])) == "extends"
    assert [s for s in everywhere(schema) if "required" in s] == [schema["$defs"]["Quantity"]]
    assert not any("oneOf" in s for s in everywhere(schema))


def test_unknown_keys_are_refused_at_every_depth() -> None:
    schema = json_schema()
    for part in [schema, *schema["$defs"].values()]:
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
    hours = schema["$defs"]["Kind"]["properties"]["hours"]
    assert hours["additionalProperties"] is False


def test_every_number_may_carry_its_source() -> None:
    schema = json_schema()
    quantity = schema["$defs"].pop("Quantity")
    numbers = [s for s in everywhere(schema) if s.get("type") in ("number", "integer")]
    widened = [
        option
        for s in everywhere(schema)
        if {"$ref": "#/$defs/Quantity"} in s.get("anyOf", [])
        for option in s["anyOf"]
    ]
    assert len(numbers) > 30
    assert all(number in widened for number in numbers)
    assert "article" in quantity["properties"]["source"]["enum"]
    share = schema["$defs"]["OffPlatform"]["properties"]["share"]
    assert share["default"] == 0.3
    assert share["anyOf"][0] == {"type": "number", "minimum": 0, "maximum": 1}
