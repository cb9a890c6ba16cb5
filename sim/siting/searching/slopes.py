"""What moves are worth beyond what the model says, learnt from plans simulated near each other.

Two plans that differ in few moves are simulated under the same residents, so how their difference
departs from the model's is known with little noise. Each move is given its part of it by Bayesian
regression: moves alike (the same done to the same kinds) have a correction in common, single moves
deviate from it, both drawn to none. How much they are is told by the departures themselves: the
variances with the largest marginal likelihood (Rasmussen and Williams 2006, section 5.4.1).
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

__all__ = ["slopes"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

VARIANCES = (0.0, *(4.0**-n for n in range(8)))
"""Tried, as parts of the mean square departure."""
LEAST = 1e-3
"""Part of the mean noise that every departure has at least: a few may agree by chance."""


def slopes(steps: I64, off: F64, noise: F64, alike: I64) -> F64:
    """(M,) what one more of each move gains beyond the model, as far as is known.

    Parameters
    ----------
    steps
        (P, M) by how many of each move plans differ from the one in the middle.
    off
        (P,) simulated difference less the model's.
    noise
        (P,) variance of the mean of the simulated difference; not finite: unknown.
    alike
        (M,) moves with the same number are alike.
    """
    known = np.isfinite(noise) & steps.any(axis=1)
    apart, off, noise = steps[known].astype(np.float64), off[known], noise[known]
    scale = float(np.mean(off**2)) if len(off) else 0.0
    if scale <= 0:
        return np.zeros(apart.shape[1])
    noise = np.maximum(noise, LEAST * (noise.mean() + LEAST * scale))
    of_group = np.zeros((apart.shape[1], int(alike.max(initial=0)) + 1))
    of_group[np.arange(len(alike)), alike] = 1.0
    together = apart @ of_group
    parts = [(scale * a, scale * b) for a, b in product(VARIANCES, VARIANCES)]
    covers = [_covariance(together, apart, noise, *part) for part in parts]
    best = int(np.argmax([_likelihood(cover, off) for cover in covers]))
    weights = np.linalg.solve(covers[best], off)
    common, own = parts[best]
    return np.asarray(common * of_group @ (together.T @ weights) + own * apart.T @ weights)


def _covariance(together: F64, steps: F64, noise: F64, common: float, own: float) -> F64:
    return np.asarray(common * together @ together.T + own * steps @ steps.T + np.diag(noise))


def _likelihood(cover: F64, off: F64) -> float:
    """Log of the marginal likelihood, without its constant."""
    _, size = np.linalg.slogdet(cover)
    return -0.5 * float(size + off @ np.linalg.solve(cover, off))
