"""What `linli site` prints: one of a thing is told in the singular."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.cli.output.site import SHOWN, effort_words, site_lines, turn_words
from sim.siting.search.loop import SitingEffort

GAIN = {"mean": 90.0, "ci_low": 80.0, "ci_high": 100.0}
STEP = {"estimate": 95.0, "simulated": GAIN, "difference": -5.0}


def told(moves: int, listed: int, outlooks: int) -> dict[str, Any]:
    """A result with a step of so many moves, so many moves and outlooks."""
    return {
        "name": "small", "plan": "plan 1", "unit": "person_hours", "budget_yuan_per_year": 9.0,
        "cost_yuan_per_year": {"base": 2.0, "low": 1.0, "high": 3.0}, "simulated": GAIN,
        "nearness": "The plan is the best.", "guarantee": "Best.", "prices": [], "left_out": [],
        "openings": [],
        "turns": [{"turn": 1, **STEP, "near": {"moves": moves, **STEP}}],
        "plans": [{"plan": "plan 1", "rank": 1, "cost": 2.0, "simulated": 90.0, "ci_low": 80.0,
                   "ci_high": 100.0}],
        "moves": [{"times": 1, "move": "hall at Old Mill"}] * listed,
        "outlooks": [{"plan": "plan 1", "rank": 1}] * outlooks,
    }  # fmt: skip


@pytest.mark.parametrize(("number", "end"), [(1, ""), (2, "s")])
def test_one_is_told_in_the_singular(number: int, end: str) -> None:
    lines = site_lines(told(number, SHOWN + number, number))
    assert f"    {number} move{end} from the best so far: estimate 95" in lines[4]
    assert f"  and {number} more move{end}, in plans.csv" in lines
    assert lines[-1].endswith(f"ranks first in {number} of {number} outlook{end}.")


@pytest.mark.parametrize(("number", "end"), [(1, ""), (2, "s")])
def test_turns_and_effort_while_it_works(number: int, end: str) -> None:
    turn = told(number, 1, 1)["turns"][0]
    assert f"; {number} move{end} from the best so far: estimate 95" in turn_words(turn)
    effort = SitingEffort(search=number, judge=20, turns=number, seed=1, confidence=0.95)
    words = f"at most {number} turn{end}, {number} replication{end} of a plan while searching"
    assert effort_words(effort).startswith(words)
    assert effort_words(replace(effort, search=10, turns=3)) == (
        "at most 3 turns, 10 replications of a plan while searching (seed 1), at most 20 with "
        "fresh seeds to judge"
    )
