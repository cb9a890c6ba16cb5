"""Which scenario is best, if the replications tell: Kim and Nelson's procedure, and who is tied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.messages import joined, say
from sim.metrics import METRICS
from sim.stats.paired import family_confidence, paired_differences
from sim.stats.selection import KimNelson, Selection
from sim.studies.compare import ComparisonRuns
from sim.studies.comparison_words import noun, points_words

FIRST_STAGE = 10


@dataclass(frozen=True, slots=True)
class Lead:
    """The contender that the procedure selected, and how far the others are behind.

    Attributes
    ----------
    leader
        Its place among the contenders.
    tied
        The leader and those that are not surely behind it by more than the indifference zone, the
        simplest (fewest differences from the baseline) first.
    gain, low, high
        How far the baseline is behind, with an interval that holds jointly over all pairs of
        contenders.
    """

    leader: int
    tied: tuple[int, ...]
    gain: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Result of the procedure on one metric.

    Attributes
    ----------
    names
        Scenarios that have the baseline's residents: only these contend.
    baseline
        Place of the baseline among them.
    outside
        The others.
    selection
        None where the procedure was not begun; `why_not` says why.
    lead
        None where it selected nobody.
    """

    metric: str
    names: tuple[str, ...]
    baseline: int
    outside: tuple[str, ...]
    selection: Selection | None
    lead: Lead | None = None
    why_not: str = ""

    def words(self, named: Mapping[str, str]) -> str:
        """The result in a sentence or two, by what scenarios are called."""
        found, lead = self.selection, self.lead
        if found is None:
            return say("best.none", why=self.why_not)
        what, zone = noun(self.metric), points_words(found.delta)
        if lead is None:
            left = joined([named[self.names[i]] for i in found.survivors])
            return say("best.undecided", what=what, n=found.n, names=left, zone=zone)
        sure = say("best.sure", zone=zone, sure=f"{found.confidence:.0%}", n=found.n)
        tied = [named[self.names[i]] for i in lead.tied]
        if self.baseline in lead.tied:
            return f"{self._no_gain(lead, zone, named)} {sure}"
        key = "best.one" if len(tied) == 1 else "best.tied"
        return f"{say(key, what=what, name=tied[0], names=joined(tied), zone=zone)} {sure}"

    def _no_gain(self, lead: Lead, zone: str, named: Mapping[str, str]) -> str:
        """Why the baseline is as good."""
        base = named[self.names[self.baseline]]
        if lead.leader == self.baseline:
            return say("best.baseline", base=base, what=noun(self.metric))
        return say(
            "best.no-gain" if lead.high <= self._delta else "best.unsure",
            what=noun(self.metric), base=base, zone=zone, name=named[self.names[lead.leader]],
            by=f"{100 * lead.gain:.2f}",
            ends=say("ends", low=f"{100 * lead.low:.2f}", high=f"{100 * lead.high:.2f}"),
        )  # fmt: skip

    @property
    def _delta(self) -> float:
        return 0.0 if self.selection is None else self.selection.delta

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
        found, lead = self.selection, self.lead
        if i >= len(self.names):
            return "other residents"
        if found is None:
            return "not ranked"
        if lead is not None and i in lead.tied:
            return "best" if lead.tied == (i,) and i != self.baseline else "tied"
        return "still in" if i in found.survivors else "eliminated"

    def _gone_at(self, i: int) -> int | None:
        found = self.selection
        return None if found is None or i >= len(self.names) else found.eliminated_at[i]


def rank(compared: ComparisonRuns) -> Ranking:
    """Run the procedure over the replications there are, on the first primary metric.

    A best is named only if it is surely better than the baseline by more than the indifference
    zone; those that are not surely behind it by as much are tied with it.
    """
    metric = compared.primary[0]
    spec = compared.scenarios[compared.baseline].scenario.experiment
    alike = compared.alike
    names = tuple(compared.labels[i] for i in alike)
    outside = tuple(name for name in compared.labels if name not in names)
    baseline = alike.index(compared.baseline)

    def nobody(why: str) -> Ranking:
        return Ranking(metric, names, baseline, outside, None, why_not=why)

    if len(alike) < 2:
        return nobody(say("best.unlike"))
    if compared.n < FIRST_STAGE:
        return nobody(say("best.few", n=FIRST_STAGE))
    values = compared.ratios(compared.lines_of(metric))[list(alike), :, 0]
    if np.count_nonzero(~np.isnan(values).any(axis=0)) < FIRST_STAGE:
        return nobody(say("best.values", n=FIRST_STAGE))
    procedure = KimNelson(
        systems=len(alike),
        delta=spec.indifference,
        confidence=spec.interval_confidence,
        first_stage=FIRST_STAGE,
        at_most=compared.n,
        larger_is_better=METRICS[metric].larger_is_better,
    )
    for replication in range(compared.n):
        procedure.add(values[:, replication])
    found = procedure.result()
    changes = [compared.differs[i].number for i in alike]
    lead = _lead(values if METRICS[metric].larger_is_better else -values, found, changes, baseline)
    return Ranking(metric, names, baseline, outside, found, lead)


def _lead(values: F64, found: Selection, changes: list[int], baseline: int) -> Lead | None:
    """Find who leads and who ties with it; None where survivors may differ by what matters.

    Parameters
    ----------
    values
        (contenders, n), larger the better.
    changes
        Of each contender, in how many keys it differs from the baseline.
    """
    if found.best is None and (found.apart is None or found.apart >= found.delta):
        return None
    simplest = sorted(range(len(values)), key=lambda i: (changes[i], i))
    means = np.nanmean(values, axis=1)
    leader = max(found.survivors, key=lambda i: (float(means[i]), -simplest.index(i)))
    pairs = len(values) * (len(values) - 1) // 2
    level = family_confidence(found.confidence, pairs)
    behind = paired_differences(np.repeat(values[[leader]].T, len(values), axis=1), values.T, level)
    tied = tuple(i for i in simplest if i == leader or not behind.low[i] > found.delta)
    gain, low, high = (
        float(side[baseline]) for side in (behind.difference, behind.low, behind.high)
    )
    return Lead(leader, tied, gain, low, high)
