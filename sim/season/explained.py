"""Explanations of an allotted season."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from optimise.slots.solution import Solution
from optimise.slots.why.explain import Depth, Explanation, explain, unmet
from optimise.slots.why.offers import Elsewhere
from optimise.slots.why.present import Present
from sim.season.plan import Plan
from sim.season.reasons import Names, reason_rows

__all__ = ["SeasonReasons"]

OPTIMISED = "optimised"
"""The method whose timetables are worth most: only of these, and where worth alone decides, a
search can say what would help."""


class SeasonReasons:
    """Why requests of a season did not get what they asked for.

    Parameters
    ----------
    solution
        Of the plan's problem.
    work
        What one search may take.

    Attributes
    ----------
    searches
        Whether changes that would help are searched for.
    """

    def __init__(self, plan: Plan, solution: Solution, work: float = 3.0) -> None:
        self._plan = plan
        self.searches = plan.allocation.method.rule == OPTIMISED and not plan.aims.order
        self._present = Present(
            plan.problem,
            solution.assignment,
            solution.bound if self.searches else None,
            solution.certificate,
            work,
        )
        self.names = Names(
            plan.problem,
            tuple(row.request for row in plan.rows),
            tuple(row.group for row in plan.rows),
            plan.venues,
        )

    @property
    def work(self) -> float:
        """Work of all searches so far."""
        return self._present.done

    def unmet(self) -> tuple[int, ...]:
        """Requests with fewer sessions than asked for, or with sessions of second choice."""
        return unmet(self._present)

    def of(self, request: int, depth: Depth = "all") -> Explanation:
        """Explain one; of timetables of other methods, only what is seen in them."""
        elsewhere = Elsewhere(self._plan.walk[request], self._plan.enters[request])
        return explain(self._present, request, elsewhere, depth if self.searches else "look")

    def rows(
        self,
        requests: Iterable[int] | None = None,
        depth: Depth = "help",
        done: Callable[[int], None] = lambda _: None,
    ) -> Iterator[tuple[str, ...]]:
        """Lines of `reasons.csv`, in the order of `reasons.COLUMNS`.

        Parameters
        ----------
        requests
            All of `unmet` if None.
        done
            Called with the number of requests explained so far.
        """
        some = self.unmet() if requests is None else requests
        for count, request in enumerate(some, start=1):
            yield from reason_rows(self.names, self.of(request, depth))
            done(count)
