"""Fit the demand level to a total of bookings.

Bookings as a function of the level are looked at on common random numbers: the wishes at a level
are a subset of those at a higher one. The expected wishes are known exactly, so regression on the
wishes that arose takes most of the noise away (control variate). `scipy.optimize.root_scalar` finds
the level on few replications; then replications are added until the half-width is small enough, and
the level is corrected once more by the slope there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import optimize

from sim.booking.requests import Outcome
from sim.demand.expected import expected_wishes
from sim.model import History, Model, build_model, simulate
from sim.scenario.inputs import Inputs
from sim.stats.control import controlled_mean
from sim.stats.intervals import Interval

__all__ = ["Fit", "fit_level"]

F64 = npt.NDArray[np.float64]

COARSE = 4
"""Replications on which the root is first sought."""
SATURATED = 1.02
"""Bookings must grow by this when the level doubles, or the target is out of reach."""
AT_MOST = 400
"""Replications beyond which a fit gives up."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted level.

    Attributes
    ----------
    level
        Demand level.
    bookings
        Mean bookings of the counting window there, with its interval and replications.
    target
        What was fitted to.
    reached
        Whether mean and half-width are within the tolerances.
    """

    level: float
    bookings: Interval
    target: int
    reached: bool


def fit_level(inputs: Inputs, progress: Callable[[str], None] | None = None) -> Fit:
    """Fit the level of a scenario to its `calibration`, at demand multiplier 1.

    Raises
    ------
    ValueError
        If the scenario has no `calibration`.
    """
    spec = inputs.scenario.calibration
    if spec is None:
        raise ValueError("the scenario has no calibration")
    tell = progress or (lambda words: None)
    sample = _Sample(inputs)
    level, reachable = _rough(sample, spec.bookings)
    tell(f"level {level:.4f} on {COARSE} replications")
    if not reachable:
        tell(f"more demand hardly adds bookings: {spec.bookings:,} are out of reach")
        return Fit(level, sample.at(level, COARSE), spec.bookings, reached=False)
    n = 32
    for _ in range(12):
        bookings = sample.at(level, n)
        tell(
            f"level {level:.4f}: {bookings.mean:.1f} ± {bookings.half_width:.1f} ({n} replications)"
        )
        wide = bookings.half_width / spec.bookings / spec.half_width
        # aim well inside the tolerance: the mean at the fitted level should be the target
        near = abs(bookings.mean / spec.bookings - 1.0) <= spec.tolerance / 5
        if near and wide <= 1.0:
            return Fit(level, bookings, spec.bookings, reached=True)
        if wide > 1.0:
            if n >= AT_MOST:
                break
            n = min(AT_MOST, max(n + 8, int(n * wide**2 * 1.1) + 1))
        if not near:
            level *= spec.bookings / bookings.mean
    reached = abs(bookings.mean / spec.bookings - 1.0) <= spec.tolerance and wide <= 1.0
    return Fit(level, bookings, spec.bookings, reached=reached)


def _rough(sample: _Sample, target: int) -> tuple[float, bool]:
    """Level at which a few replications, adjusted for their wishes, give the target.

    Returns
    -------
    level
        The level, or the largest one tried.
    reachable
        False where doubling the level hardly adds bookings any more: the venues are full.
    """
    level = 1.0
    found = sample.ratio(level, COARSE)
    if found <= 0:
        raise ValueError("no bookings at level 1: nothing to fit")
    low = high = level
    while found < target:
        low, before = high, found
        high *= 2.0
        found = sample.ratio(high, COARSE)
        if found < before * SATURATED:
            return high, False
    while found >= target and low > 1e-6 and sample.ratio(low, COARSE) > target:
        high, low = low, low / 2.0

    def gap(log_level: float) -> float:
        return sample.ratio(float(np.exp(log_level)), COARSE) - target

    root = optimize.brentq(gap, float(np.log(low)) - 1e-9, float(np.log(high)), xtol=1e-3)
    return float(np.exp(root)), True


class _Sample:
    """Bookings and wishes by level and replication, each simulated once."""

    def __init__(self, inputs: Inputs) -> None:
        plain = inputs.scenario.demand.model_copy(update={"multiplier": 1.0})
        today = inputs.scenario.model_copy(update={"demand": plain})
        self._base: Model = build_model(replace(inputs, scenario=today), level=1.0)
        self._seen: dict[tuple[float, int], tuple[float, F64]] = {}
        self._seed = inputs.scenario.experiment.seed
        self._expected = expected_wishes(self._base.plan)

    def _model(self, level: float) -> Model:
        return self._base.at_level(level)

    def _get(self, level: float, n: int) -> tuple[F64, F64]:
        """Bookings (n,) and controls (n, k)."""
        missing = [i for i in range(n) if (level, i) not in self._seen]
        if missing:
            model = self._model(level)
            for i in missing:
                self._seen[level, i] = _counted(model, simulate(model, self._seed, i))
        rows = [self._seen[level, i] for i in range(n)]
        return np.array([r[0] for r in rows]), np.stack([r[1] for r in rows])

    def ratio(self, level: float, n: int) -> float:
        """Bookings scaled to the expected wishes (few replications allow no regression)."""
        bookings, controls = self._get(level, n)
        expected = self._expected.sum() * level
        return float(bookings.sum() / controls.sum() * expected)

    def at(self, level: float, n: int) -> Interval:
        """Mean bookings by control variate."""
        bookings, controls = self._get(level, n)
        return controlled_mean(bookings, controls, np.array([self._expected.sum() * level]))


def _counted(model: Model, history: History) -> tuple[float, F64]:
    """Bookings made, and wishes that arose, in the counting window."""
    inside = model.world.calendar.counts(history.wishes.ask)
    booked = history.outcome == Outcome.BOOKED
    return float((booked & inside[history.asked]).sum()), np.array([float(inside.sum())])
