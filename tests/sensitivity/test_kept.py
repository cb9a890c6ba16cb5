"""What is kept of draws, held against differences that other replications show."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import tiny

from sim.cli.output.assumptions import doubt_words, judged_line
from sim.experiment.store import Store
from sim.scenario.draws import Dimension
from sim.sensitivity.findings import Findings
from sim.sensitivity.kept import KeptSensitivity, find_kept, keep

from .test_findings import asked


def kept(difference: float, same_sign: float, draws: int = 100) -> KeptSensitivity:
    row = {
        "metric": "served_share", "group": "all", "level": "all", "scenario": "old name",
        "baseline": "base", "difference": difference, "assumption_low": -0.02,
        "assumption_high": 0.04, "same_sign": same_sign, "draws": draws,
    }  # fmt: skip
    table = {"columns": list(row), "data": [list(row.values())]}
    content = {
        "names": ["base", "old name"],
        "draws": draws,
        "tables": {"differences.csv": table},
        "metric": "served_share",
        "depends_on": {"zh": "choice.outside", "en": "choice.outside"},
        "words": [],
    }
    return KeptSensitivity(("base", "ballot"), json.dumps(content).encode())


@pytest.mark.parametrize(
    ("shown", "same", "verdict"),
    [(0.03, 0.7, "depends"), (-0.03, 0.3, "not supported"), (0.001, 0.7, "depends")],
)
def test_signs_are_counted_from_the_difference_shown(
    shown: float, same: float, verdict: str
) -> None:
    judged = kept(0.02, 0.7).judged("served_share", shown, clear=True)
    assert (judged["same_sign"], judged["verdict"]) == (same, verdict)


def test_words_name_what_a_difference_depends_on_by_the_name_of_today() -> None:
    judged = [kept(0.02, 0.7).judged("served_share", 0.03, clear=True)]
    assert judged_line(judged[0], {"ballot": "ballot"}) == (
        "  ballot: depends on choice.outside; same sign in 70% of 100 draws, -2.0 to +4.0 points "
        "in 90% of them"
    )
    assert (
        doubt_words(judged, {"ballot": "ballot"})
        == "; over the assumptions ballot depends on choice.outside"
    )


@pytest.mark.parametrize(
    ("draws", "clear", "verdict"),
    [(63, True, "too few draws"), (64, True, "robust"), (64, False, "no difference seen")],
)
def test_a_headline_stays_where_nothing_turns(draws: int, verdict: str, *, clear: bool) -> None:
    judged = kept(0.02, 0.96, draws).judged("served_share", 0.03, clear=clear)
    assert judged["verdict"] == verdict
    assert doubt_words([judged], {"ballot": "ballot"}) == ""


def test_what_a_figure_depends_on_is_not_said_of_another() -> None:
    one = kept(0.02, 0.7)
    row = one.data["tables"]["differences.csv"]["data"][0]
    row[0] = "met_share"
    assert one.judged("met_share", 0.03, clear=True)["depends_on"] == ""


def test_an_edited_world_is_another_question(tmp_path: Path) -> None:
    """Alternatives are part of what was asked: what is kept of others does not hold."""
    inputs, store = tiny().load(tmp_path / "town"), Store(tmp_path / "store", print)
    world = tmp_path / "other.yaml"
    world.write_text("one")
    answers = asked([inputs], [0.8], np.full((3, 1), 0.8), np.full((3, 1), 0.5))
    drawn = replace(answers, dimensions=(Dimension("world", (), (world,)),))
    keep(store, Findings(drawn, "served_share"))
    assert find_kept(store, [inputs], "run") is not None
    world.write_text("two")
    assert find_kept(store, [inputs], "run") is None


def test_nothing_is_said_where_no_draw_could_be_fitted() -> None:
    assert kept(0.02, 0.7, 0).judged("served_share", 0.03, clear=True) == {}
