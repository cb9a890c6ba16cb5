"""The days of which a log has all bookings: a scenario is fitted and checked over these."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.log.records import BookingLog
from sim.scenario.inputs import Inputs


def full_days(log: BookingLog) -> tuple[int, int]:
    """First and last day of use, since 1970-01-01, of which a log has all bookings.

    Days after the last booking was made have only those made well ahead. If none was made before
    the first day of use, bookings were chosen by when they were made, and the first days lack
    those made before; they are left out as far as bookings reach ahead (99 % of them).
    """
    first, last = int(log.days.min()), int(log.days.max())
    people = log.by_people
    if not people.has_times or not len(people):
        return first, last
    made = people.made[~np.isnat(people.made)].astype("datetime64[D]").astype(np.int64)
    begin, end = first, min(last, int(made.max()))
    if made.min() >= first:
        begin += int(np.nanquantile(people.lead_days, 0.99))
    return (begin, end) if begin < end else (first, last)


def with_log_window(inputs: Inputs, log: BookingLog) -> Inputs:
    """The scenario over the days of which a log has all bookings (see `full_days`)."""
    first, last = (np.datetime64(day, "D").item() for day in full_days(log))
    scenario = inputs.scenario
    window = scenario.window.model_copy(update={"first": first, "last": last})
    return replace(inputs, scenario=scenario.model_copy(update={"window": window}))
