"""One replication as SimPy processes; what callers need is re-exported here."""

from sim.demand.sampling import Wishes
from sim.model.build import Demand, LastDemand, Model, build_model, draw_demand
from sim.model.clock import run_clock, timeline
from sim.model.replication import (
    History,
    OpenedReplication,
    close_replication,
    open_replication,
    purse_of,
    simulate,
)

__all__ = [
    "Demand",
    "History",
    "LastDemand",
    "Model",
    "OpenedReplication",
    "Wishes",
    "build_model",
    "close_replication",
    "draw_demand",
    "open_replication",
    "purse_of",
    "run_clock",
    "simulate",
    "timeline",
]
