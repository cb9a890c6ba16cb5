"""Checking merged values against the schema; what is wrong keeps the place it was written at."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from sim.scenario import shape
from sim.scenario.problems import InputProblem, nearest, problem_at
from sim.scenario.read.chain import is_quantity
from sim.scenario.read.nodes import Key, MappingNode, ScalarNode, dotted, find
from sim.scenario.read.values import Values
from sim.scenario.read.wording import in_words
from sim.scenario.schema.scenario import Scenario

_NEEDS_ALL = {"missing", "value_error", "too_short", "union_tag_not_found"}
"""Errors that an ancestor which could not be read may be the reason of."""


def checked(
    merged: MappingNode, values: Values, complete: bool
) -> tuple[Scenario | None, list[InputProblem]]:
    """Build the scenario, or say what is wrong with it.

    Parameters
    ----------
    merged
        The tree after `extends` and `--set`.
    values
        Collects sources and problems of single values.
    complete
        Whether all ancestors could be read; if not, nothing is said about what is missing.
    """
    values.data = values.read(merged, Scenario)
    try:
        scenario = Scenario.model_validate(values.data)
    except ValidationError as error:
        return None, [*values.problems, *schema_problems(error, merged, values, complete)]
    return (None if values.problems else scenario), values.problems


def schema_problems(
    error: ValidationError, merged: MappingNode, values: Values, complete: bool
) -> list[InputProblem]:
    """Problems behind a validation error."""
    problems = []
    for item in error.errors(include_url=False):
        if not complete and item["type"] in _NEEDS_ALL:
            continue
        path, annotation, branch = shape.real_path(Scenario, item["loc"])
        if branch is not None and not _fits(merged, path, branch):
            continue
        steps = tuple(map(str, path))
        if any(steps[: len(flag)] == flag for flag in values.flagged if len(flag) <= len(steps)):
            continue
        problems.append(_problem(item, merged, path, annotation))
    return _without_echoes(problems)


def _without_echoes(problems: list[InputProblem]) -> list[InputProblem]:
    """Leave out keys that are only missing because they are misspelt: said once is enough."""
    misspelt = {
        (p.key.rpartition(".")[0], f"missing key `{p.suggestion}`")
        for p in problems
        if p.message == "unknown key"
    }
    return [p for p in problems if (p.key, p.message) not in misspelt]


def _fits(merged: MappingNode, path: list[Key], branch: Any) -> bool:
    """Check that a branch of a union is what was meant: a mapping, or not one."""
    is_mapping = isinstance(find(merged, path)[1], MappingNode)
    return is_mapping == bool(shape.models(branch))


def _problem(
    item: Mapping[str, Any], merged: MappingNode, path: list[Key], annotation: Any
) -> InputProblem:
    kind = item["type"]
    key_place, node = find(merged, path)
    if kind == "extra_forbidden":
        model = _model_above(merged, path[:-1])
        allowed = () if model is None else shape.field_names(model)
        return problem_at(key_place, dotted(path), "unknown key", allowed, str(path[-1]))
    if kind == "missing":
        problem = problem_at(key_place, dotted(path[:-1]), f"missing key `{path[-1]}`")
        return dataclasses.replace(problem, hint=_namesake(merged, path[:-1]))
    message, allowed, word = in_words(item, annotation)
    if isinstance(node, MappingNode) and is_quantity(node, annotation):
        node = node.get("value")
    on_key = node is None or isinstance(node, MappingNode) or item["loc"][-1] == "[key]"
    place = key_place if on_key or node is None else node.place
    if kind == "union_tag_invalid" and isinstance(node, MappingNode):
        rule = node.get("rule")
        if isinstance(rule, ScalarNode):
            if rule.value is None:
                message, word = "is empty (null)", None
            return problem_at(rule.place, dotted([*path, "rule"]), message, allowed, word)
    return problem_at(place, dotted(path), message, allowed, word)


def _namesake(merged: MappingNode, path: list[Key]) -> str | None:
    """Return the entry of another file that a new one was meant for, if their names are alike."""
    holder = find(merged, path[:-1])[1] if len(path) > 1 else None
    if not isinstance(holder, MappingNode) or _model_above(merged, path[:-1]) is not None:
        return None
    file = find(merged, path)[0].file
    others = [key for key in map(str, holder.entries) if key != str(path[-1])]
    return nearest(str(path[-1]), (k for k in others if find(holder, [k])[0].file != file))


def _model_above(merged: MappingNode, path: list[Key]) -> Any:
    annotation: Any = Scenario
    node: Any = merged
    for step in path:
        annotation = shape.inner(annotation, step, node if isinstance(node, MappingNode) else None)
        node = find(node, [step])[1] if node is not None else None
    return shape.model_for(annotation, node) if isinstance(node, MappingNode) else None
