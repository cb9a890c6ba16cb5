"""`linli import`: files of one's own become a scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.exits import UsageProblem
from sim.cli.options import Json, PlainTongue, Quiet, settle_language
from sim.cli.output.progress import say
from sim.report.files import ForeignFilesError, atomic_write
from sim.sentences import spoken

if TYPE_CHECKING:
    from sim.own_data.mapping import ImportMapping


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="Venue lists, booking exports, population tables: XLSX, CSV, GeoJSON."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of the scenario to write.")],
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help="What columns and words mean; where there is no such file yet and something is "
            "not understood, the guess is written there.",
        ),
    ] = None,
    keep_key: Annotated[
        Path | None,
        typer.Option(
            "--keep-key",
            metavar="FILE",
            help="Keep the key that makes people numbers here, to link later exports.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what each column would be taken for.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    language: PlainTongue = None,
) -> None:
    """Your own venue list and booking export become a scenario; nothing personal is kept."""
    from sim.own_data.importing import MappingNeeded, plan_import, read_key
    from sim.own_data.mapping import ImportMapping, read_mapping
    from sim.own_data.sheets import ImportProblems

    settle_language(language)
    mapping = ImportMapping()
    if map_file is not None and map_file.exists():
        mapping = read_mapping(map_file)
    if dry_run:
        _show(files, mapping, as_json=as_json)
        return
    try:
        plan = plan_import(files, out, mapping, None if keep_key is None else read_key(keep_key))
    except MappingNeeded as problems:
        raise ImportProblems(problems.problems, _draft(problems.mapping, map_file)) from None
    try:
        written = plan.write(out)
    except ForeignFilesError as error:
        raise UsageProblem(str(error)) from error
    if as_json:
        sheets = [
            {"where": s.where, "table": s.table, "read": s.read, "kept": s.kept}
            for s in plan.account.sheets
        ]
        print(
            json.dumps(
                {"name": plan.name, "out": str(out), "files": written, "sheets": sheets},
                ensure_ascii=False,
            )
        )
        return
    for sheet in plan.account.sheets:
        say(
            f"{sheet.where}: {sheet.table}, {sheet.kept:,} of {sheet.read:,} rows kept", quiet=quiet
        )
    for one in plan.account.assumed:
        say(f"assumed: {one.what}: {one.value}", quiet=quiet)
    if not quiet:
        verb = "run" if plan.log is None else "calibrate"
        text = (
            f"{out}: {len(written)} files. Read {out / 'import-report.html'}; "
            f"next: linli {verb} {out / 'scenario.yaml'}"
        )
        print(spoken(text))


def _draft(mapping: ImportMapping, map_file: Path | None) -> str:
    """Write the guess where the user wants a mapping, if there is none yet."""
    if map_file is None:
        return " With --map FILE what was understood is written to a file that you can correct."
    if map_file.exists():
        return ""
    from sim.own_data.mapping import mapping_text

    atomic_write(map_file, mapping_text(mapping, map_file.name).encode())
    return f" What was understood so far is in {map_file}: correct it and run again."


def _show(files: list[Path], mapping: ImportMapping, *, as_json: bool) -> None:
    """Print what each column would be taken for; raise what is wrong afterwards."""
    from sim.own_data.importing import guess_mapping
    from sim.own_data.mapping import columns_of
    from sim.own_data.sheets import ImportProblems

    _, found, problems = guess_mapping(files, mapping)
    if as_json:
        print(json.dumps(found.model_dump(), ensure_ascii=False))
    else:
        rows = [
            (
                f"{use.file} {use.sheet}".strip(),
                str(use.table or "-"),
                header,
                column.field or "-",
                column.why,
                ", ".join(column.examples),
            )
            for use, header, column in columns_of(found.sheets)
        ]
        rows += [
            (f"{u.file} {u.sheet}".strip(), "-", "", "", "no table known", "")
            for u in found.sheets
            if not u.columns
        ]
        print("\t".join(("file", "table", "column", "field", "why", "examples")))
        print("\n".join("\t".join(row) for row in rows))
    if problems:
        raise ImportProblems(problems)
