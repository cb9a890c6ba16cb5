"""The JSON Schema by which editors complete and check scenarios."""

from __future__ import annotations

from typing import Any, get_args

from sim.scenario.inputs import SourceKind
from sim.scenario.schema.scenario import Scenario

_NAMED = ("properties", "$defs", "patternProperties")
"""Keywords whose keys are names, not keywords."""


def json_schema() -> dict[str, Any]:
    """JSON Schema (Draft 2020-12) of a scenario file.

    It asks for less than loading does: a child gives only what it changes, so nothing is required;
    and it accepts `{value: ..., source: ...}` wherever a number may stand.
    """
    schema: dict[str, Any] = _relaxed(Scenario.model_json_schema(by_alias=True))
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "linli scenario"
    extends = {"type": "string", "description": "The scenario that this one changes."}
    schema["properties"] = {"extends": extends, **schema["properties"]}
    schema["$defs"]["Quantity"] = _quantity()
    return schema


def _relaxed(schema: Any) -> Any:
    """Without `required`, numbers widened to quantities, alternatives no longer exclusive."""
    if isinstance(schema, list):
        return [_relaxed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _NAMED:
            out[keyword] = {name: _relaxed(inner) for name, inner in value.items()}
            if keyword == "patternProperties":  # null takes back a name that the parent gives
                named = out[keyword].items()
                out[keyword] = {
                    k: {"anyOf": [v, {"type": "null"}]} if "$ref" in v else v for k, v in named
                }
        elif keyword == "oneOf":
            # without `required` a mapping that gives no `rule` fits several: that is no error here
            out["anyOf"] = _relaxed(value)
        elif keyword in ("default", "enum", "const", "propertyNames"):
            out[keyword] = value
        elif keyword not in ("required", "discriminator"):
            out[keyword] = _relaxed(value)
    if "patternProperties" in out and "additionalProperties" not in out:
        out["additionalProperties"] = False
    return _widened(out) if out.get("type") in ("number", "integer") else out


def _widened(number: dict[str, Any]) -> dict[str, Any]:
    about: dict[str, Any] = {
        k: number.pop(k) for k in ("title", "description", "default") if k in number
    }
    return {**about, "anyOf": [number, {"$ref": "#/$defs/Quantity"}]}


def _quantity() -> dict[str, Any]:
    number = {"type": "number"}
    return {
        "title": "Quantity",
        "description": "A number with where it comes from.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "value": number,
            "source": {"enum": list(get_args(SourceKind))},
            "range": {"type": "array", "items": number, "minItems": 2, "maxItems": 2},
            "note": {"type": "string"},
        },
        "required": ["value"],
    }
