"""The verbs and their options; what a verb does is in the file of its name.

Nothing heavy is imported before a verb runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options.common import (
    Charts,
    Json,
    Options,
    PlainTongue,
    Quiet,
    ScenarioFile,
    ScenarioFiles,
    Seed,
    Sets,
    settle_language,
    with_options,
)
from sim.cli.options.judge import judge_options
from sim.cli.options.people import People


@with_options()
def run(
    scenario: ScenarioFile,
    options: Options,
    charts: Annotated[
        str,
        typer.Option("--charts", metavar="WHICH", help="main (about ten), all or none."),
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
    from sim.cli.run import run_scenario

    which = "none" if no_charts else charts
    run_scenario(scenario, options, charts=which, requests=requests, people=people)


@with_options(out="Result folder [results/compare-<baseline>-vs-<the others>].")
def compare(
    scenarios: ScenarioFiles,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline", metavar="NAME", help="Scenario the others are compared with [the first]."
        ),
    ] = None,
    people: People = None,
    *,
    options: Options,
    charts: Charts = True,
) -> None:
    """Compare policies on the same residents: who gains, who loses, and how sure that is."""
    from sim.cli.compare import compare_files

    compare_files(scenarios, baseline, options, charts=charts, people=people)


@with_options(
    out="Result folder [results/sensitivity-<of>-<scenarios>].",
    replications="Replications of each scenario in every draw [10].",
)
def sensitivity(
    scenarios: ScenarioFiles,
    of: Annotated[
        str,
        typer.Option(
            "--of",
            metavar="VERB",
            help="Whose answer is asked: run, headroom, compare with the first scenario, or site "
            "(a scenario, and the folder that `linli site` wrote).",
        ),
    ] = "run",
    draws: Annotated[
        int, typer.Option("--draws", min=2, max=100_000, help="Joint draws of the assumptions.")
    ] = 256,
    *,
    options: Options,
    charts: Charts = True,
) -> None:
    """How far answers move over the ranges of what is assumed, and what they depend on."""
    from sim.cli.sensitivity import sensitivity_of

    sensitivity_of(scenarios, of, draws, options, charts=charts)


@with_options(out="Result folder [results/headroom-<scenario name>].")
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
        float | None,
        typer.Option("--largest", metavar="N", help="Largest multiplier of demand tried [100]."),
    ] = None,
    people: Annotated[
        str | None,
        typer.Option(
            "--people",
            metavar="N",
            help="Up to so many residents: 300000 in all, or +8000 who move in; for --largest.",
        ),
    ] = None,
    *,
    options: Options,
    charts: Charts = True,
) -> None:
    """How much more demand there can be, and which tier, zone or kind of venue breaks first."""
    from sim.cli.headroom import headroom_of

    headroom_of(
        scenario,
        policies or [],
        targets or [],
        options,
        largest=largest,
        people=people,
        charts=charts,
    )


@with_options(
    out="Result folder [results/advise-<scenario name>].",
    replications=(
        "Replications of what is recommended, and of levers that chance leaves open [10]."
    ),
)
def advise(
    scenario: ScenarioFile,
    budget: Annotated[float, typer.Option("--budget", metavar="YUAN", help="What may be spent.")],
    once: Annotated[
        bool,
        typer.Option("--once", help="The budget is capital, once; without this it is cost a year."),
    ] = False,
    aim: Annotated[
        str,
        typer.Option(
            "--aim",
            metavar="AIM",
            help="What counts as a gain: person_hours, met_share or worst_group.",
        ),
    ] = "person_hours",
    levers: Annotated[
        Path | None,
        typer.Option(
            "--levers", metavar="FILE", help="A file whose `advise` is laid over the scenario's."
        ),
    ] = None,
    *,
    options: Options,
    charts: Charts = True,
) -> None:
    """The cheapest next move: unlike measures ranked by what they gain, and a programme of them."""
    from sim.cli.advise import advise_scenario

    advise_scenario(scenario, budget, aim, options, once=once, charts=charts, levers=levers)


@with_options(first="sets", jobs="Threads of a search [all] and processes of --judge.")
def allocate(
    scenario: ScenarioFile,
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
            "--keep", metavar="FILE", help="A timetable.csv whose sessions stay where that pays."
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
            help="With --judge: a rule, or the file of a scenario with one, to compare with; "
            "repeatable, the first is the baseline [first_come, greedy, last_season].",
        ),
    ] = None,
    *,
    options: Options,
    charts: Annotated[bool, typer.Option(help="Draw charts.")] = True,
    reasons: Annotated[
        bool,
        typer.Option(help="Explain what requests did not get, and what gives way if they must."),
    ] = True,
    why: Annotated[
        list[str] | None,
        typer.Option(
            "--why", metavar="REQUEST", help="Also print the reasons for one request; repeatable."
        ),
    ] = None,
) -> None:
    """Allocate a season's weekly slots to groups, and prove how good the timetable is."""
    from sim.cli.allocate import SeasonDecisions, allocate_season

    allocate_season(
        scenario, options, SeasonDecisions(locks or [], rejections or [], keep), time_limit,
        judge_options(judge, against, options), charts=charts, reasons=reasons, why=why or [],
    )  # fmt: skip


@with_options()
def site(
    scenario: ScenarioFile,
    full: Annotated[
        bool,
        typer.Option("--full", help="All budgets and outlooks of the scenario, and 6 turns."),
    ] = False,
    *,
    options: Options,
    charts: Annotated[bool, typer.Option(help="Draw charts and the page.")] = True,
) -> None:
    """Where to build next: plans optimised, simulated under the same residents, and corrected."""
    from sim.cli.site import site_scenario

    site_scenario(scenario, options, full=full, charts=charts)


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
    replication: Annotated[
        int, typer.Option("--replication", min=0, help="Replication of the request or the week.")
    ] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for picture and table.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: PlainTongue = None,
) -> None:
    """One venue's week, or one request: what was tried, what was in the way, what would help."""
    from sim.cli.explain import explain_results

    settle_language(language)
    explain_results(results, venue, week, request, replication, out, as_json=as_json, quiet=quiet)


def validate(
    scenarios: ScenarioFiles,
    sets: Sets = None,
    show_resolved: Annotated[
        bool, typer.Option("--show-resolved", help="Print every value after extends and --set.")
    ] = False,
    sources: Annotated[
        bool, typer.Option("--sources", help="Print where every number comes from.")
    ] = False,
    show_ranges: Annotated[
        bool,
        typer.Option(
            "--show-ranges", help="Print what `linli sensitivity` draws, and what it does not."
        ),
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    language: PlainTongue = None,
) -> int:
    """Check scenarios and their tables; every problem is named at once."""
    from sim.cli.authoring import validate_scenarios

    settle_language(language)
    return validate_scenarios(
        scenarios, sets or [], show_resolved=show_resolved, sources=sources,
        show_ranges=show_ranges, as_json=as_json, quiet=quiet,
    )  # fmt: skip


@with_options(out="Result folder [results/check-<scenario name>].")
def check(
    scenario: ScenarioFile,
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
    from sim.cli.check import check_scenario

    check_scenario(scenario, log, options, charts=charts)


def calibrate(
    scenarios: Annotated[
        list[Path] | None, typer.Argument(metavar="[SCENARIO]...", help="Scenario YAMLs.")
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all", help="All scenarios of scenarios/ that have a fit of their own."),
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            metavar="FILE",
            help="Fit level, curves and leads to this log of bookings, not to totals.",
        ),
    ] = None,
    sets: Sets = None,
    seed: Seed = None,
    as_json: Json = False,
    quiet: Quiet = False,
    language: PlainTongue = None,
) -> int:
    """Fit levels to totals and keep them in levels.yaml, or demand to a log of bookings."""
    from sim.cli.calibrate import calibrate_scenarios

    settle_language(language)
    return calibrate_scenarios(
        scenarios or [],
        sets or [],
        seed,
        log,
        every=every,
        silent=as_json or quiet,
        as_json=as_json,
    )


def world(
    name: Annotated[
        str,
        typer.Argument(
            help="cangqian, cangqian-45k, cangqian-80k, cangqian:N, district, scale:N, "
            "allocate-season, site-cangqian, site-district, before-after, huaxing or nanteng-links."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the tables.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the made-up world.")] = 1,
    as_export: Annotated[
        bool,
        typer.Option(
            "--as-export",
            help="Instead write what operators of the shipped scenario would export after one "
            "simulated window, for `linli import`: venues.xlsx, bookings.csv in GBK.",
        ),
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    language: PlainTongue = None,
) -> None:
    """Make a synthetic world: origins, people, centres, venues, hours."""
    from sim.cli.authoring import write_named_world

    settle_language(language)
    write_named_world(name, out, seed, as_export=as_export, as_json=as_json, quiet=quiet)


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="Venue lists, booking exports, population tables: XLSX, CSV, GeoJSON."),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of the scenario to write.")],
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help="What columns and words mean; where there is no such file yet and something is "
            "not understood, the guess is written there.",
        ),
    ] = None,
    keep_key: Annotated[
        Path | None,
        typer.Option(
            "--keep-key",
            metavar="FILE",
            help="Keep the key that makes people numbers here, to link later exports.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what each column would be taken for.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    language: PlainTongue = None,
) -> None:
    """Your own venue list and booking export become a scenario; nothing personal is kept."""
    from sim.cli.own_data import import_files

    settle_language(language)
    import_files(files, out, map_file, keep_key, dry_run=dry_run, as_json=as_json, quiet=quiet)


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
    from sim.cli.output.documents import write_report

    write_report(results, language, formats, out, as_json=as_json, quiet=quiet)


def schema(
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write [default: standard output].")
    ] = None,
) -> None:
    """The JSON Schema of scenarios, for editors."""
    from sim.cli.authoring import write_schema

    write_schema(out)


def init(
    name: Annotated[str, typer.Argument(help="Name of the new scenario; its file is NAME.yaml.")],
    extends: Annotated[str, typer.Option("--extends", help="Scenario to start from.")] = "cangqian",
    folder: Annotated[Path, typer.Option("--in", help="Where to write it.")] = Path("scenarios"),
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="A workbook to fill in and import: NAME.xlsx.")
    ] = False,
    language: Annotated[
        str, typer.Option("--language", help="Language of the workbook's headers: zh or en.")
    ] = "zh",
) -> None:
    """Start a scenario of your own: a few lines that extend a shipped one, or a workbook."""
    from sim.cli.authoring import start_scenario, start_workbook

    if xlsx:
        start_workbook(name, language, folder)
    else:
        start_scenario(name, extends, folder)
