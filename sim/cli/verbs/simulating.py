"""Verbs that simulate scenarios and tell what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.engine import EngineOptions
from sim.cli.options import (
    Charts,
    Engine,
    Jobs,
    Json,
    NoStore,
    Out,
    Overwrite,
    Quiet,
    Replications,
    ScenarioFile,
    ScenarioFiles,
    Scheduler,
    Seed,
    Sets,
    Store,
)

__all__ = ["compare", "explain", "headroom", "run"]


def run(
    scenario: ScenarioFile,
    out: Out = None,
    overwrite: Overwrite = False,
    sets: Sets = None,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    engine: Engine = "processes",
    scheduler: Scheduler = None,
    store: Store = None,
    no_store: NoStore = False,
    as_json: Json = False,
    quiet: Quiet = False,
    charts: Annotated[bool, typer.Option(help="Draw the capacity charts.")] = True,
    requests: Annotated[
        bool, typer.Option("--requests", help="Also write requests.parquet: one row a wish.")
    ] = False,
) -> None:
    """Simulate a scenario and write its metrics and capacity charts."""
    from sim.cli.run import run_scenario

    run_scenario(
        scenario, out, sets or [], replications, seed,
        EngineOptions(jobs, engine, scheduler, store, no_store),
        as_json=as_json, quiet=quiet, charts=charts, requests=requests, overwrite=overwrite,
    )  # fmt: skip


def compare(
    scenarios: ScenarioFiles,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline", metavar="NAME", help="Scenario the others are compared with [the first]."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Result folder [results/compare-<baseline>-vs-<the others>]."),
    ] = None,
    overwrite: Overwrite = False,
    sets: Sets = None,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    engine: Engine = "processes",
    scheduler: Scheduler = None,
    store: Store = None,
    no_store: NoStore = False,
    as_json: Json = False,
    quiet: Quiet = False,
    charts: Charts = True,
) -> None:
    """Compare policies on the same residents: who gains, who loses, and how sure that is."""
    from sim.cli.compare import compare_files

    compare_files(
        scenarios, baseline, out, sets or [], replications, seed,
        EngineOptions(jobs, engine, scheduler, store, no_store),
        as_json=as_json, quiet=quiet, charts=charts, overwrite=overwrite,
    )  # fmt: skip


def headroom(
    scenario: ScenarioFile,
    policies: Annotated[
        list[Path] | None,
        typer.Option(
            "--policy",
            metavar="FILE",
            help="Also under this file's `policy` and `demand.responses`; repeatable.",
        ),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            metavar="SHARE",
            help="Served share not to fall below, 0.8 or 80%; repeatable, charts show the first "
            "[0.8, 0.9].",
        ),
    ] = None,
    largest: Annotated[
        float, typer.Option("--largest", metavar="N", help="Largest multiplier of demand tried.")
    ] = 100.0,
    out: Annotated[
        Path | None, typer.Option("--out", help="Result folder [results/headroom-<scenario name>].")
    ] = None,
    overwrite: Overwrite = False,
    sets: Sets = None,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    engine: Engine = "processes",
    scheduler: Scheduler = None,
    store: Store = None,
    no_store: NoStore = False,
    as_json: Json = False,
    quiet: Quiet = False,
    charts: Charts = True,
) -> None:
    """How much more demand there can be, and which tier, zone or kind of venue breaks first."""
    from sim.cli.headroom import headroom_of

    headroom_of(
        scenario, policies or [], targets or [], largest, out, sets or [], replications, seed,
        EngineOptions(jobs, engine, scheduler, store, no_store),
        as_json=as_json, quiet=quiet, charts=charts, overwrite=overwrite,
    )  # fmt: skip


def explain(
    results: Annotated[
        Path | None, typer.Argument(metavar="RESULTS", help="A result folder of `run`.")
    ] = None,
    venue: Annotated[str | None, typer.Option("--venue", help="Draw this venue's week.")] = None,
    week: Annotated[
        str | None,
        typer.Option("--week", help="ISO week, such as 2025-W20 [default: the busiest]."),
    ] = None,
    request: Annotated[
        str | None,
        typer.Option(
            "--request", help="Explain this wish (`wish` in requests.parquet), or `refused`."
        ),
    ] = None,
    replication: Annotated[int, typer.Option("--replication", min=0)] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for picture and table.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """One venue's week, or one request: what was tried, what stood in the way, what would serve."""
    from sim.cli.explain import explain_results

    explain_results(results, venue, week, request, replication, out, as_json=as_json, quiet=quiet)
