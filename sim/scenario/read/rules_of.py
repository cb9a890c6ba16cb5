"""Another file's rules laid over a scenario: its policy, and how bookers respond to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.scenario.problems import Place, Problem, Sources, at, display
from sim.scenario.read.chain import read_chain
from sim.scenario.read.nodes import Entry, MappingNode, ScalarNode, mapping_at


@dataclass(frozen=True, slots=True)
class Rules:
    """What a file says of rules, after its own `extends`.

    Attributes
    ----------
    name
        The file's own `name`, else the file name without its ending.
    policy, responses
        Its blocks `policy` and `demand.responses`; None: as by default.
    """

    name: Entry
    policy: Entry | None
    responses: Entry | None


def read_rules(path: Path, sources: Sources) -> tuple[Rules | None, list[Problem]]:
    """Read the rules of a file, or say what is wrong with it.

    The rest of the file is not looked at: it may be a whole scenario, one that extends another,
    or no more than `policy`.
    """
    chain = read_chain(path, sources)
    start = Place(display(path), 1, 1, path.parent)
    if chain.problems or chain.merged is None:
        return None, chain.problems
    policy = chain.merged.entries.get("policy")
    demand = mapping_at(chain.merged, "demand")
    responses = None if demand is None else demand.entries.get("responses")
    if policy is None and responses is None:
        message = "missing, and so is demand.responses: this file has no rules to try"
        return None, [at(start, "policy", message)]
    named = None if chain.own is None else chain.own.entries.get("name")
    name = named or Entry(start, ScalarNode(path.stem, start))
    return Rules(name, policy, responses), []


def under(merged: MappingNode, rules: Rules) -> MappingNode:
    """A scenario's tree under other rules and with their name.

    Rules are taken whole, not merged key by key: what the file does not say is the default, not
    what the scenario had.
    """
    entries = _with(merged.entries, "name", rules.name)
    entries = _with(entries, "policy", rules.policy)
    demand = entries.get("demand")
    if demand is not None and isinstance(demand.node, MappingNode):
        inner = _mapping(_with(demand.node.entries, "responses", rules.responses), demand.node)
        entries = _with(entries, "demand", Entry(demand.place, inner))
    return _mapping(entries, merged)


def _with(entries: dict[str, Entry], key: str, entry: Entry | None) -> dict[str, Entry]:
    kept = {k: e for k, e in entries.items() if k != key}
    return kept if entry is None else {**kept, key: entry}


def _mapping(entries: dict[str, Entry], like: MappingNode) -> MappingNode:
    size = 1 + sum(entry.node.size for entry in entries.values())
    return MappingNode(entries, like.place, size)
