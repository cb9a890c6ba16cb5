"""Intervals cover, and selections are right, as often as they promise."""

from __future__ import annotations

import json

import pytest
from scipy.stats import binom

from .coverage import EXPERIMENTS, Covered, Experiment, covered, selection_trial, too_few
from .recording import COVERAGE, Record

FEW = 250


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.name)
def test_few_experiments(experiment: Experiment) -> None:
    """Not below the band by an exact binomial bound at 1 in 1,000: sees gross errors."""
    low = experiment.asked if experiment.band is None else experiment.band[0]
    assert not too_few(covered(experiment, FEW), low)


@pytest.mark.slow
@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.name)
def test_all_experiments(experiment: Experiment, record_property: Record) -> None:
    """93 to 97 % of 4,000 intervals; of 1,000 not fewer than promised."""
    found = covered(experiment, experiment.number)
    band = experiment.band
    least = 1 + int(binom.ppf(1e-3, found.number, experiment.asked)) if band is None else 0
    line = {
        "order": [EXPERIMENTS.index(experiment)],
        "words": experiment.words,
        "asked": f"{experiment.asked:.0%}",
        "number": found.number,
        "replications": found.replications,
        "share": f"{found.share:.2%}",
        "allowed": f"{least / found.number:.1%} or more" if band is None else "93 to 97 %",
    }
    record_property(COVERAGE, json.dumps(line))
    if band is None:
        assert not too_few(found, experiment.asked)
        assert found.right < found.number  # it may err, so that erring too often can be seen
    else:
        assert band[0] <= found.share <= band[1]


def test_too_few_is_exact() -> None:
    """Of 1,000 with 95 %: 926 happen with 1 in 1,000 or less often, 928 do not."""
    bound = int(binom.ppf(1e-3, 1000, 0.95))
    assert not too_few(Covered(bound, 1000, 0), 0.95)
    assert too_few(Covered(bound - 1, 1000, 0), 0.95)


def test_a_wrong_promise_is_seen() -> None:
    """KN asked for differences three times as large as there are finds the best too seldom."""
    wrong = Experiment("wrong-selection", "", selection_trial(0.03), 0.95, FEW, None)
    assert too_few(covered(wrong, FEW), 0.95)
