"""The tables that a scenario names: where they lie, and reading them all."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sim.scenario.problems import Problem, ScenarioProblems, Sources, at
from sim.scenario.read import paths
from sim.scenario.read.csv_tables import Table, read_table
from sim.scenario.read.nodes import MappingNode, mapping_at
from sim.scenario.tables import ROWS, TABLES, Tables


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


def frozen(tables: Mapping[str, Table[Any]]) -> Tables:
    """Keep the rows alone."""
    return Tables(
        **{
            name: tuple(row for _, row in tables[name].rows) if name in tables else ()
            for name in TABLES
        }
    )
