"""Expected wishes, exactly: the control variate of calibration.

E[wishes asked in the counting window] = sum over cells, days, hours and starts within the hour of
the rate there x P(lead puts the asking inside the window). Day effects have mean 1.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import F64
from sim.demand.plan import Plan


def expected_wishes(plan: Plan) -> F64:
    """(cells,) expected wishes asked in the counting window, at the plan's volume."""
    cells = plan.cells
    per_week = np.zeros(len(cells.rate))
    for kind in plan.kinds:
        members = kind.cells
        inside = _asked_inside(plan, kind.step_minutes)
        used = np.unique(cells.profile[members])
        factor = np.zeros(len(plan.profiles.day))
        for p in used:
            hour = plan.profiles.hour[p][plan.world.calendar.weekend.astype(int)]
            day = plan.profiles.day[p, plan.offset : plan.offset + plan.world.n_days]
            factor[p] = float((day * (hour * inside).sum(axis=1)).sum())
        per_week[members] = cells.rate[members] * factor[cells.profile[members]]
    return per_week * plan.volume


def _asked_inside(plan: Plan, step: int) -> F64:
    """(D, 24) probability that a wish for a start in the hour is asked in the counting window."""
    calendar = plan.world.calendar
    within = max(1, 60 // step) if step < 60 else 1
    offsets = np.arange(within) * step / 1440.0
    hours = np.arange(24) / 24.0
    if step > 60:
        hours = (np.arange(24) * 60 // step) * step / 1440.0
    start = np.arange(calendar.n_days)[:, None, None] + hours[None, :, None] + offsets
    # asked at or after the first day (lead <= start - first) and before the end of the last one
    early = plan.lead.cdf(start - calendar.count_from)
    late = plan.lead.cdf(start - calendar.count_until)
    return np.asarray((early - late).mean(axis=2))
