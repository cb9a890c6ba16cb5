"""`linli run`: simulate, measure, draw, write."""

from __future__ import annotations

import datetime as dt
import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.analysis.run import Run, run
from sim.cli.engine import EngineOptions, chart_jobs, engine_block, open_engine
from sim.cli.exits import UsageProblem
from sim.cli.progress import progress_bar, say
from sim.report.basis import basis
from sim.report.context import run_results
from sim.report.draw import draw_all
from sim.report.files import ForeignFilesError, ResultFolder
from sim.report.manifest import build_manifest
from sim.report.tables import (
    write_judged,
    write_manifest,
    write_replications,
    write_summary,
    write_wishes,
)
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load

__all__ = ["HEADLINES", "run_scenario"]

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
HEADLINES = (
    ("wishes", "wishes"),
    ("asked_share", "of wishes were asked"),
    ("bookings", "bookings made"),
    ("served_share", "of requests got a slot"),
    ("met_share", "of wishes were met (booked and used)"),
    ("utilisation_booked", "of open hours booked on the platform"),
    ("utilisation_off_platform", "of open hours used off-platform (assumed)"),
    ("activities", "activities published"),
    ("participations", "participations in them"),
    ("visits", "visits to drop-in places (assumed rates)"),
    ("redemptions", "goods taken for points"),
)


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
) -> None:
    """Run a scenario into its result folder; see `linli run --help`."""
    if out is not None and str(out) in ("", "."):
        raise UsageProblem("--out: name a folder of its own for the results")
    silent = quiet or as_json
    inputs = load(path, sets=sets, replications=replications, seed=seed)
    for notice in inputs.notices:
        say(f"note: {notice}", quiet=silent)
    folder = out or Path("results") / inputs.scenario.name
    target = ResultFolder(folder, guards=GUARDED)
    try:
        target.check()
    except ForeignFilesError as error:
        raise UsageProblem(str(error)) from error
    began, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    with (
        progress_bar("replications", quiet=silent) as progress,
        open_engine(options, progress=progress, quiet=silent) as engine,
    ):
        done = run(inputs, with_wishes=requests, engine=engine)
        used = engine_block(engine)
    for notice in done.model.world.calendar.notices:
        say(f"note: {notice}", quiet=silent)
    with target as results:
        _write(results.path, inputs, done, silent=silent, jobs=chart_jobs(options) * charts)
        block = {
            "command": _command(path, sets, replications, seed),
            "began": began.isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - clock, 2),
            **used,
            "platform": platform.platform(terse=True),
        }
        write_manifest(results.path, build_manifest(inputs, done.n, block))
    _tell(inputs, done, folder, as_json=as_json, quiet=quiet)


def _write(folder: Path, inputs: Inputs, done: Run, *, silent: bool, jobs: int) -> None:
    """Write tables, and charts where there are `jobs` to draw them."""
    write_summary(folder, done.summary)
    write_replications(folder, done.replications())
    write_judged(folder, done.judged)
    if done.wishes is not None:
        write_wishes(folder, done.wishes)
    if jobs:
        say("drawing charts", quiet=silent)
        results = run_results(inputs, done.model, done.summary, done.n)
        draw_all(results, folder / "charts", jobs=jobs)


def _command(
    path: Path, sets: Sequence[str], replications: str | None, seed: str | None
) -> list[str]:
    """The command in words that hold on any machine: absolute paths by their file name."""
    words = ["linli", "run", path.name if path.is_absolute() else path.as_posix()]
    for text in sets:
        words += ["--set", text]
    for name, value in (("--replications", replications), ("--seed", seed)):
        if value is not None:
            words += [name, str(value)]
    return words


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
    return None if pd.isna(value) else float(f"{value:.10g}")


def _tell(inputs: Inputs, done: Run, folder: Path, *, as_json: bool, quiet: bool) -> None:
    known = set(done.summary["metric"])
    figures = {metric: headline(done.summary, metric) for metric, _ in HEADLINES if metric in known}
    if as_json:
        answer = {
            "name": inputs.scenario.name,
            "out": str(folder),
            "replications": done.n,
            "precision_reached": done.reached,
            "basis": basis(inputs),
            "notices": [*inputs.notices, *done.model.world.calendar.notices],
            "figures": figures,
        }
        print(json.dumps(answer, ensure_ascii=False))
        return
    if quiet:
        return
    scenario = inputs.scenario
    confidence = scenario.experiment.interval_confidence
    number = f"{done.n} replication{'s' if done.n != 1 else ''}"
    lines = [f"{scenario.name} ({scenario.title or scenario.place or 'no title'}): {number}"]
    lines.append(f"  {basis(inputs)}")
    if inputs.changed:
        lines.append(f"  changed: {', '.join(inputs.changed)}")
    shown = [(metric, words) for metric, words in HEADLINES if metric in figures]
    lines += [f"  {_words(figures[metric])} {words}" for metric, words in shown]
    if done.n > 1:
        few = " (very few replications: wide and rough)" if done.n < 5 else ""
        lines.append(
            f"{confidence:.0%} intervals are of simulation only{few}; "
            "what assumptions add is not in them."
        )
    else:
        lines.append("One replication has no interval.")
    if not done.reached:
        lines.append("The precision asked for was not reached within the cap on replications.")
    lines.append(f"Written to {folder}")
    print("\n".join(lines))


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
