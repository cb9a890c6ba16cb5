"""What is known of the recommended plan beside its value: for whom, at which price, how surely."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.inputs import Provenance
from sim.siting.catalogue import Yuan
from sim.siting.outcome import Figure

__all__ = ["Evidence", "FrontierPoint", "GroupGain", "LeftOut", "OutlookRank", "Standing"]


@dataclass(frozen=True, slots=True)
class GroupGain:
    """What the recommended plan does for one group.

    Attributes
    ----------
    metric
        Such as `met_share`, `served_share`, `wish_walk_minutes`.
    group, level
        As in `summary.csv`: `community`, `segment`, `tier`, `distance_band`, `all`.
    before, after
        Means today and with the plan.
    difference
        after - before, replication by replication under the same residents.
    unit
        `share`, `minutes` ...
    """

    metric: str
    group: str
    level: str
    before: float
    after: float
    difference: Figure
    unit: str


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The best plan found for one budget.

    Attributes
    ----------
    budget
        Yuan a year that it may cost.
    value, bound, status
        In the planning model, gain over today.
    simulated
        Gain over today; NaN where it was not simulated.
    level
        Whether the budget is one that the scenario names.
    """

    budget: float
    cost: Yuan
    value: float
    bound: float
    status: str
    simulated: Figure
    level: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One site (or link) of the recommended plan left out.

    Attributes
    ----------
    site
        Its name in the catalogue.
    times
        Moves of the plan there, in the order of the catalogue.
    adds
        Simulated gain that goes without them, the rest as it is.
    instead
        Moves of the best plan without the site, in the planning model and for the same budget.
    regret
        Simulated gain that goes with that plan in place of the recommended one.
    """

    site: str
    times: tuple[int, ...]
    adds: Figure
    instead: tuple[int, ...]
    regret: Figure


@dataclass(frozen=True, slots=True)
class OutlookRank:
    """Where a plan stands in one demand that the future may bring; 1 is best.

    Attributes
    ----------
    behind
        Simulated gain of that outlook's best plan less this one's, paired; 0 for the best.
    """

    outlook: str
    plan: str
    rank: int
    gain: Figure
    behind: Figure


@dataclass(frozen=True, slots=True)
class Standing:
    """How far demand may be misjudged before another plan wins.

    Attributes
    ----------
    what
        What is misjudged, in words: `all demand`, `badminton courts`.
    low, high
        Multiples of the estimate between which the recommended plan stays best.
    low_wins, high_wins
        The plan that wins beyond; empty where none does down or up to `low`, `high`.
    """

    what: str
    low: float
    high: float
    low_wins: str
    high_wins: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it; what was not looked at is empty.

    Attributes
    ----------
    assumptions
        Numbers of the scenario with their ranges, those that the plan rests on.
    search, judging
        How plans were found and how they were judged, in a sentence each: solvers, time limits,
        turns; seeds and replications.
    """

    gains: tuple[GroupGain, ...] = ()
    frontier: tuple[FrontierPoint, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    outlooks: tuple[OutlookRank, ...] = ()
    standing: tuple[Standing, ...] = ()
    assumptions: tuple[Provenance, ...] = ()
    search: str = ""
    judging: str = ""
