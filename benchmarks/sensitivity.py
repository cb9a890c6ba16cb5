"""`sensitivity`: CPU seconds of a draw and where they go; coverage in small towns that are known.

In a town the truth comes from the ranges, or one input of it from beyond its range. The method
is shown the total of bookings alone, as a mean without luck, and asked for the served share at five
times the demand; the interval should hold the truth's in 90 % of towns.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import kstest

from benchmarks.cases import DEFAULT
from benchmarks.figures import Figure, medians, to_json
from benchmarks.log_towns import write_town
from benchmarks.measuring import timed
from sim.arrays import F64
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.model import History, Model, build_model, simulate
from sim.scenario.draws import Dimension, draw_plan, drawn_numbers, patched, point
from sim.scenario.inputs import Inputs, at_multiplier
from sim.scenario.loading import load, read
from sim.scenario.schema.experiment import Calibration
from sim.sensitivity.answer import Case, SensitivityQuestion, answer, at_present
from sim.sensitivity.study import Sensitivity, ask_draws
from sim.stats.given_data import quantile_interval
from sim.studies.calibrate import fit_levels

__all__ = ["known_town", "run"]

NAME = "sensitivity"
TOWNS, DRAWS, GROWTH = 208, 64, 5.0
DOUBTS = {
    "off_platform.share": (0.2, 0.0, 0.4),
    "choice.outside": (-1.0, -2.4, 0.0),
    "demand.no_show.base": (0.1, 0.05, 0.2),
    "demand.cancellation.share": (0.1, 0.05, 0.2),
    "demand.day_effect.cv": (0.3, 0.0, 0.6),
}
BEYOND = (0.45, 0.6)
"""Off-platform use of the second table's truths, beyond the range that is drawn from."""
TRUTHS = 77_777
"""Seed of the truths."""


def run(quick: bool) -> list[dict[str, Any]]:
    """Time draws of the default scenario, then cover the truths of towns."""
    figures = _timed(2 if quick else 8)
    for beyond in (False, True):
        figures.append(_covered(4 if quick else TOWNS, beyond=beyond))
    return to_json(figures)


def _timed(draws: int) -> list[Figure]:
    inputs = load(DEFAULT)
    plan = draw_plan(read(DEFAULT))
    dimensions = tuple(d for d in plan.dimensions if d.keys)
    case = Case(at_present(inputs), (inputs,))
    question = SensitivityQuestion(dimensions, {(): case}, 10, 1, 0, 7121)
    asked = replace(question, base=answer(question, 0))
    found = [timed(answer, asked, number) for number in range(draws)]
    rounds = [float(a.fit[-1]) for _, a in found]
    build, model = timed(build_model, inputs)
    once = [timed(simulate, model, 1, i, dropin=False, points=False)[0] for i in range(4)]
    whole = [seconds for seconds, _ in found]
    asking = 10 * float(np.median(once))
    note = f"simulating 10 replications {asking:.1f}, building {build:.1f}, the rest is fitting"
    return [
        medians(NAME, "a draw of a run, 10 replications", whole, "CPU s", note=note),
        medians(NAME, "rounds of a fit", rounds, "rounds"),
    ]


def _covered(towns: int, *, beyond: bool) -> Figure:
    with ProcessPoolExecutor(2) as workers:
        found = list(workers.map(known_town, range(towns), [beyond] * towns))
    places = np.array([town.place for town in found])
    held = float(np.mean([town.held for town in found]))
    half = 1.96 * float(np.sqrt(held * (1 - held) / towns))
    where = "one input beyond its range" if beyond else "the truth within the ranges"
    wide = np.mean([town.high - town.low for town in found])
    fitted = np.mean([np.isfinite(town.shares).mean() for town in found])
    note = (
        f"{towns} towns, {DRAWS} draws; below {sum(t.truth < t.low for t in found)}, "
        f"mean width {wide:.3f}; {fitted:.1%} of draws fitted; places of truths among draws at "
        f"most {kstest(places, 'uniform').statistic:.3f} from even"
    )
    return Figure(
        NAME,
        f"towns whose truth the 90 % interval holds, {where}",
        held,
        "share",
        low=held - half,
        high=min(1.0, held + half),
        note=note,
    )


@dataclass(frozen=True, eq=False, slots=True)
class KnownTown:
    """What the method says of a town, and what is so.

    Attributes
    ----------
    at
        Coordinates of the truth, an entry a doubt.
    truth
        Served share at five times the demand.
    x
        (draws, doubts) coordinates of the draws.
    shares
        (draws,) their served shares; NaN where one could not be fitted.
    """

    at: F64
    truth: float
    x: F64
    shares: F64

    @property
    def low(self) -> float:
        """Lower end of the assumption interval."""
        return float(quantile_interval(self.shares[:, None])[0][0])

    @property
    def high(self) -> float:
        """Upper end of the assumption interval."""
        return float(quantile_interval(self.shares[:, None])[1][0])

    @property
    def held(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low <= self.truth <= self.high

    @property
    def place(self) -> float:
        """Place of the truth among the draws, from 0 to 1."""
        shares = self.shares[np.isfinite(self.shares)]
        return float(((shares < self.truth).sum() + 0.5) / (len(shares) + 1))


def known_town(seed: int, beyond: bool) -> KnownTown:
    """Draw the truth of a town, show its total to the method, and ask.

    Truths are spread evenly over the ranges, one continuing the others: independent ones would
    themselves miss their tenths by some 2 points in 200.
    """
    sets = [f"{key}={{value: {v}, range: [{a}, {b}]}}" for key, (v, a, b) in DOUBTS.items()]
    sets.append("off_platform.block_minutes=120")
    with tempfile.TemporaryDirectory() as folder:
        path = write_town(Path(folder))
        inputs = load(path, sets=[*sets, f"experiment.seed={seed + 1}"])
    at = point(len(DOUBTS), TRUTHS, seed)
    truth = patched(inputs, dict(zip(DOUBTS, at.tolist(), strict=True)))
    if beyond:
        least, most = BEYOND
        share = {"share": least + (most - least) * float(at[0])}
        off_platform = truth.scenario.off_platform.model_copy(update=share)
        scenario = truth.scenario.model_copy(update={"off_platform": off_platform})
        truth = replace(truth, scenario=scenario)
    total = float(np.mean([booked for booked, _ in _histories(truth, 1.0, 10_000 + seed)]))
    served = float(np.mean([share for _, share in _histories(truth, GROWTH, 10_000 + seed)]))
    found = _asked(inputs, max(1, round(total)))
    return KnownTown(at, served, found.x, found.ratios[:, 0, found.line("served_share")])


def _histories(inputs: Inputs, multiplier: float, seed: int) -> Sequence[tuple[float, float]]:
    """Bookings of the counting window, and the served share, of 20 replications."""
    model = build_model(at_multiplier(inputs, multiplier))
    return [_told(model, simulate(model, seed, i)) for i in range(20)]


def _told(model: Model, history: History) -> tuple[float, float]:
    inside = model.world.calendar.counts(history.wishes.wished_at)[history.asked]
    booked = (history.outcome == 1) & inside
    return float(booked.sum()), float(booked.sum() / max(1, inside.sum()))


def _asked(inputs: Inputs, total: int) -> Sensitivity:
    """What the method says, from ranges and a total."""
    spec = Calibration(bookings=total, tolerance=0.01, half_width=0.01)
    owner = replace(
        inputs,
        scenario=inputs.scenario.model_copy(update={"calibration": spec}),
        resolved={**inputs.resolved, "calibration": spec.model_dump()},
    )
    owner = replace(owner, level=fit_levels(owner, jobs=1).level)
    dimensions = tuple(Dimension(key, (key,)) for key in drawn_numbers(owner))
    case = Case(owner, (at_multiplier(owner, GROWTH),))
    seed = owner.scenario.experiment.seed
    question = SensitivityQuestion(dimensions, {(): case}, 4, seed, -1, total)
    with Engine(Local(1)) as engine:
        return ask_draws("run", question, case.asked, DRAWS, engine)
