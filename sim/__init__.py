"""linli: how well a city's bookable community venues serve people, and what breaks first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__version__ = "0.1.0"


def simulate(scenario: Path, replications: int) -> pd.DataFrame:
    """Simulate a scenario and return the rows of its `summary.csv`; `linli run` does no more."""
    from sim.measure.meter import build_meter, measure
    from sim.measure.summary import summarise
    from sim.model import build_model, close_replication, draw_demand, open_replication, run_clock
    from sim.scenario.loading import load
    from sim.streams import replication_key

    inputs = load(scenario)  # YAML and CSV, checked; every number with its source
    model = build_model(inputs)  # places, minutes of travel, opening hours, rules, activities
    meter = build_meter(model)  # the groups that results are given for
    seed = inputs.scenario.experiment.seed
    values = []
    for number in range(replications):
        demand = draw_demand(model.plan, replication_key(seed, number))  # bookers, wishes, choices
        opened = open_replication(model, seed, number, demand=demand)  # requests, empty diaries
        run_clock(opened.counter, programme=opened.programme)  # SimPy: who gets which room
        history = close_replication(model, opened)  # use, visits to places, points
        values.append(measure(meter, history))
    return summarise(meter.rows, values, inputs.scenario.experiment.interval_confidence)
