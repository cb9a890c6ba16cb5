"""`linli report`: result folders become documents for a meeting."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.cli.exits import UsageProblem
from sim.cli.options.common import refuse_unknown
from sim.cli.output.progress import say
from sim.report.files import add_to_listing, atomic_write

FOLDER = "report"
"""Within the first result folder, where nothing else is said."""


def write_report(
    results: Sequence[Path],
    language: str,
    formats: str,
    out: Path | None,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write documents of result folders; see `linli report --help`."""
    from sim.messages import LANGUAGES
    from sim.report.document.report import WRITERS, document
    from sim.report.document.results import ResultProblem
    from sim.report.posters import posters

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
