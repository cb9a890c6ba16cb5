"""Metrics by tier and walk of the first choice that a wish would have in another scenario.

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
from sim.measure.groups import FirstChoices, Groups, build_groups, first_choices
from sim.measure.meter import Meter, build_meter, measure
from sim.measure.policy_parts import add_policy_parts
from sim.measure.service import add_service
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
