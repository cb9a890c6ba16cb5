"""Whether reserved rooms name what exists: people they are kept for, kinds, zones."""

from __future__ import annotations

from sim.scenario.nodes import MappingNode, ScalarNode, SequenceNode, dotted, find
from sim.scenario.problems import Problem, at
from sim.scenario.references import names_at, singular

__all__ = ["reserves"]

_PATH = ("policy", "reserve")
_WORDS = ("residents", "programme")


def reserves(merged: MappingNode) -> list[Problem]:
    """Check the names in `policy.reserve`; of mappings that could not be read nothing is said."""
    known = {
        "for": (names_at(merged, "segments"), "`segments`, nor `residents` or `programme`"),
        "kinds": (names_at(merged, "kinds"), "`kinds`"),
        "zones": (names_at(merged, "zones"), "`zones`"),
    }
    node = find(merged, _PATH)[1]
    problems = []
    for number, entry in enumerate(node.items if isinstance(node, SequenceNode) else ()):
        for key, (names, where) in known.items():
            listed = entry.get(key) if isinstance(entry, MappingNode) else None
            if names is None or not isinstance(listed, SequenceNode):
                continue
            allowed = (*names, *(_WORDS if key == "for" else ()))
            what = singular("segments" if key == "for" else key)
            problems += [
                at(
                    item.place,
                    dotted((*_PATH, number, key, position)),
                    f"{item.value}: no {what} of this name in {where}",
                    allowed,
                    item.value,
                )
                for position, item in enumerate(listed.items)
                if isinstance(item, ScalarNode)
                and isinstance(item.value, str)
                and item.value not in allowed
            ]
    return problems
