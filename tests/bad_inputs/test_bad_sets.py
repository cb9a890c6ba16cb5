"""Names misspelt in `--set`: whatever the scenario names, the name meant is offered."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.loading import load

NAME = "neighbourhood.yaml"


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ("activities.kinds.tlak.weight=2", "activities.kinds.tlak", "talk"),
        ("activities.kinds={danse: {weight: 2}}", "activities.kinds.danse", "dance"),
        ("activities={kinds: {tallk: {weight: 2}}}", "activities.kinds.tallk", "talk"),
        ("activities.series.choirs.start=18:00", "activities.series.choirs", "choir"),
        ("dropin.kinds.cantine.log_seats=1", "dropin.kinds.cantine", "canteen"),
        ("dropin.kinds.gmy.queue_places=3", "dropin.kinds.gmy", "gym"),
        ("subsidy.rules.uses.floor=0.1", "subsidy.rules.uses", "use"),
        ("zones.Suth.programme.talk=3", "zones.Suth", "South"),
    ],
)
def test_a_set_that_misspells_what_is_there(
    world: Any, text: str, key: str, suggestion: str
) -> None:
    (problem,) = world.problems(NAME, sets=[text])
    assert (problem.key, problem.suggestion) == (key, suggestion)
    assert "--set is for changing what is there" in problem.message
    assert problem.file == f"--set {text}"


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ("zones.South.programme.tlak=3", "zones.South.programme.tlak", "talk"),
        ("zones.North.programme={danse: 3}", "zones.North.programme.danse", "dance"),
        ("dropin.venues.activity_rom=gym", "dropin.venues.activity_rom", "activity_room"),
        ("subsidy.rules.use.weights.met_shar=1", "subsidy.rules.use.weights.met_shar",
         "met_share"),
    ],
)  # fmt: skip
def test_a_set_that_misspells_a_name_given_elsewhere(
    world: Any, text: str, key: str, suggestion: str
) -> None:
    """These keys are names of things in another part, so what is known is what is there."""
    (problem,) = world.problems(NAME, sets=[text])
    assert (problem.key, problem.suggestion) == (key, suggestion)
    assert problem.file == f"--set {text}"


@pytest.mark.parametrize(
    "text",
    [
        "zones.North.programme.dance=3",  # North has no programme of its own yet
        "activities.series.band={kind: talk, centre: Grand Hall, weekday: Mon, start: 10:00}",
        "subsidy.rules.even={equal: 1}",
        "dropin.kinds.pool={visits_per_1000: {adult: 1}, curve: {weekday: {9-10: 1}, weekend: {}}}",
    ],
)
def test_a_set_may_bring_in_what_resembles_nothing(world: Any, text: str) -> None:
    assert world.folder
    assert load(NAME, sets=[text]).changed == (text,)


def test_a_new_thing_without_what_it_needs(world: Any) -> None:
    """A name like nothing there is taken for new: then what it lacks is what is wrong."""
    (problem,) = world.problems(NAME, sets=["subsidy.rules.even.floor=0.1"])
    assert problem.key == "subsidy.rules.even"
    assert "weights: at least one above 0" in problem.message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("experiment.primary=[serve_share]", "served_share"),
        ("kinds.badminton_cort.start_minutes=30", "badminton_court"),
        ("demand.wishes_per_1000.adult.activity_rom=3", "activity_room"),
        ("policy.reserve=[{for: [eldr], share: 0.1}]", "elder"),
        ("policy.overrides=[{kinds: [badminton_cort]}]", "badminton_court"),
    ],
)
def test_misspelt_metrics_groups_and_kinds(world: Any, text: str, meant: str) -> None:
    assert f"Did you mean `{meant}`?" in world.failure(sets=[text]).render()
