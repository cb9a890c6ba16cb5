"""`linli run`: simulate, measure, draw, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.exits import UsageProblem
from sim.cli.options.common import Options, refuse_unknown
from sim.cli.options.engine import chart_jobs, engine_block, replicating
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.assumptions import (
    KEPT_TABLES,
    SHARE,
    interval_words,
    kept_of_one,
    second_interval,
    write_kept,
)
from sim.cli.output.progress import say, say_notes
from sim.messages import LANGUAGES, Language, clauses, in_language, speaking
from sim.messages import say as message
from sim.metrics import METRICS
from sim.report.files import REPLACED
from sim.report.manifest import basis
from sim.scenario.inputs import Inputs, world_kind, world_words
from sim.scenario.loading import load
from sim.words import NOT_REACHED, counted

if TYPE_CHECKING:  # the same asked again needs neither model nor charts
    import pandas as pd

    from sim.sensitivity.kept import KeptSensitivity
    from sim.studies.run import Run


GUARDED = (
    "summary.csv",
    "replications.parquet",
    "requests.parquet",
    "league.csv",
    "subsidy.csv",
    "savings.csv",
    "savings.yaml",
    *KEPT_TABLES,
    "manifest.json",
)
CHARTS = ("main", "all", "none")
HEADLINES = {name: metric.headline for name, metric in METRICS.items() if metric.headline}


def run_scenario(
    path: Path, options: Options, *, charts: str, language: str, requests: bool
) -> None:
    """Run a scenario into its result folder; see `linli run --help`."""
    refuse_unknown("--charts", charts, CHARTS)
    refuse_unknown("--language", language, LANGUAGES)
    spoken: Language = "zh" if language == "zh" else "en"
    if charts == "all" and spoken == "zh":
        raise UsageProblem("--charts all: those on request are in English only; --language en")
    inputs = load(path, sets=options.changes, replications=options.replications, seed=options.seed)
    say_notes(inputs.notices, quiet=options.silent)
    kept = kept_of_one(options, inputs)
    answer = Answer(
        Question.from_scenarios("run", [inputs]),
        options.out or Path("results") / inputs.scenario.name,
        Files(GUARDED, (*REPLACED, *KEPT_TABLES)),
        identity_of([inputs], "run", charts, spoken, requests, *(k.digest for k in kept)),
        options,
        partial(_lines, inputs, language=spoken),
        in_run=True,
    )
    if answer.stands():
        return
    from sim.report.manifest import build_manifest
    from sim.studies.run import run

    with replicating(options) as engine:
        done = run(inputs, with_wishes=requests, engine=engine)
        used = engine_block(engine)
    say_notes(done.model.world.calendar.notices, quiet=options.silent)
    with answer.written(["run", *shown([path]), *options.words], used) as draft:
        _write(draft.folder, done, kept)
        if charts != "none":
            say("drawing charts", quiet=options.silent)
            with speaking(spoken):
                _draw(draft.folder / "charts", inputs, done, kept, chart_jobs(options), charts)
        draft.summary = _answer(inputs, done, kept)
        draft.base = build_manifest(inputs, done.n)


def _write(folder: Path, done: Run, kept: Sequence[KeptSensitivity]) -> None:
    """Write the tables."""
    from sim.report.tables import write_judged, write_replications, write_summary, write_wishes

    write_summary(folder, done.summary)
    write_replications(folder, done.replications())
    write_judged(folder, done.judged)
    write_kept(folder, kept)
    if done.wishes is not None:
        write_wishes(folder, done.wishes)


def _draw(
    folder: Path,
    inputs: Inputs,
    done: Run,
    kept: Sequence[KeptSensitivity],
    jobs: int,
    which: str,
) -> None:
    """Draw the charts asked for."""
    from sim.report.context import run_results
    from sim.report.drawing import draw_all, main_charts  # matplotlib takes a while to load

    results = run_results(inputs, done.model, done.summary, done.n)
    if kept:
        results = results.with_assumptions(kept[0].tables["sensitivity.csv"])
    draw_all(results, folder, only=None if which == "all" else main_charts(), jobs=jobs)


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
        **({"assumptions": kept[0].data["words"]} if kept else {}),
    }


def _lines(inputs: Inputs, summary: Mapping[str, Any], *, language: Language) -> list[str]:
    """The summary for a terminal, in a language."""
    with speaking(language):
        return _chinese(inputs, summary) if language == "zh" else _english(inputs, summary)


def _chinese(inputs: Inputs, summary: Mapping[str, Any]) -> list[str]:
    scenario, figures = inputs.scenario, summary["figures"]
    title = in_language(scenario.place or scenario.title or scenario.name, "zh")
    world = message(f"world.{world_kind(inputs)}")
    lines = [
        message("run.head", name=scenario.name, title=title, n=summary["replications"]),
        f"  {clauses(world, basis(inputs))}",
    ]
    if inputs.changed:
        lines.append(f"  {message('page.changed', keys='、'.join(inputs.changed))}")
    lines += [
        f"  {message(f'headline.{m}')}：{_words(figures[m]).strip().replace(' to ', ' 至 ')}"
        for m in HEADLINES
        if m in figures
    ]
    confidence = 100 * scenario.experiment.interval_confidence
    alone = summary["replications"] == 1
    lines.append(message("run.once") if alone else message("run.ranges", confidence=confidence))
    return lines if summary["precision_reached"] else [*lines, message("run.not-reached")]


def _english(inputs: Inputs, summary: Mapping[str, Any]) -> list[str]:
    scenario, n, figures = inputs.scenario, summary["replications"], summary["figures"]
    number = counted(n, "replication")
    lines = [f"{scenario.name} ({scenario.title or scenario.place or 'no title'}): {number}"]
    lines.append(f"  {summary['world']}; {summary['basis']}")
    if inputs.changed:
        lines.append(f"  changed: {', '.join(inputs.changed)}")
    lines += [
        f"  {_words(figures[m])} {words}{interval_words(figures[m])}"
        for m, words in HEADLINES.items()
        if m in figures
    ]
    if n > 1:
        few = " (very few replications: wide and rough)" if n < 5 else ""
        lines.append(
            f"The {scenario.experiment.interval_confidence:.0%} ranges show chance only{few}, not "
            "what the assumptions add."
            + (
                f" Ranges over assumptions hold {SHARE} of draws:"
                if "assumptions" in summary
                else ""
            )
        )
    else:
        lines.append("One replication has no interval.")
    lines += [f"  {words}" for words in summary.get("assumptions", []) if words]
    if not summary["precision_reached"]:
        lines.append(NOT_REACHED)
    return lines


def _words(figure: dict[str, Any]) -> str:
    """A figure with its interval."""
    mean, low, high = figure["mean"], figure["ci_low"], figure["ci_high"]
    if mean is None:
        return "nothing to say:"
    if figure["unit"] == "share":
        text = f"{mean:7.1%}"
        return text if low is None else f"{text} ({low:.1%} to {high:.1%})"
    text = f"{mean:7,.0f}"
    return text if low is None else f"{text} ({low:,.0f} to {high:,.0f})"
