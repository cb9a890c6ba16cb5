"""Cuts that three demand points give together, for the relaxation of maximal covering.

Where a, b and c are covered and site j covers n_j of them,

    covered_a + covered_b + covered_c <= 1 + sum over sites of ceil(n_j / 2) x open_j:

half the sum of `covered_i <= sum of open sites that cover i` and `covered_i <= 1` over the three,
with what is a half rounded (A. Caprara, M. Fischetti: {0, 1/2}-Chvatal-Gomory cuts. Mathematical
Programming 74, 1996, 221-235). The relaxation likes three half open sites of which each covers two
of the points; the cut says that these cover two points and not three.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.reducing import equal_rows

__all__ = ["OddSets", "violated"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_LEAST = 0.02
"""By how much a cut must be violated."""
_TIGHT = 0.3
"""Points that are covered, and more than once, by at most so much less or more than 1."""
_COMMON = 0.2, 0.8
"""Part of the open sites that two points of a cut share."""
_POINTS, _BESIDE = 3000, 150
"""Points looked at, the heaviest, and for each one the others that share most nearly a half."""
_CUTS, _TIMES, _EACH = 800, 4, 8
"""Cuts at most, how many one point may be part of, and how many are tried for each point."""


@dataclass(frozen=True, slots=True, eq=False)
class OddSets:
    """Cuts `points @ covered <= 1 + sites @ open`, one a row.

    Parameters
    ----------
    points
        (cuts, demand points): how often each point counts.
    sites
        (cuts, sites).
    """

    points: sp.csr_array
    sites: sp.csr_array

    @classmethod
    def of(cls, matrix: sp.csr_array, triples: I64) -> OddSets:
        """The cut of each of some (cuts, 3) rows of a matrix."""
        number = len(triples)
        at = (np.repeat(np.arange(number), 3), triples.reshape(-1))
        points = sp.csr_array((np.ones(3 * number), at), shape=(number, matrix.shape[0]))
        sites = sp.csr_array(points @ matrix)
        sites.data = np.ceil(sites.data / 2.0)
        return cls(points, sites)

    def __len__(self) -> int:
        return int(self.points.shape[0])

    def joined(self, other: OddSets) -> OddSets:
        """These and others."""
        return OddSets(
            sp.vstack([self.points, other.points], format="csr"),
            sp.vstack([self.sites, other.sites], format="csr"),
        )

    def only(self, cuts: npt.NDArray[np.bool_]) -> OddSets:
        """Some of them."""
        return OddSets(sp.csr_array(self.points[cuts]), sp.csr_array(self.sites[cuts]))

    def among(self, columns: I64) -> OddSets:
        """Where only some sites may open."""
        return OddSets(self.points, sp.csr_array(self.sites[:, columns]))

    def regrouped(self, row: I64, rows: int) -> OddSets:
        """Where demand points are rows of another matrix, -1 for those that nothing covers."""
        some = np.flatnonzero(row >= 0)
        to = sp.csr_array((np.ones(len(some)), (some, row[some])), shape=(len(row), rows))
        return OddSets(sp.csr_array(self.points @ to), self.sites)


def violated(matrix: sp.csr_array, weights: F64, share: F64, covered: F64) -> I64:
    """(cuts, 3) rows whose cut a solution of the relaxation violates, the most violated first.

    Let s_a be the open share of the sites that cover a, s_ab of those that cover a and b: the cut
    is violated by the sum of covered_a - s_a over the three, plus s_ab + s_ac + s_bc - 2 s_abc - 1.
    """
    support = np.flatnonzero((share > 1e-4) & (share < 1.0 - 1e-4))
    of_support = sp.csr_array(matrix[:, support])
    times = np.asarray(matrix @ share)
    tight = (covered > 1.0 - _TIGHT) & (times < 1.0 + _TIGHT) & (np.diff(of_support.indptr) > 1)
    rows = np.flatnonzero(tight)
    rows = rows[equal_rows(sp.csr_array(of_support[rows]))[0]]
    rows = np.sort(rows[np.argsort(-weights[rows], kind="stable")[:_POINTS]])
    triples, by = _triples(of_support[rows].toarray() > 0, share[support], (covered - times)[rows])
    return rows[_spread(triples[np.argsort(-by, kind="stable")], len(rows))]


def _triples(covers: npt.NDArray[np.bool_], share: F64, slack: F64) -> tuple[I64, F64]:
    """Some violated triples of rows, and by how much."""
    ones = covers.astype(np.float64)
    common = (ones * share) @ ones.T
    triples, by = [np.zeros((0, 3), dtype=np.int64)], [np.zeros(0)]
    low, high = _COMMON
    for a in range(len(covers)):
        beside = np.flatnonzero((common[a] > low) & (common[a] < high))
        beside = beside[beside > a]
        if len(beside) > _BESIDE:
            beside = beside[np.argsort(abs(common[a, beside] - 0.5), kind="stable")[:_BESIDE]]
        columns = np.flatnonzero(covers[a])
        of_a = ones[np.ix_(beside, columns)]
        pair = common[a, beside] + slack[beside]
        all_three = (of_a * share[columns]) @ of_a.T
        over = pair[:, None] + pair + common[np.ix_(beside, beside)] - 2.0 * all_three
        over += slack[a] - 1.0
        b, c = np.nonzero(np.triu(over, 1) > _LEAST)
        best = np.argsort(-over[b, c], kind="stable")[:_EACH]
        b, c = b[best], c[best]
        triples.append(np.column_stack((np.full(len(b), a), beside[b], beside[c])))
        by.append(over[b, c])
    return np.concatenate(triples), np.concatenate(by)


def _spread(triples: I64, rows: int) -> I64:
    """The first ones, no row in too many of them."""
    times: list[int] = [0] * rows
    kept: list[list[int]] = []
    for triple in triples.tolist():
        if max(times[row] for row in triple) < _TIMES and len(kept) < _CUTS:
            kept.append(triple)
            for row in triple:
                times[row] += 1
    return np.asarray(kept, dtype=np.int64).reshape(-1, 3)
