"""Volunteering: how often, by whom, when."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import z_score
from scipy import stats

from points.made import DAY, nothing, parts, plan_of, root, shop
from sim.points.settle import settle
from sim.points.volunteering import sample_acts


def test_acts_and_points_are_as_many_as_expected(tmp_path: Path) -> None:
    """1,000 people x 150 acts a week; 40 % of the volunteers collect. 200 replications."""
    rate = {"volunteering_per_1000": {"person": 150}}
    plan = plan_of(parts(**shop(members=0.4, **rate)), tmp_path)
    acts = [len(sample_acts(plan, root(i)).time) for i in range(200)]
    exact = 150 * plan.world.n_days / 7
    assert abs(z_score(acts, exact)) < 4
    got = [len(settle(plan, root(i), nothing()).earned.time) for i in range(200)]
    assert abs(z_score(got, 0.4 * exact)) < 4


def test_acts_are_poisson(tmp_path: Path) -> None:
    """The variance over 400 replications is the mean: chi-square with 399 degrees."""
    plan = plan_of(parts(**shop()), tmp_path)
    acts = np.array([len(sample_acts(plan, root(i)).time) for i in range(400)])
    ratio = acts.var(ddof=1) * 399 / (30 * plan.world.n_days / 7)
    assert 1e-4 < stats.chi2(399).cdf(ratio) < 1 - 1e-4


def test_the_first_of_a_group_volunteer_all_alike_in_daytime(tmp_path: Path) -> None:
    plan = plan_of(parts(people=991, **shop(volunteers=0.02)), tmp_path)
    acts = [sample_acts(plan, root(i)) for i in range(100)]
    person = np.concatenate([a.person for a in acts])
    got = np.bincount(person)
    assert len(got) == 20  # 991 x 0.02 = 19.8, rounded up
    assert np.all(np.abs(got - len(person) / 20) < 4 * np.sqrt(len(person) / 20))
    time = np.concatenate([a.time for a in acts])
    assert ((time >= 0) & (time < plan.end)).all()
    hour = time % DAY / 60
    assert ((hour >= 9) & (hour < 18)).all()
    assert stats.kstest(hour, stats.uniform(9, 9).cdf).pvalue > 1e-4
    days = np.bincount((time // DAY).astype(int), minlength=plan.world.n_days)
    mean = len(time) / plan.world.n_days
    assert np.all(np.abs(days - mean) < 4.5 * np.sqrt(mean))


@pytest.mark.parametrize(("share", "number"), [(0.0, 0), (1e-4, 1), (0.02, 20), (1.0, 1000)])
def test_number_of_volunteers(share: float, number: int, tmp_path: Path) -> None:
    plan = plan_of(parts(**shop(volunteers=share)), tmp_path)
    assert plan.volunteers.tolist() == [number]
    assert (len(sample_acts(plan, root()).time) > 0) == (number > 0)


def test_more_volunteering_only_adds_acts(tmp_path: Path) -> None:
    few, many = (
        plan_of(parts(**shop(volunteering_per_1000={"person": rate})), tmp_path / str(rate))
        for rate in (5, 50)
    )
    a, b = sample_acts(few, root()), sample_acts(many, root())
    assert set(zip(a.person, a.time, strict=True)) < set(zip(b.person, b.time, strict=True))
    assert len(b.time) > 5 * len(a.time) > 100
