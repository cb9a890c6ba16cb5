"""`linli sensitivity`: the second interval of an answer, and what it depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.exits import UsageProblem
from sim.cli.options import Charts, Options, ScenarioFiles, refuse_unknown, with_options
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.progress import say_notes
from sim.messages import listed
from sim.messages import say as say_words

if TYPE_CHECKING:
    from sim.scenario.draws import DrawPlan
    from sim.scenario.inputs import Inputs
    from sim.scenario.loading import Reading
    from sim.sensitivity.answer import Case, SensitivityQuestion
    from sim.sensitivity.findings import Findings
    from sim.siting.moves.catalogue import Catalogue, Times


KINDS = ("run", "compare", "headroom", "site")
TABLES = (
    "sensitivity.csv", "differences.csv", "ranks.csv", "drivers.csv", "draws.parquet",
    "data-request.md",
)  # fmt: skip
FILES = Files((*TABLES, "manifest.json"), (*TABLES, "charts"))
REPLICATIONS = 10
"""Of every scenario in every draw."""


@with_options(
    out="Result folder [results/sensitivity-<of>-<scenarios>].",
    replications="Replications of each scenario in every draw [10].",
)
def sensitivity(
    paths: ScenarioFiles,
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
    from sim.scenario.draws import draw_plan
    from sim.scenario.inputs import at_multiplier
    from sim.scenario.loading import read

    _check(paths, of)
    paths, folders = (paths[:1], paths[1:]) if of == "site" else (paths, [])
    replications = options.replications_or(REPLICATIONS)
    readings = [read(path, sets=options.changes, seed=options.seed) for path in paths]
    scenarios = [reading.require_inputs() for reading in readings]
    options.settle_language(scenarios[0].scenario)
    plan = draw_plan(readings[0], scenarios[1:])
    catalogue = _catalogue(paths[0], scenarios[0]) if folders else None
    plans = _plans(folders[0], catalogue) if catalogue is not None else {}
    say_notes(scenarios[0].notices, quiet=options.silent)
    base = Question.from_scenarios("sensitivity", scenarios)
    answer = Answer(
        replace(base, sets=(*base.sets, f"--of {of}")),
        options.out or Path("results") / f"sensitivity-{of}-{_name(scenarios)}",
        FILES,
        identity_of(scenarios, "sensitivity", of, draws, replications, charts, repr(plan), plans),
        options,
        _lines,
    )
    if answer.stands():
        return
    from sim.report.manifest import build_manifest
    from sim.sensitivity.crossings import GRID, crossed
    from sim.sensitivity.findings import Findings
    from sim.sensitivity.kept import keep
    from sim.sensitivity.plans import plan_gains, with_plans
    from sim.sensitivity.study import ask_draws

    def several(inputs: Inputs) -> Sequence[Inputs]:
        if catalogue is not None:
            return list(with_plans(inputs, catalogue, plans).values())
        return [at_multiplier(inputs, m) for m in GRID] if of == "headroom" else [inputs]

    question = _question(paths, readings, plan, replications, options, several)
    siting = scenarios[0].scenario.siting
    if of == "site" and siting is not None:
        question = replace(question, aim=siting.aim, shared=-1)
    with answer.replicating() as engine:
        found = ask_draws(of, question, scenarios, draws, engine)
        found = crossed(found) if of == "headroom" else found
        if catalogue is not None:
            done = with_plans(scenarios[0], catalogue, plans)
            found = plan_gains(found, done, next(iter(plans)))
        findings = Findings(found, scenarios[0].scenario.experiment.primary[0])
        if engine.store is not None:
            keep(engine.store, findings)
    words = ["sensitivity", *shown([*paths, *folders]), "--of", of, "--draws", str(draws)]
    with answer.written([*words, *options.words]) as draft:
        draft.base = {**build_manifest(scenarios[0], replications), "kind": "sensitivity"}
        draft.summary = _write(draft.folder, findings, options, charts=charts)


def _check(paths: Sequence[Path], of: str) -> None:
    refuse_unknown("--of", of, KINDS)
    if of == "site":
        if len(paths) != 2:
            raise UsageProblem(
                "sensitivity --of site: name a scenario and the folder that `linli site` wrote"
            )
    elif of != "compare" and len(paths) > 1:
        raise UsageProblem(f"sensitivity --of {of}: name one scenario; several with --of compare")
    if of == "compare" and len(paths) < 2:
        raise UsageProblem("sensitivity --of compare: name at least two scenarios")


def _name(scenarios: Sequence[Inputs]) -> str:
    names = [inputs.scenario.name for inputs in scenarios]
    return names[0] if len(names) == 1 else f"{names[0]}-and-{len(names) - 1}-more"


def _catalogue(path: Path, inputs: Inputs) -> Catalogue:
    """Everything that a plan of the scenario can do; an error where it asks for no sites."""
    from sim.siting.moves.offers import catalogue_of

    if inputs.scenario.siting is None:
        raise UsageProblem(f"sensitivity --of site: {path}: no `siting` in it")
    return catalogue_of(inputs)


def _plans(folder: Path, catalogue: Catalogue) -> dict[str, Times]:
    """Plans that `linli site` found for a scenario, by name, the recommended one first.

    Raises
    ------
    UsageProblem
        If there are none, or they are no plans of this scenario.
    """
    from sim.report.site.files import read_plans

    try:
        found = read_plans(folder / "plans.csv", catalogue)
    except (ValueError, OSError) as error:
        raise UsageProblem(f"sensitivity --of site: {error}") from error
    if not any(any(times) for times in found.values()):
        raise UsageProblem(f"sensitivity --of site: {folder}: no plan in it does anything")
    return found


def _question(
    paths: Sequence[Path],
    readings: Sequence[Reading],
    plan: DrawPlan,
    replications: int,
    options: Options,
    several: Callable[[Inputs], Sequence[Inputs]],
) -> SensitivityQuestion:
    """All combinations of alternatives of all scenarios, and of the one that was fitted.

    Parameters
    ----------
    several
        What is asked of each scenario: itself, at multiples of today's demand, or with plans.
    """
    from sim.scenario.draws import variants
    from sim.scenario.loading import read
    from sim.sensitivity.answer import Case, SensitivityQuestion, at_present

    owner = _owner(readings)
    sets, seed = options.changes, options.seed
    asked = [
        dict(variants(reading, path, plan, sets, seed=seed))
        for reading, path in zip(readings, paths, strict=True)
    ]
    fitted: Mapping[tuple[int, ...], Inputs] = {}
    if owner is not None:
        fitted = dict(variants(read(owner, seed=seed), owner, plan, [], seed=seed))
    cases: dict[tuple[int, ...], Case] = {}
    for chosen in asked[0]:
        today = at_present(fitted[chosen]) if fitted else None
        cases[chosen] = Case(today, tuple(one for of in asked for one in several(of[chosen])))
    first = next(iter(cases))
    shared = -1
    if fitted:
        of_first = cases[first].asked
        same = [i for i, of in enumerate(of_first) if of.input_hash == fitted[first].input_hash]
        now = fitted[first].scenario
        alone = now.demand.multiplier == now.activities.multiplier == 1.0
        shared = same[0] if same and alone else -1
    spec = fitted[first].scenario.calibration if fitted else None
    return SensitivityQuestion(
        dimensions=plan.dimensions,
        cases=cases,
        replications=replications,
        seed=asked[0][first].scenario.experiment.seed,
        shared=shared,
        goal=0 if spec is None else spec.bookings,
    )


def _owner(readings: Sequence[Reading]) -> Path | None:
    """The scenario that the levels were fitted on; None where levels are given by hand.

    Raises
    ------
    UsageProblem
        If it is not one, or its fit does not hold.
    """
    from sim.scenario.levels import read_levels
    from sim.scenario.loading import load

    found: set[Path | None] = set()
    for inputs in (reading.require_inputs() for reading in readings):
        fit, path = inputs.scenario.demand.fit, inputs.levels_path
        if inputs.scenario.demand.level is not None or fit is None or path is None:
            found.add(None)
            continue
        found.add(path.parent / read_levels(path)[fit].scenario)
    if len(found) > 1:
        raise UsageProblem(
            "sensitivity: the scenarios have levels of different fits; draws are fitted to one"
        )
    owner = found.pop()
    if owner is None:
        return None
    fitted = load(owner)
    if not fitted.fitted or fitted.scenario.calibration is None:
        raise UsageProblem(
            f"sensitivity: {owner.name} is not fitted to its totals as it is; run "
            f"`linli calibrate {owner.name}` first, so that draws can be fitted to the same"
        )
    return owner


def _write(folder: Path, findings: Findings, options: Options, *, charts: bool) -> dict[str, Any]:
    """Write tables, words and charts, and return the summary."""
    from sim.report.files import atomic_write
    from sim.report.tables import write_csv
    from sim.sensitivity.data_request import data_request
    from sim.sensitivity.words import summary

    write_csv(folder / "sensitivity.csv", findings.intervals)
    write_csv(folder / "drivers.csv", findings.drivers)
    if findings.asked.of == "compare":
        write_csv(folder / "differences.csv", findings.differences)
    if findings.asked.of == "site":
        write_csv(folder / "ranks.csv", findings.ranks)
    _write_draws(folder, findings)
    atomic_write(folder / "data-request.md", data_request(findings).encode())
    if charts:
        from sim.report.charts.sensitivity.results import SensitivityResults

        options.draw(folder, lambda: SensitivityResults.from_findings(findings))
    return summary(findings)


def _write_draws(folder: Path, findings: Findings) -> None:
    """Every draw with its inputs, fitted levels and outcomes of all."""
    import pandas as pd

    from sim.report.tables import write_parquet

    s = findings.asked
    inputs = {
        d.name: [s.worded(j, x) for x in column]
        for j, (d, column) in enumerate(zip(s.dimensions, s.x.T, strict=True))
    }
    at = [i for i, line in enumerate(s.lines) if line[1] in ("all", "plan")]
    outcomes = {
        f"{s.lines[i][0]} {label if s.lines[i][1] == 'all' else s.lines[i][2]}": s.ratios[:, k, i]
        for k, label in enumerate(s.labels)
        for i in at
    }
    table = pd.DataFrame(
        {
            "draw": range(len(s.u)),
            **inputs,
            "level": s.fit[:, 0],
            "activities_level": s.fit[:, 1],
            "bookings_gap": s.fit[:, 2],
            "participations_gap": s.fit[:, 3],
            "fitted": s.reached,
            **outcomes,
        }
    )
    write_parquet(folder / "draws.parquet", [table])


def _lines(summary: Mapping[str, Any]) -> list[str]:
    names = listed(list(summary["called"].values()))
    head = say_words("sensitivity.head", of=say_words(f"of.{summary['of']}"), names=names)
    return [head, *(f"  {line}" for line in summary["lines"])]
