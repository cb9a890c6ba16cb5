"""Whether drop-in use fits the world: venues used without booking, meals in turns."""

from __future__ import annotations

from sim.scenario.nodes import MappingNode, dotted, find
from sim.scenario.partial import Data, part, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.references import AnyTables, names_at
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.dropin import Turns

__all__ = ["shared_venues", "turns"]

_USUAL = (15, 20, 30, 40, 45, 60, 90, 120)
"""Lengths of turns in minutes that are offered where one does not fit."""


def shared_venues(tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Check that it is said as what kind of place a venue with `drop_in` is used.

    A scenario without any kind of place has no drop-in: there the column says nothing.
    """
    venues, known = tables.get("venues"), names_at(merged, "kinds") or ()
    said = names_at(merged, "dropin", "venues")
    if venues is None or said is None or not (said or names_at(merged, "dropin", "kinds")):
        return []
    return [
        venues.problem(
            record,
            "drop_in",
            f"yes, but `dropin.venues` does not say as what a {row.kind} is used without booking",
            allowed=("no", f"an entry {row.kind} in `dropin.venues`"),
        )
        for record, row in venues.rows
        if row.drop_in == "yes" and row.kind not in said and row.kind in known
    ]


def turns(data: Data, merged: MappingNode) -> list[Problem]:
    """Check that hours in turns hold whole turns: the last one must end when they do."""
    problems = []
    kinds = value_at(data, "dropin", "kinds")
    for name in kinds if isinstance(kinds, dict) else ():
        rule = part(Turns, value_at(kinds, name, "turns"))
        if rule is None:
            continue
        start, end = hours_of(rule.hours)
        stretch = (end - start) * 60
        if stretch % rule.minutes:
            key = ("dropin", "kinds", str(name), "turns", "minutes")
            if find(merged, key)[1] is None:
                key = (*key[:-1], "hours")
            message = f"{rule.hours} holds no whole number of turns of {rule.minutes} minutes"
            lengths = tuple(str(m) for m in _USUAL if stretch % m == 0)
            problems.append(at(value_place(merged, *key), dotted(key), message, lengths))
    return problems
