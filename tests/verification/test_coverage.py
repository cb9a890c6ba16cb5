"""Intervals cover, and selections are right, as often as they promise."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import binom, poisson

from .coverage import (
    EXPERIMENTS,
    KNOWN_LIMIT,
    Covered,
    Experiment,
    covered,
    selection_trial,
    too_few,
)
from .exact.diaries import slot_day
from .model_coverage import mean_of_shares
from .recording import COVERAGE, Record

ENOUGH = 4000
"""Experiments with which a band of 93 to 97 % can be asked for."""


@pytest.mark.parametrize(
    "experiment", [e for e in EXPERIMENTS if e.few is not None], ids=lambda e: e.name
)
def test_few_experiments(experiment: Experiment) -> None:
    """Not below the band by an exact binomial bound at 1 in 1,000: sees gross errors."""
    assert experiment.few is not None
    low = experiment.asked if experiment.band is None else experiment.band[0]
    assert not too_few(covered(experiment, experiment.few), low)


@pytest.mark.slow
@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.name)
def test_all_experiments(experiment: Experiment, record_property: Record) -> None:
    """93 to 97 % of 4,000 intervals; of 1,000 not fewer than promised."""
    found = covered(experiment, experiment.number)
    band = experiment.band
    low = experiment.asked if band is None else band[0]
    few = band is None or found.number < ENOUGH
    least = int(binom.ppf(1e-3, found.number, low))
    line = {
        "order": [EXPERIMENTS.index(experiment)],
        "words": experiment.words,
        "asked": f"{experiment.asked:.0%}",
        "number": found.number,
        "replications": found.replications,
        "share": f"{found.share:.2%}",
        "allowed": f"{least / found.number:.1%} or more" if few else allowed(experiment),
    }
    record_property(COVERAGE, json.dumps(line))
    if few or band is None:
        assert not too_few(found, low)
        assert found.right < found.number  # it may err, so that erring too often can be seen
    else:
        assert band[0] <= found.share <= band[1]


def allowed(experiment: Experiment) -> str:
    """The band in words."""
    low, high = experiment.band or (experiment.asked, 1.0)
    words = f"{100 * low:.0f} to {100 * high:.0f} %"
    return f"{words} (a known limit)" if experiment.band == KNOWN_LIMIT else words


def test_too_few_is_exact() -> None:
    """Of 1,000 with 95 %: 926 happen with 1 in 1,000 or less often, 928 do not."""
    bound = int(binom.ppf(1e-3, 1000, 0.95))
    assert not too_few(Covered(bound, 1000, 0), 0.95)
    assert too_few(Covered(bound - 1, 1000, 0), 0.95)


def test_a_wrong_promise_is_seen() -> None:
    """KN asked for differences three times as large as there are finds the best too seldom."""
    wrong = Experiment("wrong-selection", "", selection_trial(0.03), band=None)
    assert too_few(covered(wrong, 250), 0.95)


def test_mean_of_shares_of_a_day_and_of_many() -> None:
    """A day by its sum; of many days it comes near the share of all requests."""
    n = np.arange(1, 60)
    chance = poisson.pmf(n, 8)
    assert mean_of_shares(8, 10, 1) == pytest.approx(
        chance @ (np.minimum(n, 10) / n) / chance.sum(), rel=1e-12
    )
    unmet = 1 - slot_day(8, 10).unmet
    apart = [mean_of_shares(8, 10, days) - unmet for days in (10, 20, 40)]
    assert apart[0] / apart[1] == pytest.approx(2, rel=0.05)  # of the order of 1 / requests
    assert apart[1] / apart[2] == pytest.approx(2, rel=0.05)
