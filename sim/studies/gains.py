"""What measures of any sort are judged by: recorded use of rooms, wishes met, requests served.

A tenth of all that a run measures, in less than a tenth of its time.

Where rooms, hours or ways differ, so do first choices: a wish would change its group with the
scenario, and every group might lose although all together gain. Beside a baseline with the same
residents each wish stays in the group of its first choice in the baseline, so that the same wishes
are compared and a total lies among its parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sim.arrays import F64, I64
from sim.demand.sampling import Wishes, sample_wishes
from sim.measure.collector import Collector, MetricRow
from sim.measure.groups import FirstChoices, Grouping, Groups, build_groups, first_choices
from sim.measure.meter import Meter, build_meter, measure
from sim.measure.occupancy import activity_slots, held_slots, people_a_room
from sim.measure.policy_parts import add_policy_parts
from sim.measure.service import SERVICE, add_service, status_table, wish_status
from sim.measure.sessions import club_slots
from sim.measure.uses import dropin_hours
from sim.model import History, Model, build_model
from sim.scenario.inputs import Inputs
from sim.studies.recipe import BESIDE

_GROUPS = ("tier", "distance_band")


@dataclass(frozen=True, slots=True)
class BaselineMeter:
    """The part of measuring beside a baseline that no replication changes.

    Attributes
    ----------
    baseline
        Its model: the same wishes are drawn in it.
    groups
        The scenario's, with tiers and bands of the baseline.
    rows
        Names of the values, the scenario's own first.
    """

    meter: Meter
    baseline: Model
    groups: Groups
    rows: list[MetricRow] = field(default_factory=list)


def build_baseline_meter(model: Model, baseline: Inputs) -> BaselineMeter:
    """Prepare to measure replications of a model beside a baseline."""
    base, meter = build_model(baseline), build_meter(model)
    return BaselineMeter(meter, base, groups_beside(meter.groups, base))


def groups_beside(groups: Groups, baseline: Model) -> Groups:
    """A scenario's groups, with tiers and bands of its baseline."""
    theirs = build_groups(baseline)
    return replace(groups, pool=theirs.pool, bands=theirs.bands, edges=theirs.edges)


def measure_with_baseline(meter: BaselineMeter, history: History) -> F64:
    """(2, values) of one replication: all metrics, then those by the baseline's first choices."""
    own, model = measure(meter.meter, history), meter.meter.model
    first = choices_in(meter.baseline, meter.groups, history)
    found = Collector()
    add_service(found, model, meter.groups, history, first)
    add_policy_parts(found, model, meter.groups, history, first)
    at = [i for i, row in enumerate(found.rows) if row.group in _GROUPS]
    if not meter.rows:
        named = [replace(found.rows[i], group=BESIDE + found.rows[i].group) for i in at]
        meter.rows.extend([*meter.meter.rows, *named])
    more = [np.concatenate([side[i] for i in at]) for side in (found.top, found.bottom)]
    return np.concatenate([own, np.stack(more)], axis=1)


def choices_in(baseline: Model, groups: Groups, history: History) -> FirstChoices:
    """First choices of a replication's wishes in the baseline.

    A wish beyond the baseline's horizon, which only a longer booking window sees, has none there.
    """
    wishes, _ = sample_wishes(baseline.plan, history.root)
    theirs = first_choices(groups, wishes)
    at = _positions(history.wishes, wishes)
    known, none = at >= 0, len(groups.pool["tier"].code) - 1
    return FirstChoices(
        pool=np.where(known, theirs.pool[at], none),
        band=np.where(known, theirs.band[at], len(groups.bands) - 1),
    )


def _positions(mine: Wishes, theirs: Wishes) -> I64:
    """(n,) where each of my wishes is among theirs, by its key; -1: nowhere."""
    if not len(theirs):
        return np.full(len(mine), -1, dtype=np.int64)
    order = np.argsort(theirs.key, kind="stable")
    at = np.minimum(np.searchsorted(theirs.key, mine.key, sorter=order), len(theirs) - 1)
    found = order[at]
    return np.where(theirs.key[found] == mine.key, found, -1)


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
