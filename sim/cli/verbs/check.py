"""`linli check`: what a scenario gets right and wrong about a log of bookings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.exits import UsageProblem
from sim.cli.options import Charts, Options, ScenarioFile, with_options
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.progress import say_notes
from sim.sentences import spoken
from sim.words import padded

if TYPE_CHECKING:
    from sim.log.check import LogCheck
    from sim.log.records import BookingLog
    from sim.scenario.inputs import Inputs

FILES = Files(
    ("check.csv", "verdicts.csv", "manifest.json"),
    ("check.csv", "verdicts.csv", "charts"),
)
REPLICATIONS = 20
"""Unless others are asked for."""


@with_options(out="Result folder [results/check-<scenario name>].")
def check(
    path: ScenarioFile,
    options: Options,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log", metavar="FILE", help="Bookings: bookings.csv; else those of calibration.log."
        ),
    ] = None,
    charts: Charts = True,
) -> None:
    """Hold a scenario against a log of bookings: what it gets right and wrong, the worst first."""
    from sim.scenario.loading import load

    inputs = load(path, **options.laid)
    options.settle_language(inputs.scenario)
    say_notes(inputs.notices, quiet=options.silent)
    log_path = log or inputs.log_path
    if log_path is None:
        raise UsageProblem(
            f"{path}: names no log; give --log FILE, or `calibration: {{log: FILE}}`."
        )
    bookings, digest = log_of(log_path, inputs)
    answer = Answer(
        Question.from_scenarios("check", [inputs]),
        options.out or Path("results") / f"check-{inputs.scenario.name}",
        FILES,
        identity_of([inputs], "check", digest, charts, options.replications),
        options,
        _lines,
    )
    if answer.stands():
        return
    from sim.log.check import check as check_log
    from sim.report.manifest import build_manifest
    from sim.report.tables import write_csv

    n = REPLICATIONS
    if options.replications is not None:
        n = int(options.replications)
    if n < 2:
        raise UsageProblem("linli check needs at least 2 replications: bands come from them")
    with answer.replicating() as engine:
        found = check_log(inputs, bookings, engine, n)
    words = ["check", *shown([path]), "--log", *shown([log_path]), *options.words]
    with answer.written(words) as draft:
        write_csv(draft.folder / "check.csv", found.rows)
        write_csv(draft.folder / "verdicts.csv", found.verdicts)
        if charts:
            from sim.report.charts.check.results import CheckResults

            options.draw(draft.folder, lambda: CheckResults.from_check(found))
        draft.summary = _answer(found, bookings)
        draft.base = {**build_manifest(found.inputs, found.n), "kind": "check"}
        draft.more = {"log": digest}


def log_of(path: Path, inputs: Inputs) -> tuple[BookingLog, str]:
    """A scenario's log, and the hash of its file."""
    from sim.log.records import read_log

    if not path.is_file():
        raise UsageProblem(f"{inputs.path.name}: no such log of bookings: {path}")
    log = read_log(path, [row.venue for row in inputs.tables.venues])
    if len(log.by_people) == 0:
        raise UsageProblem(f"{path}: has no bookings")
    return log, hashlib.sha256(path.read_bytes()).hexdigest()


def _answer(found: LogCheck, log: BookingLog) -> dict[str, Any]:
    """Summary of a check, for the terminal and the manifest."""
    import numpy as np

    from sim.report.tables import records

    window = found.inputs.scenario.window
    days = log.by_people.start.astype("datetime64[D]")
    inside = (days >= np.datetime64(window.first)) & (days <= np.datetime64(window.last))
    return {
        "name": found.inputs.scenario.name,
        "replications": found.n,
        "bookings": int(inside.sum()),
        "window": [window.first.isoformat(), window.last.isoformat()],
        "verdicts": records(found.verdicts),
    }


def _lines(summary: Mapping[str, Any]) -> list[str]:
    first, last = summary["window"]
    lines = [
        f"{summary['name']} against {summary['bookings']:,} bookings from {first} to {last}, "
        f"{summary['replications']} replications, the worst first:"
    ]
    for row in summary["verdicts"]:
        word = padded(spoken({"yes": "right", "no": "WRONG", "": "  -"}[row["right"]]), 6)
        lines.append(
            f"  {word} {padded(spoken(row['aspect'], value=True), 26)} {spoken(row['words'])}"
        )
    return lines
