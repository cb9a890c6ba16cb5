"""`linli allocate`: from a season's group requests to the weekly timetable that is published."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.exits import UsageProblem, leave_at_once
from sim.cli.options import Options, ScenarioFile, with_options
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.progress import say, say_notes, stopwatch
from sim.cli.output.season import FILE as REASONS
from sim.cli.output.season import allocate_lines, check_names, reason_lines, write_reasons
from sim.words import counted

if TYPE_CHECKING:
    from optimise.slots.solution import Solution
    from sim.cli.judging import Judging, SeasonJudgement
    from sim.season.methods import ProposedTimetable
    from sim.season.plan import SeasonProblem
    from sim.season.reading import ReadSeason


TABLES = (REASONS, "timetable.csv", "outcome.csv", "scenario.yaml")
JUDGED = ("judged.csv", "timetables.csv", "scenarios")
FILES = Files(
    (*TABLES, *JUDGED[:2], "solution.json", "manifest.json"),
    (*TABLES, *JUDGED, "charts", "weeks", "calendars"),
)
_TICK = 0.5
AGAINST = ("first_come", "greedy", "last_season")
"""Rules whose timetables are the others; the first is the baseline."""


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """The rules to judge against, and the number of replications.

    Parameters
    ----------
    against
        Rules of `allocation.method`, or files of scenarios that have one, each once; the first is
        the baseline.
    common
        What all verbs are told.
    """

    against: tuple[str, ...]
    common: Options

    @property
    def words(self) -> list[str]:
        """The options as typed, in words that hold on any machine, without the common ones."""
        paths = [Path(text) for text in self.against]
        rules = [p.name if p.is_absolute() else p.as_posix() for p in paths]
        return ["--judge", *(word for rule in rules for word in ("--against", rule))]


def judge_options(judge: bool, against: list[str] | None, options: Options) -> JudgeOptions | None:
    """Options of judging; None where nothing is judged.

    Raises
    ------
    UsageProblem
        If one is given that plays no part without `--judge`.
    """
    if judge:
        return JudgeOptions(tuple(dict.fromkeys(against or AGAINST)), options)
    given = {
        "--against": against,
        "--replications": options.replications,
        "--seed": options.seed,
        "--scheduler": options.scheduler,
        "--store": options.store,
        "--no-store": options.no_store,
    }
    idle = [name for name, value in given.items() if value]
    if idle:
        raise UsageProblem(f"{', '.join(idle)}: only with --judge; without it nothing is simulated")
    return None


@with_options(first="sets", jobs="Threads of a search [all] and processes of --judge.")
def allocate(
    path: ScenarioFile,
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
    from sim.report.manifest import build_manifest
    from sim.scenario.loading import read
    from sim.season.reading import season_from

    judged = judge_options(judge, against, options)
    sets, silent = options.changes, options.silent
    if time_limit is not None:
        if not time_limit > 0:
            raise UsageProblem(f"--time-limit {time_limit:g}: must be above 0 seconds")
        sets = [*sets, f"allocation.time_limit_seconds={time_limit!r}"]
    options = replace(options, sets=sets)
    locks, rejections, why = locks or [], rejections or [], why or []
    reading = read(path, sets=sets, need_level=False)
    season = season_from(reading, path, locks=locks, rejections=rejections, keep=keep)
    options.settle_language(season.inputs.scenario)
    reasons = reasons or bool(why)
    check_names(season.plan, why)
    workers = options.jobs or os.cpu_count() or 1
    judging = None
    if judged is not None:
        from sim.cli.judging import begin  # brings the model

        judging = begin(path, season, sets, judged)
    notices = [*season.inputs.notices, *season.notices]
    notices += [] if judging is None else judging.notices(season)
    say_notes(notices, quiet=silent)
    folder = options.out or Path("results") / season.inputs.scenario.name
    answer = Answer(
        Question.from_scenarios("allocate", [season.inputs]),
        folder,
        FILES,
        _identity(season, judging, locks, rejections, charts, reasons),
        options,
        partial(_lines, folder, why),
        json_only=lambda: (
            {"why": {name: reason_lines(folder, name) for name in why}} if why else {}
        ),
    )
    if answer.stands(afresh=judge and options.no_store):
        return
    say(_size(season), quiet=silent)
    own, judgement = _found(season, judging, workers, silent=silent)
    words = ["allocate", *shown([path]), *options.words, *(judged.words if judged else [])]
    words += [word for text in locks for word in ("--lock", text)]
    words += [word for text in rejections for word in ("--reject", text)]
    words += ["--keep", *shown([keep])] if keep else []
    answer.used = {"jobs": workers, **({} if judgement is None else {"judged": judgement.used})}
    with answer.written(words) as draft:
        draft.summary = _write(draft.folder, season, own, notices)
        found = [own] if judgement is None else judgement.proposals
        draft.by_clock = any(one.solution is not None and one.solution.cut for one in found)
        if reasons and own.solution is not None:
            draft.finished = write_reasons(draft.folder, season.plan, own.solution, silent=silent)
        _publish(draft.folder, season, own, options, workers if charts else 0)
        if judging is not None and judgement is not None:
            from sim.report.season.files import write_judged_season

            draft.summary["judged"] = write_judged_season(
                draft.folder,
                judging.nobody.inputs.path,
                judgement.proposals,
                judgement.compared,
                judging.counted,
                options.draw_into if charts else None,
            )
        draft.base = {**build_manifest(season.inputs, 0), "kind": "allocate"}
    if not draft.finished:
        raise KeyboardInterrupt


def _lines(folder: Path, why: Sequence[str], summary: Mapping[str, Any]) -> list[str]:
    """Lines on the timetable, and on why requests that are asked about did not get all."""
    return [
        *allocate_lines(summary),
        *(line for name in why for line in reason_lines(folder, name)),
    ]


def _identity(season: ReadSeason, judging: Judging | None, *options: Any) -> str:
    """Hash what is asked: results of one identity are the same on every machine."""
    if judging is None:
        return identity_of([season.inputs], "allocate", *options)
    both = [season.inputs, judging.nobody.inputs]
    return identity_of(both, "allocate", *options, judging.against)


def _found(
    season: ReadSeason, judging: Judging | None, workers: int, *, silent: bool
) -> tuple[ProposedTimetable, SeasonJudgement | None]:
    """The season's timetable, and what the simulation says of it if that is asked."""
    from sim.season.methods import Rival

    search = partial(_searched, workers=workers, silent=silent)
    plan = season.plan
    others = [] if judging is None else judging.others(plan, search)
    own = Rival(plan.allocation.method.rule, plan).proposal(search(plan))
    return own, None if judging is None else judging.simulate(own, others)


def _searched(plan: SeasonProblem, *, workers: int, silent: bool) -> Solution:
    """Search while saying how long it takes; Ctrl-C does not wait for the solvers."""
    from sim.season.methods import allocate as search_timetable

    limit = plan.allocation.time_limit_seconds
    with (
        stopwatch("searching for a better timetable", quiet=silent) as tick,
        ThreadPoolExecutor(1) as pool,
    ):
        search = pool.submit(search_timetable, plan, limit, workers)
        try:
            while not search.done():
                wait([search], timeout=_TICK)
                tick()
        except KeyboardInterrupt:
            leave_at_once()  # threads inside a solver cannot be stopped
        return search.result()


def _size(season: ReadSeason) -> str:
    """The task in words."""
    plan = season.plan
    rule, limit = plan.allocation.method.rule, plan.allocation.time_limit_seconds
    return (
        f"{counted(len(plan.rows), 'request')} for "
        f"{counted(int(plan.problem.requests.sessions.sum()), 'session')} a week, "
        f"{counted(len(plan.venues), 'venue')}, {counted(len(plan.placements), 'placement')}"
        f": {rule}"
        f"{f', at most {limit:g} s' if rule == 'optimised' else ''}"
    )


def _write(
    folder: Path, season: ReadSeason, own: ProposedTimetable, notices: Sequence[str]
) -> dict[str, Any]:
    """Write tables, the scenario to simulate and what the search proved; and return the summary."""
    from sim.report.season.files import write_allotted, write_scenario
    from sim.season.methods import counted_in

    assert own.solution is not None
    inputs = season.inputs
    record = write_allotted(folder, season.plan, own.solution, own.found)
    write_scenario(folder, inputs.path, own, counted_in(inputs.scenario))
    return {"name": inputs.scenario.name, **record, "notices": list(notices)}


def _publish(
    folder: Path, season: ReadSeason, own: ProposedTimetable, options: Options, processes: int
) -> None:
    """Write calendars, the weeks and, with so many processes, charts; 0: none."""
    from sim.report.charts.season.blocks import printed_weeks
    from sim.report.season.ics import write_calendars
    from sim.report.tables import write_csv
    from sim.season.published import season_week

    week = season_week(season.plan, own.found, own.solution)
    write_calendars(week, folder / "calendars")
    write_csv(folder / "weeks.csv", printed_weeks(week))
    if processes:
        say("drawing charts", quiet=options.silent)
        from sim.report.charts.season.results import draw_season  # brings matplotlib
        from sim.report.context import chart_context

        def drawn(into: Path) -> None:
            draw_season(week, chart_context(season.inputs, 0), into, jobs=processes)

        options.draw_into(folder / "charts", drawn)
