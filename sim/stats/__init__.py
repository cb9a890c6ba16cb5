"""Intervals, ranks, stopping rules, control variates, and the statistics of comparing scenarios.

It knows nothing of the simulation.
"""

from sim.stats.control import controlled_mean
from sim.stats.crossing import Crossing
from sim.stats.fairness import (
    gini,
    jain,
    price_of_fairness,
    tenth_percentile,
    worst_group,
    worst_share,
)
from sim.stats.intervals import (
    Interval,
    Intervals,
    linearised,
    share_interval,
    share_intervals,
    t_interval,
    t_intervals,
)
from sim.stats.paired import (
    Differences,
    family_confidence,
    paired_differences,
    unpaired_differences,
    variance_ratio,
)
from sim.stats.ranks import Ranks, rank_intervals
from sim.stats.refine import RefinementPlan, Wanted
from sim.stats.search import CrossingSearch, Curves
from sim.stats.selection import KimNelson, Selection
from sim.stats.stopping import StoppingRule

__all__ = [
    "Crossing",
    "CrossingSearch",
    "Curves",
    "Differences",
    "Interval",
    "Intervals",
    "KimNelson",
    "Ranks",
    "RefinementPlan",
    "Selection",
    "StoppingRule",
    "Wanted",
    "controlled_mean",
    "family_confidence",
    "gini",
    "jain",
    "linearised",
    "paired_differences",
    "price_of_fairness",
    "rank_intervals",
    "share_interval",
    "share_intervals",
    "t_interval",
    "t_intervals",
    "tenth_percentile",
    "unpaired_differences",
    "variance_ratio",
    "worst_group",
    "worst_share",
]
