"""Fit levels to totals: demand to bookings, activities to participations, points to redemptions.

All are fitted at once: simulate, move the levels by what closes the gaps if totals go on answering
as they did (their elasticities), again. Replications are on common random numbers:
what happens at a level is a subset of what happens at a higher one. First few replications until
the gaps are small; then as many as make every half-width small enough. What a last small move of
the levels changes, few of these tell. Regression on quantities of
known mean takes most of the noise away (control variates): the wishes that arose, what a season's
programme draws by the luck of its popularity, sign-ups over their expectation, the prices of goods;
and what the programme could draw where its rooms are, whose mean is learnt from many more draws of
sessions and rooms alone (two-phase regression).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import F64, Bools
from sim.experiment.replicate import run_replications
from sim.experiment.study import Recipe, fixed_number
from sim.model import Model, build_model
from sim.scenario.inputs import Inputs
from sim.stats.control import controlled_mean, two_phase_mean
from sim.stats.intervals import Interval, t_interval
from sim.studies.totals import (
    ProgrammePreviews,
    Targets,
    Totals,
    build_counting,
    control_means,
    draw_previews,
    measure_totals,
    targets_of,
)

COARSE = 4
"""Replications on which the levels are first sought."""
FINE = 32
"""Replications to begin with when intervals count."""
CLOSE = 0.01
"""Gap (log of target over total) at which the first search ends."""
FARTHEST = math.log(4.0)
"""Most that a level moves in one step."""
SATURATED = 0.03
"""A total that grows by less than this share of its level is out of reach."""
PREVIEWS = 500
"""Programmes drawn to learn what they could draw on average."""
CLEAR = 0.1
"""Log of a level's step from which its total's answer is believed."""
UP = 1.15
"""Factor on one level at a time from which the answers are learnt once they are nearly right."""
LEAST, MOST = 0.1, 1.2
"""Answers that are believed: log of a total over log of its level."""
NEAR = 0.2
"""Most that the log of a level moves in one step from then on."""
CHANGED = 16
"""Replications that tell what a small move of the levels changes."""
AT_MOST = 500
"""Replications beyond which a fit gives up."""


@dataclass(frozen=True, slots=True)
class FitPart:
    """One level and the total it was fitted to.

    Attributes
    ----------
    name
        `bookings`, `participations` or `redemptions`.
    level
        The fitted level.
    total
        Mean of the counting window at the fitted levels, with its interval and the replications
        at these levels or close by.
    reached
        Whether mean and half-width are within the tolerances.
    """

    name: str
    level: float
    target: int
    total: Interval
    reached: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """Fitted levels: of demand and, where the scenario has totals for them, of the others."""

    parts: tuple[FitPart, ...]

    @property
    def reached(self) -> bool:
        """Whether every total is met."""
        return all(part.reached for part in self.parts)

    @property
    def level(self) -> float:
        """The demand level."""
        return self.parts[0].level

    @property
    def bookings(self) -> Interval:
        """Bookings at the fitted levels."""
        return self.parts[0].total

    @property
    def target(self) -> int:
        """Bookings to be met."""
        return self.parts[0].target


def fit_levels(
    inputs: Inputs,
    progress: Callable[[str], None] | None = None,
    jobs: int | None = None,
) -> Fit:
    """Fit the levels of a scenario to its `calibration`, at multipliers of 1.

    Raises
    ------
    ValueError
        If the scenario has no `calibration`, or nothing that answers to a level.
    """
    spec = inputs.scenario.calibration
    if spec is None:
        raise ValueError("the scenario has no calibration")
    notify = progress or (lambda words: None)
    sample = _Sample(inputs, jobs)
    search = _LevelSearch(sample.targets)
    for _ in range(12):
        gaps = search.note(sample.means(search.levels, COARSE))
        notify(f"{_words(sample.targets, search.levels)} on {COARSE} replications")
        beyond = search.beyond()
        if beyond:
            notify(f"{beyond} hardly answer to their level any more: out of reach")
            return _fit(sample, search.levels, COARSE)
        if np.abs(gaps).max() <= CLOSE:
            break
        search.move(gaps)
    point = sample.means(search.levels, COARSE)
    search.learn(point, [sample.means(levels, COARSE) for levels in search.probes()])
    n = FINE
    for _ in range(10):
        totals = sample.intervals(search.levels, n)
        notify(_report(sample.targets, search.levels, totals))
        goals = sample.targets.goals
        wide = max(t.half_width / g / spec.half_width for t, g in zip(totals, goals, strict=True))
        gaps = np.log(np.array(goals) / np.array([t.mean for t in totals]))
        # aim well inside the tolerance: the mean at the fitted level should be the target
        near = bool(np.abs(gaps).max() <= spec.tolerance / 5)
        if (near and wide <= 1.0) or n >= AT_MOST:
            break
        if wide > 1.0:
            n = min(AT_MOST, max(n + 8, int(n * wide**2 * 1.1) + 1))
        if not near:
            search.move(gaps, NEAR)
    return _fit(sample, search.levels, n)


def _fit(sample: _Sample, levels: F64, n: int) -> Fit:
    """Judge the totals at some levels."""
    spec = sample.spec
    parts = []
    for name, level, goal, total in zip(
        sample.targets.names,
        levels.tolist(),
        sample.targets.goals,
        sample.intervals(levels, n),
        strict=True,
    ):
        close = abs(total.mean / goal - 1.0) <= spec.tolerance
        narrow = total.half_width <= spec.half_width * goal
        parts.append(FitPart(name, level, goal, total, reached=bool(close and narrow)))
    return Fit(tuple(parts))


class _LevelSearch:
    """Levels, and how strongly each total has answered to them so far.

    At first a total is thought to answer to its own level alone.
    """

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self.levels: F64 = np.array(targets.first)
        self._elastic: F64 = np.eye(len(self.levels))
        self._seen: tuple[F64, F64] | None = None
        self._flat: Bools = np.zeros(len(self.levels), dtype=bool)

    def note(self, means: F64) -> F64:
        """Learn from the totals at the levels; returns log(target / total)."""
        if (means <= 0).any():
            names = [n for n, m in zip(self._targets.names, means, strict=True) if m <= 0]
            raise ValueError(f"no {' and no '.join(names)} at these levels: nothing to fit")
        now = np.log(self.levels), np.log(means)
        if self._seen is not None:
            moved, grew = now[0] - self._seen[0], now[1] - self._seen[1]
            clear = np.abs(moved) > CLEAR
            answer = np.divide(grew, moved, out=np.ones_like(grew), where=clear)
            own = np.where(clear, np.clip(answer, LEAST, MOST), np.diag(self._elastic))
            self._elastic = np.diag(own)
            self._flat = clear & (answer < SATURATED) & (moved > 0.5)
        self._seen = now
        return np.asarray(np.log(np.array(self._targets.goals)) - now[1])

    def beyond(self) -> str:
        """Totals that more of their level hardly raises, though they should rise."""
        if self._seen is None:
            return ""
        short = np.log(np.array(self._targets.goals)) > self._seen[1] + CLOSE
        stuck = self._flat & short
        return " and ".join(n for n, s in zip(self._targets.names, stuck, strict=True) if s)

    def probes(self) -> Sequence[F64]:
        """The levels, each in turn `UP` times as high."""
        return [self.levels * np.where(row, UP, 1.0) for row in np.eye(len(self.levels))]

    def learn(self, point: F64, above: Sequence[F64]) -> None:
        """Learn how the totals answer to each level, from those at the levels and at the probes.

        On common random numbers few replications tell.
        """
        grew = np.log(np.maximum(np.column_stack(above), 1e-9) / np.maximum(point, 1e-9)[:, None])
        answers = np.clip(grew / math.log(UP), -MOST, MOST)
        np.fill_diagonal(answers, np.clip(np.diag(answers), LEAST, MOST))
        self._elastic = answers

    def move(self, gaps: F64, farthest: float = FARTHEST) -> None:
        """Move the levels so that all totals are met, as far as their answers are known."""
        step = np.clip(np.linalg.lstsq(self._elastic, gaps)[0], -farthest, farthest)
        self.levels = self.levels * np.exp(step)


class _Sample:
    """Totals and controls by levels, each replication simulated once."""

    def __init__(self, inputs: Inputs, jobs: int | None) -> None:
        self._inputs = _at_present(inputs)
        self._jobs = jobs
        self._seed = inputs.scenario.experiment.seed
        self._model: Model = build_model(self._inputs)
        self._counting = build_counting(self._model)
        self._per_level = control_means(self._model, 1.0)
        assert inputs.scenario.calibration is not None
        self.spec = inputs.scenario.calibration
        self.targets = targets_of(self._model, self.spec)
        self._seen: dict[tuple[float, ...], list[Totals]] = {}
        self._previews: ProgrammePreviews | None = None
        self._base: F64 | None = None

    def _get(self, levels: F64, n: int) -> list[Totals]:
        triple = tuple(self.targets.triple(levels))
        done = self._seen.get(triple, [])
        if len(done) < n:
            level, interest, errands = triple
            model = self._model.at_level(level, interest, errands)
            now = replace(self._inputs, level=level, interest=interest, errands=errands)
            done = run_replications(
                now,
                Recipe(build_counting, measure_totals),
                fixed_number(n),
                model=model,
                prepared=replace(self._counting, model=model),
                seed=self._seed,
                jobs=self._jobs,
                done=done,
            )
            self._seen[triple] = done
        return done[:n]

    def _known(self, levels: F64) -> F64:
        """Expectations of the controls: wishes grow with the demand level, the others do not."""
        return np.concatenate([self._per_level[:1] * float(levels[0]), self._per_level[1:]])

    def means(self, levels: F64, n: int) -> F64:
        """Plain means on few replications, bookings scaled to the expected wishes."""
        values = self._get(levels, n)
        totals = np.stack([s.totals for s in values])[:, self.targets.indices]
        mean = totals.mean(axis=0)
        wishes = np.array([s.controls[0] for s in values])
        mean[0] *= self._known(levels)[0] / max(1.0, wishes.mean())
        came = self.targets.indices == 1
        mean[came] -= np.mean([s.controls[1] for s in values])  # the luck of popularity has mean 0
        return np.asarray(mean)

    def intervals(self, levels: F64, n: int) -> Sequence[Interval]:
        """Means at the levels, from those at levels close by where these are known already.

        Where the move makes what is known much less precise, the levels are simulated in full.
        """
        if self._base is not None and (levels != self._base).any():
            found, changes = self._controlled(self._base, n), self._changes(self._base, levels)
            if all(2 * c.half_width <= f.half_width for f, c in zip(found, changes, strict=True)):
                return [_moved(f, c) for f, c in zip(found, changes, strict=True)]
        self._base = levels
        return self._controlled(levels, n)

    def _changes(self, before: F64, after: F64) -> Sequence[Interval]:
        """What a move of the levels changes in each total."""
        there, here = (
            np.stack([s.totals for s in self._get(levels, CHANGED)]) for levels in (before, after)
        )
        return [t_interval(column) for column in (here - there)[:, self.targets.indices].T]

    def _controlled(self, levels: F64, n: int) -> Sequence[Interval]:
        """Means by control variates."""
        values = self._get(levels, n)
        controls = np.stack([s.controls for s in values])
        known = self._known(levels)
        totals = np.stack([s.totals for s in values])[:, self.targets.indices]
        if "participations" not in self.targets.names:
            return [controlled_mean(column, controls, known) for column in totals.T]
        if self._previews is None:
            self._previews = draw_previews(self._model, self._seed, PREVIEWS)
        cheap = self._previews.at(self.targets.triple(levels)[1])
        return [two_phase_mean(column, controls, known, cheap) for column in totals.T]


def _moved(known: Interval, change: Interval) -> Interval:
    """A mean and what a move adds to it, seen in some of the same replications.

    How the two vary together is not looked at: the variance is the largest that it can be, with a
    correlation of 1.
    """
    a, b = known.half_width, change.half_width
    half = math.sqrt(a**2 + b**2 + 2 * a * b * math.sqrt(change.n / known.n))
    mean = known.mean + change.mean
    return Interval(mean, mean - half, mean + half, known.n)


def _at_present(inputs: Inputs) -> Inputs:
    """The scenario without growth and without what no total depends on."""
    scenario = inputs.scenario
    now = {
        "demand": scenario.demand.model_copy(update={"multiplier": 1.0}),
        "activities": scenario.activities.model_copy(update={"multiplier": 1.0}),
        "dropin": scenario.dropin.model_copy(update={"multiplier": 0.0}),
    }
    return replace(inputs, scenario=scenario.model_copy(update=now), level=1.0)


def _words(targets: Targets, levels: F64) -> str:
    pairs = zip(targets.level_names, levels.tolist(), strict=True)
    return ", ".join(f"{name} {level:.4f}" for name, level in pairs)


def _report(targets: Targets, levels: F64, totals: Sequence[Interval]) -> str:
    found = "; ".join(
        f"{name} {t.mean:,.1f} ± {t.half_width:,.1f}"
        for name, t in zip(targets.names, totals, strict=True)
    )
    return f"{_words(targets, levels)}: {found} ({totals[0].n} replications)"
