"""A world rigged against one pass: the room that is promised most draws people off a large hall.

A big estate has a hall of four rooms ten minutes away. A room next door would be the first choice
of most of its people, who do not turn to the hall when it is full; the planning model, in which
those without a room next door still look to the hall, promises more of it than of a room in an
estate that has none. The simulation knows better, and the loop must listen.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.hidden_worlds.worlds import BELIEF, Candidate, Centre, Compound, Town
from benchmarks.hidden_worlds.writing import scenario_of
from sim.experiment.local import Local
from sim.experiment.replicate import Engine
from sim.scenario.loading import load
from sim.siting.search.loop import SitingEffort, siting_context

FLAT = ((3.0, 6.0, 4.0, 3.0, 6.0, 4.0, 1.0),) * 3


def rigged_town() -> Town:
    """One room may be opened: next door to the big estate, or in the small one far away."""
    kinds, big, small = ("room",), "Big", "Small"
    return Town(
        compounds=(
            Compound("Big estate", big, 120.0, 30.0, (3000, 0, 0)),
            Compound("Small estate", small, 120.05, 30.0, (100, 0, 0)),
        ),
        centres=(Centre("Hall", "subdistrict", big, 120.006, 30.0, (0, 4, 0)),),
        candidates=(
            Candidate("Next door", "subdistrict", big, 120.0, 30.0, 70.0, kinds, 1.0),
            Candidate("Far away", "subdistrict", small, 120.05, 30.0, 70.0, kinds, 1.0),
        ),
        budget=60_000.0,
    )


def test_the_loop_corrects_what_choice_takes_away(tmp_path: Path) -> None:
    rates = ((0.0, 141.0, 0.0),) * 3
    people = replace(BELIEF, factors=(1.0, 1.0), rates=rates, curves=FLAT, outside=0.0,
                     off_platform=0.0, day_cv=0.0)  # fmt: skip
    scenario_of(tmp_path, rigged_town(), people, weeks=3, turns=4)
    alone = (
        "demand.flexibility.other_centres={rule: constant, value: 0}",
        "demand.flexibility.shift_minutes={rule: constant, value: 0}",
    )
    inputs = load(tmp_path / "world.yaml", sets=alone)
    with Engine(Local(1)) as engine:
        context = siting_context(inputs, engine, SitingEffort(10, 10, 4, 3, 0.95, workers=1))
        searched = context.search(60_000.0, lambda turn: None)
    names = [move.site for move in context.catalogue.moves]
    climbed = searched.climbed
    first = climbed.turns[0]
    assert [names[m] for m, n in enumerate(first.times) if n] == ["Next door"]
    assert first.simulated.high < 0 < first.estimate
    best = searched.plans[0]
    assert [names[m] for m, n in enumerate(best) if n] == ["Far away"]
    assert climbed.gains[best].mean() > first.simulated.mean
