"""Which scenario is best, if the replications tell: Kim and Nelson's procedure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.analysis.comparing import Compared
from sim.stats.selection import KimNelson, Selection

__all__ = ["LARGER_IS_BETTER", "Ranking", "rank"]

LARGER_IS_BETTER = {
    "served_share": True,
    "met_share": True,
    "asked_share": True,
    "first_choice_share": True,
    "used_share": True,
    "utilisation_booked": True,
}
FIRST_STAGE = 10


@dataclass(frozen=True, slots=True)
class Ranking:
    """Result of the procedure on one metric.

    Attributes
    ----------
    names
        Scenarios that have the baseline's residents: only these contend.
    outside
        The others.
    selection
        None where the procedure was not begun; `why_not` says why.
    """

    metric: str
    names: tuple[str, ...]
    outside: tuple[str, ...]
    selection: Selection | None
    why_not: str = ""

    @property
    def words(self) -> str:
        """The result in a sentence."""
        found = self.selection
        if found is None:
            return f"No best is named: {self.why_not}."
        points = 100 * found.delta
        zone = f"{points:g} point{'' if points == 1 else 's'}"
        sure = f"{found.confidence:.0%}"
        if found.best is not None:
            return (
                f"Best on {self.metric}, or within {zone} of it: {self.names[found.best]}. A "
                f"policy that leads all others by {zone} or more is found with probability {sure} "
                f"(Kim and Nelson 2001); decided after {found.n} replications."
            )
        left = ", ".join(self.names[i] for i in found.survivors)
        if found.apart is not None and found.apart < found.delta:
            return (
                f"No best on {self.metric}: {left} differ by less than {zone}, with {sure} "
                f"confidence; n = {found.n}."
            )
        return (
            f"No best on {self.metric} is named after {found.n} replications: {left} are still "
            f"in, and differences from {zone} on matter. More replications may decide."
        )

    @property
    def table(self) -> pd.DataFrame:
        """A line a scenario: the rows of `ranking.csv`."""
        found = self.selection
        return pd.DataFrame(
            [
                {
                    "metric": self.metric,
                    "scenario": name,
                    "status": self._status(i),
                    "eliminated_at": self._gone_at(i),
                    "indifference_zone": None if found is None else found.delta,
                    "confidence": None if found is None else found.confidence,
                    "first_stage": FIRST_STAGE,
                    "n": 0 if found is None else found.n,
                }
                for i, name in enumerate((*self.names, *self.outside))
            ]
        ).astype({"eliminated_at": "Int64"})

    def _status(self, i: int) -> str:
        found = self.selection
        if i >= len(self.names):
            return "other residents"
        if found is None:
            return "not ranked"
        if found.best == i:
            return "best"
        return "still in" if i in found.survivors else "eliminated"

    def _gone_at(self, i: int) -> int | None:
        found = self.selection
        return None if found is None or i >= len(self.names) else found.eliminated_at[i]


def rank(compared: Compared) -> Ranking:
    """Run the procedure over the replications there are, on the first primary metric."""
    metric = compared.primary[0]
    spec = compared.scenarios[compared.baseline].scenario.experiment
    alike = compared.alike
    names = tuple(compared.labels[i] for i in alike)
    outside = tuple(name for name in compared.labels if name not in names)
    if len(alike) < 2:
        return Ranking(metric, names, outside, None, "no two scenarios have the same residents")
    if compared.n < FIRST_STAGE:
        why = f"that takes {FIRST_STAGE} replications or more"
        return Ranking(metric, names, outside, None, why)
    values = compared.ratios(compared.of(metric))[list(alike), :, 0]
    if np.count_nonzero(~np.isnan(values).any(axis=0)) < FIRST_STAGE:
        why = f"fewer than {FIRST_STAGE} replications have a value for all"
        return Ranking(metric, names, outside, None, why)
    procedure = KimNelson(
        systems=len(alike),
        delta=spec.indifference,
        confidence=spec.interval_confidence,
        first_stage=FIRST_STAGE,
        at_most=compared.n,
        larger_is_better=LARGER_IS_BETTER[metric],
    )
    for replication in range(compared.n):
        procedure.tell(values[:, replication])
    return Ranking(metric, names, outside, procedure.result())
