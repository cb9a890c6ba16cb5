"""Climb from the best plan simulated so far, by what moves are worth around it.

The planning model may be right about a move and wrong about a whole plan: what it promises too much
of one room it promises of all, and far from what was simulated this adds up. So around the best
plan simulated so far (whoever proposed it) moves are tried one by one: each of its own left out,
and each that the model's best plan makes beside it made once more, under the same residents (of
many a sample: moves alike tell of each other). The model is shifted, move by move, to agree with
these differences (`slopes`), and its best plans within few and more moves are simulated: a trust
region (Alexandrov and Lewis 2001; Conn, Gould and Toint 2000) with several radii tried at once, and
none beyond what was seen to fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from sim.arrays import F64, I64
from sim.siting.moves.catalogue import Times
from sim.siting.planning.planner import Planner

Simulate = Callable[[Sequence[Times]], Sequence[F64]]
"""(R,) gains of plans over today, all under the same residents."""

ENOUGH = 0.25
"""Part of what is expected that a plan must gain for the model to be believed so far away."""
MOST = 24
"""Single moves tried in a turn at most."""
VARIANCES = (0.0, *(4.0**-n for n in range(8)))
"""Variances of slopes that are tried, as parts of the mean square departure."""
LEAST = 1e-3
"""Part of the mean noise that every departure has at least: a few may agree by chance."""


@dataclass(frozen=True, slots=True)
class ClimbingStep:
    """A plan near the best one that should be better.

    Attributes
    ----------
    moves
        By which it differs from that plan, more or fewer, added up.
    extra
        That it is expected to gain beyond that plan.
    """

    times: Times
    centre: Times
    moves: int
    extra: float


def best_simulated(gains: Mapping[Times, F64]) -> Times:
    """The plan with the largest mean gain; of several the first."""
    return max(gains, key=lambda times: float(gains[times].mean()))


@dataclass(slots=True)
class Climber:
    """Proposes plans near the best one; remembers what it tried.

    Attributes
    ----------
    tried
        Gains of plans that differ by one move from one that was the best; some may cost too much.
    moves
        By which they differ.
    reach
        Within how many moves the shifted model is believed.
    steps
        Of the last turn.
    """

    model: Planner
    simulate: Simulate
    tried: dict[Times, F64] = field(default_factory=dict)
    moves: set[int] = field(default_factory=set)
    reach: float = float("inf")
    steps: list[ClimbingStep] = field(default_factory=list)

    def climb(self, gains: Mapping[Times, F64], first: Times) -> list[ClimbingStep]:
        """Plans near the best simulated that should be better.

        Parameters
        ----------
        gains
            Of all plans so far.
        first
            The model's best plan: moves that it makes are tried.
        """
        self._learn(gains)
        centre = best_simulated(gains)
        self._try(centre, first)
        slope, expected = self._slope(centre, gains), self.model.gain(centre)
        radii = [r for r in self.model.radii if r <= max(self.reach, min(self.model.radii))]
        for times in self.model.best_near(centre, radii, slope, list(gains)):
            step = np.subtract(times, centre)
            more = self.model.gain(times) - expected + float(slope @ step)
            if more > 0:
                self.steps.append(ClimbingStep(times, centre, int(np.abs(step).sum()), more))
        return list(self.steps)

    def _learn(self, gains: Mapping[Times, F64]) -> None:
        """Believe as far as the last plans gave enough, or half as far as they did not.

        A plan near by that failed says little where one farther away did well.
        """
        good, bad = [0], list[int]()
        for step in self.steps:
            gained = float((gains[step.times] - gains[step.centre]).mean())
            (good if gained >= ENOUGH * step.extra else bad).append(step.moves)
        failed = [moves for moves in bad if moves > max(good)]
        if failed:
            self.reach = min(self.reach, max(*good, min(failed) / 2))
        self.steps.clear()

    def _try(self, centre: Times, other: Times) -> None:
        """Simulate single moves that were not tried before."""
        new: dict[int, Times] = {}
        for m, (now, wanted) in enumerate(zip(centre, other, strict=True)):
            change = 1 if wanted > now else -min(now, 1)
            times = (*centre[:m], now + change, *centre[m + 1 :])
            if change and m not in self.moves and self.model.allows(times):
                new[m] = times
        some = _spread(list(new), self.model.move_groups)
        plans = [new[m] for m in some]
        self.tried.update(zip(plans, self.simulate(plans), strict=True))
        self.moves.update(some)

    def _slope(self, centre: Times, gains: Mapping[Times, F64]) -> F64:
        """Worth of moves beyond the model, by all plans simulated within reach."""
        reach, middle = max(self.model.radii), gains[centre]
        known = {
            times: gain - middle
            for times, gain in {**self.tried, **gains}.items()
            if 0 < np.abs(np.subtract(times, centre)).sum() <= reach
        }
        expected = self.model.gain(centre)
        steps = np.array([np.subtract(times, centre) for times in known], dtype=np.int64)
        off = np.array([d.mean() - self.model.gain(t) + expected for t, d in known.items()])
        noise = np.array([_variance(d) for d in known.values()])
        return slopes(steps.reshape(-1, len(centre)), off, noise, self.model.move_groups)


def _spread(moves: Sequence[int], alike: I64) -> list[int]:
    """Choose at most `MOST` of some moves, spread evenly over those that are alike.

    The most promising moves are not preferred, because their promise is most likely too high; a
    move that is not tried is judged by those alike that were.
    """
    if len(moves) <= MOST:
        return list(moves)
    order = sorted(moves, key=lambda m: (alike[m], m))
    kept = np.linspace(0, len(order) - 1, MOST).round().astype(np.int64)
    return [order[n] for n in kept.tolist()]


def _variance(gains: F64) -> float:
    """Variance of the mean of (R,) differences; not finite if there is only one."""
    return float(gains.var(ddof=1)) / len(gains) if len(gains) > 1 else float("inf")


def slopes(steps: I64, errors: F64, noise: F64, alike: I64) -> F64:
    """(M,) what one more of each move gains beyond the model, as far as is known.

    Two plans that differ in few moves are simulated under the same residents, so how their
    difference departs from the model's is known with little noise. Each move is given its part of
    it by Bayesian regression: moves alike have a correction in common, single moves deviate from
    it, both drawn to none. How much they are is told by the departures themselves: the variances
    with the largest marginal likelihood (Rasmussen and Williams 2006, section 5.4.1).

    Parameters
    ----------
    steps
        (P, M) by how many of each move plans differ from the one in the middle.
    errors
        (P,) simulated difference less the model's.
    noise
        (P,) variance of the mean of the simulated difference; not finite: unknown.
    alike
        (M,) moves with the same number are alike.
    """
    known = np.isfinite(noise) & steps.any(axis=1)
    apart, errors, noise = steps[known].astype(np.float64), errors[known], noise[known]
    scale = float(np.mean(errors**2)) if len(errors) else 0.0
    if scale <= 0:
        return np.zeros(apart.shape[1])
    noise = np.maximum(noise, LEAST * (noise.mean() + LEAST * scale))
    of_group = np.zeros((apart.shape[1], int(alike.max(initial=0)) + 1))
    of_group[np.arange(len(alike)), alike] = 1.0
    together = apart @ of_group
    parts = [(scale * a, scale * b) for a, b in product(VARIANCES, VARIANCES)]
    covers = [_covariance(together, apart, noise, *part) for part in parts]
    best = int(np.argmax([_likelihood(cover, errors) for cover in covers]))
    weights = np.linalg.solve(covers[best], errors)
    common, own = parts[best]
    return np.asarray(common * of_group @ (together.T @ weights) + own * apart.T @ weights)


def _covariance(together: F64, steps: F64, noise: F64, common: float, single: float) -> F64:
    return np.asarray(common * together @ together.T + single * steps @ steps.T + np.diag(noise))


def _likelihood(cover: F64, errors: F64) -> float:
    """Log of the marginal likelihood, without its constant."""
    _, size = np.linalg.slogdet(cover)
    return -0.5 * float(size + errors @ np.linalg.solve(cover, errors))
