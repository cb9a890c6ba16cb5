"""Random policies: every part, alone and with others, for the whole world or for some of it."""

from __future__ import annotations

from random import Random
from typing import Any

from builders import Parts
from model.random_world import random_world

__all__ = ["random_policy_world"]


def random_policy_world(seed: int) -> Parts:
    """A random world under a random policy."""
    r = Random(f"policy {seed}")
    parts = random_world(seed)
    policy = parts.scenario["policy"]
    if r.random() < 0.4:
        policy["window"]["at"] = r.choice(["00:00", "09:30"])
        if r.random() < 0.3:
            policy["window"]["release"] = "weekly"
    for name, draw in _PARTS.items():
        if r.random() < 0.45:
            policy[name] = draw(r)
    if r.random() < 0.4:
        part = r.choice([name for name in _PARTS if name != "reserve"])
        where = r.choice([{"kinds": ["court"]}, {"zones": ["Y"]}, {"tiers": ["community"]}])
        policy["overrides"] = [{**where, part: _PARTS[part](r)}]
    parts.set(demand__responses=_responses(r), demand__multiplier=3, demand__intensity=3)
    return parts.set(experiment__warm_up_days=12)


def _selection(r: Random) -> dict[str, Any]:
    """One that decides in batches, now and then leaving some to who asks first."""
    rule = r.choice(["ballot", "priority", "points", "optimised"])
    own: dict[str, Any] = {
        "ballot": {"past_luck": r.choice([0, 1])},
        "priority": {"order": r.choice([[["elder"]], [["residents"], ["person"]]])},
        "points": {"price": r.choice([0, 5]), "follows_demand": r.choice([0, 1])},
        "optimised": {
            "weights": r.choice([{}, {"elder": 3}]),
            "residents": r.choice([1, 2]),
            "past_luck": r.choice([0, 1]),
            "work": r.choice([0, 0.01]),
        },
    }[rule]
    own |= {"rule": rule, "draw": r.choice(["daily", "weekly"]), "only_peak": r.random() < 0.4}
    if r.random() < 0.6:
        own["days_ahead"] = r.choice([0.5, 1, 2])
        own["at"] = r.choice(["00:00", "12:00"])
        if r.random() < 0.5:
            own["leftovers_days_ahead"] = r.choice([0, 0.5])
    return own


def _limits(r: Random) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    by = r.choice(["resident", "household"])
    if r.random() < 0.6:
        limits |= {"active_bookings": r.choice([1, 2]), "active_by": by}
    if r.random() < 0.6:
        each, when = r.choice(["all", "kind", "centre"]), r.choice(["always", "peak", "off_peak"])
        cap = {"at_most": r.choice([1, 2, 4]), "per": r.choice(["day", "week", "month"])}
        limits["hours"] = [{**cap, "each": each, "when": when, "by": by}]
    if r.random() < 0.6:
        late = r.choice([0, 120])
        limits["no_shows"] = {
            "allowed": r.choice([0, 1]), "within_days": 5, "suspend_days": r.choice([1, 4]),
            "late_cancel_minutes": late, "by": by,
        }  # fmt: skip
    return limits


def _reserve(r: Random) -> list[dict[str, Any]]:
    people = r.choice([["elder"], ["residents"], ["programme", "person"]])
    if r.random() < 0.3:
        return [{"for": people, "rooms": 1, "release_hours_ahead": r.choice([0, 12])}]
    hours = r.choice([{}, {"hours": "17-21"}, {"days": ["Mon", "Sat"]}])
    kept = {"share": r.choice([0.2, 0.5, 1]), "release_hours_ahead": r.choice([0, 6, 48])}
    return [{"for": people, **hours, **kept}]


def _overflow(r: Random) -> dict[str, Any]:
    return {
        "other_venues": r.choice([0, 2]),
        "shift_minutes": r.choice([0, 60]),
        "next_days": r.choice([0, 2]),
    }


def _waitlist(r: Random) -> dict[str, Any]:
    most = r.choice([{}, {"at_most": 2}])
    return {"until_hours_ahead": r.choice([0, 2]), **most}


def _auto_release(r: Random) -> dict[str, Any]:
    return {"unclaimed_after_minutes": r.choice([0, 15, 70]), "standby": r.random() < 0.7}


_PARTS = {
    "selection": _selection,
    "limits": _limits,
    "reserve": _reserve,
    "overflow": _overflow,
    "waitlist": _waitlist,
    "auto_release": _auto_release,
}


def _responses(r: Random) -> dict[str, Any]:
    return {
        "comes_back": r.choice([0, 0.7]),
        "asks_at_opening": r.choice([0, 0.5]),
        "rush_minutes": r.choice([1, 120]),
        "retry": {"share": r.choice([0, 0.7]), "after_hours": r.choice([0.5, 10]), "at_most": 3},
        "extra_entries": r.choice([0, 1]),
        "asks_for_less": r.choice([0, 1]),
        "takes_offer": r.choice([0.5, 1]),
        "stands_by": r.choice([0.2, 1]),
        "avoids_penalty": r.choice([0, 0.5]),
    }
