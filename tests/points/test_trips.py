"""Trips to merchants: how many, and when."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from builders import z_score
from scipy import stats

from points.made import DAY, parts, plan_of, root, shop
from sim.points.settle import Trips, sample_trips
from sim.points.volunteering import person_keys


def trips(folder: Path, replications: int) -> tuple[list[Trips], float]:
    """Of 100 people with points from the start; and the length of the horizon in days."""
    plan = plan_of(parts(days=85, **shop()), folder).at_errands(1.5)
    return [
        sample_trips(plan, person_keys(plan.world.people, root(i), np.arange(100)), np.zeros(100))
        for i in range(replications)
    ], plan.end / DAY


def test_trips_are_poisson_for_each_person(tmp_path: Path) -> None:
    """30 a year x 1.5, over 200 replications; the variance of a person's count is its mean."""
    made, days = trips(tmp_path, 200)
    exact = 45 / 365 * days
    assert abs(z_score([len(t.time) / 100 for t in made], exact)) < 4
    counts = np.concatenate([np.bincount(t.person, minlength=100) for t in made])
    n = len(counts)  # the variance of a sample variance: mean / n + 2 mean^2 / (n - 1)
    sd = np.sqrt(exact / n + 2 * exact**2 / (n - 1))
    assert abs(counts.var(ddof=1) - exact) < 4 * sd


def test_every_day_is_alike_and_shops_have_hours(tmp_path: Path) -> None:
    """Months of 31 and of 28 days have the same rate a day."""
    made, days = trips(tmp_path, 100)
    time = np.concatenate([t.time for t in made])
    mean = 100 * 100 * 45 / 365
    got = np.bincount((time // DAY).astype(int), minlength=int(days))
    assert np.all(np.abs(got - mean) < 4.5 * np.sqrt(mean))
    february = got[29 : 29 + 28].sum()  # the horizon begins at 3 January
    assert abs(february - 28 * mean) < 4 * np.sqrt(28 * mean)
    hour = time % DAY / 60
    assert stats.kstest(hour, stats.uniform(9, 12).cdf).pvalue > 1e-4
