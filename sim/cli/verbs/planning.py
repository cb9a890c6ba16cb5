"""Verbs that search for a plan, prove how good it is and simulate it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.engine import EngineOptions
from sim.cli.judge_options import judge_options
from sim.cli.options import (
    Engine,
    Jobs,
    Json,
    NoStore,
    Out,
    Overwrite,
    Quiet,
    Replications,
    ScenarioFile,
    Scheduler,
    Seed,
    Sets,
    Store,
)

__all__ = ["allocate", "site"]


def allocate(
    scenario: ScenarioFile,
    out: Out = None,
    overwrite: Overwrite = False,
    sets: Sets = None,
    locks: Annotated[
        list[str] | None,
        typer.Option(
            "--lock",
            metavar="SESSION",
            help='A session that must be: "request=venue@Mon 18:00-19:30"; repeatable.',
        ),
    ] = None,
    rejections: Annotated[
        list[str] | None,
        typer.Option(
            "--reject",
            metavar="SESSION",
            help='Sessions that must not be: "request=venue", "request@Mon"; repeatable.',
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="FILE", help="A timetable.csv of which as much as pays shall stay."
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", metavar="S", help="Seconds a search may take."),
    ] = None,
    judge: Annotated[
        bool,
        typer.Option(
            "--judge", help="Simulate the timetable, those of other rules, and no clubs at all."
        ),
    ] = False,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="RULE",
            help="With --judge: a rule, or a scenario's file with one, whose timetable is another; "
            "repeatable, the first is the baseline [first_come, greedy, last_season].",
        ),
    ] = None,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, help="Threads of a search [all] and processes of --judge."),
    ] = None,
    engine: Engine = "processes",
    scheduler: Scheduler = None,
    store: Store = None,
    no_store: NoStore = False,
    as_json: Json = False,
    quiet: Quiet = False,
    charts: Annotated[bool, typer.Option(help="Draw charts and weeks to print.")] = True,
    reasons: Annotated[
        bool, typer.Option(help="Explain what requests did not get, and try what would help.")
    ] = True,
    why: Annotated[
        list[str] | None,
        typer.Option(
            "--why", metavar="REQUEST", help="Also print what is told of a request; repeatable."
        ),
    ] = None,
) -> None:
    """Allot a season's weekly slots to groups, and prove how far from the best that may be."""
    from sim.cli.allocate import allocate_season

    options = EngineOptions(jobs, engine, scheduler, store, no_store)
    allocate_season(
        scenario, out, sets or [], locks or [], rejections or [], keep, time_limit, jobs,
        judge_options(judge, against, replications, seed, options),
        as_json=as_json, quiet=quiet, charts=charts, reasons=reasons, why=why or [],
        overwrite=overwrite,
    )  # fmt: skip


def site(
    scenario: ScenarioFile,
    full: Annotated[
        bool,
        typer.Option("--full", help="All budgets and outlooks of the scenario, and 6 turns."),
    ] = False,
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
    charts: Annotated[bool, typer.Option(help="Draw charts and the page.")] = True,
) -> None:
    """Where to build next: plans optimised, simulated under the same residents, and corrected."""
    from sim.cli.site import site_scenario

    site_scenario(
        scenario, out, sets or [], replications, seed,
        EngineOptions(jobs, engine, scheduler, store, no_store),
        full=full, as_json=as_json, quiet=quiet, charts=charts, overwrite=overwrite,
    )  # fmt: skip
