"""`linli advise`: measures of any sort on one scale, and a programme within a budget."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from sim.cli.exits import UsageProblem
from sim.cli.options import Charts, Options, ScenarioFile, refuse_unknown, with_options
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.assumptions import kept_of_one
from sim.cli.output.progress import say, say_notes, silent_libraries
from sim.messages import say as say_words

if TYPE_CHECKING:
    from sim.advise.assumptions import Assumptions
    from sim.advise.effects import Aim, Town
    from sim.advise.levers import Chosen, Levers
    from sim.advise.programme import Advice, Spending
    from sim.scenario.inputs import Inputs
    from sim.scenario.loading import Reading
    from sim.scenario.read.nodes import MappingNode
    from sim.sensitivity.kept import KeptSensitivity

TABLES = ("advice.csv", "programme.csv", "adoption.csv", "assumptions.csv", "programme.yaml")
FILES = Files((*TABLES, "manifest.json"), (*TABLES, "programme", "charts"))
PLANNING = ("advise", "siting", "sensitivity", "calibration", "allocation")
"""Parts of a scenario on which no simulation of it depends."""
REPLICATIONS = 10
"""Replications of what is recommended, unless an option says otherwise."""


@with_options(
    out="Result folder [results/advise-<scenario name>].",
    replications=(
        "Replications of what is recommended, and of levers that chance leaves open [10]."
    ),
)
def advise(
    path: ScenarioFile,
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
    from sim.advise.effects import AIMS, Town
    from sim.advise.levers import levers_of
    from sim.scenario.inputs import at_multiplier
    from sim.scenario.loading import read

    refuse_unknown("--aim", aim, AIMS)
    if not (math.isfinite(budget) and budget >= 0):
        raise UsageProblem(f"--budget {budget}: must be a number of yuan, 0 or larger")
    n = options.replications_or(REPLICATIONS)
    sets = [*options.changes]
    if options.seed is not None:
        sets.append(f"experiment.seed={options.seed}")
    files = [] if levers is None else [levers]
    reading = read(path, sets=sets, alternatives=files)
    inputs = reading.require_inputs()
    if inputs.scenario.advise is None:
        raise UsageProblem(
            f"{path}: no `advise` in it: it does not say what may be done. "
            "docs/how-to/advise.md begins with a lever."
        )
    options.settle_language(inputs.scenario)
    say_notes(inputs.notices, quiet=options.silent)
    kept = kept_of_one(options, at_multiplier(inputs, 1.0))  # levels are fitted to today's demand
    digests = [one.digest for one in kept]
    base = Question.from_scenarios("advise", [inputs])
    words = [f"--budget {budget:.15g}", *(["--once"] if once else []), f"--aim {aim}"]
    words += [] if levers is None else [f"--levers {levers}"]
    answer = Answer(
        replace(base, sets=(*base.sets, *words)),
        options.out or Path("results") / f"advise-{inputs.scenario.name}",
        FILES,
        identity_of([inputs], "advise", *words, n, charts, _written(inputs), *digests),
        options,
        lambda summary: [say_words("advice.head", name=summary["called"]), *summary["lines"]],
    )
    if answer.stands():
        return
    from sim.advise.programme import Spending
    from sim.advise.words import summary
    from sim.report.manifest import build_manifest
    from sim.report.tables import write_csv

    found_levers = levers_of(reading, sets, files)
    with silent_libraries(), answer.replicating() as engine:
        town = Town(found_levers, engine, cast("Aim", aim), n, inputs.scenario.experiment.seed)
        found, assumed = _found(town, Spending(budget, once), reading, kept, options)
    command = ["advise", *shown([path]), *" ".join(words).split(" "), *options.words]
    with answer.written(command) as draft:
        draft.base = {**build_manifest(inputs, n), "kind": "advice"}
        draft.summary = summary(found, aim, assumed)
        if assumed is not None:
            write_csv(draft.folder / "assumptions.csv", assumed.table)
        _write(draft.folder, found, aim, options, charts=charts)


def _found(
    town: Town,
    spending: Spending,
    reading: Reading,
    kept: Sequence[KeptSensitivity],
    options: Options,
) -> tuple[Advice, Assumptions | None]:
    """The advice, and what draws of the assumptions say of it where a sensitivity kept some."""
    from sim.advise.assumptions import drawn_worlds, over_assumptions
    from sim.advise.programme import advise
    from sim.scenario.draws import draw_plan

    tell = partial(say, quiet=options.silent)
    found = advise(town, spending, tell)
    worlds = drawn_worlds(kept[0].data, draw_plan(reading)) if kept else None
    return found, None if worlds is None else over_assumptions(found, town, worlds, tell)


def _written(inputs: Inputs) -> str:
    """All that the scenario says of levers and of rooms that they open, with ranges."""
    ranges = [repr(p) for p in inputs.provenance if p.key.startswith(("advise.", "siting."))]
    of_rooms = repr(inputs.scenario.siting), repr(inputs.tables.candidates)
    return "\n".join([repr(inputs.scenario.advise), *of_rooms, *ranges])


def _write(folder: Path, advice: Advice, aim: str, options: Options, *, charts: bool) -> None:
    from sim.advise.words import steps_table
    from sim.report.tables import write_csv

    write_csv(folder / "advice.csv", advice.table)
    write_csv(folder / "programme.csv", advice.programmes)
    write_csv(folder / "adoption.csv", steps_table(advice))
    write_programme(folder, advice.levers, advice.best[0])
    if charts:
        from sim.report.charts.advise.results import AdviceResults

        options.draw(folder, lambda: AdviceResults.from_advice(advice, aim))


def write_programme(folder: Path, levers: Levers, chosen: Chosen) -> None:
    """Write a scenario that extends the one asked and carries a set out, and tables that it needs.

    Tables that a lever or its file names lie beside these: they are written anew beside this one.
    """
    from sim.report.files import atomic_write
    from sim.report.tables import rows_csv
    from sim.scenario.read.nodes import find
    from sim.scenario.tables import TABLES

    settings, tables = levers.settings(chosen), levers.inputs(chosen).tables
    opened = ("world.centres", "world.venues") if levers.rooms(chosen) else ()
    trees = [_beside_levers(file) for file in levers.files]
    for name, spec in TABLES.items():
        given = any(find(tree, spec.named_by.split("."))[1] for tree in trees)
        if given or spec.named_by in (*settings, *opened):
            settings[spec.named_by] = f"programme/{name}.csv"
            atomic_write(folder / settings[spec.named_by], rows_csv(getattr(tables, name)))
    text = _programme_yaml(levers, trees, settings, levers.words(chosen))
    atomic_write(folder / "programme.yaml", text.encode())


def _beside_levers(file: Path) -> MappingNode:
    """What a file of levers says beside them, as far as a simulation depends on it."""
    from sim.scenario.loading import KEPT_FROM_SCENARIO
    from sim.scenario.problems import Sources
    from sim.scenario.read.chain import read_chain
    from sim.scenario.read.nodes import without_keys

    own = read_chain(file.absolute(), Sources()).own
    assert own is not None  # it was read before
    return without_keys(own, (*KEPT_FROM_SCENARIO, *PLANNING))


def _programme_yaml(
    levers: Levers, beside: Sequence[MappingNode], settings: Mapping[str, str], words: str
) -> str:
    from sim.scenario.read.chain import merge
    from sim.scenario.read.nodes import plain
    from sim.scenario.read.overlays import setting
    from sim.scenario.read.yaml_reader import child_head, quoted, yaml_text
    from sim.scenario.schema.scenario import Scenario

    path, name = levers.base.path, f"{levers.base.scenario.name}-programme"
    trees = [*beside, *(setting(f"{k}={v}", path.parent) for k, v in settings.items())]
    changes = yaml_text(plain(reduce(lambda a, b: merge(a, b, Scenario), trees))) if trees else ""
    files = "this file and programme/" if "programme/" in changes else "this file"
    head = child_head(path, name, files, levers.sets)
    return "\n".join([f"# {quoted(words)}: the programme that is recommended.", *head, changes])
