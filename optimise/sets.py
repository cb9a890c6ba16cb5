"""Sets of options within a budget whose gains do not add: the best few, by OR-Tools."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import scipy.sparse as sp

from optimise.arrays import F64
from optimise.solver import Effort, Program, maximise

Chosen = frozenset[int]
_TIE = 1e-5
"""What all costs, and as many options, weigh against the largest term: of equal sets the cheaper
and the smaller is better."""


def best_sets(
    terms: Mapping[Chosen, float],
    cost: F64,
    budget: float,
    apart: Collection[Chosen],
    needs: Mapping[int, Sequence[Chosen]],
    number: int = 1,
) -> list[tuple[Chosen, float]]:
    """Sets of greatest gain, best first, each another one; the first is proven best.

    Parameters
    ----------
    terms
        Gain that a set adds wherever all of it is taken: of one option, of a pair beyond both, ...
    cost
        Of each option; may be negative.
    apart
        Pairs of which at most one is taken.
    needs
        Of an option, the groups of which each must give at least one.
    number
        Sets asked for; fewer where there are no more.
    """
    options, several = len(cost), [t for t in terms if len(t) > 1]
    gain = np.zeros(options + len(several))
    for t, value in terms.items():
        gain[options + several.index(t) if len(t) > 1 else min(t)] = value
    rows: list[tuple[dict[int, float], float]] = [(dict(enumerate(cost.tolist())), budget)]
    rows += [(dict.fromkeys(pair, 1.0), 1.0) for pair in apart]
    rows += [
        ({i: 1.0, **dict.fromkeys(group, -1.0)}, 0.0) for i, of in needs.items() for group in of
    ]
    for z, t in enumerate(several, options):
        rows += [({z: 1.0, i: -1.0}, 0.0) for i in t]
        rows.append(({z: -1.0, **dict.fromkeys(t, 1.0)}, len(t) - 1.0))
    scale, all_costs = float(np.abs(gain).max(initial=0.0)) or 1.0, float(np.abs(cost).sum()) or 1.0
    aim = gain.copy()
    aim[:options] -= _TIE * scale * (cost / all_costs + 1 / options)
    found: list[tuple[Chosen, float]] = []
    while len(found) < number:
        answer = maximise(_program(aim / scale, rows), Effort())
        if answer.x is None:
            break
        chosen = frozenset(np.flatnonzero(answer.x[:options] > 0.5).tolist())
        found.append((chosen, sum(value for t, value in terms.items() if t <= chosen)))
        others = {i: 1.0 if i in chosen else -1.0 for i in range(options)}
        rows.append((others, len(chosen) - 1.0))
    return found


def _program(gain: F64, rows: Sequence[tuple[Mapping[int, float], float]]) -> Program:
    """All variables are 0 or 1."""
    at = [(r, c, v) for r, (row, _) in enumerate(rows) for c, v in row.items()]
    r, c, v = (np.array(part) for part in zip(*at, strict=True))
    n = len(gain)
    return Program(
        gain=gain,
        matrix=sp.csr_array((v, (r, c)), shape=(len(rows), n)),
        limit=np.array([limit for _, limit in rows]),
        low=np.zeros(n),
        high=np.ones(n),
        whole=np.ones(n, dtype=np.bool_),
    )
