"""Intervals, ranks, stopping rules and control variates; knows nothing of the simulation."""

from sim.stats.control import controlled_mean
from sim.stats.intervals import (
    Interval,
    Intervals,
    share_interval,
    share_intervals,
    t_interval,
    t_intervals,
)
from sim.stats.ranks import Ranks, rank_intervals
from sim.stats.stopping import StoppingRule

__all__ = [
    "Interval",
    "Intervals",
    "Ranks",
    "StoppingRule",
    "controlled_mean",
    "rank_intervals",
    "share_interval",
    "share_intervals",
    "t_interval",
    "t_intervals",
]
