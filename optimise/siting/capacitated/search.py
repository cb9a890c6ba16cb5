"""The search: prices, plans along them, then programs over sites that may be part of a better plan.

A plan that opens a site costs at least the bound by prices plus what opening it loses there. So a
program over the sites that lose least proves its own bound for these, and the least loss among the
others bounds the rest.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from optimise.siting.capacitated.best import Best
from optimise.siting.capacitated.instance import Instance
from optimise.siting.capacitated.prices import Priced, ascend, first_prices, priced
from optimise.siting.capacitated.program import PROVER, Program, Searched
from optimise.siting.capacitated.serving import assigned, serve

__all__ = ["Search"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_PRICING, _LOOK_EVERY = 0.3, 25
"""Share of the time for prices; plans are sought in one of so many of their evaluations."""
_FIRST_PAIRS, _GROWTH = 2_500, 2
_PART = 0.3
"""Of what is left of the time, for a program that is not the last."""
_OTHERS = 12
"""Sites that are tried in exchange."""
_POLISHED = 60_000
"""Up to so many pairs the linear relaxation finds the best prices."""
_GRACE = 0.5
"""Seconds for a first plan when the time is up."""
_BY_LOSSES = "losses of all sites at the multipliers"
_ROUNDING = 1e-6


class Search:
    """The search for one instance.

    Attributes
    ----------
    impossible
        Whether there is no plan: so says a program over everything, or every plan would cost more
        than any can.
    prices
        The best ones; None before `run`.
    """

    def __init__(self, instance: Instance, best: Best, deadline: float) -> None:
        self.instance, self.best, self.deadline = instance, best, deadline
        self.impossible = False
        self._divisible = not (instance.whole or instance.unlimited)
        self.prices: Priced | None = None
        self._seen: set[bytes] = set()
        self._looks = 0

    def run(self) -> None:
        """Search until value and bound meet or time is out."""
        self._try(np.arange(len(self.instance.capacity)))
        until = time.monotonic() + _PRICING * self._left
        now = ascend(
            self.instance,
            first_prices(self.instance),
            lambda: min(self.best.value, self.instance.ceiling),
            self._look,
            until,
        )
        self._keep(now)
        if self.impossible:
            return
        self._try(self._enough(now))
        self._descend()
        self._polish(until)
        self._programs()
        if self.best.plan is None and not self.impossible:
            self._find_any()

    @property
    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _keep(self, now: Priced) -> Priced:
        """Remember the better prices."""
        if self.prices is None or now.bound > self.prices.bound:
            self.prices = now
        self.best.claim(self.prices.bound, "multipliers")
        ceiling = self.instance.ceiling
        self.impossible = self.prices.bound > ceiling + _ROUNDING * max(1.0, abs(ceiling))
        return self.prices

    def _look(self, now: Priced) -> None:
        """Try the sites that these prices open, and more where there is not enough room."""
        self._looks += 1
        if self._looks % _LOOK_EVERY == 1:
            self.best.claim(now.bound, "multipliers")
            self._try(self._enough(now))

    def _enough(self, now: Priced) -> I64:
        instance = self.instance
        order = np.lexsort((now.open_worth, ~now.opened))[: instance.most]
        room = np.cumsum(instance.capacity[order])
        needed = int(np.searchsorted(room, instance.demand.sum() * (1 - 1e-12))) + 1
        return np.sort(order[: max(needed, int(now.opened.sum()))])

    def _try(self, opened: I64) -> None:
        """Serve from these sites, unless that was tried before."""
        key = opened.tobytes()
        late = self.best.plan is not None and self._left < 0
        if key in self._seen or len(opened) > self.instance.most or late:
            return
        self._seen.add(key)
        self.best.offer(serve(self.instance, opened, self._left / 4))

    def _descend(self) -> None:
        """Close a site of the best plan, or exchange it for another, while that costs less.

        Only for instances that are too large for one program at once.
        """
        if self.instance.reach.sum() <= _FIRST_PAIRS * _GROWTH:
            return
        until = time.monotonic() + _PRICING * self._left
        better = True
        while better and self.best.plan is not None and not self.best.met:
            before = self.best.value
            for sites in self._near(self.best.plan.chosen):
                if time.monotonic() > until:
                    return
                self._try(sites)
                if self.best.value < before:
                    break
            better = self.best.value < before

    def _near(self, chosen: I64) -> Iterator[I64]:
        """Sets of sites with one less, then with one for another that loses little."""
        assert self.prices is not None
        free = chosen[~self.instance.kept_open[chosen]]
        for site in free:
            yield np.setdiff1d(chosen, site)
        others = np.setdiff1d(np.flatnonzero(self._useful()), chosen)
        order = np.argsort(self.prices.opening_loss[others], kind="stable")
        for other in others[order[:_OTHERS]]:
            for site in free[np.argsort(-self.prices.open_worth[free], kind="stable")]:
                yield np.sort(np.append(np.setdiff1d(chosen, site), other))

    def _useful(self) -> Bool:
        """(m,) sites that may be open in a better plan."""
        assert self.prices is not None
        return self.prices.bound + self.prices.opening_loss < self.best.value

    def _polish(self, until: float) -> None:
        """The best prices of all, from the linear relaxation over the useful sites."""
        sites = np.flatnonzero(self._useful())
        pairs = int(self.instance.reach[:, sites].sum())
        if self.best.met or not 0 < pairs <= _POLISHED or until < time.monotonic():
            return
        kept = self.instance.kept_open[sites]
        program = Program(self.instance, sites, kept, self._pairs(self._losses()))
        prices = program.prices(until - time.monotonic())
        if prices is not None:
            self._look(self._keep(priced(self.instance, prices)))

    def _losses(self) -> F64:
        """(n, m) by how much the bound rises, at least, where a point is served whole from a site.

        Infinite out of reach. A small share may be served anywhere at little loss.
        """
        assert self.prices is not None
        margin = np.maximum(self.instance.cost - self.prices.prices[:, None], 0.0)
        return np.asarray(margin + self.prices.opening_loss)

    def _pairs(self, losses: F64) -> Bool:
        """(n, m) pairs that may be part of a better plan."""
        if self._divisible:
            return self.instance.reach & self._useful()
        assert self.prices is not None
        return losses < self.best.value - self.prices.bound

    def _programs(self) -> None:
        """Programs over more and more pairs, those that lose least; the last over all useful ones.

        The first find better plans, which leave less to the last.
        """
        most = _FIRST_PAIRS
        while not self.best.met and self._left > 0 and not self.impossible:
            losses = self._losses()
            pairs = self._pairs(losses)
            if not pairs.any():
                self.impossible = self.best.plan is None
                self.best.claim(self.best.value, _BY_LOSSES)
                break
            if int(pairs.sum()) > most * _GROWTH:
                least = float(np.partition(losses[pairs], most)[most])
                self._search(pairs & (losses <= least), self._left * _PART, least)
            else:
                self._search(pairs, self._left, np.inf)
                break
            most *= _GROWTH

    def _find_any(self) -> None:
        """Any plan is better than none: one more program, even if the time is up."""
        reach = self.instance.reach
        if reach.sum() <= _POLISHED:
            self._search(reach, _GRACE, np.inf)

    def _search(self, pairs: Bool, seconds: float, left_out: float) -> None:
        """One program.

        Its bound holds for plans of these pairs; any other one loses `left_out` at least, unless
        demand is divisible: then only a program over all useful pairs proves something.
        """
        now = self.prices
        assert now is not None
        some = np.flatnonzero(pairs.any(axis=0) | self.instance.kept_open)
        surely = now.bound + now.closing_loss[some] >= self.best.value
        program = Program(self.instance, some, surely | self.instance.kept_open[some], pairs)
        found = program.search(seconds)
        self._offer(found)
        last = np.isinf(left_out)
        self.impossible = last and found.bound == np.inf and self.best.plan is None
        if last or not self._divisible:
            self.best.claim(min(found.bound, now.bound + left_out), PROVER)

    def _offer(self, found: Searched) -> None:
        """Keep the plan of a program, served anew and so free of the solver's rounding."""
        if found.opened is None or found.site is None:
            return
        if self.instance.whole:
            self.best.offer(assigned(self.instance, found.site))
        else:
            self.best.offer(serve(self.instance, found.opened, max(self._left, 0.5)))
