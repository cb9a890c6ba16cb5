"""What measures of any sort are judged by: recorded use of rooms, wishes met, requests served.

A tenth of all that a run measures, in less than a tenth of its time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.arrays import F64
from sim.measure.collector import Collector, MetricRow
from sim.measure.groups import Grouping, Groups, build_groups, first_choices
from sim.measure.occupancy import activity_slots, held_slots, people_a_room
from sim.measure.service import SERVICE, status_table, wish_status
from sim.measure.sessions import club_slots
from sim.measure.uses import dropin_hours
from sim.model import History, Model, build_model
from sim.scenario.inputs import Inputs
from sim.studies.baseline_groups import choices_in, groups_beside

_METRICS = {metric.name: metric for metric in SERVICE}


@dataclass(frozen=True, slots=True)
class GainMeter:
    """The part of measuring that no replication changes.

    Attributes
    ----------
    baseline
        The model in which walks to first choices are measured; None: the scenario's own.
    rows
        Names of the values, noted at the first replication.
    """

    model: Model
    groups: Groups
    baseline: Model | None
    rows: list[MetricRow] = field(default_factory=list)


def build_gain_meter(model: Model, baseline: Inputs | None) -> GainMeter:
    """Prepare to measure replications of a model."""
    groups, base = build_groups(model), None if baseline is None else build_model(baseline)
    return GainMeter(model, groups if base is None else groups_beside(groups, base), base)


def measure_gains(meter: GainMeter, history: History) -> F64:
    """(2, values) numerators and denominators, as `measure.meter` has them."""
    model, groups, wishes = meter.model, meter.groups, history.wishes
    cohort = np.flatnonzero(model.world.calendar.counts(wishes.wished_at))
    status = wish_status(history)[cohort]
    cell = wishes.cell[cohort].astype(np.int64)
    by_cell = status_table(cell, len(model.plan.cells.rate), status)
    base = meter.baseline
    first = first_choices(groups, wishes) if base is None else choices_in(base, groups, history)
    bands = Grouping(groups.bands, np.arange(len(groups.bands)))
    by_band = status_table(first.band[cohort], len(groups.bands), status)
    out = Collector()
    for metric, name, grouping, table in (
        ("met_share", "all", groups.cell["all"], by_cell),
        ("met_share", "segment", groups.cell["segment"], by_cell),
        ("met_share", "zone", groups.cell["zone"], by_cell),
        ("met_share", "distance_band", bands, by_band),
        ("served_share", "all", groups.cell["all"], by_cell),
    ):
        out.add(metric, name, grouping.levels, *_METRICS[metric].fractions(grouping.summed(table)))
    out.add("person_hours_venues", "all", ("all",), np.array([_room_hours(meter, history)]))
    if not meter.rows:
        meter.rows.extend(out.rows)
    return np.stack([np.concatenate(out.top), np.concatenate(out.bottom)])


def _room_hours(meter: GainMeter, history: History) -> float:
    """Person-hours in rooms: bookings, activities, clubs, use without booking."""
    model, groups = meter.model, meter.groups
    request, _, slot = held_slots(history, history.length)
    used = groups.counted[slot] & ~history.no_show[request]
    heads = float(people_a_room(history)[request[used]].sum())
    heads += float(activity_slots(groups, history)[2].sum())
    if model.clubs.spec is not None:
        heads += float(club_slots(model, groups, history)[2].sum())
    return heads * model.world.grid / 60.0 + float(dropin_hours(model, history).sum())
