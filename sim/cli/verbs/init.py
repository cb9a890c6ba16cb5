"""`linli init` and `linli schema`: help with writing a scenario of one's own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import UsageProblem
from sim.report.files import atomic_write

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
    from sim.scenario.json_schema import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def schema(
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write [default: standard output].")
    ] = None,
) -> None:
    """The JSON Schema of scenarios, for editors."""
    if out is None:
        print(schema_text(), end="")
    else:
        atomic_write(out, schema_text().encode())


def init(
    name: Annotated[str, typer.Argument(help="Name of the new scenario; its file is NAME.yaml.")],
    extends: Annotated[str, typer.Option("--extends", help="Scenario to start from.")] = "cangqian",
    folder: Annotated[Path, typer.Option("--in", help="Where to write it.")] = Path("scenarios"),
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="A workbook to fill in and import: NAME.xlsx.")
    ] = False,
    language: Annotated[
        str, typer.Option("--language", help="Language of the workbook's headers: zh or en.")
    ] = "zh",
) -> None:
    """Start a scenario of your own: a few lines that extend a shipped one, or a workbook."""
    if not _NAME.match(name) or name.endswith((".yaml", ".xlsx")):
        raise UsageProblem(
            f"linli init {name}: a name has letters, digits, `-`, `_`, `.` and no `.yaml`"
        )
    if xlsx:
        _start_workbook(name, language, folder)
    else:
        _start_scenario(name, extends, folder)


def _start_scenario(name: str, extends: str, folder: Path) -> None:
    """Write a short scenario that extends another.

    Raises
    ------
    UsageProblem
        If the parent is unknown, or the file exists.
    """
    from sim.scenario.problems import nearest
    from sim.scenario.read.files import shipped_folder

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
    of_editors = folder / "schema.json"
    text = _TEMPLATE.format(name=name, extends=extends, file=path, schema="./schema.json")
    atomic_write(path, text.encode())
    if not of_editors.exists():
        atomic_write(of_editors, schema_text().encode())
    print(f"{path} written. Next: linli run {path}")


def _start_workbook(name: str, language: str, folder: Path) -> None:
    """Write an empty workbook for `linli import`.

    Raises
    ------
    UsageProblem
        If the language is none, or the file exists.
    """
    from sim.own_data.workbook import write_workbook

    if language not in ("zh", "en"):
        raise UsageProblem(f"linli init --language {language}: zh or en")
    path = folder / f"{name}.xlsx"
    if path.exists():
        raise UsageProblem(f"{path} exists already; it was left as it is")
    write_workbook(path, "zh" if language == "zh" else "en")
    print(f"{path} written. Fill it in; next: linli import {path} --out {folder / name}")
