"""`linli schema`, `init`, `world`, `validate`: help with writing scenarios."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.cli.exits import UsageProblem, asked_language, rendered
from sim.cli.output.progress import say
from sim.messages import speaking
from sim.report.files import atomic_write, translated
from sim.scenario.inputs import Inputs, Provenance
from sim.scenario.json_schema import json_schema
from sim.scenario.loading import Reading, read
from sim.scenario.problems import ScenarioProblems, nearest
from sim.scenario.read.files import shipped_folder
from sim.sentences import spoken

_NAME = re.compile(r"^[A-Za-z0-9\u4e00-\u9fff][\w.-]*$")

_TEMPLATE = """# yaml-language-server: $schema={schema}
extends: {extends}
name: {name}
title: {name}

# So far nothing differs from the scenario above. Take the # away from what shall, or add keys:
# `linli validate {file} --show-resolved` prints every value, `linli schema` lists every key.

# opening: {{tiers: [community], close: "22:00"}}    # longer hours; without tiers, of all venues
# demand: {{multiplier: 1.5}}                        # growth: half as many bookers again
# policy: {{selection: {{rule: ballot, draw: daily, days_ahead: 3}}}}  # a draw of slots
# off_platform: {{share: 0.5}}                       # use that no booking record shows
# experiment: {{replications: 50, seed: 1}}
"""


def schema_text() -> str:
    """The JSON Schema as it is shipped."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def write_schema(out: Path | None) -> None:
    """Print or write the JSON Schema of scenarios."""
    if out is None:
        print(schema_text(), end="")
    else:
        atomic_write(out, schema_text().encode())


def start_scenario(name: str, extends: str, folder: Path) -> None:
    """Write a short scenario that extends another.

    Raises
    ------
    UsageProblem
        If the name cannot be a scenario's, the parent is unknown, or the file exists.
    """
    _check_name(name)
    shipped = {p.stem for p in shipped_folder().glob("*.yaml")} - {"levels"}
    parent = extends.removesuffix(".yaml")
    if parent not in shipped and not (folder / extends).is_file():
        close = nearest(parent, shipped)
        hint = f" Did you mean {close}?" if close else ""
        raise UsageProblem(
            f"linli init --extends {extends}: no such scenario; shipped are "
            f"{', '.join(sorted(shipped))}.{hint}"
        )
    path = folder / f"{name}.yaml"
    if path.exists():
        raise UsageProblem(f"{path} exists already; it was left as it is")
    schema = folder / "schema.json"
    text = _TEMPLATE.format(name=name, extends=extends, file=path, schema="./schema.json")
    atomic_write(path, text.encode())
    if not schema.exists():
        atomic_write(schema, schema_text().encode())
    print(f"{path} written. Next: linli run {path}")


def start_workbook(name: str, language: str, folder: Path) -> None:
    """Write an empty workbook for `linli import`.

    Raises
    ------
    UsageProblem
        If the name cannot be a scenario's, the language is none, or the file exists.
    """
    from sim.own_data.workbook import write_workbook

    _check_name(name)
    if language not in ("zh", "en"):
        raise UsageProblem(f"linli init --language {language}: zh or en")
    path = folder / f"{name}.xlsx"
    if path.exists():
        raise UsageProblem(f"{path} exists already; it was left as it is")
    write_workbook(path, "zh" if language == "zh" else "en")
    print(f"{path} written. Fill it in; next: linli import {path} --out {folder / name}")


def _check_name(name: str) -> None:
    if not _NAME.match(name) or name.endswith((".yaml", ".xlsx")):
        raise UsageProblem(
            f"linli init {name}: a name has letters, digits, `-`, `_`, `.` and no `.yaml`"
        )


def write_named_world(
    name: str, out: Path, seed: int, *, as_export: bool, as_json: bool, quiet: bool
) -> None:
    """Make up a world by name and write its tables, or simulate the scenario and export it."""
    from sim.made_up import make, write

    try:
        with translated(out):
            paths = _exported(name, out, seed) if as_export else write(make(name, seed), out)
    except ValueError as error:
        raise UsageProblem(f"linli world {name}: {error}") from error
    names = [path.name for path in paths]
    if as_json:
        print(json.dumps({"name": name, "seed": seed, "out": str(out), "files": names}))
    elif not quiet:
        print(spoken(f"{name} (seed {seed}): {', '.join(names)} written to {out}"))


def _exported(name: str, out: Path, seed: int) -> list[Path]:
    """One replication of a shipped scenario, as its operators would have recorded it."""
    from sim.log.features import simulated_log
    from sim.model import build_model, close_replication, open_replication, run_clock
    from sim.own_data.export import write_export
    from sim.scenario.loading import load

    path = shipped_folder() / f"{name}.yaml"
    if not path.is_file():
        raise ValueError("--as-export needs the name of a shipped scenario, such as cangqian")
    inputs = load(path)
    model = build_model(inputs)
    opened = open_replication(model, seed, 0)
    run_clock(opened.counter, programme=opened.programme)
    return write_export(inputs, simulated_log(model, close_replication(model, opened)), out)


def validate_scenarios(
    paths: Sequence[Path],
    sets: Sequence[str],
    *,
    show_resolved: bool,
    sources: bool,
    show_ranges: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Check every file; problems of one do not hide those of the next."""
    answers: list[dict[str, Any]] = []
    status = 0
    for path in paths:
        try:
            reading = read(path, sets=sets)
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
