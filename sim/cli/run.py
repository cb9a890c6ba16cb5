"""`linli run`: simulate, measure, draw, write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.engine import EngineOptions, chart_jobs, engine_block, open_engine
from sim.cli.progress import progress_bar, say
from sim.cli.results import Begun, Question, check_out, common_words, open_folder, shown
from sim.cli.unchanged import digests, identity_of, unchanged
from sim.metrics import METRICS
from sim.report.basis import basis
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.world_kind import world_words

if TYPE_CHECKING:  # the same asked again needs neither model nor charts
    import pandas as pd

    from sim.analysis.run import Run

__all__ = ["run_scenario"]

GUARDED = (
    "summary.csv",
    "replications.parquet",
    "requests.parquet",
    "league.csv",
    "subsidy.csv",
    "savings.csv",
    "savings.yaml",
    "manifest.json",
)
HEADLINES = {name: metric.headline for name, metric in METRICS.items() if metric.headline}


def run_scenario(
    path: Path,
    out: Path | None,
    sets: Sequence[str],
    replications: str | None,
    seed: str | None,
    options: EngineOptions,
    *,
    as_json: bool,
    quiet: bool,
    charts: bool,
    requests: bool,
    overwrite: bool,
) -> None:
    """Run a scenario into its result folder; see `linli run --help`."""
    check_out(out)
    silent = quiet or as_json
    inputs = load(path, sets=sets, replications=replications, seed=seed)
    for notice in inputs.notices:
        say(f"note: {notice}", quiet=silent)
    folder = out or Path("results") / inputs.scenario.name
    question = Question.of("run", [inputs])
    target = open_folder(folder, GUARDED, question, overwrite=overwrite)
    identity = identity_of([inputs], "run", charts, requests)
    before = None if options.no_store else unchanged(folder, identity, "run")
    if before is not None:
        say("nothing changed since these results were written", quiet=silent)
        _tell(inputs, before, folder, as_json=as_json, quiet=quiet)
        return
    begun = Begun()
    from sim.analysis.run import run
    from sim.report.manifest import build_manifest
    from sim.report.tables import write_manifest

    with (
        progress_bar("replications", quiet=silent) as progress,
        open_engine(options, progress=progress, quiet=silent) as engine,
    ):
        done = run(inputs, with_wishes=requests, engine=engine)
        used = engine_block(engine)
    for notice in done.model.world.calendar.notices:
        say(f"note: {notice}", quiet=silent)
    told = _answer(inputs, done)
    command = ["linli", "run", *shown([path]), *common_words(sets, replications, seed)]
    with target as results:
        _write(results.path, inputs, done, silent=silent, jobs=chart_jobs(options) * charts)
        block = {
            **begun.block(command, used),
            "identity": identity,
            "files": digests(results.path),
            "told": told,
        }
        manifest = build_manifest(inputs, done.n, block)
        write_manifest(results.path, {**manifest, "question": question.record})
    _tell(inputs, told, folder, as_json=as_json, quiet=quiet)


def _write(folder: Path, inputs: Inputs, done: Run, *, silent: bool, jobs: int) -> None:
    """Write tables, and charts where there are `jobs` to draw them."""
    from sim.report.tables import write_judged, write_replications, write_summary, write_wishes

    write_summary(folder, done.summary)
    write_replications(folder, done.replications())
    write_judged(folder, done.judged)
    if done.wishes is not None:
        write_wishes(folder, done.wishes)
    if jobs:
        say("drawing charts", quiet=silent)
        from sim.report.context import run_results
        from sim.report.draw import draw_all  # matplotlib takes a third of a second to load

        results = run_results(inputs, done.model, done.summary, done.n)
        draw_all(results, folder / "charts", jobs=jobs)


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


def _answer(inputs: Inputs, done: Run) -> dict[str, Any]:
    """What is told of a run, and noted in its manifest."""
    known = set(done.summary["metric"])
    return {
        "name": inputs.scenario.name,
        "replications": done.n,
        "precision_reached": done.reached,
        "world": world_words(inputs),
        "basis": basis(inputs),
        "notices": [*inputs.notices, *done.model.world.calendar.notices],
        "figures": {m: headline(done.summary, m) for m in HEADLINES if m in known},
    }


def _tell(
    inputs: Inputs, told: Mapping[str, Any], folder: Path, *, as_json: bool, quiet: bool
) -> None:
    if as_json:
        print(json.dumps({"out": str(folder), **told}, ensure_ascii=False))
    elif not quiet:
        print("\n".join([*_lines(inputs, told), f"Written to {folder}"]))


def _lines(inputs: Inputs, told: Mapping[str, Any]) -> list[str]:
    scenario, n, figures = inputs.scenario, told["replications"], told["figures"]
    number = f"{n} replication{'s' if n != 1 else ''}"
    lines = [f"{scenario.name} ({scenario.title or scenario.place or 'no title'}): {number}"]
    lines.append(f"  {told['world']}; {told['basis']}")
    if inputs.changed:
        lines.append(f"  changed: {', '.join(inputs.changed)}")
    lines += [f"  {_words(figures[m])} {words}" for m, words in HEADLINES.items() if m in figures]
    if n > 1:
        few = " (very few replications: wide and rough)" if n < 5 else ""
        lines.append(
            f"{scenario.experiment.interval_confidence:.0%} intervals are of simulation only{few}; "
            "what assumptions add is not in them."
        )
    else:
        lines.append("One replication has no interval.")
    if not told["precision_reached"]:
        lines.append("The precision asked for was not reached within the cap on replications.")
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
