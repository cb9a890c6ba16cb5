"""From a scenario file to checked inputs, or to everything that is wrong with it at once."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

from sim.scenario import hashing
from sim.scenario.chain import read_chain, setting
from sim.scenario.inputs import Inputs, Tables
from sim.scenario.levels import LEVELS_FILE, FittedLevel, read_levels
from sim.scenario.merging import merge
from sim.scenario.nodes import MappingNode, mapping_at
from sim.scenario.problems import Problem, ScenarioProblems, Sources, at
from sim.scenario.schema.scenario import Scenario
from sim.scenario.validating import checked
from sim.scenario.values import Values
from sim.scenario.world_tables import cross_checks, frozen, read_tables

__all__ = ["load"]


def load(
    path: str | Path,
    *,
    sets: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    need_level: bool = True,
) -> Inputs:
    """Load a scenario with its ancestors and tables.

    Parameters
    ----------
    path
        The scenario file.
    sets
        `dotted.key=value`, laid over the file in order; as if the scenario file said so.
    replications, seed
        Short for `experiment.replications` and `experiment.seed`.
    need_level
        Whether a `demand.fit` without a fitted level is a problem; if not, the level is 1 then.

    Raises
    ------
    ScenarioProblems
        With all problems of all files.
    """
    sources = Sources()
    file = Path(os.path.abspath(path))
    chain = read_chain(file, sources)
    problems = chain.problems
    overlays, bad = _overlays(file.parent, sets, replications, seed)
    problems += bad
    if chain.merged is None:
        raise ScenarioProblems(problems, sources)
    merged = chain.merged
    for overlay in overlays:
        merged = merge(merged, overlay, Scenario)
    values = Values()
    scenario, bad = checked(merged, values, chain.complete)
    problems += bad
    tables, bad = read_tables(merged, sources)
    problems += [*bad, *cross_checks(tables, merged, values.data)]
    entry, bad = _fitted(merged, sources, need_level)
    problems += bad
    if problems or scenario is None:
        raise ScenarioProblems(problems, sources)
    inputs = _inputs(scenario, frozen(tables), file, values, entry)
    return dataclasses.replace(inputs, levels_path=_levels_path(merged))


def _overlays(
    folder: Path, sets: Sequence[str], replications: int | None, seed: int | None
) -> tuple[list[MappingNode], list[Problem]]:
    """Read what the command line lays over the file."""
    written = [("--set", text) for text in sets]
    written += [
        (f"--{name}", f"experiment.{name}={value}")
        for name, value in (("replications", replications), ("seed", seed))
        if value is not None
    ]
    overlays: list[MappingNode] = []
    problems: list[Problem] = []
    for option, text in written:
        try:
            overlays.append(setting(text, folder, option))
        except ScenarioProblems as error:
            problems += error.problems
    return overlays, problems


def _levels_path(merged: MappingNode) -> Path | None:
    """Where the level that `demand.fit` names is kept."""
    demand = mapping_at(merged, "demand")
    fit = None if demand is None else demand.text("fit")
    return None if fit is None else fit.place.folder / LEVELS_FILE


def _fitted(
    merged: MappingNode, sources: Sources, need_level: bool
) -> tuple[FittedLevel | None, list[Problem]]:
    """Find the entry that `demand.fit` names, beside the file in which it is written."""
    demand = mapping_at(merged, "demand")
    fit = None if demand is None else demand.text("fit")
    if fit is None:
        return None, []
    path = fit.place.folder / LEVELS_FILE
    try:
        levels = read_levels(path, sources)
    except ScenarioProblems as error:
        return None, list(error.problems)
    name = str(fit.value)
    if name in levels or not need_level:
        return levels.get(name), []
    message = f"{name}: no level has been fitted under this name; run `linli calibrate FILE`"
    return None, [at(fit.place, "demand.fit", message, levels, name)]


def _inputs(
    scenario: Scenario, tables: Tables, file: Path, values: Values, entry: FittedLevel | None
) -> Inputs:
    """Put everything together, with hashes."""
    resolved = scenario.model_dump(mode="json", by_alias=True)
    hashes = {
        field.name: hashing.table_hash(getattr(tables, field.name))
        for field in dataclasses.fields(tables)
    }
    level = scenario.demand.level
    if level is None:
        level = 1.0 if entry is None else entry.level
    fit_hash = hashing.fit_hash(resolved, hashes)
    return Inputs(
        scenario=scenario,
        tables=tables,
        level=level,
        path=file,
        resolved=resolved,
        provenance=tuple(values.provenance),
        table_hashes=hashes,
        input_hash=hashing.input_hash(resolved, hashes, level),
        fit_hash=fit_hash,
        notices=_notices(scenario, entry, fit_hash),
        fitted=scenario.demand.level is None and entry is not None and entry.fit_hash == fit_hash,
    )


def _notices(scenario: Scenario, entry: FittedLevel | None, fit_hash: str) -> tuple[str, ...]:
    if scenario.demand.level is not None or entry is None or entry.fit_hash == fit_hash:
        return ()
    if not entry.fit_hash:
        return (
            f"The level {entry.level:g} of `{scenario.demand.fit}` is a placeholder, not fitted "
            "yet: run `linli calibrate`.",
        )
    return (
        f"The level {entry.level:g} of `{scenario.demand.fit}` was fitted on {entry.scenario} "
        "for other inputs and is kept: this is a what-if. `linli calibrate` fits it anew.",
    )
