"""The schema for editors: asks for nothing, refuses typos, takes sourced numbers."""

from __future__ import annotations

from typing import Any

from sim.scenario.json_schema import json_schema


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
