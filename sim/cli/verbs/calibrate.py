"""`linli calibrate`: fit demand levels and keep them in `levels.yaml`; with a log, its shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.exits import UsageProblem, asked_language
from sim.cli.options import Json, PlainTongue, Quiet, Seed, Sets, settle_language
from sim.cli.output.progress import say
from sim.cli.verbs.check import log_of
from sim.messages import speak
from sim.report.files import atomic_write, translated
from sim.sentences import spoken
from sim.words import counted

if TYPE_CHECKING:
    from sim.log.fit import LogFit
    from sim.scenario.inputs import Inputs
    from sim.studies.calibrate import Fit


def calibrate(
    paths: Annotated[
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
    from sim.scenario.loading import load
    from sim.scenario.read.files import shipped_folder

    settle_language(language)
    silent = as_json or quiet
    paths = paths or []
    if every and paths:
        raise UsageProblem("linli calibrate takes scenarios or --all, not both.")
    if log is not None and len(paths) != 1:
        raise UsageProblem("linli calibrate --log takes one SCENARIO.")
    if every:
        paths = [*paths, *fitted_scenarios(shipped_folder())]
    if not paths:
        raise UsageProblem(
            "linli calibrate needs a SCENARIO, or --all for all below scenarios/ that have a fit."
        )
    loaded = [load(path, sets=sets or [], seed=seed, need_level=False) for path in paths]
    speak(asked_language() or loaded[0].scenario.language)
    logs = [log or inputs.log_path for inputs in loaded]
    for path, inputs, to in zip(paths, loaded, logs, strict=True):
        if to is None:
            _check(path, inputs)
    answers = [
        _to_log(path, inputs, to, silent=silent)
        if to is not None
        else _to_totals(path, inputs, keep=not sets, silent=silent)
        for path, inputs, to in zip(paths, loaded, logs, strict=True)
    ]
    if as_json:
        print(json.dumps({"fits": answers}, ensure_ascii=False))
    return 0 if all(a["reached"] for a in answers) else 2


def fitted_scenarios(folder: Path) -> list[Path]:
    """Scenario files below a folder that name a fit of their own."""
    from sim.scenario.loading import load

    found = []
    for path in sorted(folder.rglob("*.yaml")):
        if path.name == "levels.yaml":
            continue
        inputs = load(path, need_level=False)
        if _names_own_fit(inputs):
            found.append(path)
    return found


def _names_own_fit(inputs: Inputs) -> bool:
    """Whether the scenario is the one its fit is named after, not one that borrows it."""
    return (
        inputs.scenario.calibration is not None
        and inputs.fit_owner
        and inputs.scenario.demand.fit == inputs.scenario.name
    )


def _to_totals(path: Path, inputs: Inputs, *, keep: bool, silent: bool) -> dict[str, Any]:
    from sim.studies.calibrate import fit_levels

    say(f"{path}", quiet=silent)
    try:
        fit = fit_levels(inputs, lambda words: say(f"  {words}", quiet=silent))
    except ValueError as error:
        raise UsageProblem(f"{path}: {error}") from error
    _conclude(path, inputs, fit, kept=fit.reached and keep, quiet=silent)
    return _answer(path, inputs, fit)


def _to_log(path: Path, inputs: Inputs, log_path: Path, *, silent: bool) -> dict[str, Any]:
    """Fit to a log and write `NAME-fitted.yaml` beside the scenario."""
    from sim.log.fit import fit_to_log, overlay_text
    from sim.report.tables import records, write_csv

    log, _ = log_of(log_path, inputs)
    say(f"fitting {path} to {log_path.name}", quiet=silent)
    fit = fit_to_log(inputs, log, lambda words: say(f"  {words}", quiet=silent))
    out = path.with_name(f"{path.stem}-fitted.yaml")
    report = path.with_name(f"{path.stem}-fitted")
    with translated(out):
        report.mkdir(exist_ok=True)
        write_csv(report / "fit.csv", fit.parts)
        write_csv(report / "limits.csv", fit.cells)
        atomic_write(out, overlay_text(inputs, fit, log_path.name).encode())
    if not silent:
        print("\n".join(map(spoken, _log_lines(fit, out, report))))
    return {"file": str(path), "name": inputs.scenario.name, "out": str(out), "level": fit.level,
            "reached": fit.reached, "timed": fit.timed,
            "parts": records(fit.parts[fit.parts["part"].isin(["level", "kind"])])}  # fmt: skip


def _log_lines(fit: LogFit, out: Path, report: Path) -> list[str]:
    """Say what was fitted, what bookings alone would have said, and what a log cannot tell."""
    from sim.log.recovery import MOST_FULL

    lines = [] if fit.reached else ["Simulated asking did not come close to the log's."]
    for row in fit.parts[fit.parts["part"].isin(["level", "kind"])].to_dict("records"):
        word = "requests a day" if row["part"] == "kind" else "level"
        own = "" if row["own"] > 0.99 else f"; its curve is {row['own']:.0%} its own"
        span = f"{row['value']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
        lines.append(f"  {row['name']}: {word} {span}, bookings alone {row['plain']:.3g}{own}")
    often = fit.cells[fit.cells["days_full"] > MOST_FULL]
    if len(often):
        what = "recovered from times of booking" if fit.timed else "only bounded from below"
        lines.append(f"  {counted(len(often), 'hour')} of rooms full on most days: {what}")
    lines.append("  Who was refused or never asked stays assumed: no log has them.")
    return [*lines, f"Written to {out}, {report.name}/fit.csv and {report.name}/limits.csv"]


def _check(path: Path, inputs: Inputs) -> None:
    scenario = inputs.scenario
    if scenario.calibration is None:
        raise UsageProblem(f"{path}: calibration: missing. Give `calibration: {{bookings: N}}`.")
    if scenario.demand.fit is None:
        raise UsageProblem(
            f"{path}: demand.level: given by hand, so there is nothing to fit. "
            f"Write `demand: {{fit: {scenario.name}}}` instead."
        )
    if scenario.demand.fit != scenario.name or not inputs.fit_owner:
        raise UsageProblem(
            f"{path}: demand.fit: {scenario.demand.fit} is another scenario's. To fit this one, "
            f"write `demand: {{fit: {scenario.name}}}`."
        )


def _answer(path: Path, inputs: Inputs, fit: Fit) -> dict[str, Any]:
    return {
        "file": str(path),
        "name": inputs.scenario.name,
        "level": fit.level,
        "bookings": fit.bookings.mean,
        "half_width": fit.bookings.half_width,
        "target": fit.target,
        "replications": fit.bookings.n,
        "reached": fit.reached,
        "parts": {
            part.name: {
                "level": part.level,
                "mean": part.total.mean,
                "half_width": part.total.half_width,
                "target": part.target,
                "reached": part.reached,
            }
            for part in fit.parts
        },
    }


def _conclude(path: Path, inputs: Inputs, fit: Fit, *, kept: bool, quiet: bool) -> None:
    """Keep the levels, or say why not."""
    for part in fit.parts:
        if part.reached:
            words = f"reached; level {part.level:.6g}"
        else:
            words = f"not reached within {part.total.n} replications"
        say(f"  {part.target:,} {part.name} {words}", quiet=quiet and part.reached)
    if kept:
        _keep(path, inputs, fit)
        say("  kept in levels.yaml", quiet=quiet)
    else:
        say(f"  not kept{' because of --set' if fit.reached else ''}")


def _keep(path: Path, inputs: Inputs, fit: Fit) -> None:
    """Write the level beside the file that names the fit."""
    if inputs.levels_path is None:
        return
    from sim.scenario.levels import FittedLevel, write_level

    window = inputs.scenario.window
    parts = {part.name: part for part in fit.parts}
    came, taken = parts.get("participations"), parts.get("redemptions")
    entry = FittedLevel(
        level=_short(fit.level),
        fit_hash=inputs.fit_hash,
        bookings=round(fit.bookings.mean, 1),
        half_width=round(max(p.total.half_width / p.target for p in fit.parts), 6),
        interest=None if came is None else _short(came.level),
        participations=None if came is None else round(came.total.mean, 1),
        errands=None if taken is None else _short(taken.level),
        redemptions=None if taken is None else round(taken.total.mean, 1),
        replications=fit.bookings.n,
        seed=inputs.scenario.experiment.seed,
        window=(window.first, window.last),
        scenario=path.name,
    )
    with translated(inputs.levels_path):
        write_level(inputs.levels_path, inputs.scenario.demand.fit or inputs.scenario.name, entry)


def _short(level: float) -> float:
    return float(f"{level:.6g}")
