"""One way of calling solvers: right answers, hints kept, effort that knows no clock, Ctrl-C."""

import itertools
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from optimise.sets import best_sets
from optimise.solver import Effort, Program, maximise, side_by_side


def drawn(seed: int, columns: int = 8, rows: int = 4) -> Program:
    rng = np.random.default_rng(seed)
    matrix = rng.integers(0, 9, (rows, columns)).astype(np.float64)
    return Program(
        gain=rng.uniform(1, 9, columns),
        matrix=sp.csr_array(matrix),
        limit=matrix.sum(axis=1) * 0.4,
        low=np.zeros(columns),
        high=np.ones(columns),
        whole=np.ones(columns, dtype=bool),
    )


def hard() -> Program:
    """Too much for a few nodes, and for a second or two of the clock."""
    return drawn(5, columns=200, rows=40)


def test_the_best_of_all_solutions() -> None:
    for seed in range(6):
        program = drawn(seed)
        every = np.array(list(product((0.0, 1.0), repeat=8)))
        fits = (every @ program.matrix.T.toarray() <= program.limit).all(axis=1)
        answer = maximise(program, Effort())
        assert (answer.status, answer.cut) == ("optimal", "")
        assert answer.x is not None
        assert program.gain @ answer.x == pytest.approx((every[fits] @ program.gain).max())
        assert answer.bound == pytest.approx(program.gain @ answer.x)


def test_what_cannot_be_is_infeasible() -> None:
    nothing = replace(drawn(1), limit=np.full(4, -1.0))
    answer = maximise(nothing, Effort())
    assert (answer.status, answer.x, answer.bound) == ("infeasible", None, -np.inf)


def test_prices_of_a_linear_program_add_up_to_its_value() -> None:
    program = replace(drawn(2), whole=np.zeros(8, dtype=bool), high=np.full(8, 100.0))
    answer = maximise(program, Effort())
    assert answer.price is not None
    assert (answer.price >= 0).all()
    assert answer.price @ program.limit == pytest.approx(answer.bound)


def test_effort_ends_a_search_and_the_hint_is_kept() -> None:
    program = drawn(5, columns=60, rows=20)
    best = maximise(program, Effort(nodes=30)).x
    assert best is not None
    hinted = maximise(program, Effort(nodes=1), hint=(np.arange(60), np.rint(best)))
    assert hinted.cut == "effort"
    assert hinted.x is not None
    assert program.gain @ hinted.x >= program.gain @ np.rint(best) - 1e-6
    assert hinted.bound >= program.gain @ hinted.x


def test_the_clock_is_a_net_that_says_when_it_was_needed() -> None:
    """A slow machine may need more of it until something is found."""
    answers = (maximise(hard(), Effort(seconds=seconds)) for seconds in (0.3, 3.0, 30.0))
    assert any((answer.status, answer.cut) == ("feasible", "clock") for answer in answers)


@pytest.mark.slow
def test_a_busy_machine_finds_the_same() -> None:
    """While as many others count as there are processors, twice over, nothing else comes out."""
    program, effort = drawn(5, columns=40, rows=10), Effort(nodes=5)
    idle = maximise(program, effort)
    count = "while True: pass"
    others = [
        subprocess.Popen([sys.executable, "-c", count]) for _ in range(2 * (os.cpu_count() or 1))
    ]
    try:
        busy = maximise(program, effort)
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert idle.cut == busy.cut == "effort"
    assert idle.x is not None
    assert busy.x is not None
    assert idle.bound == busy.bound
    assert (idle.x == busy.x).all()


def test_side_by_side_keeps_the_order_and_raises() -> None:
    assert side_by_side(lambda n: n * n, range(5), 2) == [0, 1, 4, 9, 16]
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda n: 1 // n, [1, 0, 2], 2)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_a_search() -> None:
    code = (
        "import signal\n"
        "from test_solver import hard\n"
        "from optimise.solver import Effort, maximise\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # deaf in a shell's background
        "print('begun', flush=True)\n"
        "maximise(hard(), Effort(seconds=3600))\n"
    )
    work = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )
    try:
        assert work.stdout is not None
        assert work.stdout.readline() == "begun\n"
        time.sleep(1.0)
        assert work.poll() is None
        work.send_signal(signal.SIGINT)
        _, error = work.communicate(timeout=300)
    finally:
        work.kill()
    assert "KeyboardInterrupt" in error


def every(n: int) -> list[frozenset[int]]:
    return [frozenset(s) for k in range(n + 1) for s in itertools.combinations(range(n), k)]


@pytest.mark.parametrize("seed", range(6))
def test_the_best_three_are_those_of_all_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 6
    terms = {s: float(rng.normal(2 if len(s) == 1 else 0, 2)) for s in every(n) if 0 < len(s) < 4}
    cost = rng.uniform(-1, 5, n)
    apart, needs = [frozenset([0, 1])], {2: [frozenset([3, 4])]}
    fits = [
        s
        for s in every(n)
        if cost[list(s)].sum() <= 7
        and not apart[0] <= s
        and (2 not in s or s & needs[2][0])
    ]  # fmt: skip
    worth = sorted((sum(v for t, v in terms.items() if t <= s) for s in fits), reverse=True)
    found = best_sets(terms, cost, 7, apart, needs, 3)
    assert [value for _, value in found] == pytest.approx(worth[:3])
    assert all(chosen in fits for chosen, _ in found)


def test_of_equal_sets_the_cheaper_and_the_smaller() -> None:
    terms = {frozenset([0]): 5.0, frozenset([1]): 5.0, frozenset([0, 1]): -5.0}
    assert best_sets(terms, np.array([3.0, 2.0, 0.0]), 9, [], {})[0][0] == frozenset([1])
    assert best_sets({}, np.array([1.0]), 0.5, [], {}, 2) == [(frozenset(), 0)]
