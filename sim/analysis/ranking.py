"""Which scenario is best, if the replications tell: Kim and Nelson's procedure."""

from __future__ import annotations

from dataclasses import dataclass

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
    """Result of the procedure on one metric; None without enough replications."""

    metric: str
    names: tuple[str, ...]
    selection: Selection | None
    fewest: int

    @property
    def words(self) -> str:
        """The result in a sentence."""
        found = self.selection
        if found is None:
            return f"No best is named: that takes {self.fewest} replications or more."
        zone = f"{100 * found.delta:g} points of {self.metric}"
        sure = f"{found.confidence:.0%} sure (Kim and Nelson 2001)"
        if found.best is not None:
            name = self.names[found.best]
            return f"Best: {name}, by {zone} or within that of the best; {sure}, n = {found.n}."
        left = ", ".join(self.names[i] for i in found.survivors)
        if found.apart is not None and found.apart < found.delta:
            return f"None of {left} is better than another by {zone}; {sure}, n = {found.n}."
        return f"No best is named after {found.n} replications: {left} are still in; zone {zone}."

    @property
    def table(self) -> pd.DataFrame:
        """A line a scenario: the rows of `ranking.csv`."""
        found = self.selection
        return pd.DataFrame(
            [
                {
                    "metric": self.metric,
                    "scenario": name,
                    "status": _status(found, i),
                    "eliminated_at": None if found is None else found.eliminated_at[i],
                    "indifference_zone": None if found is None else found.delta,
                    "confidence": None if found is None else found.confidence,
                    "first_stage": self.fewest,
                    "n": 0 if found is None else found.n,
                }
                for i, name in enumerate(self.names)
            ]
        ).astype({"eliminated_at": "Int64"})


def _status(found: Selection | None, scenario: int) -> str:
    if found is None:
        return "too few replications"
    if found.best == scenario:
        return "best"
    return "still in" if scenario in found.survivors else "eliminated"


def rank(compared: Compared) -> Ranking:
    """Run the procedure over the replications there are, on the first primary metric."""
    metric = compared.primary[0]
    spec = compared.scenarios[compared.baseline].scenario.experiment
    values = compared.ratios(compared.of(metric))[:, :, 0]
    if compared.n < FIRST_STAGE or len(compared.scenarios) < 2:
        return Ranking(metric, compared.labels, None, FIRST_STAGE)
    procedure = KimNelson(
        systems=len(values),
        delta=spec.indifference,
        confidence=spec.interval_confidence,
        first_stage=FIRST_STAGE,
        at_most=compared.n,
        larger_is_better=LARGER_IS_BETTER[metric],
    )
    for replication in range(compared.n):
        procedure.tell(values[:, replication])
    return Ranking(metric, compared.labels, procedure.result(), FIRST_STAGE)
