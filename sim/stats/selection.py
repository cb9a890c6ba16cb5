"""The best of k systems, with a guarantee: the fully sequential procedure KN.

S.-H. Kim, B. L. Nelson: A fully sequential procedure for indifference-zone selection in
simulation. ACM Transactions on Modeling and Computer Simulation 11 (2001) 251-273, with c = 1 and
common random numbers.

If the best mean is at least `delta` better than every other, it is selected with probability at
least `confidence`, whatever the variances and whatever the systems have in common within a
replication. This holds for replications that are independent and jointly normal over systems.
If others lie within `delta` of the best, one of them may be selected: by `delta` the analyst said
that it would not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import F64
from sim.stats.intervals import ROUNDING
from sim.stats.paired import family_confidence, paired_differences


@dataclass(frozen=True, slots=True)
class Selection:
    """Knowledge so far of the best of k systems.

    Attributes
    ----------
    best
        Column of the best, with the guarantee; None while several are in.
    finished
        Whether no more replications are wanted. With best None then: the cap was reached, or the
        survivors had the same mean to the last digit.
    survivors
        Columns still in, ascending.
    eliminated_at
        By column, number of replications used when it was eliminated; None if it was not.
    apart
        How much better one survivor may be than another: the largest absolute limit of the
        intervals of their paired differences, jointly with `confidence` (Bonferroni over all
        pairs of the k, so that it does not matter how the survivors came about). Below `delta`:
        nobody is better by delta; else the replications do not tell. None unless several remain
        at the end.
    n
        Replications used.
    left_out
        Replications passed over because a system still in had no value.
    delta, confidence, first_stage
        Indifference zone, guarantee and size of the first stage.
    """

    best: int | None
    finished: bool
    survivors: tuple[int, ...]
    eliminated_at: tuple[int | None, ...]
    apart: float | None
    n: int
    left_out: int
    delta: float
    confidence: float
    first_stage: int


def kn_constants(k: int, n0: int, confidence: float) -> tuple[float, float]:
    """Constants eta and h^2 of KN with c = 1 and common random numbers.

    eta solves (1 + 2 eta)^(-(n0 - 1) / 2) / 2 = alpha / (k - 1), and h^2 = 2 eta (n0 - 1).
    """
    if k < 2 or n0 < 2:
        raise ValueError(
            f"needed: at least 2 systems and a first stage of at least 2, not {k}, {n0}"
        )
    if not 1 / k < confidence < 1:
        raise ValueError(f"confidence must lie between 1/{k} (a guess) and 1, not {confidence!r}")
    eta = ((2 * (1 - confidence) / (k - 1)) ** (-2 / (n0 - 1)) - 1) / 2
    return eta, 2 * eta * (n0 - 1)


@dataclass(slots=True)
class KimNelson:
    """Add the values of one replication after another; only survivors need to be simulated.

    Parameters
    ----------
    systems
        Number k of contenders, columns 0 to k - 1. Their order has no influence: equal means
        (up to rounding) never eliminate each other. One alone is the best at once.
    delta
        Smallest difference worth detecting, above 0, in the metric's unit.
    confidence
        Probability of a correct selection, above 1/k.
    first_stage
        Replications from which variances are estimated; the paper advises 10 or more.
    at_most
        Cap on replications used (not below the first stage); None: until one is left.
    larger_is_better
        Direction.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    Notes
    -----
    Two systems whose difference was the same in the whole first stage have a variance of zero
    there; the procedure then takes their difference for known, so any difference of means beyond
    rounding decides.
    """

    systems: int
    delta: float
    confidence: float = 0.95
    first_stage: int = 10
    at_most: int | None = None
    larger_is_better: bool = True
    _rows: list[F64] = field(default_factory=list)
    _left_out: int = 0
    _gone: dict[int, int] = field(default_factory=dict)
    _reach: F64 = field(default_factory=lambda: np.zeros((0, 0)))
    _total: F64 = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if self.systems < 1 or not self.delta > 0:
            raise ValueError(
                f"needed: a system and delta above 0, not {self.systems}, {self.delta}"
            )
        if self.systems > 1:
            kn_constants(self.systems, self.first_stage, self.confidence)
        if self.at_most is not None and self.at_most < self.first_stage:
            raise ValueError(f"at_most must allow the first stage of {self.first_stage}")
        self._total = np.zeros(self.systems)

    @property
    def survivors(self) -> tuple[int, ...]:
        """Columns still in, ascending."""
        return tuple(i for i in range(self.systems) if i not in self._gone)

    @property
    def finished(self) -> bool:
        """Whether no more replications are wanted."""
        inside, n = list(self.survivors), len(self._rows)
        if len(inside) == 1:
            return True
        if n < self.first_stage:
            return False
        # beyond the largest reach every width is 0: what still remains is equal
        return n == self.at_most or n >= float(self._reach[np.ix_(inside, inside)].max())

    def add(self, values: ArrayLike) -> tuple[int, ...]:
        """Take (k,) values of the next replication, in order of replications; return survivors.

        What was eliminated needs no value (NaN). A replication in which a survivor has NaN is
        left out for all: the guarantee is then for means over replications in which all are
        defined. What is told after the end is ignored, so batches give the same answer.
        """
        row = np.asarray(values, dtype=np.float64)
        if row.shape != (self.systems,):
            raise ValueError(f"{self.systems} values expected, got shape {row.shape}")
        if self.finished:
            return self.survivors
        if np.isnan(row[list(self.survivors)]).any():
            self._left_out += 1
            return self.survivors
        self._rows.append(row if self.larger_is_better else -row)
        self._total += np.nan_to_num(self._rows[-1])  # an eliminated one's total is not read
        if len(self._rows) == self.first_stage:
            _, h2 = kn_constants(self.systems, self.first_stage, self.confidence)
            self._reach = h2 * _variances(np.array(self._rows)) / self.delta**2
        if len(self._rows) >= self.first_stage:
            for i in self._beaten():
                self._gone[i] = len(self._rows)
        return self.survivors

    def result(self) -> Selection:
        """Return the knowledge so far."""
        inside = self.survivors
        several = self.finished and len(inside) > 1
        return Selection(
            best=inside[0] if len(inside) == 1 else None,
            finished=self.finished,
            survivors=inside,
            eliminated_at=tuple(self._gone.get(i) for i in range(self.systems)),
            apart=self._apart() if several else None,
            n=len(self._rows),
            left_out=self._left_out,
            delta=self.delta,
            confidence=self.confidence,
            first_stage=self.first_stage,
        )

    def _beaten(self) -> list[int]:
        """Survivors that some other one beats by more than W(r) = delta / 2r (h2 S2 / delta2 - r).

        All are judged against all that were in before this replication.
        """
        r, inside = len(self._rows), np.array(self.survivors)
        mean = self._total[inside] / r
        width = np.maximum(0.0, self.delta / (2 * r) * (self._reach[np.ix_(inside, inside)] - r))
        size = np.maximum(np.abs(mean[:, None]), np.abs(mean[None, :]))
        worse = mean[:, None] < mean[None, :] - width - ROUNDING * size
        return [int(i) for i in inside[worse.any(axis=1)]]

    def _apart(self) -> float:
        first, second = np.array(list(combinations(self.survivors, 2))).T
        x = np.array(self._rows)
        pairs = self.systems * (self.systems - 1) // 2
        level = family_confidence(self.confidence, pairs)
        got = paired_differences(x[:, first], x[:, second], level)
        return float(np.max(np.maximum(-got.low, got.high)))


def _variances(first: F64) -> F64:
    """(k, k) variance of each difference in the first stage; rounding counts as none."""
    apart = first[:, :, None] - first[:, None, :]
    variance = apart.var(axis=0, ddof=1)
    variance[np.ptp(apart, axis=0) <= ROUNDING * np.abs(first).max()] = 0.0
    return np.asarray(variance)
