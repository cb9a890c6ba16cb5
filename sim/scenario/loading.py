"""From a scenario file to checked inputs, or to everything that is wrong with it at once."""

from __future__ import annotations

import dataclasses
import os
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.scenario import shape
from sim.scenario.checks import Draft, cross_checks
from sim.scenario.inputs import Inputs
from sim.scenario.levels import LEVELS_FILE, FittedLevel, read_levels
from sim.scenario.notices import doubts
from sim.scenario.problems import Problem, ScenarioProblems, Sources, at, display, nearest
from sim.scenario.read.chain import Chain, read_chain
from sim.scenario.read.csv_tables import Table
from sim.scenario.read.merging import merge
from sim.scenario.read.nodes import MappingNode, find, mapping_at
from sim.scenario.read.outlooks import outlooks
from sim.scenario.read.overlays import Overlay, new_names, read_overlays
from sim.scenario.read.references import references, repeated
from sim.scenario.read.rules_of import read_rules, under
from sim.scenario.read.table_files import frozen, read_tables
from sim.scenario.read.validating import checked
from sim.scenario.read.values import Values
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import TABLES, Tables


@dataclass(frozen=True, slots=True)
class Reading:
    """A scenario as read, with what is wrong with it.

    Attributes
    ----------
    inputs
        None where the scenario or its world do not hold; rows of the season's tables that do not
        hold are left out.
    tables
        Its tables, with places of cells.
    merged
        Its tree, with places of keys.
    problems, sources
        What is wrong so far, and the files looked at.
    """

    inputs: Inputs | None
    tables: Mapping[str, Table[Any]]
    merged: MappingNode
    problems: list[Problem]
    sources: Sources


def load(
    path: str | Path,
    *,
    sets: Sequence[str] = (),
    replications: int | str | None = None,
    seed: int | str | None = None,
    need_level: bool = True,
    rules: str | Path | None = None,
    blocks: Path | None = None,
) -> Inputs:
    """Load a scenario with its ancestors and tables.

    Parameters
    ----------
    path
        The scenario file.
    sets
        `dotted.key=value`, laid over the file in order; as if the scenario file said so.
    replications, seed
        Short for `experiment.replications` and `experiment.seed`; text as it was typed is checked.
    need_level
        Whether a `demand.fit` without a fitted level is a problem; if not, the level is 1 then.
    rules
        A file whose name, `policy` and `demand.responses` take the place of the scenario's.
    blocks
        A table that takes the place of the scenario's `timetable.blocks`, wherever it lies.

    Raises
    ------
    ScenarioProblems
        With all problems of all files.
    """
    reading = read(
        path,
        sets=sets,
        replications=replications,
        seed=seed,
        need_level=need_level,
        rules=rules,
        blocks=blocks,
    )
    if reading.problems or reading.inputs is None:
        raise ScenarioProblems(reading.problems, reading.sources)
    return reading.inputs


def read(
    path: str | Path,
    *,
    sets: Sequence[str] = (),
    replications: int | str | None = None,
    seed: int | str | None = None,
    need_level: bool = True,
    rules: str | Path | None = None,
    blocks: Path | None = None,
) -> Reading:
    """Read a scenario as `load` does, but give what is wrong beside what holds.

    Raises
    ------
    ScenarioProblems
        If the file or an ancestor cannot be read at all.
    """
    sources = Sources()
    file = Path(os.path.abspath(path))
    chain = read_chain(file, sources)
    problems = chain.problems
    overlays, bad = read_overlays(file.parent, sets, replications, seed)
    problems += bad
    if blocks is not None:
        more, bad = read_overlays(blocks.parent, [f"timetable.blocks={blocks.name}"], None, None)
        overlays += more
        problems += bad
    if chain.merged is None:
        raise ScenarioProblems(problems, sources)
    problems += _nameless(chain, overlays)
    merged = chain.merged
    if rules is not None:
        others, bad = read_rules(Path(os.path.abspath(rules)), sources)
        problems += bad
        merged = merged if others is None else under(merged, others)
    for overlay in overlays:
        bad = new_names(overlay, merged) if chain.complete else []
        problems += bad
        merged = merged if bad else merge(merged, overlay.tree, Scenario)
    values = Values()
    scenario, bad = checked(merged, values, chain.complete)
    problems += bad
    tables, bad = read_tables(merged, sources)
    problems += [*bad, *repeated(tables), *references(tables, merged, chain.complete)]
    problems += outlooks(merged) if chain.complete else []
    entry, bad = _fitted(merged, sources, need_level)
    problems += bad
    if scenario is not None and _only_of_the_season(problems, tables):
        held = _holding(tables, problems)
        problems += cross_checks(Draft(scenario, frozen(held), merged, held))
    if scenario is None or not _only_of_the_season(problems, tables):
        return Reading(None, tables, merged, problems, sources)
    owner = not chain.extends or _own_fit(merged, file)
    whole = frozen(_holding(tables, problems))
    inputs = _inputs(scenario, whole, file, values, entry, owner)
    inputs = dataclasses.replace(
        inputs,
        levels_path=_levels_path(merged),
        changed=tuple(overlay.text for overlay in overlays),
    )
    return Reading(inputs, tables, merged, problems, sources)


def _holding(
    tables: Mapping[str, Table[Any]], problems: Sequence[Problem]
) -> dict[str, Table[Any]]:
    """Tables without the rows that something is wrong with."""
    bad: dict[str, set[int]] = {}
    for problem in problems:
        bad.setdefault(problem.file, set()).add(problem.line)
    found = dict(tables)
    for name, table in tables.items():
        lines = [record.line for record in table.records]
        wrong = {lines[i - 1] for at in bad.get(table.file, ()) if (i := bisect(lines, at))}
        if wrong:
            rows = [(record, row) for record, row in table.rows if record.line not in wrong]
            found[name] = dataclasses.replace(table, rows=rows)
    return found


def _only_of_the_season(problems: Sequence[Problem], tables: Mapping[str, Table[Any]]) -> bool:
    """Whether all that is wrong stands in tables that `allocation` names."""
    season = (name for name, spec in TABLES.items() if spec.named_by.startswith("allocation."))
    files = {tables[name].file for name in season if name in tables}
    return all(problem.file in files for problem in problems)


def _own_fit(merged: MappingNode, file: Path) -> bool:
    """Whether the fit is named in the scenario file itself or on the command line."""
    place, node = find(merged, ("demand", "fit"))
    return node is not None and (place.file == display(file) or place.file.startswith("--"))


def _nameless(chain: Chain, overlays: Sequence[Overlay]) -> list[Problem]:
    """Check that a scenario with a parent has a name of its own."""
    own = chain.own
    if own is None or not chain.extends or "name" in own.entries:
        return []
    if any("name" in overlay.tree.entries for overlay in overlays):
        return []
    known = shape.field_names(Scenario)
    if any(key not in known and nearest(key, known) == "name" for key in own.entries):
        return []  # misspelt, which is reported as such
    first = next(iter(own.entries.values())).place
    message = (
        "missing; a scenario that extends another needs a name of its own, "
        "or its results would replace the parent's"
    )
    return [at(first, "name", message)]


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
    scenario: Scenario,
    tables: Tables,
    file: Path,
    values: Values,
    entry: FittedLevel | None,
    owner: bool,
) -> Inputs:
    """Put everything together."""
    level = scenario.demand.level
    if level is None:
        level = 1.0 if entry is None else entry.level
    inputs = Inputs(
        scenario=scenario,
        tables=tables,
        level=level,
        interest=_level(scenario.activities.level, None if entry is None else entry.interest),
        errands=_level(scenario.points.level, None if entry is None else entry.errands),
        path=file,
        resolved=scenario.model_dump(mode="json", by_alias=True),
        provenance=tuple(values.provenance),
        fit_owner=owner,
    )
    placeholder, kept = _level_notices(scenario, entry, inputs.fit_hash, owner)
    said = [notice for notice in (placeholder, kept) if notice]
    fitted = scenario.demand.level is None and entry is not None
    return dataclasses.replace(
        inputs,
        notices=(*said, *doubts(scenario, tables, level, inputs.interest)),
        kept_level=kept,
        fitted=fitted and entry is not None and entry.fit_hash == inputs.fit_hash,
    )


def _level(given: float | None, fitted: float | None) -> float:
    """The level given by hand, else the fitted one, else 1."""
    if given is not None:
        return given
    return 1.0 if fitted is None else fitted


def _level_notices(
    scenario: Scenario, entry: FittedLevel | None, fit_hash: str, owner: bool
) -> tuple[str, str]:
    """That the level is a placeholder; that it was fitted for other inputs. Empty: it is not."""
    if scenario.demand.level is not None or entry is None or entry.fit_hash == fit_hash:
        return "", ""
    if not entry.fit_hash:
        return (
            f"The level {entry.level:g} of `{scenario.demand.fit}` is a placeholder, not fitted "
            "yet: run `linli calibrate`.",
            "",
        )
    what_to_do = "Run `linli calibrate FILE` to refit."
    if not owner:
        target = " and a target (`calibration`)" if scenario.calibration is None else ""
        what_to_do = (
            f"Give the scenario `demand: {{fit: {scenario.name}}}`{target} and run "
            "`linli calibrate FILE` to fit its own level."
        )
    return "", (
        f"The level {entry.level:g} of `{scenario.demand.fit}` was fitted on {entry.scenario} "
        f"for other inputs and is kept: this is a what-if. {what_to_do}"
    )
