"""The tables that a scenario names: where they lie, reading them all, checking them together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sim.scenario import (
    consistency,
    consistency_activities,
    consistency_allocation,
    consistency_dropin,
    consistency_money,
    consistency_outlooks,
    consistency_programme,
    consistency_reach,
    consistency_siting,
    consistency_time,
    consistency_timetable,
    consistency_walks,
    paths,
    references,
)
from sim.scenario.csv_tables import Table, read_table
from sim.scenario.nodes import MappingNode, mapping_at
from sim.scenario.partial import is_whole
from sim.scenario.problems import Problem, ScenarioProblems, Sources, at
from sim.scenario.tables import ROWS, TABLES, Tables
from sim.scenario.yaml_references import yaml_references

__all__ = ["cross_checks", "frozen", "read_tables"]


def read_tables(
    merged: MappingNode, sources: Sources
) -> tuple[dict[str, Table[Any]], list[Problem]]:
    """Read every table whose path is written, relative to the file in which it is written."""
    tables: dict[str, Table[Any]] = {}
    problems: list[Problem] = []
    for name, spec in TABLES.items():
        *above, last = spec.named_by.split(".")
        holder = mapping_at(merged, *above)
        node = None if holder is None else holder.text(last)
        if node is None:
            continue
        try:
            path = paths.confined(str(node.value), node.place.folder)
            tables[name], found = read_table(path, ROWS[name], sources, node.place)
            problems += found
        except paths.RefusedError as error:
            problems.append(at(node.place, spec.named_by, f"{node.value}: {error}"))
        except ScenarioProblems as error:
            problems += [_named(p, spec.named_by) for p in error.problems]
    return tables, problems


def _named(problem: Problem, key: str) -> Problem:
    """Make a file that is not there a problem of the key that names it."""
    if problem.message.startswith("no such file") and not problem.key:
        return dataclasses.replace(problem, key=key)
    return problem


def cross_checks(
    tables: Mapping[str, Table[Any]], merged: MappingNode, data: Mapping[str, Any]
) -> list[Problem]:
    """Say what is wrong between tables, and between tables and the scenario."""
    problems = [
        *references.emptiness(tables),
        *references.duplicates(tables),
        *references.table_references(tables, merged),
        *yaml_references(tables, merged),
        *consistency_time.grid(data, tables, merged),
        *consistency_time.warm_up(data, merged),
        *consistency_dropin.turns(data, merged),
        *consistency.access(tables),
        *consistency.communities(tables),
        *consistency.opening_overlaps(tables),
        *consistency.off_platform_overlaps(tables),
        *consistency.coordinates(tables),
        *consistency_timetable.blocks(tables),
        *consistency_allocation.allocation(data, tables, merged),
        *consistency_walks.walks(data, tables, merged),
        *consistency_siting.siting(data, tables, merged),
    ]
    if is_whole(merged):
        problems += consistency_reach.reach(data, tables, merged)
        problems += consistency_outlooks.outlooks(merged)
        problems += consistency_dropin.shared_venues(tables, merged)
        problems += consistency_activities.series(data, tables, merged)
        problems += consistency_programme.programme(data, tables, merged)
        problems += consistency_money.targets(data, merged)
        problems += consistency_money.points(data, merged)
        problems += consistency_money.subsidy(data, merged)
        problems += consistency_timetable.opening(data, tables, frozen(tables))
        problems += consistency_timetable.window(data, tables, merged)
    return problems


def frozen(tables: Mapping[str, Table[Any]]) -> Tables:
    """Keep the rows alone."""
    return Tables(
        **{
            name: tuple(row for _, row in tables[name].rows) if name in tables else ()
            for name in TABLES
        }
    )
