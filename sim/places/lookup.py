"""Inversion of a fixed distribution function many times over, faster than by bisection.

A guide table (Chen & Asau 1974) says for every small step of the axis which entry is the first at
or above its lower end; from there it is an entry or two. The rest is bisected. What is found is the
same as with `np.searchsorted(edges, marks, side="left")`, exactly: steps are powers of two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64

STEPS = 1024
"""Of the guide per unit of the axis; a power of two."""
AHEAD = 2
"""Entries that are tried one by one before the rest is bisected."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A sorted table of numbers from 0 on with its guide.

    Attributes
    ----------
    guide
        First entry at or above each step.
    """

    edges: F64
    guide: I64

    def find(self, marks: F64) -> I64:
        """First entry at or above each mark; marks are from 0 to the end of the guide."""
        at = self.guide[(marks * STEPS).astype(np.int64)]
        for _ in range(AHEAD):
            at += self.edges[at] < marks
        rest = np.flatnonzero(self.edges[at] < marks)
        if len(rest):
            at[rest] = np.searchsorted(self.edges, marks[rest], side="left")
        return at


def lookup_in(edges: F64, units: int) -> Lookup:
    """Build the guide of a sorted table for marks from 0 to `units`.

    An entry is added behind the last, so that every mark finds one.
    """
    steps = np.arange(units * STEPS + 1) / STEPS
    guide = np.searchsorted(edges, steps, side="left")
    return Lookup(np.append(edges, np.inf), guide)
