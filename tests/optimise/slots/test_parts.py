"""Parts of the solver, each against what it must be by definition."""

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.slots_check import faults
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.block_search import BlockSearch
from optimise.slots.blocks import Block, split, whole_block
from optimise.slots.neighbourhoods import Neighbourhoods
from optimise.slots.placements import Placements, placements_of, remaining
from optimise.slots.prices import Prices, Relaxation, day_sets
from optimise.slots.pricing import Pricing
from optimise.slots.problem import Problem, Sessions
from optimise.slots.solve import solve
from optimise.solver import Clock


@pytest.fixture(scope="module")
def season() -> tuple[Problem, Placements, Block]:
    """The largest block of a city."""
    problem = draw(Shape(150, 60, 1.5, 2))
    placements = placements_of(problem)
    return (
        problem,
        placements,
        split(whole_block(problem, placements, remaining(problem, placements)))[0],
    )


def noisy(relaxation: Relaxation, seed: int) -> Prices:
    rng, free = np.random.default_rng(seed), relaxation.free()
    cell = rng.exponential(8, free.cell.shape) * (rng.random(free.cell.shape) < 0.5)
    return Prices(cell, rng.exponential(2, free.share.shape))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_loss_is_what_forcing_a_placement_costs(
    season: tuple[Problem, Placements, Block], seed: int
) -> None:
    """Worth of requests at prices, less their worth when one placement must be taken."""
    relaxation = Relaxation(season[2])
    margins = relaxation.margins(noisy(relaxation, seed))
    losses, best = relaxation.losses(margins), relaxation.choose(margins)[0]
    prize = 1e6
    for at in np.random.default_rng(seed).choice(len(margins), 40, replace=False):
        forced = margins.copy()
        forced[at] += prize
        worth = relaxation.choose(forced)[0].sum() - prize
        assert losses[at] == pytest.approx(best.sum() - worth, abs=1e-6)
    assert losses.min() == 0 < losses.max()


def test_price_of_a_placement_is_that_of_the_time_it_takes(
    season: tuple[Problem, Placements, Block],
) -> None:
    """Margins read from running sums against what `use` says that each placement takes."""
    block = season[2]
    relaxation = Relaxation(block)
    prices = noisy(relaxation, 4)
    margins = relaxation.margins(prices)
    for at in range(0, len(block), max(1, len(block) // 60)):
        use = relaxation.use(np.array([at]))
        price = float((use.cell * prices.cell).sum() + (use.share * prices.share).sum())
        assert margins[at] == pytest.approx(block.value[at] - price)
        assert set(np.unique(use.cell)) <= {0.0, 1.0}


def test_sets_of_days() -> None:
    assert len(day_sets(7, 1)) == 128
    apart = {tuple(np.flatnonzero(days).tolist()) for days in day_sets(2, 3)}
    assert (0, 3) in apart
    assert (0, 4) in apart
    assert (0, 5) not in apart  # Saturday to Monday: two days around the week
    assert () in apart


def test_rounds_of_prices_come_to_the_linear_relaxation(
    season: tuple[Problem, Placements, Block],
) -> None:
    """Steps and programs over some placements against one program over all of them."""
    block = season[2]
    whole = Pricing(block)
    whole.start(np.zeros(0, dtype=np.int64), Clock(math.inf))
    whole.round(Clock(math.inf))
    assert not whole.rough
    by_steps = Pricing(block)
    by_steps._keep(*_stepped(by_steps))
    by_steps._program = by_steps._attractive(by_steps.prices, 0.1)
    assert len(by_steps._program) < len(block)
    while by_steps.rough:
        by_steps.round(Clock(math.inf))
    assert whole.bound - 1e-6 <= by_steps.bound <= 1.001 * whole.bound


def _stepped(pricing: Pricing) -> tuple[Prices, float]:
    from optimise.slots.pricing import descend

    return descend(pricing.relaxation, pricing.prices, 400, Clock(math.inf))


def test_a_claim_over_few_placements_holds_for_all(
    season: tuple[Problem, Placements, Block],
) -> None:
    """Searching only among the placements that lose least must not bound away better timetables."""
    problem, _, block = season
    best = solve(problem, 20, 2)
    assert best.status == "optimal"
    clock = Clock(math.inf)
    optimum, few = BlockSearch(block), BlockSearch(block)
    optimum.price(0.1, clock)
    optimum.search(1e6, clock)
    few.price(0.1, clock)
    for count in (50, 100, 200):
        order = np.argsort(few.pricing.losses, kind="stable")
        few._search_among(order[:count], few.searched + 5, clock)
        assert few.value <= optimum.value <= few.claimed


def test_neighbourhoods_keep_the_rules() -> None:
    """Also the share kept for residents, which binds everywhere here."""
    drawn = draw(Shape(150, 60, 1.5, 2))
    venues = replace(drawn.venues, prime_cap=np.minimum(drawn.venues.prime_cap, 9))
    problem = replace(drawn, venues=venues)
    placements = placements_of(problem)
    block = split(whole_block(problem, placements, remaining(problem, placements)))[0]
    found = BlockSearch(block)
    found.price(0.0, Clock(math.inf))
    search = Neighbourhoods(found.pricing.relaxation, seed=3)
    search._size = 60.0
    chosen, values = found.chosen, [found.value]
    for _ in range(15):
        pricing = found.pricing
        chosen, work = search.improve(chosen, pricing.prices, pricing.losses, Clock(math.inf))
        assert work > 0
        values.append(round(block.value[chosen].sum()))
        assert faults(problem, placements.sessions(block.columns[chosen])) == []
    assert values == sorted(values)
    assert values[-1] > values[0]


def test_locks_count_against_the_share_of_residents() -> None:
    """A lock that takes all prime cells a unit may give leaves none for others."""
    problem = draw(Shape(150, 60, 1.5, 2))
    found = solve(problem, 20, 2).assignment
    venues = problem.venues
    lock = next(
        row
        for row in found.rows()
        if venues.prime[row[2], row[3] : row[3] + row[4]].all()
        and sum(other[1] == row[1] for other in found.rows()) > 2
    )
    units = venues.units[venues.unit_first[lock[1]] : venues.unit_first[lock[1] + 1]]
    cap = venues.prime_cap.copy()
    cap[units] = lock[4]
    tight = replace(
        problem, venues=replace(venues, prime_cap=cap), locks=Sessions.from_rows([lock])
    )
    solution = solve(tight, 20, 2)
    assert faults(tight, solution.assignment) == []
    assert lock in solution.assignment.rows()
