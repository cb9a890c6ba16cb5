"""A question asked in many joint draws of its assumptions: where it is cut, and put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.experiment.replicate import Engine, replicate
from sim.experiment.study import Each, fixed_number
from sim.messages import catalogue, known, say
from sim.scenario.draws import Dimension, Drawn, drawn_numbers, points
from sim.scenario.inputs import Inputs
from sim.sensitivity.answer import DrawAnswer, Line, SensitivityQuestion
from sim.stats.intervals import linearised


class SimulationInterval(NamedTuple):
    """Figures of the scenario itself and what chance does to them: one entry a line."""

    mean: F64
    low: F64
    high: F64


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The answers of all draws beside that of the scenario itself.

    Attributes
    ----------
    of
        `run`, `compare`, `headroom` or `site`.
    scenarios
        Those asked about, the baseline first; of `headroom` one, at several multiples at first.
    dimensions
        What a draw decides.
    u
        (draws, dimensions) coordinates.
    fit
        (draws, 5) as in `DrawAnswer.fit`.
    reached
        (draws,) whether a draw could be fitted to the totals.
    refitted
        Whether draws are fitted at all; not where the level is given by hand.
    lines
        Metric, group and level of each value.
    base_top, base_bottom
        (scenarios, replications, lines) of the scenario itself.
    ratios
        (draws, scenarios, lines) answers; NaN where a draw could not be fitted.
    noise
        (draws, scenarios, lines) variance of an answer by the luck of its replications.
    plain
        Simulation intervals of what is no share.
    more
        Numbers drawn that are none of the scenarios', by key.
    plans
        Of `site`: what was asked, by the name of the plan, today first.
    recommended
        Name of the plan whose gain leads.
    """

    of: str
    scenarios: tuple[Inputs, ...]
    dimensions: tuple[Dimension, ...]
    u: F64
    fit: F64
    reached: Bools
    refitted: bool
    lines: tuple[Line, ...]
    base_top: F64
    base_bottom: F64
    ratios: F64
    noise: F64
    plain: SimulationInterval | None = None
    more: Mapping[str, Drawn] = field(default_factory=dict)
    plans: Mapping[str, Inputs] = field(default_factory=dict)
    recommended: str = ""

    @property
    def unit(self) -> str:
        """Of all figures."""
        siting = self.scenarios[0].scenario.siting
        if self.of == "site" and siting is not None:
            return "person_hours" if siting.aim.count == "person_hours" else "count"
        return "times" if self.of == "headroom" else "share"

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the scenarios."""
        return tuple(inputs.scenario.name for inputs in self.scenarios)

    @property
    def x(self) -> F64:
        """(draws, dimensions) coordinates; of a choice among alternatives its number."""
        columns = [
            np.array([d.choice(u) for u in column], dtype=np.float64) if d.files else column
            for d, column in zip(self.dimensions, self.u.T, strict=True)
        ]
        return np.stack(columns, axis=1) if columns else np.empty((len(self.u), 0))

    def line(self, metric: str, group: str = "all", level: str = "all") -> int:
        """Position of a figure."""
        return self.lines.index((metric, group, level))

    def base(self, lines: I64 | slice = slice(None)) -> F64:
        """(scenarios, replications, lines) values of the scenario itself (`linearised`)."""
        pairs = zip(self.base_top[:, :, lines], self.base_bottom[:, :, lines], strict=True)
        return np.stack([linearised(top, bottom) for top, bottom in pairs])

    @property
    def called(self) -> tuple[str, ...]:
        """Names of the inputs in the language spoken; without one, their keys."""
        return tuple(input_name(d.name) for d in self.dimensions)

    def in_words(self, dimension: int) -> str:
        """Name of an input within a sentence."""
        name, key = self.called[dimension], self.dimensions[dimension].name
        return name if name == key else say("rule.the", name=name)

    def worded(self, dimension: int, x: float) -> str:
        """Value of an input at one of its coordinates, as a scenario would say it."""
        d = self.dimensions[dimension]
        if d.files:
            return [self.labels[0], *(file.stem for file in d.files)][round(x)]
        if len(d.keys) > 1:
            return say("value.of-ranges", x=x)
        return f"{self._numbers[d.keys[0]].at(x):.3g}"

    @cached_property
    def _numbers(self) -> dict[str, Drawn]:
        """Key -> number, of the first scenario that draws it."""
        first = reversed(self.scenarios)
        found = {key: number for one in first for key, number in drawn_numbers(one).items()}
        return {**found, **self.more}


def input_name(name: str) -> str:
    """Name of a tie, a key, or a key of a group with the group behind, in the language spoken."""
    first, *middle, last = name.split(".") if "." in name else ("", name)
    short = f"input.{first}.{last}"
    if middle and f"input.{name}" not in catalogue() and short in catalogue():
        return f"{say(short)} ({'.'.join(middle)})"
    return known(f"input.{name}", name)


def ask_draws(
    of: str, question: SensitivityQuestion, scenarios: Sequence[Inputs], draws: int, engine: Engine
) -> Sensitivity:
    """Answer the scenario itself, then every draw; what is in the store is read.

    Raises
    ------
    EngineProblem
        If draws cannot be computed; what is finished is in the store.
    """
    base = replicate([question.study()], Each([fixed_number(1)]), engine).results[0][0]
    reduced: list[tuple[F64, F64]] = []

    def keep(_: int, answered: DrawAnswer) -> DrawAnswer:
        reduced.append(_reduced(answered, base))
        return replace(answered, values=np.empty(0), counts=np.empty(0))

    asked = replace(question, base=base)
    found = replicate([asked.study()], Each([fixed_number(draws)]), engine, keep=keep).results[0]
    return Sensitivity(
        of=of,
        scenarios=tuple(scenarios),
        dimensions=question.dimensions,
        u=points(len(question.dimensions), question.seed, 0, draws),
        fit=np.stack([a.fit for a in found]),
        reached=np.array([a.reached for a in found]),
        refitted=next(iter(question.cases.values())).owner is not None,
        lines=base.lines,
        base_top=base.values[:, :, 0],
        base_bottom=base.values[:, :, 1],
        ratios=np.stack([ratio for ratio, _ in reduced]),
        noise=np.stack([noise for _, noise in reduced]),
    )


def _reduced(answered: DrawAnswer, base: DrawAnswer) -> tuple[F64, F64]:
    """(scenarios, lines) ratios of totals, and their variances by luck that the base has not.

    Far from the base little luck is common: there that of the answer itself is the smaller bound.
    """
    at = {line: i for i, line in enumerate(answered.lines)}
    columns = np.array([at.get(line, -1) for line in base.lines])
    values = answered.values[..., columns]
    values[..., columns < 0] = np.nan
    if not answered.reached:
        values = np.full_like(values, np.nan)
    top, bottom = values[:, :, 0], values[:, :, 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = top.sum(axis=1) / bottom.sum(axis=1)
    theirs = base.values
    own = np.stack([linearised(t, b) for t, b in zip(top, bottom, strict=True)])
    base_own = np.stack([linearised(o[:, 0], o[:, 1]) for o in theirs])
    n = own.shape[1]
    if n == 1:
        return ratio, np.zeros_like(ratio)
    return ratio, np.minimum((own - base_own).var(axis=1, ddof=1), own.var(axis=1, ddof=1)) / n
