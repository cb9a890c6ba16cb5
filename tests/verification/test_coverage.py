"""Intervals cover, and selections are right, as often as they promise."""

from __future__ import annotations

import json
from dataclasses import astuple

import numpy as np
import pytest
from scipy.stats import binom

from sim.stats.intervals import linearised, share_intervals, t_intervals
from sim.stats.stopping import StoppingRule

from .coverage import (
    EXPERIMENTS,
    METHODS,
    Covered,
    Experiment,
    covered,
    selection_trial,
    stopped,
    too_few,
)
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
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def test_too_few_is_exact() -> None:
    """Of 1,000 with 95 %: 926 happen with 1 in 1,000 or less often, 928 do not."""
    bound = int(binom.ppf(1e-3, 1000, 0.95))
    assert not too_few(Covered(bound, 1000, 0), 0.95)
    assert too_few(Covered(bound - 1, 1000, 0), 0.95)


def test_a_wrong_promise_is_seen() -> None:
    """KN asked for differences three times as large as there are finds the best too seldom."""
    wrong = Experiment("wrong-selection", "", selection_trial(0.03), band=None)
    assert too_few(covered(wrong, 250), 0.95)


@pytest.mark.parametrize("name", ["short-runs", "rare-refusals"])
def test_students_t_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain t intervals of ratios, as they were once: red in the same experiments."""
    monkeypatch.setitem(METHODS, "used", lambda part, whole: t_intervals(linearised(part, whole)))
    experiment = next(e for e in EXPERIMENTS if e.name == name)
    found = covered(experiment, 2000)
    assert found.share < 0.93


def test_stopped_is_what_the_rule_does() -> None:
    """All prefixes at once give the replications and the interval that replicating gives."""
    rule = StoppingRule(0.02, at_most=60)
    for i in range(20):
        rng = np.random.default_rng(i)
        whole = rng.poisson(40, 60).astype(float)
        part = rng.binomial(whole.astype(int), 0.95).astype(float)
        n = next(n for n in range(1, 61) if rule.done(part[:n], whole[:n]))
        got, used = stopped(part, whole, 0.02)
        assert used == n
        alone = share_intervals(part[:n, None], whole[:n, None])[0]
        assert astuple(got) == pytest.approx(astuple(alone), rel=1e-12)
