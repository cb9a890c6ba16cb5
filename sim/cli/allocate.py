"""`linli allocate`: from a season's group requests to the weekly timetable that is published."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimise.slots.solution import Solution
from sim.cli.allocate_lines import allocate_lines
from sim.cli.allocate_reasons import FILE as REASONS
from sim.cli.allocate_reasons import check_names, told_of, write_reasons
from sim.cli.exits import UsageProblem, leave_at_once
from sim.cli.judge_options import JudgeOptions
from sim.cli.progress import say, stopwatch
from sim.cli.results import Begun, Question, check_out, common_words, open_folder, shown
from sim.cli.unchanged import digests, identity_of, stopped_by_clock, unchanged
from sim.season.methods import Proposal, Rival, allot
from sim.season.plan import Plan
from sim.season.reading import ReadSeason, read_season
from sim.season.simulated import counted_in

if TYPE_CHECKING:  # their import brings pandas
    from sim.cli.judge import Judgement, Judging

__all__ = ["allocate_season"]

TABLES = (REASONS, "timetable.csv", "outcome.csv", "scenario.yaml")
JUDGED = ("judged.csv", "timetables.csv", "scenarios")
GUARDED = (*TABLES, *JUDGED[:2], "solution.json", "manifest.json")
REPLACED = (*TABLES, *JUDGED, "charts", "weeks", "calendars")
_TICK = 0.5


def allocate_season(
    path: Path,
    out: Path | None,
    sets: Sequence[str],
    locks: Sequence[str],
    rejections: Sequence[str],
    keep: Path | None,
    time_limit: float | None,
    jobs: int | None,
    judge: JudgeOptions | None,
    *,
    as_json: bool,
    quiet: bool,
    charts: bool,
    reasons: bool,
    why: Sequence[str],
    overwrite: bool,
) -> None:
    """Allot a season's slots and write the result folder; see `linli allocate --help`."""
    check_out(out)
    silent = quiet or as_json
    if time_limit is not None:
        if not time_limit > 0:
            raise UsageProblem(f"--time-limit {time_limit:g}: must be above 0 seconds")
        sets = [*sets, f"allocation.time_limit_seconds={time_limit!r}"]
    season = read_season(path, sets=sets, locks=locks, rejections=rejections, keep=keep)
    reasons = reasons or bool(why)
    check_names(season.plan, why)
    workers = jobs or os.cpu_count() or 1
    judging = None if judge is None else _judging(path, season, sets, judge)
    notices = [*season.inputs.notices, *season.notices]
    notices += [] if judging is None else judging.notices(season)
    for notice in notices:
        say(f"note: {notice}", quiet=silent)
    folder = out or Path("results") / season.inputs.scenario.name
    question = Question.of("allocate", [season.inputs])
    target = open_folder(folder, GUARDED, question, REPLACED, overwrite=overwrite)
    identity = _identity(season, judging, list(locks), list(rejections), charts, reasons)
    afresh = judge is not None and judge.engine.no_store
    before = None if afresh else unchanged(folder, identity)
    if before is not None:
        say("nothing changed since these results were written", quiet=silent)
        _tell(before, folder, why, as_json=as_json, quiet=quiet)
        return
    begun = Begun()
    say(_size(season), quiet=silent)
    own, judgement = _found(season, judging, workers, silent=silent)
    words = ["linli", "allocate", *shown([path]), *_common(sets, judge)]
    words += _decided(locks, rejections, keep)
    with target as results:
        told = _write(results.path, season, own, notices)
        found = [own] if judgement is None else judgement.proposals
        if any(one.solution is not None and one.solution.cut for one in found):
            identity = stopped_by_clock(identity)
        finished = True
        if reasons and own.solution is not None:
            finished = write_reasons(results.path, season.plan, own.solution, silent=silent)
        _publish(results.path, season, own, workers if charts else 0, silent=silent)
        if judging is not None and judgement is not None:
            told["judged"] = _write_judged(results.path, judging, judgement, charts=charts)
        used = {} if judgement is None else {"judged": judgement.used}
        block = begun.block(words, {"jobs": workers, **used})
        _manifest(results.path, season, question, identity if finished else "", told, block)
    _tell(told, folder, why, as_json=as_json, quiet=quiet)
    if not finished:
        raise KeyboardInterrupt


def _judging(path: Path, season: ReadSeason, sets: Sequence[str], options: JudgeOptions) -> Judging:
    from sim.cli.judge import begin  # brings pandas

    return begin(path, season, sets, options)


def _identity(season: ReadSeason, judging: Judging | None, *options: Any) -> str:
    """Of what is asked: results of one identity are the same on every machine."""
    if judging is None:
        return identity_of([season.inputs], "allocate", *options)
    both = [season.inputs, judging.nobody.inputs]
    return identity_of(both, "allocate", *options, judging.against)


def _common(sets: Sequence[str], judge: JudgeOptions | None) -> list[str]:
    if judge is None:
        return common_words(sets, None, None)
    return [*common_words(sets, judge.replications, judge.seed), *judge.words]


def _decided(locks: Sequence[str], rejections: Sequence[str], keep: Path | None) -> list[str]:
    """What the planner decided on the command line, in its words."""
    given = [("--lock", text) for text in locks] + [("--reject", text) for text in rejections]
    words = [word for option in given for word in option]
    return words if keep is None else [*words, "--keep", *shown([keep])]


def _found(
    season: ReadSeason, judging: Judging | None, workers: int, *, silent: bool
) -> tuple[Proposal, Judgement | None]:
    """The season's timetable, and what the simulation says of it if that is asked."""
    search = partial(_searched, workers=workers, silent=silent)
    plan = season.plan
    others = [] if judging is None else judging.others(plan, search)
    own = Rival(plan.allocation.method.rule, plan).proposal(search(plan))
    return own, None if judging is None else judging.simulate(own, others, silent=silent)


def _searched(plan: Plan, *, workers: int, silent: bool) -> Solution:
    """Search while saying how long it takes; Ctrl-C does not wait for the solvers."""
    limit = plan.allocation.time_limit_seconds
    with (
        stopwatch("searching for a better timetable", quiet=silent) as tick,
        ThreadPoolExecutor(1) as pool,
    ):
        search = pool.submit(allot, plan, limit, workers)
        try:
            while not search.done():
                wait([search], timeout=_TICK)
                tick()
        except KeyboardInterrupt:
            leave_at_once()  # threads inside a solver cannot be stopped
        return search.result()


def _size(season: ReadSeason) -> str:
    """What is to be done, in words."""
    plan = season.plan
    rule, limit = plan.allocation.method.rule, plan.allocation.time_limit_seconds
    return (
        f"{_count(len(plan.rows), 'request')} for "
        f"{_count(int(plan.problem.requests.sessions.sum()), 'session')} a week, "
        f"{_count(len(plan.venues), 'venue')}, {_count(len(plan.placements), 'placement')}: {rule}"
        f"{f', at most {limit:g} s' if rule == 'optimised' else ''}"
    )


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _write(
    folder: Path, season: ReadSeason, own: Proposal, notices: Sequence[str]
) -> dict[str, Any]:
    """Write tables, the scenario to simulate and what the search proved; what is to be told."""
    from sim.report.allotted import write_allotted, write_scenario

    assert own.solution is not None
    inputs = season.inputs
    record = write_allotted(folder, season.plan, own.solution, own.found)
    write_scenario(folder, inputs.path, own, counted_in(inputs.scenario))
    return {"name": inputs.scenario.name, **record, "notices": list(notices)}


def _write_judged(
    folder: Path, judging: Judging, judgement: Judgement, *, charts: bool
) -> dict[str, Any]:
    from sim.report.judged_files import write_judged_season

    return write_judged_season(
        folder,
        judging.nobody.inputs.path,
        judgement.proposals,
        judgement.compared,
        judging.counted,
        charts=charts,
    )


def _publish(
    folder: Path, season: ReadSeason, own: Proposal, processes: int, *, silent: bool
) -> None:
    """Write calendars and, with so many processes, charts and weeks to print; 0: none."""
    from sim.report.ics import write_calendars
    from sim.season.published import season_week

    week = season_week(season.plan, own.found, own.solution)
    write_calendars(week, folder / "calendars")
    if processes:
        say("drawing charts and weeks to print", quiet=silent)
        from sim.report.context import chart_context
        from sim.report.season import draw_season  # brings matplotlib

        draw_season(week, chart_context(season.inputs, 0), folder, jobs=processes)


def _manifest(
    folder: Path,
    season: ReadSeason,
    question: Question,
    identity: str,
    told: Mapping[str, Any],
    block: Mapping[str, Any],
) -> None:
    from sim.report.manifest import build_manifest
    from sim.report.tables import write_manifest

    base = build_manifest(season.inputs, 0, {})
    base.pop("run")
    write_manifest(
        folder,
        {
            **base,
            "kind": "allocate",
            "question": question.record,
            "identity": identity,
            "told": dict(told),
            "files": digests(folder),
            "run": dict(block),
        },
    )


def _tell(
    told: Mapping[str, Any], folder: Path, why: Sequence[str], *, as_json: bool, quiet: bool
) -> None:
    reasons = {name: told_of(folder, name) for name in why}
    if as_json:
        more = {"why": reasons} if why else {}
        print(json.dumps({"out": str(folder), **told, **more}, ensure_ascii=False))
    elif not quiet:
        lines = [line for found in reasons.values() for line in found]
        print("\n".join([*allocate_lines(told), *lines, f"Written to {folder}"]))
