"""Laying what a child says over what its parent says."""

from __future__ import annotations

from typing import Any

from sim.scenario import shape
from sim.scenario.read.nodes import Entry, MappingNode, Node, ScalarNode
from sim.scenario.schema.base import Part

QUANTITY_KEYS = ("value", "source", "range", "note")


def merge(parent: MappingNode, child: MappingNode, annotation: Any) -> MappingNode:
    """Child over parent: mappings merge key by key, everything else replaces.

    Where the child's `rule` differs from the parent's, the parent's other keys are dropped; where
    keys are alternatives to each other (`Part.alternatives`), the one the child gives drops the
    parent's others.

    Parameters
    ----------
    parent, child
        Mappings at the same place of the scenario.
    annotation
        What the schema allows there.
    """
    if _replaces(parent, child, annotation):
        return child
    entries = dict(parent.entries)
    ruled = child if "rule" in child.entries else parent
    for key in _ousted(child, shape.model_for(annotation, ruled)):
        entries.pop(key, None)
    for key, entry in child.entries.items():
        below = entries.get(key)
        node = entry.node
        former = None if below is None else below.node
        if isinstance(node, MappingNode) and isinstance(former, MappingNode):
            inner = shape.inner(annotation, key, ruled)
            node = merge(former, node, inner)
        entries[key] = Entry(entry.place, node)
    size = 1 + sum(entry.node.size for entry in entries.values())
    return MappingNode(entries, child.place, size)


def is_quantity(node: Node, annotation: Any) -> bool:
    """Whether a mapping stands for a number with its source."""
    if not isinstance(node, MappingNode) or not shape.takes_number(annotation):
        return False
    return not shape.models(annotation) or any(key in node.entries for key in QUANTITY_KEYS)


def _replaces(parent: MappingNode, child: MappingNode, annotation: Any) -> bool:
    if is_quantity(child, annotation):
        # Another value has another source: nothing of the parent's would still be true of it.
        return "value" in child.entries or not is_quantity(parent, annotation)
    if is_quantity(parent, annotation):
        return True
    rule, former = _rule(child), _rule(parent) or shape.default_rule(annotation)
    return rule is not None and former is not None and rule != former


def _rule(node: MappingNode) -> str | None:
    rule = node.text("rule")
    return None if rule is None else str(rule.value)


def _ousted(child: MappingNode, model: type[Part] | None) -> list[str]:
    groups = () if model is None else model.alternatives
    ousted: list[str] = []
    for group in groups:
        given = [key for key in group if _given(child.get(key))]
        ousted += [key for key in group if given and key not in given]
    return ousted


def _given(node: Node | None) -> bool:
    return node is not None and not (isinstance(node, ScalarNode) and node.value is None)
