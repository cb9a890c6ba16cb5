"""`linli site`: where to build next, optimised, simulated and corrected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.engine import local_jobs
from sim.cli.exits import UsageProblem
from sim.cli.options import Options, ScenarioFile, with_options
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.assumptions import KEPT_TABLES, kept_of_one, write_kept
from sim.cli.output.progress import say, say_notes, silent_libraries
from sim.cli.output.site import effort_words, site_lines, turn_words
from sim.words import counted

if TYPE_CHECKING:
    from sim.report.site.places import PageData
    from sim.scenario.inputs import Inputs
    from sim.scenario.schema.siting import Siting
    from sim.sensitivity.kept import KeptSensitivity
    from sim.siting.search.loop import SitingEffort
    from sim.siting.study import SiteStudy


TABLES = ("plans.csv", "plan.geojson", "sites.csv", "summary.csv")
FILES = Files(
    (*TABLES, "solution.json", "manifest.json"),
    (*TABLES, *KEPT_TABLES, "openings.csv", "plan.yaml", "plan", "charts"),
)
SEARCHING = 10
"""Replications of a plan while searching."""
FULL_TURNS = 6
SOLVER_THREADS = 2


@with_options()
def site(
    path: ScenarioFile,
    full: Annotated[
        bool,
        typer.Option("--full", help="All budgets and outlooks of the scenario, and 6 turns."),
    ] = False,
    *,
    options: Options,
    charts: Annotated[bool, typer.Option(help="Draw charts and the page.")] = True,
) -> None:
    """Where to build next: plans optimised, simulated under the same residents, and corrected."""
    from sim.scenario.loading import load

    inputs = load(path, **options.laid)
    options.settle_language(inputs.scenario)
    siting = inputs.scenario.siting
    if siting is None:
        raise UsageProblem(
            f"{path}: no `siting` in it: it does not say what may be built. "
            "docs/how-to/site-a-room.md begins with a table of candidates."
        )
    notices = [*inputs.notices, *_notices(siting, full)]
    say_notes(notices, quiet=options.silent)
    kept = kept_of_one(options, inputs, "site")
    answer = Answer(
        Question.from_scenarios("site", [inputs]),
        options.out or Path("results") / inputs.scenario.name,
        FILES,
        site_identity(inputs, full, charts, *(one.digest for one in kept)),
        options,
        site_lines,
    )
    if answer.stands():
        return
    from sim.report.manifest import build_manifest
    from sim.report.site.files import turn_record
    from sim.siting.study import StudyProgress, site_study

    effort = _effort(inputs, siting, full)
    say(effort_words(effort), quiet=options.silent)
    progress = StudyProgress(
        lambda line: say(line, quiet=options.silent),
        lambda turn: say(turn_words(turn_record(turn)), quiet=options.silent),
    )
    with silent_libraries(), answer.replicating() as engine:
        study = site_study(inputs, engine, effort, progress, full=full)
    words = ["site", *shown([path]), *(["--full"] if full else []), *options.words]
    with answer.written(words) as draft:
        runs, plans = study.judged.runs, study.outcome.plans
        done = {plan.label: runs[plan.times].inputs for plan in plans}
        kept = [one for one in kept if one.knows(done)]
        draft.summary = _write(draft.folder, inputs, study, notices, kept, options, charts=charts)
        draft.base = {**build_manifest(inputs, effort.judge), "kind": "site"}
        limit = siting.time_limit_seconds
        draft.more = {"search": {"cut": draft.summary["cut"], "time_limit_seconds": limit}}
        draft.by_clock = draft.summary["cut"] == "clock"


def site_identity(inputs: Inputs, *options: bool | str) -> str:
    """Hash what is asked."""
    return identity_of([inputs], "site", *options)


def _notices(siting: Siting, full: bool) -> list[str]:
    """The checks that were left out, in words."""
    if full:
        return []
    left = []
    if siting.budgets:
        left.append(counted(len(siting.budgets), "more budget"))
    number = len(siting.outlooks) + (0 if siting.path is None else len(siting.path.years))
    if number:
        left.append(counted(number, "outlook"))
        left += [f"what to recommend over them (siting.robust: {siting.robust})"] * (
            siting.robust != "base"
        )
    return [f"not checked: {', '.join(left)} (--full does)"] if left else []


def _effort(inputs: Inputs, siting: Siting, full: bool) -> SitingEffort:
    from sim.scenario.schema.experiment import Precision
    from sim.siting.search.loop import SitingEffort

    experiment = inputs.scenario.experiment
    spec = experiment.replications
    most = spec.at_most if isinstance(spec, Precision) else spec
    return SitingEffort(
        search=min(SEARCHING, most),
        judge=most,
        turns=FULL_TURNS if full else siting.turns,
        seed=experiment.seed,
        confidence=experiment.interval_confidence,
        workers=SOLVER_THREADS,
    )


def _write(
    folder: Path,
    inputs: Inputs,
    study: SiteStudy,
    notices: Sequence[str],
    kept: Sequence[KeptSensitivity],
    options: Options,
    *,
    charts: bool,
) -> dict[str, Any]:
    """Write tables and charts, and return the summary."""
    from sim.report.site.files import write_site_files
    from sim.report.site.places import link_lines, page_data
    from sim.report.site.plan_scenario import write_plan_scenario
    from sim.report.site.sites import write_site_tables
    from sim.report.tables import plain

    record = write_site_files(folder, study)
    places = page_data(study.outcome, link_lines(inputs.tables, study.outcome.catalogue))
    write_site_tables(places, folder)
    write_plan_scenario(folder, inputs, study)
    write_kept(folder, kept)
    if charts:
        _draw(folder, inputs, study, places, kept, options)
    plans = [
        {
            "plan": p.label,
            "rank": p.rank,
            "cost": p.cost.base,
            "simulated": p.gain.mean,
            "ci_low": plain(p.gain.low),
            "ci_high": plain(p.gain.high),
        }
        for p in study.outcome.plans
    ]
    moves = [
        {"times": n, "move": move.words}
        for move, n in zip(
            study.outcome.catalogue.moves, study.outcome.recommended.times, strict=True
        )
        if n
    ]
    more: dict[str, Any] = {"plans": plans, "moves": moves, "notices": list(notices)}
    if kept:
        more["assumptions"] = kept[0].words
    return {"name": inputs.scenario.name, **record, **more}


def _draw(
    folder: Path,
    inputs: Inputs,
    study: SiteStudy,
    places: PageData,
    kept: Sequence[KeptSensitivity],
    options: Options,
) -> None:
    """Draw the charts."""
    from sim.report.charts.site.results import SiteResults
    from sim.report.context import chart_context

    def results() -> SiteResults:
        found = SiteResults(places, chart_context(inputs, study.outcome.recommended.gain.n))
        return found.with_assumptions(kept[0].tables["sensitivity.csv"]) if kept else found

    options.draw(folder, results, jobs=local_jobs(options))
