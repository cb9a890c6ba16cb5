"""`linli allocate`: from a season's group requests to the weekly timetable that is published."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimise.slots.solution import Solution
from sim.cli.exits import UsageProblem, leave_at_once
from sim.cli.options.common import Options
from sim.cli.options.judge import JudgeOptions
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.progress import say, say_notes, stopwatch
from sim.cli.output.season import FILE as REASONS
from sim.cli.output.season import allocate_lines, check_names, reason_lines, write_reasons
from sim.scenario.loading import read
from sim.season.methods import ProposedTimetable, Rival, allocate
from sim.season.plan import SeasonProblem
from sim.season.reading import ReadSeason, season_from
from sim.season.simulated import counted_in
from sim.words import counted

if TYPE_CHECKING:  # their import brings pandas
    from sim.cli.output.judged import Judging, SeasonJudgement


TABLES = (REASONS, "timetable.csv", "outcome.csv", "scenario.yaml")
JUDGED = ("judged.csv", "timetables.csv", "scenarios")
FILES = Files(
    (*TABLES, *JUDGED[:2], "solution.json", "manifest.json"),
    (*TABLES, *JUDGED, "charts", "weeks", "calendars"),
)
_TICK = 0.5


@dataclass(frozen=True, slots=True)
class SeasonDecisions:
    """The planner's decisions: sessions that must and must not be, a timetable to keep."""

    locks: Sequence[str]
    rejections: Sequence[str]
    keep: Path | None

    @property
    def words(self) -> list[str]:
        """The command as it was typed, in words that hold on any machine."""
        given = [("--lock", text) for text in self.locks]
        given += [("--reject", text) for text in self.rejections]
        words = [word for option in given for word in option]
        return words if self.keep is None else [*words, "--keep", *shown([self.keep])]


def allocate_season(
    path: Path,
    options: Options,
    decided: SeasonDecisions,
    time_limit: float | None,
    judge: JudgeOptions | None,
    *,
    charts: bool,
    reasons: bool,
    why: Sequence[str],
) -> None:
    """Allocate a season's slots and write the result folder; see `linli allocate --help`."""
    sets, silent = options.changes, options.silent
    if time_limit is not None:
        if not time_limit > 0:
            raise UsageProblem(f"--time-limit {time_limit:g}: must be above 0 seconds")
        sets = [*sets, f"allocation.time_limit_seconds={time_limit!r}"]
    options = replace(options, sets=sets)
    locks, rejections = list(decided.locks), list(decided.rejections)
    reading = read(path, sets=sets, need_level=False)
    season = season_from(reading, path, locks=locks, rejections=rejections, keep=decided.keep)
    options.settle_language(season.inputs.scenario)
    reasons = reasons or bool(why)
    check_names(season.plan, why)
    workers = options.jobs or os.cpu_count() or 1
    judging = None if judge is None else _judging(path, season, sets, judge)
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
    if answer.stands(afresh=judge is not None and options.no_store):
        return
    say(_size(season), quiet=silent)
    own, judgement = _found(season, judging, workers, silent=silent)
    words = ["allocate", *shown([path]), *options.words, *(judge.words if judge else [])]
    used = {} if judgement is None else {"judged": judgement.used}
    with answer.written([*words, *decided.words], {"jobs": workers, **used}) as draft:
        from sim.report.manifest import build_manifest

        draft.summary = _write(draft.folder, season, own, notices)
        found = [own] if judgement is None else judgement.proposals
        draft.by_clock = any(one.solution is not None and one.solution.cut for one in found)
        if reasons and own.solution is not None:
            draft.finished = write_reasons(draft.folder, season.plan, own.solution, silent=silent)
        _publish(draft.folder, season, own, options, workers if charts else 0)
        if judging is not None and judgement is not None:
            draw = options.draw if charts else None
            draft.summary["judged"] = _write_judged(draft.folder, judging, judgement, draw)
        draft.base = {**build_manifest(season.inputs, 0), "kind": "allocate"}
    if not draft.finished:
        raise KeyboardInterrupt


def _lines(folder: Path, why: Sequence[str], summary: Mapping[str, Any]) -> list[str]:
    """Lines on the timetable, and on why requests that are asked about did not get all."""
    return [
        *allocate_lines(summary),
        *(line for name in why for line in reason_lines(folder, name)),
    ]


def _judging(path: Path, season: ReadSeason, sets: Sequence[str], options: JudgeOptions) -> Judging:
    from sim.cli.output.judged import begin  # brings pandas

    return begin(path, season, sets, options)


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
    search = partial(_searched, workers=workers, silent=silent)
    plan = season.plan
    others = [] if judging is None else judging.others(plan, search)
    own = Rival(plan.allocation.method.rule, plan).proposal(search(plan))
    return own, None if judging is None else judging.simulate(own, others)


def _searched(plan: SeasonProblem, *, workers: int, silent: bool) -> Solution:
    """Search while saying how long it takes; Ctrl-C does not wait for the solvers."""
    limit = plan.allocation.time_limit_seconds
    with (
        stopwatch("searching for a better timetable", quiet=silent) as tick,
        ThreadPoolExecutor(1) as pool,
    ):
        search = pool.submit(allocate, plan, limit, workers)
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
    from sim.report.season_files import write_allotted, write_scenario

    assert own.solution is not None
    inputs = season.inputs
    record = write_allotted(folder, season.plan, own.solution, own.found)
    write_scenario(folder, inputs.path, own, counted_in(inputs.scenario))
    return {"name": inputs.scenario.name, **record, "notices": list(notices)}


def _write_judged(
    folder: Path,
    judging: Judging,
    judgement: SeasonJudgement,
    draw: Callable[[Path, Callable[[Path], object]], None] | None,
) -> dict[str, Any]:
    from sim.report.season_files import write_judged_season

    return write_judged_season(
        folder,
        judging.nobody.inputs.path,
        judgement.proposals,
        judgement.compared,
        judging.counted,
        draw,
    )


def _publish(
    folder: Path, season: ReadSeason, own: ProposedTimetable, options: Options, processes: int
) -> None:
    """Write calendars, the weeks and, with so many processes, charts; 0: none."""
    from sim.report.charts.season.blocks import printed_weeks
    from sim.report.ics import write_calendars
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

        options.draw(folder / "charts", drawn)
