"""Why no venue can ever serve a request: which rule excludes each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from optimise.slots.placements import Placements, placements_of
from optimise.slots.problem import Problem, Sessions
from sim.scenario.schema.season.rows import listed
from sim.season.plan import SeasonProblem
from sim.words import joined

__all__ = ["unservable"]

Bool = npt.NDArray[np.bool_]


def unservable(plan: SeasonProblem) -> dict[int, str]:
    """Requests without any placement, and why."""
    n = len(plan.rows)
    without = np.flatnonzero(np.bincount(plan.placements.request, minlength=n) == 0)
    relaxed = _Relaxed(plan.problem)
    return {int(r): excluded_words(plan, int(r), relaxed) for r in without}


class _Relaxed:
    """The problem with rules of time lifted one after the other; built when first asked."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    @cached_property
    def not_rejected(self) -> Placements:
        self.problem = replace(self.problem, rejections=Sessions())
        return placements_of(self.problem)

    @cached_property
    def nor_kept(self) -> Placements:
        assert self.not_rejected is not None
        venues = replace(self.problem.venues, kept=np.zeros_like(self.problem.venues.kept))
        self.problem = replace(self.problem, venues=venues)
        return placements_of(self.problem)

    @cached_property
    def ever_open(self) -> Placements:
        assert self.nor_kept is not None
        asked = self.problem.requests
        asked = replace(asked, lost_share=np.ones(len(asked)))
        return placements_of(replace(self.problem, requests=asked))


def excluded_words(plan: SeasonProblem, request: int, relaxed: _Relaxed | None = None) -> str:
    """Say which rule excludes each venue that a request accepts, one rule a venue."""
    row, venues, asked = plan.rows[request], plan.problem.venues, plan.problem.requests
    named = listed(row.venues)
    left = np.isin(np.array(plan.venues), named) if named else venues.kind == asked.kind[request]
    what = f"{len(set(named))} named" if named else f"{int(left.sum())} of kind {row.kind}"
    if not left.any():
        return f"there is no venue of kind {row.kind}"
    needs = asked.equipment[request]
    rules: list[tuple[Bool, str, str, str]] = [
        (venues.kind == asked.kind[request], "is", "are", f"of no kind {row.kind}"),
        (venues.capacity >= row.party_size, "holds", "hold", f"fewer than {row.party_size} people"
         f" (largest: {int(venues.capacity[left].max())})"),
        ((venues.equipment & needs) == needs, "lacks", "lack", " or ".join(listed(row.equipment))),
        (plan.enters[request], "lets", "let", "in only people of its own community or compound"),
    ]  # fmt: skip
    if not named:
        limit = plan.allocation.within_minutes
        nearest = float(plan.walk[request][left].min())
        rules.append((plan.walk[request] <= limit, "lies", "lie",
                      f"farther than {limit:g} minutes (nearest: {nearest:.0f})"))  # fmt: skip
    parts: list[str] = []
    for holds, one, many, words in rules:
        parts += _part(left & ~holds, one, many, words)
        left = left & holds
    parts += _by_time(plan, request, left, relaxed or _Relaxed(plan.problem))
    return f"no venue can ever serve it: of {what}, {joined(parts)}"


def _by_time(plan: SeasonProblem, request: int, left: Bool, relaxed: _Relaxed) -> Iterator[str]:
    """Obstacles at the venues that suit but for their hours."""
    if not left.any():
        return
    rejected = left & _served(relaxed.not_rejected, request, len(left))
    kept = left & ~rejected & _served(relaxed.nor_kept, request, len(left))
    some = relaxed.ever_open
    closed_often = left & ~rejected & ~kept & _served(some, request, len(left))
    never = left & ~rejected & ~kept & ~closed_often
    yield from _part(never, "is", "are", "never open in its hours")
    if closed_often.any():
        of_these = (some.request == request) & closed_often[some.venue]
        best = float(some.held[of_these].max())
        lost = float(plan.problem.requests.lost_share[request])
        words = f"closed in its hours on more than {lost:.0%} of its dates (least: {1 - best:.0%})"
        yield from _part(closed_often, "is", "are", words)
    yield from _part(kept, "is", "are", "kept for residents in its hours")
    yield from _part(rejected, "is", "are", "ruled out by rejections of the planner")


def _served(placements: Placements, request: int, venues: int) -> Bool:
    mine = placements.venue[placements.request == request]
    return np.asarray(np.bincount(mine, minlength=venues) > 0)


def _part(excluded: Bool, one: str, many: str, words: str) -> Iterator[str]:
    n = int(excluded.sum())
    if n:
        yield f"{n} {one if n == 1 else many} {words}"
