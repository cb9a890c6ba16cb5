"""The bound that is there when time is out before anything is relaxed."""

from tiny import every_plan, some_aim, tiny, value_by_words

from optimise.siting.core import core_of, simple_bound
from optimise.siting.solution import close


def test_nothing_is_worth_more_than_everything() -> None:
    for seed in range(40):
        problem, aim = tiny(seed), some_aim(seed)
        most = simple_bound(core_of(problem, aim))
        assert all(value_by_words(problem, n, aim) <= most + 1e-7 for n in every_plan(problem)[:4])


def test_an_infinite_bound_never_meets_a_value() -> None:
    assert not close(1.0, float("inf"))
    assert close(1.0, 1.0)
