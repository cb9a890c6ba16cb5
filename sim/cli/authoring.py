"""`linli schema`, `linli init`, `linli world`: help with writing scenarios."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sim.cli.exits import UsageProblem
from sim.report.files import atomic_write, translated
from sim.scenario.json_schema import json_schema
from sim.scenario.problems import nearest
from sim.scenario.read.files import shipped_folder

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
        print(f"{name} (seed {seed}): {', '.join(names)} written to {out}")


def _exported(name: str, out: Path, seed: int) -> list[Path]:
    """One replication of a shipped scenario, as its operators would have recorded it."""
    from sim.log.simulated import simulated_log
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
