"""Plans near a known one, against trying every plan."""

import numpy as np
import pytest
from tiny import every_plan, some_aim, tiny, value_by_words

from optimise.siting.search import near_plans
from optimise.solver import Effort

RADII = (1, 2, 4)


@pytest.mark.parametrize("start", [0, 1, 2])
def test_each_is_the_best_within_its_radius(start: int) -> None:
    """With what is known of moves added to the model, and unlike plans known and found before."""
    for seed in range(start, 24, 6):
        problem, aim = tiny(seed), some_aim(seed)
        plans = list(every_plan(problem))
        rng = np.random.default_rng(seed)
        if not plans:
            assert near_plans(problem, aim, problem.moves.fixed, RADII, Effort()).plans == []
            continue
        slope = rng.normal(0, 20, len(problem.moves.cost))
        centre = plans[int(rng.integers(len(plans)))]
        worth = {tuple(n): value_by_words(problem, n, aim) + float(slope @ n) for n in plans}
        found = near_plans(
            problem, aim, centre, RADII, Effort(), slope=slope, unlike=[centre], differ_by=1
        ).plans
        before = [centre]
        for radius in RADII:
            allowed = [
                worth[tuple(n)]
                for n in plans
                if np.abs(n - centre).sum() <= radius
                and all(np.abs(n - other).sum() >= 1 for other in before)
            ]
            if not allowed:
                continue
            times = found[len(before) - 1]
            assert np.abs(times - centre).sum() <= radius
            assert worth[tuple(times)] == pytest.approx(max(allowed), abs=1e-5), (seed, radius)
            before.append(times)
        assert len(found) == len(before) - 1


def test_nonsense_is_refused() -> None:
    problem, aim = tiny(0), some_aim(0)
    for radii, differ_by in (((0,), 1), ((2,), 0)):
        with pytest.raises(ValueError, match="at least 1"):
            near_plans(problem, aim, problem.moves.fixed, radii, Effort(), differ_by=differ_by)
