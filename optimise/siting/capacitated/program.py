"""The strong integer program over some of the sites, by HiGHS through scipy."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from optimise.siting.capacitated.instance import Instance
from optimise.siting.capacitated.linear import Rows, minimise

__all__ = ["PROVER", "Program", "Searched"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

PROVER = f"HiGHS of scipy {version('scipy')}"
_INFEASIBLE = 2


@dataclass(frozen=True, slots=True)
class Searched:
    """Outcome of a search.

    Parameters
    ----------
    opened
        Open sites of the best plan; None if none was found.
    site
        (n,) site of each point in that plan, as far as points have one.
    bound
        The solver's claim: no plan of these sites and pairs costs less; infinite if there is none.
    """

    opened: I64 | None
    site: I64 | None
    bound: float


class Program:
    """Which of some sites to open, and who is served where.

    Variables are y (open) of each site, then x (share) of each pair of a point and a site.

    Parameters
    ----------
    sites
        That may be open.
    surely
        Which of these are open in any case.
    pairs
        (n, m) pairs that may be used.
    """

    def __init__(self, instance: Instance, sites: I64, surely: Bool, pairs: Bool) -> None:
        self.instance, self.sites, self.surely = instance, sites, surely
        self.points, self.at = np.nonzero(pairs[:, sites])
        self._x = len(sites) + np.arange(len(self.points))
        self._width = len(sites) + len(self.points)
        cost = instance.cost[self.points, sites[self.at]]
        self._cost = np.concatenate((instance.opening_cost[sites], cost))
        self._served = self._matrix(np.ones(len(self.points)), self.points, self._x, len(pairs))
        self._rows, self._limits = self._inequalities()

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.points)

    def _matrix(self, data: F64, rows: I64, columns: I64, height: int) -> sp.csr_array:
        return sp.csr_array((data, (rows, columns)), shape=(height, self._width))

    def _inequalities(self) -> Rows:
        """Rows a @ (y, x) <= limit."""
        instance, sites, at = self.instance, self.sites, self.at
        number, ones = np.arange(len(at)), np.ones(len(at))
        strong = self._matrix(ones, number, self._x, len(at)) - self._matrix(
            ones, number, at, len(at)
        )
        parts, limits = [strong], [np.zeros(len(at))]
        every = np.arange(len(sites))
        if not instance.unlimited:
            # No more than all demand ever fits, which keeps infinite capacities finite.
            room = np.minimum(instance.capacity[sites], instance.demand.sum())
            asked = self._matrix(instance.demand[self.points], at, self._x, len(sites))
            parts += [asked - self._matrix(room, every, every, len(sites))]
            limits += [np.zeros(len(sites))]
            nowhere = np.zeros(len(sites), dtype=np.int64)
            parts.append(self._matrix(-room, nowhere, every, 1))
            limits.append(np.array([-instance.demand.sum()]))
        if instance.most < len(sites):
            nowhere = np.zeros(len(sites), dtype=np.int64)
            parts.append(self._matrix(np.ones(len(sites)), nowhere, every, 1))
            limits.append(np.array([float(instance.most)]))
        return sp.csr_array(sp.vstack(parts)), np.concatenate(limits)

    def _least(self) -> F64:
        least = np.zeros(self._width)
        least[: len(self.sites)] = self.surely
        return least

    def prices(self, seconds: float) -> F64 | None:
        """(n,) dual values of "every point is served" in the linear relaxation; None without."""
        found = minimise(
            self._cost,
            equal=(self._served, np.ones(self._served.shape[0])),
            most=(self._rows, self._limits),
            least=self._least(),
            seconds=seconds,
        )
        return None if found is None else np.asarray(found.eqlin.marginals)

    def search(self, seconds: float) -> Searched:
        """Best plan within a time limit."""
        integral = np.zeros(self._width, dtype=np.int64)
        integral[: len(self.sites)] = 1
        if self.instance.whole and not self.instance.unlimited:
            integral[:] = 1
        found = milp(
            self._cost,
            integrality=integral,
            bounds=Bounds(self._least(), np.ones(self._width)),
            constraints=[
                LinearConstraint(self._served, 1, 1),
                LinearConstraint(self._rows, -np.inf, self._limits),
            ],
            options={"time_limit": max(seconds, 0.05), "mip_rel_gap": 0.0},
        )
        if found.status == _INFEASIBLE:
            return Searched(None, None, np.inf)
        bound = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
        if found.x is None:
            return Searched(None, None, bound)
        opened = self.sites[found.x[: len(self.sites)] > 0.5]
        share = self._matrix(found.x[self._x], self.points, self._x, self._served.shape[0])
        best = np.asarray(share[:, self._x].argmax(axis=1)).ravel()
        return Searched(opened, self.sites[self.at[best]], bound)
