"""The tables of `inputs.md`: every number of a scenario, and those it leaves at the default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from generators.markdown import Cells, code, flow, table
from generators.schema_cells import RULES
from sim.scenario import shape
from sim.scenario.inputs import Inputs, Provenance
from sim.scenario.schema.scenario import Scenario

__all__ = ["filled", "gathered"]

_MANY = 1e5  # from here on digits are grouped instead of left out
_NAMED = re.compile(
    r"^(segments|kinds|zones|demand\.curves|activities\.kinds|activities\.series|dropin\.kinds"
    r"|subsidy\.rules)\.[^.]+"
)
BEGIN, END = "<!-- begin generated: {} -->", "<!-- end generated: {} -->"


def filled(page: str, inputs: Inputs) -> str:
    """The page with its generated stretches written anew."""
    for name, text in (("sources", sources_text(inputs)), ("defaults", defaults_text(inputs))):
        begin, end = BEGIN.format(name), END.format(name)
        found = re.compile(rf"{re.escape(begin)}\n.*?{re.escape(end)}", re.DOTALL)
        page = found.sub(lambda _, b=begin, t=text, e=end: f"{b}\n{t}{e}", page)
    return page


def sources_text(inputs: Inputs) -> str:
    """One table a block: value, source, range, note of every number that the scenario writes."""
    blocks: dict[str, list[Cells]] = {}
    for key, members in gathered(inputs).items():
        first = members[0]
        source = " and ".join(dict.fromkeys(p.source for p in members))
        between = "" if first.low is None else f"{first.low:g} to {first.high:g}"
        note = "; ".join(dict.fromkeys(p.note for p in members if p.note))
        value = _shown(inputs.resolved, key)
        blocks.setdefault(key.split(".")[0], []).append((code(key), value, source, between, note))
    head = ("input", "value", "source", "range", "note")
    return "\n".join(f"### {name}\n\n{table(head, rows)}" for name, rows in blocks.items())


def gathered(inputs: Inputs) -> dict[str, list[Provenance]]:
    """Numbers by the key under which they are shown: a distribution, list or curve is one row."""
    found: dict[str, list[Provenance]] = {}
    for number in inputs.provenance:
        found.setdefault(_shown_under(inputs.resolved, number.key), []).append(number)
    rows: dict[str, list[Provenance]] = {}
    for key, members in found.items():
        # one range says nothing of the other names: numbers with ranges have rows of their own
        ranged = len(members) > 1 and any(number.low is not None for number in members)
        node = _at(inputs.resolved, key)
        if ranged and isinstance(node, dict) and not _is_distribution(node):
            rows |= {number.key: [number] for number in members}
        else:
            rows[key] = members
    return rows


def _at(resolved: Any, key: str) -> Any:
    for step in key.split("."):
        resolved = resolved[step]
    return resolved


def _shown_under(resolved: Any, key: str) -> str:
    steps = key.split(".")
    node, annotation = resolved, Scenario
    for i, step in enumerate(steps):
        if isinstance(node, list) or _is_distribution(node) or _by_name(annotation):
            return ".".join(steps[:i])
        node = node[step] if isinstance(node, dict) and step in node else None
        annotation = _inner(annotation, step)
    return key


def _is_distribution(node: Any) -> bool:
    return isinstance(node, dict) and node.get("rule") in RULES


def _by_name(annotation: Any) -> bool:
    """Whether it is a mapping of numbers by hour, month, kind, segment: shown whole."""
    cores = [shape.bare(member) for member in shape.members(annotation)]
    return any(get_origin(c) is dict and shape.takes_number(get_args(c)[1]) for c in cores)


def _inner(annotation: Any, step: str) -> Any:
    """What the schema takes behind one more step."""
    for model in shape.models(annotation):
        if step in shape.fields(model):
            return shape.field_annotation(shape.fields(model)[step])
    return shape.inner(annotation, step)


def _shown(resolved: Any, key: str) -> str:
    node = _at(resolved, key)
    if isinstance(node, dict) and "rule" in node:
        inner = {k: v for k, v in node.items() if k != "rule" and v is not None}
        return f"{node['rule']}: " + ", ".join(f"{k} {flow(v)}" for k, v in inner.items())
    if isinstance(node, dict):
        return ", ".join(f"{k}: {flow(v)}" for k, v in node.items())
    if isinstance(node, float) and node >= _MANY:
        return f"{node:,.10g}"
    return flow(node).strip("[]")


def defaults_text(inputs: Inputs) -> str:
    """Numbers that the scenario leaves at the schema's default, by key, names as `*`."""
    written = {_shown_under(inputs.resolved, p.key) for p in inputs.provenance}
    found: dict[tuple[str, str], int] = {}
    for key, value in _numbers(inputs.resolved):
        if _shown_under(inputs.resolved, key) in written or not key:
            continue
        general = _NAMED.sub(r"\1.*", key)
        found[general, value] = found.get((general, value), 0) + 1
    rows = [(code(key), value, str(n) if n > 1 else "") for (key, value), n in found.items()]
    return "\n" + table(("input", "default", "times"), rows)


def _numbers(node: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _numbers(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(node, (int, float)) and not isinstance(node, bool):
        yield prefix, flow(node)
