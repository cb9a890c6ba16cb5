"""All metrics of one replication; a family of metrics has a file of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from sim.arrays import F64
from sim.measure.adjusted import Standard, add_adjusted, build_standard
from sim.measure.closing import add_blocks
from sim.measure.collector import Collector, MetricRow
from sim.measure.costs import CentreCosts, add_costs, cost_of
from sim.measure.groups import Groups, build_groups
from sim.measure.occupancy import Supply, add_occupancy, build_supply
from sim.measure.people import add_people, add_points
from sim.measure.policy_parts import add_policy_parts
from sim.measure.service import add_service
from sim.measure.sessions import add_clubs, add_sessions
from sim.measure.uses import add_uses, add_venue_use, dropin_hours
from sim.measure.visits import add_visits
from sim.model import History, Model

PERSON_HOURS = ("person", "person_activities", "person_clubs")


@dataclass(frozen=True, slots=True)
class Meter:
    """The part of measuring that no replication changes.

    Attributes
    ----------
    rows
        Names of the values, noted at the first replication: they are the same for all.
    """

    model: Model
    groups: Groups
    supply: Supply
    standard: Standard
    costs: CentreCosts
    rows: list[MetricRow] = field(default_factory=list)


def build_meter(model: Model) -> Meter:
    """Prepare to measure replications of a model."""
    groups = build_groups(model)
    return Meter(
        model=model,
        groups=groups,
        supply=build_supply(model, groups),
        standard=build_standard(model.plan, groups),
        costs=cost_of(model.world),
    )


def measure(meter: Meter, history: History) -> F64:
    """(2, values) numerators and denominators of all metrics of one replication."""
    out = Collector()
    by_cell = add_service(out, meter.model, meter.groups, history)
    add_adjusted(out, meter.standard, by_cell)
    add_policy_parts(out, meter.model, meter.groups, history)
    hours = add_occupancy(out, meter.model, meter.groups, meter.supply, history)
    add_clubs(out, meter.model, meter.groups, history)
    add_people(out, meter.model, meter.groups, history)
    add_sessions(out, meter.model, history)
    add_visits(out, meter.model, meter.supply, history, hours)
    add_points(out, meter.model, history)
    add_uses(out, meter.model, meter.supply, history, hours)
    add_costs(out, meter.model.world, meter.groups, meter.costs)
    people = reduce(np.add, [hours[use] for use in PERSON_HOURS if use in hours])
    people = people + dropin_hours(meter.model, history)
    add_blocks(out, meter.model.world, people)
    add_venue_use(out, meter.groups, people)
    if not meter.rows:
        meter.rows.extend(out.rows)
    return np.stack([np.concatenate(out.top), np.concatenate(out.bottom)])
