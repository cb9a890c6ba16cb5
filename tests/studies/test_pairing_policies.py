"""Published rules against first come on the same residents: how much smaller the variance is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from side_by_side import busy, compared

from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.studies.compare import ComparisonRuns
from sim.studies.differences import pairing_gain

POLICIES = Path(__file__).parents[2] / "scenarios" / "policies"
FIRST_COME, HONG_KONG = POLICIES / "assumed-first-come.yaml", POLICIES / "hong-kong-lcsd.yaml"
N = 24


def gain(done: ComparisonRuns) -> float:
    """Variance of the difference of independent runs over that of these, on served share."""
    first, other = done.ratios(done.lines_of("served_share"))[:, :, 0]
    total = first.var(ddof=1) + other.var(ddof=1)
    return float(total / (other - first).var(ddof=1))


def small(path: Path, rules: Path, seed: int) -> Inputs:
    """The tiny world, crowded, under the rules of a file."""
    return load(path, rules=rules, seed=seed, replications=N)


@pytest.mark.slow
def test_published_rules_on_a_small_world(tmp_path: Path) -> None:
    """At least 5 on the same people; about 1 where the other run has a seed of its own."""
    path = busy(10).set(experiment__warm_up_days=21).write(tmp_path)
    today = small(path, FIRST_COME, 1)
    done = compared([today, small(path, HONG_KONG, 1)])
    (said,) = pairing_gain(done, ["served_share"])["ratio"]
    assert said == pytest.approx(gain(done))
    assert said >= 5
    apart = compared([today, small(path, HONG_KONG, 2)])
    assert not apart.paired
    assert gain(apart) < 2.5  # 1 but for chance: 24 pairs


@pytest.mark.slow
def test_published_rules_on_the_default_world() -> None:
    """Cangqian with 20 times the demand, two weeks of March 2025: at least 5."""
    window = ("window.from=2025-03-03", "window.until=2025-03-16")
    sets = (*window, "demand.multiplier=20", "dropin.multiplier=0")
    done = compared([load(p, sets=sets, replications=N) for p in (FIRST_COME, HONG_KONG)])
    shares = done.ratios(done.lines_of("served_share"))[:, :, 0]
    assert ((shares > 0.3) & (shares < 0.9)).all()  # crowded enough for rules to matter
    assert done.paired
    assert gain(done) >= 5
    apart = np.roll(shares[1], 7) - shares[0]
    assert shares.var(ddof=1, axis=1).sum() / apart.var(ddof=1) < 2.5
