"""`linli validate`: scenarios and their tables checked, and what they say in the end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.exits import asked_language, rendered
from sim.cli.options import Json, PlainTongue, Quiet, ScenarioFiles, Sets, settle_language
from sim.cli.output.progress import say
from sim.messages import speaking
from sim.sentences import spoken

if TYPE_CHECKING:
    from sim.scenario.inputs import Inputs, Provenance
    from sim.scenario.loading import Reading


def validate(
    paths: ScenarioFiles,
    sets: Sets = None,
    show_resolved: Annotated[
        bool, typer.Option("--show-resolved", help="Print every value after extends and --set.")
    ] = False,
    sources: Annotated[
        bool, typer.Option("--sources", help="Print where every number comes from.")
    ] = False,
    show_ranges: Annotated[
        bool,
        typer.Option(
            "--show-ranges", help="Print what `linli sensitivity` draws, and what it does not."
        ),
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    language: PlainTongue = None,
) -> int:
    """Check scenarios and their tables; every problem is named at once."""
    from sim.scenario.loading import read
    from sim.scenario.problems import ScenarioProblems

    settle_language(language)
    answers: list[dict[str, Any]] = []
    status = 0
    for path in paths:
        try:
            reading = read(path, sets=sets or [])
            inputs, more = validated(reading, path)
            ranges = _range_lines(reading) if show_ranges else []
        except ScenarioProblems as problems:
            status = 2
            say(rendered(problems))
            answers.append({"file": str(path), "valid": False, "problems": len(problems.problems)})
            continue
        answers.append(
            {"file": str(path), "valid": True, "name": inputs.scenario.name,
             "notices": [*inputs.notices, *more], "input_hash": inputs.input_hash}
        )  # fmt: skip
        if not as_json:
            if ranges:
                print("\n".join(map(spoken, ranges)))
            with speaking(asked_language() or inputs.scenario.language):
                _show(path, inputs, more, show_resolved=show_resolved, sources=sources, quiet=quiet)
    if as_json:
        print(json.dumps({"scenarios": answers}, ensure_ascii=False))
    return status


def validated(reading: Reading, path: Path) -> tuple[Inputs, tuple[str, ...]]:
    """Inputs that hold, also what a season of group requests needs; and its notices."""
    inputs = reading.inputs
    if inputs is not None and inputs.scenario.allocation is not None:
        from sim.season.reading import season_from  # brings the world

        season = season_from(reading, path)
        return season.inputs, season.notices
    return reading.require_inputs(), ()


def _show(
    path: Path,
    inputs: Inputs,
    more: Sequence[str],
    *,
    show_resolved: bool,
    sources: bool,
    quiet: bool,
) -> None:
    lines: list[str] = []
    if show_resolved:
        lines += [f"{key}: {value}" for key, value in _flat(inputs.resolved)]
    if sources:
        lines += [_source_line(p) for p in inputs.provenance]
    if not quiet:
        tables = inputs.tables
        lines.append(
            f"{path}: fine. {len(tables.origins)} origins, {len(tables.centres)} centres, "
            f"{len(tables.venues)} venues, level {inputs.level:g}"
        )
        lines += [f"note: {notice}" for notice in (*inputs.notices, *more)]
    if lines:
        print("\n".join(map(spoken, lines)))


def _range_lines(reading: Reading) -> list[str]:
    """What is drawn and from what, what is drawn in vain, and how much is held fixed."""
    from sim.scenario.draws import draw_plan, drawn_numbers

    plan, numbers = draw_plan(reading), drawn_numbers(reading.require_inputs())
    lines = []
    for dimension in plan.dimensions:
        tied = f" (tied: {dimension.name})" if len(dimension.keys) > 1 else ""
        for p in (numbers[key].given for key in dimension.keys):
            span = f"{p.low:g} to {p.high:g}, {p.distribution}"
            lines.append(f"drawn: {p.key} = {p.value:g} from {span}{tied}")
        if dimension.files:
            names = ", ".join(file.stem for file in dimension.files)
            lines.append(f"drawn: {dimension.name}: as it is, or {names}")
    lines += [f"no figure of wishes depends on it: {p.key} = {p.value:g}" for p in plan.idle]
    return [*lines, *(f"held fixed: {p.key} = {p.value:g}" for p in plan.fixed)]


def _flat(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Dotted keys and values."""
    if isinstance(value, dict) and value:
        return [
            pair
            for key, inner in value.items()
            for pair in _flat(inner, f"{prefix}.{key}" if prefix else str(key))
        ]
    return [(prefix, json.dumps(value, ensure_ascii=False))]


def _source_line(p: Provenance) -> str:
    between = "" if p.low is None else f" [{p.low:g} to {p.high:g}]"
    note = f": {p.note}" if p.note else ""
    return f"{p.file}:{p.line}: {p.key} = {p.value:g} ({p.source}{between}){note}"
