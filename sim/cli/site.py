"""`linli site`: where to build next, optimised, simulated and corrected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.engine import EngineOptions, chart_jobs, engine_block, open_engine
from sim.cli.exits import UsageProblem
from sim.cli.progress import progress_bar, say
from sim.cli.results import Begun, Question, check_out, common_words, open_folder, shown
from sim.cli.silent import silent_libraries
from sim.cli.site_lines import counted, effort_words, site_lines, turn_words
from sim.cli.unchanged import digests, identity_of, stopped_by_clock, unchanged
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.scenario.schema.experiment import Precision

if TYPE_CHECKING:  # their import brings the model
    from sim.siting.search import Effort
    from sim.siting.study import Sited

__all__ = ["site_identity", "site_scenario"]

TABLES = ("plans.csv", "plan.geojson", "sites.csv", "summary.csv", "recommendation.html")
GUARDED = (*TABLES, "solution.json", "manifest.json")
REPLACED = (*TABLES, "openings.csv", "plan.yaml", "plan", "charts")
SEARCHING = 10
"""Replications of a plan while searching."""
FULL_TURNS = 6
SOLVER_THREADS = 2


def site_scenario(
    path: Path,
    out: Path | None,
    sets: Sequence[str],
    replications: str | None,
    seed: str | None,
    options: EngineOptions,
    *,
    full: bool,
    as_json: bool,
    quiet: bool,
    charts: bool,
    overwrite: bool,
) -> None:
    """Find where to build, and write the result folder; see `linli site --help`."""
    check_out(out)
    silent = quiet or as_json
    inputs = load(path, sets=sets, replications=replications, seed=seed)
    if inputs.scenario.siting is None:
        raise UsageProblem(
            f"{path}: no `siting` in it: it does not say what may be built. "
            "docs/how-to/site-a-room.md begins with a table of candidates."
        )
    notices = [*inputs.notices, *_notices(inputs, full)]
    for notice in notices:
        say(f"note: {notice}", quiet=silent)
    folder = out or Path("results") / inputs.scenario.name
    question = Question.of("site", [inputs])
    target = open_folder(folder, GUARDED, question, REPLACED, overwrite=overwrite)
    identity = site_identity(inputs, full, charts)
    before = None if options.no_store else unchanged(folder, identity)
    if before is not None:
        say("nothing changed since these results were written", quiet=silent)
        _tell(before, folder, as_json=as_json, quiet=quiet)
        return
    begun = Begun()
    effort = _effort(inputs, full)
    say(effort_words(effort), quiet=silent)
    sited, used = _sited(inputs, effort, options, full=full, silent=silent)
    words = ["linli", "site", *shown([path]), *(["--full"] if full else [])]
    words += common_words(sets, replications, seed)
    with target as results:
        told = _write(results.path, inputs, sited, notices, options, charts=charts, silent=silent)
        _manifest(results.path, inputs, effort, question, identity, told, begun.block(words, used))
    _tell(told, folder, as_json=as_json, quiet=quiet)


def site_identity(inputs: Inputs, *options: bool) -> str:
    """Of what is asked."""
    return identity_of([inputs], "site", *options)


def _notices(inputs: Inputs, full: bool) -> list[str]:
    """What is not looked at, in words."""
    siting = inputs.scenario.siting
    assert siting is not None
    if full:
        return []
    left = []
    if siting.budgets:
        left.append(counted(len(siting.budgets), "more budget"))
    number = len(siting.outlooks) + (0 if siting.path is None else len(siting.path.years))
    if number:
        left.append(counted(number, "outlook"))
        left += [f"the ruling over them (siting.robust: {siting.robust})"] * (
            siting.robust != "base"
        )
    return [f"without --full these are not looked at: {', '.join(left)}"] if left else []


def _effort(inputs: Inputs, full: bool) -> Effort:
    from sim.siting.search import Effort

    experiment, siting = inputs.scenario.experiment, inputs.scenario.siting
    assert siting is not None
    spec = experiment.replications
    most = spec.at_most if isinstance(spec, Precision) else spec
    return Effort(
        search=min(SEARCHING, most),
        judge=most,
        turns=FULL_TURNS if full else siting.turns,
        seed=experiment.seed,
        confidence=experiment.interval_confidence,
        workers=SOLVER_THREADS,
    )


def _sited(
    inputs: Inputs, effort: Effort, options: EngineOptions, *, full: bool, silent: bool
) -> tuple[Sited, dict[str, Any]]:
    from sim.siting.study import Tell, site_study

    tell = Tell(
        lambda line: say(line, quiet=silent), lambda turn: say(turn_words(turn), quiet=silent)
    )
    with (
        silent_libraries(),
        progress_bar("replications", quiet=silent) as progress,
        open_engine(options, progress=progress, quiet=silent) as engine,
    ):
        return site_study(inputs, engine, effort, tell, full=full), engine_block(engine)


def _write(
    folder: Path,
    inputs: Inputs,
    sited: Sited,
    notices: Sequence[str],
    options: EngineOptions,
    *,
    charts: bool,
    silent: bool,
) -> dict[str, Any]:
    """Write tables, charts and the page; what is to be told."""
    from sim.report.context import chart_context
    from sim.report.site_files import write_site_files
    from sim.report.siting.plan_scenario import write_plan_scenario
    from sim.report.siting.seen import link_lines, see
    from sim.report.siting.site_tables import write_site_tables

    record = write_site_files(folder, sited)
    seen = see(sited.found, link_lines(inputs.tables, sited.found.catalogue))
    write_site_tables(seen, folder)
    write_plan_scenario(folder, inputs, sited)
    if charts:
        say("drawing charts and the page", quiet=silent)
        from sim.report.siting.draw import draw_siting  # brings matplotlib
        from sim.report.siting.recommendation import write_recommendation
        from sim.report.siting.told import Told, assumptions_of

        context = chart_context(inputs, sited.found.recommended.gain.n)
        draw_siting(seen, context, folder / "charts", jobs=chart_jobs(options))
        effort = sited.context.effort
        told = Told(
            search=effort_words(effort),
            judging=f"at most {counted(effort.judge, 'replication')} on seeds of their own",
            assumptions=assumptions_of(inputs),
        )
        write_recommendation(seen, context, told, folder)
    plans = [
        {
            "plan": p.label,
            "rank": p.rank,
            "cost": p.cost.base,
            "simulated": p.gain.mean,
            "ci_low": _plain(p.gain.low),
            "ci_high": _plain(p.gain.high),
        }
        for p in sited.found.plans
    ]
    moves = [
        {"times": n, "move": move.words}
        for move, n in zip(sited.found.catalogue.moves, sited.found.recommended.times, strict=True)
        if n
    ]
    more = {"plans": plans, "moves": moves, "notices": list(notices)}
    return {"name": inputs.scenario.name, **record, **more}


def _plain(value: float) -> float | None:
    return None if value != value else value


def _manifest(
    folder: Path,
    inputs: Inputs,
    effort: Effort,
    question: Question,
    identity: str,
    told: Mapping[str, Any],
    block: Mapping[str, Any],
) -> None:
    from sim.report.manifest import build_manifest
    from sim.report.tables import write_manifest

    base = build_manifest(inputs, effort.judge, {})
    base.pop("run")
    write_manifest(
        folder,
        {
            **base,
            "kind": "site",
            "question": question.record,
            "identity": stopped_by_clock(identity) if told["cut"] == "clock" else identity,
            "search": {"cut": told["cut"], "time_limit_seconds": _limit(inputs)},
            "told": dict(told),
            "files": digests(folder),
            "run": dict(block),
        },
    )


def _limit(inputs: Inputs) -> float:
    assert inputs.scenario.siting is not None
    return inputs.scenario.siting.time_limit_seconds


def _tell(told: Mapping[str, Any], folder: Path, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print(json.dumps({"out": str(folder), **told}, ensure_ascii=False))
    elif not quiet:
        print("\n".join([*site_lines(told), f"Written to {folder}"]))
