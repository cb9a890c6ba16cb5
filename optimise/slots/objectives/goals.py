"""What a timetable can be judged by, in a form that integer programs take.

A goal is a sum over placements, or over *steps* of groups: each group climbs steps, each as wide as
the cells it takes and worth its gain. Where the gain per cell falls from step to step, a program
that maximises fills them in order by itself, and the steps need no rows that say so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimise.arrays import F64, I64

_TOLERANCE = 1e-6
"""Differences that solvers do not tell apart, relative to the value (at least 1)."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of groups, those of one group together and in order.

    Parameters
    ----------
    group, width, gain
        Of each step; what is climbed of a step is worth that part of its gain.
    entire
        Whether a step counts only if it is climbed to the end.
    member
        Group of each placement.
    credit
        How far a placement lifts its group, shape (placements,).
    """

    group: I64
    width: F64
    gain: F64
    entire: bool
    member: I64
    credit: F64

    def select(self, columns: I64) -> Steps:
        """The steps of the groups of some placements, for these placements alone."""
        kept = np.isin(self.group, self.member[columns])
        return replace(
            self,
            group=self.group[kept],
            width=self.width[kept],
            gain=self.gain[kept],
            member=self.member[columns],
            credit=self.credit[columns],
        )

    def climbed(self, chosen: I64) -> F64:
        """Part of each step that a timetable climbs."""
        if not len(self.group):
            return np.zeros(0)
        size = int(max(self.group.max(), self.member.max(initial=0))) + 1
        lifted = np.bincount(self.member[chosen], weights=self.credit[chosen], minlength=size)
        total = np.cumsum(self.width)
        first = np.flatnonzero(np.diff(self.group, prepend=-1))
        before = np.repeat((total - self.width)[first], np.diff(np.append(first, len(total))))
        below = total - self.width - before
        part = np.clip((lifted[self.group] - below) / self.width, 0.0, 1.0)
        return np.floor(part + 1e-9) if self.entire else np.asarray(part)


@dataclass(frozen=True, slots=True)
class Goal:
    """A sum to be maximised.

    Parameters
    ----------
    name
        As reports show it.
    worth
        Of each placement, shape (placements,).
    steps
        Steps of groups that add to it, if any.
    integral
        Whether every value is a whole number.
    constant
        Added to every value (what is locked).
    minimised
        Whether reports show the negative, which is to be small.
    give
        Share of the best value that later goals may take from it.
    known
        A bound from elsewhere.
    nested
        Whether it never exceeds the goal before it.
    """

    name: str
    worth: F64
    steps: Steps | None = None
    integral: bool = True
    constant: float = 0.0
    minimised: bool = False
    give: float = 0.0
    known: float = np.inf
    nested: bool = False

    def select(self, columns: I64) -> Goal:
        """Restrict the goal to some placements; what is known of all stays with the whole."""
        steps = None if self.steps is None else self.steps.select(columns)
        return replace(self, worth=self.worth[columns], steps=steps, constant=0.0, known=np.inf)

    def value(self, chosen: I64) -> float:
        """Value of a timetable."""
        found = self.constant + float(self.worth[chosen].sum())
        if self.steps is not None:
            found += float(self.steps.gain @ self.steps.climbed(chosen))
        return float(np.rint(found)) if self.integral else found

    def sum_bound(self) -> float:
        """An upper bound on every timetable, by sums alone."""
        gain = 0.0 if self.steps is None else float(self.steps.gain.sum())
        return min(self.constant + float(np.maximum(self.worth, 0.0).sum()) + gain, self.known)

    def rounded(self, bound: float) -> float:
        """A bound, lowered to the next value that is possible."""
        return float(np.floor(bound + _TOLERANCE)) if self.integral else bound

    def meets(self, value: float, bound: float) -> bool:
        """Whether nothing better can be distinguished from a value."""
        return bound <= value + self._slack(value)

    def keeps(self, value: float, least: float) -> bool:
        """Whether a value is not below the least that is left."""
        return value >= least - self._slack(least)

    def floor(self, value: float) -> float:
        """The least that later goals must leave of a value."""
        left = value - self.give * abs(value)
        return float(np.ceil(left - _TOLERANCE)) if self.integral else left - self._slack(left)

    def _slack(self, value: float) -> float:
        return _TOLERANCE * max(1.0, abs(value)) if not self.integral else 0.0
