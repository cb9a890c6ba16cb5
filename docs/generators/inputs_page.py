"""The tables of `inputs.md`: every number of a scenario, and those it leaves at the default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generators.markdown import Cells, code, flow, table
from generators.scenario_page import RULES
from sim.scenario.inputs import Inputs, Provenance

__all__ = ["filled", "gathered"]

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
    return found


def _shown_under(resolved: Any, key: str) -> str:
    steps = key.split(".")
    node = resolved
    for i, step in enumerate(steps):
        if isinstance(node, list) or _is_series(node):
            return ".".join(steps[:i])
        node = node[step] if isinstance(node, dict) and step in node else None
    return key


def _is_series(node: Any) -> bool:
    """Whether a mapping is shown whole: a distribution, or numbers by hour, month or kind."""
    if not isinstance(node, dict) or not node:
        return False
    if node.get("rule") in RULES:
        return True
    by = all(re.fullmatch(r"\d+(-\d+)?", str(k)) for k in node)
    known = bool(set(node) & {"activity_room", "meeting_room", "badminton_court"})
    numbers = all(isinstance(v, (int, float)) for v in node.values())
    return numbers and (by or known)


def _shown(resolved: Any, key: str) -> str:
    node = resolved
    for step in key.split("."):
        node = node[step]
    if isinstance(node, dict) and "rule" in node:
        inner = {k: v for k, v in node.items() if k != "rule" and v is not None}
        return f"{node['rule']}: " + ", ".join(f"{k} {flow(v)}" for k, v in inner.items())
    if isinstance(node, dict):
        return ", ".join(f"{k}: {flow(v)}" for k, v in node.items())
    return flow(node).strip("[]")


def defaults_text(inputs: Inputs) -> str:
    """Numbers that the scenario leaves at the schema's default, by key, names as `*`."""
    written = {_shown_under(inputs.resolved, p.key) for p in inputs.provenance}
    found: dict[tuple[str, str], int] = {}
    for key, value in _numbers(inputs.resolved):
        if _shown_under(inputs.resolved, key) in written or not key:
            continue
        general = re.sub(r"^(segments|kinds|demand\.curves)\.[^.]+", r"\1.*", key)
        found[general, value] = found.get((general, value), 0) + 1
    rows = [(code(key), value, str(n) if n > 1 else "") for (key, value), n in found.items()]
    return "\n" + table(("input", "default", "times"), rows)


def _numbers(node: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _numbers(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(node, (int, float)) and not isinstance(node, bool):
        yield prefix, flow(node)
