"""From a scenario file to checked inputs, or to everything that is wrong with it at once."""

from __future__ import annotations

import dataclasses
import os
from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypedDict, Unpack

from sim.scenario import shape
from sim.scenario.checks import Draft, cross_checks
from sim.scenario.inputs import Inputs
from sim.scenario.levels import FittedLevel, fitted_level, level_notices, level_of
from sim.scenario.notices import notices
from sim.scenario.problems import (
    InputProblem,
    ScenarioProblems,
    Sources,
    display,
    nearest,
    problem_at,
)
from sim.scenario.read.chain import Chain, merge, read_chain
from sim.scenario.read.csv_tables import Table, frozen, named_file, read_tables
from sim.scenario.read.nodes import MappingNode, find, without_keys
from sim.scenario.read.overlays import (
    Overlay,
    new_names,
    read_overlays,
    tried_settings,
    with_rules,
)
from sim.scenario.read.references import references, repeated
from sim.scenario.read.values import Values, checked
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import TABLES

KEPT_FROM_SCENARIO = (
    "extends", "name", "label", "title", "place", "demand.fit", "demand.level",
)  # fmt: skip
"""Keys that an alternative does not replace: it is another world, not another scenario."""


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
    problems: list[InputProblem]
    sources: Sources

    def require_inputs(self) -> Inputs:
        """Return the inputs of a scenario that holds.

        Raises
        ------
        ScenarioProblems
            If anything is wrong with the scenario.
        """
        if self.problems or self.inputs is None:
            raise ScenarioProblems(self.problems, self.sources)
        return self.inputs


class Laid(TypedDict, total=False):
    """What is laid over a scenario file as it is read.

    Parameters
    ----------
    sets
        `dotted.key=value`, laid over the file in order; as if the scenario file said so.
    replications, seed
        Short for `experiment.replications` and `experiment.seed`; text as it was typed is checked.
    need_level
        Whether a `demand.fit` without a fitted level is a problem, as it is if this is not given;
        if not, the level is 1 then.
    rules
        A file whose name, `policy` and `demand.responses` take the place of the scenario's.
    blocks
        A table that takes the place of the scenario's `timetable.blocks`, wherever it lies.
    alternatives
        Scenario files whose own keys are laid over the scenario, but for `KEPT_FROM_SCENARIO`.
    lever_settings
        Settings of the levers that are chosen, laid over last; `advise` is left out then.
    """

    sets: Sequence[str]
    replications: int | str | None
    seed: int | str | None
    need_level: bool
    rules: str | Path | None
    blocks: Path | None
    alternatives: Sequence[Path]
    lever_settings: Sequence[str]


def load(path: str | Path, **laid: Unpack[Laid]) -> Inputs:
    """Load a scenario with its ancestors and tables.

    Raises
    ------
    ScenarioProblems
        With all problems of all files.
    """
    return read(path, **laid).require_inputs()


def read(path: str | Path, **laid: Unpack[Laid]) -> Reading:
    """Read a scenario as `load` does, but give what is wrong beside what holds.

    Raises
    ------
    ScenarioProblems
        If the file or an ancestor cannot be read at all.
    """
    sources = Sources()
    file = Path(os.path.abspath(path))
    chain = read_chain(file, sources)
    overlays, bad = _overlays(file.parent, laid)
    problems = [*chain.problems, *bad]
    if chain.merged is None:
        raise ScenarioProblems(problems, sources)
    problems += _missing_name(chain, overlays)
    merged = _with_overlays(chain, overlays, laid, sources, problems)
    values = Values()
    scenario, bad = checked(merged, values, chain.complete)
    problems += bad
    tables, bad = read_tables(merged, sources)
    problems += [*bad, *repeated(tables), *references(tables, merged, chain.complete)]
    problems += tried_settings(merged) if chain.complete else []
    levels, entry, bad = fitted_level(merged, sources, laid.get("need_level", True))
    problems += bad
    log, _, bad = named_file(merged, "calibration.log")
    problems += bad
    if scenario is not None and _only_in_season_tables(problems, tables):
        held = _sound_rows(tables, problems)
        problems += cross_checks(Draft(scenario, frozen(held), merged, held))
    if scenario is None or not _only_in_season_tables(problems, tables):
        return Reading(None, tables, merged, problems, sources)
    inputs = Inputs(
        scenario=scenario,
        tables=frozen(_sound_rows(tables, problems)),
        level=level_of(scenario.demand.level, None if entry is None else entry.level),
        interest=level_of(scenario.activities.level, None if entry is None else entry.interest),
        errands=level_of(scenario.points.level, None if entry is None else entry.errands),
        path=file,
        resolved=scenario.model_dump(mode="json", by_alias=True),
        provenance=tuple(values.provenance),
        fit_owner=not chain.extends or _own_fit(merged, file),
        levels_path=levels,
        log_path=log,
        changed=tuple(overlay.text for overlay in overlays),
    )
    return Reading(_with_notices(inputs, entry), tables, merged, problems, sources)


def _overlays(folder: Path, laid: Laid) -> tuple[list[Overlay], list[InputProblem]]:
    """Read what options lay over the file, and the table of blocks, which lies anywhere."""
    sets = [*laid.get("sets", ()), *laid.get("lever_settings", ())]
    overlays, problems = read_overlays(folder, sets, laid.get("replications"), laid.get("seed"))
    blocks = laid.get("blocks")
    if blocks is not None:
        more, bad = read_overlays(blocks.parent, [f"timetable.blocks={blocks.name}"], None, None)
        overlays += more
        problems += bad
    return overlays, problems


def _with_overlays(
    chain: Chain,
    overlays: Sequence[Overlay],
    laid: Laid,
    sources: Sources,
    problems: list[InputProblem],
) -> MappingNode:
    """Lay rules, alternatives and options over a scenario, but for what names nothing it has."""
    assert chain.merged is not None
    merged, rules = chain.merged, laid.get("rules")
    if rules is not None:
        merged, bad = with_rules(merged, Path(os.path.abspath(rules)), sources)
        problems += bad
    for file in laid.get("alternatives", ()):
        alternative = read_chain(Path(os.path.abspath(file)), sources)
        problems += alternative.problems
        if alternative.own is not None:
            merged = merge(merged, without_keys(alternative.own, KEPT_FROM_SCENARIO), Scenario)
    for overlay in overlays:
        bad = new_names(overlay, merged) if chain.complete else []
        problems += bad
        merged = merged if bad else merge(merged, overlay.tree, Scenario)
    return without_keys(merged, ("advise",)) if laid.get("lever_settings") else merged


def _sound_rows(
    tables: Mapping[str, Table[Any]], problems: Sequence[InputProblem]
) -> dict[str, Table[Any]]:
    """Tables without the rows that have a problem."""
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


def _only_in_season_tables(
    problems: Sequence[InputProblem], tables: Mapping[str, Table[Any]]
) -> bool:
    """Whether all problems stand in tables that `allocation` names, and nothing else does."""
    of_season = {name for name in tables if TABLES[name].named_by.startswith("allocation.")}
    files = {tables[name].file for name in of_season}
    files -= {table.file for name, table in tables.items() if name not in of_season}
    return all(problem.file in files for problem in problems)


def _own_fit(merged: MappingNode, file: Path) -> bool:
    """Whether the fit is named in the scenario file itself or on the command line."""
    place, node = find(merged, ("demand", "fit"))
    return node is not None and (place.file == display(file) or place.file.startswith("--"))


def _missing_name(chain: Chain, overlays: Sequence[Overlay]) -> list[InputProblem]:
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
    return [problem_at(first, "name", message)]


def _with_notices(inputs: Inputs, entry: FittedLevel | None) -> Inputs:
    """Inputs with what is to be said of them, and of the level fitted for them or for others."""
    scenario = inputs.scenario
    placeholder, kept = level_notices(scenario, entry, inputs.fit_hash, inputs.fit_owner)
    of_levels = [notice for notice in (placeholder, kept) if notice]
    fitted = scenario.demand.level is None and entry is not None
    return dataclasses.replace(
        inputs,
        notices=(*of_levels, *notices(scenario, inputs.tables, inputs.level, inputs.interest)),
        kept_level=kept,
        fitted=fitted and entry is not None and entry.fit_hash == inputs.fit_hash,
    )


def load_all(paths: Sequence[Path], **laid: Unpack[Laid]) -> list[Inputs]:
    """Load scenarios in order, each as `load` does.

    Raises
    ------
    ScenarioProblems
        With all problems of all scenarios; what several inherit from one file is named once.
    """
    return _together(partial(load, path, **laid) for path in paths)


def load_under(path: Path, files: Sequence[Path], **laid: Unpack[Laid]) -> list[Inputs]:
    """Load a scenario, and the same scenario under the rules of each file, as `load` does.

    Raises
    ------
    ScenarioProblems
        With all problems of the scenario; else of all files of rules.
    """
    others = (laid | Laid(rules=file) for file in files)
    return [load(path, **laid), *_together(partial(load, path, **other) for other in others)]


def _together(loads: Iterable[Callable[[], Inputs]]) -> list[Inputs]:
    """Return all inputs, or raise all problems of all of them, each problem once."""
    found: list[Inputs] = []
    problems: list[InputProblem] = []
    sources = Sources()
    for loading in loads:
        try:
            found.append(loading())
        except ScenarioProblems as error:
            problems += error.problems
            sources.lines |= error.sources.lines
    if problems:
        raise ScenarioProblems(list(dict.fromkeys(problems)), sources)
    return found
