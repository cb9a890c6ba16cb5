"""`linli run`: simulate, measure, draw, write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.engine import local_jobs
from sim.cli.options import Options, ScenarioFile, refuse_unknown, with_options
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.assumptions import (
    KEPT_TABLES,
    SHARE,
    interval_words,
    kept_of_one,
    second_interval,
    write_kept,
)
from sim.cli.output.progress import say_notes
from sim.cli.people import People, people_words, with_people
from sim.messages import chinese, clauses, in_language, listed
from sim.messages import say as message
from sim.metrics import METRICS
from sim.report.files import REPLACED

if TYPE_CHECKING:  # the same asked again needs neither model nor charts
    import pandas as pd

    from sim.scenario.inputs import Inputs
    from sim.sensitivity.kept import KeptSensitivity
    from sim.studies.run import Run


GUARDED = (
    "summary.csv",
    "replications.parquet",
    "requests.parquet",
    "week.csv",
    "league.csv",
    "subsidy.csv",
    "savings.csv",
    "savings.yaml",
    *KEPT_TABLES,
    "manifest.json",
)
CHARTS = ("main", "none")
FEW = 5
"""Replications below which ranges are called wide and rough."""
HEADLINES = [name for name, metric in METRICS.items() if metric.headline]


@with_options()
def run(
    scenario: ScenarioFile,
    options: Options,
    charts: Annotated[
        str,
        typer.Option("--charts", metavar="WHICH", help="main (about ten) or none."),
    ] = "main",
    no_charts: Annotated[
        bool, typer.Option("--no-charts", help="The same as --charts none.")
    ] = False,
    requests: Annotated[
        bool, typer.Option("--requests", help="Also write requests.parquet: one row a wish.")
    ] = False,
    people: People = None,
) -> None:
    """Simulate a scenario and write its metrics and capacity charts."""
    from sim.report.manifest import build_manifest
    from sim.scenario.loading import load

    which = "none" if no_charts else charts
    refuse_unknown("--charts", which, CHARTS)
    inputs = load(scenario, **options.laid)
    options.settle_language(inputs.scenario)
    inputs = with_people(inputs, people)
    say_notes(inputs.notices, quiet=options.silent)
    kept = kept_of_one(options, inputs)
    answer = Answer(
        Question.from_scenarios("run", [inputs]),
        options.out or Path("results") / inputs.scenario.name,
        Files(GUARDED, (*REPLACED, *KEPT_TABLES)),
        identity_of([inputs], "run", which, requests, *(k.digest for k in kept)),
        options,
        lambda summary: list(_said(inputs, summary)),
        in_run=True,
    )
    if answer.stands():
        return
    with answer.replicating([inputs]) as engine:
        from sim.studies.run import run as run_study

        done = run_study(inputs, with_wishes=requests, engine=engine)
    say_notes(done.model.world.calendar.notices, quiet=options.silent)
    command = ["run", *shown([scenario]), *people_words(people), *options.words]
    with answer.written(command) as draft:
        _write(draft.folder, inputs, done, kept)
        if which != "none":
            _draw(draft.folder, inputs, done, kept, options)
        draft.summary = _answer(inputs, done, kept)
        draft.base = build_manifest(inputs, done.n)


def _write(folder: Path, inputs: Inputs, done: Run, kept: Sequence[KeptSensitivity]) -> None:
    """Write the tables."""
    from sim.explain.simulated_week import simulated_week
    from sim.model import simulate
    from sim.report.tables import (
        write_csv,
        write_replications,
        write_summary,
        write_wishes,
        write_zone_tables,
    )

    write_summary(folder, done.summary)
    write_replications(folder, done.replications())
    write_zone_tables(folder, done.judged)
    history = simulate(done.model, inputs.scenario.experiment.seed, 0, dropin=False, points=False)
    write_csv(folder / "week.csv", simulated_week(done.model, history))
    write_kept(folder, kept)
    if done.wishes is not None:
        write_wishes(folder, done.wishes)


def _draw(
    folder: Path,
    inputs: Inputs,
    done: Run,
    kept: Sequence[KeptSensitivity],
    options: Options,
) -> None:
    """Draw the charts."""
    from sim.report.context import run_results

    def results() -> Any:
        found = run_results(inputs, done.model, done.summary, done.n)
        return found.with_assumptions(kept[0].tables["sensitivity.csv"]) if kept else found

    options.draw(folder, results, jobs=local_jobs(options))


def headline(summary: pd.DataFrame, metric: str) -> dict[str, Any]:
    """Mean, interval, n and unit of a metric over all."""
    at = (summary["metric"] == metric) & (summary["group"] == "all")
    row = summary[at].iloc[0]
    return {
        "mean": _number(row["mean"]),
        "ci_low": _number(row["ci_low"]),
        "ci_high": _number(row["ci_high"]),
        "n": int(row["n"]),
        "unit": str(row["unit"]),
    }


def _number(value: float) -> float | None:
    return float(f"{value:.10g}") if value == value else None


def _answer(inputs: Inputs, done: Run, kept: Sequence[KeptSensitivity]) -> dict[str, Any]:
    """Summary of a run, for the terminal and the manifest."""
    from sim.report.manifest import basis
    from sim.scenario.inputs import world_words

    known = set(done.summary["metric"])
    return {
        "name": inputs.scenario.name,
        "replications": done.n,
        "precision_reached": done.reached,
        "world": world_words(inputs),
        "basis": basis(inputs),
        "notices": [*inputs.notices, *done.model.world.calendar.notices],
        "figures": {
            m: headline(done.summary, m) | second_interval(kept, m) for m in HEADLINES if m in known
        },
        **({"assumptions": kept[0].words} if kept else {}),
    }


def _said(inputs: Inputs, summary: Mapping[str, Any]) -> Iterator[str]:
    """The summary for a terminal."""
    from sim.report.manifest import basis, world_name

    scenario, n, figures = inputs.scenario, summary["replications"], summary["figures"]
    title = (
        in_language(scenario.place or scenario.title or scenario.name, "zh")
        if chinese()
        else scenario.title or scenario.place or "no title"
    )
    yield message("run.head", name=scenario.name, title=title, n=n)
    yield f"  {clauses(world_name(inputs), basis(inputs))}"
    if inputs.changed:
        yield f"  {message('run.changed', keys=listed(inputs.changed))}"
    for metric in HEADLINES:
        if metric in figures:
            words, figure = message(f"headline.{metric}"), _words(figures[metric])
            said = message("run.figure", words=words, figure=figure)
            yield f"  {said}{interval_words(figures[metric])}"
    key = "run.once" if n == 1 else "run.ranges.few" if n < FEW else "run.ranges"
    ranges = message(key, confidence=100 * scenario.experiment.interval_confidence)
    drawn = summary.get("assumptions", [])
    yield ranges + (message("run.drawn", share=SHARE) if drawn and n > 1 else "")
    yield from (f"  {words}" for words in drawn if words)
    if not summary["precision_reached"]:
        yield message("not-reached")


def _words(figure: dict[str, Any]) -> str:
    """A figure with its interval."""
    mean, low, high = figure["mean"], figure["ci_low"], figure["ci_high"]
    if mean is None:
        return message("run.nothing")
    form = ".1%" if figure["unit"] == "share" else ",.0f"
    text = format(mean, form if chinese() else f"7{form}")
    if low is None:
        return text
    ends = message("from-to", first=format(low, form), last=format(high, form))
    return message("in-brackets", words=text, more=ends)
