"""Programmes within a budget: chosen on terms, simulated, corrected, chosen again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimise.sets import best_sets
from sim.advise.effects import Town, advice_table, losers_of
from sim.advise.levers import NOTHING, Chosen, Levers
from sim.arrays import F64
from sim.stats.intervals import Interval, t_interval
from sim.words import counted

FRESH = 7_919
"""Added to the seed where what was chosen is judged."""
CANDIDATES = 3
"""Sets simulated a turn for the budget asked for; one for every other budget."""
SHARES = (0.1, 0.3, 0.5, 0.8, 1.0, 1.4, 2.0)
"""Budgets for which sets are simulated, as shares of the one asked for."""
PLANNED = tuple(number / 10 for number in range(1, 21))
"""Budgets for which a programme is told."""


@dataclass(frozen=True, slots=True)
class Spending:
    """A budget, a year or once."""

    budget: float
    once: bool

    def cost(self, levers: Levers, chosen: Chosen) -> float:
        """What a set takes of it."""
        return levers.once(chosen) if self.once else levers.cost(chosen).base

    def fits(self, levers: Levers, chosen: Chosen, budget: float) -> bool:
        """Whether a set may be taken and paid."""
        return levers.allowed(chosen) and self.cost(levers, chosen) <= budget * (1 + 1e-9)


@dataclass(frozen=True, eq=False)
class Advice:
    """What to do with so much money.

    Attributes
    ----------
    table
        Every choice alone, with doing nothing.
    best, second
        The sets recommended and next best, with their gain on fresh seeds; `second` may be nothing.
    apart
        Gain of the best less that of the second, on fresh seeds.
    judge
        The town on fresh seeds, with what was chosen.
    losers
        Groups of which the best meets fewer wishes, on fresh seeds.
    bound
        No set of this budget is worth more in the planning model, as last corrected.
    steps
        The best set in order of adoption: each choice, and the gain of it and all before it.
    programmes
        For each budget the best set simulated.
    pairs
        Pairs simulated before sets were chosen, and how many there were to try.
    """

    levers: Levers
    spending: Spending
    table: pd.DataFrame
    judge: Town
    best: tuple[Chosen, Interval]
    second: tuple[Chosen, Interval]
    apart: Interval
    losers: tuple[str, ...]
    bound: float
    steps: tuple[tuple[int, Interval], ...]
    programmes: pd.DataFrame
    turns: int
    settled: bool
    sets: int
    pairs: tuple[int, int]


def advise(town: Town, spending: Spending, tell: Callable[[str], None]) -> Advice:
    """Rank all choices, find a programme in a closed loop, and judge it on fresh seeds.

    Raises
    ------
    EngineProblem
        If replications cannot be computed; what is finished is in the store.
    """
    levers = town.levers
    spec = levers.base.scenario.advise
    assert spec is not None
    alone = [frozenset([i]) for i in range(len(levers.choices))]
    tell(f"{len(alone)} choices, each alone")
    town.simulate(alone)
    unclear = [s for s in alone if town.gains[s].any() and (g := town.gain(s)).low <= 0 <= g.high]
    tell(f"{counted(len(unclear), 'choice')} that chance leaves open")
    town.simulate(unclear, town.n)
    table = advice_table(town)
    budgets = [spending.budget * share for share in SHARES]
    pairs = _pairs(town, spending, budgets)
    tried = list(itertools.islice(filter(levers.holds, pairs), spec.pairs))
    tell(f"{len(tried)} of {len(pairs)} pairs")
    town.simulate(tried)
    turn, settled = 0, False
    while turn < spec.turns and not settled:
        turn += 1
        new = _proposed(town, spending, budgets)
        settled = not new
        tell(f"turn {turn}: {len(new)} new sets" if new else f"turn {turn}: nothing new, settled")
        town.simulate(new)
    programmes, chosen = _programmes(town, spending), _ranked(town, spending)
    order = _adoption(levers, chosen[0], table)
    town.simulate([frozenset(order[: k + 1]) for k in range(len(order))])
    steps = [(i, town.gain(frozenset(order[: k + 1]))) for k, i in enumerate(order)]
    tell("judging what was chosen on fresh seeds")
    judge = town.with_seed(FRESH)
    judge.simulate(chosen, judge.n)
    best, second = chosen
    losers = tuple(losers_of(judge, best)) if best else ()
    apart = t_interval(judge.gains[best] - judge.gains[second], town.confidence)
    return Advice(
        levers, spending, table, judge,
        (best, judge.gain(best)), (second, judge.gain(second)), apart, losers,
        float(programmes["bound"][PLANNED.index(1.0)]), tuple(steps), programmes, turn, settled,
        len(town.gains) - 1, (len(tried), len(pairs)),
    )  # fmt: skip


def terms_of(gains: Mapping[Chosen, F64], confidence: float) -> dict[Chosen, float]:
    """What each simulated set adds beyond all smaller ones in it, where that is beyond chance."""
    parts: dict[Chosen, F64] = {}
    for chosen in sorted(gains, key=lambda s: (len(s), sorted(s))):
        if not chosen:
            continue
        smaller = [part for t, part in parts.items() if t < chosen]
        n = min(map(len, (gains[chosen], *smaller)))
        own = gains[chosen][:n] - sum(part[:n] for part in smaller)
        found = t_interval(own, confidence)
        if found.low > 0 or found.high < 0:
            parts[chosen] = np.asarray(own)
    return {chosen: float(part.mean()) for chosen, part in parts.items()}


def _pairs(town: Town, spending: Spending, budgets: list[float]) -> list[Chosen]:
    """Pairs that may be taken: first of what effects alone would buy, then of best sizes."""
    levers, terms = town.levers, terms_of(town.gains, town.confidence)
    means = [float(town.gains[frozenset([i])].mean()) for i in range(len(levers.choices))]
    best: dict[str, int] = {}
    for i, choice in enumerate(levers.choices):
        if choice.lever not in best or means[i] >= means[best[choice.lever]]:
            best[choice.lever] = i
    bought = {i for b in budgets for s, _ in _solved(town, spending, terms, b, 1) for i in s}
    tiers = bought, bought | set(best.values())
    # by cost and exclusion only: what either needs may be taken beside them
    free = [
        frozenset(pair)
        for pair in itertools.combinations(range(len(means)), 2)
        if frozenset(pair) not in levers.apart
        and spending.cost(levers, frozenset(pair)) <= max(budgets)
    ]
    return sorted(
        free,
        key=lambda p: (*(not p <= tier for tier in tiers), -sum(means[i] for i in p), sorted(p)),
    )


def _proposed(town: Town, spending: Spending, budgets: list[float]) -> list[Chosen]:
    """Sets that the terms so far find best and that are not simulated yet."""
    terms = terms_of(town.gains, town.confidence)
    found: dict[Chosen, None] = {}
    for budget in budgets:
        number = CANDIDATES if budget == spending.budget else 1
        found |= dict.fromkeys(s for s, _ in _solved(town, spending, terms, budget, number))
    return [chosen for chosen in found if chosen not in town.gains]


def _solved(
    town: Town, spending: Spending, terms: dict[Chosen, float], budget: float, number: int
) -> list[tuple[Chosen, float]]:
    """The best sets of the planning model, of those that hold together as scenarios."""
    levers = town.levers
    every = range(len(levers.choices))
    cost = np.array([spending.cost(levers, frozenset([i])) for i in every])
    while True:
        found = best_sets(terms, cost, budget, levers.apart, levers.needs, number)
        if all(levers.holds(chosen) for chosen, _ in found):
            return found


def _ranked(town: Town, spending: Spending, budget: float | None = None) -> list[Chosen]:
    """The best simulated set that fits, and the next best that is not it and more.

    Of equal ones the cheaper, then the smaller, comes first.
    What is not better than doing nothing beyond chance is not recommended.
    """
    levers, limit = town.levers, spending.budget if budget is None else budget
    fits = [s for s in town.gains if spending.fits(levers, s, limit)]
    worth = [s for s in fits if not s or town.gain(s).low > 0]
    worth.sort(
        key=lambda s: (-round(town.gain(s).mean, 9), spending.cost(levers, s), len(s), sorted(s))
    )
    best = worth[0] if worth else NOTHING
    others = [s for s in worth[1:] if not best or not best <= s]
    return [best, *others, NOTHING][:2]


def _programmes(town: Town, spending: Spending) -> pd.DataFrame:
    """The best simulated set for each budget, and what the planning model would choose."""
    levers, terms = town.levers, terms_of(town.gains, town.confidence)
    rows = []
    for budget in (spending.budget * share for share in PLANNED):
        chosen = _ranked(town, spending, budget)[0]
        planned = _solved(town, spending, terms, budget, 1) or [(NOTHING, 0.0)]
        gain, cost = town.gain(chosen), levers.cost(chosen)
        rows.append(
            {
                "budget": budget,
                "levers": levers.words(chosen),
                "cost": cost.base,
                "cost_low": cost.low,
                "cost_high": cost.high,
                "once": levers.once(chosen),
                "planned": levers.words(planned[0][0]),
                "bound": planned[0][1],
                "simulated": gain.mean,
                "ci_low": gain.low,
                "ci_high": gain.high,
                "n": gain.n,
            }
        )
    return pd.DataFrame(rows)


def _adoption(levers: Levers, chosen: Chosen, table: pd.DataFrame) -> list[int]:
    """Members in the order of the table, what one needs before it."""
    names = list(zip(table["lever"], table["size"], strict=True))
    place = {(c.lever, c.size): names.index((c.lever, c.size)) for c in levers.choices}
    left = sorted(chosen, key=lambda i: place[levers.choices[i].lever, levers.choices[i].size])
    order: list[int] = []
    while left:
        ready = (i for i in left if all(g & set(order) for g in levers.needs.get(i, ())))
        order.append(next(ready, left[0]))
        left.remove(order[-1])
    return order
