"""Inputs that might as well have another value: which are drawn, from what, and together with what.

A point of the unit cube is one joint draw: each dimension is a number with a range, numbers that
are tied, or a choice among alternatives. Points come in blocks, each with the whole range of every
input, so more of them continue those before.
"""

from __future__ import annotations

import copy
import fnmatch
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError
from scipy.stats import qmc, triang

from sim.arrays import F64
from sim.scenario import shape
from sim.scenario.checks import Draft, cross_checks
from sim.scenario.identity import NOT_ASKED
from sim.scenario.inputs import Inputs, Provenance
from sim.scenario.loading import Reading, read
from sim.scenario.problems import InputProblem, ScenarioProblems, problem_at
from sim.scenario.read.csv_tables import frozen
from sim.scenario.read.files import RefusedError, confined
from sim.scenario.read.nodes import Key, dotted, entries_at, find, plain
from sim.scenario.schema.base import OnGrid
from sim.scenario.schema.scenario import Scenario

BLOCK = 32
"""Draws in which every range is gone through once."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A number with a range.

    Attributes
    ----------
    path
        Steps of its key.
    step
        Of which it is a multiple; 0: any number.
    """

    given: Provenance
    path: tuple[Key, ...]
    step: float

    def at(self, u: float) -> float:
        """The value at a quantile of its distribution."""
        p = self.given
        low, high = float(p.low or 0.0), float(p.high or 0.0)
        if p.distribution == "log_uniform":
            value = low * (high / low) ** u
        elif p.distribution == "triangular":
            value = float(triang.ppf(u, (p.value - low) / (high - low), low, high - low))
        elif self.step:  # every multiple alike, the ends too
            return low + self.step * min(
                math.floor(u * (round((high - low) / self.step) + 1)),
                round((high - low) / self.step),
            )
        else:
            value = low + u * (high - low)
        if self.step:
            value = low + self.step * round((value - low) / self.step)
        return float(min(max(value, low), high))


@dataclass(frozen=True, slots=True)
class Dimension:
    """What one coordinate of a draw decides: numbers by key, or which of several files holds."""

    name: str
    keys: tuple[str, ...]
    files: tuple[Path, ...] = ()

    def choice(self, u: float) -> int:
        """0: the scenario itself; else the number of the file that is laid over."""
        return min(int(u * (len(self.files) + 1)), len(self.files))


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """What is drawn for a scenario, and what is not.

    Attributes
    ----------
    dimensions
        In the order of their names: where something stands in a file decides nothing.
    fixed
        Numbers without a range.
    idle
        Numbers with a range on which none of the figures asked for depends.
    """

    dimensions: tuple[Dimension, ...]
    fixed: tuple[Provenance, ...]
    idle: tuple[Provenance, ...]


def point(dimensions: int, seed: int, number: int) -> F64:
    """Coordinates of a draw."""
    return np.asarray(points(dimensions, seed, number, 1)[0])


def points(dimensions: int, seed: int, first: int, n: int) -> F64:
    """(n, dimensions) coordinates of draws in a row: a Latin hypercube a block.

    In so many dimensions few points of a Sobol sequence are no independent inputs: of 64 in 37, two
    columns had a correlation of -0.77, and one input's effect was seen in both.
    """
    blocks = range(first // BLOCK, -(-(first + n) // BLOCK))
    if dimensions == 0 or not blocks:
        return np.empty((n, dimensions))
    cubes = [
        qmc.LatinHypercube(dimensions, rng=np.random.default_rng([seed, block])).random(BLOCK)
        for block in blocks
    ]
    low = first - blocks.start * BLOCK
    return np.concatenate(cubes)[low : low + n]


def drawn_numbers(inputs: Inputs, parts: Sequence[str] = NOT_ASKED) -> dict[str, Drawn]:
    """Key -> number with a range on which figures of wishes depend, or all but some parts."""
    leaves = {
        dotted(path): (path, annotation)
        for path, _, annotation in shape.leaves(inputs.scenario, Scenario)
    }
    found = {}
    for p in inputs.provenance:
        if p.low is None or p.low == p.high or p.key.split(".")[0] in parts:
            continue
        if p.key in leaves:
            path, annotation = leaves[p.key]
            found[p.key] = Drawn(p, path, _step(inputs.scenario, annotation, p))
    return found


def _step(scenario: Scenario, annotation: Any, p: Provenance) -> float:
    whole = all(shape.bare(m) is not float for m in shape.members(annotation))
    grid = scenario.grid_minutes if shape.fact(annotation, OnGrid) else 1
    ends = (p.low or 0.0, p.high or 0.0, p.value)
    return float(grid) if whole and all(end % grid == 0 for end in ends) else float(whole)


def patched(
    inputs: Inputs, at: Mapping[str, float], numbers: Mapping[str, Drawn] | None = None
) -> Inputs:
    """Inputs with their drawn numbers at quantiles of their distributions, checked by the schema.

    A warm-up grows where a drawn booking window is longer: it adds wishes before the counting
    window and changes none inside. Keys that carry no range in this scenario stay.
    """
    numbers = drawn_numbers(inputs) if numbers is None else numbers
    data = copy.deepcopy(dict(inputs.resolved))
    for key in numbers.keys() & at.keys():
        *way, last = numbers[key].path
        inner: Any = data
        for step in way:
            inner = inner[step]
        value = numbers[key].at(at[key])
        inner[last] = int(value) if numbers[key].step >= 1 else value
    scenario = Scenario.model_validate(data)
    days = math.ceil(scenario.opens_days_ahead)
    if days > scenario.experiment.warm_up_days:
        longer = scenario.experiment.model_copy(update={"warm_up_days": days})
        scenario = scenario.model_copy(update={"experiment": longer})
    return replace(inputs, scenario=scenario, resolved=data)


def draw_plan(reading: Reading, others: Sequence[Inputs] = ()) -> DrawPlan:
    """What is drawn for a scenario and those compared with it.

    Raises
    ------
    ScenarioProblems
        If ties, alternatives or distributions do not hold, or ranges are impossible together.
    """
    inputs = reading.require_inputs()
    numbers = drawn_numbers(inputs)
    every = {**{k: d for other in others for k, d in drawn_numbers(other).items()}, **numbers}
    problems = [*_bad_distributions(reading, numbers)]
    dimensions, taken = [], set[str]()
    for name, entry in entries_at(reading.merged, "sensitivity", "ties"):
        patterns = plain(entry.node)
        assert isinstance(patterns, list)
        keys = sorted(k for k in every if any(_matches(k, str(p)) for p in patterns))
        twice = taken.intersection(keys)
        if not keys or twice:
            said = f"{min(twice)} is tied twice" if twice else "no number with a range is named so"
            problems.append(problem_at(entry.place, f"sensitivity.ties.{name}", said))
        taken.update(keys)
        dimensions.append(Dimension(name, tuple(keys)))
    for name, entry in entries_at(reading.merged, "sensitivity", "worlds"):
        texts = plain(entry.node)
        assert isinstance(texts, list)
        try:
            files = tuple(confined(str(text), entry.place.folder) for text in texts)
        except RefusedError as error:
            files = ()
            problems.append(problem_at(entry.place, f"sensitivity.worlds.{name}", str(error)))
        missing = [file.name for file in files if not file.is_file()]
        if missing:
            said = f"there is no file {missing[0]}"
            problems.append(problem_at(entry.place, f"sensitivity.worlds.{name}", said))
        dimensions.append(Dimension(name, (), files))
    dimensions += [Dimension(key, (key,)) for key in every if key not in taken]
    if not problems:
        problems += _impossible(reading, inputs, numbers, dimensions)
    if problems:
        raise ScenarioProblems(list(dict.fromkeys(problems)), reading.sources)
    ranged = {p.key for p in inputs.provenance if p.low is not None}
    return DrawPlan(
        tuple(sorted(dimensions, key=lambda d: d.name)),
        tuple(p for p in inputs.provenance if p.key not in ranged),
        tuple(p for p in inputs.provenance if p.key in ranged - numbers.keys()),
    )


def variants(
    reading: Reading, path: Path, plan: DrawPlan, sets: Sequence[str], **options: Any
) -> Iterator[tuple[tuple[int, ...], Inputs]]:
    """The scenario under every combination of alternatives, by the choice in each.

    Raises
    ------
    ScenarioProblems
        With what is wrong with one of them.
    """
    choices = [range(len(d.files) + 1) for d in plan.dimensions if d.files]
    files = [d.files for d in plan.dimensions if d.files]
    for chosen in itertools.product(*choices):
        over = [of[c - 1] for of, c in zip(files, chosen, strict=True) if c]
        found = read(path, sets=sets, alternatives=over, **options) if over else reading
        yield chosen, found.require_inputs()


def _matches(key: str, pattern: str) -> bool:
    steps, wanted = key.split("."), pattern.split(".")
    return len(steps) == len(wanted) and all(map(fnmatch.fnmatchcase, steps, wanted))


def _bad_distributions(reading: Reading, numbers: Mapping[str, Drawn]) -> Iterator[InputProblem]:
    for key, drawn in numbers.items():
        if drawn.given.distribution == "log_uniform" and not (drawn.given.low or 0.0) > 0:
            place, _ = find(reading.merged, (*drawn.path, "range"))
            yield problem_at(place, f"{key}.range", "must begin above 0 to be drawn log_uniform")


def _impossible(
    reading: Reading,
    inputs: Inputs,
    numbers: Mapping[str, Drawn],
    dimensions: Sequence[Dimension],
) -> Iterator[InputProblem]:
    """What does not hold at the ends of ranges, of each alone and of all, or somewhere between.

    Whatever else a draw brings together is checked by the schema when it is drawn.
    """
    mine = [d for d in dimensions if d.keys]
    corners = [dict.fromkeys(numbers, end) for end in (0.0, 1.0)]
    corners += [dict.fromkeys(d.keys, end) for d in mine for end in (0.0, 1.0)]
    for row in points(len(mine), 0, 0, 64):
        corners.append({k: float(u) for d, u in zip(mine, row, strict=True) for k in d.keys})
    held = reading.tables
    tables = frozen(held)
    for corner in corners:
        told = ", ".join(
            f"{key} = {numbers[key].at(u):g}" for key, u in [*corner.items()][:3] if key in numbers
        )
        told += " ..." if len(corner) > 3 else ""
        try:
            scenario = patched(inputs, corner, numbers).scenario
        except ValidationError as error:
            item = error.errors(include_url=False)[0]
            steps = shape.real_path(Scenario, item["loc"])[0]
            place, _ = find(reading.merged, steps)
            words = str(item.get("ctx", {}).get("error", item["msg"]))
            yield problem_at(place, dotted(steps), f"ranges allow {told}: {words}")
            return
        for problem in cross_checks(Draft(scenario, tables, reading.merged, held)):
            yield replace(problem, message=f"ranges allow {told}: {problem.message}")
            return
