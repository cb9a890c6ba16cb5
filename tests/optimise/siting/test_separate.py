"""Worth part by part is the worth of the whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tiny import some_aim, tiny

from optimise.siting.greedy import Separate
from optimise.siting.problem import Problem, ServiceOptions
from optimise.siting.value import worth_of


def thinned(problem: Problem, rng: np.random.Generator) -> Problem:
    """With a third of the options: most problems fall apart, some classes have none."""
    kept = np.flatnonzero(rng.random(len(problem.options.asked)) < 0.35)
    of = problem.options
    return replace(
        problem, options=ServiceOptions(*(getattr(of, n)[kept] for n in ServiceOptions.__slots__))
    )


def test_parts_add_up_to_the_whole() -> None:
    """Plans of 100 tiny problems, asked in any order: what is kept is of the same moves."""
    rng, parts = np.random.default_rng(3), list[int]()
    for seed in range(100):
        problem, aim = thinned(tiny(seed), rng), some_aim(seed)
        separate = Separate(problem, aim)
        parts.append(len(separate))
        plans = [np.array(n) for n in product(*(range(most + 1) for most in problem.moves.most))]
        for n in rng.permutation(len(plans))[:15].tolist():
            try:
                value = worth_of(problem, plans[n], aim).value
            except ValueError:
                with pytest.raises(ValueError, match="not there"):
                    separate.value(plans[n])
                continue
            assert separate.value(plans[n]) == pytest.approx(value, rel=1e-9, abs=1e-9)
    assert sum(number > 1 for number in parts) > 15


def test_one_part_where_the_worst_off_count() -> None:
    for seed in range(60):
        problem, aim = tiny(seed), some_aim(seed)
        if aim.worst and problem.groups and (problem.classes.group >= 0).any():
            worth = problem.classes.wishes * problem.classes.worth
            assert len(Separate(problem, aim)) == 1 or not worth[problem.classes.group >= 0].any()
