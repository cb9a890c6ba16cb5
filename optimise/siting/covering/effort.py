"""The work on one maximal covering instance: search for plans and proof of bounds, side by side.

First prices by the relaxation and by cuts on top of it, then an integer program over the sites
that these leave in play, in slices that grow: each begins with fewer sites and at the best plan,
which is better by then. Solvers let other threads run, so the search for plans goes on in this one.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from optimise.siting.covering.heaviest import heaviest_cover
from optimise.siting.covering.odd_sets import OddSets
from optimise.siting.covering.part import Part
from optimise.siting.covering.prices import Priced, improve, price_out
from optimise.siting.covering.record import Record
from optimise.siting.covering.reducing import merged
from optimise.siting.covering.relaxation import covering_prices
from optimise.siting.covering.search import Search
from optimise.siting.covering.strengthening import strengthen

__all__ = ["Effort"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_SLICE, _LONGER = 1.0, 8.0
"""Seconds of the first program, and how many times longer the next one may run."""
_READING = 0.3
"""Seconds kept for the end."""


@contextmanager
def _patient() -> Iterator[None]:
    """Let another thread in ten times as soon as usual.

    The search is a chain of short steps that never let go of the interpreter; a solver's thread
    needs it for a moment between its calls, and would wait 5 ms for it each time.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 10)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class Effort:
    """Best plan and bound of a part, noted in a record in the instance's units.

    Parameters
    ----------
    part
        Has a column to choose.
    record
        Where values and bounds are noted.
    certify
        From prices of the part to the bound that they prove for the whole instance.
    until
        When to stop, by `time.monotonic`.
    workers
        1, or more for a search beside the programs.

    Attributes
    ----------
    chosen
        Columns of the best plan.
    price
        (rows,) the best prices.
    """

    def __init__(
        self,
        part: Part,
        record: Record,
        certify: Callable[[F64], float],
        until: float,
        workers: int,
        seed: int,
    ) -> None:
        self.part, self.record, self._certify = part, record, certify
        self._until, self._beside, self._seed = until - _READING, workers > 1, seed
        self.chosen, self._value = np.zeros(0, dtype=np.int64), -1.0
        self._lock = threading.Lock()
        self._cuts = OddSets.of(part.matrix, np.zeros((0, 3), dtype=np.int64))
        self._search = Search(part.matrix, part.weights, part.p, seed)
        self._take_found()
        self._priced = improve(part.matrix, part.weights, part.p, self._value, self._until)
        self.price, self._claim = self._priced.price, np.inf
        self._claim_prices(self._priced)

    def run(self) -> None:
        """Work until the plan is proven or the time is up."""
        if not self.record.proven:
            self._with_search(self._bound)

    def _with_search(self, work: Callable[[], None]) -> None:
        """Do some work, and search in this thread meanwhile if there is another one."""
        if not self._beside:
            work()
            return
        done = threading.Event()
        failed: list[BaseException] = []

        def run() -> None:
            try:
                work()
            except BaseException as error:  # raised again in the caller's thread
                failed.append(error)
            finally:
                done.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            with _patient():
                self._look(self._until, lambda: done.is_set() or self.record.proven)
        except BaseException:  # Ctrl-C: SCIP cannot be stopped, and left alone aborts the process
            self._until = time.monotonic()
            done.wait()
            raise
        thread.join()
        if failed:
            raise failed[0]

    def _look(self, until: float, stop: Callable[[], bool]) -> None:
        """Search for better plans."""
        self._search.run(until, stop, self._take_found)

    def _take_found(self) -> None:
        self._offer(self._search.chosen)

    def _offer(self, chosen: I64) -> None:
        value = float(self.part.weights[self.part.matrix[:, chosen].sum(axis=1) > 0].sum())
        with self._lock:
            if value > self._value:
                self.chosen, self._value = chosen, value
                self.record.offer(self.part.settled + value)

    def _claim_prices(self, priced: Priced) -> None:
        bound = self._certify(priced.price)
        if bound < self._claim:
            self.price, self._claim = priced.price, bound
        self.record.prove(bound, "multipliers")
        self._claim_priced(priced)

    def _claim_priced(self, priced: Priced) -> float:
        """Note what prices of points and cuts prove; how far bound and value are apart."""
        if priced.bound < self._priced.bound:
            self._priced = priced
            self.record.prove(self.part.settled + priced.bound, "cuts")
        return 0.0 if self.record.proven else self.record.bound - self.record.value

    def _bound(self) -> None:
        """Prices by the relaxation, cuts on top of it, and integer programs."""
        part = self.part
        left = self._until - time.monotonic()
        relaxed = covering_prices(part.matrix, part.weights, part.p, left)
        if relaxed is not None:
            self._claim_prices(price_out(part.matrix, part.weights, part.p, relaxed.price))
            self._cuts = strengthen(
                part.matrix, part.weights, part.p, relaxed, self._until, self._claim_priced
            )
        if not self.record.proven:
            self._prove()

    def _prove(self) -> None:
        """Integer programs, each over the sites that may still be part of a better plan."""
        seconds = _SLICE
        while not self.record.proven:
            if not self._beside:
                self._look(min(time.monotonic() + seconds, self._until), lambda: self.record.proven)
            left = self._until - time.monotonic()
            if left <= 0:
                return
            self._solve(left if left < 2.0 * seconds else seconds)
            seconds *= _LONGER

    def _solve(self, seconds: float) -> None:
        part = self.part
        with self._lock:
            value, chosen = self._value, self.chosen
        least = value + self.record.least_better
        kept = np.flatnonzero(self._priced.bound - self._priced.losses(part.p) >= least)
        bound = value
        if len(kept):
            matrix, weights, row = merged(part.matrix, part.weights, kept)
            plan = np.searchsorted(kept, chosen) if np.isin(chosen, kept).all() else None
            cuts = self._cuts.among(kept).regrouped(row, len(weights))
            found = heaviest_cover(matrix, weights, min(part.p, len(kept)), seconds, plan, cuts)
            if found.chosen is not None:
                self._offer(kept[found.chosen])
            bound = max(bound, self._value if found.done else found.bound)
        self.record.prove(part.settled + bound, "SCIP")
