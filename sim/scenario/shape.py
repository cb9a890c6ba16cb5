"""Looking at the schema's annotations: what a place of the scenario takes."""

from __future__ import annotations

import datetime as dt
import operator
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.read.nodes import Key, MappingNode, Node, ScalarNode
from sim.scenario.schema.base import Part


def bare(annotation: Any) -> Any:
    """Remove the constraints of an annotation."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


@cache
def members(annotation: Any) -> tuple[Any, ...]:
    """Branches of a union, None left out, constraints kept; one branch if it is no union."""
    core = bare(annotation)
    if get_origin(core) in (Union, types.UnionType):
        inside = (m for arg in get_args(core) for m in members(arg))
        return tuple(m for m in inside if bare(m) is not types.NoneType)
    return (annotation,)


def allows_none(annotation: Any) -> bool:
    """Whether null is allowed."""
    core = bare(annotation)
    if core in (None, types.NoneType, Any):
        return True
    return get_origin(core) in (Union, types.UnionType) and any(map(allows_none, get_args(core)))


@cache
def models(annotation: Any) -> tuple[type[Part], ...]:
    """Return the mappings of the schema that are allowed."""
    cores = [bare(m) for m in members(annotation)]
    return tuple(c for c in cores if isinstance(c, type) and issubclass(c, Part))


@cache
def takes_number(annotation: Any) -> bool:
    """Whether a number is allowed."""
    return any(bare(m) in (int, float) for m in members(annotation))


def takes_date(annotation: Any) -> bool:
    """Whether a date, and nothing but a date, is allowed."""
    return [bare(m) for m in members(annotation)] == [dt.date]


def takes_text(annotation: Any) -> bool:
    """Whether text is allowed."""
    return any(bare(m) is str or get_origin(bare(m)) is Literal for m in members(annotation))


def literals(annotation: Any) -> tuple[str, ...]:
    """Return the words that are allowed, if words are listed."""
    cores = [bare(m) for m in members(annotation)]
    return tuple(str(w) for c in cores if get_origin(c) is Literal for w in get_args(c))


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """Says of a union of mappings which of them is meant where no `rule` is written."""

    word: str


def field_annotation(field: FieldInfo) -> Any:
    """Annotation of a field, with the constraints that pydantic keeps apart."""
    extra = (*field.metadata, *_default_rule(field))
    return operator.getitem(Annotated, (field.annotation, *extra)) if extra else field.annotation


def _default_rule(field: FieldInfo) -> tuple[DefaultRule, ...]:
    """Say which rule holds where none is written; of a union, if none of its mappings asks."""
    annotation: Any = field.annotation
    options = models(annotation)
    rules = [model.model_fields.get("rule") for model in options]
    if not options or any(rule is None or rule.is_required() for rule in rules):
        return ()
    default = rules[0].default if len(options) == 1 and rules[0] else None
    word = getattr(field.default, "rule", default)
    return (DefaultRule(word),) if isinstance(word, str) else ()


def default_rule(annotation: Any) -> str | None:
    """Return the rule that holds in a mapping where none is written; None: it must be written."""
    extra = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    return next((item.word for item in extra if isinstance(item, DefaultRule)), None)


def fields(model: type[Part]) -> dict[str, FieldInfo]:
    """Key of the YAML -> field."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


@cache
def key_annotations(model: type[Part]) -> dict[str, Any]:
    """Key of the YAML -> annotation of its field; read only."""
    return {key: field_annotation(field) for key, field in fields(model).items()}


def field_names(model: type[Part]) -> tuple[str, ...]:
    """Keys that a mapping may have."""
    return tuple(fields(model))


@cache
def rule_words(model: type[Part]) -> tuple[str, ...]:
    """Return what `rule` may be in a mapping."""
    field = model.model_fields.get("rule")
    return () if field is None else literals(field.annotation)


def model_for(annotation: Any, node: MappingNode) -> type[Part] | None:
    """Find which mapping of the schema a node is: the only one, or the one of its `rule`.

    Where none is written, the one that holds then.
    """
    options = models(annotation)
    if len(options) < 2:
        return options[0] if options else None
    rule = node.get("rule")
    word = rule.value if isinstance(rule, ScalarNode) else None
    if "rule" not in node.entries:
        word = default_rule(annotation)
    return next((m for m in options if word in rule_words(m)), None)


def inner(annotation: Any, step: Key, node: Node | None = None) -> Any:
    """Return what the value behind one more step takes; Any if the schema has no such step."""
    if isinstance(node, MappingNode):
        model = model_for(annotation, node)
        if model is not None:
            return key_annotations(model).get(str(step), Any)
    return _inner(annotation)


@cache
def _inner(annotation: Any) -> Any:
    """The annotation inside a mapping of names or a list."""
    for member in members(annotation):
        core = bare(member)
        origin, args = get_origin(core), get_args(core)
        if origin is dict:
            return args[1]
        if origin in (list, tuple, set, frozenset) and args:
            return args[0]
    return Any


@cache
def constraints(annotation: Any) -> tuple[Any, ...]:
    """Constraints of an annotation, those inside `Field(...)` too."""
    return tuple(_constraints(annotation))


def _constraints(annotation: Any) -> Iterator[Any]:
    for member in members(annotation):
        while get_origin(member) is Annotated:
            member, *extra = get_args(member)
            for item in extra:
                yield from item.metadata if isinstance(item, FieldInfo) else (item,)
    if members(annotation) != (annotation,) and get_origin(annotation) is Annotated:
        for item in get_args(annotation)[1:]:
            yield from item.metadata if isinstance(item, FieldInfo) else (item,)


Fact = TypeVar("Fact")


def fact(annotation: Any, kind: type[Fact]) -> Fact | None:
    """The fact of a kind that a place of the schema carries, if it carries one."""
    return next((item for item in constraints(annotation) if isinstance(item, kind)), None)


def key_annotation(annotation: Any, node: MappingNode) -> Any:
    """The annotation of names in a mapping of names; Any where the keys are those of the schema."""
    if model_for(annotation, node) is None:
        for member in members(annotation):
            if get_origin(bare(member)) is dict:
                return get_args(bare(member))[0]
    return Any


def field_at(model: type[Part], path: Sequence[str]) -> FieldInfo:
    """Field at a dotted key that passes no names; of several sorts of a mapping the first's."""
    options: tuple[type[Part], ...] = (model,)
    for step in path:
        field = next(fields(m)[step] for m in options if step in fields(m))
        annotation: Any = field.annotation
        options = models(annotation)
    return field


def leaves(
    value: Any, annotation: Any, path: tuple[Key, ...] = ()
) -> Iterator[tuple[tuple[Key, ...], Any, Any]]:
    """Key, value and annotation of every value of a checked part that holds no others."""
    if isinstance(value, Part):
        for attribute, field in type(value).model_fields.items():
            key = field.alias or attribute
            annotation = key_annotations(type(value))[key]
            yield from leaves(getattr(value, attribute), annotation, (*path, key))
    elif isinstance(value, (dict, list)):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, inner(annotation, step), (*path, step))
    else:
        yield path, value, annotation


def bounds(annotation: Any) -> dict[str, float]:
    """Bounds of a number: `ge`, `gt`, `le`, `lt`."""
    return {
        name: getattr(item, name)
        for item in constraints(annotation)
        for name in ("ge", "gt", "le", "lt")
        if getattr(item, name, None) is not None
    }


def real_path(annotation: Any, loc: Sequence[Key]) -> tuple[list[Key], Any, Any]:
    """Path of a pydantic error without the labels of union branches.

    Returns
    -------
    path
        Keys and indices as they stand in the YAML.
    annotation
        What is allowed at the end of the path; Any for a key that the schema does not have.
    branch
        The branch of the last union on the path's end, if the error is about one branch.
    """
    path: list[Key] = []
    current, branch, holder = annotation, None, annotation
    for step in loc:
        if step == "[key]":
            return path, _key_annotation(holder), None
        options = members(current)
        if len(options) > 1:
            branch = current = _branch(options, str(step))
            continue
        branch, holder = None, options[0]
        path.append(step)
        core = bare(options[0])
        if isinstance(core, type) and issubclass(core, Part):
            current = key_annotations(core).get(str(step), Any)
        else:
            current = inner(core, step)
    return path, current, branch


def _key_annotation(holder: Any) -> Any:
    args = get_args(bare(holder))
    return args[0] if args else Any


def _branch(options: Sequence[Any], label: str) -> Any:
    for option in options:
        for model in models(option):
            if label == model.__name__ or label in rule_words(model):
                return option
    return next((o for o in options if not models(o)), Any)
