"""`linli compare`: scenarios side by side, on the same residents where they have them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.exits import UsageProblem
from sim.cli.options import Charts, Options, ScenarioFiles, refuse_unknown, with_options
from sim.cli.output.answer import Answer, Files, Question, identity_of, shown
from sim.cli.output.assumptions import (
    KEPT_TABLES,
    doubt_words,
    judged_line,
    kept_of_pairs,
    write_kept,
)
from sim.cli.output.progress import say_notes
from sim.cli.people import People, people_words, with_people
from sim.messages import say as say_words
from sim.studies.comparison_words import noun, result_lines, scenario_names

if TYPE_CHECKING:
    from sim.report.charts.comparison.results import ComparisonTables
    from sim.scenario.inputs import Inputs
    from sim.sensitivity.kept import KeptSensitivity
    from sim.studies.compare import ComparisonRuns


TABLES = ("comparison.csv", "gains.csv", "fairness.csv", "ranking.csv", "replications.parquet")
FILES = Files(
    (*TABLES, *KEPT_TABLES, "manifest.json"),
    (*TABLES, *KEPT_TABLES, "charts", "report", "scenarios"),
)
LONGEST = 100
"""Bytes of the name of a default folder, at most."""
FORMAT = 1
EXPERIMENT = ("replications", "confidence", "primary", "indifference")
PEAK = ("peak_weekday", "peak_weekend")


@with_options(out="Result folder [results/compare-<baseline>-vs-<the others>].")
def compare(
    paths: ScenarioFiles,
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
    from sim.scenario.loading import load_all

    if len(paths) < 2:
        raise UsageProblem("compare: name at least two scenarios")
    scenarios = load_all(paths, **options.laid)
    base = _baseline(scenarios, baseline)
    options.settle_language(scenarios[base].scenario)
    scenarios = [with_people(inputs, people) for inputs in scenarios]
    notices = notes_of(scenarios, base)
    say_notes(notices, quiet=options.silent)
    question = Question.from_scenarios("compare", scenarios, base)
    kept = kept_of_pairs(options, scenarios, base)
    answer = Answer(
        question,
        options.out or Path("results") / folder_name(question),
        FILES,
        identity_of(scenarios, "compare", base, charts, *(k.digest for k in kept)),
        options,
        _lines,
        json_only=lambda: {"notices": notices},
    )
    if answer.stands():
        return
    with answer.replicating(scenarios) as engine:
        from sim.studies.compare import compare_scenarios

        compared = compare_scenarios(scenarios, base, engine)
    words = ["compare", *shown(paths), "--baseline", scenarios[base].scenario.name]
    words += people_words(people)
    with answer.written([*words, *options.words]) as draft:
        draft.summary = _write(draft.folder, compared, kept, options, charts=charts)
        draft.base = {"format": FORMAT, "kind": "comparison"}
        draft.more = {
            "baseline": compared.labels[compared.baseline],
            "scenarios": {name: f"scenarios/{name}/manifest.json" for name in compared.labels},
            "replications": compared.n,
        }


def notes_of(scenarios: Sequence[Inputs], base: int) -> list[str]:
    """Notices of all scenarios, each said once with the names of those that it holds for.

    That a policy keeps the baseline's level is what a comparison is for: it is said in one line.
    """
    baseline = scenarios[base]
    heard: dict[str, list[str]] = {}
    kept = []
    for inputs in scenarios:
        same = inputs is not baseline and inputs.level == baseline.level
        for notice in inputs.notices:
            if same and notice == inputs.kept_level:
                kept.append(inputs.scenario.name)
            else:
                heard.setdefault(notice, []).append(inputs.scenario.name)
        for key in EXPERIMENT if inputs is not baseline else ():
            if getattr(inputs.scenario.experiment, key) != getattr(
                baseline.scenario.experiment, key
            ):
                text = f"`experiment.{key}` is not used: that of {baseline.scenario.name} holds"
                heard.setdefault(text, []).append(inputs.scenario.name)
        for text in _own_groups(inputs, baseline):
            heard.setdefault(text, []).append(inputs.scenario.name)
    everybody = len(scenarios)
    lines = [
        notice if len(names) == everybody else f"{', '.join(names)}: {notice}"
        for notice, names in heard.items()
    ]
    if kept and not baseline.kept_level:
        lines.append(f"All use the level {baseline.level:g} of {baseline.scenario.name}.")
    return lines


def _own_groups(inputs: Inputs, baseline: Inputs) -> Iterator[str]:
    """Note where figures by group are not of the same hours or wishes as the baseline's."""
    from sim.scenario.differences import input_differences

    mine, theirs = inputs.scenario.analysis, baseline.scenario.analysis
    for key in PEAK:
        if getattr(mine, key) != getattr(theirs, key):
            yield (
                f"`analysis.{key}` is not that of {baseline.scenario.name}: figures and rules of "
                "the peak are of other hours"
            )
    differs = input_differences(inputs, baseline)
    if differs.own_groups:
        yield (
            "residents differ beside rooms, hours or ways: groups by tier and walk are its own, "
            f"not those of {baseline.scenario.name}"
        )


def folder_name(question: Question) -> str:
    """Name of the default folder: all scenarios compared; where that is long, a hash of them."""
    base, *others = question.scenarios
    name = "-vs-".join((f"compare-{base}", *others))
    if len(name.encode()) <= LONGEST:
        return name
    digest = hashlib.sha256("\0".join(question.scenarios).encode()).hexdigest()[:8]
    return f"compare-{base}-vs-{len(others)}-others-{digest}"


def _baseline(scenarios: Sequence[Inputs], name: str | None) -> int:
    names = [inputs.scenario.name for inputs in scenarios]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        which = [i.path.name for i in scenarios if i.scenario.name == twice[0]]
        raise UsageProblem(
            f"compare: {' and '.join(which)} are both called `{twice[0]}`; give each a `name` of "
            "its own"
        )
    if name is None:
        return 0
    refuse_unknown("--baseline", name, names)
    return names.index(name)


def _lines(summary: Mapping[str, Any]) -> list[str]:
    """The result for a terminal, then what draws of the assumptions say of it."""
    lines = result_lines(summary)
    if "assumptions" in summary:
        lines.append(say_words("compare.doubt", what=noun(summary["primary"][0])))
        lines += [judged_line(one, summary["called"]) for one in summary["assumptions"]]
    return lines


def _write(
    folder: Path,
    compared: ComparisonRuns,
    kept: Sequence[KeptSensitivity],
    options: Options,
    *,
    charts: bool,
) -> dict[str, Any]:
    """Write tables and charts, and return the summary."""
    from sim.measure.summary import summarise
    from sim.report.charts.comparison.results import ComparisonResults, ComparisonTables
    from sim.report.manifest import build_manifest
    from sim.report.tables import write_csv, write_manifest, write_replications, write_summary
    from sim.studies.differences import differences, fairness, figures, gains
    from sim.studies.ranking import rank

    metric = compared.primary[0]
    tables = ComparisonTables(
        differences(compared), gains(compared, metric), fairness(compared), figures(compared)
    )
    ranking = rank(compared)
    write_csv(folder / "comparison.csv", tables.differences)
    write_csv(folder / "gains.csv", tables.gains)
    write_csv(folder / "fairness.csv", tables.fairness)
    write_csv(folder / "ranking.csv", ranking.table)
    write_replications(folder, compared.replications())
    write_kept(folder, kept)
    judged = _judged(tables, metric, kept)
    for inputs, rows, values in zip(
        compared.scenarios, compared.rows, compared.values, strict=True
    ):
        inner = folder / "scenarios" / inputs.scenario.name
        summary = summarise(rows, values[: compared.n], compared.confidence)
        write_summary(inner, summary)
        write_manifest(inner, build_manifest(inputs, compared.n))
    if charts:
        options.draw(folder, lambda: ComparisonResults.from_tables(compared, tables, judged))
    told = _summary(compared, tables, ranking.words(scenario_names(compared.scenarios)))
    if judged:
        doubt = doubt_words(judged, told["called"])
        told |= {"headline": told["headline"] + doubt, "assumptions": judged}
    return told


def _judged(
    tables: ComparisonTables, metric: str, kept: Sequence[KeptSensitivity]
) -> list[dict[str, Any]]:
    """What draws say of each difference in the leading share that the comparison shows."""
    rows = tables.differences
    rows = rows[(rows["metric"] == metric) & (rows["group"] == "all")].set_index("scenario")
    clear = (rows["adjusted_low"] > 0) | (rows["adjusted_high"] < 0)
    found = (
        one.judged(metric, rows["difference"][name], clear=bool(clear[name]))
        for one in kept
        for name in one.names[-1:]
    )
    return [judged for judged in found if judged]


def _summary(compared: ComparisonRuns, tables: ComparisonTables, best: str) -> dict[str, Any]:
    """The summary that terminal and manifest share."""
    from sim.report.charts.comparison.results import comparison_labels
    from sim.report.context import chart_context
    from sim.report.tables import records
    from sim.studies.comparison_words import headline, room_use_words, words_of
    from sim.studies.differences import baseline_means, pairing_gain

    metric = compared.primary[0]
    base = compared.scenarios[compared.baseline]
    label = comparison_labels(chart_context(base, compared.n))
    named = scenario_names(compared.scenarios)
    pairing = pairing_gain(compared, compared.primary)
    return {
        "baseline": base.scenario.name,
        "scenarios": list(compared.labels),
        "replications": compared.n,
        "paired": "yes" if compared.paired else "no",
        "differs": {
            compared.labels[i]: {a: list(keys) for a, keys in compared.differs[i].keys.items()}
            for i in compared.others
        },
        "not_paired": {
            compared.labels[i]: list(compared.differs[i].residents)
            for i in compared.others
            if i not in compared.alike
        },
        "called": named,
        "headline": headline(tables.differences, metric, named[base.scenario.name], named),
        "precision_reached": compared.reached,
        "confidence": compared.confidence,
        "primary": list(compared.primary),
        "baseline_means": records(baseline_means(compared)),
        "differences": records(_of_all(tables, compared)),
        "figures": records(tables.figures),
        "rooms": room_use_words(compared) if any(d.choice for d in compared.differs) else {},
        "who": {
            compared.labels[i]: words_of(tables.gains, compared.labels[i], label)
            for i in compared.others
        },
        "groups": {
            str(level): label("segment", str(level))
            for level in {row["level"] for row in tables.fairness.to_dict("records")}
            if level in base.scenario.segments
        },
        "own_groups": [
            compared.labels[i] for i in compared.others if compared.differs[i].own_groups
        ],
        "fairness": records(tables.fairness),
        "variance_ratio": records(pairing),
        "best": best,
    }


def _of_all(tables: Any, compared: ComparisonRuns) -> Any:
    rows = tables.differences
    return rows[rows["metric"].isin(compared.primary) & (rows["group"] == "all")]
