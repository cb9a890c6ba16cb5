"""The verbs and their options. Nothing heavy is imported here: `linli --help` must be quick."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.engine import EngineOptions
from sim.cli.exits import guarded
from sim.cli.judge_options import judge_options

__all__ = ["app", "main"]

app = typer.Typer(
    name="linli",
    help="How well do a city's bookable community venues serve people, and what breaks first?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario YAML.")]
Out = Annotated[
    Path | None, typer.Option("--out", help="Result folder [default: results/<scenario name>].")
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change a value: dotted.key=value; repeatable."
    ),
]
Replications = Annotated[
    str | None, typer.Option("--replications", metavar="N", help="Number of replications.")
]
Seed = Annotated[
    str | None, typer.Option("--seed", metavar="N", help="Seed of all random numbers.")
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=1, help="Processes [default: as many as pay off]."),
]
Engine = Annotated[
    str,
    typer.Option("--engine", help="Who computes: processes (this machine) or dask (a cluster)."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Of a running Dask cluster, such as tcp://10.0.0.5:8786; with --engine dask.",
    ),
]
Store = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="DIR",
        help="Where finished replications are kept and found [default: the user's cache folder].",
    ),
]
NoStore = Annotated[
    bool, typer.Option("--no-store", help="Compute everything; keep no finished replications.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress, no summary.")]


@app.command()
def run(
    scenario: ScenarioFile,
    out: Out = None,
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
        as_json=as_json, quiet=quiet, charts=charts, requests=requests,
    )  # fmt: skip


@app.command()
def compare(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Scenario YAMLs.")],
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline", metavar="NAME", help="Scenario the others are compared with [the first]."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Result folder [results/compare-<baseline>].")
    ] = None,
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
    charts: Annotated[bool, typer.Option(help="Draw the charts.")] = True,
) -> None:
    """Compare policies on the same residents: who gains, who loses, and how sure that is."""
    from sim.cli.compare import compare_files

    compare_files(
        scenarios, baseline, out, sets or [], replications, seed,
        EngineOptions(jobs, engine, scheduler, store, no_store),
        as_json=as_json, quiet=quiet, charts=charts,
    )  # fmt: skip


@app.command()
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
            help="Served share not to fall below; repeatable, charts show the first [0.8, 0.9].",
        ),
    ] = None,
    largest: Annotated[
        float, typer.Option("--largest", metavar="N", help="Largest multiplier of demand tried.")
    ] = 100.0,
    out: Annotated[
        Path | None, typer.Option("--out", help="Result folder [results/headroom-<scenario name>].")
    ] = None,
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
    charts: Annotated[bool, typer.Option(help="Draw the charts.")] = True,
) -> None:
    """How much more demand there can be, and which tier, zone or kind of venue breaks first."""
    from sim.cli.headroom import headroom_of

    headroom_of(
        scenario, policies or [], targets or [], largest, out, sets or [], replications, seed,
        EngineOptions(jobs, engine, scheduler, store, no_store),
        as_json=as_json, quiet=quiet, charts=charts,
    )  # fmt: skip


@app.command()
def allocate(
    scenario: ScenarioFile,
    out: Out = None,
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
    )  # fmt: skip


@app.command()
def site(
    scenario: ScenarioFile,
    full: Annotated[
        bool,
        typer.Option("--full", help="All budgets and outlooks of the scenario, and 6 turns."),
    ] = False,
    out: Out = None,
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
        full=full, as_json=as_json, quiet=quiet, charts=charts,
    )  # fmt: skip


@app.command()
def validate(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Scenario YAMLs.")],
    sets: Sets = None,
    show_resolved: Annotated[
        bool, typer.Option("--show-resolved", help="Print every value after extends and --set.")
    ] = False,
    sources: Annotated[
        bool, typer.Option("--sources", help="Print where every number comes from.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Check scenarios and their tables; every problem is named at once."""
    from sim.cli.validate import validate_scenarios

    return validate_scenarios(
        scenarios, sets or [], show_resolved=show_resolved, sources=sources,
        as_json=as_json, quiet=quiet,
    )  # fmt: skip


@app.command()
def calibrate(
    scenarios: Annotated[
        list[Path] | None, typer.Argument(metavar="[SCENARIO]...", help="Scenario YAMLs.")
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all", help="All scenarios of scenarios/ that have a fit of their own."),
    ] = False,
    sets: Sets = None,
    seed: Seed = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Fit levels of demand, activities and points to what was counted; keep them in levels.yaml."""
    from sim.cli.calibrate import calibrate_scenarios

    return calibrate_scenarios(
        scenarios or [], sets or [], seed, every=every, as_json=as_json, quiet=quiet
    )


@app.command()
def explain(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="A result folder of `run`.")],
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


@app.command()
def world(
    name: Annotated[
        str,
        typer.Argument(
            help="cangqian, cangqian-45k, cangqian-80k, cangqian:N, district, scale:N, "
            "allocate-season, site-cangqian, site-district, before-after, huaxing or nanteng-links."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the tables.")],
    seed: Annotated[int, typer.Option("--seed", min=0)] = 1,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a synthetic world: origins, people, centres, venues, hours."""
    from sim.cli.world import write_named_world

    write_named_world(name, out, seed, as_json=as_json, quiet=quiet)


@app.command()
def schema(
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write [default: standard output].")
    ] = None,
) -> None:
    """The JSON Schema of scenarios, for editors."""
    from sim.cli.authoring import write_schema

    write_schema(out)


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="Name of the new scenario; its file is NAME.yaml.")],
    extends: Annotated[str, typer.Option("--extends", help="Scenario to start from.")] = "cangqian",
    folder: Annotated[Path, typer.Option("--in", help="Where to write it.")] = Path("scenarios"),
) -> None:
    """Start a scenario of your own: a few lines that extend a shipped one."""
    from sim.cli.authoring import start_scenario

    start_scenario(name, extends, folder)


def version(value: bool) -> None:
    """Print the version and leave."""
    if value:
        from sim import __version__

        typer.echo(f"linli {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """How well do a city's bookable community venues serve people, and what breaks first?"""  # noqa: D400


def main() -> None:
    """Entry point; the exit status is part of the contract."""
    # one thread each: replications run in processes, and threads that wait spin
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    sys.exit(guarded(app))
