"""The last word on plans: fresh seeds, the same residents for all, ranking and selection."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.ranking import FIRST_STAGE
from sim.siting.offered.catalogue import Times
from sim.siting.simulated.simulator import PlanRun, Simulator
from sim.siting.simulated.tally import Tally
from sim.stats.selection import KimNelson, Selection

__all__ = ["Judgement", "Selecting", "fresh_seed", "judge", "ranked"]

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of the contenders; the first is today.

    Attributes
    ----------
    runs
        Of each contender.
    order
        Contenders, the best first.
    selection
        None where there were too few replications to begin.
    guarantee
        What the order is worth, in a sentence.
    """

    runs: tuple[PlanRun, ...]
    order: tuple[int, ...]
    selection: Selection | None
    guarantee: str


def fresh_seed(seed: int) -> int:
    """A seed of its own for the last word: plans were chosen by what the first one showed."""
    digest = hashlib.sha256(f"siting judged {seed}".encode()).digest()
    return int.from_bytes(digest[:7], "big")


class Selecting:
    """Replicates all until the selection ends: gains that stand side by side are of the same n.

    Those eliminated too: the mean of one that stopped early would be of other days than the mean of
    the one selected, and could be above it by their luck. A plan takes little to simulate.

    Parameters
    ----------
    number
        Replications at most.
    """

    def __init__(self, simulator: Simulator, contenders: int, delta: float, number: int) -> None:
        self._worth = simulator.worth
        self._number, self._contenders = number, contenders
        self.procedure: KimNelson | None = None
        if number >= FIRST_STAGE:
            self.procedure = KimNelson(contenders, delta, first_stage=FIRST_STAGE, at_most=number)
        self._told = 0

    def expected(self, results: Sequence[Sequence[Tally]]) -> Sequence[int]:
        """As many as may be."""
        return [self._number] * len(results)

    def wanted(self, results: Sequence[Sequence[Tally]]) -> Sequence[int]:
        """Contenders that need one more replication."""
        while min(len(mine) for mine in results) > self._told and not self._over():
            self._tell(results)
        if self._over():
            return []
        return [i for i, mine in enumerate(results) if len(mine) <= self._told]

    def _over(self) -> bool:
        return self._told >= self._number or (
            self.procedure is not None and self.procedure.finished
        )

    def _tell(self, results: Sequence[Sequence[Tally]]) -> None:
        """Tell the procedure the next replication."""
        rows = np.stack([mine[self._told].rows for mine in results])
        if self.procedure is not None:
            self.procedure.tell(self._worth(rows))
        self._told += 1


def judge(
    simulator: Simulator, plans: Sequence[Times], seed: int, number: int, delta: float
) -> Judgement:
    """Simulate today and the plans with fresh seeds, and put them in order.

    The one selected comes first (where several are still in, the one of these with the largest
    mean); the others follow by their means. When one was eliminated says nothing of how good it
    is: pairs that differ alike in every replication are soon told apart.

    Parameters
    ----------
    number
        Replications at most.
    delta
        Difference worth telling, in the units of the aim, a year.
    """
    every = [simulator.nothing, *plans]
    rule = Selecting(simulator, len(every), delta, number)
    runs = simulator.run(every, fresh_seed(seed), rule)
    means = [_mean_gain(simulator, runs[0], run) for run in runs]
    found = None if rule.procedure is None else rule.procedure.result()
    return Judgement(tuple(runs), ranked(means, found), found, _words(found, number))


def ranked(means: Sequence[float], found: Selection | None) -> tuple[int, ...]:
    """Contenders, the selected one first and the others by their means, the larger first."""
    by_mean = sorted(range(len(means)), key=lambda i: (-means[i], i))
    inside = by_mean if found is None else found.survivors
    first = next(i for i in by_mean if i in inside)
    return (first, *(i for i in by_mean if i != first))


def _mean_gain(simulator: Simulator, today: PlanRun, run: PlanRun) -> float:
    n = min(len(today.rows), len(run.rows))
    return float((simulator.worth(run.rows[:n]) - simulator.worth(today.rows[:n])).mean())


def _words(found: Selection | None, number: int) -> str:
    if found is None:
        return (
            f"Plans are in the order of their means over {number} replications: "
            f"a guarantee takes {FIRST_STAGE} or more."
        )
    sure, zone = f"{found.confidence:.0%}", f"{found.delta:,.3g}"
    rule = (
        f"a plan that leads all others by {zone} a year or more is found with probability {sure} "
        f"(Kim and Nelson 2001)"
    )
    if found.best is not None:
        return f"Best, or within {zone} of it: {rule}; decided after {found.n} replications."
    if found.apart is not None and found.apart < found.delta:
        return (
            f"{len(found.survivors)} plans differ by less than {zone} a year, with {sure} "
            f"confidence; {found.n} replications."
        )
    return (
        f"No best is proven after {found.n} replications: {len(found.survivors)} are still in, "
        f"the first of them by its mean. More replications may decide: {rule}."
    )
