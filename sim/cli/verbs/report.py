"""`linli report`: result folders become documents for a meeting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import UsageProblem
from sim.cli.options import Json, Quiet, refuse_unknown
from sim.cli.output.progress import say
from sim.messages import LANGUAGES
from sim.report.files import add_to_listing, atomic_write

FOLDER = "report"
"""Within the first result folder, where nothing else is said."""


def report(
    results: Annotated[
        list[Path],
        typer.Argument(
            metavar="RESULTS...",
            help="Folders of results; several make one document.",
        ),
    ],
    language: Annotated[
        str, typer.Option("--language", help="Language of the documents: zh, en or both.")
    ] = "both",
    formats: Annotated[
        str,
        typer.Option(
            "--format", metavar="LIST", help="Any of html, pptx, xlsx and pdf, separated by commas."
        ),
    ] = "html,pptx,xlsx,pdf",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder [report in the first of RESULTS].")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Results become documents for a meeting, in Chinese and English; nothing is simulated."""
    from sim.report.document.report import WRITERS, document
    from sim.report.document.results import ResultProblem
    from sim.report.season.posters import posters

    wanted = list(dict.fromkeys(name.strip() for name in formats.split(",")))
    for name in wanted:
        refuse_unknown("--format", name, WRITERS)
    refuse_unknown("--language", language, (*LANGUAGES, "both"))
    folder = out or results[0] / FOLDER
    written = []
    try:
        for tongue in LANGUAGES:
            if language not in (tongue, "both"):
                continue
            made = document(results, tongue)
            for name in wanted:
                path = folder / f"report-{tongue}.{name}"
                atomic_write(path, WRITERS[name](made))
                written.append(path)
            for one in results if "pdf" in wanted else ():
                for centre, sheets in posters(one, tongue).items():
                    path = folder / f"weeks-{tongue}" / f"{centre}.pdf"
                    atomic_write(path, sheets)
                    written.append(path)
    except ResultProblem as problem:
        raise UsageProblem(str(problem)) from problem
    if out is None:
        add_to_listing(results[0], written)
    if as_json:
        print(json.dumps({"files": [str(path) for path in written]}, ensure_ascii=False))
    for path in written:
        say(f"Written: {path}", quiet=quiet or as_json)
