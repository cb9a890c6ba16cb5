"""Fitted demand levels: `levels.yaml` beside the scenario, written by `linli calibrate`."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import ConfigDict, Field, ValidationError

from sim.scenario import shape
from sim.scenario.problems import InputProblem, ScenarioProblems, Sources, problem_at
from sim.scenario.read.nodes import MappingNode, find, mapping_at, plain
from sim.scenario.read.values import in_words
from sim.scenario.read.yaml_reader import read_yaml
from sim.scenario.schema.base import Part
from sim.scenario.schema.scenario import Scenario

LEVELS_FILE = "levels.yaml"
_HEADER = "# written by linli calibrate; do not edit by hand\n"


class FittedLevel(Part):
    """A demand level and what it was fitted on."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    level: Annotated[float, Field(gt=0, le=1e4)]
    """The level."""
    fit_hash: Annotated[str, Field(max_length=128)]
    """`Inputs.fit_hash` when it was fitted; empty: a placeholder, not fitted yet."""
    bookings: Annotated[float, Field(ge=0)]
    """Mean of bookings in the counting window at this level."""
    half_width: Annotated[float, Field(ge=0)]
    """Largest half-width of the fitted totals over their targets."""
    interest: Annotated[float, Field(gt=0, le=1e6)] | None = None
    """Level of activities, where participations were fitted."""
    participations: Annotated[float, Field(ge=0)] | None = None
    """Mean of participations at these levels."""
    errands: Annotated[float, Field(gt=0, le=1e6)] | None = None
    """Level of points, where redemptions were fitted."""
    redemptions: Annotated[float, Field(ge=0)] | None = None
    """Mean of redemptions at these levels."""
    replications: Annotated[int, Field(ge=0)]
    """How many replications the mean is of."""
    seed: Annotated[int, Field(ge=0)]
    """Seed of the fit."""
    window: tuple[dt.date, dt.date]
    """First and last day of the counting window."""
    scenario: str
    """The scenario's file."""


def read_levels(path: Path, sources: Sources | None = None) -> dict[str, FittedLevel]:
    """Fitted levels by name; none if there is no such file.

    Raises
    ------
    ScenarioProblems
        If the file is not what `write_level` writes.
    """
    if not path.exists():
        return {}
    sources = sources or Sources()
    root = read_yaml(path, sources)
    levels: dict[str, FittedLevel] = {}
    problems: list[InputProblem] = []
    for name, entry in root.entries.items():
        try:
            levels[name] = FittedLevel.model_validate(plain(entry.node))
        except ValidationError as error:
            problems += [_problem(root, name, error) for error in error.errors(include_url=False)]
    if problems:
        raise ScenarioProblems(problems, sources)
    return levels


def _problem(root: MappingNode, name: str, error: object) -> InputProblem:
    assert isinstance(error, dict)
    path, annotation, _ = shape.real_path(FittedLevel, error["loc"])
    place, node = find(root, (name, *path))
    key = ".".join(map(str, (name, *path)))
    if error["type"] == "missing":
        return problem_at(place, name, f"missing key `{path[-1]}`; run `linli calibrate` again")
    if error["type"] == "extra_forbidden":
        names = shape.field_names(FittedLevel)
        return problem_at(place, key, "unknown key", names, str(path[-1]))
    message, allowed, word = in_words(error, annotation)
    return problem_at(place if node is None else node.place, key, message, allowed, word)


def write_level(path: Path, name: str, entry: FittedLevel) -> None:
    """Add or replace one entry, keeping the others; the file is replaced in one step.

    Raises
    ------
    ScenarioProblems
        If the file exists but is not what this function writes: it is left alone then.
    OSError
        If the folder cannot be written to.
    """
    levels = {**read_levels(path), name: entry}
    data = {key: _plain(levels[key]) for key in sorted(levels)}
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", text=False)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(_HEADER)
            yaml.safe_dump(data, stream, allow_unicode=True, width=200)
        os.chmod(temporary, 0o644)  # mkstemp makes it readable for its owner only
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _plain(entry: FittedLevel) -> dict[str, object]:
    data = dict(sorted(entry.model_dump(mode="json", exclude_none=True).items()))
    return {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}


def fitted_level(
    merged: MappingNode, sources: Sources, need_level: bool
) -> tuple[Path | None, FittedLevel | None, list[InputProblem]]:
    """Find the entry that `demand.fit` names, in the file beside the one in which it is written."""
    demand = mapping_at(merged, "demand")
    fit = None if demand is None else demand.text("fit")
    if fit is None:
        return None, None, []
    path, name = fit.place.folder / LEVELS_FILE, str(fit.value)
    try:
        levels = read_levels(path, sources)
    except ScenarioProblems as error:
        return path, None, list(error.problems)
    if name in levels or not need_level:
        return path, levels.get(name), []
    message = f"{name}: no level has been fitted under this name; run `linli calibrate FILE`"
    return path, None, [problem_at(fit.place, "demand.fit", message, levels, name)]


def level_of(given: float | None, fitted: float | None) -> float:
    """The level given by hand, else the fitted one, else 1."""
    if given is not None:
        return given
    return 1.0 if fitted is None else fitted


def level_notices(
    scenario: Scenario, entry: FittedLevel | None, fit_hash: str, owner: bool
) -> tuple[str, str]:
    """Note that a level is a placeholder, or was fitted for other inputs; empty if neither."""
    if scenario.demand.level is not None or entry is None or entry.fit_hash == fit_hash:
        return "", ""
    if not entry.fit_hash:
        return (
            f"The level {entry.level:g} of `{scenario.demand.fit}` is a placeholder, not fitted "
            "yet: run `linli calibrate`.",
            "",
        )
    what_to_do = "Run `linli calibrate FILE` to refit."
    if not owner:
        target = " and a target (`calibration`)" if scenario.calibration is None else ""
        what_to_do = (
            f"Give the scenario `demand: {{fit: {scenario.name}}}`{target} and run "
            "`linli calibrate FILE` to fit its own level."
        )
    return "", (
        f"The level {entry.level:g} of `{scenario.demand.fit}` was fitted on {entry.scenario} "
        f"for other inputs and is kept: this is a what-if. {what_to_do}"
    )
