"""Narrowing keeps every plan better than the known one, against trying every plan."""

import numpy as np

from optimise.siting.planner.core import core_of
from optimise.siting.planner.decomposed import Decomposed
from optimise.siting.planner.moving import cheapest
from optimise.siting.planner.narrowed import narrowed
from optimise.siting.planner.program import program_of, relax

from .tiny import every_plan, some_aim, tiny, value_by_words


def test_no_better_plan_is_narrowed_away() -> None:
    fewer = 0
    for seed in range(80):
        problem, aim = tiny(seed), some_aim(seed)
        first, _ = cheapest(problem)
        program = program_of(core_of(problem, aim))
        relaxed = relax(program, 60.0)
        if first is None or relaxed is None:
            continue
        apart = Decomposed(problem, program, [first], 1)
        assert apart.learn(np.inf, problem.budget, relaxed)
        plans = [(value_by_words(problem, n, aim), n) for n in every_plan(problem)]
        known = float(np.quantile([value for value, _ in plans], 0.8))
        asked = apart.market.bounds
        moves = narrowed(problem, apart.parts, relaxed, apart.prices, asked, known).moves
        for value, times in plans:
            if value > known + 1e-6:
                assert (moves.fixed <= times).all(), seed
                assert (times <= moves.most).all(), seed
        fewer += int(
            (moves.most - moves.fixed).sum() < (problem.moves.most - problem.moves.fixed).sum()
        )
    assert fewer > 10  # narrowing nothing would keep every plan too
