"""Scenarios with drop-in places, and their replications."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from builders import Parts, plain

from sim.places.plan import PlacesPlan, Stretches, build_places_plan
from sim.places.process import visit_places
from sim.places.record import PlacesRecord
from sim.streams import replication_key
from sim.world.world import build_world

__all__ = ["exponential", "flat_kind", "one_queue", "plan_of", "records", "window"]

FLAT = {"weekday": {"0-24": 1}, "weekend": {"0-24": 1}}


def exponential(mean: float) -> dict[str, Any]:
    return {"rule": "exponential", "mean": mean}


def flat_kind(per_hour: float, stay: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A kind that 1,000 people visit `per_hour` times an hour, day and night."""
    rate = {"person": 168 * per_hour}
    return {"visits_per_1000": rate, "curve": FLAT, "stay_minutes": stay, **more}


def one_queue(
    days: int, seats: int, per_hour: float, stay: dict[str, Any], warm_up: int = 2, **more: Any
) -> Parts:
    """One place that never closes, beside its 1,000 visitors."""
    parts = plain(days, warm_up=warm_up).origin("home").centre("hall").rooms("hall", 1)
    parts.set(dropin={"outside": -200, "day_cv": 0})
    parts.set(dropin__kinds={"seats": flat_kind(per_hour, stay, **more)})
    return parts.place("library", seats)


def plan_of(parts: Parts, folder: Path) -> PlacesPlan:
    return build_places_plan(build_world(parts.load(folder)))


def records(
    plan: PlacesPlan,
    number: int,
    stretches: Sequence[Stretches] | None = None,
    keep: bool = False,
) -> list[PlacesRecord]:
    return [visit_places(plan, replication_key(1, i), stretches, keep=keep) for i in range(number)]


def window(plan: PlacesPlan, minutes: np.ndarray) -> np.ndarray:
    """Which times lie in the counting window."""
    return plan.world.calendar.counts(minutes)
