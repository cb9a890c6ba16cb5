"""Every rule about a policy: one wrong child each, reported at its place by its key."""

# ruff: noqa: E501 (a case a line reads best)

from __future__ import annotations

from typing import Any

import pytest

# what the child says (⟦ marks the place that must be named), key, words, suggestion
CASES = [
    ("policy: {windw: {}}", "policy.windw", "unknown key", "window"),
    ("policy: {window: {at: ⟦25:00}}", "policy.window.at", "", None),
    ("policy: {⟦window: {release: weekly}}", "policy.window", "needs `at`", None),
    ("policy: {selection: {rule: ⟦balot}}", "policy.selection.rule", "no rule known", "ballot"),
    ("policy: {selection: {rule: ballot, draw: ⟦dayly}}", "policy.selection.draw", "unknown", "daily"),
    ("policy: {⟦selection: {rule: ballot, days_ahead: 2, leftovers_days_ahead: 3}}", "policy.selection", "must not lie before the decision", None),
    ("policy: {selection: {rule: priority, order: [[elder], [⟦adlut]]}}", "policy.selection.order.1.0", "no segment of this name", "adult"),
    ("policy: {selection: {rule: priority, order: [[⟦resident]]}}", "policy.selection.order.0.0", "nor the word residents", "residents"),
    ("policy: {selection: {rule: priority, order: ⟦[]}}", "policy.selection.order", "", None),
    ("policy: {⟦selection: {rule: priority}}", "policy.selection", "missing key `order`", None),
    ("policy: {selection: {rule: optimised, weights: {⟦elders: 2}}}", "policy.selection.weights.elders", "no segment of this name", "elder"),
    ("policy: {overrides: [{selection: {rule: optimised, weights: {⟦adlut: 2}}}]}", "policy.overrides.0.selection.weights.adlut", "no segment of this name", "adult"),
    ("policy: {selection: {rule: optimised, hour_shifted: ⟦1.2}}", "policy.selection.hour_shifted", "too large", None),
    ("policy: {limits: {active_bookings: ⟦0}}", "policy.limits.active_bookings", "too small", None),
    ("policy: {limits: {hours: [{at_most: 2, per: ⟦weak}]}}", "policy.limits.hours.0.per", "unknown", "week"),
    ("policy: {limits: {no_shows: {alowed: 1}}}", "policy.limits.no_shows.alowed", "unknown key", "allowed"),
    ("policy: {reserve: [⟦{for: [elder]}]}", "policy.reserve.0", "give either share", None),
    ("policy: {reserve: [⟦{for: [elder], rooms: 1, hours: 18-22}]}", "policy.reserve.0", "days and hours go with share", None),
    ("policy: {reserve: ⟦[" + "{for: [elder], rooms: 1}, " * 63 + "]}", "policy.reserve", "at most 62 items", None),
    ("policy: {reserve: [{for: [⟦familes], share: 0.2}]}", "policy.reserve.0.for.0", "no segment of this name", None),
    ("policy: {reserve: [{for: [elder], share: 0.2, kinds: [⟦badminton]}]}", "policy.reserve.0.kinds.0", "no kind of this name", "badminton_court"),
    ("policy: {reserve: [{for: [elder], share: 0.2, zones: [North, ⟦Suoth]}]}", "policy.reserve.0.zones.1", "no zone of this name", "South"),
    ("policy: {reserve: [{for: [elder], share: 0.2, tiers: [⟦comunity]}]}", "policy.reserve.0.tiers.0", "unknown", "community"),
    ("policy: {overrides: [{zones: [⟦Nort], waitlist: {}}]}", "policy.overrides.0.zones.0", "no zone of this name", "North"),
    ("policy: {overrides: [{}, {kinds: [⟦activity], waitlist: {}}]}", "policy.overrides.1.kinds.0", "no kind of this name", "activity_room"),
    ("policy: {overrides: [{selection: {rule: priority, order: [[⟦adults]]}}]}", "policy.overrides.0.selection.order.0.0", "no segment of this name", "adult"),
    ("policy: {overrides: [{window: {opens_days_ahead: 9}}]}\nexperiment: {warm_up_days: ⟦8}", "experiment.warm_up_days",
     "booking window of 9 days in policy.overrides.0.window.opens_days_ahead", None),
    ("policy: {window: {opens_days_ahead: 7, at: '08:00'}}\nexperiment: {warm_up_days: ⟦7}", "experiment.warm_up_days", "booking window of 7.667 days", None),
    ("policy: {window: {opens_days_ahead: 7}, selection: {rule: ballot, draw: weekly}}\nexperiment: {warm_up_days: ⟦13}", "experiment.warm_up_days", "booking window of 14 days", None),
    ("demand: {responses: {retry: {share: ⟦2}}}", "demand.responses.retry.share", "too large", None),
    ("demand: {responses: {come_back: 0.5}}", "demand.responses.come_back", "unknown key", "comes_back"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "key", "words", "suggestion"), CASES)
def test_a_wrong_policy_is_reported_at_its_place(
    world: Any, text: str, key: str, words: str, suggestion: str | None
) -> None:
    place = world.write("child.yaml", f"extends: tiny.yaml\nname: child\n{text}\n")
    found = [p for p in world.problems("child.yaml") if p.key == key]
    assert len(found) == 1, world.failure("child.yaml").render()
    (problem,) = found
    assert words in problem.message, problem.message
    assert suggestion is None or problem.suggestion == suggestion, problem
    if "⟦" in text:
        assert (problem.file, problem.line, problem.column) == place
