"""`linli headroom`: how much growth a scenario takes, and what breaks first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.exits import UsageProblem
from sim.cli.options import Charts, Options, ScenarioFile, with_options
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.assumptions import KEPT_TABLES, kept_of_one, write_kept
from sim.cli.output.progress import say_notes
from sim.cli.people import growth, people_range, people_words

if TYPE_CHECKING:
    from sim.scenario.inputs import Inputs
    from sim.sensitivity.kept import KeptSensitivity
    from sim.studies.headroom import Headroom


TARGETS = (0.8, 0.9)
"""Four of five and nine of ten requests get a slot."""
MOST = 1000
"""Largest multiplier that a scenario may have."""
LARGEST = 100.0
"""The same, where nothing else is asked for."""
TABLES = ("headroom.csv", "curves.csv")
FILES = Files(
    (*TABLES, *KEPT_TABLES, "manifest.json"), (*TABLES, *KEPT_TABLES, "charts", "scenarios")
)


@with_options(out="Result folder [results/headroom-<scenario name>].")
def headroom(
    path: ScenarioFile,
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
    from sim.report.manifest import build_manifest
    from sim.scenario.loading import load_under

    policies = policies or []
    shares = _shares(targets or [])
    if largest is not None and not 1 <= largest <= MOST:
        raise UsageProblem(f"--largest {largest:g}: must lie between 1 and {MOST}")
    if largest is not None and people is not None:
        raise UsageProblem("--largest and --people: one or the other")
    scenarios = load_under(path, policies, **options.laid)
    options.settle_language(scenarios[0].scenario)
    _check_names(scenarios)
    tried = LARGEST if largest is None else largest
    if people is not None:
        tried = _growth(scenarios[0], people)
    notices = [n for inputs in scenarios for n in _notices(inputs)]
    if people is not None:
        notices.append(people_range(scenarios[0], tried))
    say_notes(notices, quiet=options.silent)
    kept = kept_of_one(options, scenarios[0], "headroom")
    answer = Answer(
        Question.from_scenarios("headroom", scenarios),
        options.out or Path("results") / f"headroom-{scenarios[0].scenario.name}",
        FILES,
        identity_of(scenarios, "headroom", shares, tried, charts, *(k.digest for k in kept)),
        options,
        _lines,
    )
    if answer.stands():
        return
    with answer.replicating(scenarios) as engine:
        from sim.studies.headroom import find_headroom, plan_for

        plan = plan_for(tried)
        found = [find_headroom(inputs, shares, engine, plan=plan) for inputs in scenarios]
    idle = [one.name for one in found if not one.lines]
    if idle:
        raise UsageProblem(f"{', '.join(idle)}: nobody asks for a slot at any multiplier tried")
    words = ["headroom", *shown([path])]
    words += [w for name in shown(policies) for w in ("--policy", name)]
    words += [w for share in targets or [] for w in ("--target", share)]
    words += people_words(people) or ["--largest", f"{tried:g}"]
    with answer.written([*words, *options.words]) as draft:
        draft.summary = _write(draft.folder, found, notices, kept, options, charts=charts)
        write_kept(draft.folder, kept)
        if kept:
            draft.summary["assumptions"] = kept[0].words
        draft.base = {**build_manifest(found[0].inputs, found[0].n), "kind": "headroom"}
        draft.more = {
            "targets": list(found[0].targets),
            "multipliers": {one.name: one.curves.multipliers.tolist() for one in found},
            "scenarios": {one.name: f"scenarios/{one.name}/manifest.json" for one in found[1:]},
        }


def _growth(inputs: Inputs, people: str) -> float:
    """Multiplier of demand that so many residents are, of which there must be no fewer than now."""
    from sim.scenario.derived.size import residents

    times = growth(inputs, people)
    if times < 1:
        raise UsageProblem(
            f"--people {people}: must be no fewer than the {residents(inputs.tables):,} residents "
            "of today: headroom looks for growth"
        )
    return times


def _lines(summary: Mapping[str, Any]) -> list[str]:
    """The result for a terminal, then what draws of the assumptions say of it."""
    from sim.report.headroom import headroom_lines

    return [*headroom_lines(summary), *filter(None, summary.get("assumptions", []))]


def _shares(targets: Sequence[str]) -> tuple[float, ...]:
    """Targets as shares between 0 and 1, each once."""
    shares = []
    for text in targets:
        number = text.strip().removesuffix("%").rstrip()
        try:
            share = float(number)
        except ValueError:
            share = math.nan
        if number != text.strip():
            share = round(share / 100, 12)  # 80 % is the very number that 0.8 is
        if not 0 < share < 1:
            hint = f" Did you mean `{share:g}%` or `{share / 100:g}`?" if 1 < share < 100 else ""
            raise UsageProblem(
                f"--target {text}: must be a share between 0 and 1, such as 0.8 or 80%.{hint}"
            )
        shares.append(share)
    return tuple(dict.fromkeys(shares)) or TARGETS


def _check_names(scenarios: Sequence[Inputs]) -> None:
    names = [inputs.scenario.name for inputs in scenarios]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise UsageProblem(
            f"--policy: {', '.join(twice)}: called like another one; give each file a `name`"
        )


def _notices(inputs: Inputs) -> list[str]:
    name, multiplier = inputs.scenario.name, inputs.scenario.demand.multiplier
    notices = [f"{name}: {notice}" for notice in inputs.notices]
    if multiplier != 1:
        notices.append(f"{name}: demand.multiplier {multiplier:g} plays no part: many are tried")
    return notices


def _write(
    folder: Path,
    found: Sequence[Headroom],
    notices: Sequence[str],
    kept: Sequence[KeptSensitivity],
    options: Options,
    *,
    charts: bool,
) -> dict[str, Any]:
    """Write tables and charts, and return the summary."""
    from sim.report.headroom import (
        BREAKING,
        fallen,
        first_words,
        headroom_label,
        write_headroom,
    )
    from sim.report.manifest import build_manifest
    from sim.report.tables import records, write_manifest
    from sim.studies.comparison_words import scenario_names

    summaries: dict[str, Any] = {}
    for number, one in enumerate(found):
        inner = folder / "scenarios" / one.name if number else folder
        table = one.table()
        write_headroom(inner, one)
        if number:
            write_manifest(inner, build_manifest(one.inputs, one.n))
        label = headroom_label(one)
        summaries[one.name] = {
            "replications": one.n,
            "tried": list(one.tried),
            "headroom": records(table),
            "first": {str(t): first_words(fallen(table, t), t, label) for t in one.targets},
        }
    if charts:
        _draw(folder, found, kept, options)
    base = found[0]
    return {
        "name": base.name,
        "called": scenario_names([one.inputs for one in found]),
        "labels": {
            f"{row['group']} {row['level']}": label(row["group"], row["level"])
            for row in summaries[base.name]["headroom"]
            if row["group"] in BREAKING
        },
        "targets": list(base.targets),
        "confidence": base.confidence,
        "off_platform_share": base.inputs.scenario.off_platform.share,
        **summaries.pop(base.name),
        "policies": summaries,
        "notices": list(notices),
    }


def _draw(
    folder: Path, found: Sequence[Headroom], kept: Sequence[KeptSensitivity], options: Options
) -> None:
    from sim.report.charts.headroom.results import HeadroomResults, PolicyResults

    for number, one in enumerate(found):
        inner = folder / "scenarios" / one.name if number else folder
        drawn = kept[0].tables["sensitivity.csv"] if kept and not number else None
        options.draw(inner, partial(HeadroomResults.from_headroom, one, drawn))
    options.draw(folder, lambda: PolicyResults.from_headrooms(found))
